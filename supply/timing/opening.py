"""When a space is open on a day. Pure.

The week has seven days and an eighth for public holidays. A weekend day on which people work (调休上班) is open like a
Monday; a weekend day inside a long holiday is an ordinary weekend day, because the calendar names only the days that
differ from the plain week. What was said for one single day comes before all of that.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_TYPED = re.compile(r"(?P<a>\d{1,2})(?::(?P<am>[0-5]\d))?-(?P<b>\d{1,2})(?::(?P<bm>[0-5]\d))?")
HOLIDAY = 7
MIDNIGHT = 24 * 60
WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one day in minutes since midnight, `opens` < `closes` ≤ 1440."""

    opens: int
    closes: int

    @property
    def words(self) -> str:
        return f"{clock_words(self.opens)}—{clock_words(self.closes)}"


def clock_words(minutes: int) -> str:
    """08:30; the end of the day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours of one space. `single` are the days that differ; no span means closed.

    `special` is the working calendar's: False for a holiday on a weekday, True for a weekend day on which people work.
    """

    days: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    single: Mapping[dt.date, Sequence[Span]] = field(default_factory=dict)
    special: Mapping[dt.date, bool] = field(default_factory=dict)

    def kind_of(self, day: dt.date) -> int:
        """Which of the eight kinds of day it is."""
        is_working = self.special.get(day)
        if is_working is False:
            return HOLIDAY
        if is_working is True and day.weekday() >= 5:
            return 0
        return day.weekday()

    def spans(self, day: dt.date) -> list[Span]:
        """When it is open on a day, in order, with what touches joined."""
        if day in self.single:
            return joined(self.single[day])
        return joined(self.days.get(self.kind_of(day), ()))

    def is_holiday(self, day: dt.date) -> bool:
        return self.special.get(day) is False

    def holds(self, day: dt.date, wanted: Span) -> bool:
        """Whether it is open all the while."""
        return any(span.opens <= wanted.opens and wanted.closes <= span.closes for span in self.spans(day))

    def words(self, day: dt.date) -> str:
        """09:00—11:30、13:00—17:00, or 不开放."""
        return "、".join(span.words for span in self.spans(day)) or "不开放"


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that overlap or touch made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.opens <= found[-1].closes:
            found[-1] = Span(found[-1].opens, max(found[-1].closes, span.closes))
        else:
            found.append(span)
    return found


def read_spans(text: str) -> list[Span]:
    """The hours of a day as they are typed: 09:00-11:30、13:00-17:00; nothing, or 不开放, is closed. Raises `ValueError`
    with a Chinese sentence.

    >>> read_spans("9:00—11:30，13-17")
    [Span(opens=540, closes=690), Span(opens=780, closes=1020)]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in {"", "不开放", "休", "休息"}:
        return []
    found = []
    for piece in filter(None, re.split(r"[、,;\s]+", re.sub(r"\s*(?:[-–—~～至到])\s*", "-", plain))):
        match = _TYPED.fullmatch(piece)
        if match is None:
            raise ValueError(f"“{piece[:20]}”看不懂，照 09:00-17:00 的样子写。")
        opens, closes = (int(match[key]) * 60 + int(match[f"{key}m"] or 0) for key in ("a", "b"))
        if not opens < closes <= MIDNIGHT:
            raise ValueError(f"“{piece[:20]}”关门要晚于开门，最晚 24:00。")
        found.append(Span(opens, closes))
    return sorted(found)


def week_in_words(days: Mapping[int, Sequence[Span]]) -> list[tuple[str, str]]:
    """The week as it is read: neighbouring days with the same hours in one line, holidays in a line of their own.

    >>> week_in_words({day: [Span(540, 1020)] for day in range(5)})
    [('周一至周五', '09:00—17:00'), ('周六、周日', '不开放'), ('节假日', '不开放')]
    """
    said = [("、".join(span.words for span in joined(days.get(day, ()))) or "不开放") for day in range(HOLIDAY + 1)]
    lines: list[tuple[str, str]] = []
    first = 0
    for day in range(1, HOLIDAY + 1):
        if day == HOLIDAY or said[day] != said[first]:
            lines.append((_days_in_words(first, day - 1), said[first]))
            first = day
    lines.append((WEEKDAY_NAMES[HOLIDAY], said[HOLIDAY]))
    return lines


def _days_in_words(first: int, last: int) -> str:
    if first == last:
        return WEEKDAY_NAMES[first]
    joint = "、" if last == first + 1 else "至"
    return f"{WEEKDAY_NAMES[first]}{joint}{WEEKDAY_NAMES[last]}"
