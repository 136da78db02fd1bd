"""A made-up street for benchmarks: 1.07 km², six roads, shops along them and buildings inside the blocks.

Coordinates are metres. Addresses read `road number`, odd numbers on one side and even ones on the other, so that
address order is the order in which the office's list is really kept.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from coverage.planning.problem import Member, Station, Stop

WIDTH, HEIGHT = 1180.0, 905.0
COLUMNS, ROWS = 5, 4
SHOPS = 389
PLACES_IN_TOWERS = (0.55, 60)  # share of the others that sits in large buildings, and about how many in each


def stations() -> list[Station]:
    """Three service stations, one per grid."""
    return [Station("a", 240.0, 300.0), Station("b", 880.0, 260.0), Station("c", 560.0, 720.0)]


def members(count: int, days: int) -> list[Member]:
    first = dt.date(2026, 11, 16)
    walking = [first + dt.timedelta(days=i) for i in range(40)]
    walking = [d for d in walking if d.weekday() < 5][:days]
    return [Member(f"m{i:02}", tuple(walking)) for i in range(count)]


def stops(count: int, *, seed: int) -> list[Stop]:
    """`count` entities: a fifth are shops on the roads, the others in buildings whose sizes differ widely."""
    chance = random.Random(seed)
    shops = min(count, round(count * SHOPS / 2063))
    made = [_on_a_road(chance, f"e{i:05}", "") for i in range(shops)]
    building = 0
    while len(made) < count:
        share, large = PLACES_IN_TOWERS
        size = max(1, round(chance.gauss(large, 15))) if chance.random() < share / large * 8 else chance.randint(1, 12)
        door = _on_a_road(chance, "", f"b{building:04}", setback=35.0)
        for room in range(min(size, count - len(made))):
            key = f"e{len(made):05}"
            road, number, _ = door.order
            made.append(replace(door, key=key, order=(road, number, f"{room:04}")))
        building += 1
    return made


def next_round(planned: dict[str, str], before: list[Stop], *, seed: int, churn: float = 0.02) -> list[Stop]:
    """The same street a fortnight later: owners as planned, `churn` of the entities gone and as many new."""
    chance = random.Random(seed)
    gone = set(chance.sample([s.key for s in before], round(len(before) * churn)))
    kept = [replace(s, owner=planned.get(s.key)) for s in before if s.key not in gone]
    new = stops(len(before), seed=seed + 1)
    return kept + [replace(s, key=f"n{s.key}") for s in chance.sample(new, len(gone))]


def _on_a_road(chance: random.Random, key: str, place: str, setback: float = 0.0) -> Stop:
    """A door on one of the roads between the blocks; numbers grow along the road, sides alternate."""
    side = chance.choice((-1, 1))
    if chance.random() < 0.5:
        road, along, across = chance.randrange(ROWS + 1), chance.uniform(0, WIDTH), HEIGHT / ROWS
        name, x, y = f"横{road}路", along, min(max(road * across + side * (9 + setback), 0), HEIGHT)
    else:
        road, along, across = chance.randrange(COLUMNS + 1), chance.uniform(0, HEIGHT), WIDTH / COLUMNS
        name, x, y = f"纵{road}路", min(max(road * across + side * (9 + setback), 0), WIDTH), along
    number = 2 * int(along / 6) + (side > 0)
    return Stop(key, round(x, 1), round(y, 1), place, None, (name, number, ""))
