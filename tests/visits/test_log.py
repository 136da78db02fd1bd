"""coverage.visits.visits.log: kept once whatever happens on the way, and never refused."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from coverage.models import Demand, Question, Round, Stop, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.rounds import rounds
from coverage.signals import demand_raised
from coverage.visiting.sent import Person, Said, Wish
from coverage.visits import demands, visits
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
State = VisitAnswer.State


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def stop(town):
    place = make.place(town.first_grid)
    entity = make.entity(town.first_grid, place=place, headcount=3, legal_person="郑庚七", trade_sign="丁卯水果店")
    return make.stop(make.round_(town.street), entity, town.visitor)


def log(stop, actor=None, **values):
    defaults = {
        "id": uuid.uuid4(),
        "entity": stop.entity,
        "stop": stop,
        "outcome": "same",
        "actor": actor or stop.visitor,
        "at": make.AT,
    }
    return visits.log(**defaults | values)


def right(field, shown):
    return Said(field, is_right=True, shown=shown)


def wrong(field, shown, value):
    return Said(field, is_right=False, shown=shown, value=value)


def test_everything_as_it_was_confirms_the_facts_and_marks_the_stop(stop):
    kept = log(stop, answers=[right("headcount", "3"), right("legal_person", "郑庚七")])
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED
    assert stop.outcome_at == make.AT
    assert stop.entity.presence == "open"
    told = stop.entity.provenance["headcount"]
    assert (told["source"], told["on"], told["ref"]) == ("visit", "2026-11-23", str(kept.visit.pk))
    assert kept.visit.receipt > 1000
    assert not kept.is_repeat


def test_a_correction_goes_into_the_registry_with_the_visit_as_its_source(stop):
    kept = log(stop, outcome="changed", answers=[wrong("headcount", "3", "６"), wrong("phone", "", "199 0000 0719")])
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 6
    assert stop.entity.phone_mask == "199****0719"
    answers = {answer.field: answer for answer in kept.visit.answers.all()}
    assert answers["headcount"].new == "6"
    assert answers["phone"].new == "199****0719"
    assert "19900000719" not in str(answers["phone"].__dict__)


def test_a_visit_leaves_an_audit_row(stop):
    kept = log(stop)
    row = AccessLog.objects.get(verb="visits.log")
    assert row.actor == stop.visitor
    assert row.object_id == str(kept.visit.pk)
    assert row.after["outcome"] == "same"


def test_the_same_sending_again_is_the_same_visit(stop):
    sending = {"id": uuid.uuid4(), "demand": Wish("门口停车位不够", "parking"), "visited_at": make.AT - HOUR}
    first = log(stop, **sending)
    again = log(stop, **sending, at=make.AT + 5 * HOUR)
    assert again.is_repeat
    assert again.visit == first.visit
    assert Visit.objects.count() == 1
    assert Demand.objects.count() == 1
    assert AccessLog.objects.filter(verb="visits.log").count() == 1


def test_the_same_id_with_other_content_is_kept_beside_the_first_and_shown(stop):
    same = uuid.uuid4()
    log(stop, id=same, outcome="changed", answers=[wrong("headcount", "3", "5")])
    other = log(stop, id=same, outcome="changed", answers=[wrong("headcount", "3", "8")], demand=Wish("路灯坏了"))
    assert other.is_other_sending
    assert other.visit.conflict_of_id == same
    held = other.visit.answers.get(field="headcount")
    assert (held.state, held.new, held.against_value) == (State.HELD, "8", "5")
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 5
    assert Demand.objects.get().words == "路灯坏了"
    assert stop.visits.standing().count() == 1


def test_other_content_sent_again_is_not_kept_a_third_time(stop):
    same = uuid.uuid4()
    log(stop, id=same)
    log(stop, id=same, note="另有一句")
    again = log(stop, id=same, note="另有一句")
    assert again.is_repeat
    assert Visit.objects.count() == 2


def test_two_visitors_with_the_same_facts_do_not_contradict(stop, town):
    log(stop, answers=[right("headcount", "3")])
    second = log(stop, town.secretary, answers=[right("headcount", "3")])
    assert not second.visit.answers.held().exists()


def test_two_visitors_with_different_facts_wait_for_a_person_and_lose_nothing(stop, town):
    log(stop, outcome="changed", answers=[wrong("headcount", "3", "5"), wrong("phone", "", "19900000001")])
    second = log(
        stop, town.secretary, outcome="changed",
        answers=[wrong("headcount", "3", "8"), wrong("phone", "", "19900000999")], at=make.AT + HOUR,
    )  # fmt: skip
    held = {answer.field: answer for answer in second.visit.answers.held()}
    assert (held["headcount"].new, held["headcount"].against_value) == ("8", "5")
    assert held["phone"].new == "199****0999"
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 5
    assert stop.entity.phone_mask == "199****0001"


def test_open_and_closed_at_the_same_door_wait_for_a_person(stop, town):
    log(stop)
    second = log(stop, town.secretary, outcome="closed", at=make.AT + HOUR)
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED
    assert stop.entity.presence == "open"
    assert second.visit.answers.get(field="presence").state == State.HELD


def test_nobody_answering_contradicts_nothing(stop, town):
    log(stop, outcome="no_answer", reason="门锁着")
    stop.refresh_from_db()
    assert (stop.outcome, stop.outcome_reason) == (Stop.Outcome.NO_ANSWER, "门锁着")
    second = log(stop, town.secretary, at=make.AT + HOUR)
    stop.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED
    assert not second.visit.answers.held().exists()


def test_the_same_visitors_later_visit_replaces_the_earlier_one(stop):
    log(stop, outcome="closed")
    log(stop, outcome="changed", answers=[wrong("headcount", "3", "4")], at=make.AT + HOUR, visited_at=make.AT + HOUR)
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED
    assert stop.entity.presence == "open"
    assert stop.entity.headcount == 4


def test_visits_that_arrive_in_the_wrong_order_end_as_if_in_order(stop):
    log(stop, outcome="changed", answers=[wrong("headcount", "3", "4")], visited_at=make.AT - HOUR)
    log(stop, outcome="closed", answers=[wrong("headcount", "3", "9")], visited_at=make.AT - 2 * HOUR)
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED
    assert stop.entity.presence == "open"
    assert stop.entity.headcount == 4


def test_a_stop_that_was_reassigned_is_credited_to_whoever_went(stop, town):
    Stop.objects.filter(pk=stop.pk).update(visitor=town.colleague)
    kept = log(stop, town.visitor)
    stop.refresh_from_db()
    assert kept.visit.visitor == town.visitor
    assert kept.visit.stop == stop
    assert stop.outcome == Stop.Outcome.VISITED
    assert stop.visitor == town.colleague


def test_a_closed_round_credits_the_visit_as_late_and_keeps_its_sum(stop):
    Round.objects.filter(pk=stop.round_id).update(state=Round.State.CLOSED, balance={"due": 1})
    kept = log(Stop.objects.get(pk=stop.pk), outcome="changed", answers=[wrong("headcount", "3", "6")])
    stop.refresh_from_db()
    stop.entity.refresh_from_db()
    assert kept.visit.is_late
    assert kept.visit.stop == stop
    assert stop.outcome == Stop.Outcome.DUE
    assert stop.entity.headcount == 6


def test_a_page_of_the_last_round_credits_the_open_round_when_the_day_lies_in_it(stop, town):
    Round.objects.filter(pk=stop.round_id).update(state=Round.State.CLOSED)
    next_round = make.round_(town.street, number=9)
    next_stop = make.stop(next_round, stop.entity, town.visitor)
    day = dt.datetime.combine(next_round.period_start, dt.time(10), make.AT.tzinfo)
    kept = log(Stop.objects.get(pk=stop.pk), at=day, visited_at=day)
    assert kept.visit.stop == next_stop
    assert not kept.visit.is_late


def test_a_removed_entity_keeps_the_visit_and_what_it_said(stop, town):
    registry.remove(entity=stop.entity, reason="注销，名册已无", actor=town.staff, at=make.AT)
    kept = log(
        stop, outcome="changed", answers=[wrong("headcount", "3", "6")], demand=Wish("想开回来"),
        found_people=[Person("王辛八", "店员", "19900000236")],
    )  # fmt: skip
    answers = {answer.field: answer for answer in kept.visit.answers.all()}
    assert answers["headcount"].state == State.REFUSED
    assert answers["headcount"].new == "6"
    assert "移出名册" in answers["headcount"].problem
    assert answers["p:0"].new == "王辛八 店员"
    assert kept.visit.demands.get().words == "想开回来"
    stop.refresh_from_db()
    assert stop.outcome == Stop.Outcome.VISITED


def test_a_value_that_cannot_be_read_is_kept_with_the_sentence_that_says_why(stop):
    kept = log(stop, outcome="changed", answers=[wrong("phone", "", "十二三"), wrong("headcount", "3", "五")])
    phone, headcount = (kept.visit.answers.get(field=name) for name in ("phone", "headcount"))
    assert phone.state == State.REFUSED
    assert phone.new == ""
    assert phone.sealed
    assert phone.problem
    assert headcount.state in {State.REFUSED, State.APPLIED}


def test_what_staff_changed_after_the_page_was_shown_is_not_written_over(stop, town):
    registry.correct(
        entity=stop.entity, field="headcount", value="7", source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    kept = log(stop, answers=[right("headcount", "3")])
    held = kept.visit.answers.get(field="headcount")
    assert (held.state, held.against, held.against_value) == (State.HELD, None, "7")
    stop.entity.refresh_from_db()
    assert stop.entity.headcount == 7


def test_people_met_enter_the_registry_and_show_on_the_visit(stop):
    kept = log(stop, outcome="changed", found_people=[Person("王辛八", "店员", "19900000236")])
    worker = kept.visit.found.get()
    assert (worker.entity, worker.name, worker.phone_mask) == (stop.entity, "王辛八", "199****0236")
    assert worker.provenance["name"]["source"] == "visit"


def test_a_demand_is_announced_within_the_transaction(stop):
    heard = []

    def hear(sender, demand, **_):
        heard.append((demand.words, demand.solved_on_spot))

    demand_raised.connect(hear)
    try:
        log(stop, demand=Wish("门口停车位不够", "parking"))
    finally:
        demand_raised.disconnect(hear)
    assert heard == [("门口停车位不够", False)]
    assert Demand.objects.passed_on().get().category == "parking"


def test_a_demand_fails_with_the_app_that_cannot_take_it_and_leaves_nothing(stop):
    def fail(sender, **_):
        raise RuntimeError("the chain is broken")

    demand_raised.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            log(stop, demand=Wish("门口停车位不够"))
    finally:
        demand_raised.disconnect(fail)
    assert not Visit.objects.exists()
    stop.refresh_from_db()
    assert stop.outcome == Stop.Outcome.DUE


def test_a_demand_solved_at_the_door_waits_for_nobody(stop):
    log(stop, demand=Wish("灯不亮", "surroundings", is_solved=True, how="换了灯泡"))
    assert not Demand.objects.passed_on().exists()
    assert Demand.objects.solved_at_door().get().how_solved == "换了灯泡"


def test_an_answer_that_was_told_is_not_told_again(stop, town):
    demand = log(stop, demand=Wish("门口停车位不够")).visit.demands.get()
    demands.carry(demand=demand, words="弄口划了 6 个车位", is_told=False, actor=town.staff, at=make.AT)
    second = log(stop, told=[demand.pk], at=make.AT + HOUR)
    demand.refresh_from_db()
    assert demand.told_in == second.visit
    assert not Demand.objects.to_tell().exists()


def test_a_question_is_answered_by_the_fact_it_asks_about(stop, town):
    question = Question.objects.create(
        street=town.street, entity=stop.entity, field="legal_person", sentence="表格写“郑庚九”", asked_at=make.AT
    )
    kept = log(stop, answers=[right("legal_person", "郑庚七")])
    question.refresh_from_db()
    assert question.answered_in == kept.visit


def test_a_door_outside_the_roster_counts_without_a_stop(stop, town):
    entity = make.entity(town.first_grid)
    kept = visits.log(id=uuid.uuid4(), entity=entity, outcome="same", actor=town.visitor, at=make.AT)
    assert kept.visit.stop is None
    assert kept.visit.round == stop.round


def test_a_door_found_by_search_counts_for_its_stop(stop, town):
    kept = visits.log(id=uuid.uuid4(), entity=stop.entity, outcome="same", actor=town.secretary, at=make.AT)
    assert kept.visit.stop == stop


def test_a_clock_that_is_wrong_is_put_right(stop):
    ahead = log(stop, visited_at=make.AT + dt.timedelta(days=3))
    long_ago = log(stop, visited_at=make.AT.replace(year=1970))
    assert ahead.visit.visited_at == make.AT
    assert long_ago.visit.visited_at == make.AT


@pytest.fixture
def exempt(stop):
    Stop.objects.filter(pk=stop.pk).update(outcome="exempt", outcome_at=make.AT - HOUR, outcome_reason="筹建中")
    stop.refresh_from_db()
    return stop


@pytest.mark.parametrize(("found", "outcome"), [("same", "visited"), ("closed", "closed"), ("moved", "moved")])
def test_an_exemption_gives_way_to_what_a_person_found(exempt, found, outcome):
    kept = log(exempt, outcome=found)
    exempt.refresh_from_db()
    assert (exempt.outcome, exempt.outcome_at) == (outcome, make.AT)
    row = AccessLog.objects.get(verb="visits.log", object_id=str(kept.visit.pk))
    assert row.before == {"outcome": "exempt", "reason": "筹建中"}
    balance = rounds.balance_of(exempt.round)
    assert (balance.due, balance.exempt) == (balance.parts, 0)


def test_an_exemption_holds_again_when_the_visit_is_withdrawn(exempt):
    visits.withdraw(visit=log(exempt).visit, actor=exempt.visitor, at=make.AT)
    exempt.refresh_from_db()
    assert (exempt.outcome, exempt.outcome_reason, exempt.outcome_at) == ("exempt", "筹建中", make.AT - HOUR)
    assert exempt.exemption is None


def test_an_exemption_stands_while_nobody_answers(exempt):
    kept = log(exempt, outcome="no_answer")
    visits.explain(visit=kept.visit, reason="门锁着", actor=exempt.visitor, at=make.AT)
    exempt.refresh_from_db()
    assert (exempt.outcome, exempt.outcome_reason) == ("exempt", "筹建中")
