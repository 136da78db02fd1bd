"""coverage.visiting.walk: a day's doors road by road, and drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coverage.visiting.walk import METRES_PER_DEGREE, Door, heading, legs, metres, picture, rounded

near = st.floats(-0.02, 0.02, allow_nan=False)
door = st.builds(
    Door, key=st.integers(), road=st.sampled_from(["望桥路", "西塘路", ""]), lon=near.map(lambda x: 121.5 + x),
    lat=near.map(lambda y: 31.2 + y),
)  # fmt: skip


def at(east: float, north: float, road: str = "望桥路") -> Door:
    return Door(key=0, road=road, lon=121.5 + east / 95_200, lat=31.2 + north / METRES_PER_DEGREE)


def test_each_of_the_eight_directions_has_its_word() -> None:
    ways = {(100, 0): "东", (70, 70): "东北", (0, 100): "北", (-70, 70): "西北", (-100, 0): "西", (-70, -70): "西南",
            (0, -100): "南", (70, -70): "东南"}  # fmt: skip
    assert {way: heading(at(0, 0), at(*way)) for way in ways} == ways


def test_two_doors_of_one_building_have_no_direction() -> None:
    assert heading(at(0, 0), at(10, 0)) == ""


def test_a_road_that_comes_again_is_a_leg_of_its_own() -> None:
    walked = [at(0, 0), at(50, 0), at(50, 50, "西塘路"), at(100, 0)]
    assert [(leg.road, leg.heading, len(leg.doors)) for leg in legs(walked)] == [
        ("望桥路", "东", 2), ("西塘路", "", 1), ("望桥路", "", 1),
    ]  # fmt: skip


@given(st.lists(door, max_size=12))
def test_every_door_is_in_exactly_one_leg_in_its_order(doors: list[Door]) -> None:
    assert [one for leg in legs(doors) for one in leg.doors] == doors


@given(st.floats(0, 5000, allow_nan=False))
def test_a_distance_is_said_in_tens_and_never_as_nothing(distance: float) -> None:
    said = rounded(distance)
    assert said >= 10
    assert said % 10 == 0
    assert abs(said - distance) <= max(25, 10)


@given(st.lists(st.tuples(near, near), max_size=20))
def test_every_point_lies_on_the_sheet(points: list[tuple[float, float]]) -> None:
    sheet = picture([(121.5 + x, 31.2 + y) for x, y in points], width=334, margin=24, tallest=420)
    assert len(sheet.points) == len(points)
    assert sheet.height <= 420.1
    assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in sheet.points)


def test_north_is_up_and_east_is_right() -> None:
    sheet = picture([(121.5, 31.2), (121.51, 31.21)], width=334, margin=24, tallest=420)
    (x1, y1), (x2, y2) = sheet.points
    assert x2 > x1
    assert y2 < y1


def test_the_drawing_is_not_stretched() -> None:
    a, b, c = at(0, 0), at(200, 0), at(0, 200)
    sheet = picture([(d.lon, d.lat) for d in (a, b, c)], width=334, margin=24, tallest=420)
    (x1, y1), (x2, _), (_, y3) = sheet.points
    assert abs((x2 - x1) / metres(a, b) - (y1 - y3) / metres(a, c)) < 0.01
