"""The pages on organisations: the list, one organisation, correcting, dissolving."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from branches.forms.organisations import OrganisationFilter
from branches.models import Organisation
from branches.pages import organisations as shown
from branches.pages.heads import head
from coverage.forms.registry import ExportForm
from shimen import clock, navigation
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.exports import ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

if TYPE_CHECKING:
    from branches.models.organisations import OrganisationQuerySet

ENTRIES = (
    navigation.Entry(
        "党组织",
        icon="flag",
        url="branches:organisations",
        pillar=navigation.Pillar.INTEGRATION,
        roles=EVERY_WORKER,
        place=30,
        under=tuple(
            f"/branches/{part}/"
            for part in ("organisations", "members", "rosters", "groups", "committees", "seats", "duties", "rules")
        ),
    ),
)


def get_organisation(request: HttpRequest, organisation: uuid.UUID) -> Organisation:
    """One organisation within the person's sight, with what its head shows; 404 outside it."""
    rows = Organisation.objects.visible_to(request.user).select_related("area", "place", "street")
    return get_object_or_404(rows, pk=organisation)


def _filtered(request: HttpRequest) -> tuple[OrganisationFilter, OrganisationQuerySet]:
    today = clock.today()
    form = OrganisationFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    rows = form.rows(Organisation.objects.visible_to(request.user), today=today)
    return form, rows.with_members(today).with_marks(today).select_related("area", "place")


@require_GET
@allow(*EVERY_WORKER)
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations within one's areas: searched, filtered, 50 a page; all of it in the URL."""
    form, rows = _filtered(request)
    scope = scope_of(request.user)
    context = {
        "form": form,
        "page": paginate(request, rows.select_related("founding")),
        "balance": shown.balance(rows),
        "export": ExportForm(),
        "may_export": scope.has(*OFFICE),
        "may_apply": scope.has(Role.STAFF, Role.SECRETARY),
    }
    return render(request, "branches/organisations.html", context, part="list")


@require_POST
@allow(*OFFICE)
def export_organisations(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows, columns=shown.COLUMNS, title="党组织", filters=form.used(), actor=request.user,
                at=clock.now(), **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    context = {"form": form, "page": paginate(request, rows), "balance": shown.balance(rows), "export": purpose}
    return render(request, "branches/organisations.html", context | {"may_export": True}, status=422)


@require_GET
@allow(*EVERY_WORKER)
def organisation(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """One organisation: what it is, on whom it is founded, above and below whom it stands, where it meets."""
    found = get_organisation(request, organisation)
    context = {
        **head(request, found),
        **shown.about(found, today=clock.today()),
        "map": shown.map_around(found),
    }
    return render(request, "branches/organisation.html", context)


URLS = [
    path("organisations/", organisations, name="organisations"),
    path("organisations/export/", export_organisations, name="organisations-export"),
    path("organisations/<uuid:organisation>/", organisation, name="organisation"),
]
