"""Calendar files: whatever stands in an entry, a programme can read it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shimen import ics

AT = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)


def event(**given) -> ics.Event:
    values = {
        "uid": "training-7", "title": "党员大会：讨论", "starts_at": AT, "ends_at": AT + dt.timedelta(hours=1),
        "location": "示例路 1 号", "words": "一\n二", "revision": 2, "changed_at": AT,
    }  # fmt: skip
    return ics.Event(**(values | given))


def test_an_event_says_when_in_universal_time_and_which_revision_it_is():
    text = ics.calendar([event()], name="示例").decode()
    for line in ("DTSTART:20261123T013000Z", "SEQUENCE:2", "STATUS:CONFIRMED", "DESCRIPTION:一\\n二"):
        assert f"{line}\r\n" in text
    assert "STATUS:CANCELLED" in ics.calendar([event(is_cancelled=True)], name="示例").decode()


@given(text=st.text())
def test_whatever_was_typed_a_line_stays_within_75_octets_and_one_value_is_one_line(text):
    body = ics.calendar([event(title=text, words=text)], name=text)
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = body.replace(b"\r\n ", b"").decode().split("\r\n")
    assert len(unfolded) == len(ics.calendar([event(title="", words="")], name="").decode().split("\r\n"))


@given(st.text(max_size=80))
def test_a_folded_line_unfolds_to_itself(text):
    line = text.replace("\r", "").replace("\n", "")
    assert ics.folded(line).replace("\r\n ", "") == line


@pytest.mark.parametrize(("is_cancelled", "said"), [(False, "METHOD:PUBLISH"), (True, "METHOD:CANCEL")])
def test_one_entry_may_be_sent_to_be_taken_out_again(is_cancelled, said):
    file = ics.calendar([event(is_cancelled=is_cancelled)], name="示例", is_withdrawal=is_cancelled).decode()
    assert f"{said}\r\n" in file
    assert "UID:training-7@shimen\r\n" in file
