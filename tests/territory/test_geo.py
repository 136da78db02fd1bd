"""Distances, shifted coordinates and areas."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shimen.territory import geo

lons = st.floats(121.0, 122.0)
lats = st.floats(30.7, 31.6)
points = st.tuples(lons, lats)
square = [(121.0, 31.0), (121.1, 31.0), (121.1, 31.1), (121.0, 31.1), (121.0, 31.0)]


def test_a_known_distance():
    assert geo.distance((121.4737, 31.2304), (116.4074, 39.9042)) == pytest.approx(1_067_000, rel=0.005)


@given(points, points)
def test_distance_is_symmetric_and_nothing_to_oneself(a, b):
    assert geo.distance(a, b) == pytest.approx(geo.distance(b, a))
    assert geo.distance(a, a) == 0


@given(points, st.floats(-500, 500), st.floats(-500, 500))
def test_flat_metres_agree_with_the_globe_within_a_street(origin, east, north):
    scale = math.radians(1) * geo.EARTH
    point = (origin[0] + east / (scale * math.cos(math.radians(origin[1]))), origin[1] + north / scale)
    [(x, y)] = geo.flat([point], origin)
    assert math.hypot(x, y) == pytest.approx(geo.distance(origin, point), abs=0.2)


def test_the_shift_is_about_480_metres_in_shanghai():
    assert geo.distance((121.46, 31.23), geo.to_gcj02(121.46, 31.23)) == pytest.approx(480, abs=15)


@given(lons, lats)
def test_both_systems_lead_back_to_where_they_came_from(lon, lat):
    for there, back in ((geo.to_gcj02, geo.from_gcj02), (geo.to_bd09, geo.from_bd09)):
        assert geo.distance((lon, lat), back(*there(lon, lat))) < 0.5


@pytest.mark.parametrize("point", [(2.35, 48.85), (-74.0, 40.7)])
def test_nothing_is_shifted_abroad(point):
    assert geo.to_gcj02(*point) == point
    assert geo.from_gcj02(*point) == point


def test_inside_outside_edge_and_corner():
    assert geo.in_ring((121.05, 31.05), square)
    assert not geo.in_ring((121.2, 31.05), square)
    assert geo.in_ring((121.0, 31.05), square)
    assert geo.in_ring((121.1, 31.1), square)
    assert not geo.in_ring((121.05, 31.05), square[:2])


@given(points)
def test_a_closed_ring_and_an_open_one_hold_the_same(point):
    assert geo.in_ring(point, square) == geo.in_ring(point, square[:-1])


@given(st.lists(points, min_size=3, max_size=12))
def test_nothing_outside_the_bounds_is_inside(ring):
    west, south, east, north = geo.bounds(ring)
    assert not geo.in_ring((east + 0.1, north), ring)
    assert not geo.in_ring((west, south - 0.1), ring)


@given(points, st.floats(0.001, 0.1), st.floats(0.001, 0.1))
def test_the_centre_of_a_rectangle_is_its_middle(corner, wide, high):
    ring = [corner, (corner[0] + wide, corner[1]), (corner[0] + wide, corner[1] + high), (corner[0], corner[1] + high)]
    centre = geo.centroid(ring)
    assume(wide * high > 1e-9)
    assert centre == pytest.approx((corner[0] + wide / 2, corner[1] + high / 2), abs=1e-9)


def test_the_centre_of_a_line_and_of_nothing():
    assert geo.centroid([(121.0, 31.0), (121.2, 31.0)]) == pytest.approx((121.1, 31.0))
    with pytest.raises(ValueError, match="no centre"):
        geo.centroid([])
