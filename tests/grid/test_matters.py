"""Matters: raised by a visit or by hand, moved along the chain, solved, answered, closed."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from coverage import signals
from coverage.models import Demand
from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.matters import ending, handling, moving, raising
from grid.matters.handling import MatterError
from grid.models import Answer, Leg, Matter
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=3)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def matter(town):
    organised.organisation(town, name="第一街区党支部（示例）")
    return raising.raise_matter(
        street_id=town.street.pk, words="早上送货的车进不来，能不能错开用？", actor=town.staff, at=AT,
        area=town.first_grid, category=Matter.Category.PARKING,
    )  # fmt: skip


def test_a_matter_by_hand_begins_with_the_branch_of_its_area(matter):
    assert matter.number == "2026-0001"
    assert matter.title == "早上送货的车进不来"
    assert str(matter.organisation) == "第一街区党支部（示例）"
    leg = matter.legs.get()
    assert (leg.level, leg.ended_at, leg.due_on) == (Level.BRANCH, None, dt.date(2026, 11, 30))
    assert AccessLog.objects.filter(verb="grid.raise", object_id=str(matter.pk)).count() == 1


def test_what_is_urgent_has_a_day(town):
    row = raising.raise_matter(
        street_id=town.street.pk, words="招牌要掉下来", actor=town.staff, at=AT, area=town.first_grid, urgency="urgent"
    )
    assert row.due_on == dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": "  "}, "写一句要解决什么"),
        ({"area": None}, "选地点、主体或网格"),
        ({"raised_at": LATER}, "提出时间不能晚于现在"),
    ],
)
def test_what_cannot_be_raised_says_why(town, given, sentence):
    base = {"words": "路灯不亮", "area": town.first_grid}
    with pytest.raises(MatterError, match=sentence):
        raising.raise_matter(street_id=town.street.pk, actor=town.staff, at=AT, **(base | given))
    assert not Matter.objects.exists()


def test_up_the_whole_chain_with_what_was_tried(town, matter):
    for level in (Level.COUNCIL, Level.GRID, Level.DISTRICT):
        matter = moving.pass_up(
            matter=matter, tried="劝导三次", left_open="夜间仍占位", why="涉及居民", actor=town.staff, at=LATER
        )
        assert matter.stage is level
    assert [(leg.level, leg.end) for leg in matter.legs.order_by("number")] == [
        (1, "up"),
        (2, "up"),
        (3, "up"),
        (4, ""),
    ]
    with pytest.raises(MatterError, match="没有更上一级"):
        moving.pass_up(matter=matter, tried="催", left_open="无", why="", actor=town.staff, at=LATER)


@pytest.mark.parametrize(("tried", "left_open", "sentence"), [("", "车位", "试过什么"), ("劝导", " ", "没解决")])
def test_up_only_with_what_was_tried(town, matter, tried, left_open, sentence):
    with pytest.raises(MatterError, match=sentence):
        moving.pass_up(matter=matter, tried=tried, left_open=left_open, why="", actor=town.staff, at=LATER)
    assert Matter.objects.get().level == Level.BRANCH


def test_the_database_too_wants_to_know_what_was_tried(matter):
    leg = matter.legs.get()
    leg.end = Leg.End.UP
    with pytest.raises(IntegrityError, match="up_only_with_what_was_tried"), transaction.atomic():
        leg.save()


def test_down_goes_back_to_those_who_had_it(town, matter):
    moving.assign(matter=matter, owner="赵甲一", actor=town.staff, at=AT)
    up = moving.pass_up(matter=matter, tried="劝导", left_open="占位", why="", actor=town.staff, at=LATER)
    down = moving.pass_down(matter=up, why="支部能办", actor=town.staff, at=LATER)
    assert down.stage is Level.BRANCH
    assert handling.open_leg(down).owner == "赵甲一"


def test_solved_then_answered_then_closed(town, matter):
    solved = ending.solve(matter=matter, how="错峰停放，划了线", actor=town.secretary, at=LATER)
    assert (solved.state, solved.solved_level, solved.due_on) == (State.SOLVED, Level.BRANCH, None)
    with pytest.raises(MatterError, match="先把结果答复提出人"):
        ending.close(matter=solved, satisfaction="good", actor=town.staff, at=LATER)
    ending.answer(matter=solved, words="车位定下来了", way="phone", is_final=True, actor=town.secretary, at=LATER)
    closed = ending.close(matter=solved, satisfaction="good", actor=town.secretary, at=LATER)
    assert (closed.state, closed.satisfaction) == (State.CLOSED, "good")
    assert Matter.objects.done().get() == closed


def test_reopened_goes_back_to_its_level(town, matter):
    up = moving.pass_up(matter=matter, tried="劝导", left_open="占位", why="", actor=town.staff, at=AT)
    ending.solve(matter=up, how="议定错峰", actor=town.staff, at=LATER)
    again = ending.reopen(matter=up, words="又停满了", actor=town.staff, at=LATER)
    assert (again.state, again.stage, again.reopened, again.solved_at) == (State.OPEN, Level.COUNCIL, 1, None)


def test_the_same_thing_twice_is_merged_and_taken_apart(town, matter):
    other = raising.raise_matter(
        street_id=town.street.pk, words="停车难", actor=town.staff, at=AT, area=town.first_grid
    )
    merged = ending.merge(matter=other, into=matter, actor=town.staff, at=LATER)
    assert merged.state == State.MERGED
    assert matter.merged.get() == merged
    apart = ending.unmerge(matter=merged, actor=town.staff, at=LATER)
    assert apart.state == State.OPEN
    assert handling.open_leg(apart).number == 2


def test_an_answer_by_the_next_visit_reaches_the_door(town, visit_matter):
    ending.answer(matter=visit_matter, words="下周定", way="visit", actor=town.staff, at=LATER)
    assert Demand.objects.get().answer == "下周定"


def test_an_answer_by_visit_needs_a_visit(town, matter):
    with pytest.raises(MatterError, match="不是走访带来的"):
        ending.answer(matter=matter, words="下周定", way=Answer.Way.VISIT, actor=town.staff, at=LATER)


def test_wrong_role_and_wrong_area(town, matter):
    with pytest.raises(MatterError, match="不由您来办"):
        ending.solve(matter=matter, how="好了", actor=town.visitor, at=LATER)
    with pytest.raises(MatterError, match="不由您来办"):
        ending.solve(matter=matter, how="好了", actor=town.stranger, at=LATER)
    assert not Matter.objects.visible_to(town.colleague).exists()
    moving.assign(matter=matter, owner_user=town.colleague, actor=town.staff, at=AT)
    assert Matter.objects.visible_to(town.colleague).get() == matter
    assert ending.solve(matter=matter, how="好了", actor=town.colleague, at=LATER).state == State.SOLVED


def test_who_saw_an_older_state_is_told(town, matter):
    seen = matter.revision
    moving.report(matter=matter, words="去看过了", actor=town.secretary, at=LATER, seen=seen)
    with pytest.raises(MatterError, match=r"刚刚有变动：.*进展"):
        moving.report(matter=matter, words="我也去了", actor=town.staff, at=LATER, seen=seen)


def test_a_due_date_before_today_and_an_earlier_one(town, matter):
    with pytest.raises(MatterError, match="不能早于今天"):
        moving.assign(matter=matter, owner="赵甲一", due_on=dt.date(2026, 11, 22), actor=town.staff, at=AT)
    with pytest.raises(MatterError, match="要晚于原来的"):
        moving.defer(matter=matter, due_on=dt.date(2026, 11, 25), why="等回复", actor=town.staff, at=AT)
    row = moving.defer(matter=matter, due_on=dt.date(2026, 12, 4), why="等回复", actor=town.staff, at=AT)
    assert row.deferrals == 1


@pytest.fixture
def visit_matter(town):
    demand = _demand(town)
    signals.demand_raised.send(sender=Demand, demand=demand, actor=town.visitor, at=AT)
    return Matter.objects.get(demand=demand)


def _demand(town, **given):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid, trade_sign="子丑面馆"), town.visitor)
    visit = make.visit(stop, entity=stop.entity)
    return make.demand(visit, category="parking", words="门口停满了", raised_at=AT, **given)


def test_a_demand_of_a_visit_becomes_a_matter_once(town, visit_matter):
    signals.demand_raised.send(sender=Demand, demand=visit_matter.demand, actor=town.visitor, at=AT)
    assert Matter.objects.count() == 1
    assert (visit_matter.category, visit_matter.raiser, visit_matter.via) == ("parking", "子丑面馆", "visit")


def test_what_was_solved_at_the_door_comes_in_closed_on_the_first_level(town):
    demand = _demand(town, solved_on_spot=True, how_solved="挪走了")
    signals.demand_raised.send(sender=Demand, demand=demand, actor=town.visitor, at=AT)
    row = Matter.objects.get()
    assert (row.state, row.solved_level, row.how_solved) == (State.CLOSED, Level.BRANCH, "挪走了")


def test_a_withdrawn_visit_takes_its_matter_unless_somebody_works_on_it(town, visit_matter):
    signals.demand_withdrawn.send(sender=Demand, demand=visit_matter.demand, actor=town.visitor, at=LATER)
    visit_matter.refresh_from_db()
    assert visit_matter.state == State.WITHDRAWN


def test_a_matter_on_which_somebody_works_stays(town, visit_matter):
    moving.report(matter=visit_matter, words="去看过了", actor=town.staff, at=LATER)
    signals.demand_withdrawn.send(sender=Demand, demand=visit_matter.demand, actor=town.visitor, at=LATER)
    visit_matter.refresh_from_db()
    assert visit_matter.state == State.OPEN


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_move_it_at_once_one_wins_and_nine_are_told(town, matter):
    seen, outcomes, start = matter.revision, [], threading.Barrier(10)

    def move() -> None:
        start.wait()
        try:
            moving.pass_up(matter=matter, tried="劝导", left_open="占位", why="", actor=town.staff, at=LATER, seen=seen)
            outcomes.append("won")
        except MatterError as told:
            outcomes.append(told.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=move) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    assert sum("刚刚有变动" in outcome for outcome in outcomes) == 9
    matter.refresh_from_db()
    assert (matter.stage, matter.legs.count()) == (Level.COUNCIL, 2)
