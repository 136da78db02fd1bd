"""How a day's doors are read on a phone: which way a road is walked, how far the next door is, and a small picture. Pure.

Coordinates are WGS-84 degrees; within one street the earth is flat enough for both purposes (error below 0.1 %).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

METRES_PER_DEGREE = 111_320.0
HEADINGS = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
# Below this a group of doors has no direction worth saying (two doors of one building).
SHORTEST_LEG = 25.0


@dataclass(frozen=True)
class Door:
    """A place to go to; `key` is the caller's, `road` may be empty."""

    key: object
    road: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Picture:
    """Points placed in a drawing of `width` × `height` units, in the order they were given."""

    width: float
    height: float
    points: tuple[tuple[float, float], ...]


def offset(a: Door, b: Door) -> tuple[float, float]:
    """From `a` to `b` in metres: (east, north)."""
    east = (b.lon - a.lon) * METRES_PER_DEGREE * math.cos(math.radians((a.lat + b.lat) / 2))
    return east, (b.lat - a.lat) * METRES_PER_DEGREE


def metres(a: Door, b: Door) -> float:
    """The straight distance between two doors."""
    return math.hypot(*offset(a, b))


def heading(a: Door, b: Door) -> str:
    """The eighth of the compass from `a` to `b`, '' when they are closer than `SHORTEST_LEG`."""
    east, north = offset(a, b)
    if math.hypot(east, north) < SHORTEST_LEG:
        return ""
    return HEADINGS[round(math.atan2(north, east) / (math.pi / 4)) % 8]


def rounded(distance: float) -> int:
    """A distance as one says it: to ten metres below 200, to fifty above, never 0."""
    step = 10 if distance < 200 else 50
    return max(step, round(distance / step) * step)


def picture(points: Sequence[tuple[float, float]], *, width: float, margin: float, tallest: float) -> Picture:
    """(lon, lat) pairs drawn north up, undistorted, into `width` units and at most `tallest`.

    The height follows from the ground's own proportions; a single point stands in the middle.
    """
    if not points:
        return Picture(width=width, height=width / 2, points=())
    squeeze = math.cos(math.radians(sum(lat for _, lat in points) / len(points)))
    flat = [(lon * squeeze, lat) for lon, lat in points]
    west, east = min(x for x, _ in flat), max(x for x, _ in flat)
    south, north = min(y for _, y in flat), max(y for _, y in flat)
    across, along = max(east - west, 1e-5), max(north - south, 1e-5)
    scale = min((width - 2 * margin) / across, (tallest - 2 * margin) / along)
    height = max(along * scale + 2 * margin, width / 2)
    left, top = (width - (east - west) * scale) / 2, (height - (north - south) * scale) / 2
    placed = tuple((round(left + (x - west) * scale, 1), round(top + (north - y) * scale, 1)) for x, y in flat)
    return Picture(width=width, height=round(height, 1), points=placed)
