"""The pages on workbooks of committees: a blank and a filled one, uploading, deciding blocks, writing them, undoing that."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.bodies.sheets import LARGEST
from branches.committees import sheets as verbs
from branches.forms.rosters import CommitteeSheetForm
from branches.models import CommitteeSheet, CommitteeSheetRow, Organisation
from branches.pages import committee_sheets as shown
from branches.pages import terms
from branches.views.acting import run
from coverage.forms.registry import ExportForm
from shimen import clock, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.web import refuse, render


def _get(request: HttpRequest, sheet: uuid.UUID) -> CommitteeSheet:
    return get_object_or_404(CommitteeSheet.objects.visible_to(request.user).select_related("received_by"), pk=sheet)


def _page(request: HttpRequest, form: CommitteeSheetForm, asked: ExportForm) -> HttpResponse:
    past = CommitteeSheet.objects.visible_to(request.user).select_related("received_by").newest_first()[:20]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "export": asked, "past": past}
    return render(request, "branches/committee_sheets.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def committee_sheets(request: HttpRequest) -> HttpResponse:
    """Upload a workbook of committees, and those that came before."""
    form = CommitteeSheetForm(request.POST, request.FILES) if request.method == "POST" else CommitteeSheetForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = verbs.receive(
                street=request.user.street, name=file.name, content=file.read(LARGEST + 1), actor=request.user, at=clock.now()
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("branches:committee-sheet", made.pk)
    return _page(request, form, ExportForm())


@require_GET
@allow(Role.STAFF)
def blank(request: HttpRequest) -> HttpResponse:
    """An empty workbook to fill in."""
    response = HttpResponse(shown.blank(), content_type=sheets.XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, "空白班子表.xlsx") or "attachment"
    return response


@require_POST
@allow(Role.STAFF)
def filled(request: HttpRequest) -> HttpResponse:
    """The committees in office in the layout that is read back: names its maker and purpose."""
    asked = ExportForm(request.POST)
    if asked.is_valid():
        seats = shown.in_office(terms.seen_by(request.user, clock.today()), clock.today())
        try:
            return export(
                rows=seats, columns=shown.COLUMNS, title="班子名册", filters={}, actor=request.user, at=clock.now(),
                **asked.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(asked, error)
    return _page(request, CommitteeSheetForm(), asked)


@require_GET
@allow(Role.STAFF)
def committee_sheet(request: HttpRequest, committee_sheet: uuid.UUID) -> HttpResponse:
    """A workbook beside the committees in office: what writing it would change."""
    found = _get(request, committee_sheet)
    lines = shown.lines(found)
    context = {
        "sheet": found, "lines": lines, "sum": shown.balance(found),
        "waiting": sum(line.row.kind == "doubt" and line.row.decision == "open" for line in lines),
        "to_write": sum(line.row.decision == "accept" and not line.row.is_applied for line in lines),
    }  # fmt: skip
    return render(request, "branches/committee_sheet.html", context)


@require_POST
@allow(Role.STAFF)
def decide(request: HttpRequest, block: uuid.UUID) -> HttpResponse:
    """Take a block or leave it; a doubtful one as one of the organisations that it may mean."""
    rows = CommitteeSheetRow.objects.visible_to(request.user).select_related("sheet")
    found = get_object_or_404(rows, pk=block)
    decision, chosen = request.POST.get("decision", ""), request.POST.get("organisation", "")
    organisation = None
    if chosen and chosen in found.candidates:
        organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=chosen)
        decision = "accept"
    return run(
        request,
        lambda: verbs.decide(
            row=found, decision=decision, organisation=organisation, actor=request.user, at=clock.now()
        ),
        "已记下", to=reverse("branches:committee-sheet", args=[found.sheet_id]),
    )  # fmt: skip


@require_POST
@allow(Role.STAFF)
def apply(request: HttpRequest, committee_sheet: uuid.UUID) -> HttpResponse:
    """Write the blocks that are taken."""
    found = _get(request, committee_sheet)
    return run(
        request, lambda: verbs.apply(sheet=found, actor=request.user, at=clock.now()), "已写入班子",
        to=reverse("branches:committee-sheet", args=[found.pk]),
        undo=reverse("branches:committee-sheet-undo", args=[found.pk]),
    )  # fmt: skip


@require_POST
@allow(Role.STAFF)
def undo(request: HttpRequest, committee_sheet: uuid.UUID) -> HttpResponse:
    """Take back what was written."""
    found = _get(request, committee_sheet)
    return run(
        request, lambda: verbs.undo(sheet=found, actor=request.user, at=clock.now()), "已撤销这份表格的写入",
        to=reverse("branches:committee-sheet", args=[found.pk]),
    )  # fmt: skip


@require_POST
@allow(Role.STAFF)
def discard(request: HttpRequest, committee_sheet: uuid.UUID) -> HttpResponse:
    """Put a workbook away."""
    found = _get(request, committee_sheet)
    return run(
        request, lambda: verbs.discard(sheet=found, actor=request.user, at=clock.now()), "已作废这份表格",
        to=reverse("branches:committee-sheets"),
    )  # fmt: skip


URLS = [
    path("terms/sheets/", committee_sheets, name="committee-sheets"),
    path("terms/sheets/blank/", blank, name="committee-sheet-blank"),
    path("terms/sheets/filled/", filled, name="committee-sheet-filled"),
    path("terms/sheets/<uuid:committee_sheet>/", committee_sheet, name="committee-sheet"),
    path("terms/sheets/<uuid:committee_sheet>/apply/", apply, name="committee-sheet-apply"),
    path("terms/sheets/<uuid:committee_sheet>/undo/", undo, name="committee-sheet-undo"),
    path("terms/sheets/<uuid:committee_sheet>/discard/", discard, name="committee-sheet-discard"),
    path("terms/sheets/blocks/<uuid:block>/decide/", decide, name="committee-sheet-decide"),
]
