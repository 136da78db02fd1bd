"""A round's plan: made by a worker, stored at once, changed in sight of a person, undone."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction

from coverage.models import Absence, Rearrangement, Round, Stop
from coverage.rounds import plans, rounds
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from shimen.outbox.models import Job
from tests import make

AT = make.AT  # Monday of the second week
DAY = dt.timedelta(days=1)


@pytest.fixture
def walked(town):
    """Forty doors of one grid, three visitors in a team, a round opened and planned on its first morning."""
    town.crew = [town.visitor, *(make.person(town.street, Role.VISITOR, area=town.first_grid) for _ in range(2))]
    make.team(town.street, *town.crew, area=town.first_grid)
    for n in range(40):
        door = make.place(town.first_grid, lon=town.street.lon + n % 7 / 1000, lat=town.street.lat + n // 7 / 1000)
        make.entity(town.first_grid, place=door)
    at = AT - 7 * DAY
    town.round = rounds.open_round(street=town.street, period_start=at.date(), at=at)
    plans.plan(round=town.round, actor=town.staff, at=at)
    return town


def slots(round_: Round) -> dict:
    return {s.pk: (s.visitor_id, s.planned_on, s.sequence) for s in Stop.objects.filter(round=round_)}


def test_every_stop_gets_a_visitor_a_working_day_and_a_place_in_the_walk(walked):
    load = Counter(visitor for visitor, _, _ in slots(walked.round).values())
    assert sorted(load.values()) == [13, 13, 14]
    walks: dict = {}
    for visitor, day, sequence in slots(walked.round).values():
        assert day.weekday() < 5
        assert walked.round.period_start <= day <= walked.round.period_end
        walks.setdefault((visitor, day), []).append(sequence)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in walks.values())


def test_the_plan_keeps_its_figures_and_an_audit_row(walked):
    figures = walked.round.plan_figures
    assert walked.round.plan_state == Round.Plan.DONE
    assert (figures["stops"], figures["load_spread"], figures["unplanned"]) == (40, 1, 0)
    assert figures["metres"] <= figures["address_order_metres"]
    assert AccessLog.objects.get(verb="rounds.plan").after == figures


def test_visitors_are_kept_from_round_to_round(walked):
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    following = rounds.open_round(street=walked.street, period_start=dt.date(2026, 11, 30), at=AT + 7 * DAY)
    plans.plan(round=following, actor=walked.staff, at=AT + 7 * DAY)
    following.refresh_from_db()
    assert following.plan_figures["kept"] == 1


def test_the_worker_plans_through_the_outbox_and_tells_how_far_it_is(walked):
    with transaction.atomic():
        rounds.ask_for_plan(round=walked.round, at=AT)
    job = Job.objects.get(kind="rounds.plan")
    assert jobs.run(job_id=job.pk, at=AT)
    job.refresh_from_db()
    walked.round.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.progress == {"stage": "排路线", "done": 3, "total": 3}
    assert (walked.round.plan_state, walked.round.planned_at) == (Round.Plan.DONE, AT)


def test_a_second_plan_is_ordered_only_when_the_first_is_there_and_can_be_undone(walked):
    rounds.order_plan(round=walked.round, actor=walked.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="正在排路线"):
        rounds.order_plan(round=walked.round, actor=walked.staff, at=AT)
    before = slots(walked.round)
    assert jobs.run(job_id=Job.objects.get(kind="rounds.plan").pk, at=AT)
    assert slots(walked.round) != before
    plans.undo(rearrangement=Rearrangement.objects.get(), actor=walked.staff, at=AT)
    assert slots(walked.round) == before
    rounds.order_plan(round=walked.round, actor=walked.staff, at=AT)


def test_a_plan_for_a_round_that_was_closed_meanwhile_changes_nothing(walked):
    with transaction.atomic():
        rounds.ask_for_plan(round=walked.round, at=AT)
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    before = slots(walked.round)
    assert jobs.run(job_id=Job.objects.get(kind="rounds.plan").pk, at=AT)
    assert slots(walked.round) == before


def test_a_closed_round_is_not_planned(walked):
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    walked.round.refresh_from_db()
    with pytest.raises(rounds.RoundError, match="已经结束"):
        plans.plan(round=walked.round, actor=walked.staff, at=AT)


def test_stops_with_a_result_keep_their_slot_when_planned_again(walked):
    done = Stop.objects.filter(round=walked.round).by_walk().first()
    Stop.objects.filter(pk=done.pk).update(outcome="visited")
    plans.plan(round=walked.round, actor=walked.staff, at=AT)
    assert slots(walked.round)[done.pk] == (done.visitor_id, done.planned_on, done.sequence)
    left = Stop.objects.filter(round=walked.round).unvisited()
    assert all(s.planned_on >= AT.date() for s in left)


def test_without_a_team_stops_stay_unplanned(town):
    make.entity(town.first_grid)
    opened = rounds.open_round(street=town.street, period_start=dt.date(2026, 11, 16), at=AT)
    plans.plan(round=opened, actor=town.staff, at=AT)
    assert opened.plan_figures["unplanned"] == 1
    assert Stop.objects.get(round=opened).visitor is None


def test_teams_walk_in_their_own_area(walked):
    far = make.team(walked.street, walked.colleague, area=walked.second_grid)
    theirs = [make.entity(walked.second_grid, place=make.place(walked.second_grid)) for _ in range(3)]
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    following = rounds.open_round(street=walked.street, period_start=dt.date(2026, 11, 30), at=AT + 7 * DAY)
    plans.plan(round=following, actor=walked.staff, at=AT + 7 * DAY)
    mine = Stop.objects.filter(round=following, visitor=walked.colleague)
    assert {s.entity for s in mine} == set(theirs)
    assert far.area == walked.second_grid


def test_an_appointment_is_planned_on_its_day(walked):
    stop = Stop.objects.filter(round=walked.round).order_by("pk").first()
    when = AT + 2 * DAY
    Stop.objects.filter(pk=stop.pk).update(appointed_at=when)
    plans.plan(round=walked.round, actor=walked.staff, at=AT)
    stop.refresh_from_db()
    assert stop.planned_on == when.date()


def test_what_was_left_lying_is_put_on_the_days_to_come_and_nothing_else_moves(walked):
    before = slots(walked.round)
    left_lying = {pk for pk, (_, day, _) in before.items() if day < AT.date()}
    proposed = plans.propose_open(round=walked.round, at=AT)
    assert slots(walked.round) == before
    made = plans.replan_open(round=walked.round, actor=walked.staff, at=AT)
    assert made.moved.keys() == proposed.moved.keys()
    after = slots(walked.round)
    assert {pk for pk in after if after[pk][:2] != before[pk][:2]} == left_lying
    assert all(day >= AT.date() for _, day, _ in after.values())
    assert AccessLog.objects.filter(verb="rounds.rearrange.open").count() == 1


def test_in_the_afternoon_nothing_new_is_put_on_the_same_day(walked):
    late = AT.replace(hour=16)
    plans.replan_open(round=walked.round, actor=walked.staff, at=late)
    moved = Stop.objects.filter(round=walked.round, planned_on=AT.date())
    assert all(s.planned_on == AT.date() for s in moved)
    assert plans.first_day(late) == AT.date() + DAY


def test_an_absence_hands_that_days_stops_to_the_others_and_can_be_undone(walked):
    before = slots(walked.round)
    day = AT.date()
    theirs = {pk for pk, (visitor, on, _) in before.items() if visitor == walked.visitor.pk and on == day}
    assert theirs
    made = plans.mark_absent(user=walked.visitor, first=day, last=day, round=walked.round, actor=walked.staff, at=AT)
    after = slots(walked.round)
    assert {pk for pk in after if after[pk][:2] != before[pk][:2]} == theirs
    assert not any(after[pk][:2] == (walked.visitor.pk, day) for pk in theirs)
    assert plans.undo(rearrangement=made, actor=walked.staff, at=AT) == (len(made.moved), 0)
    assert slots(walked.round) == before
    assert not Absence.objects.standing().exists()
    assert set(AccessLog.objects.values_list("verb", flat=True)) >= {"rounds.mark_absent", "rounds.undo"}


def test_undoing_leaves_what_was_visited_meanwhile_and_says_so(walked):
    day = AT.date()
    made = plans.mark_absent(user=walked.visitor, first=day, last=day, round=walked.round, actor=walked.staff, at=AT)
    visited = next(iter(made.moved))
    Stop.objects.filter(pk=visited).update(outcome="visited")
    assert plans.undo(rearrangement=made, actor=walked.staff, at=AT) == (len(made.moved) - 1, 1)
    with pytest.raises(rounds.RoundError, match="已经撤销"):
        plans.undo(rearrangement=made, actor=walked.staff, at=AT)


def test_an_absence_is_noted_once_and_ends_after_it_begins(walked):
    day = AT.date()
    plans.mark_absent(user=walked.visitor, first=day, last=day + DAY, actor=walked.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="已有不在岗"):
        plans.mark_absent(user=walked.visitor, first=day + DAY, last=day + DAY, actor=walked.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="不能早于"):
        plans.mark_absent(user=walked.crew[1], first=day, last=day - DAY, actor=walked.staff, at=AT)


def test_absent_people_are_left_out_of_the_plan(walked):
    Absence.objects.create(
        street=walked.street, user=walked.visitor, first_day=AT.date(), last_day=walked.round.period_end
    )
    plans.plan(round=walked.round, actor=walked.staff, at=AT)
    assert not Stop.objects.filter(round=walked.round, visitor=walked.visitor).exists()


def test_stops_are_handed_over_by_hand_even_out_of_the_area(walked):
    make.team(walked.street, walked.colleague, area=walked.second_grid)
    some = list(Stop.objects.filter(round=walked.round).order_by("pk")[:3])
    day = AT.date() + DAY
    made = plans.reassign(round=walked.round, stops=some, visitor=walked.colleague, day=day, actor=walked.staff, at=AT)
    for stop in some:
        stop.refresh_from_db()
    assert {(s.visitor, s.planned_on) for s in some} == {(walked.colleague, day)}
    assert sorted(s.sequence for s in some) == [1, 2, 3]
    assert made.kind == Rearrangement.Kind.HAND
    assert set(Stop.objects.visible_to(walked.colleague)) == set(some)


def test_handing_over_is_refused_to_somebody_who_does_not_walk(walked):
    some = list(Stop.objects.filter(round=walked.round)[:1])
    with pytest.raises(rounds.RoundError, match="不在走访组"):
        plans.reassign(round=walked.round, stops=some, visitor=walked.staff, actor=walked.staff, at=AT)
    with pytest.raises(rounds.RoundError, match="不走访"):
        sunday = dt.date(2026, 11, 29)
        plans.reassign(round=walked.round, stops=some, visitor=walked.visitor, day=sunday, actor=walked.staff, at=AT)
    Stop.objects.filter(round=walked.round).update(outcome="visited")
    with pytest.raises(rounds.RoundError, match="已有结果"):
        plans.reassign(round=walked.round, stops=some, visitor=walked.visitor, actor=walked.staff, at=AT)


def test_nothing_is_rearranged_in_a_closed_round(walked):
    made = plans.replan_open(round=walked.round, actor=walked.staff, at=AT)
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    for change in (
        lambda: plans.replan_open(round=walked.round, actor=walked.staff, at=AT),
        lambda: plans.undo(rearrangement=made, actor=walked.staff, at=AT),
    ):
        with pytest.raises(rounds.RoundError, match="已经结束"):
            change()


def test_reading_a_round_costs_the_same_queries_however_many_stops(walked, django_assert_max_num_queries):
    from coverage.rounds.planning_input import read_field

    fresh = Round.objects.get(pk=walked.round.pk)
    with django_assert_max_num_queries(9):
        field = read_field(fresh, not_before=AT.date())
    assert len(field.stops) == 40
