"""When spaces are open: the week, public holidays, and single days that differ."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.territory import calendar
from supply.models import Booking, DayHours, Hours, Space, Venue
from supply.timing.opening import Span, Week, joined, week_in_words
from supply.venues.places import VenueError


def weeks_of(spaces: Iterable[Space], *, first: dt.date, last: dt.date) -> dict[uuid.UUID, Week]:
    """The hours of spaces by id, with the single days and holidays from `first` to `last`. Three queries."""
    rows = list(spaces)
    days: dict[uuid.UUID, dict[int, list[Span]]] = {row.pk: {} for row in rows}
    for space, weekday, opens, closes in Hours.objects.filter(space__in=rows).values_list(
        "space_id", "weekday", "opens", "closes"
    ):
        days[space].setdefault(weekday, []).append(Span(opens, closes))
    special = calendar.load(first, last).special
    single = _single_days(rows, first, last)
    return {row.pk: Week(days[row.pk], single[row.pk], special) for row in rows}


def _single_days(rows: Sequence[Space], first: dt.date, last: dt.date) -> dict[uuid.UUID, dict[dt.date, list[Span]]]:
    """By space and day; what was said of a space comes before what was said of its venue."""
    found: dict[uuid.UUID, dict[dt.date, list[Span]]] = {row.pk: {} for row in rows}
    by_venue: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        by_venue.setdefault(row.venue_id, []).append(row.pk)
    said = DayHours.objects.filter(venue__in=by_venue, day__gte=first, day__lte=last)
    for each in sorted(said, key=lambda each: each.space_id is not None):
        spans = [] if each.opens is None or each.closes is None else [Span(each.opens, each.closes)]
        for space in [each.space_id] if each.space_id else by_venue[each.venue_id]:
            if space in found:
                found[space][each.day] = spans
    return found


@transaction.atomic
def set_week(*, space: Space, days: Mapping[int, Sequence[Span]], actor: User, at: dt.datetime) -> None:
    """Put a whole week (0 Monday … 6 Sunday, 7 public holidays) in place of the one before. Raises `VenueError`."""
    row = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
    before = week_in_words(_days_of(row))
    for weekday, spans in days.items():
        if len(joined(spans)) < len(spans):
            raise VenueError("同一天的两段时间重叠或相接，合成一段写。", field=f"day_{weekday}")
    made = [
        Hours(street_id=row.street_id, space=row, weekday=weekday, opens=span.opens, closes=span.closes)
        for weekday, spans in days.items()
        for span in spans
    ]
    Hours.objects.filter(space=row).delete()
    with as_sentences(VenueError):
        Hours.objects.bulk_create(made)
    after = week_in_words(_days_of(row))
    if before != after:
        record(
            verb="venue.set_week", target=row, actor=actor, at=at, before={"week": _one_line(before)},
            after={"week": _one_line(after)},
        )  # fmt: skip


def _days_of(space: Space) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for weekday, opens, closes in Hours.objects.filter(space=space).values_list("weekday", "opens", "closes"):
        found.setdefault(weekday, []).append(Span(opens, closes))
    return found


def _one_line(lines: list[tuple[str, str]]) -> str:
    return "；".join(f"{days} {hours}" for days, hours in lines)


@transaction.atomic
def set_day(
    *, venue: Venue, space: Space | None, day: dt.date, span: Span | None, reason: str, actor: User, at: dt.datetime
) -> tuple[DayHours, list[Booking]]:
    """Other hours on one day, or closed (`span` None), of a venue or one of its spaces.

    Returns the bookings that lie outside these hours: they stand until somebody moves or cancels them, and are shown
    to whoever looks after the venue. Raises `VenueError`.
    """
    if day < clock.day_of(at):
        raise VenueError("这一天已经过去。", field="day")
    text = " ".join(reason.split())
    if not text:
        raise VenueError("写一句原因，来的人看得到。", field="reason")
    row = DayHours(
        street_id=venue.street_id, venue=venue, space=space, day=day, opens=span.opens if span else None,
        closes=span.closes if span else None, reason=text[:100], made_by=actor, made_at=at,
    )  # fmt: skip
    with as_sentences(VenueError, field="day"):
        row.save(force_insert=True)
    record(verb="venue.set_day", target=row, actor=actor, at=at, after={"opening": row.words}, reason=row.reason)
    return row, outside(venue=venue, day=day)


@transaction.atomic
def withdraw_day(*, day_hours: DayHours, actor: User, at: dt.datetime) -> None:
    """The week holds again on that day. Raises `VenueError` (the day is over)."""
    row = DayHours.objects.select_for_update(of=("self",)).get(pk=day_hours.pk)
    if row.day < clock.day_of(at):
        raise VenueError("这一天已经过去。")
    record(verb="venue.withdraw_day", target=row, actor=actor, at=at, before={"opening": row.words}, reason=row.reason)
    row.delete()


def outside(*, venue: Venue, day: dt.date) -> list[Booking]:
    """The standing bookings of a venue on a day that lie outside its opening hours."""
    since = dt.datetime.combine(day, dt.time.min, clock.SHANGHAI)
    rows = Booking.objects.filter(space__venue=venue).standing().between(since, since + dt.timedelta(days=1))
    found = list(rows.with_all().in_order())
    weeks = weeks_of({row.space_id: row.space for row in found}.values(), first=day, last=day)
    return [row for row in found if not weeks[row.space_id].holds(day, span_of(row.starts_at, row.ends_at))]


def span_of(starts_at: dt.datetime, ends_at: dt.datetime) -> Span:
    """The minutes of a stretch that lies on one day of Shanghai; its end may be midnight."""
    begin, end = starts_at.astimezone(clock.SHANGHAI), ends_at.astimezone(clock.SHANGHAI)
    opens = begin.hour * 60 + begin.minute
    return Span(opens, opens + round((end - begin).total_seconds() / 60))


def instants(day: dt.date, span: Span) -> tuple[dt.datetime, dt.datetime]:
    """When a stretch of a day begins and ends."""
    midnight = dt.datetime.combine(day, dt.time.min, clock.SHANGHAI)
    return midnight + dt.timedelta(minutes=span.opens), midnight + dt.timedelta(minutes=span.closes)


def grids_without(street_id: uuid.UUID) -> list[str]:
    """The names of the grids that have no venue: gaps of the rule 一网格一阵地."""
    from shimen.territory.models import Area

    taken = Venue.objects.filter(street_id=street_id).standing().values("area")
    rows = Area.objects.filter(street_id=street_id).grids().filter(~Q(pk__in=taken))
    return list(rows.in_order().values_list("name", flat=True))
