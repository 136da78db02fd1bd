"""A map of walks as an SVG drawing: places in, numbers for the template out. Pure.

The drawing is `WIDTH` units wide and as high as the street needs. Nothing is drawn that a table beside it does not say.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 660.0
MARGIN = 14.0
HIGHEST = 460.0
LABEL_EVERY = 11  # units between the characters of a road that runs down the sheet

Point = tuple[float, float]


@dataclass(frozen=True)
class Sheet:
    """Degrees (WGS-84) to units of the drawing; y grows downwards."""

    west: float
    north: float
    across: float  # units per degree of longitude
    down: float  # units per degree of latitude
    height: float

    def at(self, lon: float, lat: float) -> Point:
        return round((lon - self.west) * self.across + MARGIN, 1), round((self.north - lat) * self.down + MARGIN, 1)


def sheet_for(points: Iterable[Sequence[float]]) -> Sheet | None:
    """A sheet that holds all points (lon, lat); None when there is no point."""
    listed = list(points)
    if not listed:
        return None
    lons, lats = [p[0] for p in listed], [p[1] for p in listed]
    west, north = min(lons), max(lats)
    squeeze = math.cos(math.radians((north + min(lats)) / 2))
    wide, high = max((max(lons) - west) * squeeze, 1e-5), max(north - min(lats), 1e-5)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high)
    spare = (WIDTH - 2 * MARGIN - wide * scale) / 2
    return Sheet(west - spare / (scale * squeeze), north, scale * squeeze, scale, round(high * scale + 2 * MARGIN, 1))


@dataclass(frozen=True)
class Door:
    """A stop on the map: where, and whether it has a result."""

    lon: float
    lat: float
    is_done: bool


@dataclass(frozen=True)
class Route:
    """One visitor's walk of the day in walking order; `hue` 0 to 2, `letter` for its pin, `ends` the stations (lon, lat)
    nearest to its first and last door."""

    letter: str
    hue: int
    doors: tuple[Door, ...]
    ends: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Label:
    """A road's name: lying along it, or one character below the other."""

    x: float
    y: float
    text: str
    angle: float = 0.0
    letters: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What the template draws, in order from ground to pins; paths are ready `d` or `points` attributes."""

    height: float
    blocks: list[str] = field(default_factory=list)
    parks: list[str] = field(default_factory=list)
    water: list[str] = field(default_factory=list)
    borders: list[str] = field(default_factory=list)
    others: str = ""
    legs: list[tuple[int, str]] = field(default_factory=list)
    routes: list[tuple[int, str]] = field(default_factory=list)
    done: list[tuple[int, str]] = field(default_factory=list)
    todo: list[tuple[int, str]] = field(default_factory=list)
    inside: str = ""
    labels: list[Label] = field(default_factory=list)
    stations: list[tuple[float, float]] = field(default_factory=list)
    pins: list[tuple[int, float, float, str]] = field(default_factory=list)


def draw(
    backdrop: Mapping[str, Any],
    borders: Iterable[Sequence[Sequence[float]]],
    others: Iterable[Sequence[float]],
    routes: Sequence[Route],
    stations: Sequence[tuple[float, float]] = (),
) -> Drawing | None:
    """The drawing of a street; None when there is nothing to place.

    `backdrop` and `borders` are as kept on Street and Area, `others` the doors (lon, lat) not walked that day.
    `stations` are drawn where they are and do not widen the sheet.
    """
    rings = [ring for ring in borders if len(ring) > 2]
    doors, walked = list(others), [(d.lon, d.lat) for r in routes for d in r.doors]
    edge = [point for ring in rings for point in ring] or [p for b in backdrop.get("blocks", []) for p in b["ring"]]
    sheet = sheet_for([*edge, *doors, *walked])
    if sheet is None:
        return None
    todo = [(r.hue, _dots(sheet, [(d.lon, d.lat) for d in r.doors if not d.is_done])) for r in routes]
    return Drawing(
        height=sheet.height,
        blocks=[_points(sheet, shape["ring"]) for shape in backdrop.get("blocks", [])],
        parks=[_points(sheet, shape["ring"]) for shape in backdrop.get("parks", [])],
        water=[_points(sheet, shape["ring"]) for shape in backdrop.get("water", [])],
        borders=[_points(sheet, ring) for ring in rings],
        others=_dots(sheet, doors),
        legs=[(r.hue, leg) for r in routes for leg in _legs(sheet, r)],
        routes=[(r.hue, _points(sheet, [(d.lon, d.lat) for d in r.doors])) for r in routes if len(r.doors) > 1],
        done=[(r.hue, _dots(sheet, [(d.lon, d.lat) for d in r.doors if d.is_done])) for r in routes],
        todo=todo,
        inside="".join(dots for _, dots in todo),
        labels=[label for label in (_label(sheet, road) for road in backdrop.get("roads", [])) if label is not None],
        stations=[sheet.at(*station) for station in stations],
        pins=_pins(sheet, routes),
    )


def _points(sheet: Sheet, points: Iterable[Sequence[float]]) -> str:
    return " ".join("{:g},{:g}".format(*sheet.at(p[0], p[1])) for p in points)


def _legs(sheet: Sheet, route: Route) -> list[str]:
    """From the station to the first door, and from the last door back."""
    if not route.ends or not route.doors:
        return []
    first, last = route.doors[0], route.doors[-1]
    return [
        _points(sheet, [route.ends[0], (first.lon, first.lat)]),
        _points(sheet, [(last.lon, last.lat), route.ends[-1]]),
    ]


def _dots(sheet: Sheet, points: Iterable[Sequence[float]]) -> str:
    """A path of zero-length strokes: round caps make them dots. Doors at one spot are one dot."""
    spots = dict.fromkeys(tuple(round(v) for v in sheet.at(p[0], p[1])) for p in points)
    return "".join(f"M{x} {y}h0" for x, y in spots)


def _pins(sheet: Sheet, routes: Sequence[Route]) -> list[tuple[int, float, float, str]]:
    return [(r.hue, *sheet.at(r.doors[0].lon, r.doors[0].lat), r.letter) for r in routes if r.doors]


def _label(sheet: Sheet, road: Mapping[str, Any]) -> Label | None:
    """The name at the middle of the road's longest piece."""
    line = [sheet.at(p[0], p[1]) for p in road.get("line", [])]
    pieces = [(a, b) for a, b in itertools.pairwise(line) if a != b]
    if not pieces or not road.get("name"):
        return None
    (ax, ay), (bx, by) = max(pieces, key=lambda piece: math.dist(*piece))
    if ax > bx:
        (ax, ay), (bx, by) = (bx, by), (ax, ay)
    x, y = round((ax + bx) / 2, 1), round((ay + by) / 2, 1)
    name = str(road["name"])
    if abs(by - ay) > abs(bx - ax):
        top = y - LABEL_EVERY * len(name) / 2
        return Label(
            x, round(top, 1), name, letters=tuple((c, 0 if i == 0 else LABEL_EVERY) for i, c in enumerate(name))
        )
    return Label(x, y, name, angle=round(math.degrees(math.atan2(by - ay, bx - ax)), 1))
