"""Factories of venues and bookings. A space is open 09:00–21:00 every day unless told otherwise, and closed on holidays."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from shimen.territory.models import Area
from supply.bookings import booking
from supply.bookings.wanted import Wanted
from supply.models import Booking, Equipment, Hours, Space, Speaker, StationMaster, Venue
from supply.rota import shifts
from supply.timing.opening import Span
from supply.venues import places
from tests import make

_next = itertools.count(1).__next__
TOMORROW = make.TODAY + dt.timedelta(days=1)
MORNING = Span(540, 660)  # 09:00—11:00


def venue(area: Area, **given: Any) -> Venue:
    """The venue of a grid."""
    known = Venue.objects.filter(area=area).standing().first()
    if known is not None and not given:
        return known
    defaults: dict[str, Any] = {
        "name": f"示例阵地{_next()}", "address": "望桥路1号", "opened_on": make.LONG_AGO, "token": places.new_token(),
    }  # fmt: skip
    return Venue.objects.create(street=area.street, area=area, **(defaults | given))


def space(of: Venue, **given: Any) -> Space:
    defaults: dict[str, Any] = {
        "kind": Space.Kind.GRID_HALL, "name": f"议事厅{_next()}", "floor_area": 60, "capacity": 20,
        "door_token": places.new_token(),
    }  # fmt: skip
    row = Space.objects.create(street=of.street, venue=of, **(defaults | given))
    Hours.objects.bulk_create(
        Hours(street=of.street, space=row, weekday=day, opens=540, closes=1260) for day in range(7)
    )
    return row


def equipment(of: Venue, **given: Any) -> Equipment:
    return Equipment.objects.create(street=of.street, venue=of, **({"name": f"投影仪{_next()}"} | given))


def speaker(of: Venue, **given: Any) -> Speaker:
    return Speaker.objects.create(street=of.street, **({"name": f"讲某{_next()}"} | given))


def wanted(of: Space, **given: Any) -> Wanted:
    """Tomorrow 09:00—11:00 for five."""
    defaults: dict[str, Any] = {"day": TOMORROW, "span": MORNING, "title": "主题党日", "people": 5}
    return Wanted(space=of, **(defaults | given))


def booked(of: Space, actor: Any, **given: Any) -> Booking:
    return booking.book(wanted=wanted(of, **given), actor=actor, at=make.AT)


def masters(of: Venue, count: int = 3, **given: Any) -> list[StationMaster]:
    return [
        StationMaster.objects.create(
            street=of.street, venue=of, name=f"轮某{_next()}", since=make.LONG_AGO, **given
        )
        for _ in range(count)
    ]  # fmt: skip


def rota(of: Venue, days: int = 14) -> None:
    """A rota from today on."""
    shifts.plan(venue=of, until=make.TODAY + dt.timedelta(days=days), actor=None, at=make.AT)
