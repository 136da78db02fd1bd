"""Doors, links, distances: the street as the division sees it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branches.division import Rules, Shop, Streets, divide, in_metres
from branches.division import streets as graph


def row(street: str, y: float, xs: range, *, first: str) -> list[Shop]:
    return [Shop(f"{first}{x:04}", float(x), y, street) for x in xs]


def linked(found: Streets) -> set[tuple[str, str]]:
    keys = [door.shops[0].key for door in found.doors]
    return {(keys[i], keys[j]) for i, others in enumerate(found.neighbours) for j in others if i < j}


def test_doors_are_linked_along_a_road_and_across_it():
    found = Streets.of(row("街", 0, range(0, 40, 10), first="n") + row("街", 15, range(0, 40, 10), first="s"))
    assert ("n0000", "n0010") in linked(found)
    assert ("n0010", "s0010") in linked(found)
    assert ("n0000", "n0020") not in linked(found)


def test_backs_of_two_roads_are_not_linked_through_the_block():
    found = Streets.of(row("前街", 0, range(0, 300, 10), first="f") + row("后街", 100, range(0, 300, 10), first="b"))
    assert len([pair for pair in linked(found) if pair[0][0] != pair[1][0]]) == 1
    assert found.parts == 1


def test_at_a_corner_without_a_shop_the_last_doors_of_two_roads_are_linked():
    """Else the far end of the one would belong with its beginning only, a kilometre away."""
    edge = row("北路", 0, range(0, 800, 20), first="n")
    down = [Shop(f"d{y:04}", 880.0, -float(y), "东路") for y in range(60, 400, 20)]
    up = [Shop(f"u{y:04}", -20.0, -float(y), "西路") for y in range(20, 400, 20)]
    found = linked(Streets.of(edge + down + up))
    assert ("d0060", "n0780") in found
    assert ("d0080", "n0780") not in found


def test_a_road_whose_last_door_is_linked_only_over_the_road_still_has_its_corner():
    """That one link leads across the road and says nothing about where the road leads."""
    edge = row("北路", 0, range(0, 400, 20), first="n")
    west = [Shop(f"w{y:04}", -20.0, -float(y), "西路") for y in range(20, 300, 20)]
    south = row("南路", -300, range(0, 400, 20), first="s")
    down = [Shop(f"d{y:04}", 191.0 if y == 90 else 209.0, -float(y), "桥路") for y in (90, 102, 140, 180, 220, 260)]
    found = linked(Streets.of([*edge, *west, *south, *down]))
    assert any(a == "d0090" and b.startswith("n") for a, b in found)


def test_a_road_with_a_long_gap_still_hangs_together():
    found = Streets.of([Shop("a", 0, 0, "街"), Shop("b", 900, 0, "街"), Shop("c", 905, 0, "街")])
    assert linked(found) == {("a", "b"), ("b", "c")}
    assert found.metres[0].tolist() == [0.0, 900.0, 905.0]


RIVER = [((-1000.0, 20.0), (2000.0, 20.0))]


def test_roads_on_two_banks_are_linked_over_the_bridge_only():
    banks = row("南岸路", 0, range(0, 500, 10), first="s") + row("北岸路", 40, range(0, 500, 10), first="n")
    bridge = [Shop("b1", 505, 0, "桥路"), Shop("b2", 505, 40, "桥路")]
    found = Streets.of(banks + bridge, barriers=RIVER)
    across = [p for p in linked(found) if {p[0][0], p[1][0]} == {"s", "n"}]
    assert across == []
    assert found.parts == 1
    keys = [d.shops[0].key for d in found.doors]
    assert found.metres[keys.index("s0000"), keys.index("n0000")] > 1000


def test_a_river_without_a_bridge_leaves_two_parts_that_are_divided_all_the_same():
    banks = row("南岸路", 0, range(0, 500, 10), first="s") + row("北岸路", 40, range(0, 500, 10), first="n")
    found = Streets.of(banks, barriers=RIVER)
    assert found.parts == 2
    assert divide(found, 2).figures.cut_off_pieces == 0
    assert divide(found, 1).figures.cut_off_pieces == 1
    assert divide(found, 4).figures.cut_off_pieces == 0
    assert divide(found, 4).figures.is_balanced


def test_doors_on_one_spot_are_neighbours_half_a_metre_apart():
    found = Streets.of([Shop(f"s{i}", 5.0, 5.0) for i in range(40)])
    assert found.parts == 1
    assert found.metres[0, 1:].min() == 0.5


def test_a_large_street_gives_the_distances_of_a_small_one(monkeypatch):
    shops = row("街", 0, range(0, 900, 30), first="a") + row("巷", 30, range(0, 900, 30), first="b")
    small = Streets.of(shops)
    full = small.metres
    expected = divide(small, 3).figures
    monkeypatch.setattr(graph, "FULL", 10)
    large = Streets.of(shops)
    some = np.array([3, 20, 41])
    assert np.allclose(large.reach(some), full[some])
    assert np.allclose(large.nearest(some), full[some].min(axis=0))
    assert np.allclose(large.between(some, np.arange(60)), full[some])
    made = divide(large, 3).figures
    assert made.is_balanced
    assert made.cut_off_pieces == 0
    assert made.mean < 1.2 * expected.mean


def test_a_large_street_in_two_parts_reaches_every_door(monkeypatch):
    shops = row("街", 0, range(0, 300, 10), first="a") + row("岸", 400, range(0, 300, 10), first="b")
    monkeypatch.setattr(graph, "FULL", 10)
    found = Streets.of(shops, barriers=[((-1000.0, 200.0), (2000.0, 200.0))])
    assert found.parts == 2
    for count in (1, 2, 3):
        made = divide(found, count)
        assert len(made.area_of) == 60
        # Three areas cannot be even on two parts of thirty without one of them falling apart.
        assert made.figures.is_balanced == (count < 3)


def test_degrees_become_metres():
    west, east = in_metres([Shop("w", 122.6, 30.95), Shop("e", 122.601, 30.95)])
    assert (west.x, west.y) == (0.0, 0.0)
    assert east.x == pytest.approx(95.4, abs=0.1)
    assert in_metres([]) == []


def test_part_of_a_street_is_a_street_of_its_own():
    whole = Streets.of(row("街", 0, range(0, 300, 10), first="a"))
    some = whole.part(["a0000", "a0290", "unknown"])
    assert len(some) == 2
    assert some.parts == 1


spots = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.sampled_from(["", "甲", "乙"])), max_size=40)


@settings(max_examples=60, deadline=None)
@given(spots)
def test_without_barriers_every_street_hangs_together(found):
    made = Streets.of(Shop(f"s{i:02}", float(x), float(y), name) for i, (x, y, name) in enumerate(found))
    assert made.parts == min(1, len(found))
    assert (made.links != made.links.T).nnz == 0
    if len(found) > 1:
        straight = np.hypot(*(made.at[:, None, :] - made.at[None, :, :]).transpose(2, 0, 1))
        assert (made.metres >= straight - 1e-6).all()
        assert (np.diag(made.metres) == 0).all()


@settings(max_examples=60, deadline=None)
@given(spots.filter(bool), st.integers(1, 4))
def test_cut_off_pieces_are_those_of_the_graph(found, count):
    made = Streets.of(Shop(f"s{i:02}", float(x), float(y), name) for i, (x, y, name) in enumerate(found))
    if len(found) < count:
        return
    division = divide(made, count, Rules(is_whole=False))
    pieces = 0
    for area in division.areas:
        inside = [i for i, d in enumerate(made.doors) if division.area_of[d.shops[0].key] == area]
        pieces += len(made.pieces(inside)) - 1
    assert division.figures.cut_off_pieces == pieces
