"""Planning, moving, holding, cancelling an activity, and recording one afterwards."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from branches.life import activities
from branches.life.activities import ActivityError, Plan
from branches.models import Activity
from branches.rules.meetings import Kind
from shimen.audit.models import AccessLog
from tests import make, organised
from tests.make import AT

pytestmark = pytest.mark.django_db
SOON = AT + dt.timedelta(days=2)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def branch(town):
    return organised.organisation(town)


def a_plan(lead, **given) -> Plan:
    values = {
        "kind": Kind.GENERAL, "title": "讨论发展对象", "lead": lead, "location": "党员组织生活室", "starts_at": SOON,
        "ends_at": SOON + HOUR,
    }  # fmt: skip
    return Plan(**(values | given))


def the_log(verb: str) -> AccessLog:
    return AccessLog.objects.get(verb=verb)


def test_an_activity_is_planned_and_the_log_says_who(town, branch):
    activity = activities.plan(plan=a_plan(branch), actor=town.secretary, at=AT)
    assert activity.state == Activity.State.PLANNED
    assert [host.organisation for host in activity.hosts.all()] == [branch]
    line = the_log("life.plan")
    assert (line.actor, line.after["title"]) == (town.secretary, "讨论发展对象")


def test_what_lies_in_the_past_cannot_be_planned(town, branch):
    with pytest.raises(ActivityError, match=r"已经过去，不能再排计划.*补记"):
        activities.plan(plan=a_plan(branch, starts_at=AT, ends_at=AT + HOUR), actor=town.secretary, at=AT)


def test_what_was_held_is_recorded_afterwards_with_its_reason(town, branch):
    past = AT - dt.timedelta(days=3)
    plan = a_plan(branch, starts_at=past, ends_at=past + HOUR)
    activity = activities.record_afterwards(plan=plan, reason="当天没有网络", actor=town.secretary, at=AT)
    assert (activity.state, activity.is_late_record, activity.late_reason) == ("held", True, "当天没有网络")
    assert the_log("life.record_afterwards").reason == "当天没有网络"


@pytest.mark.parametrize("reason", ["", "  ", "忘了"])
def test_recording_afterwards_wants_a_reason(town, branch, reason):
    past = AT - dt.timedelta(days=3)
    with pytest.raises(ActivityError, match="为什么晚记"):
        activities.record_afterwards(
            plan=a_plan(branch, starts_at=past, ends_at=past + HOUR), reason=reason, actor=town.secretary, at=AT
        )


def test_what_is_still_to_come_is_not_recorded_afterwards(town, branch):
    with pytest.raises(ActivityError, match="还没有结束"):
        activities.record_afterwards(plan=a_plan(branch), reason="书记出差", actor=town.secretary, at=AT)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": " "}, "写一个主题"),
        ({"location": ""}, "写明在哪里"),
        ({"ends_at": SOON}, "结束要在开始之后"),
        ({"ends_at": SOON + dt.timedelta(days=40)}, "最长 31 天"),
        ({"starts_at": AT + dt.timedelta(days=900), "ends_at": AT + dt.timedelta(days=901)}, "两年以后"),
        ({"kind": Kind.JOINT}, "两个以上党组织"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(town, branch, given, sentence):
    with pytest.raises(ActivityError, match=sentence):
        activities.plan(plan=a_plan(branch, **given), actor=town.secretary, at=AT)


def test_a_host_must_stand_on_the_day(town, branch):
    later = organised.organisation(town, founded_on=(SOON + dt.timedelta(days=9)).date())
    with pytest.raises(ActivityError, match="还没有成立"):
        activities.plan(plan=a_plan(branch, others=[later]), actor=town.secretary, at=AT)


def test_a_host_of_another_street_is_refused(town, branch):
    elsewhere = organised.organisation(make.town())
    with pytest.raises(ActivityError, match="不在本街道"):
        activities.plan(plan=a_plan(branch, others=[elsewhere]), actor=town.secretary, at=AT)


def test_several_hosts_make_it_joint_and_the_first_leads(town, branch):
    other = organised.organisation(town)
    activity = activities.plan(
        plan=a_plan(branch, kind=Kind.JOINT, others=[other, branch]), actor=town.secretary, at=AT
    )
    assert activity.is_joint
    assert [host.organisation for host in activity.hosts.order_by("place")] == [branch, other]


def test_moving_keeps_the_time_it_was_planned_for_first(town, branch):
    activity = organised.activity(branch)
    first = activity.starts_at
    for days in (1, 2):
        start = first + dt.timedelta(days=days)
        activity = activities.move(
            activity=activity, starts_at=start, ends_at=start + HOUR, reason="会议室有事", actor=town.secretary, at=AT
        )
    assert (activity.moved_from, activity.revision, activity.moved_reason) == (first, 2, "会议室有事")
    assert AccessLog.objects.filter(verb="life.move").count() == 2


def test_moving_into_the_past_or_nowhere_is_refused(town, branch):
    activity = organised.activity(branch)
    with pytest.raises(ActivityError, match="已经过去"):
        activities.move(
            activity=activity, starts_at=AT - HOUR, ends_at=AT, reason="提前开了", actor=town.secretary, at=AT
        )
    with pytest.raises(ActivityError, match="时间没有变"):
        activities.move(
            activity=activity, starts_at=activity.starts_at, ends_at=activity.ends_at, reason="没有改动",
            actor=town.secretary, at=AT,
        )  # fmt: skip


def test_cancelling_wants_a_reason_and_keeps_the_row(town, branch):
    activity = organised.activity(branch)
    with pytest.raises(ActivityError, match="为什么取消"):
        activities.cancel(activity=activity, reason="", actor=town.secretary, at=AT)
    activities.cancel(activity=activity, reason="台风停办", actor=town.secretary, at=AT)
    activity.refresh_from_db()
    assert (activity.state, activity.cancelled_reason) == ("cancelled", "台风停办")
    assert the_log("life.cancel").reason == "台风停办"


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_what_is_over_is_neither_moved_nor_cancelled_nor_edited(town, branch, state):
    activity = organised.activity(branch, state=state, cancelled_reason="示例原因" if state == "cancelled" else "")
    start = activity.starts_at + HOUR
    for change in (
        lambda: activities.cancel(activity=activity, reason="再取消", actor=town.secretary, at=AT),
        lambda: activities.hold(activity=activity, actor=town.secretary, at=AT),
        lambda: activities.edit(activity=activity, plan=a_plan(branch), actor=town.secretary, at=AT),
        lambda: activities.move(
            activity=activity, starts_at=start, ends_at=start + HOUR, reason="再改一次", actor=town.secretary, at=AT
        ),
    ):
        with pytest.raises(ActivityError, match="已经"):
            change()


def test_holding_freezes_how_many_were_due_and_came(town, branch):
    people = [organised.member(branch) for _ in range(4)] + [organised.member(branch, standing="probationary")]
    activity = organised.activity(branch, starts_at=AT - HOUR, ends_at=AT)
    for member in people[:3]:
        activity.attendance.create(street=town.street, member=member, state="present", how="hand", marked_at=AT)
    activities.hold(activity=activity, actor=town.secretary, at=AT)
    organised.member(branch)
    activity.refresh_from_db()
    assert (activity.state, activity.full_due, activity.full_present) == ("held", 4, 3)
    assert the_log("life.hold").after["full_due"] == 4


def test_what_has_not_begun_is_not_held(town, branch):
    with pytest.raises(ActivityError, match="还没有到开始的时间"):
        activities.hold(activity=organised.activity(branch), actor=town.secretary, at=AT)


def test_editing_says_what_changed_and_leaves_the_time_alone(town, branch):
    activity = activities.plan(plan=a_plan(branch), actor=town.secretary, at=AT)
    said = dataclasses.replace(a_plan(branch), location="楼下会议室", starts_at=SOON + HOUR, ends_at=SOON + 2 * HOUR)
    activities.edit(activity=activity, plan=said, actor=town.secretary, at=AT)
    activity.refresh_from_db()
    assert (activity.location, activity.starts_at, activity.revision) == ("楼下会议室", SOON, 1)
    line = the_log("life.edit")
    assert (line.before, line.after) == ({"location": "党员组织生活室"}, {"location": "楼下会议室"})
