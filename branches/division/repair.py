"""Making an assignment whole and even: cut-off pieces are handed over, then loads are evened out along the borders.

What moves is never a door alone but a door with everything that would be cut off without it (its subtrees in Tarjan's
depth-first search of the area from its centre), so an area that hangs together goes on doing so. A load too great or
too small is passed along a chain of neighbouring areas, the cheapest first, and only if the loads are better afterwards.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from branches.division.task import NOBODY, Task

MISFIT = 500.0  # metres for moving one average shop more or less than is wanted
TRIES = 12  # chains tried before a wrong load is left as it is
STEPS = 400
UNWALKED = 1e5  # metres for a way that was not worked out: far enough never to be chosen
POLISHED = 60  # improvements at most
GAIN = 1.0  # metres below which an improvement is none
BORDER = 5  # shifts over each border that a chain goes on with
LINKS = 3  # shifts in a chain that makes it cheaper


@dataclass(frozen=True, slots=True)
class Shift:
    """Doors that may leave an area together without cutting off others, their load, and what it costs."""

    doors: tuple[int, ...]
    load: int
    price: float


Chain = tuple[tuple[int, int, Shift], ...]  # shifts one after the other: from, to, what


class Patchwork:
    """An assignment under repair; `owner` is changed in place."""

    def __init__(self, task: Task, owner: np.ndarray, cost: np.ndarray, centres: np.ndarray) -> None:
        self.task = task
        self.cost = cost
        self.neighbours = task.streets.neighbours
        self.owner: list[int] = owner.tolist()
        self.load: list[int] = task.load.tolist()
        self.pinned = task.pin != NOBODY
        self.centres = centres.tolist()
        k = len(task.areas)
        self.members: list[set[int]] = [set() for _ in range(k)]
        for door, area in enumerate(self.owner):
            self.members[area].add(door)
        self.total: list[int] = [sum(self.load[d] for d in mine) for mine in self.members]
        self.misfit: float = MISFIT * len(self.owner) / max(1, sum(self.load))
        self._shifts: dict[int, dict[int, list[Shift]]] = {}

    def move(self, doors: Sequence[int], target: int) -> None:
        """Hand doors of one area to another."""
        source = self.owner[doors[0]]
        for door in doors:
            self.owner[door] = target
        weight = sum(self.load[d] for d in doors)
        self.members[source].difference_update(doors)
        self.members[target].update(doors)
        self.total[source] -= weight
        self.total[target] += weight
        # What may cross a border depends on who stands behind it.
        for area in {source, target, *(self.owner[o] for d in doors for o in self.neighbours[d])}:
            self._shifts.pop(area, None)

    def fill(self) -> None:
        """Give every area at least one door: the cheapest that nobody pinned, of an area that has more."""
        for j, mine in enumerate(self.members):
            if not mine:
                free = [d for d, a in enumerate(self.owner) if len(self.members[a]) > 1 and not self.pinned[d]]
                extra = self.cost[free, j] - self.cost[free, [self.owner[d] for d in free]]
                self.move([free[int(np.argmin(extra))]], j)

    # Whole

    def join(self) -> set[int]:
        """Join every cut-off piece to its area again or hand it to a neighbouring one, whichever costs less; what moved."""
        moved: set[int] = set()
        for area in range(len(self.members)):
            main, pieces = self._parts(area)
            for piece in pieces:
                target = self._best_neighbour(piece, area)
                if target is None:
                    continue
                corridor = self._corridor(piece, area, main, self._price(piece, area, target))
                if self._take(corridor, area):
                    moved.update(corridor)
                    main = main.union(piece, corridor)
                else:
                    self.move(piece, target)
                    moved.update(piece)
        return moved

    def _parts(self, area: int) -> tuple[set[int], list[list[int]]]:
        """The piece that counts most (with a pinned door, with the centre, with the greatest load), and all others."""
        pieces = self.task.streets.pieces(self.members[area])
        centre = self.centres[area]

        def counts(piece: list[int]) -> tuple[bool, bool, int, int]:
            return any(self.pinned[d] for d in piece), centre in piece, sum(self.load[d] for d in piece), -piece[0]

        main = max(pieces, key=counts, default=[])
        return set(main), [p for p in pieces if p is not main and not any(self.pinned[d] for d in p)]

    def _corridor(self, piece: Sequence[int], area: int, main: set[int], limit: float) -> list[int]:
        """Doors of others by which a piece would hang together with `main` again, the cheapest; none under `limit`: empty.

        One shop that opens at a crossing, or closes there, must not carry a whole lane into another area.
        """
        seen = set(piece)
        waiting: list[tuple[float, tuple[int, ...]]] = [(0.0, (door,)) for door in piece]
        heapq.heapify(waiting)
        while waiting:
            price, path = heapq.heappop(waiting)
            if main.intersection(self.neighbours[path[-1]]):
                return [door for door in path if self.owner[door] != area]
            for other in self.neighbours[path[-1]]:
                if other in seen or self.pinned[other]:
                    continue
                seen.add(other)
                extra = price if self.owner[other] == area else price + max(0.0, self._step(other, area))
                if extra < limit:
                    heapq.heappush(waiting, (extra, (*path, other)))
        return []

    def _step(self, door: int, target: int) -> float:
        return self._price([door], self.owner[door], target)

    def _take(self, doors: Sequence[int], area: int) -> bool:
        """Give these doors to an area, one by one, unless that cuts off others or leaves somebody without any."""
        before = [(door, self.owner[door]) for door in doors]
        losing = {owner for _, owner in before}
        parts = {owner: len(self.task.streets.pieces(self.members[owner])) for owner in losing}
        for door in doors:
            self.move([door], area)
        if doors and all(1 <= len(self.task.streets.pieces(self.members[o])) <= parts[o] for o in losing):
            return True
        for door, owner in before:
            self.move([door], owner)
        return False

    def _best_neighbour(self, piece: Sequence[int], area: int) -> int | None:
        beside = {self.owner[o] for d in piece for o in self.neighbours[d]} - {area}
        if not beside:
            return None
        return min(sorted(beside), key=lambda b: self._price(piece, area, b))

    def _price(self, doors: Sequence[int], source: int, target: int) -> float:
        """Metres that a move costs; where walking was not worked out, as much as to the far end of the table."""
        taken = self.cost[list(doors), target]
        extra = float(np.where(np.isfinite(taken), taken, UNWALKED).sum())
        was = self.cost[list(doors), source]
        return round(extra - float(np.where(np.isfinite(was), was, UNWALKED).sum()), 2)

    # Even

    def wrong(self) -> int:
        """By how much loads are out of bounds, together."""
        low, high = self.task.bounds
        return sum(max(0, t - high) + max(0, low - t) for t in self.total)

    def even(self) -> None:
        """Move load from too full areas and to too empty ones as far as that can be done."""
        for _ in range(STEPS):
            before = self.wrong()
            if before == 0 or not any(self._relieve(area, before) for area in self._worst()):
                return

    def _worst(self) -> list[int]:
        low, high = self.task.bounds
        off = {j: max(t - high, low - t) for j, t in enumerate(self.total)}
        return sorted((j for j in off if off[j] > 0), key=lambda j: (-off[j], j))

    def _relieve(self, area: int, before: int) -> bool:
        """One chain that makes loads better, from (or to) this area; False when none of the nearest few does."""
        low, high = self.task.bounds
        outward = self.total[area] > high
        wanted = self.total[area] - high if outward else low - self.total[area]
        for chain in itertools.islice(self._chains(area, wanted, outward=outward), TRIES):
            if self._apply(chain, before, wanted):
                return True
        return False

    def _chains(self, area: int, wanted: int, *, outward: bool) -> Iterator[Chain]:
        """Chains of shifts (from, to, shift) between this area and one that can take (or give), cheapest first."""
        seen: set[int] = set()
        waiting: list[tuple[float, int, int, Chain]] = [(0.0, 0, area, ())]
        count = itertools.count(1)
        while waiting:
            length, _, here, chain = heapq.heappop(waiting)
            if chain and self._helps(here, outward=outward):
                yield chain
            if here in seen:
                continue
            seen.add(here)
            for source, target, shift in self._offers(here, wanted, outward=outward):
                other = target if outward else source
                if other not in seen:
                    price = length + max(0.0, self._rank(shift, wanted)) + 1.0
                    link = (source, target, shift)
                    heapq.heappush(waiting, (price, next(count), other, (*chain, link) if outward else (link, *chain)))

    def _helps(self, area: int, *, outward: bool) -> bool:
        low, high = self.task.bounds
        return self.total[area] < high if outward else self.total[area] > low

    def _offers(self, area: int, wanted: int, *, outward: bool) -> Iterator[tuple[int, int, Shift]]:
        """The few best shifts over each border of an area."""
        if outward:
            for target, shifts in sorted(self.shifts(area).items()):
                yield from ((area, target, s) for s in self._few(shifts, wanted))
            return
        beside = {self.owner[o] for d in self.members[area] for o in self.neighbours[d]} - {area}
        for source in sorted(beside):
            yield from ((source, area, s) for s in self._few(self.shifts(source).get(area, []), wanted))

    def _few(self, shifts: Sequence[Shift], wanted: int) -> list[Shift]:
        return heapq.nsmallest(3, shifts, key=lambda s: (self._rank(s, wanted), s.doors))

    def _rank(self, shift: Shift, wanted: int) -> float:
        return shift.price + self.misfit * abs(shift.load - wanted)

    def _apply(self, chain: Chain, before: int, wanted: int) -> bool:
        """Do the shifts, the last first, so that nobody takes before having given; undo them if loads are no better."""
        done: list[tuple[tuple[int, ...], int]] = []
        for source, target, planned in reversed(chain):
            shift = self._still(source, target, planned, wanted)
            if shift is None:
                break
            self.move(shift.doors, target)
            done.append((shift.doors, source))
        if len(done) == len(chain) and self.wrong() < before:
            return True
        for doors, source in reversed(done):
            self.move(doors, source)
        return False

    def _still(self, source: int, target: int, planned: Shift, wanted: int) -> Shift | None:
        """The planned shift if it may still be made, otherwise the best there is now."""
        open_now = self.shifts(source).get(target, [])
        if any(s.doors == planned.doors for s in open_now):
            return planned
        few = self._few(open_now, wanted)
        return few[0] if few else None

    # Near

    def polish(self) -> None:
        """Take back what joining and evening out made dearer than it need be, by chains of up to `LINKS` shifts.

        A chain starts with a gain and is followed only while it has one (as in Lin and Kernighan 1973): every round trip
        that gains has a door from which that is so.
        """
        for _ in range(POLISHED):
            chains = sorted(self._gaining(), key=lambda c: (c[0], [s.doors for _, _, s in c[1]]))
            if not any(self._follow(chain) for _, chain in chains[:TRIES]):
                return

    def _gaining(self) -> Iterator[tuple[float, Chain]]:
        """Chains that make the division cheaper and keep loads in bounds, with what they cost (less than nothing)."""
        waiting: list[tuple[float, Chain]] = []
        for area in range(len(self.members)):
            for target, shifts in self.shifts(area).items():
                waiting += [(s.price, ((area, target, s),)) for s in shifts if s.price < -GAIN]
        while waiting:
            price, chain = waiting.pop()
            if self._fits(chain):
                yield price, chain
            _, here, _ = chain[-1]
            if len(chain) == LINKS or (len(chain) > 1 and here == chain[0][0]):
                continue
            for target, shifts in self.shifts(here).items():
                few = heapq.nsmallest(BORDER, shifts, key=lambda s: (s.price, s.doors))
                waiting += [(price + s.price, (*chain, (here, target, s))) for s in few if price + s.price < -GAIN]

    def _fits(self, chain: Chain) -> bool:
        """Whether all loads that it changes lie within the bounds."""
        low, high = self.task.bounds
        more = Counter[int]()
        for source, target, shift in chain:
            more[source] -= shift.load
            more[target] += shift.load
        return all(low <= self.total[j] + by <= high for j, by in more.items() if by)

    def _follow(self, chain: Chain) -> bool:
        """Do a chain exactly as planned, the last shift first; leave everything as it was when that is not possible."""
        done: list[tuple[tuple[int, ...], int]] = []
        for source, target, shift in reversed(chain):
            if not any(s.doors == shift.doors for s in self.shifts(source).get(target, [])):
                break
            self.move(shift.doors, target)
            done.append((shift.doors, source))
        else:
            return True
        for doors, source in reversed(done):
            self.move(doors, source)
        return False

    # What may move

    def shifts(self, area: int) -> dict[int, list[Shift]]:
        """By neighbouring area the shifts over that border."""
        if area not in self._shifts:
            found: dict[int, list[Shift]] = {}
            groups = self._groups(area)
            for door in sorted(groups):
                doors = groups[door]
                if len(doors) == len(self.members[area]) or self.pinned[list(doors)].any():
                    continue
                beside = sorted({self.owner[o] for o in self.neighbours[door]} - {area})
                weight = sum(self.load[d] for d in doors)
                for target in beside:
                    found.setdefault(target, []).append(Shift(doors, weight, self._price(doors, area, target)))
            self._shifts[area] = found
        return self._shifts[area]

    def _groups(self, area: int) -> dict[int, tuple[int, ...]]:
        """For each door on the area's border the doors that must go with it; the centre never goes."""
        mine, groups = self.members[area], {}
        left = set(mine)
        centre = self.centres[area]
        for root in sorted(mine, key=lambda d: (d != centre, d)):
            if root not in left:
                continue
            order, after, low, parent = _search(root, mine, self.neighbours)
            left.difference_update(order)
            place = {door: i for i, door in enumerate(order)}
            hanging: dict[int, list[int]] = {}
            for door in order[1:]:
                if low[door] >= place[parent[door]]:
                    hanging.setdefault(parent[door], []).extend(order[place[door] : after[door]])
            for door in order if root != centre else order[1:]:
                if any(self.owner[o] != area for o in self.neighbours[door]):
                    groups[door] = (door, *hanging.get(door, ()))
        return groups


def _search(
    root: int, mine: set[int], neighbours: Sequence[Sequence[int]]
) -> tuple[list[int], dict[int, int], dict[int, int], dict[int, int]]:
    """Depth-first from `root` within `mine`: order of discovery, end of each subtree in it, lowest reach, parent."""
    order, place, low = [root], {root: 0}, {root: 0}
    parent: dict[int, int] = {root: NOBODY}
    after: dict[int, int] = {}
    path = [(root, iter(neighbours[root]))]
    while path:
        door, others = path[-1]
        for other in others:
            if other not in mine:
                continue
            if other not in place:
                parent[other] = door
                place[other] = low[other] = len(order)
                order.append(other)
                path.append((other, iter(neighbours[other])))
                break
            if other != parent[door]:
                low[door] = min(low[door], place[other])
        else:
            path.pop()
            after[door] = len(order)
            if path:
                low[path[-1][0]] = min(low[path[-1][0]], low[door])
    return order, after, low, parent
