"""Rounds come from the calendar: each once, whoever wakes them and however late."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from coverage.models import Entity, Round, Stop
from coverage.rounds import rounds
from shimen.audit.models import AccessLog
from shimen.outbox.models import Job
from tests import make

AT, ON = make.AT, make.TODAY


def test_every_period_since_the_anchor_is_opened_once_and_all_but_the_last_are_closed(town):
    make.entity(town.first_grid)
    made = rounds.ensure_due(on=ON, at=AT, street=town.street)
    assert [r.number for r in made] == [1, 2, 3, 4, 5, 6, 7, 8]
    states = list(Round.objects.filter(street=town.street).order_by("number").values_list("state", flat=True))
    assert states == ["closed"] * 7 + ["open"]
    assert rounds.ensure_due(on=ON, at=AT, street=town.street) == []


def test_only_the_current_round_is_to_be_planned(town):
    rounds.ensure_due(on=ON, at=AT, street=town.street)
    jobs = Job.objects.filter(kind="rounds.plan", street=town.street)
    current = Round.objects.get(street=town.street, state="open")
    assert [job.payload for job in jobs] == [{"round": str(current.pk)}]
    assert current.plan_state == Round.Plan.RUNNING


def test_weeks_of_sleep_are_made_up_for_and_carried_over(town):
    make.entity(town.first_grid)
    rounds.ensure_due(on=dt.date(2026, 10, 6), at=AT, street=town.street)
    made = rounds.ensure_due(on=ON, at=AT, street=town.street)
    assert [r.number for r in made] == [6, 7, 8]
    assert Stop.objects.get(round=made[-1]).carried_rounds == 7


def test_a_clock_that_jumps_back_makes_nothing(town):
    rounds.ensure_due(on=ON, at=AT, street=town.street)
    assert rounds.ensure_due(on=dt.date(2026, 9, 1), at=AT, street=town.street) == []
    assert rounds.ensure_due(on=dt.date(2020, 1, 1), at=AT, street=town.street) == []


def test_nothing_is_due_before_the_first_day(town):
    assert rounds.ensure_due(on=dt.date(2026, 8, 9), at=AT, street=town.street) == []
    assert [r.number for r in rounds.ensure_due(on=dt.date(2026, 8, 10), at=AT, street=town.street)] == [1]


def test_all_streets_are_looked_after_when_none_is_named(town):
    rounds.ensure_due(on=dt.date(2026, 8, 10), at=AT)
    assert Round.objects.filter(street=town.street).count() == 1
    assert Round.objects.filter(street=town.stranger.street).count() == 1


def test_the_roster_is_every_operating_entity_and_stays_frozen(town):
    kept = make.entity(town.first_grid)
    make.entity(town.first_grid, presence=Entity.Presence.CLOSED)
    make.entity(town.first_grid, registration_status=Entity.Registration.CANCELLED)
    make.entity(town.first_grid, removed_at=AT)
    make.entity(make.area(town.stranger.street))
    opened = rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)
    make.entity(town.first_grid)
    assert [s.entity for s in Stop.objects.filter(round=opened)] == [kept]
    assert opened.balance == {"due": 1}
    assert AccessLog.objects.get(verb="rounds.open", object_id=str(opened.pk)).after == {"due": 1, "number": 8}


def test_a_stop_remembers_who_went_there_last(town):
    entity = make.entity(town.first_grid)
    before = make.round_(town.street, number=7, state=Round.State.CLOSED)
    make.stop(before, entity, town.visitor, outcome=Stop.Outcome.VISITED)
    opened = rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)
    stop = Stop.objects.get(round=opened)
    assert (stop.owner, stop.visitor, stop.is_first, stop.carried_rounds) == (town.visitor, None, False, 0)


@pytest.mark.parametrize(
    ("outcome", "carried"), [("due", 3), ("no_answer", 3), ("exempt", 0), ("visited", 0), ("closed", 0)]
)
def test_what_was_not_reached_is_carried_over(town, outcome, carried):
    entity = make.entity(town.first_grid)
    before = make.round_(town.street, number=7, state=Round.State.CLOSED)
    make.stop(before, entity, town.visitor, outcome=outcome, carried_rounds=2)
    opened = rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)
    assert Stop.objects.get(round=opened).carried_rounds == carried


def test_a_new_entity_is_to_be_seen_within_five_working_days(town):
    make.entity(town.first_grid, registered_on=dt.date(2026, 11, 12))
    make.round_(town.street, number=7, state=Round.State.CLOSED)
    opened = rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)
    stop = Stop.objects.get(round=opened)
    assert (stop.is_first, stop.due_on) == (True, dt.date(2026, 11, 19))


@pytest.mark.parametrize("day", [dt.date(2026, 11, 17), dt.date(2026, 1, 5)])
def test_a_day_that_begins_no_period_is_refused(town, day):
    with pytest.raises(rounds.RoundError, match="起始日"):
        rounds.open_round(street=town.street, period_start=day, at=AT)


def test_a_second_open_round_is_refused(town):
    make.round_(town.street, number=7)
    with pytest.raises(rounds.RoundError, match="还没有结束"):
        rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)


def test_an_earlier_round_than_the_last_is_refused(town):
    make.round_(town.street, number=8, state=Round.State.CLOSED)
    with pytest.raises(rounds.RoundError, match="已经开过"):
        rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 2), at=AT)


@pytest.mark.django_db(transaction=True)
def test_many_beats_at_once_make_each_period_once():
    town = make.town()
    for _ in range(5):
        make.entity(town.first_grid)
    gate = threading.Barrier(4)

    def beat(_: int) -> list[int]:
        try:
            gate.wait()
            return [r.number for r in rounds.ensure_due(on=ON, at=AT, street=town.street)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as beats:
        made = sorted(number for numbers in beats.map(beat, range(4)) for number in numbers)
    assert made == [1, 2, 3, 4, 5, 6, 7, 8]
    assert Stop.objects.filter(street=town.street).count() == 40
