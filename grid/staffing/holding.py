"""What every verb on a grid's strength begins with: the grid, locked, the right to change it, a day that holds."""

from __future__ import annotations

import datetime as dt

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.errors import DomainError
from shimen.territory.models import Area

SHORTEST_REASON, LONGEST_REASON = 4, 100


class StaffingError(DomainError):
    """Something cannot be changed about who works in a grid."""


def is_for(user: User, grid: Area) -> bool:
    """Whether somebody decides who works in a grid: staff over it."""
    return scope_of(user).covers(grid.street_id, grid.pk, role=Role.STAFF)


def locked(grid: Area, actor: User) -> Area:
    """The grid, held until the transaction ends. Refuses an area that is no grid, one that was closed, and who is not staff."""
    row = Area.objects.select_for_update(no_key=True).get(pk=grid.pk)
    if not is_for(actor, row):
        raise StaffingError("网格的力量由街道党务干部来定。")
    if row.kind != Area.Kind.GRID:
        raise StaffingError(f"{row.name}不是网格。", field="grid")
    if row.closed_on is not None:
        raise StaffingError(f"{row.name}已在 {row.closed_on.isoformat()} 撤销。", field="grid")
    return row


def past_day(day: dt.date, at: dt.datetime, *, field: str = "since") -> None:
    """Refuse a day to come."""
    if day > clock.day_of(at):
        raise StaffingError("日期不能晚于今天。", field=field)


def checked_reason(reason: str) -> str:
    """A reason of at least four characters, in one line."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise StaffingError("写明原因，至少 4 个字。", field="reason")
    return text[:LONGEST_REASON]


def checked_name(name: str) -> str:
    """A person's name without blanks."""
    text = "".join(name.split())
    if len(text) < 2:
        raise StaffingError("写上姓名。", field="name")
    if len(text) > 40:
        raise StaffingError("姓名最多 40 个字。", field="name")
    return text


def checked_account(grid: Area, user: User | None) -> None:
    """Refuse an account of elsewhere, or one that was closed."""
    if user is not None and (user.street_id != grid.street_id or not user.is_active):
        raise StaffingError("这个账号不在本街道，或已停用。", field="user")
