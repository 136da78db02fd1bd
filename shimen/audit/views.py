"""The log, for those who may read it."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import approvals
from shimen.audit.models import AccessLog, ExportRequest, Seal
from shimen.audit.reading import ExportForm, RecordsFilter, to_csv
from shimen.audit.record import exported
from shimen.errors import DomainError
from shimen.web import paginate, render

READERS = (Role.AUDIT_ADMIN, Role.STAFF)
MOST_LINES = 50_000


@allow(*READERS)
def records(request: HttpRequest) -> HttpResponse:
    """Who did or saw what, newest first."""
    form = RecordsFilter(request.GET, reader=request.user)
    lines = form.narrow(AccessLog.objects.visible_to(request.user)).select_related("actor").order_by("-at", "-sequence")
    context = {
        "form": form,
        "page": paginate(request, lines),
        "export": ExportForm(),
        "seal": Seal.objects.order_by("-day").first(),
    }
    return render(request, "audit/records.html", context, part="list")


@allow(Role.AUDIT_ADMIN)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The lines that the filter leaves, as a file that says who took it out and for what; itself a line of the log."""
    form = RecordsFilter(request.GET, reader=request.user)
    lines = form.narrow(AccessLog.objects.visible_to(request.user)).select_related("actor").order_by("sequence")
    purpose = ExportForm(request.POST)
    if not purpose.is_valid():
        context = {"form": form, "page": paginate(request, lines), "export": purpose}
        return render(request, "audit/records.html", context, status=422)
    at = clock.now()
    why = purpose.cleaned_data["purpose"]
    kept = list(lines[:MOST_LINES])
    headline = f"操作记录，{request.user} 于 {at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} 导出，用途：{why}"
    content = to_csv(kept, headline=headline)
    digest = hashlib.sha256(content).hexdigest()
    exported(
        target=AccessLog, actor=request.user, at=at, purpose=why, rows=len(kept), filters=form.used(), digest=digest
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"操作记录-{clock.day_of(at)}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


ASKERS = (*EVERY_WORKER, Role.SECURITY_ADMIN)


def requests_waiting(request: HttpRequest) -> QuerySet[Any]:
    """How many exports wait for a decision; the number beside the entry of the side."""
    return ExportRequest.objects.visible_to(request.user).waiting()


@require_GET
@allow(*ASKERS)
def export_requests(request: HttpRequest) -> HttpResponse:
    """Exports of personal data that were asked for: all of them for who decides, one's own for everybody else."""
    rows = ExportRequest.objects.visible_to(request.user).select_related("asked_by", "decided_by").newest_first()
    context = {
        "page": paginate(request, rows),
        "decides": scope_of(request.user).has(Role.SECURITY_ADMIN),
        "days": approvals.GOOD_FOR.days,
    }
    return render(request, "audit/export_requests.html", context, part="list")


@allow(Role.SECURITY_ADMIN)
@require_POST
def approve(request: HttpRequest, export_request: uuid.UUID) -> HttpResponse:
    """Let the rows leave once."""
    found = get_object_or_404(ExportRequest.objects.visible_to(request.user), pk=export_request)
    try:
        approvals.approve(request=found, actor=request.user, at=clock.now())
        messages.success(request, f"已批准{found.asked_by}导出“{found}”。")
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("audit:export-requests")


@allow(Role.SECURITY_ADMIN)
@require_POST
def refuse_export(request: HttpRequest, export_request: uuid.UUID) -> HttpResponse:
    """Do not let them, with a reason."""
    found = get_object_or_404(ExportRequest.objects.visible_to(request.user), pk=export_request)
    try:
        approvals.refuse(request=found, reason=request.POST.get("reason", ""), actor=request.user, at=clock.now())
        messages.success(request, f"没有同意{found.asked_by}导出“{found}”，原因他看得到。")
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("audit:export-requests")
