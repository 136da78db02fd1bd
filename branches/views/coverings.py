"""Pages of coverings: the list of a day, one entity's with its past, its card, and what the nightly check found."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.duty import coverings as verbs
from branches.forms.gaps import CoveringFilter, CoveringForm, UncoverForm
from branches.models import Covering, Finding, Member, Organisation
from branches.pages import coverings as shown
from branches.pages import place_card
from branches.views.gaps import EDITORS, READERS
from coverage.forms.registry import ExportForm
from coverage.models import Entity
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.territory.models import Area, Place
from shimen.web import paginate, refuse, render


def _organisations(request: HttpRequest) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(request.user).standing(clock.today()).in_order()


def _filtered(request: HttpRequest) -> tuple[CoveringFilter, QuerySet[Covering]]:
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = CoveringFilter(request.GET, areas=areas, organisations=_organisations(request))
    rows = form.rows(Covering.objects.visible_to(request.user).on(clock.today()))
    return form, rows.select_related("entity__area", "organisation", "instructor__user")


@require_GET
@allow(*READERS)
def covering_list(request: HttpRequest) -> HttpResponse:
    """Who covers whom today, filtered, 50 a page, with the numbers by way."""
    form, rows = _filtered(request)
    return render(request, "branches/coverings.html", _list(request, form, rows, ExportForm()), part="list")


def _list(request: HttpRequest, form: CoveringFilter, rows: QuerySet[Covering], purpose: ExportForm) -> dict[str, Any]:
    counted = dict(rows.order_by().values_list("way").annotate(n=Count("pk")))
    ways = [(way.value, way.label, counted.get(way.value, 0)) for way in Covering.Way]
    organised = sum(counted.get(way, 0) for way in Covering.ORGANISED)
    return {
        "form": form,
        "page": paginate(request, rows),
        "ways": ways,
        "organised": organised,
        "worked": sum(counted.values()) - organised,
        "export": purpose,
        "may_export": scope_of(request.user).has(*OFFICE),
    }


@require_POST
@allow(*OFFICE)
def covering_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows, columns=shown.COLUMNS, title="覆盖清单", filters=form.used(), actor=request.user,
                at=clock.now(), **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    return render(request, "branches/coverings.html", _list(request, form, rows, purpose), status=422)


def _entity(request: HttpRequest, entity: uuid.UUID) -> Entity:
    rows = Entity.objects.visible_to(request.user).select_related("area", "place")
    return get_object_or_404(rows, pk=entity)


@require_GET
@allow(*EVERY_WORKER)
def entity_covering(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """The card 由谁覆盖, shown on the page of the entity."""
    found = _entity(request, entity)
    context = {
        "entity": found,
        "card": shown.card(found, clock.today()),
        "sees": scope_of(request.user).has(*READERS),
        "operates": Entity.objects.operating().filter(pk=found.pk).exists(),
    }
    return render(request, "branches/entity_covering.html", context)


@require_GET
@allow(*EVERY_WORKER)
def place_branch(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """The card 由谁负责, shown on the page of the place."""
    found = get_object_or_404(Place.objects.visible_to(request.user), pk=place)
    sees = scope_of(request.user).has(*READERS)
    context = {
        "place": found,
        "lines": place_card.lines(found, clock.today()),
        "sees_area": sees,
        "add_url": f"{reverse('branches:gaps')}?kind=building" if sees and found.kind == Place.Kind.BUILDING else "",
    }
    return render(request, "branches/place_branch.html", context)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def covering(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """One entity: how it is and was covered, and covering it otherwise from a day on."""
    found, today = _entity(request, entity), clock.today()
    current = verbs.current(found, today)
    form = _covering_form(request, current)
    if request.method == "POST" and scope_of(request.user).has(*EDITORS) and form.is_valid():
        try:
            verb = verbs.change if current else verbs.cover
            verb(entity=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已记下“{found}”的覆盖方式")
            return redirect("branches:covering", found.pk)
    return _covering_page(request, found, form, UncoverForm(initial={"on": today}))


def _covering_form(request: HttpRequest, current: Covering | None) -> CoveringForm:
    members = Member.objects.visible_to(request.user).on(clock.today()).select_related("organisation")
    initial: dict[str, Any] = {"since": clock.today()}
    if current:
        initial |= {"way": current.way, "organisation": current.organisation_id, "instructor": current.instructor_id}
    return CoveringForm(
        request.POST or None,
        initial=initial,
        organisations=_organisations(request),
        members=members.order_by("organisation__pinyin", "name_mask"),
    )


def _covering_page(request: HttpRequest, entity: Entity, form: CoveringForm, end: UncoverForm) -> HttpResponse:
    past = Covering.objects.filter(entity=entity).held().select_related("organisation", "instructor__user")
    context = {
        "entity": entity,
        "card": shown.card(entity, clock.today()),
        "past": past.order_by("-valid"),
        "form": form,
        "end": end,
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    status = 422 if form.is_bound or end.is_bound else 200
    return render(request, "branches/covering.html", context, status=status)


@require_POST
@allow(*EDITORS)
def uncover(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """End the covering of an entity from a day on."""
    found, form = _entity(request, entity), UncoverForm(request.POST)
    if form.is_valid():
        try:
            verbs.uncover(entity=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"“{found}”自 {form.cleaned_data['on']:%Y-%m-%d} 起不再覆盖，会列入覆盖空白")
            return redirect("branches:covering", found.pk)
    unbound = _covering_form(request, verbs.current(found, clock.today()))
    unbound.is_bound = False
    return _covering_page(request, found, unbound, form)


@require_GET
@allow(*READERS)
def findings(request: HttpRequest) -> HttpResponse:
    """What the nightly check found: what nobody has put right yet, or what was not found any more lately."""
    seen, is_closed = Finding.objects.visible_to(request.user), request.GET.get("state") == "closed"
    rows = seen.closed_lately(clock.today()) if is_closed else seen.open().in_order()
    rows = rows.select_related("area", "organisation")
    kind = request.GET.get("kind", "")
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    kinds = [(each.value, each.label, counted[each.value]) for each in Finding.Kind if each.value in counted]
    if kind in Finding.Kind.values:
        rows = rows.filter(kind=kind)
    context = {"page": paginate(request, rows), "kinds": kinds, "kind": kind, "is_closed": is_closed}
    return render(request, "branches/findings.html", context, part="list")


URLS = [
    path("coverings/", covering_list, name="coverings"),
    path("coverings/export/", covering_export, name="coverings-export"),
    path("coverings/<uuid:entity>/", covering, name="covering"),
    path("coverings/<uuid:entity>/card/", entity_covering, name="entity-covering"),
    path("coverings/<uuid:entity>/end/", uncover, name="covering-end"),
    path("places/<uuid:place>/branch/", place_branch, name="place-branch"),
    path("findings/", findings, name="findings"),
]
