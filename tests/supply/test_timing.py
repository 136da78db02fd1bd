"""Opening hours, series, free slots and turns: what holds whatever the days are."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.rules.booking_states import MOVES, STANDING, State, allowed
from supply.timing import free, opening, series, turns
from supply.timing.free import Slot
from supply.timing.opening import HOLIDAY, Span, Week
from supply.timing.series import Frequency, Pattern

MONDAY = dt.date(2026, 11, 23)
SPANS = st.builds(
    lambda opens, length: Span(opens * 30, opens * 30 + length * 30), st.integers(0, 40), st.integers(1, 8)
)
WEEKS = st.builds(
    lambda days, off: Week(days, {}, {MONDAY + dt.timedelta(days=n): False for n in off}),
    st.dictionaries(st.integers(0, HOLIDAY), st.lists(SPANS, max_size=3), max_size=8),
    st.sets(st.integers(-14, 14), max_size=3),
)


# ---- opening hours


def test_a_holiday_has_hours_of_its_own_and_a_make_up_day_is_like_a_monday():
    saturday, tuesday = MONDAY + dt.timedelta(days=5), MONDAY + dt.timedelta(days=1)
    week = Week(
        {0: [Span(540, 1020)], 1: [Span(600, 660)], HOLIDAY: [Span(600, 720)]}, {}, {tuesday: False, saturday: True}
    )
    assert week.words(MONDAY) == "09:00—17:00"
    assert week.words(tuesday) == "10:00—12:00"
    assert week.words(saturday) == "09:00—17:00"
    assert week.words(saturday + dt.timedelta(days=1)) == "不开放"


def test_what_was_said_for_one_day_comes_first():
    week = Week({0: [Span(540, 1020)]}, {MONDAY: []}, {})
    assert not week.spans(MONDAY)


def test_the_week_is_said_in_as_few_lines_as_it_has_kinds_of_days():
    days = {day: [Span(540, 1020)] for day in range(5)} | {5: [Span(600, 960)]}
    assert opening.week_in_words(days) == [
        ("周一至周五", "09:00—17:00"), ("周六", "10:00—16:00"), ("周日", "不开放"), ("节假日", "不开放"),
    ]  # fmt: skip


@given(st.lists(SPANS, max_size=6))
def test_joined_spans_cover_the_same_minutes_and_never_touch(spans):
    found = opening.joined(spans)
    assert {m for s in spans for m in range(s.opens, s.closes)} == {m for s in found for m in range(s.opens, s.closes)}
    assert all(one.closes < other.opens for one, other in itertools.pairwise(found))


# ---- series


def test_every_second_week_is_counted_from_the_week_of_the_first():
    pattern = Pattern(Frequency.WEEKLY, dt.date(2026, 11, 25), dt.date(2026, 12, 31), frozenset({1, 3}), interval=2)
    assert [f"{day:%m-%d}" for day in series.days(pattern)] == ["11-26", "12-08", "12-10", "12-22", "12-24"]


def test_a_month_without_a_fifth_friday_has_a_last_one():
    last = Pattern(Frequency.MONTHLY, MONDAY, dt.date(2027, 2, 28), frozenset({4}), nth=5)
    assert [f"{day:%m-%d}" for day in series.days(last)] == ["11-27", "12-25", "01-29", "02-26"]
    assert series.nth_weekday(2026, 11, 4, 4) == dt.date(2026, 11, 27)


PATTERNS = st.builds(
    Pattern,
    st.sampled_from(list(Frequency)),
    st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    st.dates(dt.date(2026, 1, 1), dt.date(2029, 1, 1)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(1, 4),
    st.integers(1, 5),
    st.frozensets(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), max_size=3),
)


@given(PATTERNS)
def test_the_days_of_a_series_are_in_order_in_bounds_on_its_weekdays_and_never_skipped_ones(pattern):
    days = series.days(pattern)
    assert days == sorted(set(days))
    assert len(days) <= series.MOST + 1
    for day in days:
        assert pattern.first <= day <= pattern.until
        assert day.weekday() in pattern.weekdays
        assert day not in pattern.skipped


# ---- free slots


@given(WEEKS, st.lists(st.tuples(st.integers(-3, 3), SPANS), max_size=12), SPANS)
def test_what_is_proposed_is_free_open_not_past_and_nearest(week, taken, wanted_span):
    wanted = Slot(MONDAY, wanted_span)
    busy = [Slot(MONDAY + dt.timedelta(days=day), span) for day, span in taken]
    found = free.nearest(wanted, weeks=[week], taken=busy, not_before=(MONDAY, 600), days=4)
    length = wanted_span.closes - wanted_span.opens
    for slot in found:
        assert week.holds(slot.day, slot.span)
        assert (slot.day, slot.span.opens) >= (MONDAY, 600)
        assert slot.span.closes - slot.span.opens == length
        assert not any(
            slot.day == other.day and slot.span.opens < other.span.closes and other.span.opens < slot.span.closes
            for other in busy
        )
    assert [slot.distance(wanted) for slot in found] == sorted(slot.distance(wanted) for slot in found)
    everything = free.nearest(wanted, weeks=[week], taken=busy, not_before=(MONDAY, 600), days=4, most=1)
    assert found[:1] == everything


def test_the_three_proposals_are_three_different_choices():
    week = Week({0: [Span(480, 1200)]})
    taken = [Slot(MONDAY, Span(540, 660))]
    found = free.nearest(Slot(MONDAY, Span(540, 660)), weeks=[week], taken=taken, not_before=(MONDAY, 0))
    assert [slot.span.words for slot in found] == ["11:00—13:00", "13:00—15:00", "15:00—17:00"]


# ---- turns


def _days(count: int) -> list[dt.date]:
    return [MONDAY + dt.timedelta(days=n) for n in range(count)]


@given(st.integers(2, 9), st.integers(1, 60), st.sets(st.integers(0, 60), max_size=20))
def test_days_differ_by_one_at_most_and_nobody_stands_two_days_in_a_row(people, count, off):
    days = _days(count)
    found = turns.plan(range(people), days, holidays=[MONDAY + dt.timedelta(days=n) for n in off])
    assert list(found) == days
    served = Counter(found.values())
    assert max(served.values()) - min(served[person] for person in range(people)) <= 1
    assert all(found[one] != found[other] for one, other in itertools.pairwise(days))


@given(st.integers(3, 9), st.integers(20, 120), st.sets(st.integers(0, 120), max_size=40))
def test_holidays_are_shared(people, count, off):
    days = _days(count)
    holidays = [MONDAY + dt.timedelta(days=n) for n in off]
    found = turns.plan(range(people), days, holidays=holidays)
    shared = Counter(found[day] for day in holidays if day in found)
    assert max(shared.values(), default=0) - min(shared[person] for person in range(people)) <= 2


@pytest.mark.parametrize("people", [3, 4, 5, 6, 7, 8])
def test_the_weekends_of_a_year_differ_by_one_at_most(people):
    days = _days(365)
    off = [day for day in days if day.weekday() >= 5]
    found = turns.plan(range(people), days, holidays=off)
    shared = Counter(found[day] for day in off)
    assert max(shared.values()) - min(shared.values()) <= 1


@given(st.integers(2, 6), st.integers(2, 30), st.data())
def test_a_rota_that_is_continued_stays_fair(people, count, data):
    days = _days(count)
    cut = data.draw(st.integers(1, count - 1))
    first = turns.plan(range(people), days[:cut])
    counts = Counter(first.values())
    served = turns.Served(dict(counts), {}, {person: day for day, person in first.items()})
    rest = turns.plan(range(people), days[cut:], served=served, before=first[days[cut - 1]])
    # Who had not served yet begins level with the least of the others, so only those who had are compared.
    both = counts + Counter(rest.values())
    if len(counts) == people:
        assert max(both.values()) - min(both.values()) <= 1
    assert rest[days[cut]] != first[days[cut - 1]]


def test_who_has_a_day_by_swap_is_not_put_beside_it():
    days = _days(7)
    found = turns.plan("甲乙丙", [day for day in days if day != days[3]], fixed={days[3]: "甲"})
    assert "甲" not in (found[days[2]], found[days[4]])


def test_nobody_takes_turns():
    assert turns.plan([], _days(3)) == {}


# ---- states


def test_every_move_leads_from_a_state_to_a_state():
    assert set(State) == {State.WAITING} | {to for _, to in MOVES.values() if to} | {State.PENDING}
    assert not any(allowed(state, move) for state in (State.CANCELLED, State.REFUSED, State.USED) for move in MOVES)
    assert State.RELEASED not in STANDING
