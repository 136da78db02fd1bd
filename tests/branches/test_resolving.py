"""Which row of a partition holds for a room, and how an entity is covered: the pure rules, and that SQL says the same."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.duty import charges
from branches.duty.proposing import proposals
from branches.duty.resolving import Floors, Known, Row, resolve, way_of
from branches.models import OrganisationUnit
from tests import make, organised

FLOORS = st.integers(-3, 40)


@st.composite
def partitions(draw):
    """Cuts of a tower into stretches of floors, some of which nobody holds."""
    cuts = sorted(draw(st.sets(FLOORS, max_size=6)))
    edges = [None, *cuts, None]
    rows = [Row(f"支部{n}", Floors(low, high)) for n, (low, high) in enumerate(itertools.pairwise(edges))]
    held = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    return [row for row, is_held in zip(rows, held, strict=True) if is_held]


@given(partitions(), FLOORS)
def test_a_floor_belongs_to_at_most_one_row_and_to_the_one_that_contains_it(rows, floor):
    holding = [row.holder for row in rows if row.floors.hold(floor)]
    assert len(holding) <= 1
    assert resolve([], rows, floor=floor) == (holding[0] if holding else None)


@given(partitions(), st.none() | FLOORS)
def test_a_row_of_its_own_comes_before_the_building(rows, floor):
    assert resolve([Row("自己的")], rows, floor=floor) == "自己的"


@given(partitions())
def test_of_a_room_whose_floor_is_unknown_only_the_whole_building_tells(rows):
    whole = [row.holder for row in rows if row.floors.is_every]
    assert resolve([], rows, floor=None) == (whole[0] if whole else None)


@given(st.builds(Known, st.integers(0, 6), st.booleans(), st.integers(0, 9), st.sampled_from(["", "building", "x"])))
def test_every_way_is_one_of_five_or_none_and_units_are_organised(known):
    way = way_of(known, founding=3)
    assert way in {"", "single", "joint", "street_block", "building"}
    assert (way == "") == (not known.units and not known.area_kind)
    if known.units:
        assert way in {"single", "joint"}
    if way == "joint" and not known.units:
        assert 0 < known.members < 3


@pytest.mark.django_db
def test_sql_says_the_same_as_the_rules(town):
    block = organised.organisation(town)
    tower = organised.organisation(town, kind="building")
    joint = organised.organisation(town, kind="enterprise", form="joint")
    house = make.place(town.first_grid, kind="building")
    pieces = [charges.Piece(house.pk, 3, 6)]
    charges.assign(
        organisation=tower, pieces=pieces, since=make.LONG_AGO.replace(year=2025, month=8), actor=None, at=make.AT
    )
    rows = [Row("tower", Floors(3, 7))]
    expected, entities = {}, []
    for floor, own, members, unit in itertools.product((None, 1, 3, 6, 7), (False, True), (0, 1, 3), (False, True)):
        room = make.place(town.first_grid, kind="room", building=house, floor=floor)
        entity = make.entity(town.first_grid, place=room)
        for _ in range(members):
            make.worker(entity, standing="member")
        if own:
            charges.assign(
                organisation=block, pieces=[charges.Piece(room.pk)], since=make.TODAY, actor=None, at=make.AT
            )
        if unit:
            OrganisationUnit.objects.create(
                street=town.street, organisation=joint, entity=entity, valid=(make.TODAY, None)
            )
        holder = resolve([Row("block")] if own else [], rows, floor=floor)
        kind = {"tower": "building", "block": "street_block"}.get(holder or "", "")
        known = Known(units=30 if unit else 0, is_joint=unit, members=members, area_kind=kind)
        expected[entity.pk] = way_of(known, founding=3)
        entities.append(entity.pk)
    found = proposals(street=town.street.pk, on=make.TODAY, entities=entities)
    assert {pk: proposal.way for pk, proposal in found.items()} == expected
