"""coverage.visits.visits.withdraw, explain and settle."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from coverage.models import Demand, Question, Stop, VisitAnswer, Worker
from coverage.registry import entities as registry
from coverage.signals import demand_withdrawn
from coverage.visiting.sent import Person, Said, Wish
from coverage.visits import demands, visits
from shimen.audit.models import AccessLog
from shimen.privacy import sealing
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
State = VisitAnswer.State


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def stop(town):
    place = make.place(town.first_grid)
    entity = make.entity(town.first_grid, place=place, headcount=3, legal_person="郑庚七")
    return make.stop(make.round_(town.street), entity, town.visitor)


def log(stop, actor=None, **values):
    defaults = {"id": uuid.uuid4(), "entity": stop.entity, "stop": stop, "outcome": "changed", "at": make.AT}
    return visits.log(**defaults | {"actor": actor or stop.visitor} | values).visit


def wrong(field, shown, value):
    return Said(field, is_right=False, shown=shown, value=value)


def number_of(entity):
    return sealing.open_sealed(entity.phone_sealed, table="coverage_entity", column="phone_sealed", row=entity.pk)


def test_a_withdrawn_visit_leaves_facts_stop_and_demands_as_they_were(stop, town):
    registry.correct(
        entity=stop.entity, field="phone", value="19900000001", source="staff", on=make.TODAY - dt.timedelta(days=9),
        actor=town.staff, at=make.AT,
    )  # fmt: skip
    stop.entity.refresh_from_db()
    before = (stop.entity.headcount, stop.entity.phone_mask, stop.entity.presence, stop.entity.provenance)
    answers = [wrong("headcount", "3", "6"), wrong("phone", "199****0001", "19900000719")]
    visit = log(stop, answers=answers, demand=Wish("路灯坏了"), found_people=[Person("王辛八")])
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + 4 * MINUTE)
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert (stop.entity.headcount, stop.entity.phone_mask, stop.entity.presence, stop.entity.provenance) == before
    assert number_of(stop.entity) == "19900000001"
    assert stop.outcome == Stop.Outcome.DUE
    assert not Demand.objects.standing().exists()
    assert not Worker.objects.current().exists()
    assert AccessLog.objects.filter(verb="visits.withdraw", actor=stop.visitor).exists()


def test_a_confirmation_that_is_withdrawn_does_not_count_as_confirmed(stop):
    registry.confirm(entity=stop.entity, fields=["headcount"], source="staff", on=make.LONG_AGO, actor=None, at=make.AT)
    visit = log(stop, outcome="same", answers=[Said("headcount", is_right=True, shown="3")])
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT)
    stop.entity.refresh_from_db()
    assert stop.entity.provenance["headcount"]["on"] == make.LONG_AGO.isoformat()


def test_after_five_minutes_it_stays_and_says_what_to_do(stop):
    visit = log(stop)
    with pytest.raises(visits.VisitError, match="再记一次"):
        visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + 6 * MINUTE)


def test_only_whoever_logged_it_can_withdraw_it(stop, town):
    visit = log(stop)
    with pytest.raises(visits.VisitError, match="本人"):
        visits.withdraw(visit=visit, actor=town.staff, at=make.AT)


def test_withdrawing_twice_changes_nothing_the_second_time(stop):
    visit = log(stop)
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT)
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + 9 * MINUTE)
    assert AccessLog.objects.filter(verb="visits.withdraw").count() == 1


def test_what_was_corrected_since_is_not_written_over(stop, town):
    visit = log(stop, answers=[wrong("headcount", "3", "6")])
    registry.correct(
        entity=stop.entity, field="headcount", value="9", source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + MINUTE)
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 9


def test_an_earlier_visit_of_the_day_counts_again(stop, town):
    log(stop, town.secretary, outcome="no_answer", reason="门锁着")
    visit = log(stop, outcome="same", at=make.AT + MINUTE)
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + MINUTE)
    stop.refresh_from_db()
    assert (stop.outcome, stop.outcome_reason) == (Stop.Outcome.NO_ANSWER, "门锁着")


def test_the_questions_it_answered_are_asked_again(stop, town):
    Question.objects.create(
        street=town.street, entity=stop.entity, field="headcount", sentence="表格写 5 人", asked_at=make.AT
    )
    visit = log(stop, answers=[wrong("headcount", "3", "5")])
    assert not Question.objects.open().exists()
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT)
    assert Question.objects.open().exists()


def test_answers_it_told_are_to_be_told_again(stop, town):
    demand = log(stop, demand=Wish("路灯坏了")).demands.get()
    demands.carry(demand=demand, words="已报修", is_told=False, actor=town.staff, at=make.AT)
    visit = log(stop, told=[demand.pk], at=make.AT + MINUTE)
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT + MINUTE)
    assert Demand.objects.to_tell().get() == demand


def test_a_colleagues_word_against_it_is_taken(stop, town):
    mine = log(stop, answers=[wrong("headcount", "3", "5")])
    theirs = log(stop, town.secretary, answers=[wrong("headcount", "3", "8")], at=make.AT + MINUTE)
    visits.withdraw(visit=mine, actor=stop.visitor, at=make.AT + 2 * MINUTE)
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 8
    assert theirs.answers.get(field="headcount").state == State.APPLIED


def test_the_apps_above_hear_that_a_demand_went_with_its_visit(stop):
    heard = []

    def hear(sender, demand, **_):
        heard.append(demand.words)

    visit = log(stop, demand=Wish("路灯坏了"))
    demand_withdrawn.connect(hear)
    try:
        visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT)
    finally:
        demand_withdrawn.disconnect(hear)
    assert heard == ["路灯坏了"]


def test_the_same_visit_delivered_again_stays_withdrawn(stop):
    same = uuid.uuid4()
    visit = log(stop, id=same)
    visits.withdraw(visit=visit, actor=stop.visitor, at=make.AT)
    again = log(stop, id=same)
    assert again.withdrawn_at is not None


def test_a_reason_comes_after_the_fact(stop):
    visit = log(stop, outcome="no_answer")
    visits.explain(visit=visit, reason="门锁着", actor=stop.visitor, at=make.AT)
    stop.refresh_from_db()
    assert stop.outcome_reason == "门锁着"
    assert AccessLog.objects.get(verb="visits.explain").after == {"reason": "门锁着"}


def test_the_same_reason_twice_is_written_down_once(stop):
    visit = log(stop, outcome="no_answer")
    for _ in range(2):
        visits.explain(visit=visit, reason="门锁着", actor=stop.visitor, at=make.AT)
    assert AccessLog.objects.filter(verb="visits.explain").count() == 1


def test_nobody_gives_reasons_for_another(stop, town):
    visit = log(stop, outcome="no_answer")
    with pytest.raises(visits.VisitError, match="别人记的"):
        visits.explain(visit=visit, reason="门锁着", actor=town.staff, at=make.AT)


@pytest.fixture
def held(stop, town):
    log(stop, answers=[wrong("headcount", "3", "5"), wrong("phone", "", "19900000001")])
    theirs = log(
        stop, town.secretary, answers=[wrong("headcount", "3", "8"), wrong("phone", "", "19900000999")],
        at=make.AT + MINUTE,
    )  # fmt: skip
    return {answer.field: answer for answer in theirs.answers.held()}


def test_settling_for_the_later_word_writes_it_into_the_registry(stop, town, held):
    for answer in held.values():
        visits.settle(answer=answer, is_taken=True, actor=town.staff, at=make.AT)
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 8
    assert number_of(stop.entity) == "19900000999"
    assert AccessLog.objects.filter(verb="visits.settle", actor=town.staff).count() == 2


def test_settling_for_the_earlier_word_leaves_the_registry(stop, town, held):
    visits.settle(answer=held["headcount"], is_taken=False, actor=town.staff, at=make.AT)
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 5
    assert VisitAnswer.objects.get(pk=held["headcount"].pk).state == State.DROPPED


def test_what_is_settled_is_settled(town, held):
    visits.settle(answer=held["headcount"], is_taken=False, actor=town.staff, at=make.AT)
    with pytest.raises(visits.VisitError, match="核对过"):
        visits.settle(answer=held["headcount"], is_taken=True, actor=town.staff, at=make.AT)


def test_settling_open_or_closed_settles_the_stop(stop, town):
    log(stop, outcome="same")
    theirs = log(stop, town.secretary, outcome="closed", at=make.AT + MINUTE)
    visits.settle(answer=theirs.answers.get(field="presence"), is_taken=True, actor=town.staff, at=make.AT + MINUTE)
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert stop.outcome == Stop.Outcome.CLOSED
    assert stop.entity.presence == "closed"
