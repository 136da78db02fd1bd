"""Changing a plan that is being walked: place some stops anew and leave every other visit where it is.

Regret insertion: of the stops still to be placed, take the one that would lose most by not getting its best place
(the sum of its best three offers over the best), put it there, and look again. A stop may join a walk where it adds
least walking, or begin a walk on a member's empty day. Walks that grow beyond an even share get dearer, so one
member's stops spread over several others.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from coverage.planning.problem import (
    PRICE_OF_CHANGE,
    Member,
    Plan,
    Station,
    Stop,
    Walk,
    by_key,
    metres,
    nearest,
    walk_of,
)

# Walking metres, times the square of the visits beyond the even share of a day and of a member's days together.
PRICE_OF_FULL_DAY = 80.0
PRICE_OF_FULL_MEMBER = 3.0
PRICE_OF_LATENESS = 1e6
REGRET = 3


@dataclass(slots=True)
class _Open:
    """A walk that may still take stops."""

    member: str
    day: dt.date
    stops: list[Stop]


def insert(
    plan: Plan,
    stops: Sequence[Stop],
    members: Sequence[Member],
    wanted: Collection[str],
    *,
    stations: Sequence[Station] = (),
    done: Mapping[tuple[str, dt.date], int] = MappingProxyType({}),
) -> Plan:
    """The plan with the `wanted` stops placed anew.

    `stops` describes every stop of the plan and of `wanted`; `members` carry only the days that may still be walked,
    and walks on other days or of other people are left exactly as they are. All other stops keep their visitor, their
    day and their order among themselves. `done` counts visits of a (member, day) that are over and not in the plan: that
    day is so much fuller. Without any member left the wanted stops come back as `unplanned`.
    """
    known, placing = by_key(stops), sorted(set(wanted))
    fixed, slots = _open_walks(plan, known, members, set(placing))
    if not slots:
        return Plan(tuple(fixed), tuple(sorted({*plan.unplanned, *placing})))
    if placing:
        over = [done.get((slot.member, slot.day), 0) for slot in slots]
        _place([known[key] for key in placing], slots, stations, over)
    walks = [walk_of(s.member, s.day, s.stops, stations) for s in slots if s.stops]
    ordered = sorted([*fixed, *walks], key=lambda w: (w.member, w.day))
    return Plan(tuple(ordered), tuple(k for k in plan.unplanned if k not in set(placing)))


def _open_walks(
    plan: Plan, known: dict[str, Stop], members: Sequence[Member], placing: set[str]
) -> tuple[list[Walk], list[_Open]]:
    """Walks nobody may touch, and one slot for every member and day still to come."""
    slots = {(m.key, day): _Open(m.key, day, []) for m in members for day in m.days}
    fixed: list[Walk] = []
    for walk in plan.walks:
        slot = slots.get((walk.member, walk.day))
        left = [key for key in walk.stops if key not in placing]
        if slot is not None:
            slot.stops.extend(known[key] for key in left)
        elif len(left) == len(walk.stops):
            fixed.append(walk)
        elif left:
            fixed.append(Walk(walk.member, walk.day, tuple(left), walk.start, walk.end, walk.metres))
    return fixed, [slots[key] for key in sorted(slots)]


def _place(waiting: Sequence[Stop], slots: Sequence[_Open], stations: Sequence[Station], over: Sequence[int]) -> None:
    """Place all of `waiting`. What a stop adds to a slot is worked out again only for the slot that changed."""
    to_station = {s.key: nearest(stations, s)[1] for slot in slots for s in slot.stops}
    to_station |= {s.key: nearest(stations, s)[1] for s in waiting}
    offers = [[_best(stop, slot, to_station) for slot in slots] for stop in waiting]
    added = np.array([[cost for cost, _ in row] for row in offers]).reshape(len(waiting), len(slots))
    position = np.array([[place for _, place in row] for row in offers], dtype=int).reshape(added.shape)
    left = np.ones(len(waiting), dtype=bool)
    crowd = _Crowd(slots, over, len(waiting))
    for _ in waiting:
        cost = added + crowd.price()[None, :]
        nearest_offers = np.sort(cost, axis=1)[:, :REGRET]
        regret = (nearest_offers - nearest_offers[:, :1]).sum(axis=1)
        row = int(np.argmax(np.where(left, regret, -1.0)))
        slot = int(np.argmin(cost[row]))
        slots[slot].stops.insert(int(position[row, slot]), waiting[row])
        left[row] = False
        crowd.add(slot)
        for other in np.flatnonzero(left):
            added[other, slot], position[other, slot] = _best(waiting[int(other)], slots[slot], to_station)


class _Crowd:
    """How much fuller than an even share each slot's day and each slot's member already are."""

    def __init__(self, slots: Sequence[_Open], over: Sequence[int], coming: int) -> None:
        members = sorted({slot.member for slot in slots})
        self.member = np.array([members.index(slot.member) for slot in slots])
        self.in_day = np.array([len(slot.stops) for slot in slots]) + np.array(over, dtype=int)
        self.of_member = np.bincount(self.member, weights=self.in_day)
        days = np.bincount(self.member)
        total = int(self.in_day.sum()) + coming
        self.day_share = math.ceil(total / len(slots))
        self.share = total * days / len(slots)

    def price(self) -> np.ndarray:
        """Walking metres that one more visit in each slot is to cost beyond its way."""
        day = np.maximum(0.0, self.in_day + 1 - self.day_share)
        member = np.maximum(0.0, self.of_member + 1 - self.share)[self.member]
        price: np.ndarray = PRICE_OF_FULL_DAY * day**2 + PRICE_OF_FULL_MEMBER * member**2
        return price

    def add(self, slot: int) -> None:
        self.in_day[slot] += 1
        self.of_member[self.member[slot]] += 1


def _best(stop: Stop, slot: _Open, to_station: dict[str, float]) -> tuple[float, int]:
    """Cheapest position of `stop` in the slot: added walking, and the prices of another visitor and of lateness."""
    path, home = slot.stops, to_station[stop.key]
    extra = PRICE_OF_LATENESS if stop.due_on is not None and slot.day > stop.due_on else 0.0
    if stop.owner is not None and stop.owner != slot.member:
        extra += PRICE_OF_CHANGE
    if not path:
        return 2 * home + extra, 0
    reach = [metres(stop.x, stop.y, other.x, other.y) for other in path]
    cheapest, position = home + reach[0] - to_station[path[0].key], 0
    for i in range(1, len(path)):
        a, b = path[i - 1], path[i]
        added = reach[i - 1] + reach[i] - metres(a.x, a.y, b.x, b.y)
        if added < cheapest:
            cheapest, position = added, i
    added = reach[-1] + home - to_station[path[-1].key]
    if added < cheapest:
        cheapest, position = added, len(path)
    return cheapest + extra, position
