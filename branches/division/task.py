"""A division as arrays: what the search works on. Doors and areas are indices here, in the order of the streets and keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from branches.division.problem import Area, NotDivisible, Rules
from branches.division.streets import DETOUR, Streets

PINNED = 1e7  # metres: what moving a door costs that a person has put where it is
NOBODY = -1
OFFERS = 8  # on a large street a door may go to so many of the nearest areas


@dataclass(frozen=True)
class Task:
    """n doors and k areas. Arrays of length n: `shops` behind the door, `load` to be balanced, `now` its area today,
    `pin` the area a person chose, `grid` a number; `NOBODY` where there is none. `fixed`, of length k, is the door next to
    a given centre, `offset` the metres from there to the centre itself; `is_new` says that an area has no shop today.
    """

    streets: Streets
    areas: tuple[str, ...]
    rules: Rules
    bounds: tuple[int, int]
    shops: np.ndarray
    load: np.ndarray
    now: np.ndarray
    pin: np.ndarray
    grid: np.ndarray
    fixed: np.ndarray
    offset: np.ndarray
    is_new: np.ndarray

    @classmethod
    def of(cls, streets: Streets, areas: Sequence[Area], rules: Rules) -> Task:
        """Raises NotDivisible when there are no areas, fewer doors than areas, or nothing to balance."""
        ordered = sorted(areas, key=lambda a: a.key)
        number = {area.key: i for i, area in enumerate(ordered)}
        if len(number) < len(ordered):
            raise ValueError("two areas have one key")
        _refuse(streets, number)
        grids = {name: i for i, name in enumerate(sorted({d.grid for d in streets.doors if d.grid}))}
        now = np.array([number.get(d.area or "", NOBODY) for d in streets.doors])
        load = np.array([sum(s.load(rules.measure) for s in d.shops) for d in streets.doors])
        if load.min() < 0:
            raise ValueError("loads are not negative")
        if not load.any() and not math.isinf(rules.tolerance):
            raise NotDivisible(f"没有一家商铺登记了{rules.measure.label}，不能按{rules.measure.label}均衡。")
        fixed, offset = _centres(streets, ordered)
        return cls(
            streets=streets,
            areas=tuple(number),
            rules=rules,
            bounds=rules.band(int(load.sum()), len(ordered)),
            shops=np.array([len(d.shops) for d in streets.doors]),
            load=load,
            now=now,
            pin=np.array([number.get(d.pinned or "", NOBODY) for d in streets.doors]),
            grid=np.array([grids.get(d.grid, NOBODY) for d in streets.doors]),
            fixed=fixed,
            offset=offset,
            is_new=np.array([not (now == j).any() for j in range(len(ordered))]),
        )

    @property
    def size(self) -> tuple[int, int]:
        return len(self.streets), len(self.areas)

    def metres(self, centres: np.ndarray) -> np.ndarray:
        """Walking metres from every door to every centre, n × k; on a large street infinite but for the nearest areas."""
        reached: np.ndarray
        if self.streets.is_small:
            reached = self.streets.reach(centres).T + self.offset
            return reached
        nearest = self.streets.nearest(centres)
        reached = self.streets.reach(centres, limit=max(3 * float(np.median(nearest)), 1.01 * float(nearest.max()))).T
        lost = np.flatnonzero(np.isinf(reached).all(axis=1))
        if len(lost):  # parts of the street without a centre of their own
            at = self.streets.at
            which = cKDTree(at[centres]).query(at[lost])[1]
            reached[lost, which] = nearest[lost]
        k = len(centres)
        if k > OFFERS:
            beyond = np.partition(reached, OFFERS - 1, axis=1)[:, OFFERS - 1 : OFFERS]
            reached[reached > beyond] = np.inf
        reached = reached + self.offset
        return reached

    def cost(self, metres: np.ndarray, main: np.ndarray | None) -> np.ndarray:
        """Price of each door in each area, n × k in metres: walking of all its shops, leaving its area, leaving its grid.

        `main` is the area of each grid's majority.
        """
        _, k = self.size
        price: np.ndarray = metres.copy()
        if self.rules.price_of_change:
            price += self.rules.price_of_change * self.changes
        if main is not None and self.rules.price_of_cut:
            home = np.where(self.grid == NOBODY, NOBODY, main[self.grid])
            price += self.rules.price_of_cut * ((home[:, None] != np.arange(k)) & (home != NOBODY)[:, None])
        pinned = np.flatnonzero(self.pin != NOBODY)
        price[pinned] = np.where(np.isfinite(price[pinned]), price[pinned], 0.0) + PINNED
        price[pinned, self.pin[pinned]] -= PINNED
        price *= self.shops[:, None]
        return price

    @property
    def changes(self) -> np.ndarray:
        """Whether an area would be a change for a door, n × k; joining a new area is none."""
        k = len(self.areas)
        has = self.now != NOBODY
        changed: np.ndarray = has[:, None] & (self.now[:, None] != np.arange(k)) & ~self.is_new
        return changed

    def main_areas(self, owner: np.ndarray) -> np.ndarray | None:
        """The area that holds most shops of each grid; None without grids."""
        if not (self.grid != NOBODY).any():
            return None
        count = np.zeros((int(self.grid.max()) + 1, len(self.areas)))
        inside = self.grid != NOBODY
        np.add.at(count, (self.grid[inside], owner[inside]), self.shops[inside])
        most: np.ndarray = count.argmax(axis=1)
        return most


def _refuse(streets: Streets, number: dict[str, int]) -> None:
    shops = sum(len(d.shops) for d in streets.doors)
    if not number:
        raise NotDivisible("至少要分成 1 片。")
    if shops < len(number):
        raise NotDivisible(f"只有 {shops} 家商铺，不能分成 {len(number)} 片：每片至少要有 1 家。")
    if len(streets) < len(number):
        raise NotDivisible(f"{shops} 家商铺只在 {len(streets)} 处，不能分成 {len(number)} 片：同一处的商铺不拆开。")
    for door in streets.doors:
        if door.pinned is not None and door.pinned not in number:
            raise NotDivisible(f"“{door.shops[0].key}”已指定归“{door.pinned}”，这次划分里没有这一片。")
    pins = [door.pinned for door in streets.doors if door.pinned is not None]
    free, empty = len(streets) - len(pins), len(number) - len(set(pins))
    if free < empty:
        raise NotDivisible(f"人工指定之后只剩 {free} 处商铺可分，还有 {empty} 片没有商铺：请放开一些指定。")


def _centres(streets: Streets, areas: Sequence[Area]) -> tuple[np.ndarray, np.ndarray]:
    fixed, offset = np.full(len(areas), NOBODY), np.zeros(len(areas))
    tree = cKDTree(streets.at)
    for j, area in enumerate(areas):
        if area.x is not None and area.y is not None:
            far, door = tree.query((area.x - streets.origin[0], area.y - streets.origin[1]))
            fixed[j], offset[j] = int(door), round(DETOUR * float(far), 2)
    return fixed, offset
