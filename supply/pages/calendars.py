"""What is booked when: a day with its free stretches, a week of spaces by days, a month of days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shimen import clock
from supply.models import Booking, Shift, Space, Venue
from supply.timing.opening import WEEKDAY_NAMES, Span
from supply.venues.hours import span_of, weeks_of

ONE = dt.timedelta(days=1)
VIEWS = [("week", "周"), ("day", "日"), ("month", "月")]
SHOWN = 3
LEAST = 30  # minutes: a gap that is shorter cannot be booked


def day_words(day: dt.date) -> str:
    """周二 11-24"""
    return f"{WEEKDAY_NAMES[day.weekday()]} {day:%m-%d}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a space's day: booked, or free (`booking` None)."""

    span: Span
    booking: Booking | None


@dataclass(slots=True)
class Cell:
    """A space on a day, or a day of all spaces."""

    day: dt.date
    hours: str = ""
    is_open: bool = True
    is_inside: bool = True
    bookings: list[Booking] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def words(self) -> str:
        return day_words(self.day)

    @property
    def free_words(self) -> str:
        """09:00—13:30、15:30—21:00; '' where nothing is free."""
        return "、".join(piece.span.words for piece in self.stretches if piece.booking is None)

    @property
    def shown(self) -> list[Booking]:
        return self.bookings[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.bookings) - SHOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """A space and its cells. `always` says the hours of one where nobody books."""

    space: Space
    cells: list[Cell]
    always: str = ""


def bounds(view: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """First day and the day after the last one of what is shown around a day."""
    if view == "day":
        return day, day + ONE
    if view == "month":
        first = day.replace(day=1)
        return first, (first + dt.timedelta(days=32)).replace(day=1)
    monday = day - ONE * day.weekday()
    return monday, monday + ONE * 7


def lines(venue: Venue, *, first: dt.date, after: dt.date) -> list[Line]:
    """The spaces of a venue by the days from `first` until before `after`. Six queries, however many rows."""
    spaces = list(venue.spaces.in_use().order_by("place", "pk"))
    days = [first + ONE * n for n in range((after - first).days)]
    weeks = weeks_of(spaces, first=first, last=days[-1])
    by_cell: dict[tuple[object, dt.date], list[Booking]] = defaultdict(list)
    for row in booked(venue, first=first, after=after):
        by_cell[row.space_id, clock.day_of(row.starts_at)].append(row)
    found = []
    for space in spaces:
        week = weeks[space.pk]
        cells = [
            Cell(day, week.words(day), bool(week.spans(day)), bookings=by_cell[space.pk, day]) for day in days
        ]  # fmt: skip
        always = "" if space.takes_bookings else next((cell.hours for cell in cells if cell.is_open), "不开放")
        if len(days) == 1 and space.takes_bookings:
            cells[0].stretches = stretches(week.spans(first), cells[0].bookings)
        found.append(Line(space, cells, always))
    return found


def booked(venue: Venue, *, first: dt.date, after: dt.date) -> list[Booking]:
    """What a calendar of a venue shows, in order."""
    since, until = (dt.datetime.combine(day, dt.time.min, clock.SHANGHAI) for day in (first, after))
    rows = Booking.objects.filter(space__venue=venue).shown().between(since, until)
    return list(rows.select_related("space", "recipient").in_order())


def stretches(spans: Sequence[Span], bookings: Iterable[Booking]) -> list[Stretch]:
    """The opening hours of a day, cut into what is booked and what is free. What was released counts as free."""
    held = [Stretch(span_of(row.starts_at, row.ends_at), row) for row in bookings if row.state != "released"]
    found = list(held)
    for span in spans:
        at = span.opens
        for piece in sorted(held, key=lambda piece: piece.span):
            if piece.span.closes <= at or piece.span.opens >= span.closes:
                continue
            if piece.span.opens - at >= LEAST:
                found.append(Stretch(Span(at, piece.span.opens), None))
            at = max(at, piece.span.closes)
        if span.closes - at >= LEAST:
            found.append(Stretch(Span(at, span.closes), None))
    return sorted(found, key=lambda piece: piece.span)


def month(rows: Iterable[Booking], *, first: dt.date, after: dt.date) -> list[list[Cell]]:
    """Whole weeks around a month, Monday first; days outside it are empty."""
    by_day: dict[dt.date, list[Booking]] = defaultdict(list)
    for row in rows:
        by_day[clock.day_of(row.starts_at)].append(row)
    monday = first - ONE * first.weekday()
    found = []
    while monday < after:
        days = [monday + ONE * n for n in range(7)]
        found.append([Cell(day, is_inside=first <= day < after, bookings=by_day[day]) for day in days])
        monday += ONE * 7
    return found


def masters(venue: Venue, *, first: dt.date, after: dt.date) -> list[tuple[dt.date, Shift | None]]:
    """Who is master on each day."""
    rows = Shift.objects.filter(venue=venue).between(first, after - ONE).select_related("master")
    known = {row.day: row for row in rows}
    return [(day, known.get(day)) for day in (first + ONE * n for n in range((after - first).days))]
