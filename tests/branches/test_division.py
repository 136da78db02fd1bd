"""What must hold for every division, whatever the street."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branches.division import (
    Area,
    Division,
    Measure,
    NotDivisible,
    Reason,
    Rules,
    Shop,
    Streets,
    divide,
    founding,
    responsibilities,
    variants,
    weigh,
)

SLOW = settings(max_examples=40, deadline=None)


@st.composite
def streets(draw, largest: int = 45):
    """Shops along a few roads and in a few buildings, some with an area of today, some without a road or grid."""
    count = draw(st.integers(3, largest))
    shops = []
    for i in range(count):
        road, number, side = draw(st.integers(0, 3)), draw(st.integers(0, 40)), draw(st.sampled_from([-8, 8]))
        x, y = (15 * number, 200 * road + side) if road < 2 else (250 * (road - 1) + side, 12 * number)
        shops.append(
            Shop(
                f"s{i:02}",
                x,
                y,
                draw(st.sampled_from(["", f"{road}路"])),
                draw(st.sampled_from(["", "", "", "楼一", "楼二"])),
                draw(st.integers(0, 9)),
                1,
                draw(st.sampled_from(["", "东", "西"])),
                draw(st.sampled_from([None, "1", "2", "gone"])),
            )
        )
    return shops


@st.composite
def lattices(draw):
    """A closed net of roads with a door at every corner and between: always divisible into whole, even areas."""
    wide, high = draw(st.integers(3, 8)), draw(st.integers(3, 8))
    return [Shop(f"s{x}{y}", 25.0 * x, 25.0 * y, f"{y}路") for x in range(wide) for y in range(high)]


def loads(made: Division) -> Counter[str]:
    return Counter(made.area_of.values())


def fits(shops: list[Shop], areas: int) -> bool:
    return len({s.place or s.key for s in shops}) >= areas


@SLOW
@given(streets(), st.integers(1, 5))
def test_every_shop_lies_in_exactly_one_area_and_no_area_is_empty(shops, count):
    assume(fits(shops, count))
    for variant in variants(Streets.of(shops), count):
        made = variant.division
        assert set(made.area_of) == set(made.reason_of) == {s.key for s in shops}
        assert set(made.area_of.values()) == set(made.areas)
        assert len(made.areas) == count
        assert sum(area.shops for area in made.figures.areas) == len(shops)


@SLOW
@given(streets(), st.integers(1, 5))
def test_shops_of_one_place_stay_together(shops, count):
    assume(fits(shops, count))
    made = divide(Streets.of(shops), count)
    for place in ("楼一", "楼二"):
        assert len({made.area_of[s.key] for s in shops if s.place == place}) <= 1


@SLOW
@given(streets(), st.integers(1, 5), st.sampled_from([0.0, 0.02, math.inf]))
def test_areas_are_whole_as_long_as_the_street_is(shops, count, tolerance):
    assume(fits(shops, count))
    graph = Streets.of(shops)
    assert graph.parts == 1
    assert divide(graph, count, Rules(tolerance=tolerance)).figures.cut_off_pieces == 0


@SLOW
@given(streets(), st.integers(1, 5))
def test_single_shops_are_within_the_tolerance_or_the_two_whole_numbers_around_the_share(shops, count):
    alone = [replace(s, place="") for s in shops]
    assume(fits(alone, count))
    made = divide(Streets.of(alone), count, Rules(is_whole=False))
    low, high = Rules().band(len(alone), count)
    assert made.figures.is_balanced
    assert all(low <= loads(made)[key] <= high for key in made.areas)
    assert made.figures.spread == max(loads(made).values()) - min(loads(made).values())


@SLOW
@given(lattices(), st.integers(1, 4))
def test_a_net_of_roads_is_divided_evenly_and_in_whole_pieces(shops, count):
    figures = divide(Streets.of(shops), count).figures
    assert figures.is_balanced
    assert figures.cut_off_pieces == 0


@SLOW
@given(streets(), st.integers(1, 4), st.randoms(use_true_random=False), st.integers(-9, 9), st.integers(-9, 9))
def test_neither_the_order_of_the_shops_nor_the_origin_of_the_plane_decides_anything(shops, count, chance, east, north):
    assume(fits(shops, count))
    elsewhere = [replace(s, x=s.x + 1000.5 * east, y=s.y + 1000.5 * north) for s in shops]
    chance.shuffle(elsewhere)
    here, there = divide(Streets.of(shops), count), divide(Streets.of(elsewhere), count)
    assert here.area_of == there.area_of
    assert here.reason_of == there.reason_of


@SLOW
@given(lattices(), st.integers(2, 4), st.data())
def test_the_dearer_a_change_the_fewer_shops_change(shops, count, data):
    made = divide(Streets.of(shops), count)
    stay = {s.key for s in data.draw(st.lists(st.sampled_from(shops), min_size=len(shops) // 2))}
    today = [replace(s, area=made.area_of[s.key] if s.key in stay else None) for s in shops]
    graph = Streets.of(today)
    areas = [Area(key) for key in made.areas]
    prices = (1.0, 30.0, 400.0, 1e5)
    moved = [divide(graph, areas, Rules(price_of_change=price)).figures.moved for price in prices]
    assert moved == sorted(moved, reverse=True)


@SLOW
@given(lattices(), st.integers(1, 4))
def test_dividing_again_with_a_price_moves_nobody(shops, count):
    made = divide(Streets.of(shops), count)
    again = divide(Streets.of(replace(s, area=made.area_of[s.key]) for s in shops), count, Rules(price_of_change=200.0))
    assert again.figures.moved == 0
    assert again.area_of == made.area_of


@SLOW
@given(lattices(), st.integers(2, 4), st.data())
def test_one_shop_that_closes_or_opens_moves_at_most_one_shop_over_each_border(shops, count, data):
    assume(len(shops) >= 8 * count)  # among fewer there may be no single shop that can go without cutting off others
    made = divide(Streets.of(shops), count)
    today = [replace(s, area=made.area_of[s.key]) for s in shops]
    changed = data.draw(st.integers(0, len(shops) - 1))
    at = today[changed]
    if data.draw(st.booleans()):
        later = [*today, replace(at, key="new", x=at.x + 12.0, area=None)]
    else:
        later = today[:changed] + today[changed + 1 :]
    figures = divide(Streets.of(later), [Area(key) for key in made.areas], Rules(price_of_change=400.0)).figures
    assert figures.moved <= count - 1
    assert figures.is_balanced
    assert figures.cut_off_pieces == 0


@SLOW
@given(streets(), st.integers(2, 4))
def test_who_keeps_an_area_keeps_it_where_it_is_whole_and_even(shops, count):
    """Nothing but balance and pieces may move a shop when nothing has changed."""
    assume(fits(shops, count))
    made = divide(Streets.of(shops), count)
    assume(made.figures.is_balanced and made.figures.cut_off_pieces == 0)
    same = Streets.of(replace(s, area=made.area_of[s.key]) for s in shops)
    again = divide(same, [Area(key) for key in made.areas], Rules(price_of_change=1e4))
    assert again.figures.moved == 0


@SLOW
@given(streets(), st.integers(1, 4))
def test_a_division_made_by_hand_is_weighed_as_the_same_division_found(shops, count):
    assume(fits(shops, count))
    graph = Streets.of(shops)
    made = divide(graph, count)
    assert weigh(graph, made.area_of).figures == made.figures


@SLOW
@given(streets(), st.integers(2, 4), st.data())
def test_pinned_shops_lie_where_a_person_put_them(shops, count, data):
    alone = [replace(s, place="") for s in shops]
    assume(fits(alone, count))
    areas = [Area(f"a{i}") for i in range(count)]
    pins = data.draw(st.dictionaries(st.sampled_from(alone), st.sampled_from(areas), max_size=4))
    assume(len(alone) - len(pins) >= count - len({area.key for area in pins.values()}))
    pinned = [replace(s, pinned=pins[s].key if s in pins else None) for s in alone]
    made = divide(Streets.of(pinned), areas)
    for shop in pinned:
        if shop.pinned is not None:
            assert made.area_of[shop.key] == shop.pinned
            assert made.reason_of[shop.key] is Reason.PINNED


@SLOW
@given(streets(), st.integers(1, 3))
def test_founding_one_more_keeps_the_others_names(shops, count):
    assume(fits(shops, count + 1))
    made = divide(Streets.of(replace(s, area=None) for s in shops), count)
    after = founding(Streets.of(replace(s, area=made.area_of[s.key]) for s in shops), "新")
    assert set(after.areas) == {*made.areas, "新"}
    assert set(after.area_of.values()) == set(after.areas)


@SLOW
@given(streets(), st.integers(1, 5))
def test_members_share_the_shops_of_their_branch(shops, count):
    keys = [s.key for s in shops[: len(shops) * 2 // 3]]
    assume(fits([s for s in shops if s.key in keys], count))
    members = [Area(f"m{i}") for i in range(count)]
    made = responsibilities(Streets.of(shops), keys, members)
    assert set(made.area_of) == set(keys)
    assert set(made.area_of.values()) == {m.key for m in members}


@SLOW
@given(st.integers(1, 300), st.integers(1, 20), st.floats(0, 1))
def test_the_band_always_holds_whole_numbers_that_add_up(total, areas, tolerance):
    low, high = Rules(tolerance=tolerance).band(total, areas)
    assert low * areas <= total <= high * areas
    assert 0 <= low <= high


def line(count: int, **more: object) -> list[Shop]:
    return [replace(Shop(f"s{i:02}", 10.0 * i, 0.0, "长街"), **more) for i in range(count)]  # type: ignore[arg-type]


def test_fewer_shops_than_areas_is_refused_in_chinese():
    with pytest.raises(NotDivisible) as caught:
        divide(Streets.of(line(2)), 3)
    assert caught.value.sentence == "只有 2 家商铺，不能分成 3 片：每片至少要有 1 家。"
    with pytest.raises(NotDivisible, match="同一处的商铺不拆开"):
        divide(Streets.of(line(5, place="楼一")), 2)
    with pytest.raises(NotDivisible, match="至少要分成 1 片"):
        divide(Streets.of(line(5)), 0)
    with pytest.raises(NotDivisible, match="只有 0 家商铺"):
        divide(Streets.of([]), 1)


def test_wrong_input_is_refused_in_chinese():
    with pytest.raises(NotDivisible, match="没有坐标"):
        Streets.of([Shop("s1", math.nan, 0.0)])
    with pytest.raises(NotDivisible, match="没有一家商铺登记了从业人数"):
        divide(Streets.of(line(5)), 2, Rules(measure=Measure.WORKERS))
    with pytest.raises(NotDivisible, match="这次划分里没有这一片"):
        divide(Streets.of(line(5, pinned="九")), 2)
    with pytest.raises(NotDivisible, match="只剩 0 处商铺可分，还有 1 片没有商铺"):
        divide(Streets.of(line(5, pinned="1")), 2)
    with pytest.raises(NotDivisible, match="不能分别指定给"):
        Streets.of([Shop("a", 0, 0, place="楼", pinned="1"), Shop("b", 0, 0, place="楼", pinned="2")])
    with pytest.raises(NotDivisible, match="还没有归属"):
        founding(Streets.of(line(5)), "新")
    with pytest.raises(NotDivisible, match="不能重复增设"):
        founding(Streets.of(line(5, area="旧")), "旧")
    with pytest.raises(NotDivisible, match="不能分在"):
        weigh(Streets.of(line(2, place="楼")), {"s00": "1", "s01": "2"})
    with pytest.raises(ValueError, match="not negative"):
        Rules(tolerance=-1)
    with pytest.raises(ValueError, match="two shops"):
        Streets.of([Shop("a", 0, 0), Shop("a", 1, 0)])
    with pytest.raises(ValueError, match="two areas"):
        divide(Streets.of(line(5)), [Area("1"), Area("1")])


def test_a_line_of_shops_is_cut_into_stretches():
    made = divide(Streets.of(line(30)), 3)
    assert [area.shops for area in made.figures.areas] == [10, 10, 10]
    assert "".join(made.area_of[s.key] for s in line(30)) == "1" * 10 + "2" * 10 + "3" * 10
    assert made.figures.cut_streets == 1
    assert made.figures.areas[0].x in (40.0, 50.0)
    assert made.figures.areas[0].farthest == 50.0


def test_a_given_centre_stays_and_draws_what_is_near_to_it():
    areas = [Area("西", 0.0, 0.0), Area("东", 290.0, 5.0)]
    made = divide(Streets.of(line(30)), areas, Rules(tolerance=math.inf))
    assert loads(made) == {"西": 15, "东": 15}
    assert {a.key: a.x for a in made.figures.areas} == {"西": 0.0, "东": 290.0}


def test_a_shop_that_opens_at_a_crossing_does_not_carry_the_lane_behind_it_into_another_area():
    road = [replace(s, area="西" if s.x < 210 else "东") for s in line(30)]
    lane = [Shop(f"w{i}", 212.0, 20.0 + 10.0 * i, "长街12弄", area="西") for i in range(6)]
    corner = [replace(s, area=None) if s.x == 210 else s for s in road]  # the lane hangs on this door alone
    areas = [Area("西", 0.0, 0.0), Area("东", 260.0, 0.0)]
    made = divide(Streets.of(corner + lane), areas, Rules(price_of_change=400.0, tolerance=0.7))
    assert made.figures.moved == made.figures.cut_off_pieces == 0
    assert made.area_of["s21"] == "西"


def test_half_the_tolerance_is_left_for_what_changes_later():
    shops = line(300)
    assert all(99 <= area.load <= 101 for area in divide(Streets.of(shops), 3).figures.areas)
    today = [replace(s, area="1" if i < 102 else "2" if i < 200 else "3") for i, s in enumerate(shops)]
    kept = divide(Streets.of(today), 3, Rules(price_of_change=400.0))
    assert [area.load for area in kept.figures.areas] == [102, 98, 100]


def test_workers_are_balanced_instead_of_shops():
    shops = [replace(s, workers=10 if i < 10 else 1) for i, s in enumerate(line(110))]
    made = divide(Streets.of(shops), 2, Rules(measure=Measure.WORKERS))
    assert all(98 <= a.load <= 102 for a in made.figures.areas)
    assert made.figures.is_balanced
    assert min(a.shops for a in made.figures.areas) < 20


def test_whole_grids_give_areas_that_are_grids():
    shops = [replace(s, grid="甲" if i < 8 else "乙" if i < 20 else "丙") for i, s in enumerate(line(30))]
    found = {v.name: v.division for v in variants(Streets.of(shops), 3)}
    assert set(found) == {"nearest", "balanced", "grids"}
    assert found["grids"].figures.cut_grids == 0
    assert [a.shops for a in found["grids"].figures.areas] == [8, 12, 10]
    assert found["balanced"].figures.cut_grids == 1
    assert set(found["grids"].reason_of.values()) == {Reason.NEAREST, Reason.GRID}


def test_fewer_grids_than_areas_are_cut_as_little_as_balance_allows():
    shops = [replace(s, grid="甲" if i < 20 else "乙") for i, s in enumerate(line(40))]
    made = {v.name: v.division for v in variants(Streets.of(shops), 4)}["grids"]
    assert made.figures.is_balanced
    assert made.figures.cut_grids == 2
    assert all(area.grids == 1 for area in made.figures.areas)


def test_the_largest_areas_remain_when_there_are_to_be_fewer():
    shops = [replace(s, area="大" if i < 20 else "中" if i < 32 else "小") for i, s in enumerate(line(40))]
    made = divide(Streets.of(shops), 2, Rules(price_of_change=200.0))
    assert set(made.areas) == {"大", "中"}
    assert loads(made) == {"大": 20, "中": 20}
    assert made.figures.moved == 8


def test_a_new_branch_at_a_venue_takes_from_its_neighbours():
    shops = [replace(s, area="西" if i < 30 else "东") for i, s in enumerate(line(60))]
    made = founding(Streets.of(shops), "新", at=(295.0, 0.0))
    assert loads(made) == {"西": 20, "新": 20, "东": 20}
    assert (made.figures.moved, made.figures.moved_between) == (20, 0)
    assert [made.area_of[s.key] for s in shops] == ["西"] * 20 + ["新"] * 20 + ["东"] * 20
