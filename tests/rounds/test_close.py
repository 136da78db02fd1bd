"""Closing writes the sum down, carries over by itself, and leaves late visits for what they are."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from coverage.models import Round, Stop, Visit
from coverage.planning.balance import Balance
from coverage.rounds import rounds
from coverage.visits import visits
from shimen.audit.models import AccessLog
from tests import make

AT = make.AT


def full_round(town):
    """Eleven stops: 3 visited, 2 no answer, 1 exempt, 1 closed, 1 moved, 3 not visited; and a find beside them."""
    opened = make.round_(town.street, balance={"due": 11})
    outcomes = ["visited"] * 3 + ["no_answer"] * 2 + ["exempt", "closed", "moved"] + ["due"] * 3
    for outcome in outcomes:
        make.stop(opened, make.entity(town.first_grid), town.visitor, outcome=outcome, carried_rounds=outcome == "due")
    anywhere = make.stop(opened, make.entity(town.first_grid), town.visitor)
    find = make.visit(anywhere, town.visitor)
    find.stop = None
    find.save(update_fields=["stop"])
    anywhere.delete()
    return opened


def test_the_sum_comes_out_even_with_finds_beside_it(town):
    opened = full_round(town)
    balance = rounds.close(round=opened, actor=town.staff, at=AT)
    assert balance == Balance(3, 2, 1, 1, 1, 3, carried=3, found=1, frozen=11)
    assert balance.is_even
    opened.refresh_from_db()
    assert (opened.state, opened.closed_at, opened.closed_by) == (Round.State.CLOSED, AT, town.staff)
    assert AccessLog.objects.get(verb="rounds.close").after == opened.balance


def test_a_past_round_reproduces_from_its_rows(town):
    opened = full_round(town)
    rounds.close(round=opened, actor=town.staff, at=AT)
    assert rounds.balance_of(Round.objects.get(pk=opened.pk)).as_json() == opened.balance


def test_a_round_is_closed_once(town):
    opened = full_round(town)
    rounds.close(round=opened, actor=town.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="已经结束"):
        rounds.close(round=opened, actor=town.staff, at=AT)


def test_a_sum_that_does_not_come_out_even_is_not_closed(town):
    opened = full_round(town)
    Stop.objects.filter(round=opened).first().delete()
    with pytest.raises(rounds.RoundError, match="账不平"):
        rounds.close(round=opened, actor=town.staff, at=AT)


def test_the_calendar_does_not_wait_for_an_uneven_sum_but_the_log_says_so(town):
    opened = full_round(town)
    Stop.objects.filter(round=opened).first().delete()
    assert [r.number for r in rounds.ensure_due(on=dt.date(2026, 11, 30), at=AT, street=town.street)] == [9]
    assert AccessLog.objects.get(verb="rounds.close").result == "uneven"


def test_the_next_period_closes_the_round_before_it(town):
    opened = full_round(town)
    made = rounds.ensure_due(on=dt.date(2026, 11, 30), at=AT, street=town.street)
    opened.refresh_from_db()
    assert (opened.state, opened.closed_by) == (Round.State.CLOSED, None)
    assert [r.number for r in made] == [9]
    carried = Stop.objects.filter(round=made[0], carried_rounds__gt=0).order_by("carried_rounds")
    assert [s.carried_rounds for s in carried] == [1, 1, 2, 2, 2]


@given(st.dictionaries(st.sampled_from([*Stop.Outcome.values, "carried"]), st.integers(0, 3000)))
def test_every_outcome_has_its_place_in_the_sum(counts):
    balance = Balance.of(counts)
    assert balance.is_even
    assert balance.due == sum(n for key, n in counts.items() if key != "carried")
    assert balance.reached + balance.unvisited == balance.due


def test_sums_of_many_rounds_cost_the_same_two_queries(town, django_assert_num_queries):
    for number in (6, 7):
        opened = make.round_(town.street, number=number, state="closed")
        make.stop(opened, make.entity(town.first_grid), town.visitor, outcome="visited")
    full_round(town)
    listed = list(Round.objects.filter(street=town.street).order_by("number"))
    seen = {"stops": Stop.objects.visible_to(town.staff), "found": Visit.objects.visible_to(town.staff)}
    with django_assert_num_queries(2):
        sums = rounds.balances_of(listed, **seen)
    assert [sums[r].due for r in listed] == [1, 1, 11]
    assert sums[listed[2]].found == 1


def test_an_exemption_needs_a_reason_and_can_be_taken_back(town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor)
    with pytest.raises(rounds.RoundError, match="缘由"):
        rounds.exempt(stop=stop, reason=" ", actor=town.staff, at=AT)
    assert rounds.exempt(stop=stop, reason="装修停业到月底", actor=town.staff, at=AT).outcome == "exempt"
    with pytest.raises(rounds.RoundError, match="已有结果"):
        rounds.exempt(stop=stop, reason="再来一次", actor=town.staff, at=AT)
    assert rounds.unexempt(stop=stop, actor=town.staff, at=AT).outcome == "due"
    verbs = AccessLog.objects.filter(object_id=str(stop.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["rounds.exempt", "rounds.unexempt"]


def test_an_exemption_taken_back_after_a_closed_door_is_a_closed_door_again(town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor, outcome="no_answer")
    make.visit(stop, outcome="no_answer", reason="敲门没人应")
    rounds.exempt(stop=stop, reason="约到下轮", actor=town.staff, at=AT)
    back = rounds.unexempt(stop=stop, actor=town.staff, at=AT)
    assert (back.outcome, back.outcome_reason) == ("no_answer", "敲门没人应")


def test_asking_for_an_exemption_leaves_the_stop_due(town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor)
    asked = rounds.ask_exempt(stop=stop, reason="近四轮一切如旧", actor=town.visitor, at=AT)
    assert (asked.outcome, asked.asked_exempt, asked.asked_exempt_by) == ("due", "近四轮一切如旧", town.visitor)


@pytest.mark.parametrize("verb", [rounds.exempt, rounds.ask_exempt])
def test_nothing_is_exempted_in_a_closed_round(town, verb):
    stop = make.stop(make.round_(town.street, state="closed"), make.entity(town.first_grid), town.visitor)
    with pytest.raises(rounds.RoundError, match="已经结束"):
        verb(stop=stop, reason="x", actor=town.staff, at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_arrives_while_the_round_closes_is_in_the_sum_or_late_and_never_lost():
    town = make.town()
    opened = make.round_(town.street, balance={"due": 12})
    stops = [make.stop(opened, make.entity(town.first_grid), town.visitor) for _ in range(12)]
    gate = threading.Barrier(4)

    def walk(mine: list[Stop]) -> None:
        try:
            gate.wait(10)
            for stop in mine:
                visits.log(
                    id=uuid.uuid4(),
                    entity=stop.entity,
                    stop=stop,
                    outcome=Visit.Outcome.SAME,
                    actor=town.visitor,
                    at=AT,
                )
        finally:
            connection.close()

    def close() -> Balance:
        try:
            gate.wait(10)
            return rounds.close(round=opened, actor=town.staff, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as everybody:
        walks = [everybody.submit(walk, stops[n::3]) for n in range(3)]
        closed = everybody.submit(close).result()
        for each in walks:
            each.result()
    on_time = Visit.objects.filter(round=opened, is_late=False).count()
    assert Visit.objects.filter(round=opened).count() == 12
    assert (closed.visited, closed.unvisited) == (on_time, 12 - on_time)
    assert rounds.balance_of(Round.objects.get(pk=opened.pk)) == closed


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_visit_that_is_being_written():
    town = make.town()
    opened = make.round_(town.street, balance={"due": 1})
    stop = make.stop(opened, make.entity(town.first_grid), town.visitor)
    written, closing = threading.Event(), threading.Event()

    def write_visit() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT state FROM coverage_round WHERE id = %s FOR SHARE", [opened.pk])
                written.set()
                closing.wait(10)
                Stop.objects.filter(pk=stop.pk).update(outcome="visited")
        finally:
            connection.close()

    def close() -> Balance:
        try:
            written.wait(10)
            closing.set()
            return rounds.close(round=opened, actor=town.staff, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        visit, closed = both.submit(write_visit), both.submit(close)
        visit.result()
        assert closed.result().visited == 1
