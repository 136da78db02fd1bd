"""Plates beside a drawing: whatever the spots are, they do not lie on each other and their lines do not cross."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from shimen.territory import callouts
from shimen.territory.sheet import TAG_HEIGHT, WIDTH, Tag, sheet_for

SPOTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=24, unique=True)


def made(spots):
    tags = [
        Tag(f"{n} 示例**", "18 处", 121.5 + x / 5000, 31.2 + y / 5000 + x / 100000) for n, (x, y) in enumerate(spots)
    ]
    aside, lowest = callouts.room(tags)
    sheet = sheet_for([(tag.lon, tag.lat) for tag in tags], aside=aside, lowest=lowest)
    return sheet, callouts.place(sheet, [(str(n), tag) for n, tag in enumerate(tags)])


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(one, other):
    (a, b), (c, d) = ends(one), ends(other)
    return turn(a, b, c) * turn(a, b, d) < -1 and turn(c, d, a) * turn(c, d, b) < -1


def ends(call):
    start, end = call.line[1:].split("L")
    return tuple(map(float, start.split())), tuple(map(float, end.split()))


@settings(max_examples=60, deadline=None)
@given(SPOTS)
def test_plates_do_not_touch_and_lines_of_one_column_do_not_cross(spots):
    sheet, found = made(spots)
    assert [call.mark for call in found] == [str(n) for n in range(len(spots))]
    for call in found:
        assert 0 <= call.plate.y <= sheet.height - TAG_HEIGHT
        assert 0 <= call.plate.x <= WIDTH - call.plate.width
        beside = call.x - call.plate.x - call.plate.width if call.plate.x < call.x else call.plate.x - call.x
        assert beside > 0
    for one, other in itertools.combinations(found, 2):
        if one.plate.x == other.plate.x:
            assert abs(one.plate.y - other.plate.y) >= TAG_HEIGHT
            assert not cross(one, other)


def test_marks_stand_on_spots_of_their_own_area_and_not_on_each_other_where_they_can():
    left, right = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)], [(12.0, 2.0), (60.0, 2.0), (0.0, 2.0)]
    assert callouts.anchors([left, right]) == [(10.0, 0.0), (60.0, 2.0)]
    assert callouts.anchors([[(0.0, 0.0)], [(1.0, 0.0)]]) == [(0.0, 0.0), (1.0, 0.0)]
