"""What a division is worth, in figures that can be set side by side."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from branches.division.problem import AreaFigures, Division, Figures, Reason
from branches.division.task import NOBODY, Task

SAME = 0.5  # metres: areas whose centres are this equally far are equally near


def division(task: Task, owner: np.ndarray, centres: np.ndarray, joined: set[int] | None) -> Division:
    """The answer in the words of the caller; `joined` are doors that moved in order not to be cut off.

    Without `joined` the division was made by hand.
    """
    metres = task.metres(centres)
    main = task.main_areas(owner)
    area_of: dict[str, str] = {}
    reason_of: dict[str, Reason] = {}
    for i, door in enumerate(task.streets.doors):
        reason = _reason(task, metres, main, i, int(owner[i]), joined)
        for shop in door.shops:
            area_of[shop.key] = task.areas[owner[i]]
            reason_of[shop.key] = reason
    return Division(task.areas, area_of, reason_of, figures(task, owner, centres, metres))


def _reason(
    task: Task, metres: np.ndarray, main: np.ndarray | None, door: int, area: int, joined: set[int] | None
) -> Reason:
    if task.pin[door] == area:
        return Reason.PINNED
    further = float(metres[door, area] - metres[door].min())
    if further <= SAME:
        return Reason.NEAREST
    if joined is not None and door in joined:
        return Reason.WHOLE
    if task.now[door] == area and further <= task.rules.price_of_change:
        return Reason.KEPT
    is_home = main is not None and task.grid[door] != NOBODY and main[task.grid[door]] == area
    if is_home and further <= task.rules.price_of_cut:
        return Reason.GRID
    return Reason.BALANCE if joined is not None else Reason.PINNED


def figures(task: Task, owner: np.ndarray, centres: np.ndarray, metres: np.ndarray) -> Figures:
    """`metres` is n × k; where a door's own area is infinite there, it is walked anew."""
    k = len(task.areas)
    left, moved, between = _moved(task, owner)
    order = np.argsort(owner, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(owner, minlength=k))[:-1])
    areas = tuple(_area(task, j, members[j], int(centres[j]), metres, left) for j in range(k))
    loads = [a.load for a in areas]
    share = sum(loads) / k
    low, high = task.bounds
    streets, grids = _touched(task, owner)
    shops = int(task.shops.sum())
    return Figures(
        areas=areas,
        imbalance=max(abs(load - share) for load in loads) / share if share else 0.0,
        is_balanced=all(low <= load <= high for load in loads),
        spread=max(loads) - min(loads),
        mean=sum(a.mean * a.shops for a in areas) / shops,
        cut_streets=sum(len(a) > 1 for a in streets.values()),
        cut_grids=sum(len(a) > 1 for a in grids.values()),
        moved=moved,
        moved_between=between,
        cut_off_pieces=sum(max(0, a.pieces - 1) for a in areas),
    )


def _area(
    task: Task, area: int, members: np.ndarray, centre: int, metres: np.ndarray, left: Counter[str]
) -> AreaFigures:
    doors = [task.streets.doors[i] for i in members]
    inside = [shop for door in doors for shop in door.shops]
    key = task.areas[area]
    walked = metres[members, area] if len(members) else np.zeros(0)
    far = np.flatnonzero(np.isinf(walked))
    if len(far):
        around = np.union1d(members, [centre])
        walked[far] = task.streets.between(members[far], around)[:, np.searchsorted(around, centre)]
    each = np.repeat(walked, task.shops[members])
    point = task.streets.at[centre] + task.streets.origin
    return AreaFigures(
        key=key,
        x=float(point[0]),
        y=float(point[1]),
        load=int(task.load[members].sum()),
        shops=len(inside),
        workers=sum(s.workers for s in inside),
        visits=sum(s.visits for s in inside),
        mean=float(each.mean()) if len(each) else 0.0,
        nine_in_ten=float(np.percentile(each, 90)) if len(each) else 0.0,
        farthest=float(each.max()) if len(each) else 0.0,
        streets=len({d.street for d in doors if d.street}),
        grids=len({d.grid for d in doors if d.grid}),
        pieces=len(task.streets.pieces(members.tolist())),
        arrived=sum(s.area is not None and s.area != key for s in inside),
        left=left[key],
    )


def _touched(task: Task, owner: np.ndarray) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """By street and by grid the areas in which they lie."""
    streets: dict[str, set[int]] = defaultdict(set)
    grids: dict[str, set[int]] = defaultdict(set)
    for door, area in zip(task.streets.doors, owner.tolist(), strict=True):
        if door.street:
            streets[door.street].add(area)
        if door.grid:
            grids[door.grid].add(area)
    return streets, grids


def _moved(task: Task, owner: np.ndarray) -> tuple[Counter[str], int, int]:
    """Shops that leave the area they have today: by that area, all, and those that go to one with shops today."""
    left = Counter[str]()
    between = 0
    for door, area in zip(task.streets.doors, owner.tolist(), strict=True):
        leaving = [s.area for s in door.shops if s.area is not None and s.area != task.areas[area]]
        left.update(leaving)
        between += 0 if task.is_new[area] else len(leaving)
    return left, left.total(), between
