"""In which order and on which day: one small routing problem per member.

PyVRP (pinned below 1.0 and used only here) solves each member's stops as a capacitated routing problem with one
vehicle per day. Stops of one building are collapsed into pieces, since walking between two doors of one building is
not counted. A day may start and end at whichever station is nearest, so the depot is virtual: its distance to a stop
is the distance of the nearest station. The search stops after a number of iterations, not after a time: the same
input and seed give the same plan on every machine.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coverage.planning.problem import DETOUR, Member, Station, Stop, Walk, nearest, walk_of

ITERATIONS = 500
SCALE = 10  # PyVRP counts whole numbers: tenths of a metre
PIECE = 4  # stops of a building that stay together


@dataclass(frozen=True, slots=True)
class _Piece:
    x: float
    y: float
    stops: tuple[Stop, ...]


def walks_of(
    member: Member,
    stops: Sequence[Stop],
    stations: Sequence[Station],
    *,
    seed: int = 0,
    iterations: int = ITERATIONS,
) -> list[Walk]:
    """The walks of one member, one per used day, together holding every stop exactly once.

    A day holds at most ceil(stops / days) stops. Days are given so that what is due early is walked early.
    """
    if not stops or not member.days:
        return []
    routes = _solve(stops, len(member.days), stations, seed=seed, iterations=iterations)
    return _dated(member, routes, stations)


def _pieces(stops: Sequence[Stop], largest: int) -> list[_Piece]:
    together: dict[tuple[str, float, float], list[Stop]] = defaultdict(list)
    for stop in stops:
        # Stops without a place stand for themselves.
        together[(stop.place or f"\0{stop.key}", stop.x, stop.y)].append(stop)
    pieces = []
    for (_, x, y), group in sorted(together.items()):
        group.sort(key=lambda s: (s.due_on or dt.date.max, s.order, s.key))
        pieces += [_Piece(x, y, tuple(group[i : i + largest])) for i in range(0, len(group), largest)]
    return pieces


def distances(points: Sequence[tuple[float, float]], stations: Sequence[Station]) -> np.ndarray:
    """Walking tenths of a metre, (1 + n) × (1 + n): row and column 0 are the virtual depot."""
    at = np.array(points, dtype=float).reshape(-1, 2)
    matrix = np.zeros((len(at) + 1, len(at) + 1))
    matrix[1:, 1:] = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
    if stations:
        home = np.array([(s.x, s.y) for s in stations])
        out = np.hypot(at[:, None, 0] - home[None, :, 0], at[:, None, 1] - home[None, :, 1]).min(axis=1)
        matrix[0, 1:] = matrix[1:, 0] = out
    return np.rint(matrix * DETOUR * SCALE).astype(np.int64)


def _solve(
    stops: Sequence[Stop], days: int, stations: Sequence[Station], *, seed: int, iterations: int
) -> list[list[Stop]]:
    capacity = math.ceil(len(stops) / days)
    for largest in (min(PIECE, capacity), 1):
        pieces = _pieces(stops, largest)
        if len(pieces) == 1:
            return [list(pieces[0].stops)]
        found = _search(pieces, days, capacity, stations, seed=seed, iterations=iterations)
        if found is not None:
            return found
    # Single stops always fit (days × capacity ≥ stops); the search merely did not get there.
    ordered = sorted(stops, key=lambda s: (s.order, s.key))
    return [ordered[i : i + capacity] for i in range(0, len(ordered), capacity)]


def _search(
    pieces: Sequence[_Piece], days: int, capacity: int, stations: Sequence[Station], *, seed: int, iterations: int
) -> list[list[Stop]] | None:
    matrix: Any = distances([(p.x, p.y) for p in pieces], stations)  # PyVRP declares its arrays as ndarray[int]
    import pyvrp  # 8 MB that most processes never need
    from pyvrp.stop import MaxIterations

    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0)] + [pyvrp.Location(round(p.x), round(p.y)) for p in pieces],
        clients=[pyvrp.Client(i + 1, delivery=[len(p.stops)]) for i, p in enumerate(pieces)],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[pyvrp.VehicleType(num_available=days, capacity=[capacity])],
        distance_matrices=[matrix],
        duration_matrices=[np.zeros_like(matrix)],
    )
    result = pyvrp.solve(data, MaxIterations(iterations), seed=seed, collect_stats=False)
    if not result.best.is_feasible():
        return None
    return [[stop for a in route if a.is_client() for stop in pieces[a.idx].stops] for route in result.best.routes()]


def _dated(member: Member, routes: Sequence[Sequence[Stop]], stations: Sequence[Station]) -> list[Walk]:
    """Give the member's days to the routes: earliest due first, then nearest to a station, then by key."""

    def urgency(route: Sequence[Stop]) -> tuple[dt.date, float, str]:
        due = min(s.due_on or dt.date.max for s in route)
        return due, min(nearest(stations, s)[1] for s in route), min(s.key for s in route)

    ordered = sorted((r for r in routes if r), key=urgency)
    return [walk_of(member.key, day, route, stations) for day, route in zip(member.days, ordered, strict=False)]
