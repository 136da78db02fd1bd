"""Sharing doors out among areas at least cost within bounds: one min-cost flow.

Every door sends its load to areas at the cost of walking there, every area passes on what it took (Google OR-Tools,
SimpleMinCostFlow; Bradley, Bennett and Demiriz 2000 bound k-means in the same way). Loads below or beyond the bounds are
possible at a prohibitive price, so there always is an answer. On an optimal flow each door lies where walking plus a
price per area is least; along a shortest way these areas hang together, up to ties.
"""

from __future__ import annotations

import numpy as np

SCALE = 100  # the flow counts whole numbers: centimetres
OUT_OF_BOUNDS = 1_000_000 * SCALE


def share(cost: np.ndarray, load: np.ndarray, bounds: tuple[int, int]) -> np.ndarray:
    """The area of each door, n, for `cost` n × k in metres (infinite where not offered), whole `load` n and bounds of an area.

    Doors heavier than 1 may be split by the flow; they go where most of them went, so loads are within the bounds up to
    k - 1 such doors. Doors without load count as 1: something must decide where they go.
    """
    n, k = cost.shape
    load = np.maximum(load, 1)
    low, high = bounds
    doors, areas = np.nonzero(np.isfinite(cost))
    each = np.rint(cost[doors, areas] * SCALE / load[doors]).astype(np.int64)
    from ortools.graph.python import min_cost_flow  # 18 MB that most processes never need

    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(doors, n + areas, load[doors], each)
    everything = int(load.sum())
    last = np.full(k, n + k)
    for room, price in ((low, -OUT_OF_BOUNDS), (high - low, 0), (everything, OUT_OF_BOUNDS)):
        network.add_arcs_with_capacity_and_unit_cost(n + np.arange(k), last, np.full(k, room), np.full(k, price))
    network.set_nodes_supplies(np.arange(n + k + 1), np.concatenate([load, np.zeros(k, dtype=np.int64), [-everything]]))
    if network.solve() != network.OPTIMAL:  # every door has an arc and every area takes everything
        raise RuntimeError("the flow of doors has no solution")
    went = np.zeros((n, k))
    went[doors, areas] = network.flows(arcs)
    owner: np.ndarray = went.argmax(axis=1)
    return owner
