"""What the pages of activities show beyond a row: the calendar, what may be done now, a form begun from last time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from branches.life import attendance, due, present
from branches.models import Activity, Attendance, Organisation
from branches.rules.meetings import Kind
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.exports import Column
from shimen.ics import Event
from shimen.territory import addresses

if TYPE_CHECKING:
    from shimen.accounts.models import User

SHOWN_PER_DAY = 3
READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)
WRITERS = (Role.STAFF, Role.SECRETARY)


def local(at: dt.datetime) -> dt.datetime:
    """An instant by the clock of Shanghai."""
    return at.astimezone(clock.SHANGHAI)


# ---- the calendar


@dataclass(slots=True)
class Day:
    """A cell of the calendar."""

    on: dt.date
    is_inside: bool
    activities: list[Activity] = field(default_factory=list)

    @property
    def shown(self) -> list[Activity]:
        return self.activities[:SHOWN_PER_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.activities) - SHOWN_PER_DAY)


def weeks(rows: Iterable[Activity], *, first: dt.date, after: dt.date) -> list[list[Day]]:
    """Whole weeks, Monday first, around the days that are shown; what lies outside them is empty."""
    by_day: dict[dt.date, list[Activity]] = defaultdict(list)
    for row in rows:
        by_day[clock.day_of(row.starts_at)].append(row)
    monday = first - dt.timedelta(days=first.weekday())
    found = []
    while monday < after:
        days = [monday + dt.timedelta(days=n) for n in range(7)]
        found.append([Day(day, first <= day < after, by_day[day] if first <= day < after else []) for day in days])
        monday += dt.timedelta(days=7)
    return found


def steps(view: str, first: dt.date, after: dt.date) -> tuple[dt.date, dt.date]:
    """A day in the span before and one in the span after."""
    return first - dt.timedelta(days=1), after


COLUMNS = (
    Column("类别", lambda row: row.get_kind_display(), 10),
    Column("主题", lambda row: row.title, 30),
    Column("牵头党组织", lambda row: row.lead.name, 26),
    Column("主办组织数", lambda row: row.number_of_hosts, 8),
    Column("网格", lambda row: row.lead.area or "全街道", 12),
    Column("开始", lambda row: row.starts_at, 16),
    Column("结束", lambda row: row.ends_at, 16),
    Column("地点", lambda row: row.location, 22),
    Column("状态", lambda row: row.get_state_display(), 8),
    Column("补记", lambda row: "是" if row.is_late_record else "", 6),
    Column("应到正式党员", lambda row: row.full_due, 8),
    Column("实到正式党员", lambda row: row.full_present, 8),
)


# ---- one activity


def may_run(user: User, activity: Activity) -> bool:
    """Whether somebody looks after the leading organisation, and so may change the activity."""
    scope = scope_of(user)
    return any(scope.covers(activity.street_id, activity.lead.area_id, role=role) for role in WRITERS)


def about(activity: Activity, user: User, *, at: dt.datetime) -> dict[str, Any]:
    """The activity's page: hosts, attendance in numbers, decisions, material, what may be done now."""
    runs = may_run(user, activity)
    is_planned = activity.state == Activity.State.PLANNED
    count = present.count(activity) if activity.meeting.is_meeting else None
    return {
        "activity": activity,
        "hosts": [host.organisation for host in activity.hosts.select_related("organisation").order_by("place")],
        "count": count,
        "runs": runs,
        "is_planned": is_planned,
        "has_begun": activity.starts_at <= at,
        "sign_in_from": activity.starts_at - attendance.EARLY,
        "may_mark": runs
        and count is not None
        and activity.state != "cancelled"
        and at >= activity.starts_at - attendance.EARLY,
        "decisions": list(activity.decisions.order_by("made_at", "pk")),
        "files": list(activity.files.filter(removed_at__isnull=True).defer("content").order_by("added_at", "pk")),
        "quorum": present.rules_for(activity).sentence(activity.meeting.quorum_rule)
        if activity.meeting.needs_quorum
        else "",
        "agenda": [line.strip() for line in activity.agenda.splitlines() if line.strip()],
        "guests": [line.strip() for line in activity.guests.splitlines() if line.strip()],
    }


def rows_of_people(activity: Activity) -> list[dict[str, Any]]:
    """The list on the secretary's phone: everybody who is due, by organisation, with what is noted. Names in clear."""
    noted = present.marks(activity)
    rows = []
    for person in present.invited(activity):
        mark = noted.get(person.id)
        state = mark.state if mark else Attendance.State.BLANK
        rows.append(
            {
                "person": person,
                "name": person.name(),
                "state": state,
                "by_code": mark is not None and mark.how == "code",
            }
        )
    return rows


def event(activity: Activity) -> Event:
    """The activity for a calendar: no names of people."""
    notes = []
    if activity.is_joint:
        notes.append("联合举办")
    if activity.moved_reason:
        notes.append(f"改期：{activity.moved_reason}")
    if activity.cancelled_reason:
        notes.append(f"已取消：{activity.cancelled_reason}")
    if activity.agenda:
        notes.append(activity.agenda)
    return Event(
        uid=str(activity.pk), title=f"{activity.get_kind_display()}：{activity.title}", starts_at=activity.starts_at,
        ends_at=activity.ends_at, location=activity.location, words="\n".join(notes), revision=activity.revision,
        changed_at=activity.held_at or activity.made_at, is_cancelled=activity.state == Activity.State.CANCELLED,
    )  # fmt: skip


# ---- a form begun for somebody


def begun(*, kind: Kind, organisation: Organisation | None, like: Activity | None, today: dt.date) -> dict[str, Any]:
    """What a new form shows: what is asked for, and the rest as it was last time (照上次)."""
    if like is None and organisation is not None:
        like = due.last_like(organisation=organisation, kind=kind)
    found: dict[str, Any] = {
        "kind": kind.value, "lead": organisation, "day": today + dt.timedelta(days=7), "starts": dt.time(19, 0),
        "ends": dt.time(20, 30), "audience": _audience(kind),
    }  # fmt: skip
    if like is None:
        place = addresses.spaced(organisation.place.address) if organisation and organisation.place else ""
        return found | {"location": place, "title": _title(kind, today)}
    starts, ends = local(like.starts_at), local(like.ends_at)
    day = starts.date() + dt.timedelta(days=28)
    while day <= today:
        day += dt.timedelta(days=7)
    others = [host.organisation_id for host in like.hosts.order_by("place") if host.organisation_id != like.lead_id]
    return found | {
        "lead": organisation or like.lead_id, "others": others, "title": like.title, "location": like.location,
        "starts": starts.time(), "ends": ends.time(), "day": day, "agenda": like.agenda, "audience": like.audience,
        "kind": like.kind, "last_day": day + (ends.date() - starts.date()) if ends.date() != starts.date() else None,
    }  # fmt: skip


def _audience(kind: Kind) -> str:
    if kind is Kind.COMMITTEE:
        return Activity.Audience.COMMITTEE
    return Activity.Audience.MEMBERS if kind.is_meeting or kind is Kind.JOINT else Activity.Audience.OPEN


def _title(kind: Kind, today: dt.date) -> str:
    return {Kind.THEME_DAY: f"{today.month} 月主题党日", Kind.REVIEW: f"{today.year} 年度民主评议党员"}.get(kind, "")
