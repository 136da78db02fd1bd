"""The days of a series: every so many weeks on some weekdays, or every so many months on the n-th weekday. Pure.

Own arithmetic instead of a recurrence library: two frequencies are what people book by, and an occurrence that does not
exist (a fifth Friday) is left out in plain sight here.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST = 104
LAST = 5  # the n-th weekday of a month: 1 to 4, or 5 for the last one


class Frequency(StrEnum):
    """How a series comes again."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A series. Weekly: `weekdays` (0 Monday) in every `interval`-th week, counted from the week of `first`.

    Monthly: the `nth` (1–4, 5 = last) of each of `weekdays` in every `interval`-th month. `skipped` are left out.
    """

    frequency: Frequency
    first: dt.date
    until: dt.date
    weekdays: frozenset[int]
    interval: int = 1
    nth: int = 1
    skipped: frozenset[dt.date] = frozenset()


def days(pattern: Pattern, *, most: int = MOST) -> list[dt.date]:
    """The days of the series in order, at most `most` + 1 of them: one more tells that it is too long."""
    found: list[dt.date] = []
    for day in _all(pattern):
        if day > pattern.until or len(found) > most:
            break
        if day >= pattern.first and day not in pattern.skipped:
            found.append(day)
    return found


def _all(pattern: Pattern) -> Iterator[dt.date]:
    step = max(1, pattern.interval)
    if pattern.frequency is Frequency.WEEKLY:
        monday = pattern.first - dt.timedelta(days=pattern.first.weekday())
        while monday <= pattern.until:
            yield from (monday + dt.timedelta(days=weekday) for weekday in sorted(pattern.weekdays))
            monday += dt.timedelta(weeks=step)
        return
    month = pattern.first.year * 12 + pattern.first.month - 1
    while dt.date(month // 12, month % 12 + 1, 1) <= pattern.until:
        year, number = month // 12, month % 12 + 1
        here = (nth_weekday(year, number, weekday, pattern.nth) for weekday in pattern.weekdays)
        yield from sorted(day for day in here if day is not None)
        month += step


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date | None:
    """The `nth` `weekday` of a month (5 = the last one); None where the month has no such day."""
    offset = (weekday - dt.date(year, month, 1).weekday()) % 7
    length = calendar.monthrange(year, month)[1]
    wanted = range(1 + offset, length + 1, 7)
    if nth >= LAST:
        return dt.date(year, month, wanted[-1])
    return dt.date(year, month, wanted[nth - 1]) if 1 <= nth <= len(wanted) else None


def in_words(pattern: Pattern, names: tuple[str, ...]) -> str:
    """每 2 周的周二、周四，到 2027-01-31."""
    named = "、".join(names[day] for day in sorted(pattern.weekdays))
    if pattern.frequency is Frequency.WEEKLY:
        every = "每周" if pattern.interval == 1 else f"每 {pattern.interval} 周"
        return f"{every}的{named}，到 {pattern.until:%Y-%m-%d}"
    every = "每月" if pattern.interval == 1 else f"每 {pattern.interval} 个月"
    which = "最后一个" if pattern.nth >= LAST else f"第 {pattern.nth} 个"
    return f"{every}的{which}{named}，到 {pattern.until:%Y-%m-%d}"


def without(found: list[dt.date], left_out: Collection[dt.date]) -> list[dt.date]:
    """The days that are not among `left_out`."""
    return [day for day in found if day not in left_out]
