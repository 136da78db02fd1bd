"""Holding what a booking needs: the lock, who has it already, which slots nearby are free, the rows that hold it.

Whoever writes a booking first locks the things that it needs (spaces, then equipment, then lecturers, each by id). So two
who want the same slot come one after the other, and the second is told by name who was first. The exclusion constraints
stand behind that for whatever does not lock.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from shimen import clock
from supply.bookings import speakers
from supply.bookings.wanted import BookingError, Wanted
from supply.models import Booking, Equipment, Hold, Space, Speaker
from supply.timing.free import Slot, nearest
from supply.venues.hours import span_of, weeks_of

AROUND = 14  # days before and after in which free slots are looked for


def lock(wanted: Iterable[Wanted]) -> None:
    """Take the things that are wanted for the length of the transaction, always in the same order.

    What was given up while somebody was filling in the form is seen here; see `still_in_use`.
    """
    rows = list(wanted)
    things: tuple[tuple[type[Space | Equipment | Speaker], set[uuid.UUID]], ...] = (
        (Space, {row.space.pk for row in rows}),
        (Equipment, {thing.pk for row in rows for thing in row.equipment}),
        (Speaker, {thing.pk for row in rows for thing in row.speakers}),
    )
    for model, ids in things:
        if ids:
            # Evaluated for the lock, not for what it returns.
            list(model.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",)))


def still_in_use(wanted: Wanted) -> None:
    """Under the lock: nothing that is wanted has been given up meanwhile. Raises `BookingError`."""
    gone = Space.objects.filter(pk=wanted.space.pk).exclude(retired_on__isnull=True, venue__closed_on__isnull=True)
    things = (
        gone,
        Equipment.objects.filter(pk__in=[thing.pk for thing in wanted.equipment], retired_on__isnull=False),
        Speaker.objects.filter(pk__in=[thing.pk for thing in wanted.speakers], retired_on__isnull=False),
    )
    for rows in things:
        if row := rows.first():
            raise BookingError(f"{row}刚刚停用，换一个。")


def not_elsewhere(wanted: Wanted) -> None:
    """Under the lock: no lecturer teaches somewhere else at that time. Raises `BookingError`."""
    for speaker in wanted.speakers:
        if words := speakers.elsewhere(speaker, wanted.starts_at, wanted.ends_at):
            raise BookingError(f"{wanted.slot.words} {speaker}{words}，换个时段，或请别的讲师。", field="speakers")


def _on_these(wanted: Wanted) -> Q:
    return Q(space=wanted.space) | Q(equipment__in=wanted.equipment) | Q(speaker__in=wanted.speakers)


def in_the_way(wanted: Wanted, *, besides: Booking | None = None) -> list[Hold]:
    """The standing holds that collide, in order of time."""
    during = DateTimeTZRange(wanted.starts_at, wanted.ends_at)
    rows = Hold.objects.filter(_on_these(wanted), stands=True, during__overlap=during)
    if besides is not None:
        rows = rows.exclude(booking=besides)
    return list(rows.select_related("booking", "space", "equipment", "speaker").order_by("booking__starts_at", "pk"))


def free_near(wanted: Wanted, *, at: dt.datetime, besides: Booking | None = None, most: int = 3) -> list[Slot]:
    """The nearest slots in which everything that is wanted is free and open."""
    first, last = wanted.day - dt.timedelta(days=AROUND), wanted.day + dt.timedelta(days=AROUND)
    week = weeks_of([wanted.space], first=first, last=last)[wanted.space.pk]
    begin = dt.datetime.combine(first, dt.time.min, clock.SHANGHAI)
    during = DateTimeTZRange(begin, begin + dt.timedelta(days=2 * AROUND + 1))
    rows = Hold.objects.filter(_on_these(wanted), stands=True, during__overlap=during)
    if besides is not None:
        rows = rows.exclude(booking=besides)
    taken = [
        Slot(clock.day_of(starts_at), span_of(starts_at, ends_at))
        for starts_at, ends_at in rows.values_list("booking__starts_at", "booking__ends_at")
    ]
    now = at.astimezone(clock.SHANGHAI)
    return nearest(
        wanted.slot, weeks=[week], taken=taken, not_before=(now.date(), now.hour * 60 + now.minute), days=AROUND, most=most
    )  # fmt: skip


def refuse_collision(wanted: Wanted, holds: Sequence[Hold], *, at: dt.datetime, besides: Booking | None = None) -> None:
    """Raise `BookingError` that names who is first and what is free nearby; nothing when `holds` is empty."""
    if not holds:
        return
    free = free_near(wanted, at=at, besides=besides)
    near = f"最近有空：{'；'.join(slot.words for slot in free)}。" if free else "前后两周都没有空，可以排候补。"
    raise BookingError(f"{wanted.slot.words} {taken_by(holds[0])}。{near}", field="day", free=free, is_taken=True)


def taken_by(hold: Hold) -> str:
    """网格议事厅已被“主题党日”（09:00—11:00）订走."""
    booking = hold.booking
    return f"{hold}已被“{booking}”（{span_of(booking.starts_at, booking.ends_at).words}）订走"


def hold_all(booking: Booking, wanted: Wanted, *, stands: bool) -> list[Hold]:
    """The rows that hold what a booking needs, not written yet."""
    during = DateTimeTZRange(booking.starts_at, booking.ends_at)
    things: list[dict[str, Space | Equipment | Speaker]] = [{"space": wanted.space}]
    things += [{"equipment": thing} for thing in wanted.equipment]
    things += [{"speaker": thing} for thing in wanted.speakers]
    return [
        Hold(street_id=booking.street_id, booking=booking, during=during, stands=stands, **thing) for thing in things
    ]
