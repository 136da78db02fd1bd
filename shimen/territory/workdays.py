"""Working days, and reading the yearly notice of the State Council's General Office. Pure.

A day differs from the plain week where it stands in `special`: False for a holiday, True for a weekend day on which
people work. A year is official when its notice was entered; otherwise the plain week and the holidays of the law hold,
and every result that touches it is provisional.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ONE = dt.timedelta(days=1)


class NoticeError(ValueError):
    """A notice that cannot be read; the text is a Chinese sentence."""


@dataclass(frozen=True)
class WorkingCalendar:
    """`special`: days that differ from the plain week; `official`: years whose notice is known."""

    special: Mapping[dt.date, bool] = field(default_factory=dict)
    official: frozenset[int] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        return self.special.get(day, day.weekday() < 5)

    def working_days(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The working days from `start` to `end`, both included; none when end is before start."""
        count = (end - start).days + 1
        return [day for day in (start + ONE * n for n in range(max(count, 0))) if self.is_working(day)]

    def add_working_days(self, start: dt.date, days: int) -> dt.date:
        """The `days`-th working day after `start` (before it, for a negative number).

        0 gives `start` itself, or the next working day when it is none: a limit "within 0 days" ends on a working day.
        """
        step = ONE if days >= 0 else -ONE
        day = start
        for _ in range(abs(days)):
            day = self._next(day + step, step)
        return self._next(day, step)

    def _next(self, day: dt.date, step: dt.timedelta) -> dt.date:
        while not self.is_working(day):
            day += step
        return day

    def is_provisional(self, start: dt.date, end: dt.date) -> bool:
        """Whether the span touches a year without a notice."""
        return not set(range(start.year, end.year + 1)) <= self.official


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day of a notice."""

    day: dt.date
    is_working: bool
    name: str


_ITEM = re.compile(
    r"(?:^|[\n。;；])\s*(?:[一二三四五六七八九十]+[、.]|\(?\d+[).、]|第[一二三四五六七]项[:：]?)?\s*(?P<name>[\u4e00-\u9fff、]{2,10}?)\s*[:：]"
)
_DATE = r"(?:(?P<year{n}>\d{{4}})年)?(?:(?P<month{n}>\d{{1,2}})月)?(?P<day{n}>\d{{1,2}})日"
_SPAN = re.compile(_DATE.format(n=1) + r"(?:\([^()]*\))?(?:\s*(?:至|到|-|—|~)\s*" + _DATE.format(n=2) + r")?")
_BRACKETED = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"(20\d\d)年")


def read_notice(text: str, *, year: int) -> list[NoticeDay]:
    """The days of a pasted notice for `year`, in order: holidays, and weekend days on which people work.

    Understands the form used since 2007: “一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。” Only days that
    differ from the plain week are returned, so a Saturday inside a holiday is left out. Raises `NoticeError`.
    """
    plain = unicodedata.normalize("NFKC", text).replace("~", "至").replace("―", "至")
    plain = re.sub(r"[ \t\u3000]+", "", plain)
    years = {int(found) for found in _YEAR.findall(plain)}
    if years and year not in years:
        raise NoticeError(f"这份通知写的是 {min(years)} 年，不是 {year} 年")
    found: dict[dt.date, NoticeDay] = {}
    for name, body in _items(plain):
        for day, is_working in _days(body, year):
            if is_working != (day.weekday() < 5):
                found[day] = NoticeDay(day, is_working, f"{name}调休" if is_working else name)
    if not any(not day.is_working for day in found.values()):
        raise NoticeError("没有读出放假的日子，请把通知里“一、元旦：……”到“七、……”几条原样粘贴进来")
    return sorted(found.values(), key=lambda day: day.day)


def _items(plain: str) -> Iterator[tuple[str, str]]:
    """Name and text of each item of the notice."""
    heads = [
        match
        for match in _ITEM.finditer(plain)
        if re.search(r"元旦|春节|清明|劳动|端午|中秋|国庆|抗战|假", match["name"])
    ]
    for head, following in itertools.zip_longest(heads, heads[1:]):
        yield head["name"].lstrip("、"), plain[head.end() : following.start() if following else len(plain)]


def _days(body: str, year: int) -> Iterator[tuple[dt.date, bool]]:
    """Every day that an item speaks of, and whether people work on it."""
    month = None
    for sentence in re.split(r"[。;；\n]", _BRACKETED.sub("", body)):
        is_working = "上班" in sentence
        if not is_working and not re.search(r"放假|休息|休假|补休|调休", sentence):
            continue
        for match in _SPAN.finditer(sentence):
            first, month = _date(match, 1, year, month)
            last, month = _date(match, 2, year, month) if match["day2"] else (first, month)
            if last < first or (last - first).days > 31:
                raise NoticeError(f"“{match[0]}”前后颠倒，请核对")
            for n in range((last - first).days + 1):
                yield first + ONE * n, is_working


def _date(match: re.Match[str], n: int, year: int, month: int | None) -> tuple[dt.date, int]:
    """A date of a span; a month that is left out is the one before."""
    written = match[f"month{n}"]
    number = int(written) if written else month
    if number is None:
        raise NoticeError(f"“{match[0]}”没有写月份")
    own = int(match[f"year{n}"]) if match[f"year{n}"] else year
    try:
        return dt.date(own, number, int(match[f"day{n}"])), number
    except ValueError:
        raise NoticeError(f"没有 {own} 年 {number} 月 {match[f'day{n}']} 日这一天") from None
