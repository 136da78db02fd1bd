"""Many areas on one map: shades, strands and the names of the roads around."""

from __future__ import annotations

import itertools

from branches.pages import division_strands


def test_neighbours_of_twenty_areas_have_different_shades_in_every_variant():
    spots = [(10.0 * x, 10.0 * y) for x in range(20) for y in range(8)]
    across = [int(x // 40) + 5 * int(y // 20) for x, y in spots]
    down = [int(x // 50) + 4 * int(y // 16) for x, y in spots]
    found = division_strands.hues([across, down], spots, 20, 6)
    assert set(found) == set(range(6))
    together = [
        (across[a], across[b])
        for a, b in itertools.combinations(range(len(spots)), 2)
        if across[a] != across[b] and abs(spots[a][0] - spots[b][0]) + abs(spots[a][1] - spots[b][1]) <= 10
    ]
    assert sum(found[a] == found[b] for a, b in set(together)) == 0
    assert division_strands.hues([across], spots, 3, 6) == [0, 1, 2]


def test_an_area_is_strung_together_by_the_shortest_line_through_its_doors():
    spots = [(0.0, 0.0), (9.0, 0.0), (4.0, 0.0), (4.0, 0.0), (50.0, 50.0)]
    assert division_strands.strands([0, 0, 0, 0, 1], spots) == {0: "M0 0L4 0M4 0L9 0", 1: ""}


def test_roads_are_named_only_where_the_branch_is():
    roads = [
        {"name": "望桥路", "line": [[0, 1], [10, 1]]},
        {"name": "远路", "line": [[0, 9], [10, 9]]},
        {"name": "直路", "line": [[2, 0], [2, 9], [9, 9]]},
    ]
    found = division_strands.roads_within(roads, [(1.0, 0.0), (3.0, 2.0)], 0.0)
    assert [(road["name"], road["line"]) for road in found] == [
        ("望桥路", ((1, 1), (3, 1))),
        ("直路", ((2, 0), (2, 2))),
    ]
