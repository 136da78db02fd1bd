"""The word for a week: pure, monotonic, and explained with the numbers it used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.chain.likeness import likeness, nearest, pairs
from grid.chain.opinion_states import TRANSITIONS, State, Verb, may, target
from grid.chain.weather import Counts, Thresholds, Weather, explained, index, sum_in_words, weather

BY = Thresholds(cloudy=1, overcast=6, rain=12, storm=20, late_days=14)
number = st.integers(0, 200)
counts = st.builds(Counts, new=number, solved=number, open=number, late=number)


@pytest.mark.parametrize(
    ("week", "word"),
    [
        (Counts(), "晴"),
        (Counts(new=3, solved=3), "晴"),
        (Counts(open=1), "多云"),
        (Counts(new=2, solved=0, open=5), "阴"),
        (Counts(new=6, solved=2, open=7, late=1), "雨"),
        (Counts(open=14, late=6), "雷雨"),
    ],
)
def test_the_word_of_a_week(week, word):
    assert weather(week, BY).word == word


@given(counts)
def test_solving_more_never_worsens_and_receiving_more_never_betters(week):
    more_solved = Counts(week.new, week.solved + 1, week.open, week.late)
    more_new = Counts(week.new + 1, week.solved, week.open, week.late)
    assert weather(more_solved, BY).rank <= weather(week, BY).rank <= weather(more_new, BY).rank


@given(counts)
def test_the_sum_in_words_adds_up(week):
    left, total = sum_in_words(week).split(" = ")
    assert sum(map(int, left.split(" + "))) == int(total) == index(week)


@given(counts, st.lists(st.integers(1, 300), min_size=4, max_size=4).map(sorted))
def test_every_index_has_a_word_by_any_ordered_thresholds(week, steps):
    by = Thresholds(*steps, late_days=7)
    assert by.in_order
    assert (weather(week, by) is Weather.SUNNY) == (index(week) < by.cloudy)


def test_the_explanation_names_the_thresholds():
    text = "".join(explained(BY))
    for word in ("14 天", "不到 1 是晴", "6 起阴", "20 起雷雨", "不评价任何人"):
        assert word in text


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_the_same_both_ways_and_whole_for_oneself(one, other):
    assert likeness(pairs(one), pairs(other)) == likeness(pairs(other), pairs(one))
    assert 0 <= likeness(pairs(one), pairs(other)) <= 1
    assert not pairs(one) or likeness(pairs(one), pairs(one)) == 1


def test_the_most_alike_comes_first_and_what_is_not_alike_not_at_all():
    others = [(1, "想在店门口摆两张桌子"), (2, "望桥路路灯不亮"), (3, "晚上望桥路的路灯有两盏不亮")]
    assert [key for key, _ in nearest("望桥路晚上路灯不亮", others, most=3)] == [2, 3]


def test_the_table_of_opinions_and_its_sentences_agree():
    for verb in Verb:
        for state in State:
            if state in TRANSITIONS[verb][0]:
                target(verb, state)
            else:
                with pytest.raises(ValueError, match=r"。$"):
                    target(verb, state)


def test_who_may_sort():
    assert may(Verb.ANSWER, roles=["secretary"])
    assert may(Verb.WITHDRAW, roles=["staff"])
    assert not may(Verb.WITHDRAW, roles=["secretary"])
    assert not may(Verb.TO_MATTER, roles=["visitor", "convener"])
