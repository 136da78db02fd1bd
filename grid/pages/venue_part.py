"""The venue of a grid on its board, and what is said where there is none (一网格一阵地)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from grid.pages import parts
from grid.pages.parts import Part
from shimen.accounts.access import address_for
from shimen.overview import Work
from shimen.territory.models import Area
from supply.models import Venue

if TYPE_CHECKING:
    from shimen.accounts.models import User


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    parts.add(parts.GRID, Part("阵地", "grid/grid_venue.html", venue_of, place=30))
    parts.add_gaps(no_venue)


def venue_of(user: User, grid: Area, on: dt.date) -> dict[str, Any] | None:
    """The one venue that stands in the grid; the database keeps it to one."""
    row = Venue.objects.filter(area=grid).standing().with_floor_area().select_related("place").first()
    return {"venue": row, "url": address_for(user, "supply:venue", row.pk)} if row is not None else None


def no_venue(user: User, grid: Area, on: dt.date) -> Iterator[Work]:
    """Every grid has one."""
    if not Venue.objects.filter(area=grid).standing().exists():
        address = address_for(user, "supply:venue-new")
        yield Work("没有阵地", address, icon="building-community", reason="一网格一阵地", alarm=True)
