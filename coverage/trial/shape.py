"""The made-up street's shape: blocks, roads, grids, park and river, and the door that belongs to a house number.

Pure geometry. The plan is drawn on a sheet of 660 × 430 units (y grows southwards); the street's outline covers
1.07 km², which fixes the scale. The centre lies in the open sea, so that no tile server ever puts the trial's doors on
real ones. Longitudes and latitudes are WGS-84 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Ring = tuple[Point, ...]

SQUARE_METRES = 1_070_000.0
CENTRE_LON, CENTRE_LAT = 122.6, 30.95
METRES_PER_DEGREE = 111_320.0

ROWS, COLUMNS = 4, 5
PARK = (1, 3)
PARK_NAME = "松间公园"
ACROSS = ("青禾路", "望桥路", "槐荫路", "松间路", "临河路")
DOWN = ("竹里路", "西塘路", "石桥二路", "清波路", "云台路", "东篱路")
ROADS = ACROSS + DOWN

# One line per row of blocks, west to east; corners north-west, north-east, south-east, south-west.
_DRAWN = (
    "17,58 116,51 127,128 25,131|129,51 238,44 242,118 140,127|251,44 348,37 360,114 255,117|362,37 468,30 474,104 373,113|481,30 604,23 612,100 487,103",
    "26,144 128,141 133,214 34,222|141,140 243,131 255,209 146,213|256,130 362,127 365,200 268,208|375,126 475,117 485,195 378,199|488,116 613,113 621,186 498,195",
    "35,235 134,227 145,310 43,315|147,226 256,222 260,302 158,310|269,221 366,213 379,296 273,301|379,212 486,208 492,288 392,296|499,208 622,198 630,282 505,287",
    "44,328 146,323 151,402 52,409|159,322 261,314 273,395 164,402|274,314 380,309 383,388 286,395|393,308 493,300 503,381 396,388|506,300 631,295 639,374 516,381",
)


def _ring(text: str) -> Ring:
    pairs = (pair.split(",") for pair in text.split())
    return tuple((float(x), float(y)) for x, y in pairs)


BLOCKS: tuple[tuple[Ring, ...], ...] = tuple(tuple(_ring(block) for block in row.split("|")) for row in _DRAWN)
GRIDS: tuple[Ring, ...] = (
    _ring("10,52 122,44 244,38 249,124 262,216 267,308 280,402 158,408 46,416 37,322 28,230 19,138"),
    _ring("244,38 354,30 474,24 610,16 619,106 628,192 492,202 372,206 262,216 249,124"),
    _ring("262,216 372,206 492,202 628,192 637,288 646,380 510,388 390,394 280,402 267,308"),
)
OUTLINE = _ring(
    "10,52 122,44 244,38 354,30 474,24 610,16 619,106 628,192 637,288 646,380 510,388 390,394 280,402 158,408 46,416 37,322"
    " 28,230 19,138"
)
GRID_NAMES = ("第一网格", "第二网格", "第三网格")
RIVER = _ring(
    "-20,430 40,419 110,418 180,422 250,425 330,420 410,414 480,411 560,413 660,422 680,425 680,448 560,438 480,436"
    " 410,439 330,445 250,450 180,447 110,443 40,444 -20,455"
)

# A house number is this far from the next one on its side of the road: about 6.6 m, a narrow shop front.
NUMBER_EVERY = 3.0
INSET = 2.2


def area_of(ring: Ring) -> float:
    """Square units enclosed by a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


SCALE = math.sqrt(SQUARE_METRES / sum(area_of(ring) for ring in GRIDS))  # metres per unit


def degrees(point: Point) -> Point:
    """Longitude and latitude of a point of the sheet, to 0.1 m."""
    x, y = (point[0] - 330.0) * SCALE, (215.0 - point[1]) * SCALE
    lat = CENTRE_LAT + y / METRES_PER_DEGREE
    lon = CENTRE_LON + x / (METRES_PER_DEGREE * math.cos(math.radians(CENTRE_LAT)))
    return round(lon, 6), round(lat, 6)


def degrees_ring(ring: Ring) -> list[list[float]]:
    """A ring as GeoJSON writes it: closed, longitude first."""
    return [list(degrees(point)) for point in (*ring, ring[0])]


def grid_of(row: int, column: int) -> int:
    """The grid (0, 1 or 2) to which a block belongs: the two western columns, then north and south of 槐荫路."""
    if column < 2:
        return 0
    return 1 if row < 2 else 2


@dataclass(frozen=True, slots=True)
class Door:
    """A house number: where it is, in which block and grid (counted from 0)."""

    road: str
    number: int
    at: Point
    row: int
    column: int

    @property
    def grid(self) -> int:
        return grid_of(self.row, self.column)


def _edges(road: str, odd: bool) -> list[tuple[Point, Point, int, int]]:
    """The block edges along one side of a road in walking order: from, to, row, column of the block.

    Odd numbers are north of a road across and west of a road down.
    """
    if road in ACROSS:
        row = ACROSS.index(road) - (1 if odd else 0)
        if not 0 <= row < ROWS:
            return []
        corners = (3, 2) if odd else (0, 1)
        return [(BLOCKS[row][c][corners[0]], BLOCKS[row][c][corners[1]], row, c) for c in range(COLUMNS)]
    column = DOWN.index(road) - (1 if odd else 0)
    if not 0 <= column < COLUMNS:
        return []
    corners = (1, 2) if odd else (0, 3)
    return [(BLOCKS[r][column][corners[0]], BLOCKS[r][column][corners[1]], r, column) for r in range(ROWS)]


def inside(row: int, column: int, u: float, v: float) -> Point:
    """A point of a block: u from west to east, v from north to south, both in 0..1."""
    nw, ne, se, sw = BLOCKS[row][column]
    x = (1 - v) * ((1 - u) * nw[0] + u * ne[0]) + v * ((1 - u) * sw[0] + u * se[0])
    y = (1 - v) * ((1 - u) * nw[1] + u * ne[1]) + v * ((1 - u) * sw[1] + u * se[1])
    return x, y


def _doors_of_side(road: str, odd: bool) -> list[Door]:
    doors: list[Door] = []
    walked, index = 0.0, 0
    for start, end, row, column in _edges(road, odd):
        length = math.dist(start, end)
        centre = inside(row, column, 0.5, 0.5)
        while (along := (index + 0.5) * NUMBER_EVERY - walked) < length:
            share = along / length
            x, y = start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
            away = math.dist((x, y), centre)
            at = (x + (centre[0] - x) * INSET / away, y + (centre[1] - y) * INSET / away)
            if (row, column) != PARK:
                doors.append(Door(road, 2 * index + (1 if odd else 2), at, row, column))
            index += 1
        walked += length
    return doors


def doors() -> list[Door]:
    """Every house number of the street, road by road; none along the park."""
    return [door for road in ROADS for odd in (True, False) for door in _doors_of_side(road, odd)]


def backdrop() -> dict[str, list[dict[str, Any]]]:
    """What lies under the dots on a map without tiles: blocks, park, water and road names, in degrees."""
    blocks = [
        {"name": "", "ring": degrees_ring(BLOCKS[r][c])} for r in range(ROWS) for c in range(COLUMNS) if (r, c) != PARK
    ]
    park = {"name": PARK_NAME, "ring": degrees_ring(BLOCKS[PARK[0]][PARK[1]])}
    roads = [{"name": road, "line": _centre_line(road)} for road in ROADS]
    return {
        "blocks": blocks,
        "parks": [park],
        "water": [{"name": "", "ring": degrees_ring(RIVER)}],
        "roads": roads,
    }


def _centre_line(road: str) -> list[list[float]]:
    """The middle of a road, between the edges on its two sides (or beside its only side, at the border)."""
    sides = [_edges(road, odd) for odd in (True, False)]
    lines = [[point for start, end, _, _ in side for point in (start, end)] for side in sides if side]
    if len(lines) == 2:
        middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(*lines, strict=True)]
    else:
        outward = -7.0 if road in (ACROSS[0], DOWN[0]) else 7.0
        across = road in ACROSS
        middle = [(x + (0 if across else outward), y + (outward if across else 0)) for x, y in lines[0]]
    return [list(degrees(point)) for point in middle]
