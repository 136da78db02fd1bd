"""Verbs on a grid's own members: naming and ending."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from grid.models import GridMember
from grid.staffing.holding import StaffingError, checked_account, checked_name, checked_reason, locked, past_day
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.privacy.masks import mask_name
from shimen.territory.models import Area


@transaction.atomic
def name(
    *,
    grid: Area,
    role: str,
    name: str,
    since: dt.date,
    actor: User,
    at: dt.datetime,
    unit: str = "",
    duties: str = "",
    user: User | None = None,
) -> GridMember:
    """Somebody belongs to a grid from a day on. A new head takes over: the one before ends on that day.

    Raises `StaffingError`: no name, a day to come, the same person twice, a head who began later.
    """
    area = locked(grid, actor)
    if role not in GridMember.Role.values:
        raise StaffingError("选职务。", field="role")
    past_day(since, at)
    checked_account(area, user)
    row = GridMember(
        street_id=area.street_id, grid=area, role=role, name=checked_name(name), unit=" ".join(unit.split())[:80],
        duties=" ".join(duties.split())[:300], user=user, valid=DateRange(since, None),
    )  # fmt: skip
    before = _take_over(area, since) if role == GridMember.Role.HEAD else ""
    with as_sentences(StaffingError, field="name"):
        row.save(force_insert=True)
    after = {"member": mask_name(row.name), "role": row.get_role_display(), "since": since.isoformat()}
    record(verb="grid.name_member", target=area, actor=actor, at=at, after=after,
           before={"member": mask_name(before)} if before else {})  # fmt: skip
    return row


def _take_over(area: Area, since: dt.date) -> str:
    """End the head before; the name."""
    last = GridMember.objects.filter(grid=area, role=GridMember.Role.HEAD, valid__endswith__isnull=True,
                                     valid__isempty=False).first()  # fmt: skip
    if last is None:
        return ""
    if since <= last.valid.lower:
        raise StaffingError(f"现任网格长{last.name}{last.valid.lower} 才到任，要晚于那一天。", field="since")
    last.valid, last.end_reason = DateRange(last.valid.lower, since), "网格长换人"
    last.save(update_fields=["valid", "end_reason"])
    return last.name


@transaction.atomic
def end(*, member: GridMember, on: dt.date, reason: str, actor: User, at: dt.datetime) -> GridMember:
    """Somebody belongs to the grid no longer: `on` is the first day without them."""
    area = locked(member.grid, actor)
    row = GridMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if row.valid.isempty or row.valid.upper is not None:
        raise StaffingError(f"{row.name}已经离任。")
    reason = checked_reason(reason)
    past_day(on, at, field="on")
    if on < row.valid.lower:
        raise StaffingError(f"{row.name}{row.valid.lower} 才到任，不能更早。", field="on")
    row.valid, row.end_reason = DateRange(row.valid.lower, on), reason
    row.save(update_fields=["valid", "end_reason"])
    after = {"member": mask_name(row.name), "role": row.get_role_display(), "until": on.isoformat()}
    record(verb="grid.end_member", target=area, actor=actor, at=at, after=after, reason=reason)
    return row
