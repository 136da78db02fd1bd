"""The verbs on activities: planned, moved, held, cancelled; or recorded afterwards, which says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from branches.life import present
from branches.models import Activity, ActivityHost, JointProject, Organisation
from branches.rules.meetings import Kind
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

SHORTEST_REASON = 4
MOST_HOSTS = 20
LONGEST = dt.timedelta(days=31)
FARTHEST = dt.timedelta(days=2 * 365)


class ActivityError(DomainError):
    """An activity cannot be planned, moved, held or cancelled so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of an activity; `others` host it with `lead`."""

    kind: Kind
    title: str
    lead: Organisation
    location: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    others: Sequence[Organisation] = ()
    agenda: str = ""
    audience: str = Activity.Audience.MEMBERS
    guests: str = ""
    project: JointProject | None = None

    @property
    def hosts(self) -> list[Organisation]:
        """The leading one first, each once."""
        return list(dict.fromkeys([self.lead, *self.others]))


@transaction.atomic
def plan(*, plan: Plan, actor: User | None, at: dt.datetime) -> Activity:
    """Put an activity into the calendar. What has begun already cannot be planned; see `record_afterwards`."""
    _check(plan)
    _check_ahead(plan.starts_at, at)
    activity = _write(plan, actor=actor, at=at, state=Activity.State.PLANNED)
    record(verb="life.plan", target=activity, actor=actor, at=at, after=_said(activity))
    return activity


@transaction.atomic
def record_afterwards(*, plan: Plan, reason: str, actor: User | None, at: dt.datetime) -> Activity:
    """Record what was held without having been planned (补记). It carries the mark and the reason ever after."""
    _check(plan)
    reason = _reason(reason, "写一句为什么晚记，例如“当天没有网络”“书记出差”。", field="late_reason")
    if plan.ends_at > at:
        raise ActivityError("还没有结束，不用补记。按计划登记就行。", field="starts_at")
    activity = _write(plan, actor=actor, at=at, state=Activity.State.HELD)
    activity.is_late_record, activity.late_reason, activity.held_at = True, reason, at
    activity.save(update_fields=["is_late_record", "late_reason", "held_at"])
    record(verb="life.record_afterwards", target=activity, actor=actor, at=at, reason=reason, after=_said(activity))
    return activity


@transaction.atomic
def edit(*, activity: Activity, plan: Plan, actor: User, at: dt.datetime) -> Activity:
    """Change what is said of a planned activity, its time aside (see `move`)."""
    activity = _held_for_change(activity)
    _must_be_planned(activity)
    _check(plan)
    before = _said(activity)
    _fill(activity, plan)
    activity.revision += 1
    activity.save()
    _set_hosts(activity, plan.hosts)
    after = _said(activity)
    changed = {key: value for key, value in after.items() if before[key] != value}
    record(
        verb="life.edit",
        target=activity,
        actor=actor,
        at=at,
        after=changed,
        before={key: before[key] for key in changed},
    )
    return activity


@transaction.atomic
def move(
    *, activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, actor: User, at: dt.datetime
) -> Activity:
    """Put a planned activity to another time, for a reason; the time it was planned for first stays in sight."""
    activity = _held_for_change(activity)
    _must_be_planned(activity)
    reason = _reason(reason, "写一句为什么改期，受邀的人会看到。")
    _check_times(starts_at, ends_at)
    _check_ahead(starts_at, at)
    _check_hosts(
        activity.lead, [host.organisation for host in activity.hosts.select_related("organisation")], starts_at
    )
    if (starts_at, ends_at) == (activity.starts_at, activity.ends_at):
        raise ActivityError("时间没有变，不用改期。", field="starts_at")
    before = activity.starts_at
    activity.moved_from = activity.moved_from or before
    activity.starts_at, activity.ends_at, activity.moved_reason = starts_at, ends_at, reason
    activity.revision += 1
    activity.code_secret = ""
    activity.save(update_fields=["starts_at", "ends_at", "moved_from", "moved_reason", "revision", "code_secret"])
    record(
        verb="life.move", target=activity, actor=actor, at=at, reason=reason,
        before={"starts_at": before.isoformat()}, after={"starts_at": starts_at.isoformat()},
    )  # fmt: skip
    return activity


@transaction.atomic
def cancel(*, activity: Activity, reason: str, actor: User, at: dt.datetime) -> Activity:
    """Call a planned activity off. It stays in the calendar, struck out, with the reason."""
    activity = _held_for_change(activity)
    _must_be_planned(activity)
    reason = _reason(reason, "写一句为什么取消，受邀的人会看到。")
    activity.state, activity.cancelled_reason = Activity.State.CANCELLED, reason
    activity.code_secret = ""
    activity.revision += 1
    activity.save(update_fields=["state", "cancelled_reason", "code_secret", "revision"])
    record(verb="life.cancel", target=activity, actor=actor, at=at, reason=reason, after={"state": activity.state})
    return activity


@transaction.atomic
def hold(*, activity: Activity, actor: User, at: dt.datetime) -> Activity:
    """It took place: how many full members were due and came is frozen for the minutes."""
    activity = _held_for_change(activity)
    _must_be_planned(activity)
    if activity.starts_at > at:
        raise ActivityError("还没有到开始的时间，开了再记。时间提前了的，先改期。")
    count = present.count(activity)
    activity.state, activity.held_at, activity.code_secret = Activity.State.HELD, at, ""
    activity.full_due, activity.full_present = count.due, count.present
    activity.save(update_fields=["state", "held_at", "code_secret", "full_due", "full_present"])
    after = {"state": activity.state, "full_due": count.due, "full_present": count.present}
    record(verb="life.hold", target=activity, actor=actor, at=at, after=after)
    return activity


# ---- what must hold


def _held_for_change(activity: Activity) -> Activity:
    """The row, locked: two people who change it wait for each other."""
    return Activity.objects.select_for_update(of=("self",)).select_related("lead").get(pk=activity.pk)


def _must_be_planned(activity: Activity) -> None:
    if activity.state == Activity.State.CANCELLED:
        raise ActivityError("这场活动已经取消，不能再动。要开就另排一场。")
    if activity.state == Activity.State.HELD:
        raise ActivityError("这场活动已经记为举行，不能再改时间和取消。")


def _check(plan: Plan) -> None:
    if not plan.title.strip():
        raise ActivityError("写一个主题，例如“学习讨论”“选举支委”。", field="title")
    if not plan.location.strip():
        raise ActivityError("写明在哪里。", field="location")
    _check_times(plan.starts_at, plan.ends_at)
    _check_hosts(plan.lead, plan.hosts, plan.starts_at)
    if len(plan.hosts) > MOST_HOSTS:
        raise ActivityError(f"主办的党组织最多 {MOST_HOSTS} 个。", field="others")
    if plan.kind is Kind.JOINT and len(plan.hosts) < 2:
        raise ActivityError("联合活动要有两个以上党组织一起办，再选一个。", field="others")
    if plan.project is not None and plan.project.street_id != plan.lead.street_id:
        raise ActivityError("没有这个项目，重新选。", field="project")


def _check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise ActivityError("结束要在开始之后。", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise ActivityError("一场活动最长 31 天，看看是不是写错了年月。", field="ends_at")


def _check_ahead(starts_at: dt.datetime, at: dt.datetime) -> None:
    if starts_at <= at:
        raise ActivityError(
            "开始的时间已经过去，不能再排计划。已经开过的，勾“补记”，写一句为什么晚记。", field="starts_at"
        )
    if starts_at - at > FARTHEST:
        raise ActivityError("最远排到两年以后，看看是不是写错了年份。", field="starts_at")


def _check_hosts(lead: Organisation, hosts: Sequence[Organisation], starts_at: dt.datetime) -> None:
    day = clock.day_of(starts_at)
    for host in hosts:
        if host.street_id != lead.street_id:
            raise ActivityError("有不在本街道的党组织，重新选。", field="others")
        if not host.stands_on(day):
            field = "lead" if host.pk == lead.pk else "others"
            raise ActivityError(f"“{host}”在 {day:%Y-%m-%d} 还没有成立，或已经撤销，不能主办。", field=field)


def _reason(reason: str, sentence: str, *, field: str = "reason") -> str:
    reason = " ".join(reason.split())[:200]
    if len(reason) < SHORTEST_REASON:
        raise ActivityError(f"{sentence}至少 {SHORTEST_REASON} 个字。", field=field)
    return reason


# ---- writing


def _write(plan: Plan, *, actor: User | None, at: dt.datetime, state: str) -> Activity:
    activity = Activity(street_id=plan.lead.street_id, state=state, made_by=actor, made_at=at)
    _fill(activity, plan)
    activity.starts_at, activity.ends_at = plan.starts_at, plan.ends_at
    activity.save(force_insert=True)
    _set_hosts(activity, plan.hosts)
    return activity


def _fill(activity: Activity, plan: Plan) -> None:
    activity.kind, activity.title, activity.lead = plan.kind.value, plan.title.strip(), plan.lead
    activity.location, activity.agenda = plan.location.strip(), plan.agenda.strip()
    activity.audience, activity.guests, activity.project = plan.audience, plan.guests.strip(), plan.project
    activity.is_joint = len(plan.hosts) > 1


def _set_hosts(activity: Activity, hosts: Sequence[Organisation]) -> None:
    activity.hosts.all().delete()
    ActivityHost.objects.bulk_create(
        ActivityHost(street_id=activity.street_id, activity=activity, organisation=host, place=place)
        for place, host in enumerate(hosts)
    )


def _said(activity: Activity) -> dict[str, Any]:
    """What the log keeps; guests are people and are not named there."""
    return {
        "kind": activity.kind,
        "title": activity.title,
        "lead": str(activity.lead),
        "hosts": [str(host.organisation) for host in activity.hosts.select_related("organisation").order_by("place")],
        "location": activity.location,
        "starts_at": activity.starts_at.isoformat(),
        "audience": activity.audience,
        "agenda": activity.agenda[:200],
        "guests": len([line for line in activity.guests.splitlines() if line.strip()]),
    }
