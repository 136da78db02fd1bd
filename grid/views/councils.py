"""The pages of councils: the list, its export, one council, founding one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.forms.registry import ExportForm
from grid.councils import councils as verbs
from grid.forms import councils as forms
from grid.models import Council
from grid.models.councils import CouncilQuerySet
from grid.pages import councils as pages
from shimen import clock, navigation
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, status_of
from shimen.exports import ExportError, export
from shimen.territory.models import Area, Place
from shimen.web import paginate, refuse, render

GET_POST = ["GET", "POST"]
ENTRIES = (
    navigation.Entry(
        "议事会", icon="messages", url="grid:councils", pillar=navigation.Pillar.INTEGRATION, roles=EVERY_WORKER,
        place=10, under=("/grid/councils/",),
    ),
)  # fmt: skip


def get_council(request: HttpRequest, council: uuid.UUID) -> Council:
    """One council within the person's sight; 404 outside it."""
    rows = Council.objects.visible_to(request.user).select_related("area", "street", "convener")
    return get_object_or_404(rows, pk=council)


def buildings(request: HttpRequest) -> Any:
    """The buildings for which a council may speak, by grid and name."""
    rows = Place.objects.visible_to(request.user).standing().filter(kind=Place.Kind.BUILDING).select_related("area")
    return rows.order_by("area__sort", "name", "address_key")


def _filtered(request: HttpRequest) -> tuple[forms.CouncilFilter, CouncilQuerySet]:
    today = clock.today()
    form = forms.CouncilFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    return form, pages.listed(form.rows(Council.objects.visible_to(request.user), today=today), today)


def _list(request: HttpRequest, asked: ExportForm) -> dict[str, Any]:
    form, rows = _filtered(request)
    return {
        "form": form,
        "page": paginate(request, rows),
        "balance": pages.balance(rows),
        "export": asked,
        "may_export": scope_of(request.user).has(*OFFICE),
    }


@require_GET
@allow(*EVERY_WORKER)
def councils(request: HttpRequest) -> HttpResponse:
    """The councils of one's areas by grid and kind."""
    return render(request, "grid/councils.html", _list(request, ExportForm()), part="list")


@require_POST
@allow(*OFFICE)
def export_councils(request: HttpRequest) -> HttpResponse:
    """What the list shows as a file that names its maker and purpose."""
    asked = ExportForm(request.POST)
    if asked.is_valid():
        form, rows = _filtered(request)
        try:
            return export(
                rows=rows, columns=pages.COLUMNS, title="议事会名单", filters=form.used(), actor=request.user,
                at=clock.now(), **asked.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(asked, error)
    return render(request, "grid/councils.html", _list(request, asked), status=422)


@require_GET
@allow(*EVERY_WORKER)
def council(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """One council: who sits in it for whom, what is before it, its charter."""
    found = get_council(request, council)
    page = pages.CouncilPage(found, request.user, clock.today())
    return render(request, "grid/council.html", {"council": found, "page": page, "on": page.on})


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def found(request: HttpRequest) -> HttpResponse:
    """A new council."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = forms.FoundForm(request.POST or None, areas=areas, places=buildings(request))
    row = attempt(
        request, form, lambda **by: verbs.found(street=request.user.street, **by, **form.values())
    )  # fmt: skip
    if row is not None:
        messages.success(request, f"已登记“{row}”。接着登记成员，定召集人。")
        return redirect("grid:council", row.pk)
    return render(request, "grid/council_new.html", {"form": form}, status=status_of(form))


URLS = [
    path("councils/", councils, name="councils"),
    path("councils/export/", export_councils, name="councils-export"),
    path("councils/new/", found, name="council-new"),
    path("councils/<uuid:council>/", council, name="council"),
]
