"""At the door: those who booked check in by their code; what nobody checked in for is given free."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.crypto import constant_time_compare

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.models import Street
from supply.bookings import booking as verbs
from supply.bookings import waiting
from supply.bookings.wanted import BookingError
from supply.models import Booking, Space, SupplyRule
from supply.rules.booking_states import State

_OPEN = (State.CONFIRMED, State.USED)


def check_in_by_code(*, space: Space, code: str, at: dt.datetime) -> Booking:
    """Whoever has the code of today's booking of this space is there. Said twice it holds once. Raises `BookingError`."""
    begin = dt.datetime.combine(clock.day_of(at), dt.time.min, clock.SHANGHAI)
    today = Booking.objects.filter(space=space, state__in=(*_OPEN, State.RELEASED)).between(
        begin, begin + dt.timedelta(days=1)
    )
    typed = "".join(sign for sign in code if sign.isdigit())
    row = next((row for row in today.in_order() if constant_time_compare(row.code, typed)), None)
    if row is None:
        raise BookingError("今天这里没有这个入场码的预订；看一下预订页上的六位数字。", field="code")
    return check_in(booking=row, actor=None, at=at)


@transaction.atomic
def check_in(*, booking: Booking, actor: User | None, at: dt.datetime) -> Booking:
    """Those who booked are there. Raises `BookingError` (too early, over, given free)."""
    known = Booking.objects.get(pk=booking.pk)
    if known.state == State.USED:
        return known
    if known.state == State.RELEASED:
        raise BookingError("开始后一直没有签到，已经释放给别人；空着的话可以重新订。", field="code")
    row, _ = verbs.locked(booking, "check_in")
    minutes = SupplyRule.objects.book(street=row.street_id, on=clock.day_of(at))["booking_check_in_minutes"]
    if at < row.starts_at - dt.timedelta(minutes=minutes):
        begin = row.starts_at.astimezone(clock.SHANGHAI)
        raise BookingError(f"{begin:%H:%M} 开始，提前 {minutes} 分钟起可以签到。", field="code")
    if at >= row.ends_at:
        raise BookingError("这一场已经结束。", field="code")
    verbs.turn(row, State.USED, at=at, checked_in_at=at)
    record(verb="booking.check_in", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def release(*, booking: Booking, at: dt.datetime) -> bool:
    """Nobody came: the rest of the time is free. False when somebody has come meanwhile."""
    try:
        row, wanted = verbs.locked(booking, "release")
    except BookingError:
        return False
    minutes = SupplyRule.objects.book(street=row.street_id, on=clock.day_of(at))["booking_release_minutes"]
    if at < row.starts_at + dt.timedelta(minutes=minutes):
        return False
    verbs.turn(row, State.RELEASED, at=at, reason=f"开始后 {minutes} 分钟没有签到")
    record(verb="booking.release", target=row, actor=None, at=at)
    waiting.offer_freed(freed=wanted, at=at)
    return True


def settle(*, street: Street, at: dt.datetime) -> dict[str, int]:
    """Bring a street's bookings in step with the clock: what nobody came for, offers and requests that ran out.

    Every booking is a transaction of its own; running twice does nothing more. Returns how many of each.
    """
    minutes = SupplyRule.objects.book(street=street.pk, on=clock.day_of(at))["booking_release_minutes"]
    rows = Booking.objects.filter(street=street)
    # What stands on the weekly menu takes place without anybody's saying figures at the door.
    missed = rows.filter(
        state=State.CONFIRMED, starts_at__lte=at - dt.timedelta(minutes=minutes), menu_item__isnull=True
    )
    unasked = rows.filter(state__in=(State.WAITING, State.PENDING, State.OFFERED), starts_at__lte=at)
    untaken = rows.filter(state=State.OFFERED, offer_until__lte=at)
    return {
        "released": sum(release(booking=row, at=at) for row in missed.order_by("starts_at", "pk")),
        "lapsed": sum(waiting.lapse(booking=row, at=at) for row in (unasked | untaken).order_by("starts_at", "pk")),
    }
