"""Who visits whom: balanced territories in which entities keep the visitor they know.

A min-cost flow (Google OR-Tools, SimpleMinCostFlow) sends every stop to a member. An arc costs the walking metres from
the stop to the middle of the member's territory, plus a price when that is not the member who came last time. Quotas
are exact, so loads differ by at most one for members with equally many days. Middles and flow are improved in turn
(balanced k-medians). Stops of one building with one owner travel as one node, which keeps the network small.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverage.planning.problem import DETOUR, PRICE_OF_CHANGE, Member, Station, Stop, shares

ROUNDS_FROM_SCRATCH = 12
ROUNDS_WITH_OWNERS = 3
SCALE = 10  # the flow counts whole numbers: tenths of a metre


@dataclass(frozen=True, slots=True)
class _Group:
    x: float
    y: float
    owner: str | None
    keys: tuple[str, ...]


def assign(
    stops: Sequence[Stop],
    members: Sequence[Member],
    *,
    stations: Sequence[Station] = (),
    price: float = PRICE_OF_CHANGE,
    seed: int = 0,
) -> dict[str, str]:
    """Member key for every stop key. Members without a day get nothing; without any such member the answer is empty.

    `price` is in walking metres per changed owner. The same arguments always give the same answer.
    """
    walking = sorted((m for m in members if m.days), key=lambda m: m.key)
    if not walking or not stops:
        return {}
    groups = _group(stops, {m.key for m in walking})
    quota = shares(len(stops), {m.key: len(m.days) for m in walking})
    names = [m.key for m in walking]
    middles, known = _first_middles(groups, names, seed)
    owner: list[list[tuple[int, int]]] = []
    for _ in range(ROUNDS_WITH_OWNERS if known else ROUNDS_FROM_SCRATCH):
        owner = _flow(groups, names, middles, [quota[name] for name in names], price)
        moved = _middles(groups, owner, middles)
        if np.allclose(moved, middles, atol=0.5):
            break
        middles = moved
    return _hand_out(groups, names, owner)


def _group(stops: Sequence[Stop], walking: set[str]) -> list[_Group]:
    """Stops of one place with one owner, ordered so that the input's order decides nothing."""
    together: dict[tuple[str, float, float, str], list[str]] = defaultdict(list)
    for stop in stops:
        owner = stop.owner if stop.owner in walking else None
        together[(stop.place, stop.x, stop.y, owner or "")].append(stop.key)
    return [_Group(x, y, owner or None, tuple(sorted(keys))) for (_, x, y, owner), keys in sorted(together.items())]


def _first_middles(groups: Sequence[_Group], names: Sequence[str], seed: int) -> tuple[np.ndarray, bool]:
    """Middles of the present territories; members new to the street start far from the others (k-means++)."""
    at = np.array([(g.x, g.y) for g in groups])
    weight = np.array([len(g.keys) for g in groups], dtype=float)
    middles = np.full((len(names), 2), np.nan)
    for i, name in enumerate(names):
        own = np.array([g.owner == name for g in groups])
        if own.any():
            middles[i] = _median(at[own], weight[own])
    placed = [i for i in range(len(names)) if not np.isnan(middles[i, 0])]
    chance = random.Random(seed)
    for i in range(len(names)):
        if i in placed:
            continue
        far = weight.copy()
        if placed:
            far *= np.min(((at[:, None, :] - middles[None, placed, :]) ** 2).sum(axis=2), axis=1)
        if far.sum() <= 0:
            far = weight
        middles[i] = at[chance.choices(range(len(groups)), weights=far.tolist())[0]]
        placed.append(i)
    return middles, any(g.owner for g in groups)


def _median(at: np.ndarray, weight: np.ndarray, steps: int = 20) -> np.ndarray:
    """Geometric median by Weiszfeld's iteration, weights counting stops."""
    middle = np.average(at, axis=0, weights=weight)
    for _ in range(steps):
        pull = weight / np.maximum(np.hypot(*(at - middle).T), 1.0)
        middle = (at * pull[:, None]).sum(axis=0) / pull.sum()
    return middle


def _flow(
    groups: Sequence[_Group], names: Sequence[str], middles: np.ndarray, quota: Sequence[int], price: float
) -> list[list[tuple[int, int]]]:
    """For each group the (member index, number of stops) pairs of a cheapest flow that fills the quotas exactly."""
    at = np.array([(g.x, g.y) for g in groups])
    count = np.array([len(g.keys) for g in groups])
    cost = DETOUR * np.hypot(at[:, None, 0] - middles[None, :, 0], at[:, None, 1] - middles[None, :, 1])
    for i, group in enumerate(groups):
        if group.owner is not None:
            cost[i] += price
            cost[i, names.index(group.owner)] -= price
    n, k = len(groups), len(names)
    from ortools.graph.python import min_cost_flow  # 18 MB that most processes never need

    network = min_cost_flow.SimpleMinCostFlow()
    tails, heads = np.repeat(np.arange(n), k), n + np.tile(np.arange(k), n)
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        tails, heads, np.repeat(count, k), np.rint(cost.ravel() * SCALE).astype(np.int64)
    )
    network.set_nodes_supplies(np.arange(n + k), np.concatenate([count, -np.asarray(quota)]))
    if network.solve() != network.OPTIMAL:  # quotas add up to the stops and every arc is wide enough
        raise RuntimeError("the flow of owners has no solution")
    flow = network.flows(arcs).reshape(n, k)
    return [[(int(j), int(flow[i, j])) for j in np.flatnonzero(flow[i])] for i in range(n)]


def _middles(groups: Sequence[_Group], owner: Sequence[Sequence[tuple[int, int]]], before: np.ndarray) -> np.ndarray:
    """Middle of what each member was given; who was given nothing stays."""
    at = np.array([(g.x, g.y) for g in groups])
    weight = np.zeros((len(groups), len(before)))
    for i, parts in enumerate(owner):
        for j, number in parts:
            weight[i, j] = number
    return np.array(
        [
            _median(at[weight[:, j] > 0], weight[weight[:, j] > 0, j]) if weight[:, j].any() else before[j]
            for j in range(len(before))
        ]
    )


def _hand_out(
    groups: Sequence[_Group], names: Sequence[str], owner: Sequence[Sequence[tuple[int, int]]]
) -> dict[str, str]:
    given: dict[str, str] = {}
    for group, parts in zip(groups, owner, strict=True):
        keys = iter(group.keys)
        for j, number in parts:
            for _ in range(number):
                given[next(keys)] = names[j]
    return given
