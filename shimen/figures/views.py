"""数字与口径: every published number, what it means, the rows behind it, and frozen editions."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from shimen import clock, figures
from shimen.accounts.access import EVERY_WORKER, address_for, allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.figures import editions, sheet
from shimen.figures.forms import ExportForm, FreezeForm
from shimen.figures.models import Edition
from shimen.figures.registry import Figure
from shimen.figures.values import rows_of
from shimen.web import paginate, refuse, render

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Street

READERS = EVERY_WORKER
FREEZERS = (Role.STAFF,)


@allow(*READERS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All numbers by pillar, each a link to its rows."""
    counted = figures.values(street=_street(request), user=_person(request), on=clock.today(), course=True)
    pillars = [(pillar, [v for v in counted.values() if v.figure.pillar is pillar]) for pillar in figures.Pillar]
    context = {
        "pillars": [(pillar, found) for pillar, found in pillars if found],
        "as_of": clock.today(),
        "whole_street": scope_of(request.user).area_ids is None,
        "may_freeze": _may_freeze(request),
    }
    return render(request, "figures/index.html", context)


@allow(*READERS)
@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One number: what it means, its course, and the rows that were counted."""
    found = _find(key)
    value = figures.values(street=_street(request), user=_person(request), on=clock.today(), keys=[key], course=True)[
        key
    ]
    # People are shown only to those who may open the list of them; the number itself is everyone's.
    withheld = found.is_personal and not address_for(request.user, found.list_url)
    rows = _rows(request, found)
    page = paginate(request, rows.none() if withheld else rows)
    context = {
        "value": value,
        "withheld": withheld,
        "page": page,
        "lines": _lines(request, found, page),
        "list_url": address_for(request.user, found.list_url),
        "export_form": ExportForm(),
        "per": figures.find(found.per),
        "may_export": not found.is_personal,
    }
    if found.is_personal and not withheld:
        audit.seen(target=rows.model, actor=_person(request), at=clock.now(), rows=len(page))
    return render(request, "figures/figure.html", context, part="rows")


@allow(*READERS)
@require_POST
def export(request: HttpRequest, key: str) -> HttpResponse:
    """The rows behind a number as a file that says who took it and why."""
    found, form = _find(key), ExportForm(request.POST)
    if found.is_personal:
        raise PermissionDenied("个人信息不从这里导出。")
    if not form.is_valid():
        messages.error(request, "写明导出做什么用。")
        return redirect("figures:figure", key=key)
    at, purpose, rows = clock.now(), form.cleaned_data["purpose"], _rows(request, found)
    value = figures.values(street=_street(request), user=_person(request), on=clock.today(), keys=[key])[key]
    content = sheet.as_csv(found, rows.iterator(chunk_size=2000), heading=_heading(request, value, purpose))
    digest = hashlib.sha256(content).hexdigest()
    audit.exported(
        target=rows.model, actor=_person(request), at=at, purpose=purpose, rows=rows.count(), filters={"figure": key}, digest=digest
    )  # fmt: skip
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{clock.today():%Y%m%d}.csv"'
    return response


@allow(*READERS)
@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """The frozen editions, newest first."""
    rows = Edition.objects.visible_to(request.user).select_related("frozen_by").order_by("-frozen_at")
    return render(
        request, "figures/editions.html", {"page": paginate(request, rows), "may_freeze": _may_freeze(request)}
    )


@allow(*FREEZERS)
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze all numbers under a name."""
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = editions.freeze(
                name=form.cleaned_data["name"], on=clock.today(), actor=_person(request), at=clock.now()
            )
        except editions.EditionError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已冻结为“{made.name}”。以后名册怎么变，这一版都不变。")
            return redirect("figures:edition", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "figures/freeze.html", {"form": form, "as_of": clock.today()}, status=status)


@allow(*READERS)
@require_GET
def edition(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One edition, alone or beside another one (`?with=`)."""
    mine = Edition.objects.visible_to(request.user)
    shown = get_object_or_404(mine.select_related("frozen_by"), pk=pk)
    others = mine.exclude(pk=pk).order_by("-frozen_at")
    chosen = others.filter(pk=_uuid(request.GET.get("with", ""))).first()
    context = {
        "edition": shown,
        "others": others[:50],
        "other": chosen,
        "lines": editions.compare(shown, chosen),
    }
    return render(request, "figures/edition.html", context)


def _person(request: HttpRequest) -> User:
    """Whoever passed `allow`: signed in, with a role in a street."""
    return cast("User", request.user)


def _street(request: HttpRequest) -> Street:
    return cast("Street", _person(request).street)


def _find(key: str) -> Figure:
    found = figures.find(key)
    if found is None:
        raise Http404
    return found


def _rows(request: HttpRequest, found: Figure) -> Any:
    rows = rows_of(found, _street(request), request.user).order_by(*found.order)
    return rows.select_related(*found.related) if found.related else rows


def _lines(request: HttpRequest, found: Figure, rows: Iterable[Any]) -> list[tuple[str, list[str]]]:
    """Each row's own address ('' where it has none, or none that this person may open) and its cells."""
    name, path = found.row_url
    lines = [(getattr(row, path), sheet.cells(found, row)) if name else (None, sheet.cells(found, row)) for row in rows]
    opens = bool(lines) and bool(name) and bool(address_for(request.user, name, lines[0][0]))
    return [(reverse(name, args=[key]) if opens else "", cells) for key, cells in lines]


def _heading(request: HttpRequest, value: figures.Value, purpose: str) -> list[list[str]]:
    taken = clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return [
        [value.title, f"{value.qualifier}{value.number} {value.unit}", f"截至 {value.as_of.isoformat()}"],
        ["口径", value.definition],
        [f"{_person(request)} {_person(request).unit}".strip(), f"{taken} 导出", f"用途：{purpose}"],
        [],
    ]


def _may_freeze(request: HttpRequest) -> bool:
    scope = scope_of(request.user)
    return scope.has(*FREEZERS) and scope.area_ids is None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
