"""The spaces in which items of a menu take place: booked like any other booking, from the preview on.

An item's booking stands from drafting until the item is over, dropped or cancelled, moves with the item, and is changed on
the menu only (`Booking.objects.changeable_by`). Spaces into which whoever comes walks in are not booked.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from shimen import clock
from shimen.accounts.models import User
from supply.bookings import booking as bookings
from supply.bookings import holding, waiting
from supply.bookings.wanted import BookingError, Wanted, of_booking
from supply.menus.handling import MenuError
from supply.models import Booking, Hold, Menu, MenuItem, Space
from supply.rules.booking_states import STANDING, State, allowed
from supply.timing.free import Slot
from supply.timing.opening import Week
from supply.venues.hours import span_of, weeks_of

NOTE = "每周菜单"
# What a booking calls what an item calls otherwise.
_FIELDS = {"day": "starts_at", "opens": "starts_at", "closes": "ends_at", "people": "quota", "title": "title"}


class RoomError(MenuError):
    """An item cannot have its space then. `free` are the nearest times of its week at which it can."""

    def __init__(self, sentence: str, *, field: str | None = None, free: Sequence[Slot] = ()) -> None:
        super().__init__(sentence, field=field)
        self.free = list(free)


def needed(item: MenuItem) -> bool:
    """Whether the item takes place in a space that has to be booked."""
    return item.space is not None and item.space.takes_bookings


def in_words(space: Space) -> str:
    """一站 望桥路 网格议事厅"""
    return f"{space.venue} {space}"


def wanted_of(item: MenuItem) -> Wanted:
    """What an item asks of its space. Organisations come with as many people as the space holds, at most."""
    assert item.space is not None  # noqa: S101
    by_heads = item.unit == MenuItem.Unit.PERSON
    people = item.quota if by_heads else min(item.quota, item.space.capacity)
    return Wanted(
        space=item.space, day=clock.day_of(item.starts_at), span=span_of(item.starts_at, item.ends_at),
        title=item.title, people=people, note=NOTE,
    )  # fmt: skip


@transaction.atomic
def hold(*, item: MenuItem, actor: User | None, at: dt.datetime) -> Booking | None:
    """Hold the space of an item at its time, in place of what it held before; None where it needs none. Writes
    `item.booking`. Raises `RoomError` (taken, closed, too small), and then nothing has changed."""
    held = item.booking if item.booking is not None and item.booking.state in STANDING else None
    if not needed(item):
        give_back(items=[item], reason="改到别处办", actor=actor, at=at)
        return None
    wanted = wanted_of(item)
    before = of_booking(held) if held else None
    if held is not None and before is not None and (before == wanted or held.starts_at <= at):
        return held
    if held is not None and before is not None and replace(before, title=wanted.title) == wanted:
        held.title = wanted.title  # another name needs nobody's consent anew
        held.save(update_fields=["title"])
        return held
    holding.lock([wanted, before] if before else [wanted])
    _refuse_taken(item, wanted, besides=held, at=at)
    try:
        if held is None:
            made = bookings.book(wanted=wanted, actor=actor, at=at)
        else:
            made = waiting.shift(booking=held, wanted=wanted, actor=actor, at=at)
    except BookingError as error:
        raise RoomError(error.sentence, field=_FIELDS.get(error.field or "", "space")) from error
    item.booking = made
    item.save(update_fields=["booking"])
    return made


def _refuse_taken(item: MenuItem, wanted: Wanted, *, besides: Booking | None, at: dt.datetime) -> None:
    holds = holding.in_the_way(wanted, besides=besides)
    if not holds:
        return
    free = free_in_week(item, wanted, besides=besides, at=at)
    near = f"这一周最近有空：{'；'.join(slot.words for slot in free)}。" if free else "这一周没有别的空，换个空间。"
    raise RoomError(f"{wanted.slot.words} {holding.taken_by(holds[0])}。{near}", field="starts_at", free=free)


def free_in_week(item: MenuItem, wanted: Wanted, *, besides: Booking | None, at: dt.datetime) -> list[Slot]:
    """The three nearest free times of the item's week."""
    found = holding.free_near(wanted, at=at, besides=besides, most=99)
    return [slot for slot in found if item.menu.week <= slot.day <= item.menu.until][:3]


@transaction.atomic
def give_back(*, items: Iterable[MenuItem], reason: str, actor: User | None, at: dt.datetime) -> int:
    """Give back what items hold; whoever waits for it is offered it. Returns how many bookings ended."""
    rows = [(item, item.booking) for item in items if item.booking is not None]
    holding.lock([of_booking(held) for _, held in rows])
    given = 0
    for item, held in rows:
        if allowed(held.state, "cancel") and held.ends_at > at:
            waiting.cancel(booking=held, reason=f"{NOTE}：{reason}", actor=actor, at=at)
            given += 1
        item.booking = None
        item.save(update_fields=["booking"])
    return given


def hold_missing(*, menu: Menu, actor: User | None, at: dt.datetime) -> list[MenuItem]:
    """Try once more for the items that have no space; those for which there still is none."""
    left, rows = [], list(menu.items.without_room().with_rooms().select_related("menu").in_order())
    holding.lock([wanted_of(item) for item in rows])
    for item in rows:
        try:
            hold(item=item, actor=actor, at=at)
        except RoomError:
            left.append(item)
    return left


def give_back_stale(*, at: dt.datetime) -> int:
    """Previews that were never published and take no orders any more hold nothing; how many bookings ended."""
    stale = MenuItem.objects.exclude(menu__state=Menu.State.PUBLISHED).filter(menu__closes_at__lte=at)
    items = stale.filter(booking__isnull=False).select_related("booking")
    return give_back(items=list(items), reason="到截止没有发布", actor=None, at=at)


def took_place(*, item: MenuItem, at: dt.datetime) -> None:
    """The item is over: its booking was used."""
    if item.booking is not None and allowed(item.booking.state, "take_place"):
        bookings.turn(item.booking, State.USED, at=at)


class Rooms:
    """What is free in a week, for a whole menu at once: the spaces are locked, so that what looks free here is."""

    def __init__(self, spaces: Iterable[Space], *, week: dt.date) -> None:
        until = week + dt.timedelta(days=6)
        known = {space.pk: space for space in spaces if space.takes_bookings}
        locked = Space.objects.filter(pk__in=known).order_by("pk").select_for_update(no_key=True, of=("self",))
        self.spaces: set[uuid.UUID] = {space.pk for space in locked}
        self.open: dict[uuid.UUID, Week] = weeks_of(known.values(), first=week, last=until)
        self.busy: dict[uuid.UUID, list[tuple[dt.datetime, dt.datetime]]] = {pk: [] for pk in self.spaces}
        begin = dt.datetime.combine(week, dt.time.min, clock.SHANGHAI)
        during = DateTimeTZRange(begin, begin + dt.timedelta(days=7))
        holds = Hold.objects.filter(space__in=self.spaces, stands=True, during__overlap=during)
        for space, *span in holds.values_list("space", "booking__starts_at", "booking__ends_at"):
            self.busy[space].append((span[0], span[1]))

    def is_free(self, space: Space | None, start: dt.datetime, end: dt.datetime) -> bool:
        """Open all the while and taken by nobody. A space that is not booked is always free."""
        if space is None or space.pk not in self.spaces:
            return True
        if any(start < other[1] and other[0] < end for other in self.busy[space.pk]):
            return False
        return self.open[space.pk].holds(clock.day_of(start), span_of(start, end))

    def take(self, space: Space | None, start: dt.datetime, end: dt.datetime) -> None:
        """An item of this menu stands there."""
        if space is not None and space.pk in self.spaces:
            self.busy[space.pk].append((start, end))

    def nearest(
        self, space: Space | None, start: dt.datetime, end: dt.datetime
    ) -> tuple[dt.datetime, dt.datetime] | None:
        """The free time of the week nearest to a wanted one; None where there is none, or nothing to book."""
        if space is None or space.pk not in self.spaces:
            return None
        length, step = end - start, dt.timedelta(minutes=30)
        monday = dt.datetime.combine(clock.day_of(start), dt.time.min, clock.SHANGHAI)
        monday -= dt.timedelta(days=monday.weekday())
        found = [monday + step * n for n in range(7 * 48)]
        free = [begin for begin in found if self.is_free(space, begin, begin + length)]
        best = min(free, key=lambda begin: (abs(begin - start), begin), default=None)
        return (best, best + length) if best is not None else None
