"""The border of an area: reading it, what is wrong with it, and which doors it holds. Pure.

A ring is a list of corners (longitude, latitude; WGS-84 degrees), closed: the last corner repeats the first, as GeoJSON
(RFC 7946, 3.1.6) has it. Surfaces are measured on the plane that touches the ground at the ring's first corner; inside a
street that is exact to a few square metres.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from shimen.territory.geo import bounds, flat, in_ring

Ring = list[list[float]]
Corner = Sequence[float]
Key = TypeVar("Key", bound=Hashable)

MOST_CORNERS = 400
SMALLEST = 500.0  # square metres; smaller is a slip of the hand, not an area
DIGITS = 7  # of a degree: a centimetre
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class BorderError(ValueError):
    """A border that cannot hold, with a sentence that says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_ring(text: str) -> Ring:
    """A ring from what somebody pasted: GeoJSON of one polygon, or one corner per line as longitude, latitude.

    Raises BorderError: nothing readable, several polygons, a hole, degrees that are none, too few or many corners.
    """
    stripped = text.strip()
    if not stripped:
        raise BorderError("还没有边界。在图上拖角点，或者粘贴坐标。")
    corners = _from_json(stripped) if stripped[0] in "[{" else _from_lines(stripped)
    ring = [[round(lon, DIGITS), round(lat, DIGITS)] for lon, lat in map(_degrees, corners)]
    ring = [corner for corner, _ in itertools.groupby(ring)]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise BorderError(f"边界至少要 3 个角，现在 {len(ring)} 个。")
    if len(ring) > MOST_CORNERS:
        raise BorderError(f"边界有 {len(ring)} 个角，最多 {MOST_CORNERS} 个。先在地图软件里简化。")
    return [*ring, list(ring[0])]


def written(ring: Sequence[Corner]) -> str:
    """A ring as lines of text, one corner each, without the repeated last one; `read_ring` reads it back."""
    corners = ring[:-1] if len(ring) > 1 and list(ring[0]) == list(ring[-1]) else ring
    return "\n".join(
        f"{lon:.7f}".rstrip("0").rstrip(".") + f", {lat:.7f}".rstrip("0").rstrip(".") for lon, lat in corners
    )


def _from_lines(text: str) -> list[Any]:
    rows = [line for line in re.split(r"[\n;；]+", text) if line.strip()]
    found = [_NUMBER.findall(line) for line in rows]
    for number, (line, numbers) in enumerate(zip(rows, found, strict=True), 1):
        if len(numbers) != 2:
            raise BorderError(f"第 {number} 行“{line.strip()[:20]}”没有看懂。每行写一个角：经度, 纬度。")
    return [[float(a), float(b)] for a, b in found]


def _from_json(text: str) -> list[Any]:
    try:
        shape = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BorderError("这段 GeoJSON 没有看懂，可能没有复制完整。") from error
    if isinstance(shape, dict) and shape.get("type") == "FeatureCollection":
        features = shape.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise BorderError("这个文件里不止一块，一次只能贴一块的边界。")
        shape = features[0]
    if isinstance(shape, dict) and shape.get("type") == "Feature":
        shape = shape.get("geometry")
    kind = shape.get("type") if isinstance(shape, dict) else ""
    rings = shape.get("coordinates") if isinstance(shape, dict) else shape
    if kind not in {"", "Polygon", "MultiPolygon"} or not isinstance(rings, list) or not rings:
        raise BorderError("要的是一块面（Polygon），这段不是。")
    if kind == "MultiPolygon":
        if len(rings) > 1:
            raise BorderError("这块由几片组成，边界只能是连着的一片。")
        rings = rings[0]
    if not (isinstance(rings[0], list) and rings[0] and isinstance(rings[0][0], list)):
        return rings
    if len(rings) > 1:
        raise BorderError("这块中间有洞，边界只能是一圈。")
    return rings[0]


def _degrees(corner: Any) -> tuple[float, float]:
    try:
        lon, lat = float(corner[0]), float(corner[1])
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise BorderError("有一个角的坐标没有看懂。每个角是经度、纬度两个数。") from error
    if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > 180:
        raise BorderError("有一个角的坐标不是经纬度。")
    if abs(lat) > 90:
        raise BorderError("经度写在前，纬度写在后；这里可能写反了。")
    return lon, lat


# ---- what is wrong with a ring


def check(ring: Sequence[Corner]) -> None:
    """Raise BorderError when a ring crosses itself or is tiny."""
    crossed = crossing(ring)
    if crossed:
        first, second = crossed
        raise BorderError(f"边界自己交叉了：第 {first} 条边和第 {second} 条边。把角点拖开。")
    size = surface(ring)
    if size < SMALLEST:
        raise BorderError(f"这块只有 {size:.0f} 平方米，太小了，角点可能落在一条线上。")


def sticks_out(ring: Sequence[Corner], within: Sequence[Corner]) -> float:
    """Square metres of a ring outside another; 0 for the width of a drawn line."""
    size = surface(ring)
    outside = size - overlap(ring, within)
    return outside if outside > max(SMALLEST / 10, size / 1000) else 0.0


def crossing(ring: Sequence[Corner]) -> tuple[int, int] | None:
    """The numbers (from 1) of the first two sides that meet where no corner joins them; None for a simple ring."""
    points = flat(ring, ring[0])
    sides = list(itertools.pairwise(points))
    for i, j in itertools.combinations(range(len(sides)), 2):
        neighbours = j == i + 1 or (i == 0 and j == len(sides) - 1)
        if neighbours:
            shared, tip_a, tip_b = (
                (sides[i][1], sides[i][0], sides[j][1]) if j == i + 1 else (sides[i][0], sides[i][1], sides[j][0])
            )
            if _folds_back(shared, tip_a, tip_b):
                return i + 1, j + 1
        elif _meet(*sides[i], *sides[j]):
            return i + 1, j + 1
    return None


def _turn(a: Corner, b: Corner, c: Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Corner, b: Corner, c: Corner) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Whether two sides touch or cross."""
    t1, t2, t3, t4 = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if ((t1 > 0) != (t2 > 0)) and ((t3 > 0) != (t4 > 0)) and 0 not in (t1, t2, t3, t4):
        return True
    touching = ((t1, a, b, c), (t2, a, b, d), (t3, c, d, a), (t4, c, d, b))
    return any(turn == 0 and _between(p, q, r) for turn, p, q, r in touching)


def _folds_back(shared: Corner, a: Corner, b: Corner) -> bool:
    """Whether two sides that share a corner lie on each other."""
    ax, ay, bx, by = a[0] - shared[0], a[1] - shared[1], b[0] - shared[0], b[1] - shared[1]
    return _turn(shared, a, b) == 0 and ax * bx + ay * by > 0


def surface(ring: Sequence[Corner]) -> float:
    """Square metres inside a simple ring."""
    points = flat(ring, ring[0])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise([*points, points[0]]))) / 2


def overlap(a: Sequence[Corner], b: Sequence[Corner]) -> float:
    """Square metres that two simple rings share.

    Both are cut into level strips at every corner and every crossing; within a strip each ring is a row of trapezia
    whose common part is summed.
    """
    if len(a) < 4 or len(b) < 4 or not _boxes_touch(a, b):
        return 0.0
    one, two = _sides(flat(a, a[0])), _sides(flat(b, a[0]))
    levels = sorted({y for side in (*one, *two) for y in (side[1], side[3])} | _crossings(one, two))
    return sum(_strip(one, two, low, high) for low, high in itertools.pairwise(levels) if high - low > 1e-9)


def _boxes_touch(a: Sequence[Corner], b: Sequence[Corner]) -> bool:
    w1, s1, e1, n1 = bounds(a)
    w2, s2, e2, n2 = bounds(b)
    return w1 <= e2 and w2 <= e1 and s1 <= n2 and s2 <= n1


Side = tuple[float, float, float, float]


def _sides(points: Sequence[tuple[float, float]]) -> list[Side]:
    """Sides that are not level, lower end first."""
    pairs = itertools.pairwise([*points, points[0]])
    return [(*p, *q) if p[1] < q[1] else (*q, *p) for p, q in pairs if p[1] != q[1]]


def _x_at(side: Side, y: float) -> float:
    x1, y1, x2, y2 = side
    return x1 + (x2 - x1) * (y - y1) / (y2 - y1)


def _crossings(one: Iterable[Side], two: Sequence[Side]) -> set[float]:
    found = set()
    for side, other in itertools.product(one, two):
        low, high = max(side[1], other[1]), min(side[3], other[3])
        if low >= high:
            continue
        before, after = _x_at(side, low) - _x_at(other, low), _x_at(side, high) - _x_at(other, high)
        if before * after < 0:
            found.add(low + (high - low) * before / (before - after))
    return found


def _strip(one: Sequence[Side], two: Sequence[Side], low: float, high: float) -> float:
    """The common surface between two levels; the middle decides the order of the sides, none cross inside."""
    middle = (low + high) / 2

    def rows(sides: Sequence[Side]) -> list[tuple[float, float]]:
        cuts = sorted(_x_at(side, middle) for side in sides if side[1] <= low and side[3] >= high)
        return list(zip(cuts[::2], cuts[1::2], strict=False))

    shared = sum(
        max(0.0, min(right, other_right) - max(left, other_left))
        for (left, right), (other_left, other_right) in itertools.product(rows(one), rows(two))
    )
    return shared * (high - low)


def square_metres(size: float) -> str:
    """A surface in words: about 1,200 平方米, from a hectare on in 公顷."""
    return f"约 {size / 10_000:,.1f} 公顷" if size >= 10_000 else f"约 {max(1, round(size)):,} 平方米"


# ---- which doors it holds


def holders(point: Corner, rings: Mapping[Key, Sequence[Corner]]) -> list[Key]:
    """The rings that hold a point, on their edge included."""
    return [key for key, ring in rings.items() if in_ring(point, ring)]


def drifted(
    doors: Iterable[tuple[Key, Corner, Key]], rings: Mapping[Key, Sequence[Corner]]
) -> tuple[dict[Key, Key], list[Key]]:
    """Which doors belong elsewhere under these borders: {door: its new area}, and the doors that no border holds.

    `doors` are (key, (lon, lat), area). A door whose own area still holds it stays; one that several others hold stays
    too, since nothing says which; areas without a border hold what they have.
    """
    moved: dict[Key, Key] = {}
    nowhere: list[Key] = []
    for door, point, area in doors:
        if area not in rings or in_ring(point, rings[area]):
            continue
        found = holders(point, rings)
        if len(found) == 1:
            moved[door] = found[0]
        elif not found:
            nowhere.append(door)
    return moved, nowhere


def dragged_along(before: Sequence[Corner], after: Sequence[Corner], ring: Sequence[Corner]) -> Ring | None:
    """A neighbour's ring whose corners follow those that were dragged from `before` to `after`; None when none does.

    Only where the number of corners stayed the same is it known which corner went where.
    """
    if len(before) != len(after):
        return None
    went = {tuple(a): list(b) for a, b in zip(before, after, strict=True) if list(a) != list(b)}
    follows = [went.get(tuple(corner), list(corner)) for corner in ring]
    return follows if follows != [list(corner) for corner in ring] else None
