"""The log, for those who may read it."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog, Seal
from shimen.audit.reading import ExportForm, RecordsFilter, to_csv
from shimen.audit.record import exported
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
