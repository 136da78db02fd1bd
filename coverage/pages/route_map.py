"""A map of walks as an SVG drawing: places in, numbers for the template out. Pure.

The drawing is a sheet of `shimen.territory.sheet`. Nothing is drawn that a table beside it does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shimen.territory.sheet import Label, Sheet, points, road_label, sheet_for, spots


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
    todo = [(r.hue, spots(sheet, [(d.lon, d.lat) for d in r.doors if not d.is_done])) for r in routes]
    return Drawing(
        height=sheet.height,
        blocks=[points(sheet, shape["ring"]) for shape in backdrop.get("blocks", [])],
        parks=[points(sheet, shape["ring"]) for shape in backdrop.get("parks", [])],
        water=[points(sheet, shape["ring"]) for shape in backdrop.get("water", [])],
        borders=[points(sheet, ring) for ring in rings],
        others=spots(sheet, doors),
        legs=[(r.hue, leg) for r in routes for leg in _legs(sheet, r)],
        routes=[(r.hue, points(sheet, [(d.lon, d.lat) for d in r.doors])) for r in routes if len(r.doors) > 1],
        done=[(r.hue, spots(sheet, [(d.lon, d.lat) for d in r.doors if d.is_done])) for r in routes],
        todo=todo,
        inside="".join(dots for _, dots in todo),
        labels=[label for road in backdrop.get("roads", []) if (label := road_label(sheet, road)) is not None],
        stations=[sheet.at(*station) for station in stations],
        pins=_pins(sheet, routes),
    )


def _legs(sheet: Sheet, route: Route) -> list[str]:
    """From the station to the first door, and from the last door back."""
    if not route.ends or not route.doors:
        return []
    first, last = route.doors[0], route.doors[-1]
    return [
        points(sheet, [route.ends[0], (first.lon, first.lat)]),
        points(sheet, [(last.lon, last.lat), route.ends[-1]]),
    ]


def _pins(sheet: Sheet, routes: Sequence[Route]) -> list[tuple[int, float, float, str]]:
    return [(r.hue, *sheet.at(r.doors[0].lon, r.doors[0].lat), r.letter) for r in routes if r.doors]
