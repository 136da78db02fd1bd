"""A street of two square grids side by side, with doors in each: what the tests of the ground stand on.

west  0 … 100 m, doors at 20, 50, 80 and 95 m; east  100 … 200 m, doors at 120 and 180 m; the outline is both.
"""

from __future__ import annotations

from dataclasses import dataclass

from shimen.territory.models import Area, Place
from tests import make
from tests.territory.test_borders import box

WHOLE = box(0, 0, 200, 100)


@dataclass
class Ground:
    town: make.Town
    west: Area
    east: Area
    doors: dict[int, Place]


def lay() -> Ground:
    town = make.town()
    town.street.outline = WHOLE
    town.street.save()
    west, east = town.first_grid, town.second_grid
    west.boundary, east.boundary = box(0, 0, 100, 100), box(100, 0, 200, 100)
    east.boundary[0] = east.boundary[4] = west.boundary[1]
    east.boundary[3] = west.boundary[2]
    west.save()
    east.save()
    doors = {}
    for at in (20, 50, 80, 95, 120, 180):
        lon, lat = box(at, 50, at + 1, 51)[0]
        doors[at] = make.place(
            west if at < 100 else east, lon=lon, lat=lat, address=f"望桥路{at}号", address_key=f"望桥路{at}号"
        )
    return Ground(town, west, east, doors)


def point(x: float, y: float = 50) -> tuple[float, float]:
    """Longitude and latitude of a point of the ground."""
    lon, lat = box(x, y, x + 1, y + 1)[0]
    return round(lon, 7), round(lat, 7)
