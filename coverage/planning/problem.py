"""What goes into a plan and what comes out: plain frozen values, no database and no clock.

Coordinates are metres in a local plane (x east, y north); every length is a walking length in metres.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# A pedestrian in a street grid walks about this much further than the crow flies. It scales every length alike, so it
# changes no decision except against the price of a changed owner, which is given in walking metres.
DETOUR = 1.3

# What it is worth, in walking metres per round, that an entity keeps the visitor it knows.
PRICE_OF_CHANGE = 60.0


@dataclass(frozen=True, slots=True)
class Stop:
    """One entity to be visited in the round.

    `place` groups stops of one building; `owner` is the member who visited it last; `order` sorts by address;
    `due_on` is the last day on which the visit is still in time.
    """

    key: str
    x: float
    y: float
    place: str = ""
    owner: str | None = None
    order: tuple[str, int, str] = ("", 0, "")
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A visitor and the days on which they can walk in this period, ascending."""

    key: str
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """A point from which a day's walk may start and at which it may end."""

    key: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Walk:
    """One member's stops of one day, in walking order, with the stations at both ends ("" when there are none)."""

    member: str
    day: dt.date
    stops: tuple[str, ...]
    start: str
    end: str
    metres: float


@dataclass(frozen=True, slots=True)
class Plan:
    """All walks of a round, ordered by member and day; `unplanned` holds what no member had a day for."""

    walks: tuple[Walk, ...]
    unplanned: tuple[str, ...] = ()

    @property
    def metres(self) -> float:
        return sum(walk.metres for walk in self.walks)

    def joined(self, other: Plan) -> Plan:
        """Both plans as one; they share no stop."""
        walks = sorted([*self.walks, *other.walks], key=lambda w: (w.member, w.day))
        return Plan(tuple(walks), tuple(sorted({*self.unplanned, *other.unplanned})))


def metres(ax: float, ay: float, bx: float, by: float) -> float:
    """Walking metres between two points of the plane."""
    return DETOUR * math.hypot(ax - bx, ay - by)


def nearest(stations: Sequence[Station], stop: Stop) -> tuple[str, float]:
    """Key of the station nearest to `stop` and the walking metres to it; ("", 0.0) without stations.

    Ties go to the smaller key, so that the order of `stations` decides nothing.
    """
    if not stations:
        return "", 0.0
    best = min(stations, key=lambda s: (metres(s.x, s.y, stop.x, stop.y), s.key))
    return best.key, metres(best.x, best.y, stop.x, stop.y)


def walk_of(member: str, day: dt.date, stops: Sequence[Stop], stations: Sequence[Station]) -> Walk:
    """The walk through `stops` in the order given, from and to the stations nearest to its two ends."""
    if not stops:
        return Walk(member, day, (), "", "", 0.0)
    start, out = nearest(stations, stops[0])
    end, back = nearest(stations, stops[-1])
    between = sum(metres(a.x, a.y, b.x, b.y) for a, b in itertools.pairwise(stops))
    return Walk(member, day, tuple(s.key for s in stops), start, end, out + between + back)


def shares(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split `total` into whole shares in proportion to `weights` (largest remainder, ties by key).

    Equal weights differ by at most one. Weights that are all zero give nothing to anybody.
    """
    whole = sum(weights.values())
    if whole <= 0:
        return dict.fromkeys(weights, 0)
    share = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(share.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:left]:
        share[key] += 1
    return share


def by_key(stops: Iterable[Stop]) -> dict[str, Stop]:
    """The stops by key; two stops with one key are a mistake of the caller."""
    found: dict[str, Stop] = {}
    for stop in stops:
        if stop.key in found:
            raise ValueError(f"two stops have the key {stop.key}")
        found[stop.key] = stop
    return found
