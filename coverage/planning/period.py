"""Fortnights: which period a day lies in, and which of its days are walked.

A period is fourteen calendar days; the first begins on the street's anchor day, so that the number of a period
follows from the calendar alone, whether or not anything ran in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

LENGTH = 14
FIRST_VISIT_WITHIN = 5  # working days from an entity's entry (domain.md §3)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One fortnight; `number` counts from 1, both days are inclusive."""

    number: int
    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


def nth(number: int, *, anchor: dt.date) -> Period:
    """The period of that number, counted from 1."""
    if number < 1:
        raise ValueError("periods count from 1")
    start = anchor + dt.timedelta(days=LENGTH * (number - 1))
    return Period(number, start, start + dt.timedelta(days=LENGTH - 1))


def holding(day: dt.date, *, anchor: dt.date) -> Period | None:
    """The period in which `day` lies; None before the anchor."""
    if day < anchor:
        return None
    return nth((day - anchor).days // LENGTH + 1, anchor=anchor)


def due(on: dt.date, *, anchor: dt.date, after: dt.date | None = None) -> list[Period]:
    """All periods that have begun by `on`, oldest first; only those that begin later than `after` if it is given."""
    current = holding(on, anchor=anchor)
    if current is None:
        return []
    last_made = holding(after, anchor=anchor) if after is not None else None
    first = last_made.number + 1 if last_made is not None else 1
    return [nth(number, anchor=anchor) for number in range(first, current.number + 1)]


def walking_days(
    period: Period,
    working: Collection[dt.date],
    *,
    absent: Collection[tuple[dt.date, dt.date]] = (),
    not_before: dt.date | None = None,
) -> tuple[dt.date, ...]:
    """The period's working days on which a person walks, ascending.

    `absent` holds inclusive (first, last) days off; `not_before` leaves out the days already gone.
    """
    start = max(period.start, not_before) if not_before is not None else period.start
    return tuple(
        sorted(
            day
            for day in set(working)
            if start <= day <= period.end and not any(first <= day <= last for first, last in absent)
        )
    )


def within(since: dt.date, working: Collection[dt.date], *, days: int = FIRST_VISIT_WITHIN) -> dt.date | None:
    """The last day of `days` working days that follow `since`; None when `working` does not reach so far."""
    following = sorted(day for day in set(working) if day > since)
    return following[days - 1] if len(following) >= days else None
