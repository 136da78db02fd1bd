"""Whom a branch answers for: assigning, moving, ending, adopting; the past stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from branches.duty import charges, responsibilities
from branches.duty.charges import ChargeError, Piece
from branches.models import Charge, Responsibility
from shimen.audit.models import AccessLog
from tests import make, organised

DAY, NEXT = make.TODAY, make.TODAY + dt.timedelta(days=7)
BEFORE = dt.date(2025, 9, 1)


@pytest.fixture
def first(town):
    return organised.organisation(town, short_name="第一街区")


@pytest.fixture
def second(town):
    return organised.organisation(town, short_name="第二街区")


def assign(organisation, *places, since=BEFORE, **values):
    pieces = [Piece(place.pk) if not isinstance(place, Piece) else place for place in places]
    return charges.assign(organisation=organisation, pieces=pieces, since=since, actor=None, at=make.AT, **values)


def move(organisation, *pieces, since=DAY, actor=None):
    pieces = [piece if isinstance(piece, Piece) else Piece(piece.pk) for piece in pieces]
    return charges.move(to=organisation, pieces=pieces, since=since, actor=actor, at=make.AT)


def held(organisation, on):
    rows = Charge.objects.filter(organisation=organisation).on(on)
    return sorted(((row.place_id, row.floors.lower, row.floors.upper) for row in rows), key=str)


def test_a_place_is_assigned_moved_and_ended_and_each_day_is_remembered(town, first, second):
    door = make.place(town.first_grid)
    assign(first, door)
    move(second, door, since=DAY)
    charges.end(organisation=second, pieces=[Piece(door.pk)], on=NEXT, reason="拆除", actor=town.staff, at=make.AT)
    assert held(first, DAY - dt.timedelta(days=1)) == [(door.pk, None, None)]
    assert held(first, DAY) == []
    assert held(second, DAY) == [(door.pk, None, None)]
    assert held(second, NEXT) == []


def test_each_verb_leaves_a_line_in_the_log(town, first, second):
    door = make.place(town.first_grid)
    charges.assign(organisation=first, pieces=[Piece(door.pk)], since=BEFORE, actor=town.staff, at=make.AT)
    charges.move(to=second, pieces=[Piece(door.pk)], since=DAY, basis="调整", actor=town.staff, at=make.AT)
    charges.end(organisation=second, pieces=[Piece(door.pk)], on=NEXT, reason="拆除", actor=town.staff, at=make.AT)
    shares = {first.pk: [door.pk]}
    charges.adopt(street=town.street, shares=shares, since=NEXT, basis="方案二", actor=town.staff, at=make.AT)
    rows = AccessLog.objects.filter(verb__startswith="charges.").order_by("pk")
    assert [(row.verb, row.actor) for row in rows] == [
        ("charges.assign", town.staff),
        ("charges.move", town.staff),
        ("charges.end", town.staff),
        ("charges.adopt", town.staff),
    ]
    assert rows[1].after == {"places": 1, "since": DAY.isoformat(), "basis": "调整"}
    assert rows[2].reason == "拆除"


def test_what_is_taken_is_moved_and_what_is_free_is_assigned(town, first, second):
    door, free = make.place(town.first_grid), make.place(town.first_grid)
    assign(first, door)
    with pytest.raises(ChargeError, match=f"{door.address}已有别的党组织负责，用“移交”"):
        assign(second, door, free, since=DAY)
    with pytest.raises(ChargeError, match=f"{free.address}还没有党组织负责，用“划入”"):
        move(second, door, free)
    assert held(second, DAY) == []


def test_some_floors_of_a_tower_change_hands_and_the_rest_goes_on(town, first, second):
    tower = make.place(town.first_grid, kind="building", name="示例大厦")
    assign(first, tower)
    move(second, Piece(tower.pk, 3, 6), since=DAY)
    assert held(second, DAY) == [(tower.pk, 3, 7)]
    assert sorted(held(first, DAY), key=str) == sorted([(tower.pk, None, 3), (tower.pk, 7, None)], key=str)
    assert held(first, DAY - dt.timedelta(days=1)) == [(tower.pk, None, None)]
    row = Charge.objects.get(organisation=second)
    assert row.floor_words() == "3 至 6 层"


def test_adopting_a_division_writes_only_what_changes(town, first, second):
    stays, goes, free = (make.place(town.first_grid) for _ in range(3))
    other = make.place(town.first_grid)
    assign(first, stays, goes, other)
    done = charges.adopt(
        street=town.street, shares={first.pk: [stays.pk], second.pk: [goes.pk, free.pk]}, since=DAY, basis="方案二",
        actor=town.staff, at=make.AT,
    )  # fmt: skip
    assert (done.kept, len(done.taken), len(done.ended), len(done.begun)) == (1, 2, 1, 2)
    assert held(first, DAY) == sorted([(stays.pk, None, None), (other.pk, None, None)], key=str)
    assert set(Charge.objects.filter(pk__in=done.begun).values_list("basis", flat=True)) == {"方案二"}
    again = charges.adopt(
        street=town.street, shares={first.pk: [stays.pk], second.pk: [goes.pk, free.pk]}, since=DAY, basis="方案二",
        actor=town.staff, at=make.AT,
    )  # fmt: skip
    assert (again.kept, again.begun) == (3, ())


def test_adopting_many_places_takes_as_many_statements_as_adopting_a_few(town, first, second):
    places = [make.place(town.first_grid) for _ in range(40)]

    def adopt(count, since, holder):
        with make.counting() as queries:
            shares = {holder.pk: [place.pk for place in places[:count]]}
            charges.adopt(street=town.street, shares=shares, since=since, basis="方案", actor=None, at=make.AT)
        return len(queries)

    adopt(40, BEFORE, first)
    assert adopt(2, DAY - dt.timedelta(days=7), second) == adopt(40, DAY, first)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda t, o: {"shares": {o.pk: []}}, "选至少一个地点"),
        (lambda t, o: {"shares": {o.pk: [make.place(make.area(t.stranger.street)).pk]}}, "不在本街道"),
        (lambda t, o: {"shares": {o.pk: [make.place(t.first_grid, closed_on=BEFORE).pk]}}, "已撤销，不能划入"),
        (lambda t, o: {"since": dt.date(2020, 1, 1)}, "2020-01-01 还没有成立或已经撤销"),
    ],
)
def test_a_division_that_cannot_be_is_refused_in_a_sentence(town, first, spoil, sentence):
    door = make.place(town.first_grid)
    given = {"shares": {first.pk: [door.pk]}, "since": DAY} | spoil(town, first)
    with pytest.raises(ChargeError, match=sentence):
        charges.adopt(street=town.street, basis="方案", actor=None, at=make.AT, **given)
    assert not Charge.objects.exists()


def test_a_place_named_for_two_branches_is_refused(town, first, second):
    door = make.place(town.first_grid)
    with pytest.raises(ChargeError, match="一个地点只归一个支部"):
        charges.adopt(
            street=town.street, shares={first.pk: [door.pk], second.pk: [door.pk]}, since=DAY, basis="", actor=None,
            at=make.AT,
        )  # fmt: skip


def test_what_is_arranged_for_later_is_not_overrun(town, first, second):
    door = make.place(town.first_grid)
    assign(first, door)
    move(second, door, since=NEXT)
    with pytest.raises(ChargeError, match="以后另有 1 处变动已排好"):
        move(second, door, since=DAY)


def test_a_branch_ends_only_what_it_holds_and_says_why(town, first, second):
    door = make.place(town.first_grid)
    assign(first, door)
    with pytest.raises(ChargeError, match="不在第二街区的责任范围里"):
        charges.end(organisation=second, pieces=[Piece(door.pk)], on=DAY, reason="拆除", actor=None, at=make.AT)
    with pytest.raises(ChargeError, match="写一句为什么"):
        charges.end(organisation=first, pieces=[Piece(door.pk)], on=DAY, reason=" ", actor=None, at=make.AT)


def test_what_is_replaced_on_its_first_day_never_held(town, first, second):
    door = make.place(town.first_grid)
    assign(first, door, since=DAY)
    move(second, door, since=DAY)
    assert held(first, DAY) == []
    assert Charge.objects.filter(organisation=first).count() == 1
    assert not Charge.objects.filter(organisation=first).held().exists()


def test_the_member_who_looked_after_a_place_gives_it_up_with_the_branch(town, first, second):
    tower = make.place(town.first_grid, kind="building")
    room = make.place(town.first_grid, kind="room", building=tower, floor=4)
    door = make.place(town.first_grid)
    assign(first, tower, door)
    member = organised.member(first)
    responsibilities.entrust(
        member=member, pieces=[Piece(tower.pk, 1, 3), Piece(room.pk), Piece(door.pk)], since=BEFORE, actor=None,
        at=make.AT,
    )  # fmt: skip
    move(second, tower, since=DAY)
    kept = Responsibility.objects.on(DAY).values_list("place_id", flat=True)
    assert list(kept) == [door.pk]
    assert Responsibility.objects.on(DAY - dt.timedelta(days=1)).count() == 3


def test_the_database_keeps_a_floor_from_two_branches(town, first, second):
    tower = make.place(town.first_grid, kind="building")
    assign(first, Piece(tower.pk, 3, 6))
    row = Charge(street=town.street, organisation=second, place=tower, floors=(6, 9), valid=(DAY, None))
    with pytest.raises(IntegrityError, match="place_in_one_branch_area"), transaction.atomic():
        row.save()
    row.floors = (7, 9)
    row.save()
