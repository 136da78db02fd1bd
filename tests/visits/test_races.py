"""Two phones, or one phone twice, at the same moment: real threads, real transactions."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from coverage.models import Demand, Stop, Visit, VisitAnswer
from coverage.rounds import rounds
from coverage.visiting.sent import Said, Wish
from coverage.visits import visits
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def stop(town):
    entity = make.entity(town.first_grid, place=make.place(town.first_grid), headcount=3)
    return make.stop(make.round_(town.street, balance={"due": 1}), entity, town.visitor)


def at_once(*works):
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def sending(stop, actor, visit_id, **values):
    defaults = {"entity": stop.entity, "stop": stop, "outcome": "changed", "at": make.AT}
    return lambda: visits.log(**defaults | {"id": visit_id, "actor": actor} | values)


def test_one_visit_delivered_by_four_connections_at_once_is_one_visit(stop, town):
    same = uuid.uuid4()
    wish = Wish("门口停车位不够")
    logged = at_once(*[sending(stop, town.visitor, same, demand=wish) for _ in range(4)])
    assert sorted(one.is_repeat for one in logged) == [False, True, True, True]
    assert Visit.objects.count() == 1
    assert Demand.objects.count() == 1


def test_two_visitors_at_one_door_at_once_contradict_exactly_once(stop, town):
    works = [
        sending(stop, actor, uuid.uuid4(), answers=[Said("headcount", is_right=False, shown="3", value=value)])
        for actor, value in ((town.visitor, "5"), (town.secretary, "8"))
    ]
    at_once(*works)
    assert Visit.objects.count() == 2
    held = VisitAnswer.objects.held().get()
    stop.entity.refresh_from_db()
    assert {str(stop.entity.headcount), held.new} == {"5", "8"}


def test_a_visit_and_the_closing_of_its_round_at_once_leave_an_even_sum(stop, town):
    in_round = stop.round
    at_once(
        sending(stop, town.visitor, uuid.uuid4()),
        lambda: rounds.close(round=in_round, actor=town.staff, at=make.AT),
    )
    visit = Visit.objects.get()
    in_round.refresh_from_db()
    stop.refresh_from_db()
    assert visit.is_late == (stop.outcome == Stop.Outcome.DUE)
    assert in_round.balance["due"] == 1
    assert rounds.balance_of(in_round).as_json() == in_round.balance


def test_the_same_id_for_two_doors_at_once_keeps_both(stop, town):
    other = make.stop(stop.round, make.entity(town.first_grid), town.visitor)
    same = uuid.uuid4()
    logged = at_once(sending(stop, town.visitor, same), sending(other, town.visitor, same))
    assert sorted(one.is_other_sending for one in logged) == [False, True]
    assert Visit.objects.count() == 2
    assert set(Visit.objects.values_list("entity", flat=True)) == {stop.entity_id, other.entity_id}
