"""The verbs on exports of personal data, which need somebody else's approval: asking, approving, refusing, taking once.

Who decides is the security administrator: not the person who asks, and nobody who sees the data by their own role.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.models import ExportRequest
from shimen.audit.record import record
from shimen.errors import DomainError

GOOD_FOR = dt.timedelta(days=3)
State = ExportRequest.State


class ApprovalError(DomainError):
    """An export waits for approval, or cannot be decided."""


@transaction.atomic
def needed(
    *, title: str, purpose: str, filters: dict[str, Any], rows: int, actor: User, at: dt.datetime
) -> ExportRequest | None:
    """The approval under which these rows may leave now. Without one it is asked for and None comes back; `waiting` says
    so in words."""
    if actor.street is None:
        raise ApprovalError("您的账号不属于一个街道，不能导出名单。")
    same = ExportRequest.objects.select_for_update(of=("self",)).filter(
        street=actor.street, asked_by=actor, title=title, filters=filters
    )
    good = same.filter(state=State.APPROVED, decided_at__gt=at - GOOD_FOR).order_by("-decided_at").first()
    if good is not None:
        found: ExportRequest = good
        return found
    if not same.filter(state=State.ASKED).exists():
        row = ExportRequest.objects.create(
            street=actor.street, title=title, purpose=purpose, filters=filters, rows=rows, asked_by=actor, asked_at=at
        )
        after = {"purpose": purpose, "rows": rows, **filters}
        record(verb="exports.ask", target=row, actor=actor, at=at, after=after, reason=purpose)
    return None


def waiting(title: str) -> str:
    """What the person is told who has to wait."""
    return (
        f"“{title}”里有个人信息，导出要安全管理员批准。申请已经交上去，在“我的账号”里看进展；"
        f"批准后 {GOOD_FOR.days} 天内回到这里再导出一次。"
    )


@transaction.atomic
def take(*, request: ExportRequest, rows: int, digest: str, actor: User, at: dt.datetime) -> ExportRequest:
    """The file left under this approval; the next one needs another. Raises `ApprovalError` where it was taken meanwhile."""
    row = ExportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.state != State.APPROVED:
        raise ApprovalError("这次批准已经用过了，再导出要重新申请。")
    row.state, row.taken_at = State.TAKEN, at
    row.save(update_fields=["state", "taken_at"])
    record(verb="exports.take", target=row, actor=actor, at=at, after={"rows": rows, "digest": digest[:16]})
    return row


def _open(request: ExportRequest, actor: User) -> ExportRequest:
    row = ExportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not scope_of(actor).has(Role.SECURITY_ADMIN):
        raise ApprovalError("导出申请由安全管理员批。")
    if row.asked_by_id == actor.pk:
        raise ApprovalError("自己的申请要由别人批。")
    if row.state != State.ASKED:
        raise ApprovalError(f"这份申请现在是“{row.get_state_display()}”，不用再批。")
    return row


@transaction.atomic
def approve(*, request: ExportRequest, actor: User, at: dt.datetime) -> ExportRequest:
    """The rows may leave once, within some days. Raises `ApprovalError`."""
    row = _open(request, actor)
    row.state, row.decided_by, row.decided_at = State.APPROVED, actor, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    record(verb="exports.approve", target=row, actor=actor, at=at, after={"by": str(row.asked_by)}, reason=row.purpose)
    return row


@transaction.atomic
def refuse(*, request: ExportRequest, reason: str, actor: User, at: dt.datetime) -> ExportRequest:
    """They may not, for a reason that the person who asked reads. Raises `ApprovalError`."""
    row = _open(request, actor)
    reason = " ".join(reason.split())[:200]
    if len(reason) < 4:
        raise ApprovalError("写明为什么不同意，至少 4 个字。", field="reason")
    row.state, row.decided_by, row.decided_at, row.decided_reason = State.REFUSED, actor, at, reason
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_reason"])
    record(verb="exports.refuse", target=row, actor=actor, at=at, after={"by": str(row.asked_by)}, reason=reason)
    return row
