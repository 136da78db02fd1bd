"""What every verb on a council begins with: the lock, the right to change it, a day and a reason that hold."""

from __future__ import annotations

import datetime as dt

from grid.models import Council
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.errors import DomainError

SHORTEST_REASON, LONGEST_REASON = 4, 100


class CouncilError(DomainError):
    """Something cannot be done with a council."""


def is_for(user: User, council: Council) -> bool:
    """Whether somebody may change a council: staff over its grid, or the one who convenes it."""
    scope = scope_of(user)
    if scope.covers(council.street_id, council.area_id, role=Role.STAFF):
        return True
    return council.convener_id == user.pk and scope.covers(council.street_id, council.area_id, role=Role.CONVENER)


def check_right(council: Council, actor: User) -> None:
    """Refuse whoever may not change it."""
    if not is_for(actor, council):
        raise CouncilError(f"“{council}”由街道党务干部或它的召集人来改。")


def locked(council: Council) -> Council:
    """The council, held until the transaction ends; one that was dissolved is refused."""
    row = Council.objects.select_for_update(of=("self",)).select_related("area", "street").get(pk=council.pk)
    if row.ended_on is not None:
        raise CouncilError(f"“{row}”{row.ended_on.isoformat()} 已撤销，先恢复再办。")
    return row


def check_day(council: Council, since: dt.date, at: dt.datetime, *, field: str = "since") -> None:
    """Refuse a day to come, and one before the council was founded."""
    if since > clock.day_of(at):
        raise CouncilError("日期不能晚于今天。", field=field)
    if since < council.founded_on:
        raise CouncilError(f"“{council}”{council.founded_on.isoformat()} 才成立，不能更早。", field=field)


def checked_reason(reason: str) -> str:
    """A reason of at least four characters, in one line."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise CouncilError("写明原因，至少 4 个字。", field="reason")
    return text[:LONGEST_REASON]
