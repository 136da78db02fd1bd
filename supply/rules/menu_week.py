"""When a week's menu is drafted, published, opened to all and closed; where in the week an item is put. Pure.

Weekdays of the rules count from 1, Monday. The menu of a week is drafted and published in the second week before it and
closed in the week before it, so that from one publication to the next there is nearly always a menu to order from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Numbers(Protocol):
    """The rules of a day: a number by its key."""

    def __getitem__(self, key: str, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of one menu."""

    drafted: dt.datetime
    published: dt.datetime
    held_until: dt.datetime
    closed: dt.datetime


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def times(week: dt.date, rules: Numbers) -> Times:
    """The instants of the menu of the week that begins on the Monday `week`.

    >>> book = {"menu_draft_weekday": 3, "menu_publish_weekday": 5, "menu_publish_hour": 10, "menu_hold_days": 3,
    ...         "menu_close_weekday": 4, "menu_close_hour": 18}
    >>> str(times(dt.date(2026, 11, 30), book).closed)
    '2026-11-26 18:00:00+08:00'
    """
    two_before, before = week - dt.timedelta(days=14), week - dt.timedelta(days=7)
    published = at(two_before + dt.timedelta(days=rules["menu_publish_weekday"] - 1), rules["menu_publish_hour"])
    closed = at(before + dt.timedelta(days=rules["menu_close_weekday"] - 1), rules["menu_close_hour"])
    drafted = at(two_before + dt.timedelta(days=rules["menu_draft_weekday"] - 1), 6)
    held = published + dt.timedelta(days=rules["menu_hold_days"])
    return Times(min(drafted, published), published, min(held, closed), closed)


def due_weeks(now: dt.datetime, rules: Numbers) -> list[dt.date]:
    """The weeks whose menu should exist by now and can still be ordered from, the nearest first. Weeks that went by while
    nothing ran are left out: nobody orders for yesterday."""
    this = monday(now.astimezone(SHANGHAI).date())
    ahead = (this + dt.timedelta(days=7 * n) for n in (1, 2))
    return [week for week in ahead if (when := times(week, rules)).drafted <= now < when.closed]


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where in a week something stands; `day` counts from 0, Monday."""

    day: int
    hour: int
    minute: int
    minutes: int


# By category: when the people concerned have time, as the street's own offers show. Shops are free after closing,
# employees at noon, riders between the two rushes.
USUAL: Mapping[str, tuple[Slot, ...]] = {
    "life": (Slot(0, 19, 30, 60), Slot(2, 19, 0, 60), Slot(5, 9, 30, 90), Slot(4, 18, 30, 60)),
    "course": (Slot(1, 14, 0, 90), Slot(3, 14, 0, 90), Slot(2, 15, 0, 90), Slot(4, 14, 0, 90)),
    "policy": (Slot(1, 14, 0, 90), Slot(2, 15, 0, 90), Slot(3, 14, 0, 90), Slot(0, 14, 0, 90)),
    "health": (Slot(4, 9, 0, 180), Slot(2, 9, 0, 180), Slot(5, 9, 0, 180)),
    "care": (Slot(2, 11, 0, 180), Slot(4, 11, 0, 180), Slot(5, 9, 0, 180), Slot(0, 11, 0, 180)),
    "culture": (Slot(3, 12, 15, 45), Slot(5, 14, 0, 120), Slot(1, 12, 15, 45), Slot(6, 14, 0, 120)),
    "space": (Slot(3, 19, 0, 90), Slot(1, 19, 0, 90), Slot(0, 15, 0, 90)),
}  # fmt: skip


def places(week: dt.date, category: str, open_days: Collection[dt.date]) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Beginnings and ends in a week for an item of a category, the usual ones first, then the same hours on the other days
    on which anything is held (`open_days`). Endless: after all days they come again."""
    usual = USUAL.get(category, USUAL["course"])
    shifted = [Slot(day, slot.hour, slot.minute, slot.minutes) for slot in usual for day in range(7)]
    kept = [slot for slot in (*usual, *shifted) if week + dt.timedelta(days=slot.day) in open_days]
    while kept:
        for slot in kept:
            start = at(week + dt.timedelta(days=slot.day), slot.hour, slot.minute)
            yield start, start + dt.timedelta(minutes=slot.minutes)
