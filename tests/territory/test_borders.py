"""Reading a border, what is wrong with it, and which doors it holds. No database."""

from __future__ import annotations

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shimen.territory import borders
from shimen.territory.borders import BorderError

METRE = 1 / 111_195  # of a degree of latitude


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """A closed rectangle; metres from (121.5, 31.2)."""
    across = METRE / math.cos(math.radians(31.2))
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[121.5 + x * across, 31.2 + y * METRE] for x, y in corners]


def test_lines_of_coordinates_become_a_closed_ring() -> None:
    ring = borders.read_ring("121.5, 31.2\n121.51 31.2\n121.51,31.21")
    assert ring == [[121.5, 31.2], [121.51, 31.2], [121.51, 31.21], [121.5, 31.2]]


@pytest.mark.parametrize("wrap", ["bare", "ring", "polygon", "feature", "collection", "multi"])
def test_geojson_is_read_in_every_wrapping(wrap: str) -> None:
    ring = [[121.5, 31.2], [121.51, 31.2], [121.51, 31.21], [121.5, 31.2]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "geometry": polygon, "properties": {}}
    shapes = {
        "bare": ring, "ring": [ring], "polygon": polygon, "feature": feature,
        "collection": {"type": "FeatureCollection", "features": [feature]},
        "multi": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }  # fmt: skip
    assert borders.read_ring(json.dumps(shapes[wrap])) == ring


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "还没有边界"),
        ("121.5, 31.2\n121.6, 31.2", "至少要 3 个角"),
        ("121.5, 31.2\n石门路", "第 2 行"),
        ("31.2, 121.5\n31.3, 121.5\n31.3, 121.6", "写反了"),
        ('{"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2]],[[1,1],[2,1],[2,2]]]}', "有洞"),
        ('{"type": "MultiPolygon", "coordinates": [[[[1,1],[2,1],[2,2]]],[[[1,1],[2,1],[2,2]]]]}', "连着的一片"),
        ('{"type": "Point", "coordinates": [1, 2]}', "Polygon"),
        ('{"type": "FeatureCollection", "features": []}', "一块"),
        ('{"type": "Polygon", "coordinates": [[[1,', "没有看懂"),
        ('[[[1, "x"], [2, 1], [2, 2]]]', "没有看懂"),
        ("[[NaN, 1], [2, 1], [2, 2]]", "不是经纬度"),
        ("[1, 2, 3]", "没有看懂"),
        ("[" * 5000, "没有看懂"),
        ('{"type": "Polygon", "coordinates": {"a": 1}}', "Polygon"),
        ("\n".join(f"{n / 10}, {n * n / 10_000}" for n in range(500)), "最多 400 个"),
    ],
)
def test_what_cannot_be_a_border_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BorderError) as refused:
        borders.read_ring(text)
    assert says in refused.value.sentence


@given(st.text(max_size=200))
def test_whatever_is_pasted_gives_a_ring_or_a_sentence(text: str) -> None:
    with contextlib.suppress(BorderError):
        ring = borders.read_ring(text)
        assert ring[0] == ring[-1]
        assert len(ring) >= 4


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=8, unique=True))
def test_what_is_written_out_is_read_back(corners: list[tuple[float, float]]) -> None:
    try:
        ring = borders.read_ring(json.dumps(corners))
    except BorderError:
        return
    assert borders.read_ring(borders.written(ring)) == ring


def test_a_bow_tie_crosses_itself_and_a_box_does_not() -> None:
    a, b, c, d, _ = box(0, 0, 100, 100)
    assert borders.crossing([a, b, c, d, a]) is None
    assert borders.crossing([a, c, b, d, a]) is not None


def test_a_side_that_runs_back_over_its_neighbour_is_a_crossing() -> None:
    a, b, c, d, _ = box(0, 0, 100, 100)
    spike = [(a[0] + b[0]) / 2, a[1]]
    assert borders.crossing([a, b, spike, c, d, a]) is not None


def test_a_corner_that_touches_another_side_is_a_crossing() -> None:
    a, b, c, d, _ = box(0, 0, 100, 100)
    touching = [(a[0] + b[0]) / 2, a[1]]
    assert borders.crossing([a, b, c, touching, d, a]) is not None


def test_what_sticks_out_is_measured_and_a_drawn_line_is_not() -> None:
    assert borders.sticks_out(box(0, 0, 200, 100), box(-10, -10, 100, 110)) == pytest.approx(10_000, rel=1e-3)
    assert borders.sticks_out(box(0, 0, 100.3, 100), box(0, 0, 100, 100)) == 0


def test_a_sliver_is_refused() -> None:
    with pytest.raises(BorderError):
        borders.check(box(0, 0, 100, 1))


@given(
    st.integers(0, 300), st.integers(0, 300), st.integers(20, 300), st.integers(20, 300),
    st.integers(0, 300), st.integers(0, 300), st.integers(20, 300), st.integers(20, 300),
)  # fmt: skip
def test_the_common_surface_of_two_boxes_is_what_arithmetic_says(x, y, w, h, u, v, s, t) -> None:
    wanted = max(0, min(x + w, u + s) - max(x, u)) * max(0, min(y + h, v + t) - max(y, v))
    one, two = box(x, y, x + w, y + h), box(u, v, u + s, v + t)
    assert borders.overlap(one, two) == pytest.approx(wanted, rel=1e-3, abs=1.0)
    assert borders.overlap(one, two) == pytest.approx(borders.overlap(two, one), rel=1e-3, abs=1.0)


@given(st.lists(st.floats(30, 300), min_size=5, max_size=24), st.floats(0, 6))
def test_a_star_shares_all_of_itself_with_itself(radii: list[float], turn: float) -> None:
    across = METRE / math.cos(math.radians(31.2))
    step = 2 * math.pi / len(radii)
    ring = [
        [121.5 + r * math.cos(turn + n * step) * across, 31.2 + r * math.sin(turn + n * step) * METRE]
        for n, r in enumerate(radii)
    ]
    ring.append(ring[0])
    assert borders.crossing(ring) is None
    assert borders.overlap(ring, ring) == pytest.approx(borders.surface(ring), rel=1e-6)


def test_a_door_goes_only_where_exactly_one_border_holds_it() -> None:
    rings = {"west": box(0, 0, 100, 100), "east": box(100, 0, 200, 100), "also": box(150, 0, 250, 100)}
    at = {name: box(x, 50, x + 1, 51)[0] for name, x in {"in": 50, "over": 120, "both": 170, "out": 400}.items()}
    doors = [(name, point, "west") for name, point in at.items()] + [("free", at["out"], "nowhere drawn")]
    moved, nowhere = borders.drifted(doors, rings)
    assert moved == {"over": "east"}
    assert nowhere == ["out"]


def test_a_neighbour_follows_the_corner_they_share() -> None:
    before, beside = box(0, 0, 100, 100), box(100, 0, 200, 100)
    beside[0], beside[3], beside[4] = before[1], before[2], before[1]
    after = [list(corner) for corner in before]
    after[1] = box(120, 0, 200, 100)[0]
    follows = borders.dragged_along(before, after, beside)
    assert follows is not None
    assert follows[0] == follows[-1] == after[1]
    assert follows[1:4] == beside[1:4]
    assert borders.dragged_along(before, after[1:], beside) is None
