"""coverage.visiting.walk: a day's doors road by road, and drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coverage.visiting.walk import METRES_PER_DEGREE, Door, heading, metres, picture, rounded

near = st.floats(-0.02, 0.02, allow_nan=False)


def at(east: float, north: float, road: str = "望桥路") -> Door:
    return Door(key=0, road=road, lon=121.5 + east / 95_200, lat=31.2 + north / METRES_PER_DEGREE)


def test_each_of_the_eight_directions_has_its_word() -> None:
    ways = {(100, 0): "东", (70, 70): "东北", (0, 100): "北", (-70, 70): "西北", (-100, 0): "西", (-70, -70): "西南",
            (0, -100): "南", (70, -70): "东南"}  # fmt: skip
    assert {way: heading(at(0, 0), at(*way)) for way in ways} == ways


def test_two_doors_of_one_building_have_no_direction() -> None:
    assert heading(at(0, 0), at(10, 0)) == ""


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
