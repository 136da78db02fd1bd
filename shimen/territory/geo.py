"""Points on the ground: distances, shifted coordinate systems, whether a point lies in an area. Pure.

Everything is stored in WGS-84 degrees, longitude first. GCJ-02 (Gaode, Tencent) and BD-09 (Baidu) are for display and
for reading what others send only; the shift between WGS-84 and GCJ-02 is about 480 m in Shanghai. The public formulas of
both are approximations of the official ones, good to about a metre inside China.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

EARTH = 6_371_008.8  # mean radius in metres (IUGG)
_AXIS = 6_378_245.0  # Krasovsky 1940, on which GCJ-02 is defined
_ECCENTRICITY = 0.006_693_421_622_965_943
_BAIDU = math.pi * 3000.0 / 180.0

Ring = Sequence[Sequence[float]]


class Point(NamedTuple):
    """Degrees, longitude first."""

    lon: float
    lat: float


def distance(a: Sequence[float], b: Sequence[float]) -> float:
    """Metres along the great circle between two points (lon, lat)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (a[0], a[1], b[0], b[1]))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(h)))


def flat(points: Iterable[Sequence[float]], origin: Sequence[float]) -> list[tuple[float, float]]:
    """Metres east and north of `origin`; within a street the error is far below a metre."""
    scale = math.cos(math.radians(origin[1]))
    metre = math.radians(1) * EARTH
    return [((p[0] - origin[0]) * metre * scale, (p[1] - origin[1]) * metre) for p in points]


def in_china(lon: float, lat: float) -> bool:
    """The rectangle in which the shift applies, as everyone draws it."""
    return 73.66 < lon < 135.05 and 3.86 < lat < 53.55


def _shift(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    root, pi = math.sqrt(abs(x)), math.pi
    waves = (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(angle) ** 2
    dlat = math.degrees(north / (_AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic))))
    dlon = math.degrees(east / (_AXIS / math.sqrt(magic) * math.cos(angle)))
    return dlon, dlat


def to_gcj02(lon: float, lat: float) -> Point:
    """WGS-84 to GCJ-02; unchanged outside China."""
    if not in_china(lon, lat):
        return Point(lon, lat)
    dlon, dlat = _shift(lon, lat)
    return Point(lon + dlon, lat + dlat)


def from_gcj02(lon: float, lat: float) -> Point:
    """GCJ-02 to WGS-84, by repetition until both agree to a centimetre."""
    if not in_china(lon, lat):
        return Point(lon, lat)
    guess = Point(lon, lat)
    for _ in range(8):
        shifted = to_gcj02(*guess)
        off = (lon - shifted.lon, lat - shifted.lat)
        guess = Point(guess.lon + off[0], guess.lat + off[1])
        if max(map(abs, off)) < 1e-7:
            break
    return guess


def to_bd09(lon: float, lat: float) -> Point:
    """WGS-84 to BD-09."""
    x, y = to_gcj02(lon, lat)
    z = math.hypot(x, y) + 0.00002 * math.sin(y * _BAIDU)
    theta = math.atan2(y, x) + 0.000003 * math.cos(x * _BAIDU)
    return Point(z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006)


def from_bd09(lon: float, lat: float) -> Point:
    """BD-09 to WGS-84."""
    x, y = lon - 0.0065, lat - 0.006
    z = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU)
    theta = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU)
    return from_gcj02(z * math.cos(theta), z * math.sin(theta))


def _on_edge(point: Sequence[float], a: Sequence[float], b: Sequence[float]) -> bool:
    cross = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    if abs(cross) > 1e-12:
        return False
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])


def in_ring(point: Sequence[float], ring: Ring) -> bool:
    """Whether a point lies in a ring (closed or not) or on its edge; a ring of fewer than three corners holds nothing."""
    if len(ring) < 3:
        return False
    inside = False
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        if _on_edge(point, a, b):
            return True
        if (a[1] > point[1]) != (b[1] > point[1]):
            crossing = a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            inside ^= point[0] < crossing
    return inside


def centroid(ring: Ring) -> Point:
    """The centre of gravity of a ring; the mean of its corners where it has no surface. Raises ValueError when empty."""
    if not ring:
        raise ValueError("an empty ring has no centre")
    origin = ring[0]
    twice = x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        ax, ay, bx, by = a[0] - origin[0], a[1] - origin[1], b[0] - origin[0], b[1] - origin[1]
        cross = ax * by - bx * ay
        twice, x, y = twice + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if abs(twice) < 1e-18:
        return Point(sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))
    return Point(origin[0] + x / (3 * twice), origin[1] + y / (3 * twice))


def bounds(points: Iterable[Sequence[float]]) -> tuple[float, float, float, float]:
    """West, south, east, north. Raises ValueError when there is no point."""
    lons, lats = zip(*((p[0], p[1]) for p in points), strict=True)
    return min(lons), min(lats), max(lons), max(lats)
