"""要安排的: why a stop is in the list, what is proposed, and what one press does."""

from __future__ import annotations

import datetime as dt

import pytest

from coverage.models import Entity, Rearrangement, Round, Stop
from coverage.rounds import arrangements, plans, rounds
from coverage.rounds.arrangements import Reason
from shimen import clock
from shimen.audit.models import AccessLog
from tests import make

AT = make.AT
DAY = dt.timedelta(days=1)


@pytest.fixture
def street(town):
    make.team(town.street, town.visitor)
    town.round = make.round_(town.street, balance={})
    return town


def stop_for(street, **values) -> Stop:
    entity = make.entity(street.first_grid, place=make.place(street.first_grid))
    return make.stop(
        street.round, entity, street.visitor, **{"planned_on": AT.date() + 3 * DAY, "sequence": 1} | values
    )


def lines(street):
    seen = Stop.objects.visible_to(street.staff)
    return arrangements.listed(seen, round=street.round, on=AT.date())


def test_the_list_is_ordered_by_urgency_and_says_why(street):
    carried = stop_for(street, carried_rounds=2)
    asked = stop_for(street, asked_exempt="近四轮一切如旧")
    appointed = stop_for(street, appointed_at=AT + DAY)
    first = stop_for(street, is_first=True, due_on=AT.date() + DAY)
    stop_for(street, carried_rounds=1)
    stop_for(street, carried_rounds=5, outcome="visited")
    found = lines(street)
    assert [line.stop for line in found] == [first, appointed, asked, carried]
    assert [line.words for line in found] == ["首访还剩 1 天", "约好时间", "免访申请", "顺延 2 轮"]
    assert [line.tone for line in found] == ["r", "b", "", "y"]
    counts = arrangements.counts(Stop.objects.all(), round=street.round)
    assert counts == {Reason.FIRST: 1, Reason.APPOINTED: 1, Reason.EXEMPT: 1, Reason.CARRIED: 1}


def test_the_past_two_rounds_are_told(street):
    carried = stop_for(street, carried_rounds=2)
    for number, outcome in ((5, "visited"), (6, "no_answer"), (7, "due")):
        before = make.round_(street.street, number=number, state=Round.State.CLOSED)
        make.stop(before, carried.entity, street.visitor, outcome=outcome)
    assert lines(street)[0].past == "11-15 未访；11-01 无人应答"


def test_a_first_visit_is_put_into_todays_walk(street):
    stop = stop_for(street, is_first=True, due_on=AT.date())
    made = arrangements.arrange(stop=stop, actor=street.staff, at=AT)
    stop.refresh_from_db()
    assert (stop.planned_on, stop.visitor) == (AT.date(), street.visitor)
    assert made.kind == Rearrangement.Kind.ARRANGED
    assert lines(street) == []
    assert AccessLog.objects.get(verb="rounds.arrange").after["reason"] == "first"


def test_an_appointment_is_kept_and_the_phone_is_told_the_time(street):
    stop = stop_for(street)
    arrangements.appoint(stop=stop, when=AT + DAY, actor=street.visitor, at=AT)
    assert [line.proposal for line in lines(street)] == ["明天 09:30 上门"]
    arrangements.arrange(stop=stop, actor=street.staff, at=AT)
    stop.refresh_from_db()
    assert (stop.planned_on, stop.hint) == (AT.date() + DAY, "约好 09:30")


def test_who_was_missed_again_and_again_is_visited_after_hours(street):
    stop = stop_for(street, carried_rounds=3)
    arrangements.arrange(stop=stop, actor=street.staff, at=AT)
    stop.refresh_from_db()
    assert (stop.hint, stop.planned_on) == ("17:00 后上门", AT.date())


def test_agreeing_to_an_exemption_exempts(street):
    stop = stop_for(street, asked_exempt="近四轮一切如旧")
    assert arrangements.arrange(stop=stop, actor=street.staff, at=AT) is None
    stop.refresh_from_db()
    assert (stop.outcome, stop.outcome_reason) == ("exempt", "近四轮一切如旧")


def test_an_arrangement_can_be_undone_and_stands_in_the_list_again(street):
    stop = stop_for(street, carried_rounds=2)
    made = arrangements.arrange(stop=stop, actor=street.staff, at=AT)
    plans.undo(rearrangement=made, actor=street.staff, at=AT)
    stop.refresh_from_db()
    assert (stop.planned_on, stop.hint, stop.arranged_at) == (AT.date() + 3 * DAY, "", None)
    assert [line.stop for line in lines(street)] == [stop]


def test_nothing_is_arranged_twice_or_after_a_result(street):
    stop = stop_for(street, carried_rounds=2)
    arrangements.arrange(stop=stop, actor=street.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="已经安排"):
        arrangements.arrange(stop=stop, actor=street.staff, at=AT)


def test_nothing_is_arranged_when_nobody_walks(street):
    stop = stop_for(street, carried_rounds=2)
    plans.mark_absent(user=street.visitor, first=AT.date(), last=street.round.period_end, actor=street.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="没有人走访"):
        arrangements.arrange(stop=stop, actor=street.staff, at=AT)


@pytest.mark.parametrize("days", [-1, 30])
def test_an_appointment_lies_ahead_and_in_the_round(street, days):
    with pytest.raises(rounds.RoundError, match="约的时间"):
        arrangements.appoint(stop=stop_for(street), when=AT + days * DAY, actor=street.visitor, at=AT)


def test_an_appointment_needs_an_open_stop(street):
    with pytest.raises(rounds.RoundError, match="已有结果"):
        arrangements.appoint(stop=stop_for(street, outcome="visited"), when=AT + DAY, actor=street.visitor, at=AT)
    stop = stop_for(street)
    Round.objects.filter(pk=street.round.pk).update(state="closed")
    with pytest.raises(rounds.RoundError, match="已经结束"):
        arrangements.appoint(stop=stop, when=AT + DAY, actor=street.visitor, at=AT)


def test_the_list_costs_the_same_queries_however_long(street, django_assert_num_queries):
    for _ in range(3):
        stop_for(street, carried_rounds=2)
    seen = Stop.objects.visible_to(street.staff)
    with django_assert_num_queries(3):
        arrangements.listed(seen, round=street.round, on=AT.date())
    for _ in range(5):
        stop_for(street, carried_rounds=2)
    with django_assert_num_queries(3):
        arrangements.listed(seen, round=street.round, on=AT.date())


def test_who_entered_after_the_roster_was_frozen_is_told_apart_until_visited(street):
    opened = clock.day_of(street.round.opened_at)
    entered = make.entity(street.first_grid, registered_on=opened + DAY)
    stop_for(street)
    seen = Entity.objects.visible_to(street.staff)
    assert arrangements.entered_since(seen, round=street.round) == [(entered, dt.date(2026, 11, 24))]
    find = make.visit(make.stop(make.round_(street.street, number=7), entered), street.visitor)
    assert arrangements.entered_since(seen, round=street.round) == []
    find.withdrawn_at = AT
    find.save(update_fields=["withdrawn_at"])
    assert len(arrangements.entered_since(seen, round=street.round)) == 1
