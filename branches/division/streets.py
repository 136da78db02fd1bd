"""The street as a graph: doors, the links along and across roads, walking distances, and what hangs together.

Nobody gives us the roads' lines, only doors with the names of their roads. Doors of one road are linked when no third one
of that road lies between them (a Gabriel graph: Gabriel and Sokal 1969), and over its gaps. Doors of two roads are linked
when no other door lies between them and the gap is no wider than a street, where links along the two roads cross, and at
the corner where one of them ends. Whatever still stands alone is joined by the shortest way. A link from one road to another
never leads across a barrier (river, railway, elevated road); a link along a road does, for where a road crosses a river there
is a bridge.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csgraph, csr_array
from scipy.spatial import cKDTree

from branches.division.problem import NotDivisible, Shop

ACROSS = 60.0  # metres: the widest street over which doors of two roads are linked
CORNER = 120.0  # the same where two roads are seen to cross
SIGHT = 100.0  # metres along a road over which its way is taken
TURN = 150.0  # and where one of them ends: corners often have no shop
CLOSEST = 0.5  # metres between two doors at least, so that no link has length zero
NEIGHBOURS = 12  # nearest doors that are looked at for links
MOST_LOOKED = 512  # and at most for joining what stands apart
FULL = 2500  # up to so many doors all distances are kept
DETOUR, APART = 1.3, 5000.0  # between doors that no link joins: the straight line times this, and this on top

NONE = np.zeros((0, 2), dtype=int)  # no pair of doors
Line = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Door:
    """Shops that cannot be told apart by place: they always share an area."""

    shops: tuple[Shop, ...]
    x: float
    y: float
    street: str
    grid: str
    area: str | None
    pinned: str | None


@dataclass(frozen=True)
class Streets:
    """Doors (ordered by their first shop's key), their coordinates n × 2 in metres, and links as a symmetric n × n array.

    `links` holds walking metres between neighbouring doors. `barriers` are lines of points in the shops' own coordinates.
    """

    doors: tuple[Door, ...]
    at: np.ndarray
    links: csr_array
    origin: tuple[float, float]
    barriers: tuple[Line, ...]

    @classmethod
    def of(cls, shops: Iterable[Shop], *, barriers: Sequence[Line] = ()) -> Streets:
        """Build the graph. Raises NotDivisible for a shop without coordinates, ValueError for two shops with one key."""
        doors = _doors(shops)
        x0, y0 = (min((d.x for d in doors), default=0.0), min((d.y for d in doors), default=0.0))
        # Whole centimetres from the south-west corner: the same street elsewhere on the plane gives the same answer.
        at = np.round(np.array([(d.x - x0, d.y - y0) for d in doors], dtype=float).reshape(-1, 2), 2)
        walls = _walls(barriers, (x0, y0))
        pairs = _pairs(at, [d.street for d in doors], walls)
        return cls(tuple(doors), at, _graph(at, pairs), (x0, y0), tuple(barriers))

    def part(self, keys: Iterable[str]) -> Streets:
        """The same for some of the shops only: a branch's own, to be shared among its members."""
        wanted = set(keys)
        return Streets.of((s for d in self.doors for s in d.shops if s.key in wanted), barriers=self.barriers)

    def __len__(self) -> int:
        return len(self.doors)

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """For each door the doors linked with it, ascending."""
        ends, starts = self.links.indices.tolist(), self.links.indptr.tolist()
        return [sorted(ends[starts[i] : starts[i + 1]]) for i in range(len(self))]

    @cached_property
    def metres(self) -> np.ndarray:
        """Walking metres between all doors, n × n. Only for streets of up to `FULL` doors; larger ones ask `reach`."""
        return self._filled(csgraph.dijkstra(self.links, directed=False), np.arange(len(self)))

    @property
    def is_small(self) -> bool:
        return len(self) <= FULL

    def reach(self, sources: np.ndarray, *, limit: float = math.inf) -> np.ndarray:
        """Walking metres from each source door to every door, sources × n; infinite beyond `limit`."""
        if self.is_small:
            known: np.ndarray = self.metres[sources]
            return known
        found = csgraph.dijkstra(self.links, directed=False, indices=sources, limit=limit)
        return self._filled(found, sources) if math.isinf(limit) else found

    def nearest(self, sources: np.ndarray) -> np.ndarray:
        """Walking metres from every door to the nearest source, n."""
        found: np.ndarray
        if self.is_small:
            found = self.metres[sources].min(axis=0)
            return found
        found = csgraph.dijkstra(self.links, directed=False, indices=sources, min_only=True)
        lost = np.isinf(found)
        if lost.any():
            found[lost] = APART + DETOUR * cKDTree(self.at[sources]).query(self.at[lost])[0]
        return found

    def between(self, sources: np.ndarray, members: np.ndarray) -> np.ndarray:
        """Walking metres from some of `members` to all of them, sources × m; on a large street without leaving them."""
        found: np.ndarray
        if self.is_small:
            found = self.metres[np.ix_(sources, members)]
            return found
        inside = self.links[members][:, members]
        found = csgraph.dijkstra(inside, directed=False, indices=np.searchsorted(members, sources))
        rows, columns = np.nonzero(np.isinf(found))
        if len(rows):
            gap = self.at[sources[rows]] - self.at[members[columns]]
            found[rows, columns] = APART + DETOUR * np.hypot(gap[:, 0], gap[:, 1])
        return found

    def _filled(self, metres: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """Doors in different parts of the street get a long but finite distance, so that they can be divided at all."""
        rows, columns = np.nonzero(np.isinf(metres))
        if len(rows):
            gap = self.at[sources[rows]] - self.at[columns]
            metres[rows, columns] = APART + DETOUR * np.hypot(gap[:, 0], gap[:, 1])
        return metres

    def pieces(self, members: Iterable[int]) -> list[list[int]]:
        """The parts into which some doors fall when one walks through these doors only; each ascending."""
        left = set(members)
        found: list[list[int]] = []
        for start in sorted(left):
            if start not in left:
                continue
            left.discard(start)
            piece, waiting = [start], [start]
            while waiting:
                for other in self.neighbours[waiting.pop()]:
                    if other in left:
                        left.discard(other)
                        piece.append(other)
                        waiting.append(other)
            found.append(sorted(piece))
        return found

    @cached_property
    def parts(self) -> int:
        """Into how many parts the whole street falls; more than one only where barriers cut it."""
        return int(csgraph.connected_components(self.links, directed=False)[0]) if len(self) else 0


def _doors(shops: Iterable[Shop]) -> list[Door]:
    together: dict[tuple[str, str], list[Shop]] = defaultdict(list)
    seen: set[str] = set()
    for shop in sorted(shops, key=lambda s: s.key):
        if shop.key in seen:
            raise ValueError(f"two shops have the key {shop.key}")
        seen.add(shop.key)
        if not (math.isfinite(shop.x) and math.isfinite(shop.y)):
            raise NotDivisible(f"商铺“{shop.key}”没有坐标，不能参加划分：请先在地图上给它定位。")
        together[(shop.place, "") if shop.place else ("", shop.key)].append(shop)
    return [_door(group) for group in together.values()]


def _door(shops: Sequence[Shop]) -> Door:
    pins = sorted({s.pinned for s in shops if s.pinned is not None})
    if len(pins) > 1:
        raise NotDivisible(f"“{shops[0].place}”的商铺在同一处，不能分别指定给“{pins[0]}”和“{pins[1]}”。")
    x, y = sum(s.x for s in shops) / len(shops), sum(s.y for s in shops) / len(shops)
    areas = Counter(s.area for s in shops if s.area is not None)
    return Door(
        shops=tuple(shops),
        x=x,
        y=y,
        street=_most(s.street for s in shops) or "",
        grid=_most(s.grid for s in shops) or "",
        area=_most(areas.elements()),
        pinned=pins[0] if pins else None,
    )


def _most(words: Iterable[str]) -> str | None:
    """The commonest word, the smaller of two as common; None without any."""
    counts = Counter(words)
    return min(counts, key=lambda word: (-counts[word], word)) if counts else None


def _walls(barriers: Sequence[Line], origin: tuple[float, float]) -> np.ndarray:
    """The barriers' single stretches, m × 4 (from x, y to x, y), in the graph's own metres."""
    ends = [(*a, *b) for line in barriers for a, b in itertools.pairwise(line)]
    walls: np.ndarray = np.array(ends, dtype=float).reshape(-1, 4) - np.array([*origin, *origin])
    return walls


def _pairs(at: np.ndarray, streets: Sequence[str], walls: np.ndarray) -> np.ndarray:
    """Linked doors as an m × 2 array of indices."""
    if len(at) < 2:
        return NONE
    # A door whose road is unknown stands for a road of its own.
    road = np.unique([name or f"\0{i}" for i, name in enumerate(streets)], return_inverse=True)[1]
    order = np.argsort(road, kind="stable")
    roads = np.split(order, np.cumsum(np.bincount(road))[:-1])
    along = np.concatenate([NONE, *(_along(at, members) for members in roads if len(members) > 1)])
    near = _gabriel(at)
    near = near[road[near[:, 0]] != road[near[:, 1]]]
    length = _length(at, near)
    across = near[(length <= ACROSS) | ((length <= TURN) & _corners(at, along, road, near))]
    across = np.concatenate([across, _crossings(at, along, road)])
    pairs = np.concatenate([along, across[~_crosses(at, across, walls)]])
    return np.concatenate([pairs, _joining(at, pairs, walls)])


def _along(at: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Links between the doors of one road, ascending `members`: neighbours, and over the gaps."""
    own = at[members]
    pairs = _gabriel(own)
    joined: np.ndarray = members[np.concatenate([pairs, _joining(own, pairs, np.zeros((0, 4)))])]
    return joined


def _corners(at: np.ndarray, along: np.ndarray, road: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """For each pair of doors of two roads whether one road ends there and the other leads across its way.

    No two links meet where a road begins, so a corner without a shop would hold its last doors to their own road alone.
    """
    seen = np.concatenate([along, _in_sight(at, road)])
    gap = at[seen[:, 1]] - at[seen[:, 0]]
    # A road's way at a door has no sense of direction: doubled angles, whose sum is the way on the whole. Squares of
    # lengths count, so that a door over the road does not turn the way of a door that has few others near.
    way = np.column_stack([gap[:, 0] ** 2 - gap[:, 1] ** 2, 2 * gap[:, 0] * gap[:, 1]])
    ahead, ways, walked = np.zeros_like(at), np.zeros_like(at), np.zeros(len(at))
    for end, sign in ((seen[:, 0], 1), (seen[:, 1], -1)):
        np.add.at(ahead, end, sign * gap)
        np.add.at(ways, end, way)
        np.add.at(walked, end, _length(at, seen))
    is_end = np.hypot(ahead[:, 0], ahead[:, 1]) >= walked / 2
    a, b = pairs.T
    turns = (ways[a] * ways[b]).sum(axis=1) <= 0
    found: np.ndarray = (is_end[a] | is_end[b]) & turns
    return found


def _in_sight(at: np.ndarray, road: np.ndarray) -> np.ndarray:
    """Pairs of doors of one road up to `SIGHT` apart: how a road runs cannot be told from the next door alone."""
    pairs = cKDTree(at).query_pairs(SIGHT, output_type="ndarray")
    same: np.ndarray = pairs[road[pairs[:, 0]] == road[pairs[:, 1]]]
    return same


def _crossings(at: np.ndarray, along: np.ndarray, road: np.ndarray) -> np.ndarray:
    """Where a link along one road meets a link along another the roads cross: the two nearest of the four doors."""
    pairs = _close(at, along)
    pairs = pairs[road[along[pairs[:, 0], 0]] != road[along[pairs[:, 1], 0]]]
    (a, b), (c, d) = along[pairs[:, 0]].T, along[pairs[:, 1]].T
    meet = (_side(at[a], at[b], at[c]) != _side(at[a], at[b], at[d])) & (
        _side(at[c], at[d], at[a]) != _side(at[c], at[d], at[b])
    )
    corners = np.stack([np.column_stack(two)[meet] for two in ((a, c), (a, d), (b, c), (b, d))])
    gaps = np.stack([_length(at, two) for two in corners])
    nearest = gaps.argmin(axis=0)
    chosen = np.arange(len(nearest))
    found: np.ndarray = corners[nearest, chosen][gaps[nearest, chosen] <= CORNER]
    return found


def _close(at: np.ndarray, links: np.ndarray) -> np.ndarray:
    """Pairs of links that may meet: their middles are no further apart than the longer one is long."""
    length = _length(at, links)
    middles = (at[links[:, 0]] + at[links[:, 1]]) / 2
    met, done, limit = [NONE], 0.0, ACROSS / 2
    while (length > done).any():
        longer, some = np.flatnonzero((length > done) & (length <= limit)), np.flatnonzero(length <= limit)
        if len(longer):
            near = cKDTree(middles[some]).query_ball_point(middles[longer], limit)
            others = some[np.fromiter(itertools.chain.from_iterable(near), dtype=int)]
            met.append(np.column_stack([np.repeat(longer, [len(n) for n in near]), others]))
        done, limit = limit, 2 * limit
    return np.concatenate(met)


def _length(at: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Metres as the crow flies between the doors of each pair."""
    gap = at[pairs[:, 0]] - at[pairs[:, 1]]
    metres: np.ndarray = np.hypot(gap[:, 0], gap[:, 1])
    return metres


def _gabriel(at: np.ndarray) -> np.ndarray:
    """Pairs of doors with no third door in the circle between them, each once; among each door's `NEIGHBOURS` nearest."""
    count = min(NEIGHBOURS, len(at) - 1)
    near = _nearest(at, count)
    here = np.arange(len(at))
    pairs = []
    for c in range(count):
        middle = (at[here] + at[near[:, c]]) / 2
        radius = ((at[here] - middle) ** 2).sum(axis=1)
        nearer = at[near[:, :c]] - middle[:, None, :]
        free = ((nearer**2).sum(axis=2) >= radius[:, None] * (1 - 1e-9)).all(axis=1)
        pairs.append(np.column_stack([here[free], near[free, c]]))
    return np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)


def _nearest(at: np.ndarray, count: int) -> np.ndarray:
    """Indices of the `count` doors nearest to each, n × count, itself left out."""
    found = cKDTree(at).query(at, k=count + 1)[1]
    itself = found == np.arange(len(at))[:, None]
    itself[~itself.any(axis=1), -1] = True  # of many doors on one spot it may not be among its own nearest
    others: np.ndarray = found[~itself].reshape(len(at), count)
    return others


def _joining(at: np.ndarray, pairs: np.ndarray, walls: np.ndarray) -> np.ndarray:
    """The shortest links that join what `pairs` leaves apart, as far as walls allow (Borůvka's algorithm)."""
    made: list[np.ndarray] = []
    looked = min(8, len(at) - 1)
    while True:
        parts, label = csgraph.connected_components(_graph(at, np.concatenate([pairs, *made])), directed=False)
        if parts == 1:
            break
        near = _nearest(at, looked)
        found = np.column_stack([np.repeat(np.arange(len(at)), looked), near.ravel()])
        found = found[label[found[:, 0]] != label[found[:, 1]]]
        found = found[~_crosses(at, found, walls)]
        if len(found):
            length = _length(at, found)
            # Ties by the doors themselves, so that two parts choose the same link.
            low, high = found.min(axis=1), found.max(axis=1)
            order = np.lexsort((high, low, np.round(length, 3)))
            first = np.unique(label[found[order, 0]], return_index=True)[1]
            made.append(np.unique(np.sort(found[order[first]], axis=1), axis=0))
        elif looked >= min(len(at) - 1, MOST_LOOKED):
            break
        else:
            looked = min(4 * looked, len(at) - 1)
    return np.concatenate([NONE, *made])


def _crosses(at: np.ndarray, pairs: np.ndarray, walls: np.ndarray) -> np.ndarray:
    """For each pair whether the straight line between the two doors meets a barrier."""
    hit = np.zeros(len(pairs), dtype=bool)
    a, b = at[pairs[:, 0]], at[pairs[:, 1]]
    for wall in walls:
        c, d = wall[:2], wall[2:]
        hit |= (_side(a, b, c) != _side(a, b, d)) & (_side(c, d, a) != _side(c, d, b))
    return hit


def _side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """On which side of the line from a to b a point lies: True on the left."""
    left: np.ndarray = (b - a)[..., 0] * (p - a)[..., 1] - (b - a)[..., 1] * (p - a)[..., 0] > 0
    return left


def _graph(at: np.ndarray, pairs: np.ndarray) -> csr_array:
    """The symmetric array of lengths."""
    low, high = np.unique(np.sort(pairs, axis=1), axis=0).T if len(pairs) else (np.zeros(0, int), np.zeros(0, int))
    length = np.maximum(_length(at, np.column_stack([low, high])), CLOSEST)
    rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
    return csr_array((np.concatenate([length, length]), (rows, columns)), shape=(len(at), len(at)))
