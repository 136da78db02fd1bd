"""What the pages on members show: names for those who look after the organisation, masks for everybody else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branches.bodies.keepers import looks_after
from branches.models import Member, Organisation, OrganisationUnit, Rule
from branches.pages import groups
from branches.pages.organisations import hints, numbers
from coverage.models import Worker
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.exports import Column

if TYPE_CHECKING:
    from django.db.models import QuerySet

LEFT_SHOWN = 50
MEMBERS = (Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY)


@dataclass(frozen=True, slots=True)
class Line:
    """A member as this person may see them."""

    member: Member
    name: str


def about(organisation: Organisation, user: User, *, today: dt.date) -> dict[str, Any]:
    """The roster of today, who left, numbers and what the rules say (seven queries)."""
    opened = looks_after(user, organisation, today)
    rows = Member.objects.visible_to(user).of(organisation).select_related("worker__entity", "user")
    current = list(rows.on(today).in_order())
    left = list(rows.filter(valid__endswith__lte=today).order_by("-valid")[:LEFT_SHOWN])
    counts = numbers(organisation, today)
    return {
        "lines": [_line(row, opened) for row in current],
        "left": [_line(row, opened) for row in left],
        "opened": opened,
        "groups": groups.lines(organisation, today, opened=opened),
        "is_secretary": scope_of(user).has(Role.SECRETARY),
        "counts": counts,
        "hints": hints(organisation, counts, Rule.objects.book(street=organisation.street_id, on=today)),
        "holds": organisation.form in {Organisation.Form.BRANCH, Organisation.Form.JOINT},
    }


def _line(row: Member, opened: bool) -> Line:
    return Line(row, row.name() if opened else row.name_mask)


def workers_of(organisation: Organisation, *, today: dt.date, also: Member | None = None) -> QuerySet[Worker]:
    """Workers of its units who said that they are members: whom a membership may be linked with."""
    units = OrganisationUnit.objects.filter(organisation=organisation).on(today).values("entity")
    rows = Worker.objects.filter(entity__in=units, standing__in=MEMBERS, left_on__isnull=True)
    if also is not None and also.worker_id:
        rows = rows | Worker.objects.filter(pk=also.worker_id)
    return rows.order_by("pinyin", "id")


def users_of(organisation: Organisation) -> QuerySet[User]:
    """Accounts of the street that may belong to a member."""
    return User.objects.filter(street=organisation.street_id, is_active=True).order_by("display_name", "pk")


COLUMNS = (
    Column("姓名", lambda m: m.name(), 12),
    Column("党员类别", lambda m: m.get_standing_display(), 12),
    Column("组织关系", lambda m: m.get_relation_display(), 24),
    Column("组织关系所在单位", lambda m: m.home_unit, 28),
    Column("电话", lambda m: m.phone_mask, 16),
    Column("工作单位", lambda m: str(m.worker.entity) if m.worker else "", 32),
    Column("编入日期", lambda m: m.valid.lower, 14),
)
