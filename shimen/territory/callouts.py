"""Plates beside a drawing, each led to its spot by a line: for more areas than have room for a plate of their own. Pure.

Two columns, left and right of what is drawn, which `sheet_for(aside=…, lowest=…)` keeps free. A spot bears a mark (a number) that
its plate repeats, so that the drawing can be read without its colours, and without its plates where the screen is small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shimen.territory.sheet import MARGIN, TAG_HEIGHT, WIDTH, Plate, Sheet, Tag, plate_width

ROW = TAG_HEIGHT + 6.0
GAP = 26.0  # units between a column and the drawing, over which the lines fan out
APART = 22.0  # units between two marks

Spot = tuple[float, float]


@dataclass(frozen=True)
class Callout:
    """A mark at its spot, and the plate with the line that leads from it."""

    mark: str
    x: float
    y: float
    plate: Plate

    @property
    def line(self) -> str:
        """From the plate's inner edge to the spot, as a path."""
        inner = self.plate.x if self.plate.x > self.x else self.plate.x + self.plate.width
        return f"M{inner:g} {self.plate.y + TAG_HEIGHT / 2:g}L{self.x:g} {self.y:g}"


def room(tags: Sequence[Tag]) -> tuple[float, float]:
    """What `sheet_for` is to keep free for these plates: units at either side, and the least height."""
    widest = max((plate_width(tag) for tag in tags), default=0.0)
    return widest + GAP, math.ceil(len(tags) / 2) * ROW + 2 * MARGIN


def place(sheet: Sheet, marked: Sequence[tuple[str, Tag]]) -> list[Callout]:
    """Plates in two columns as near to their spots as they fit, so that no two lines of a column cross."""
    spots = [sheet.at(tag.lon, tag.lat) for _, tag in marked]
    across = sorted(range(len(marked)), key=lambda n: spots[n])
    half = math.ceil(len(marked) / 2)
    wide = max((plate_width(tag) for _, tag in marked), default=0.0)
    found: dict[int, Callout] = {}
    for column, left in ((across[:half], MARGIN), (across[half:], WIDTH - MARGIN - wide)):
        inner = left + wide if left == MARGIN else left
        ordered = sorted(column, key=lambda n: (spots[n][1], spots[n][0]))
        levels = _levels([spots[n][1] for n in ordered], sheet.height)
        for n, level in zip(_uncrossed(ordered, levels, inner, spots), levels, strict=True):
            mark, tag = marked[n]
            plate = Plate(round(left, 1), round(level - TAG_HEIGHT / 2, 1), round(wide, 1), tag.title, tag.text)
            found[n] = Callout(mark, *spots[n], plate)
    return [found[n] for n in range(len(marked))]


def _levels(wanted: Sequence[float], height: float) -> list[float]:
    """Middles of plates, ascending: as wanted where there is room, at least a row apart, within the sheet."""
    levels: list[float] = []
    for level in wanted:
        levels.append(max(level, levels[-1] + ROW if levels else ROW / 2))
    lowest = height - ROW / 2
    for n in range(len(levels) - 1, -1, -1):
        levels[n] = min(levels[n], lowest)
        lowest = levels[n] - ROW
    return levels


def _uncrossed(ordered: Sequence[int], levels: Sequence[float], inner: float, spots: Sequence[Spot]) -> list[int]:
    """The order in which the lines are shortest together: two that cross are longer than the same two exchanged."""
    order = list(ordered)

    def length(at: int, n: int) -> float:
        return math.dist((inner, levels[at]), spots[n])

    changed = True
    while changed:
        changed = False
        for a in range(len(order)):
            for b in range(a + 1, len(order)):
                now = length(a, order[a]) + length(b, order[b])
                if length(a, order[b]) + length(b, order[a]) < now - 1e-6:
                    order[a], order[b] = order[b], order[a]
                    changed = True
    return order


def anchors(groups: Sequence[Sequence[Spot]]) -> list[Spot]:
    """For each group of spots one that stands for it: near its middle, and not on the mark of another group."""
    chosen: list[Spot] = []
    for group in groups:
        middle = (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group))
        near = sorted(group, key=lambda spot: (math.dist(spot, middle), spot))
        free = (spot for spot in near if all(math.dist(spot, other) >= APART for other in chosen))
        chosen.append(next(free, near[0]))
    return chosen
