"""When a meeting is due: by the calendar's periods, from what was held last."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from branches.rules import meetings
from branches.rules.meetings import Kind

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))
MONTHS = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 12, 24])


@given(day=DAYS, months=MONTHS)
def test_a_period_ends_with_a_month_not_before_the_day_and_within_its_length(day: dt.date, months: int) -> None:
    end = meetings.period_end(day, months)
    assert end >= day
    assert (end + dt.timedelta(days=1)).day == 1
    assert (end.year - day.year) * 12 + end.month - day.month < months


@given(day=DAYS, months=MONTHS)
def test_the_next_is_due_after_the_period_of_the_last_and_within_two(day: dt.date, months: int) -> None:
    by = meetings.due_by(since=day, months=months)
    assert by > meetings.period_end(day, months)
    assert (by.year - day.year) * 12 + by.month - day.month < 2 * months


@given(one=DAYS, other=DAYS, months=MONTHS)
def test_holding_later_never_makes_the_next_due_earlier(one: dt.date, other: dt.date, months: int) -> None:
    first, second = sorted((one, other))
    assert meetings.due_by(since=first, months=months) <= meetings.due_by(since=second, months=months)


@given(founded=DAYS, today=DAYS, months=MONTHS)
def test_holding_one_by_its_day_settles_it(founded: dt.date, today: dt.date, months: int) -> None:
    def owed(last: dict[Kind, dt.date]) -> meetings.Due:
        return meetings.due(
            kinds=[Kind.GENERAL], founded_on=founded, months={Kind.GENERAL: months}, last=last, planned={}
        )[0]

    before = owed({})
    after = owed({Kind.GENERAL: before.by})
    assert after.by > before.by
    assert not after.is_overdue(before.by + dt.timedelta(days=1))
    assert before.overdue_since(today) == (before.by + dt.timedelta(days=1) if today > before.by else None)


def test_a_quarter_missed_is_late_from_its_first_day_after() -> None:
    today = dt.date(2026, 11, 23)
    [owed] = meetings.due(
        kinds=[Kind.GENERAL], founded_on=dt.date(2020, 1, 1), months={Kind.GENERAL: 3},
        last={Kind.GENERAL: dt.date(2026, 5, 20)}, planned={},
    )  # fmt: skip
    assert owed.by == dt.date(2026, 9, 30)
    assert owed.overdue_since(today) == dt.date(2026, 10, 1)
    assert meetings.soon([owed], today=today, within=14) == [owed]


def test_what_is_planned_in_time_is_not_pressing_but_what_is_late_stays_so() -> None:
    today = dt.date(2026, 11, 23)
    in_time = meetings.Due(Kind.THEME_DAY, dt.date(2026, 11, 30), planned=dt.date(2026, 11, 27))
    too_late = meetings.Due(Kind.THEME_DAY, dt.date(2026, 11, 30), planned=dt.date(2026, 12, 2))
    late = meetings.Due(Kind.GENERAL, dt.date(2026, 9, 30), planned=dt.date(2026, 11, 27))
    far = meetings.Due(Kind.LIFE, dt.date(2027, 12, 31))
    assert meetings.soon([in_time, too_late, late, far], today=today, within=14) == [too_late, late]


def test_a_branch_owes_nothing_for_the_period_in_which_it_was_founded() -> None:
    assert meetings.due_by(since=dt.date(2026, 11, 2), months=1) == dt.date(2026, 12, 31)


def test_a_lesson_is_never_due() -> None:
    assert meetings.due(kinds=[Kind.LESSON], founded_on=dt.date(2020, 1, 1), months={}, last={}, planned={}) == []


@given(due=st.integers(0, 200), present=st.integers(0, 200), percent=st.integers(1, 100))
def test_a_quorum_is_a_share_of_those_due(due: int, present: int, percent: int) -> None:
    present = min(present, due)
    assert meetings.has_quorum(due=due, present=present, percent=percent) == (
        due > 0 and present / due * 100 >= percent
    )
