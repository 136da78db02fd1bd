"""Planning a round: 2,063 visits, 18 visitors × 10 days, in the second round of a made-up street.

Beside it, on the same stops: the list in address order, cut into equal days; and PyVRP alone for a long time on the
whole street at once, with no member boundaries, no price for changed visitors, and our own plan as its start. That
long run may move visits between people as it likes, so the gap includes what even loads and kept visitors cost.
"""

from __future__ import annotations

import statistics
import warnings

import numpy as np
import pyvrp
from pyvrp.stop import MaxIterations

from coverage.planning import figures, plan, replan, routes
from coverage.planning.problem import Plan, Stop
from tests.bench import street
from tests.bench.harness import Bench

STOPS, MEMBERS, DAYS = 2063, 18, 10
SEEDS = (1, 2, 3)
LONG_RUN = 25_000  # iterations, some twenty seconds: ten times what our plan takes


def run(bench: Bench) -> None:
    """Measure on three made-up streets; numbers are the medians over them."""
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        for name, value in _street(bench, seed).items():
            found.setdefault(name, []).append(value)
    middle = {name: statistics.median(values) for name, values in found.items()}
    bench.report("plan.cpu_s", middle["cpu"], limit="≤ 10")
    beside = f"{middle['metres'] / 1000:.0f} km, address order {middle['address'] / 1000:.0f} km"
    bench.report("plan.saving_vs_address", middle["saving"], limit="≥ 0.09", beside=beside)
    bench.report(
        "plan.gap_to_long_run",
        middle["gap"],
        beside=f"long run {middle['long'] / 1000:.0f} km, {middle['long_cpu']:.0f} CPU s",
    )
    bench.report("plan.gap_to_long_run_same_owners", middle["own_gap"], beside="five times the search, same visitors")
    bench.report("plan.kept", min(found["kept"]), limit="≥ 0.97", beside="the worst of three streets")
    bench.report("plan.load_spread", max(found["spread"]), limit="≤ 1", beside="the worst of three streets")
    bench.report("plan.replan_cpu_s", middle["replan_cpu"], beside="one visitor away for the whole round")
    bench.report("plan.replan_walking", middle["replan_walking"], beside="walking afterwards, 1 = as before")
    bench.report("plan.first_cpu_s", middle["first_cpu"], beside="the very first round, nobody knows anybody")


def _street(bench: Bench, seed: int) -> dict[str, float]:
    bench.say(f"street {seed}")
    crew, stations = street.members(MEMBERS, DAYS), street.stations()
    before = street.stops(STOPS, seed=seed)
    with bench.timed() as first:
        former = plan.plan(before, crew, stations=stations, seed=seed)
    visitor = {key: walk.member for walk in former.walks for key in walk.stops}
    stops = street.next_round(visitor, before, seed=seed + 10)

    made: list[Plan] = []
    taken = bench.median(lambda: made.append(plan.plan(stops, crew, stations=stations, seed=seed)), times=3)
    ours, listed = made[0], plan.address_order(stops, crew, stations=stations)
    worth = figures.worth(ours, stops, baseline=listed)
    with bench.timed() as long_time:
        long_metres = _long_run(stops, ours, seed)
    again = plan.plan(stops, crew, stations=stations, seed=seed, iterations=5 * routes.ITERATIONS)
    away = crew[seed].key
    theirs = [key for walk in ours.walks if walk.member == away for key in walk.stops]
    changed: list[Plan] = []
    others = [member for member in crew if member.key != away]
    replanned = bench.median(lambda: changed.append(replan.insert(ours, stops, others, theirs, stations=stations)))
    return {
        "cpu": taken.cpu,
        "first_cpu": first.cpu,
        "metres": ours.metres,
        "address": listed.metres,
        "saving": worth.saving or 0.0,
        "kept": worth.kept or 0.0,
        "spread": worth.load_spread,
        "long": long_metres,
        "long_cpu": long_time.cpu,
        "gap": ours.metres / long_metres - 1,
        "own_gap": ours.metres / again.metres - 1,
        "replan_cpu": replanned.cpu,
        "replan_walking": changed[0].metres / ours.metres,
    }


def _long_run(stops: list[Stop], start: Plan, seed: int) -> float:
    """Metres of the best plan PyVRP finds for the whole street at once, starting from ours.

    As many walks as ours, none longer than our longest and none shorter than our shortest: each walk is filled up with
    empty calls at the depot, of which it may take only so many.
    """
    longest = max(len(walk.stops) for walk in start.walks)
    shortest = min(len(walk.stops) for walk in start.walks)
    walks, real = len(start.walks), len(stops)
    empty = walks * longest - real
    matrix = _with_empty_calls(routes.distances([(s.x, s.y) for s in stops], street.stations()), empty)
    here = [pyvrp.Location(0, 0)]
    data = pyvrp.ProblemData(
        locations=here + [pyvrp.Location(s.x, s.y) for s in stops] + here * empty,
        clients=[pyvrp.Client(i + 1, delivery=[1, 0]) for i in range(real)]
        + [pyvrp.Client(real + 1 + i, delivery=[1, 1]) for i in range(empty)],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[pyvrp.VehicleType(num_available=walks, capacity=[longest, longest - shortest])],
        distance_matrices=[matrix],
        duration_matrices=[np.zeros_like(matrix)],
    )
    number, spare = {s.key: i for i, s in enumerate(stops)}, iter(range(real, real + empty))
    ours = [[number[k] for k in w.stops] + [next(spare) for _ in range(longest - len(w.stops))] for w in start.walks]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = pyvrp.solve(
            data, MaxIterations(LONG_RUN), seed=seed, collect_stats=False, initial_solution=pyvrp.Solution(data, ours)
        )
    return min(float(result.best.distance()) / routes.SCALE, start.metres)


def _with_empty_calls(matrix: np.ndarray, empty: int) -> np.ndarray:
    """The matrix with `empty` more places that lie at the depot."""
    rows = np.concatenate([np.arange(len(matrix)), np.zeros(empty, dtype=int)])
    return matrix[np.ix_(rows, rows)]
