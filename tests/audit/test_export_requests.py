"""Exports of personal data: asked for, approved by somebody else, taken once; refused with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from shimen.audit import approvals
from shimen.audit.approvals import ApprovalError
from shimen.audit.models import AccessLog, ExportRequest
from tests import make

pytestmark = pytest.mark.django_db


def _ask(town: make.Town, *, at: dt.datetime = make.AT, **given) -> ExportRequest | None:
    said = {"title": "党员名册", "purpose": "核对名册", "filters": {"党组织": "示例支部"}, "rows": 3} | given
    return approvals.needed(actor=town.staff, at=at, **said)


def test_what_was_asked_for_leaves_once_after_somebody_else_approved(town: make.Town):
    assert _ask(town) is None
    assert _ask(town) is None
    row = ExportRequest.objects.get()  # asking twice is one request
    approvals.approve(request=row, actor=town.security_admin, at=make.AT)
    assert _ask(town) == row
    assert _ask(town, filters={}) is None  # other rows want their own approval
    approvals.take(request=row, rows=3, digest="a" * 64, actor=town.staff, at=make.AT)
    with pytest.raises(ApprovalError, match="已经用过"):
        approvals.take(request=row, rows=3, digest="a" * 64, actor=town.staff, at=make.AT)
    assert _ask(town) is None
    verbs = ("exports.ask", "exports.approve", "exports.take")
    assert [AccessLog.objects.filter(verb=verb).count() for verb in verbs] == [3, 1, 1]


def test_an_approval_is_good_for_three_days(town: make.Town):
    _ask(town)
    approvals.approve(request=ExportRequest.objects.get(), actor=town.security_admin, at=make.AT)
    assert _ask(town, at=make.AT + dt.timedelta(days=2)) is not None
    assert _ask(town, at=make.AT + dt.timedelta(days=3)) is None


def test_who_may_decide_and_when(town: make.Town):
    row = make.export_request(town)
    with pytest.raises(ApprovalError, match="由安全管理员批"):
        approvals.approve(request=row, actor=town.colleague, at=make.AT)
    make.grant(town.staff, "security_admin")
    with pytest.raises(ApprovalError, match="自己的申请要由别人批"):
        approvals.approve(request=row, actor=town.staff, at=make.AT)
    with pytest.raises(ApprovalError, match="至少 4 个字"):
        approvals.refuse(request=row, reason="不行", actor=town.security_admin, at=make.AT)
    approvals.refuse(request=row, reason="用途没有写清", actor=town.security_admin, at=make.AT)
    with pytest.raises(ApprovalError, match="现在是“不同意”"):
        approvals.approve(request=row, actor=town.security_admin, at=make.AT)


def test_on_the_pages_one_sees_ones_own_and_the_security_administrator_decides(town: make.Town, client: Client):
    row, page = make.export_request(town), reverse("audit:export-requests")
    client.force_login(town.secretary)
    assert "党员名册" not in client.get(page).content.decode()
    client.force_login(town.staff)
    assert "等批准" in client.get(page).content.decode()
    assert client.post(reverse("audit:export-approve", args=[row.pk])).status_code == 403
    client.force_login(town.security_admin)
    assert "批准" in client.get(page).content.decode()
    client.post(reverse("audit:export-refuse", args=[row.pk]), {"reason": "用途没有写清"})
    client.force_login(town.staff)
    assert "用途没有写清" in client.get(page).content.decode()
    other = make.export_request(town)
    client.force_login(town.security_admin)
    client.post(reverse("audit:export-approve", args=[other.pk]))
    assert ExportRequest.objects.get(pk=other.pk).state == "approved"
