"""The verbs on single bookings: booked, put on the waiting list, agreed to, refused, moved, cancelled."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import transaction

from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.bookings import holding
from supply.bookings.wanted import BookingError, Wanted, check, check_name, of_booking
from supply.models import Booking, BookingSeries, Hold, Space
from supply.rules.booking_states import STANDING, State, allowed

SHORTEST_REASON = 4


def new_code() -> str:
    """Six figures that are said at the door."""
    return f"{secrets.randbelow(1_000_000):06d}"


def first_state(space: Space) -> State:
    """Where a booking of a space begins."""
    return State.PENDING if space.needs_consent else State.CONFIRMED


def drafted(
    wanted: Wanted, state: State, *, actor: User | None, at: dt.datetime, series: BookingSeries | None = None
) -> Booking:
    """The row of a booking, not written yet."""
    return Booking(
        street_id=wanted.space.street_id, space=wanted.space, series=series, title=wanted.title.strip(),
        recipient=wanted.recipient, people=wanted.people, note=wanted.note.strip(), starts_at=wanted.starts_at,
        ends_at=wanted.ends_at, state=state, code=new_code(), made_by=actor, made_at=at, changed_at=at,
    )  # fmt: skip


def told(booking: Booking) -> dict[str, Any]:
    """What the log keeps of a booking."""
    return {
        "space": str(booking.space),
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "people": booking.people,
    }


@transaction.atomic
def book(*, wanted: Wanted, actor: User | None, at: dt.datetime) -> Booking:
    """Book a space and what goes with it. Raises `BookingError`; where it is taken, with the nearest free slots."""
    check(wanted, at=at)
    check_name(wanted, actor, at)
    holding.lock([wanted])
    holding.still_in_use(wanted)
    holding.not_elsewhere(wanted)
    holding.refuse_collision(wanted, holding.in_the_way(wanted), at=at)
    row = drafted(wanted, first_state(wanted.space), actor=actor, at=at)
    with as_sentences(BookingError, field="opens"):
        row.save(force_insert=True)
        Hold.objects.bulk_create(holding.hold_all(row, wanted, stands=True))
    record(verb="booking.book", target=row, actor=actor, at=at, after=told(row))
    return row


@transaction.atomic
def wait(*, wanted: Wanted, actor: User, at: dt.datetime) -> Booking:
    """Stand on the waiting list for a slot that is taken. Raises `BookingError` (it is free, or waited for already)."""
    check(wanted, at=at)
    check_name(wanted, actor, at)
    holding.lock([wanted])
    if not holding.in_the_way(wanted):
        raise BookingError("这个时段空着，直接订就行。", field="opens")
    same = Booking.objects.filter(space=wanted.space, made_by=actor, state=State.WAITING, starts_at=wanted.starts_at)
    if same.exists():
        raise BookingError("您已经在候补这个时段。", field="opens")
    row = drafted(wanted, State.WAITING, actor=actor, at=at)
    row.save(force_insert=True)
    Hold.objects.bulk_create(holding.hold_all(row, wanted, stands=False))
    record(verb="booking.wait", target=row, actor=actor, at=at, after=told(row))
    return row


def locked(booking: Booking, move: str) -> tuple[Booking, Wanted]:
    """The booking as it stands now, with what it holds locked before it. Raises `BookingError` (too late for that)."""
    wanted = of_booking(Booking.objects.select_related("space__venue", "recipient").get(pk=booking.pk))
    holding.lock([wanted])
    row = Booking.objects.select_for_update(of=("self",)).select_related("space__venue", "recipient").get(pk=booking.pk)
    if not allowed(row.state, move):
        raise BookingError(f"这场预订现在是“{State(row.state).words}”，不能这样改了。")
    return row, of_booking(row)


def turn(row: Booking, state: State, *, at: dt.datetime, **values: Any) -> None:
    """Write a booking's new state, and whether its holds stand."""
    row.state, row.changed_at, row.revision = state, at, row.revision + 1
    for key, value in values.items():
        setattr(row, key, value)
    row.save(update_fields=["state", "changed_at", "revision", *values])
    Hold.objects.filter(booking=row).update(stands=state in STANDING)


@transaction.atomic
def agree(*, booking: Booking, actor: User, at: dt.datetime) -> Booking:
    """The master of the venue consents. Raises `BookingError`."""
    row, _ = locked(booking, "agree")
    turn(row, State.CONFIRMED, at=at)
    record(verb="booking.agree", target=row, actor=actor, at=at)
    return row


def checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise BookingError("写明原因，至少 4 个字，预订人看得到。", field="reason")
    return text[:200]


@transaction.atomic
def move(*, booking: Booking, wanted: Wanted, actor: User | None, at: dt.datetime) -> Booking:
    """Another time or space for a booking; consent is asked again where the space wants it. Raises `BookingError`."""
    check(wanted, at=at)
    check_name(wanted, actor, at, before=booking.recipient)
    before_wanted = of_booking(Booking.objects.select_related("space__venue", "recipient").get(pk=booking.pk))
    holding.lock([before_wanted, wanted])
    row, _ = locked(booking, "move")
    holding.still_in_use(wanted)
    holding.not_elsewhere(wanted)
    if row.starts_at <= at:
        raise BookingError("已经开始了，不能改期；可以另订一场。")
    holding.refuse_collision(wanted, holding.in_the_way(wanted, besides=row), at=at, besides=row)
    before = told(row)
    row.space, row.title, row.people, row.note = wanted.space, wanted.title.strip(), wanted.people, wanted.note.strip()
    row.recipient, row.starts_at, row.ends_at = wanted.recipient, wanted.starts_at, wanted.ends_at
    row.state, row.changed_at, row.revision = first_state(wanted.space), at, row.revision + 1
    with as_sentences(BookingError, field="opens"):
        row.holds.all().delete()
        row.save()
        Hold.objects.bulk_create(holding.hold_all(row, wanted, stands=True))
    record(verb="booking.move", target=row, actor=actor, at=at, before=before, after=told(row))
    return row
