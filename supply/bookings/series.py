"""Bookings that come again: every occurrence is checked before any is written, and what is in the way is named."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.bookings import booking as verbs
from supply.bookings import holding, waiting
from supply.bookings.wanted import BookingError, Wanted, check, check_hours, check_name, rules
from supply.models import Booking, BookingSeries, Hold
from supply.rules.booking_states import State
from supply.timing import series as timing
from supply.timing.opening import Week
from supply.timing.series import Pattern
from supply.venues.hours import weeks_of

NAMED = 4  # obstacles that are named one by one


def occurrences(pattern: Pattern) -> list[dt.date]:
    """The days of a series. Raises `BookingError` (none, or too many)."""
    days = timing.days(pattern)
    if not days:
        raise BookingError("这样排一次也没有，看看星期和截止日期。", field="until")
    if len(days) > timing.MOST:
        raise BookingError(f"一个系列最多 {timing.MOST} 次，截止日期提前一些。", field="until")
    return days


@transaction.atomic
def book(
    *, wanted: Wanted, pattern: Pattern, skip_holidays: bool, actor: User, at: dt.datetime
) -> tuple[BookingSeries, list[Booking]]:
    """Book every occurrence of a series, or none. `wanted` says what and at which hours; its day is the first one.

    `skip_holidays` leaves out public holidays; without it a holiday is an obstacle like any other. Raises `BookingError`
    that names the occurrences in the way.
    """
    days = occurrences(pattern)
    check(wanted.on(days[0]), at=at, week=_always(wanted))
    check_name(wanted, actor, at)
    week = weeks_of([wanted.space], first=days[0], last=days[-1])[wanted.space.pk]
    if skip_holidays:
        days = [day for day in days if not week.is_holiday(day)]
        if not days:
            raise BookingError("除去节假日，一次也没有了。", field="until")
    _check_days(wanted, days, week, at=at)
    holding.lock([wanted])
    holding.still_in_use(wanted)
    _check_collisions(wanted, days, at=at)
    made = BookingSeries.objects.create(
        street_id=wanted.space.street_id, space=wanted.space, title=wanted.title.strip(), frequency=pattern.frequency,
        interval=pattern.interval, weekdays=sorted(pattern.weekdays), nth=pattern.nth, first=pattern.first,
        until=pattern.until, opens=wanted.span.opens, closes=wanted.span.closes, skipped=sorted(pattern.skipped),
        made_by=actor, made_at=at,
    )  # fmt: skip
    state = verbs.first_state(wanted.space)
    rows = [verbs.drafted(wanted.on(day), state, actor=actor, at=at, series=made) for day in days]
    with as_sentences(BookingError, field="opens"):
        Booking.objects.bulk_create(rows)
        Hold.objects.bulk_create([hold for row in rows for hold in holding.hold_all(row, wanted, stands=True)])
    after = verbs.told(rows[0]) | {"times": len(rows), "until": days[-1].isoformat()}
    record(verb="booking.book_series", target=made, actor=actor, at=at, after=after)
    return made, rows


def _always(wanted: Wanted) -> Week:
    """Open at the wanted hours: each day's own hours are looked at together."""
    return Week(single={}, days=dict.fromkeys(range(8), (wanted.span,)))


def _check_days(wanted: Wanted, days: list[dt.date], week: Week, *, at: dt.datetime) -> None:
    last = clock.day_of(at) + dt.timedelta(days=rules(wanted, at)["booking_ahead_days"])
    if days[-1] > last:
        raise BookingError(f"最多订到 {last:%Y-%m-%d}，这个系列排到了 {days[-1]:%Y-%m-%d}。", field="until")
    holidays = [day for day in days if week.is_holiday(day)]
    closed = [day for day in holidays if not week.holds(day, wanted.span)]
    if closed:
        raise BookingError(f"{_named(closed)} 是节假日，不开放；勾上“跳过节假日”，或改日子。", field="skip_holidays")
    outside = [day for day in days if not week.holds(day, wanted.span)]
    if len(outside) == 1:
        check_hours(wanted.on(outside[0]), week)
    if outside:
        raise BookingError(f"{_named(outside)} 这个时间不开放，改时间，或把这几天写进“跳过”。", field="skipped")


def _named(days: list[dt.date]) -> str:
    named = "、".join(f"{day:%m-%d}" for day in days[:NAMED])
    return named if len(days) <= NAMED else f"{named} 等 {len(days)} 次"


def _check_collisions(wanted: Wanted, days: list[dt.date], *, at: dt.datetime) -> None:
    for day in days:
        holding.not_elsewhere(wanted.on(day))
    found = [(day, holds[0]) for day in days if (holds := holding.in_the_way(wanted.on(day)))]
    if not found:
        return
    named = "；".join(f"{day:%m-%d} {holding.taken_by(hold)}" for day, hold in found[:NAMED])
    more = f"；等 {len(found)} 次" if len(found) > NAMED else ""
    free = holding.free_near(wanted.on(found[0][0]), at=at)
    raise BookingError(
        f"{len(days)} 次里有 {len(found)} 次撞上：{named}{more}。换时间，或把这几天写进“跳过”；一次也没有订。",
        field="opens",
        free=free,
    )


@transaction.atomic
def cancel_rest(*, series: BookingSeries, since: dt.date, reason: str, actor: User, at: dt.datetime) -> int:
    """Cancel the occurrences from a day on that have not begun; returns how many. Raises `BookingError` (none)."""
    begin = max(dt.datetime.combine(since, dt.time.min, clock.SHANGHAI), at)
    open_states = (State.WAITING, State.OFFERED, State.PENDING, State.CONFIRMED)
    rows = list(series.bookings.filter(starts_at__gte=begin, state__in=open_states).order_by("starts_at", "pk"))
    if not rows:
        raise BookingError("这一天以后没有要取消的了。")
    for row in rows:
        waiting.cancel(booking=row, reason=reason, actor=actor, at=at)
    return len(rows)
