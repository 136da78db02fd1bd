"""coverage.visiting.sent: the same content is known again, other content is not taken for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import re
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.visiting.sent import Person, Said, Sent, Shop, Wish, digest

KEY = b"0123456789abcdef"
text = st.text(max_size=20)
said = st.builds(
    Said, field=st.sampled_from(["headcount", "phone", "address"]), is_right=st.booleans(), shown=text, value=text
)
sent = st.builds(
    Sent,
    visitor=st.uuids(),
    outcome=st.sampled_from(["same", "changed", "no_answer"]),
    entity=st.none() | st.uuids(),
    shop=st.none() | st.builds(Shop, trade_sign=text, address=text),
    stop=st.none() | st.uuids(),
    answers=st.lists(said, max_size=4, unique_by=lambda one: one.field).map(tuple),
    demand=st.none() | st.builds(Wish, words=text, category=text, is_solved=st.booleans(), how=text),
    people=st.lists(st.builds(Person, name=text, post=text, phone=text), max_size=2).map(tuple),
    told=st.lists(st.uuids(), max_size=3, unique=True).map(tuple),
    reason=text,
    note=text,
    visited_at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
)


@given(sent, st.randoms())
def test_the_order_in_which_a_form_sends_does_not_matter(one: Sent, luck: random.Random) -> None:
    shuffled = dataclasses.replace(
        one,
        answers=tuple(luck.sample(one.answers, len(one.answers))),
        told=tuple(luck.sample(one.told, len(one.told))),
    )
    assert digest(shuffled, key=KEY) == digest(one, key=KEY)


@given(sent)
def test_a_form_and_a_script_sending_the_same_are_the_same(one: Sent) -> None:
    by_form = dataclasses.replace(
        one, note=f"  {unicodedata.normalize('NFD', one.note)}\r\n", reason=re.sub("\r?\n", "\r\n", one.reason)
    )
    assert digest(by_form, key=KEY) == digest(one, key=KEY)


@given(sent)
def test_the_same_instant_in_another_zone_is_the_same(one: Sent) -> None:
    if one.visited_at is None or one.visited_at.year in {1, 9999}:
        return
    there = one.visited_at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert digest(dataclasses.replace(one, visited_at=there), key=KEY) == digest(one, key=KEY)


@given(sent, sent)
def test_other_content_has_another_digest(one: Sent, other: Sent) -> None:
    if digest(one, key=KEY) == digest(other, key=KEY):
        assert one.visitor == other.visitor
        assert one.outcome == other.outcome
        assert one.entity == other.entity
        assert len(one.answers) == len(other.answers)


@given(sent)
def test_a_word_more_is_another_content(one: Sent) -> None:
    assert digest(dataclasses.replace(one, note=one.note.strip() + "另"), key=KEY) != digest(one, key=KEY)


def test_parts_do_not_run_into_one_another() -> None:
    visitor = uuid.uuid4()
    one = Sent(visitor=visitor, outcome="same", reason="ab", note="c")
    other = Sent(visitor=visitor, outcome="same", reason="a", note="bc")
    assert digest(one, key=KEY) != digest(other, key=KEY)


def test_without_the_key_a_number_cannot_be_tried_out() -> None:
    one = Sent(visitor=uuid.uuid4(), outcome="changed", people=(Person("甲", phone="19900000017"),))
    assert digest(one, key=KEY) != digest(one, key=b"another key")


def test_a_time_without_its_zone_is_refused() -> None:
    naive = Sent(visitor=uuid.uuid4(), outcome="same", visited_at=dt.datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        digest(naive, key=KEY)
