"""What the roster shows of a branch's groups, and whom a form lets one choose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branches.bodies.keepers import looks_after
from branches.models import Group, GroupPlace, Member, Organisation, Rule
from shimen import clock
from shimen.audit import record as audit

if TYPE_CHECKING:
    from shimen.accounts.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """A group with its leader and how many are in it; names for who looks after the branch, masks for others."""

    group: Group
    leader: str
    size: int


def lines(organisation: Organisation, on: dt.date, *, opened: bool) -> list[Line]:
    """The groups of a day by name (two queries)."""
    rows = list(Group.objects.filter(organisation=organisation).on(on).with_size(on).order_by("name", "pk"))
    led = GroupPlace.objects.on(on).filter(group__in=rows, is_leader=True).select_related("member")
    leaders = {row.group_id: row.member.name() if opened else row.member.name_mask for row in led}
    return [Line(row, leaders.get(row.pk, ""), row.size) for row in rows]


def choices(organisation: Organisation, user: User, at: dt.datetime) -> list[tuple[Member, str]]:
    """The members of a branch as a form names them; that names were shown is kept."""
    today = clock.day_of(at)
    opened = looks_after(user, organisation, today)
    rows = list(Member.objects.of(organisation).on(today).in_order())
    if opened:
        audit.seen(target=organisation, actor=user, at=at, rows=len(rows), reason="编党小组")
    return [(row, row.name() if opened else row.name_mask) for row in rows]


def now(group: Group, on: dt.date) -> dict[str, Any]:
    """A group as its form shows it."""
    places = list(GroupPlace.objects.on(on).filter(group=group))
    leader = next((str(place.member_id) for place in places if place.is_leader), "")
    return {"name": group.name, "leader": leader, "members": [str(place.member_id) for place in places]}


def rule(organisation: Organisation, on: dt.date) -> str:
    """How many a group has at least, in words."""
    return Rule.objects.book(street=organisation.street_id, on=on).sentence("group_least")
