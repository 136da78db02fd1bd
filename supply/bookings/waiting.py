"""The waiting list: whoever waited longest is offered what becomes free, and has some hours to take it.

Everything here runs inside the verb or task that freed something, under its locks.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.bookings import booking as verbs
from supply.bookings import holding
from supply.bookings.wanted import BookingError, Wanted, of_booking, rules
from supply.models import Booking
from supply.rules.booking_states import State


def offer_freed(*, freed: Wanted, at: dt.datetime) -> list[Booking]:
    """Offer what `freed` held to those who wait for any of it, in the order in which they came. Returns who was offered."""
    of_these = (
        Q(holds__space=freed.space) | Q(holds__equipment__in=freed.equipment) | Q(holds__speaker__in=freed.speakers)
    )
    rows = Booking.objects.filter(of_these, state=State.WAITING, starts_at__gt=at).between(
        freed.starts_at, freed.ends_at
    )
    in_turn = rows.select_related("space__venue", "recipient").distinct().order_by("made_at", "pk")
    return [row for row in in_turn if _offer(row, at)]


def _offer(row: Booking, at: dt.datetime) -> bool:
    wanted = of_booking(row)
    if holding.in_the_way(wanted):
        return False
    until = min(at + dt.timedelta(hours=rules(wanted, at)["booking_offer_hours"]), row.starts_at)
    try:
        with as_sentences(BookingError):
            verbs.turn(row, State.OFFERED, at=at, offer_until=until)
    except BookingError:
        return False  # what it needs besides was taken at this moment by somebody who held no lock of ours
    record(verb="booking.offer", target=row, actor=None, at=at, after={"until": until.isoformat()})
    return True


@transaction.atomic
def take(*, booking: Booking, actor: User, at: dt.datetime) -> Booking:
    """Accept what was offered. Raises `BookingError` (the hours are over)."""
    row, wanted = verbs.locked(booking, "take")
    if row.offer_until is not None and row.offer_until <= at:
        raise BookingError("保留的时间过了，已经让给下一位；还要的话重新订。")
    verbs.turn(row, verbs.first_state(wanted.space), at=at, offer_until=None)
    record(verb="booking.take", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def cancel(*, booking: Booking, reason: str, actor: User | None, at: dt.datetime) -> Booking:
    """A booking is given up; the next on the waiting list is offered it. Raises `BookingError`."""
    row, wanted = verbs.locked(booking, "cancel")
    if row.ends_at <= at:
        raise BookingError("这一场已经结束，不用取消。")
    text = verbs.checked_reason(reason)
    verbs.turn(row, State.CANCELLED, at=at, reason=text)
    record(verb="booking.cancel", target=row, actor=actor, at=at, before=verbs.told(row), reason=text)
    offer_freed(freed=wanted, at=at)
    return row


@transaction.atomic
def refuse(*, booking: Booking, reason: str, actor: User, at: dt.datetime) -> Booking:
    """The master of the venue does not consent, and says why; the next on the list is offered it. Raises `BookingError`."""
    row, wanted = verbs.locked(booking, "refuse")
    text = verbs.checked_reason(reason)
    verbs.turn(row, State.REFUSED, at=at, reason=text)
    record(verb="booking.refuse", target=row, actor=actor, at=at, reason=text)
    offer_freed(freed=wanted, at=at)
    return row


@transaction.atomic
def shift(*, booking: Booking, wanted: Wanted, actor: User | None, at: dt.datetime) -> Booking:
    """Move a booking, and offer the slot that it leaves. Raises `BookingError`."""
    left = of_booking(booking)
    row = verbs.move(booking=booking, wanted=wanted, actor=actor, at=at)
    offer_freed(freed=left, at=at)
    return row


@transaction.atomic
def lapse(*, booking: Booking, at: dt.datetime) -> bool:
    """What was offered and not taken, not decided or not reached in time comes to its end. False when it has moved on."""
    try:
        row, wanted = verbs.locked(booking, "lapse")
    except BookingError:
        return False
    is_over = row.starts_at <= at or (row.offer_until is not None and row.offer_until <= at)
    if not is_over:
        return False
    held = row.state != State.WAITING
    verbs.turn(row, State.LAPSED, at=at, offer_until=None)
    record(verb="booking.lapse", target=row, actor=None, at=at)
    if held:
        offer_freed(freed=wanted, at=at)
    return True
