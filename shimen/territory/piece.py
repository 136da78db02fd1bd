"""A piece of the map around one door as an SVG drawing: degrees in, metres out. Pure.

One unit is one metre, the door is in the middle. What lies outside the piece is left out, so that the drawing stays
small; the text beside it says the address.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shimen.territory.geo import bounds, flat

WIDTH, HEIGHT = 300.0, 150.0
LETTER = 11.0

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class RoadName:
    """A road's name along its line: lying, or one character below the other where the road runs down the sheet."""

    x: float
    y: float
    text: str
    angle: float
    is_upright: bool

    @property
    def letters(self) -> list[str]:
        return list(self.text)


@dataclass(frozen=True)
class Piece:
    """What the template draws from ground to the mark; `points` and `d` attributes are ready."""

    blocks: list[str] = field(default_factory=list)
    parks: list[str] = field(default_factory=list)
    water: list[str] = field(default_factory=list)
    borders: list[str] = field(default_factory=list)
    doors: str = ""
    roads: list[RoadName] = field(default_factory=list)
    width: float = WIDTH
    height: float = HEIGHT


def around(
    here: Sequence[float],
    *,
    backdrop: Mapping[str, Any],
    borders: Iterable[Sequence[Sequence[float]]],
    doors: Iterable[Sequence[float]],
) -> Piece:
    """The piece around `here` (lon, lat). `backdrop` and `borders` are as kept on Street and Area, `doors` (lon, lat)."""

    def sheet(points: Iterable[Sequence[float]]) -> Line:
        return [(WIDTH / 2 + x, HEIGHT / 2 - y) for x, y in flat(points, here)]

    def rings(kind: str) -> list[str]:
        drawn = (sheet(shape["ring"]) for shape in backdrop.get(kind, []))
        return [_points(ring) for ring in drawn if ring and _touches(ring)]

    dots = [point for point in sheet(doors) if _inside(point)]
    names = [_name(shape["name"], sheet(shape["line"])) for shape in backdrop.get("roads", [])]
    return Piece(
        blocks=rings("blocks"),
        parks=rings("parks"),
        water=rings("water"),
        borders=[_points(ring) for ring in map(sheet, borders) if len(ring) > 2 and _touches(ring)],
        doors="".join(f"M{x:.0f} {y:.0f}h0" for x, y in dots),
        roads=[name for name in names if name is not None],
    )


def _points(line: Line) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in line)


def _touches(line: Line) -> bool:
    left, top, right, bottom = bounds(line)
    return right > 0 and left < WIDTH and bottom > 0 and top < HEIGHT


def _inside(point: tuple[float, float]) -> bool:
    return 0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT


def _name(text: str, line: Line) -> RoadName | None:
    """The name at the middle of the longest stretch inside the piece that has room for it, clear of the mark."""
    best: tuple[float, RoadName] | None = None
    for a, b in itertools.pairwise(line):
        inside = [p for p in (_between(a, b, n / 40) for n in range(41)) if _inside(p)]
        if len(inside) < 2:
            continue
        length = math.dist(inside[0], inside[-1])
        middle = max((inside[len(inside) // 4], inside[3 * len(inside) // 4]), key=_from_centre)
        angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
        name = RoadName(round(middle[0], 1), round(middle[1], 1), text, round(angle, 1), abs(angle) > 45)
        if length > LETTER * len(text) and (best is None or length > best[0]):
            best = (length, name)
    return best[1] if best else None


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _from_centre(point: tuple[float, float]) -> float:
    return math.dist(point, (WIDTH / 2, HEIGHT / 2))
