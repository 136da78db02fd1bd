"""The free slots nearest to the one that somebody wanted. Pure.

A slot begins on a step of the day (half an hour) counted from midnight, lies wholly inside opening hours, touches nothing
that is taken, and does not begin before `not_before`. Nearest means by the distance between the beginnings; of two equally
near the earlier comes first. Between two that are proposed at least the wanted length lies, so that three proposals are
three different choices and not the same one shifted by half an hour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from supply.timing.opening import Span, Week

STEP = 30
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch on one day, in minutes since midnight of that day."""

    day: dt.date
    span: Span

    @property
    def words(self) -> str:
        """11-24 周二 09:00—11:00"""
        names = "一二三四五六日"
        return f"{self.day:%m-%d} 周{names[self.day.weekday()]} {self.span.words}"

    def distance(self, other: Slot) -> int:
        """Minutes between the two beginnings."""
        return abs((self.day - other.day).days * 1440 + self.span.opens - other.span.opens)


def nearest(
    wanted: Slot,
    *,
    weeks: Sequence[Week],
    taken: Iterable[Slot],
    not_before: tuple[dt.date, int],
    days: int = 14,
    most: int = 3,
) -> list[Slot]:
    """At most `most` free slots as long as `wanted`, nearest first, within `days` days of it.

    `weeks` are the hours of all that is needed at once; `taken` is what is taken of any of it; `not_before` is the day and
    minute before which nothing begins. Nothing fits: an empty list.
    """
    busy: dict[dt.date, list[Span]] = {}
    for slot in taken:
        busy.setdefault(slot.day, []).append(slot.span)
    free = []
    for offset in range(-days, days + 1):
        day = wanted.day + dt.timedelta(days=offset)
        if day < not_before[0]:
            continue
        least = not_before[1] if day == not_before[0] else 0
        free += _free_on(day, wanted.span.closes - wanted.span.opens, weeks, busy.get(day, []), least)
    return _apart(sorted(free, key=lambda slot: (slot.distance(wanted), slot)), wanted, most)


def _free_on(day: dt.date, length: int, weeks: Sequence[Week], busy: list[Span], least: int) -> list[Slot]:
    found = []
    for opens in range(0, 1440 - length + 1, STEP):
        span = Span(opens, opens + length)
        if opens < least or any(span.opens < other.closes and other.opens < span.closes for other in busy):
            continue
        if all(week.holds(day, span) for week in weeks):
            found.append(Slot(day, span))
    return found


def _apart(slots: list[Slot], wanted: Slot, most: int) -> list[Slot]:
    length = wanted.span.closes - wanted.span.opens
    chosen: list[Slot] = []
    for slot in slots:
        if all(slot.distance(other) >= length for other in chosen):
            chosen.append(slot)
        if len(chosen) == most:
            break
    return chosen
