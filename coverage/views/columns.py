"""Saying what the columns of an unknown table are: once per layout, on one page, with a preview."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from coverage.comparison import mapping
from coverage.models import Batch
from coverage.pages import columns as shown
from coverage.views.compare import get_batch
from coverage.views.compare_parts import STEPS
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.web import render


def _number(said: QueryDict, name: str) -> int | None:
    text = said.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 4 else None


def _table(batch: Batch, said: QueryDict) -> shown.Table:
    tops = mapping.shown_tops(batch)
    first = next((index for index, top in enumerate(tops) if not top.is_hidden and top.rows), 0)
    sheet = _number(said, "sheet")
    try:
        return shown.Table(batch, first if sheet is None else sheet, _number(said, "row"))
    except mapping.MappingError as error:
        raise Http404 from error


def _choices(request: HttpRequest, table: shown.Table) -> dict[str, str]:
    return {column.key: request.POST.get(f"column-{column.place}", "") for column in table.columns()}


@allow(Role.DATA_ADMIN)
def columns(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Each column with its heading, samples and a guess; choosing, and having the workbook compared by it."""
    current = get_batch(request, batch)
    if current.state not in mapping.OPEN or not current.layout.get("tops"):
        return redirect("coverage:batch", batch=current.pk)
    table = _table(current, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return _decide(request, current, table)
    return _page(request, current, table, table.rows())


def _page(
    request: HttpRequest, batch: Batch, table: shown.Table, rows: list[shown.Row], *, error: str = ""
) -> HttpResponse:
    is_pointing = table.row is None or "point" in request.GET
    context: dict[str, Any] = {
        "batch": batch,
        "steps": STEPS,
        "step": STEPS.index("识别"),
        "table": table,
        "tops": mapping.shown_tops(batch),
        "picture": table.picture() if is_pointing else None,
        "rows": rows,
        "asked": sum(row.is_new for row in rows),
        "kept": sum(not row.is_new for row in rows),
        "choices": table.subject.choices(),
        "changed": "" if is_pointing else table.changed(),
        "preview": table.preview(rows),
        "error": error,
    }
    return render(request, "coverage/columns.html", context, status=422 if error else 200)


def _decide(request: HttpRequest, batch: Batch, table: shown.Table) -> HttpResponse:
    choices, at = _choices(request, table), clock.now()
    if table.row is None:
        return _page(request, batch, table, [], error="先指明哪一行是表头。")
    told = {"batch": batch, "sheet": table.sheet, "row": table.row, "actor": request.user, "at": at}
    try:
        if "skip" in request.POST:
            mapping.skip(**told)
        else:
            mapping.decide(**told, choices=choices)
    except DomainError as error:
        return _page(request, batch, table, table.rows(choices), error=error.sentence)
    messages.success(request, f"{batch.department}的这种表头记住了，下次自己认得。正在比对。")
    return redirect("coverage:batch", batch=batch.pk)


@require_POST
@allow(Role.DATA_ADMIN)
def preview(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """How the first rows will be read by what is chosen now."""
    table = _table(get_batch(request, batch), request.POST)
    rows = table.rows(_choices(request, table))
    return render(request, "coverage/columns.html#preview", {"preview": table.preview(rows), "batch": table.batch})
