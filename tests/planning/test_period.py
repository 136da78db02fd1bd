"""Fortnights counted from the street's anchor day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.planning import period

ANCHOR = dt.date(2026, 8, 10)
days = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2035, 1, 1))


def test_the_eighth_fortnight_of_the_trial_street():
    eighth = period.holding(dt.date(2026, 11, 23), anchor=ANCHOR)
    assert eighth == period.Period(8, dt.date(2026, 11, 16), dt.date(2026, 11, 29))


@given(days)
def test_every_day_from_the_anchor_on_lies_in_exactly_one_period(day):
    found = period.holding(day, anchor=ANCHOR)
    if day < ANCHOR:
        assert found is None
    else:
        assert found is not None
        assert day in found
        assert period.nth(found.number, anchor=ANCHOR) == found
        assert found.end + dt.timedelta(days=1) == period.nth(found.number + 1, anchor=ANCHOR).start


def test_nothing_is_due_before_the_anchor():
    assert period.due(dt.date(2026, 8, 9), anchor=ANCHOR) == []


def test_all_periods_slept_through_are_due_oldest_first():
    due = period.due(dt.date(2026, 11, 23), anchor=ANCHOR, after=dt.date(2026, 10, 5))
    assert [p.number for p in due] == [6, 7, 8]


def test_a_period_once_made_is_not_due_again():
    assert period.due(dt.date(2026, 11, 29), anchor=ANCHOR, after=dt.date(2026, 11, 16)) == []


def test_periods_count_from_one():
    with pytest.raises(ValueError):
        period.nth(0, anchor=ANCHOR)


def test_walking_days_leave_out_absences_days_gone_and_days_of_other_periods():
    fortnight = period.nth(8, anchor=ANCHOR)
    working = [dt.date(2026, 11, n) for n in range(9, 31) if dt.date(2026, 11, n).weekday() < 5]
    off = [(dt.date(2026, 11, 18), dt.date(2026, 11, 19))]
    found = period.walking_days(fortnight, working, absent=off, not_before=dt.date(2026, 11, 17))
    assert [d.day for d in found] == [17, 20, 23, 24, 25, 26, 27]


def test_a_first_visit_is_due_after_five_working_days():
    working = [dt.date(2026, 11, n) for n in range(16, 30) if dt.date(2026, 11, n).weekday() < 5]
    assert period.within(dt.date(2026, 11, 17), working) == dt.date(2026, 11, 24)
    assert period.within(dt.date(2026, 11, 26), working) is None
