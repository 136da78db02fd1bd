"""Whether a meal point serves now, until when, and when it serves next. Pure: hours, pauses and holidays in, a sentence out."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

AHEAD = 21  # days that are looked through for the next meal
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Span:
    """Served from when to when on a weekday (0 is Monday), by the clock of Shanghai; `closes` is not served any more."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True, slots=True)
class Pause:
    """Not served from `first` to the day before `after`."""

    first: dt.date
    after: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """When a point serves: hours of the week, less pauses, less holidays, within its own period (`after` None = no end)."""

    hours: Sequence[Span]
    pauses: Sequence[Pause]
    first: dt.date
    after: dt.date | None
    holidays: Collection[dt.date]  # those on which it does not serve


@dataclass(frozen=True, slots=True)
class Now:
    """How a point stands at an instant. `until` while it is open; `next_at` the next beginning, if one is near. `state` is
    short, `rest` what comes after it where the state stands beside it already; `words` say both."""

    is_open: bool
    state: str
    rest: str
    until: dt.datetime | None = None
    next_at: dt.datetime | None = None

    @property
    def words(self) -> str:
        return f"{self.state}，{self.rest}" if self.rest else self.state


def problem(hours: Sequence[Span]) -> str:
    """Why hours cannot be kept; '' for good ones."""
    if not hours:
        return "至少写一天的供餐时间。"
    for weekday in range(7):
        day = sorted((span for span in hours if span.weekday == weekday), key=lambda span: span.opens)
        for span in day:
            if span.closes <= span.opens:
                return f"周{WEEKDAYS[weekday]}的结束要晚于开始。"
        for earlier, later in itertools.pairwise(day):
            if later.opens < earlier.closes:
                return f"周{WEEKDAYS[weekday]}的两段时间叠在一起了。"
    return ""


def spans_on(offer: Offer, day: dt.date) -> list[Span]:
    """When it serves on a day, earliest first."""
    if day < offer.first or (offer.after is not None and day >= offer.after) or day in offer.holidays:
        return []
    if any(pause.first <= day < pause.after for pause in offer.pauses):
        return []
    return sorted((span for span in offer.hours if span.weekday == day.weekday()), key=lambda span: span.opens)


def now(offer: Offer, at: dt.datetime) -> Now:
    """How it stands at `at`, an aware instant of Shanghai.

    >>> offer = Offer([Span(0, dt.time(11), dt.time(13))], [], dt.date(2026, 1, 1), None, ())
    >>> now(offer, dt.datetime(2026, 11, 23, 11, 30)).words
    '正在供餐，到 13:00'
    >>> now(offer, dt.datetime(2026, 11, 23, 13, 0)).words
    '现在不供餐，11-30 周一 11:00 开始'
    """
    today, clock = at.date(), at.time().replace(tzinfo=None)
    for span in spans_on(offer, today):
        if span.opens <= clock < span.closes:
            until = at.replace(hour=span.closes.hour, minute=span.closes.minute, second=0, microsecond=0)
            return Now(True, "正在供餐", f"到 {span.closes:%H:%M}", until=until)
    if offer.after is not None and today >= offer.after:
        return Now(False, "已停办", "")
    following = _next(offer, at)
    why = next((pause.reason for pause in offer.pauses if pause.first <= today < pause.after), "")
    state = f"停供：{why}" if why else "今天节假日不供餐" if today in offer.holidays else "现在不供餐"
    if following is None:
        return Now(False, state, "近三周没有安排")
    return Now(False, state, f"{_when(following, today)}开始", next_at=following)


def in_words(hours: Sequence[Span]) -> list[str]:
    """The week in as few lines as it takes: 周一至周五 11:00–13:00、17:00–18:30."""
    by_day = {
        day: tuple(
            f"{s.opens:%H:%M}–{s.closes:%H:%M}" for s in sorted(hours, key=lambda s: s.opens) if s.weekday == day
        )
        for day in range(7)
    }
    lines, first = [], 0
    while first < 7:
        last = first
        while last < 6 and by_day[last + 1] == by_day[first]:
            last += 1
        if by_day[first]:
            days = f"周{WEEKDAYS[first]}" + (f"至周{WEEKDAYS[last]}" if last > first else "")
            lines.append(f"{days} {'、'.join(by_day[first])}")
        first = last + 1
    return lines


def _next(offer: Offer, at: dt.datetime) -> dt.datetime | None:
    clock = at.time().replace(tzinfo=None)
    for ahead in range(AHEAD):
        day = at.date() + dt.timedelta(days=ahead)
        for span in spans_on(offer, day):
            if ahead or span.opens > clock:
                return dt.datetime.combine(day, span.opens, at.tzinfo)
    return None


def _when(instant: dt.datetime, today: dt.date) -> str:
    days = (instant.date() - today).days
    if days == 0:
        return f"今天 {instant:%H:%M} "
    return (
        f"明天 {instant:%H:%M} " if days == 1 else f"{instant:%m-%d} 周{WEEKDAYS[instant.weekday()]} {instant:%H:%M} "
    )
