"""The pages on workbooks of lists: a blank one, uploading, deciding rows, writing them, undoing that."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import render
from supply.forms.list_files import ListFileForm
from supply.lists import files as verbs
from supply.models import ListFile, ListFileRow
from supply.pages import list_files as shown
from supply.rules.list_sheets import FORMS, NOUNS


def _get(request: HttpRequest, pk: uuid.UUID) -> ListFile:
    return get_object_or_404(ListFile.objects.visible_to(request.user), pk=pk)


def _page(file: ListFile) -> str:
    return reverse("supply:list-file", args=[file.pk])


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def files(request: HttpRequest) -> HttpResponse:
    """Upload a workbook of a list, and those that came before."""
    form = ListFileForm(request.POST or None, request.FILES or None)
    made = attempt(
        request, form, verbs.receive, kind=lambda: form.cleaned_data["kind"], street=request.user.street,
        name=lambda: form.cleaned_data["file"].name, content=lambda: form.cleaned_data["file"].read(verbs.LARGEST + 1),
    )  # fmt: skip
    if made is not None:
        return redirect("supply:list-file", made.pk)
    past = ListFile.objects.visible_to(request.user).select_related("received_by").newest_first()[:20]
    context = {"form": form, "past": past, "kinds": list(NOUNS.items())}
    return render(request, "supply/list_files.html", context, status=status_of(form))


@require_GET
@allow(Role.STAFF)
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook to fill in."""
    if kind not in FORMS:
        raise Http404
    response = HttpResponse(shown.blank(kind), content_type=sheets.XLSX)
    name = f"空白{NOUNS[kind]}清单.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
@allow(Role.STAFF)
def file(request: HttpRequest, list_file: uuid.UUID) -> HttpResponse:
    """A workbook beside the list: what writing it would change."""
    found = _get(request, list_file)
    lines = shown.lines(found)
    context = {
        "file": found, "lines": lines, "sum": shown.balance(found),
        "waiting": sum(line.row.kind == "doubt" and line.row.decision == "open" for line in lines),
        "to_write": sum(line.row.decision == "accept" and not line.row.is_applied for line in lines),
    }  # fmt: skip
    return render(request, "supply/list_file.html", context)


@require_POST
@allow(Role.STAFF)
def decide(request: HttpRequest, file_row: uuid.UUID) -> HttpResponse:
    """Take a row or leave it; a doubtful one as a known line or a new one."""
    row = get_object_or_404(ListFileRow.objects.visible_to(request.user).select_related("file"), pk=file_row)
    target = request.POST.get("target", "")
    decision = "accept" if target else request.POST.get("decision", "")
    return press(request, verbs.decide, done="已记下", back=_page(row.file), row=row, decision=decision, target=target)


@require_POST
@allow(Role.STAFF)
def apply(request: HttpRequest, list_file: uuid.UUID) -> HttpResponse:
    """Write the rows that are taken."""
    found = _get(request, list_file)
    undo_at = reverse("supply:list-file-undo", args=[found.pk])
    return press(request, verbs.apply, done="已写入清单", back=_page(found), undo=undo_at, file=found)


@require_POST
@allow(Role.STAFF)
def undo(request: HttpRequest, list_file: uuid.UUID) -> HttpResponse:
    """Take back what was written."""
    found = _get(request, list_file)
    return press(request, verbs.undo, done="已撤销这份表格的写入", back=_page(found), file=found)


@require_POST
@allow(Role.STAFF)
def discard(request: HttpRequest, list_file: uuid.UUID) -> HttpResponse:
    """Put a workbook away."""
    found = _get(request, list_file)
    return press(request, verbs.discard, done="已作废这份表格", back=reverse("supply:list-files"), file=found)


URLS = [
    path("lists/files/", files, name="list-files"),
    path("lists/files/blank/<slug:kind>/", blank, name="list-file-blank"),
    path("lists/files/<uuid:list_file>/", file, name="list-file"),
    path("lists/files/<uuid:list_file>/apply/", apply, name="list-file-apply"),
    path("lists/files/<uuid:list_file>/undo/", undo, name="list-file-undo"),
    path("lists/files/<uuid:list_file>/discard/", discard, name="list-file-discard"),
    path("lists/files/rows/<uuid:file_row>/decide/", decide, name="list-file-decide"),
]
