"""What meal points and call-ups bring to the station master's day: the points of the venue's grid, call-ups of today."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from shimen import clock
from supply.meals import points
from supply.models import CallUp, MealPoint, Venue
from supply.pages import station

if TYPE_CHECKING:
    from shimen.accounts.models import User

DAY = dt.timedelta(days=1)


def _context(user: User, venue: Venue, on: dt.date) -> dict[str, Any] | None:
    rows = MealPoint.objects.visible_to(user).filter(place__area=venue.area_id).standing(on).with_rows().in_order()
    begin = dt.datetime.combine(on, dt.time.min, clock.SHANGHAI)
    calls = CallUp.objects.visible_to(user).filter(starts_at__gte=begin, starts_at__lt=begin + DAY)
    found = points.standing(rows, clock.now())
    today = list(calls.exclude(state=CallUp.State.CANCELLED).order_by("starts_at"))
    return {"points": found, "calls": today} if found or today else None


def declare() -> None:
    """Called once from `supply.views.stand_parts.declare`."""
    station.add(station.Part("暖新餐点和召集", "supply/station_meals.html", _context, place=45))
