"""A street as an SVG drawing: degrees in, numbers for the template out. Pure.

A sheet is `WIDTH` units wide and as high as the street needs. Whatever is drawn is also said in words and stands in a
list one click away; the drawing shows where.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 660.0
MARGIN = 14.0
HIGHEST = 460.0
LABEL_EVERY = 11  # units between the characters of a road that runs down the sheet
TAG_CHARACTER, TAG_HEIGHT = 12.5, 34.0

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Sheet:
    """Degrees (WGS-84) to units of the drawing; y grows downwards."""

    west: float
    north: float
    across: float  # units per degree of longitude
    down: float  # units per degree of latitude
    height: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return round((lon - self.west) * self.across + MARGIN, 1), round((self.north - lat) * self.down + MARGIN, 1)


@dataclass(frozen=True)
class Label:
    """A road's name: lying along it, or one character below the other (`letters` with their steps)."""

    x: float
    y: float
    text: str
    angle: float = 0.0
    letters: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Tag:
    """A small plate on an area: its name and one fact. `lon`, `lat` is the middle of the area."""

    title: str
    text: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Plate:
    """A tag as it is drawn."""

    x: float
    y: float
    width: float
    title: str
    text: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def first_line(self) -> float:
        return round(self.y + 16, 1)

    @property
    def second_line(self) -> float:
        return round(self.y + 29, 1)


@dataclass(frozen=True)
class Drawing:
    """What the template draws, from ground to plates; `dots` are (class, path), `rings` circles for what is missing."""

    view: str
    blocks: list[str] = field(default_factory=list)
    parks: list[tuple[str, float, float, str]] = field(default_factory=list)
    water: list[str] = field(default_factory=list)
    borders: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    dots: list[tuple[str, str]] = field(default_factory=list)
    rings: list[tuple[float, float]] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)


def sheet_for(points: Iterable[Sequence[float]], *, aside: float = 0.0, lowest: float = 0.0) -> Sheet | None:
    """A sheet that holds all points (lon, lat); None when there is no point.

    `aside` is kept free at either side, and the sheet is at least `lowest` high, with what is drawn in its middle.
    """
    listed = list(points)
    if not listed:
        return None
    lons, lats = [p[0] for p in listed], [p[1] for p in listed]
    west, north = min(lons), max(lats)
    squeeze = math.cos(math.radians((north + min(lats)) / 2))
    wide, high = max((max(lons) - west) * squeeze, 1e-5), max(north - min(lats), 1e-5)
    scale = min((WIDTH - 2 * MARGIN - 2 * aside) / wide, (HIGHEST - 2 * MARGIN) / high)
    spare = (WIDTH - 2 * MARGIN - wide * scale) / 2
    height = max(round(high * scale + 2 * MARGIN, 1), lowest)
    above = (height - 2 * MARGIN - high * scale) / 2
    return Sheet(west - spare / (scale * squeeze), north + above / scale, scale * squeeze, scale, height)


def draw(
    backdrop: Mapping[str, Any],
    borders: Iterable[Ring],
    dots: Iterable[tuple[float, float, str]] = (),
    *,
    rings: Iterable[Sequence[float]] = (),
    tags: Iterable[Tag] = (),
    sheet: Sheet | None = None,
) -> Drawing | None:
    """The drawing of a street; None when there is nothing to place.

    `backdrop` and `borders` are as kept on Street and Area; `dots` are (lon, lat, class), `rings` stand out. Without
    `sheet` the drawing makes its own.
    """
    edges = [ring for ring in borders if len(ring) > 2]
    listed, missing = list(dots), list(rings)
    blocks = backdrop.get("blocks", [])
    ground = [p for ring in edges for p in ring] or [p for b in blocks for p in b["ring"]]
    every: list[Any] = [*ground, *listed, *missing]
    sheet = sheet or sheet_for(every)
    if sheet is None:
        return None
    return Drawing(
        view=f"0 0 {WIDTH:g} {sheet.height:g}",
        blocks=[points(sheet, shape["ring"]) for shape in blocks],
        parks=[_park(sheet, shape) for shape in backdrop.get("parks", [])],
        water=[points(sheet, shape["ring"]) for shape in backdrop.get("water", [])],
        borders=[points(sheet, ring) for ring in edges],
        labels=[label for road in backdrop.get("roads", []) if (label := road_label(sheet, road)) is not None],
        dots=_by_class(sheet, listed),
        rings=[sheet.at(p[0], p[1]) for p in missing],
        plates=[_plate(sheet, tag) for tag in tags],
    )


def middle(ring: Ring) -> tuple[float, float]:
    """The mean of a ring's corners, however often the first is repeated."""
    corners = list(dict.fromkeys((p[0], p[1]) for p in ring))
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def seat(backdrop: Mapping[str, Any], ring: Ring) -> tuple[float, float]:
    """Where an area's name stands: in the block nearest to its middle, so that it covers no road; else its middle."""
    x, y = middle(ring)
    blocks = [middle(shape["ring"]) for shape in backdrop.get("blocks", [])]
    return min(blocks, key=lambda b: (b[0] - x) ** 2 + (b[1] - y) ** 2, default=(x, y))


def name_spot(line: Ring) -> tuple[float, float]:
    """Where a road's name stands on a map: in the middle of its longest piece, clear of the crossings."""
    pieces = list(itertools.pairwise((p[0], p[1]) for p in line))
    (ax, ay), (bx, by) = max(pieces, key=lambda piece: math.dist(*piece))
    return (ax + bx) / 2, (ay + by) / 2


def points(sheet: Sheet, line: Iterable[Sequence[float]]) -> str:
    """A `points` attribute."""
    return " ".join("{:g},{:g}".format(*sheet.at(p[0], p[1])) for p in line)


def spots(sheet: Sheet, doors: Iterable[Sequence[float]]) -> str:
    """A path of zero-length strokes: round caps make them dots. Doors at one spot are one dot."""
    found = dict.fromkeys(tuple(round(v) for v in sheet.at(p[0], p[1])) for p in doors)
    return "".join(f"M{x} {y}h0" for x, y in found)


def _by_class(sheet: Sheet, dots: Iterable[tuple[float, float, str]]) -> list[tuple[str, str]]:
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for lon, lat, kind in dots:
        groups[kind].append((lon, lat))
    return [(kind, spots(sheet, doors)) for kind, doors in groups.items()]


def _park(sheet: Sheet, shape: Mapping[str, Any]) -> tuple[str, float, float, str]:
    x, y = sheet.at(*middle(shape["ring"]))
    return points(sheet, shape["ring"]), x, y, str(shape.get("name", ""))


def _plate(sheet: Sheet, tag: Tag) -> Plate:
    x, y = sheet.at(tag.lon, tag.lat)
    wide = plate_width(tag)
    return Plate(round(x - wide / 2, 1), round(y - TAG_HEIGHT / 2, 1), wide, tag.title, tag.text)


def plate_width(tag: Tag) -> float:
    """Units a tag's plate takes across."""
    return round(max(_width(tag.title), _width(tag.text) * 11 / 12) + 18, 1)


def _width(text: str) -> float:
    """Units a line takes at 12 px: Chinese characters are twice as wide as figures and blanks."""
    return sum(TAG_CHARACTER if ord(c) > 0x2E80 else TAG_CHARACTER * 0.55 for c in text)


def road_label(sheet: Sheet, road: Mapping[str, Any]) -> Label | None:
    """The name at the middle of the road's longest piece."""
    line = [sheet.at(p[0], p[1]) for p in road.get("line", [])]
    pieces = [(a, b) for a, b in itertools.pairwise(line) if a != b]
    if not pieces or not road.get("name"):
        return None
    (ax, ay), (bx, by) = max(pieces, key=lambda piece: math.dist(*piece))
    if ax > bx:
        (ax, ay), (bx, by) = (bx, by), (ax, ay)
    x, y, name = round((ax + bx) / 2, 1), round((ay + by) / 2, 1), str(road["name"])
    if abs(by - ay) > abs(bx - ax):
        top = y - LABEL_EVERY * len(name) / 2
        steps = tuple((character, LABEL_EVERY if at else 0) for at, character in enumerate(name))
        return Label(x, round(top, 1), name, letters=steps)
    return Label(x, y, name, angle=round(math.degrees(math.atan2(by - ay, bx - ax)), 1))
