"""The drawn map: everything lies on the sheet, whatever the street looks like."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from shimen.territory.sheet import HIGHEST, WIDTH, Tag, draw, name_spot, seat, sheet_for

LON, LAT = st.floats(121.0, 121.1), st.floats(31.0, 31.1)
POINTS = st.lists(st.tuples(LON, LAT), min_size=1, max_size=40)


@given(POINTS)
def test_every_point_lies_on_the_sheet(points: list[tuple[float, float]]) -> None:
    sheet = sheet_for(points)
    assert sheet is not None
    for lon, lat in points:
        x, y = sheet.at(lon, lat)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= sheet.height <= HIGHEST + 1


def test_a_street_without_geography_is_not_drawn() -> None:
    assert sheet_for([]) is None
    assert draw({}, []) is None


@given(POINTS)
def test_doors_at_one_spot_are_one_dot(points: list[tuple[float, float]]) -> None:
    drawing = draw({}, [], [(lon, lat, "m-work") for lon, lat in points + points])
    assert drawing is not None
    [(kind, path)] = drawing.dots
    dots = re.findall(r"M\S+ \S+h0", path)
    assert kind == "m-work"
    assert len(dots) == len(set(dots)) <= len(points)


def test_north_is_up() -> None:
    sheet = sheet_for([(121.0, 31.0), (121.01, 31.01)])
    assert sheet is not None
    assert sheet.at(121.0, 31.01)[1] < sheet.at(121.0, 31.0)[1]


def test_a_name_sits_in_the_block_nearest_to_the_middle() -> None:
    def square(x: float, y: float) -> list[list[float]]:
        return [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]

    backdrop = {"blocks": [{"ring": square(0, 0)}, {"ring": square(2, 0)}]}
    assert seat(backdrop, [[0, 0], [3, 0], [3, 1], [0, 1]]) in {(0.5, 0.5), (2.5, 0.5)}
    assert seat({}, [[0, 0], [2, 0], [2, 2], [0, 2]]) == (1, 1)


def test_a_road_is_named_in_the_middle_of_its_longest_piece() -> None:
    assert name_spot([[0, 0], [1, 0], [11, 0], [12, 0]]) == (6, 0)


def test_a_plate_is_as_wide_as_its_longer_line() -> None:
    ring = [[121.0, 31.0], [121.02, 31.0], [121.02, 31.02]]
    drawing = draw({}, [ring], tags=[Tag("甲", "已有结果 52.5 %", 121.01, 31.01)])
    assert drawing is not None
    assert drawing.plates[0].width > 80
