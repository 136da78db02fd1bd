"""Proposed divisions: asking, working out, changing by hand, adopting from a day on, taking back."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.duty import adopting, charges, dividing, ground, responsibilities
from branches.duty.charges import ChargeError, Piece
from branches.duty.dividing import Asked, DivisionError
from branches.models import Charge, Division, Responsibility
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY, NEXT = make.TODAY, make.TODAY + dt.timedelta(days=3)
BEFORE = dt.date(2025, 9, 1)


@pytest.fixture
def branches(town):
    return [organised.organisation(town, short_name=name) for name in ("第一街区党支部", "第二街区党支部")]


@pytest.fixture
def doors(town, branches):
    """Twelve doors in a row; all but the last two are the first branch's."""
    rows = [
        make.place(town.first_grid if n < 6 else town.second_grid, lon=121.5 + n / 5000, lat=31.2) for n in range(12)
    ]
    for n, door in enumerate(rows):
        make.entity(door.area, place=door, industry_code="H6210" if n < 6 else "F5211", headcount=n + 1)
    assign(branches[0], *rows[:10])
    assign(branches[1], *rows[10:])
    return rows


def assign(organisation, *places, since=BEFORE):
    pieces = [Piece(place.pk) for place in places]
    charges.assign(organisation=organisation, pieces=pieces, since=since, actor=None, at=make.AT)


def shops(town, count):
    places = [make.place(town.first_grid, lon=121.5 + n / 5000) for n in range(count)]
    for place in places:
        make.entity(town.first_grid, place=place)
    return places


def ask(town, **wishes):
    asked = Asked(name="示例方案", **wishes)
    made = dividing.ask(street=town.street, asked=asked, actor=town.staff, at=make.AT)
    return drawn(made)


def drawn(made):
    jobs.run_due(at=make.AT)
    made.refresh_from_db()
    return made


def balanced(made):
    return made.variants.get(label__contains="数量均衡")


def adopt(variant, actor, *, since=NEXT, at=make.AT, seen=None, **more):
    seen = len(variant.edits) if seen is None else seen
    return adopting.adopt(variant=variant, since=since, seen=seen, actor=actor, at=at, **more)


def held(organisation, on):
    return Charge.objects.filter(organisation=organisation).on(on).count()


def test_a_worker_works_out_several_variants_each_with_every_door(town, doors):
    made = ask(town)
    assert made.state == Division.State.DRAWN
    assert [area["title"] for area in made.areas] == ["第一街区", "第二街区"]
    variants = list(made.variants.order_by("number"))
    assert variants[0].label.startswith("沿网格边界、数量均衡")
    assert all(len(each.assigned) == len(each.reasons) == 12 for each in variants)
    figures = balanced(made).figures
    assert sorted(area["shops"] for area in figures["areas"]) == [6, 6]
    assert figures["cut_off_pieces"] == 0
    assert figures["catering_gap"] == 100


def test_nothing_changes_hands_by_asking(town, branches, doors):
    ask(town)
    assert (held(branches[0], NEXT), held(branches[1], NEXT)) == (10, 2)


def test_more_areas_than_shops_are_refused_at_the_field(town, doors):
    with pytest.raises(DivisionError, match="只有 12 家商铺，不能分成 13 片") as refused:
        dividing._ask(town.street, None, Asked("示例", number=13), [{"key": str(n), "title": ""} for n in range(13)],
                      ground.fronts(town.street, DAY), None, make.AT)  # fmt: skip
    assert refused.value.field == "number"
    with pytest.raises(DivisionError, match="一次最多分成 12 片"):
        ask(town, number=13)
    for door in doors[4:]:
        door.closed_on = DAY
        door.save()
    with pytest.raises(DivisionError, match="只有 4 家商铺，不能分成 5 片：每片至少要有 1 家") as refused:
        ask(town, number=5)
    assert refused.value.field == "number"


def test_shops_of_which_no_workers_are_known_cannot_be_evened_by_workers(town, branches):
    shops(town, 4)
    made = ask(town, measure="workers")
    assert made.state == Division.State.FAILED
    assert made.refusal == "没有一家商铺登记了从业人数，不能按从业人数均衡。"


def test_what_is_another_bodys_is_not_divided(town, branches, doors):
    building = organised.organisation(town, kind="building")
    charges.move(to=building, pieces=[Piece(doors[0].pk)], since=BEFORE, actor=None, at=make.AT)
    assert len(ask(town).places) == 11


def test_founding_is_simulated_beside_how_things_are(town, doors):
    made = ask(town, founding="第三街区")
    present, founded = made.variants.order_by("number")
    assert (present.name, founded.label) == ("today", "增设第三街区")
    assert present.figures["moved"] == 0
    assert len(founded.figures["areas"]) == 3
    with pytest.raises(DivisionError, match="已经有“第一街区”，换个名称"):
        ask(town, founding="第一街区")
    with pytest.raises(DivisionError, match="现在的样子，不用采用"):
        adopt(present, town.staff)


def test_handing_a_door_over_weighs_anew_and_is_undone(town, doors):
    variant = balanced(ask(town))
    first, before = variant.owners(), variant.figures
    edge = max(n for n, owner in enumerate(first) if owner == 0)
    changed = dividing.hand_over(variant=variant, doors=[edge], to=1, seen=0, actor=town.staff, at=make.AT)
    assert changed.figures["spread"] == 2
    assert changed.owners()[edge] == 1
    assert dividing.REASONS[int(changed.reasons[edge])] == "pinned"
    with pytest.raises(DivisionError, match="刚刚有人调整过"):
        dividing.hand_over(variant=variant, doors=[0], to=1, seen=0, actor=town.staff, at=make.AT)
    back = dividing.undo(variant=variant, seen=1, actor=town.staff, at=make.AT)
    assert (back.owners(), back.edits) == (first, [])
    assert back.figures == before
    rows = AccessLog.objects.filter(verb__startswith="divisions.").order_by("pk")
    assert [row.verb for row in rows] == ["divisions.ask", "divisions.hand_over", "divisions.undo"]


def test_handing_over_nothing_or_everything_is_refused(town, doors):
    variant = balanced(ask(town))
    mine = [n for n, owner in enumerate(variant.owners()) if owner == 0]

    def hand(numbers, to):
        dividing.hand_over(variant=variant, doors=numbers, to=to, seen=0, actor=town.staff, at=make.AT)

    with pytest.raises(DivisionError, match="都已在这一片"):
        hand(mine[:1], 0)
    with pytest.raises(DivisionError, match="第一街区会一处也不剩"):
        hand(mine, 1)
    with pytest.raises(DivisionError, match="选移到哪一片"):
        hand(mine[:1], 7)
    with pytest.raises(DivisionError, match="没有手工调整可以撤销"):
        dividing.undo(variant=variant, seen=0, actor=town.staff, at=make.AT)


def test_adopting_moves_what_the_preview_said_and_the_past_stays(town, branches, doors):
    variant = balanced(ask(town))
    shop = doors[9].entities.get()
    make.visit(make.stop(make.round_(town.street), shop, town.visitor))
    change = adopting.preview(variant, DAY)
    assert (len(change.moves), change.kept) == (4, 8)
    assert change.flows() == [(str(branches[0].pk), 1, 4)]
    assert change.made == 1
    adopt(variant, town.staff)
    assert (held(branches[0], DAY), held(branches[0], NEXT), held(branches[1], NEXT)) == (10, 6, 6)
    row = AccessLog.objects.get(verb="divisions.adopt")
    assert row.actor == town.staff
    assert row.after == {"variant": str(variant), "since": NEXT.isoformat(), "places": 4}
    assert set(Charge.objects.filter(valid__startswith=NEXT).values_list("basis", flat=True)) == {
        f"示例方案，{variant}"
    }


def test_an_adopted_division_is_neither_adopted_changed_nor_put_away_again(town, doors):
    made = ask(town)
    variant = balanced(made)
    adopt(variant, town.staff)
    with pytest.raises(DivisionError, match="刚刚已经采用"):
        adopt(variant, town.staff)
    with pytest.raises(DivisionError, match="已经采用，要改先撤回"):
        dividing.hand_over(variant=variant, doors=[0], to=1, seen=0, actor=town.staff, at=make.AT)
    with pytest.raises(DivisionError, match="不收起"):
        dividing.put_away(division=made, actor=town.staff, at=make.AT)


def test_a_day_in_the_past_and_a_change_meanwhile_are_refused(town, doors):
    variant = balanced(ask(town))
    with pytest.raises(DivisionError, match="过去的归属不改"):
        adopt(variant, town.staff, since=DAY - dt.timedelta(days=1))
    dividing.hand_over(variant=variant, doors=[5], to=1, seen=0, actor=town.staff, at=make.AT)
    with pytest.raises(DivisionError, match="看过新的样子再采用"):
        adopt(variant, town.staff, seen=0)


def test_within_seven_days_everything_goes_back_with_the_members(town, branches, doors):
    member = organised.member(branches[0])
    responsibilities.entrust(member=member, pieces=[Piece(d.pk) for d in doors[:10]], since=DAY, actor=None, at=make.AT)
    made = ask(town)
    adopt(balanced(made), town.staff)
    assert Responsibility.objects.filter(member=member).on(NEXT).count() == 6
    later = make.AT + dt.timedelta(days=5)
    made.refresh_from_db()
    done, left = adopting.take_back(division=made, actor=town.staff, at=later)
    assert (done, left) == (4, 0)
    made.refresh_from_db()
    assert (made.state, made.chosen) == (Division.State.DRAWN, None)
    assert (held(branches[0], NEXT), held(branches[0], later.date())) == (6, 10)
    assert Responsibility.objects.filter(member=member).on(later.date()).count() == 10
    assert AccessLog.objects.get(verb="divisions.take_back").after["places"] == 4
    with pytest.raises(DivisionError, match="没有采用，不用撤回"):
        adopting.take_back(division=made, actor=town.staff, at=later)


def test_before_the_day_it_is_as_if_nothing_had_been(town, branches, doors):
    made = ask(town)
    adopt(balanced(made), town.staff)
    adopting.take_back(division=made, actor=town.staff, at=make.AT)
    assert [(held(b, NEXT), held(b, DAY)) for b in branches] == [(10, 10), (2, 2)]


def test_after_seven_days_it_is_too_late(town, doors):
    made = ask(town)
    adopt(balanced(made), town.staff)
    with pytest.raises(DivisionError, match="采用已过 7 天，不能撤回"):
        adopting.take_back(division=made, actor=town.staff, at=make.AT + dt.timedelta(days=7, minutes=1))


def test_what_changed_hands_again_is_left(town, branches, doors):
    made = ask(town)
    adopt(balanced(made), town.staff, since=DAY)
    moved = Charge.objects.filter(organisation=branches[1], valid__startswith=DAY).first()
    charges.move(to=branches[0], pieces=[Piece(moved.place_id)], since=NEXT, actor=None, at=make.AT)
    done, left = adopting.take_back(division=made, actor=town.staff, at=make.AT + dt.timedelta(days=4))
    assert (done, left) == (3, 1)


def test_doors_that_nobody_held_are_given_up_again(town, branches):
    shops(town, 4)
    made = ask(town)
    adopt(balanced(made), town.staff)
    assert [held(b, NEXT) for b in branches] == [2, 2]
    assert adopting.take_back(division=made, actor=town.staff, at=make.AT) == (4, 0)
    assert [held(b, NEXT) for b in branches] == [0, 0]


def test_a_vacant_front_weighs_nothing_and_goes_along_with_its_neighbour(town, branches, doors):
    vacant = make.place(town.first_grid, lon=121.5 + 9.4 / 5000, lat=31.2)
    assign(branches[0], vacant)
    made = ask(town)
    assert len(made.places) == 12
    variant = balanced(made)
    assert adopting.preview(variant, DAY).vacant == 1
    adopt(variant, town.staff)
    assert Charge.objects.filter(place=vacant).on(NEXT).get().organisation == branches[1]


def test_a_new_area_needs_a_branch_of_its_own(town, branches, doors):
    made = ask(town, number=3)
    variant = balanced(made)
    with pytest.raises(DivisionError, match="选“新街区1”由哪个党支部负责") as refused:
        adopt(variant, town.staff)
    assert refused.value.field == "new1"
    with pytest.raises(DivisionError, match="两片不能由同一个党支部负责"):
        adopt(variant, town.staff, founded={"new1": branches[0]})
    third = organised.organisation(town)
    adopt(variant, town.staff, founded={"new1": third})
    assert held(third, NEXT) == 4


def test_a_door_that_closed_meanwhile_is_left_out(town, branches, doors):
    variant = balanced(ask(town))
    doors[0].closed_on = DAY
    doors[0].save()
    assert adopting.preview(variant, DAY).closed == 1
    adopt(variant, town.staff)
    assert held(branches[1], NEXT) == 6


def test_a_branch_of_another_street_is_refused(town, doors):
    variant = balanced(ask(town, number=3))
    elsewhere = make.town()
    with pytest.raises(ChargeError):
        adopt(variant, town.staff, founded={"new1": organised.organisation(elsewhere)})
    assert Division.objects.get(pk=variant.division_id).state == Division.State.DRAWN


def test_a_branchs_members_share_its_doors_and_give_them_back(town, branches, doors):
    members = [organised.member(branches[0]) for _ in range(2)]
    asked = Asked("责任区", members=tuple(members))
    made = drawn(dividing.ask_within(organisation=branches[0], asked=asked, actor=town.secretary, at=make.AT))
    assert len(made.places) == 10
    variant = balanced(made)
    adopt(variant, town.secretary)
    assert [Responsibility.objects.filter(member=m).on(NEXT).count() for m in members] == [5, 5]
    adopting.take_back(division=made, actor=town.secretary, at=make.AT)
    assert Responsibility.objects.on(NEXT).count() == 0


def test_what_moves_is_counted_against_who_looks_after_it_now(town, branches, doors):
    members = [organised.member(branches[0]) for _ in range(3)]
    responsibilities.entrust(
        member=members[0], pieces=[Piece(d.pk) for d in doors[:10]], since=DAY, actor=None, at=make.AT
    )
    asked = Asked("责任区", members=tuple(members[:2]))
    made = drawn(dividing.ask_within(organisation=branches[0], asked=asked, actor=None, at=make.AT))
    assert balanced(made).figures["moved"] == 5
    others = Asked("责任区", members=tuple(members[1:]))
    made = drawn(dividing.ask_within(organisation=branches[0], asked=others, actor=None, at=make.AT))
    assert balanced(made).figures["moved"] == 10


def test_members_of_another_branch_and_too_many_of_them_are_refused(town, branches, doors):
    stranger = organised.member(branches[1])
    with pytest.raises(DivisionError, match="只能选本支部现有的党员"):
        dividing.ask_within(organisation=branches[0], asked=Asked("x", members=(stranger,)), actor=None, at=make.AT)
    many = tuple(organised.member(branches[1]) for _ in range(3))
    with pytest.raises(DivisionError, match="支部只有 2 处，不能分给 3 名党员") as refused:
        dividing.ask_within(organisation=branches[1], asked=Asked("x", members=many), actor=None, at=make.AT)
    assert refused.value.field == "members"


def test_what_is_put_away_is_brought_back(town, doors):
    made = ask(town)
    dividing.put_away(division=made, actor=town.staff, at=make.AT)
    assert not Division.objects.shown().exists()
    with pytest.raises(DivisionError, match="已经收起"):
        adopt(balanced(made), town.staff)
    dividing.bring_back(division=made, actor=town.staff, at=make.AT)
    assert Division.objects.shown().count() == 1


def test_who_sees_what(town, branches, doors):
    of_street, of_branch = ask(town), organised.division(branches[0])
    assert set(Division.objects.visible_to(town.staff)) == {of_street, of_branch}
    assert list(Division.objects.visible_to(town.secretary)) == [of_branch]
    assert not Division.objects.visible_to(town.colleague).exists()
    assert not Division.objects.visible_to(town.stranger).exists()
