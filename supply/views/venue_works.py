"""What the rooms of venues put elsewhere: entries of the side, lines of work, words on the overview, what expires."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shimen import clock, navigation, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.overview import Work
from shimen.waiting import Shown
from supply.models import Booking, HandoverNote, Shift, SupplyRule, Swap, Venue
from supply.models.bookings import BookingQuerySet
from supply.pages.calendars import ONE
from supply.pages.who import BOOKERS, KEEPERS
from supply.rota import forgetting
from supply.rules.booking_states import State
from supply.venues import hours
from supply.views import rota, venues

if TYPE_CHECKING:
    from shimen.accounts.models import User


def declare() -> None:
    """Called once from `SupplyConfig.ready()`."""
    navigation.add(*venues.ENTRIES, *rota.ENTRIES)
    forgetting.declare()
    overview.add_work(work)
    waiting.about(offers=_offered, bookings_pending=_pending)
    waiting.first_of(bookings_pending=Shown(("starts_at", "pk"), title=str, starts_at=waiting.moment))
    overview.lead(Pillar.EMPOWERMENT, "main_venues", beside=(("面积", "venue_floor_area"),), place=10)
    overview.mention(Pillar.EMPOWERMENT, "venues")


def work(user: User) -> Iterable[Work]:
    """Offers to take, bookings to decide, days on duty and swaps, grids without a venue."""
    scope = scope_of(user)
    if scope.street_id is None or not scope.has(*BOOKERS):
        return
    yield from offers(user)
    if scope.has(*KEEPERS):
        yield from _of_keeper(user)
    if scope.has(Role.STATION_MASTER):
        yield from _of_master(user)


def _offered(user: User) -> BookingQuerySet:
    rows: BookingQuerySet = Booking.objects.visible_to(user).filter(made_by=user.pk, state=State.OFFERED)
    return rows.filter(offer_until__gt=clock.now())


def offers(user: User) -> Iterable[Work]:
    """What became free for somebody who waits, until when."""
    if not waiting.how_many(user, "offers"):
        return
    for row in _offered(user).with_all().order_by("offer_until")[:3]:
        until = row.offer_until.astimezone(clock.SHANGHAI)
        yield Work(
            f"候补轮到了：{row.space.venue} {row.space}，{row.starts_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}",
            reverse("supply:booking", args=[row.pk]), icon="calendar-event", reason=f"保留到 {until:%m-%d %H:%M}",
            when="待确认", alarm=True,
        )  # fmt: skip


def _pending(user: User) -> BookingQuerySet:
    """Bookings ahead that wait for the consent of this person."""
    rows: BookingQuerySet = Booking.objects.run_by(user).filter(state=State.PENDING, starts_at__gt=clock.now())
    return rows


def _of_keeper(user: User) -> Iterable[Work]:
    if (first := waiting.first(user, "bookings_pending")) is not None:
        yield Work(
            f"{waiting.how_many(user, 'bookings_pending')} 场预订等站长同意", f"{reverse('supply:bookings')}?whose=consent",
            icon="calendar-event", reason=f"最早的是“{first['title']}”", due=clock.day_of(first["starts_at"]),
        )  # fmt: skip
    gaps = hours.grids_without(user.street_id) if scope_of(user).area_ids is None else []
    if gaps and Venue.objects.filter(street=user.street_id).standing().exists():  # a street without any has not begun
        yield Work(
            f"{len(gaps)} 个网格还没有阵地", reverse("supply:venues"), icon="building-community",
            reason="、".join(gaps[:4]), when="一网格一阵地",
        )  # fmt: skip


def _of_master(user: User) -> Iterable[Work]:
    today = clock.today()
    days = SupplyRule.objects.book(street=user.street_id, on=today)["rota_remind_days"]
    for row in Shift.objects.held_by(user).between(today, today + ONE * days).select_related("venue").in_order():
        note = (
            HandoverNote.objects.filter(venue=row.venue, day__lt=row.day, read_at__isnull=True).order_by("-day").first()
        )
        reason = "上一位的交接还没有看" if note and row.day == today else "轮到您值班"
        url = f"{reverse('supply:station')}?venue={row.venue_id}"
        yield Work(f"{row.venue}轮值站长", url, icon="clipboard-check", reason=reason, due=row.day)
    for swap in Swap.objects.open().filter(to__user=user).select_related("shift__venue", "shift__master")[:3]:
        yield Work(
            f"{swap.shift.master}请您换 {swap.shift.day:%m-%d} 的班", reverse("supply:rota", args=[swap.shift.venue_id]),
            icon="arrows-exchange", reason=swap.reason, due=swap.shift.day,
        )  # fmt: skip
