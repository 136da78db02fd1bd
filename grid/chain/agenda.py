"""Which matters come before a meeting, why, and in which order: the draft of an agenda. Pure.

First what earlier meetings resolved and nobody has done, then what is late, what was handed up, what is put off again and
again, the rest that is open here, what people propose, and last what is reported every time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """The reason for which something is on the agenda; its number is its order."""

    RESOLVED_BEFORE = 1
    LATE = 2
    HANDED_UP = 3
    PUT_OFF = 4
    OPEN = 5
    PROPOSED = 6
    ROUTINE = 7


MINUTES = {
    Rank.RESOLVED_BEFORE: 5,
    Rank.LATE: 15,
    Rank.HANDED_UP: 10,
    Rank.PUT_OFF: 10,
    Rank.OPEN: 8,
    Rank.PROPOSED: 8,
    Rank.ROUTINE: 5,
}
PUT_OFF_FROM = 2  # so many deferrals bring a matter before the meeting even where nothing is late
ROUTINES: tuple[tuple[str, str], ...] = (("routine:round", "走访轮次进展"),)


@dataclass(frozen=True, slots=True)
class Case:
    """A matter as the agenda looks at it. `here`: it lies on the level of this meeting; `tried` is what the level below
    tried before it handed it up, "" where nobody did."""

    key: str
    title: str
    raised_on: dt.date
    due_on: dt.date | None
    deferrals: int
    here: bool
    from_below: str = ""
    tried: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an agenda: what, why, how long; `tone` is that of the chip (r late, b handed up, y, or none)."""

    key: str
    title: str
    rank: Rank
    why: str
    tone: str = ""
    minutes: int = 5
    tried: str = ""
    lead: str = ""
    due_on: dt.date | None = None


def line_of(case: Case, on: dt.date) -> Line | None:
    """The line of a matter on a day; None where nothing brings it before this meeting.

    >>> line_of(Case("m", "停车", dt.date(2026, 11, 1), dt.date(2026, 11, 21), 0, False), dt.date(2026, 11, 23)).why
    '超期 2 天'
    """
    late = (on - case.due_on).days if case.due_on is not None else 0
    if late > 0:
        rank, why, tone = Rank.LATE, f"超期 {late} 天", "r"
    elif case.here and case.from_below:
        rank, why, tone = Rank.HANDED_UP, f"{case.from_below}上转", "b"
    elif case.deferrals >= PUT_OFF_FROM:
        rank, why, tone = Rank.PUT_OFF, f"延期 {case.deferrals} 次", "y"
    elif case.here:
        rank, why, tone = Rank.OPEN, "在办", ""
    else:
        return None
    return Line(case.key, case.title, rank, why, tone, MINUTES[rank], case.tried, case.lead, case.due_on)


def drafted(cases: Iterable[Case], others: Sequence[Line], on: dt.date) -> list[Line]:
    """The whole draft: each key once, the strongest reason wins, in order of rank, then of due date, then of entry.

    `others` are lines that are no matters: open resolutions, topics, what is reported every time.
    """
    found: dict[str, Line] = {}
    entry: dict[str, int] = {}
    lines = [*others, *(line for case in cases if (line := line_of(case, on)) is not None)]
    for number, line in enumerate(lines):
        known = found.get(line.key)
        if known is None or line.rank < known.rank:
            found[line.key] = line
            entry.setdefault(line.key, number)
    return sorted(found.values(), key=lambda line: (line.rank, line.due_on or dt.date.max, entry[line.key]))


def routines() -> list[Line]:
    """What a grid meeting hears every time."""
    return [Line(key, title, Rank.ROUTINE, "例行", "", MINUTES[Rank.ROUTINE]) for key, title in ROUTINES]


def moved(order: Sequence[str], key: str, to: int) -> list[str]:
    """The keys with `key` at place `to` (from 0, clipped to the ends). Raises `ValueError` for a key that is not there."""
    rest = [each for each in order if each != key]
    if len(rest) == len(order):
        raise ValueError(key)
    to = max(0, min(to, len(rest)))
    return [*rest[:to], key, *rest[to:]]
