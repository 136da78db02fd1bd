"""A year of the trial street's branch life, counted from rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from branches.life import due
from branches.models import Activity, ActivityHost, CheckIn, JointProject, Minutes, Organisation, VisitedShop
from branches.rules.meetings import Kind
from shimen import clock
from shimen.figures.values import values
from shimen.territory.models import Street
from tests import trial

TODAY = trial.NOW.date()


def test_a_year_is_held_and_the_figures_count_it(trial_street):
    street = Street.objects.get()
    keys = ["activities_held", "activities_joint", "joint_projects"]
    counted = {key: value.number for key, value in values(street=street, on=TODAY, keys=keys).items()}
    assert counted["activities_held"] > 1500
    assert counted["activities_joint"] >= 15
    assert counted["joint_projects"] == 2
    first = Activity.objects.in_order().first()
    assert first is not None
    assert 330 <= (TODAY - clock.day_of(first.starts_at)).days <= 700


def test_a_few_branches_are_late_and_the_others_are_not(trial_street):
    rows = Organisation.objects.standing(TODAY).in_order()
    owed = due.owed(rows, street=Street.objects.get().pk, today=TODAY)
    late = [each for each in owed if each.is_overdue]
    assert 4 <= len(late) <= 10
    assert {each.due.kind for each in late} == {Kind.GENERAL, Kind.THEME_DAY}
    assert len({each.organisation for each in late}) == len(late)


def test_nothing_was_held_before_its_hosts_stood_or_after_now(trial_street):
    held = ActivityHost.objects.filter(activity__state="held").select_related("activity", "organisation")
    for host in held:
        assert host.organisation.stands_on(clock.day_of(host.activity.starts_at)), host
        assert host.activity.ends_at <= trial.NOW
    planned = Activity.objects.filter(state="planned")
    assert all(clock.day_of(row.starts_at) >= TODAY and row.made_at <= trial.NOW for row in planned)


def test_every_activity_has_its_leading_host_and_every_held_one_minutes(trial_street):
    leads = Counter(ActivityHost.objects.filter(place=0).values_list("activity", flat=True))
    assert set(leads.values()) == {1}
    assert len(leads) == Activity.objects.count()
    assert Minutes.objects.count() == Activity.objects.held().count()
    assert all("示例" in text for text in Minutes.objects.values_list("text", flat=True).distinct())


def test_there_are_three_tours_with_check_ins_by_made_up_names(trial_street):
    tours = Activity.objects.filter(kind="shop_visit")
    assert Counter(tours.values_list("state", flat=True)) == {"held": 2, "planned": 1}
    assert VisitedShop.objects.count() == 18
    assert CheckIn.objects.count() >= 20
    assert all(name.startswith("示例") for name in CheckIn.objects.values_list("nickname", flat=True))


def test_two_projects_are_under_way_with_something_late_in_one(trial_street):
    assert JointProject.objects.running().count() == 2
    late = [
        row for project in JointProject.objects.all() for row in project.steps.filter(done_on=None, due_on__lt=TODAY)
    ]
    assert len(late) == 1


def test_the_first_secretary_meets_today(trial_street):
    begin = dt.datetime.combine(TODAY, dt.time.min, clock.SHANGHAI)
    today = Activity.objects.filter(lead__name="第一街区党支部", state="planned").between(
        begin, begin + dt.timedelta(days=1)
    )
    assert today.filter(kind="general").exists()
