"""The trial street's year of matters: the sums of the drawings, and that every story could have happened."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Count, F, Q

from coverage.models import Demand
from grid.chain.levels import Level
from grid.models import CaseBaseline, DistrictCase, Leg, Matter, Moment
from grid.pages import solved
from shimen.figures.values import values
from tests.trial import NOW

TODAY = NOW.date()


@pytest.fixture
def since_campaign(trial_street):
    rows = Matter.objects.done().filter(solved_at__date__gte=trial_street.rounds_from)
    return rows.exclude(demand__solved_on_spot=True)


def test_done_hard_open_and_late_come_out_as_drawn(trial_street, since_campaign):
    assert since_campaign.count() == 257
    assert since_campaign.hard().count() == 53
    assert Matter.objects.open().count() == 61
    assert Matter.objects.overdue(TODAY).count() == 5
    assert Matter.objects.open().filter(deferrals__gt=0).exists()


def test_every_level_and_grid_has_solved_some(trial_street, since_campaign):
    levels = dict(since_campaign.order_by().values_list("solved_level").annotate(n=Count("pk")))
    assert set(levels) == set(Level)
    assert levels[Level.BRANCH] > levels[Level.COUNCIL] > levels[Level.GRID] > levels[Level.DISTRICT]
    assert since_campaign.order_by().values("area").distinct().count() == 3


def test_every_demand_is_a_matter_once(trial_street):
    assert Matter.objects.filter(demand__isnull=False).count() == Demand.objects.standing().count()
    at_door = Matter.objects.filter(demand__solved_on_spot=True)
    assert not at_door.exclude(state=Matter.State.CLOSED, solved_level=Level.BRANCH).exists()


def test_a_year_of_them_numbered_in_order(trial_street):
    first = Matter.objects.order_by("raised_at").first()
    assert first is not None
    assert dt.timedelta(days=300) < NOW - first.raised_at < dt.timedelta(days=400)
    times = list(Matter.objects.order_by("year", "serial").values_list("raised_at", flat=True))
    assert times == sorted(times)


def test_nothing_happened_after_now_or_before_it_could(trial_street):
    assert not Moment.objects.filter(at__gt=NOW).exists()
    assert not Leg.objects.filter(ended_at__lt=F("began_at")).exists()
    assert not Matter.objects.filter(Q(solved_at__lt=F("raised_at")) | Q(closed_at__lt=F("solved_at"))).exists()
    assert not Matter.objects.filter(state=Matter.State.CLOSED, closed_at=None).exists()


def test_an_open_matter_has_one_open_leg_on_its_level(trial_street):
    legs = Leg.objects.filter(ended_at=None)
    assert legs.filter(matter__state=Matter.State.OPEN).count() == legs.count() == 61
    assert not legs.exclude(level=F("matter__level")).exists()
    assert not legs.exclude(due_on=F("matter__due_on")).exists()


def test_the_drawn_matter_is_late_with_the_grid_and_has_taken_others_in(trial_street):
    row = Matter.objects.get(title="望桥路 32 弄错峰停车")
    assert (row.stage, row.state, row.is_hard) == (Level.GRID, Matter.State.OPEN, True)
    assert row.due_on == TODAY - dt.timedelta(days=2)
    assert row.merged.exists()
    assert [leg.level for leg in row.legs.order_by("number")] == [1, 2, 3]


def test_every_turn_at_the_district_has_its_case_and_the_two_agree(trial_street):
    legs = Leg.objects.filter(level=Level.DISTRICT)
    cases = DistrictCase.objects.filter(origin=DistrictCase.Origin.MATTER)
    assert legs.count() == cases.count() == 19
    assert not legs.filter(case=None).exists()
    assert cases.live().count() == Matter.objects.open().filter(level=Level.DISTRICT).count() == 3
    assert cases.filter(state="returned").get().matter.stage is Level.GRID
    assert not cases.exclude(matter=F("leg__matter")).exists()
    assert not cases.filter(steps=None).exists()


def test_the_months_and_the_fall_come_out_as_drawn(trial_street):
    base = CaseBaseline.objects.get()
    found = solved.District(DistrictCase.objects.filter(street=trial_street), base, today=TODAY)
    assert [month.count for month in found.months] == [11, 8, 10, 11, 9, 11, 9, 8, 6, 4, 1]
    assert (found.average, found.change_words) == (10, "−60 %")
    assert base.declared_at.date() > base.last


def test_the_figures_of_the_drawings(trial_street):
    keys = ("matters_done", "hard_cases_solved", "matters_open", "matters_late", "district_cases_month")
    found = values(street=trial_street, on=TODAY, keys=(*keys, "district_cases_change"))
    assert [found[key].number for key in keys] == [257, 53, 61, 5, 4]
    assert round(found["district_cases_change"].number, 2) == -60
