"""Pages of gaps: the list by kind, the cross-table, the export, and accepting what is proposed."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from branches.duty import accepting, gaps
from branches.duty.gaps import OF_ENTITIES, Kind, Space
from branches.forms.gaps import GapFilter
from branches.models import Finding
from branches.pages import gaps as shown
from coverage.forms.registry import ExportForm
from coverage.models import Entity, Submission
from shimen import clock, navigation
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.territory.models import Area, Place
from shimen.web import paginate, refuse, render

READERS = (*OFFICE, Role.SECRETARY)
EDITORS = (Role.STAFF, Role.SECRETARY)


def uncovered(request: HttpRequest) -> QuerySet[Any]:
    """How many entities in the person's areas nobody covers; the number beside the entry of the side."""
    rows = Entity.objects.visible_to(request.user)
    today = clock.today()
    return gaps.entities(Kind.UNCOVERED, rows, on=today, rules=shown.rules_for(request.user, today))


ENTRIES = (
    navigation.Entry(
        "覆盖空白",
        icon="circle-dashed",
        url="branches:gaps",
        pillar=navigation.Pillar.COVERAGE,
        roles=READERS,
        place=60,
        under=("/branches/gaps/", "/branches/coverings/", "/branches/findings/"),
        count=uncovered,
    ),
)


def _form(request: HttpRequest) -> GapFilter:
    return GapFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())


def _rows(request: HttpRequest, form: GapFilter) -> QuerySet[Entity]:
    rules = shown.rules_for(request.user, clock.today())
    return form.rows(Entity.objects.visible_to(request.user), on=clock.today(), rules=rules)


@require_GET
@allow(*READERS)
def gap_list(request: HttpRequest) -> HttpResponse:
    """What is missing where, why, and what is proposed; filtered, 50 a page."""
    return _page(request, ExportForm())


def _page(request: HttpRequest, purpose: ExportForm, status: int = 200) -> HttpResponse:
    form, today, street = _form(request), clock.today(), request.user.street_id
    rules, kind, scope = shown.rules_for(request.user, today), form.gap, scope_of(request.user)
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "counts": shown.counts(request.user, today, rules),
        "intro": shown.intro(kind, rules),
        "may_accept": scope.has(*EDITORS),
        "may_export": scope.has(*OFFICE) and kind in OF_ENTITIES,
        "export": purpose,
        "findings": Finding.objects.visible_to(request.user).open().exclude(kind=Finding.Kind.UNCOVERED).count(),
    }
    if kind == Kind.BUILDING:
        houses = gaps.buildings(Place.objects.visible_to(request.user), on=today)
        context["page"] = page = paginate(
            request, houses.select_related("area").order_by("area__sort", "address_key", "pk")
        )
        context["rows"] = shown.building_rows(page, street=street, on=today)
    elif kind == Kind.PEOPLE:
        found = gaps.people(Submission.objects.visible_to(request.user), on=today).select_related("place", "code")
        context["page"] = page = paginate(request, found.order_by("received_at", "pk"))
        context["rows"] = shown.people_rows(page, street=street, on=today)
    else:
        context["page"] = page = paginate(request, _rows(request, form).select_related("area", "place"))
        context["rows"] = shown.listed(kind, page, street=street, on=today, rules=rules)
    if not context["page"].object_list:
        context["is_bare"] = not Entity.objects.visible_to(request.user).operating().exists()
    return render(request, "branches/gaps.html", context, part="" if status == 422 else "list", status=status)


@require_GET
@allow(*READERS)
def gap_table(request: HttpRequest) -> HttpResponse:
    """Industries against spaces, for one kind and group; every number opens its rows."""
    form, today = _form(request), clock.today()
    rules = shown.rules_for(request.user, today)
    kind = form.gap if form.gap in OF_ENTITIES else Kind.UNCOVERED
    rows = form.narrow(gaps.entities(kind, Entity.objects.visible_to(request.user), on=today, rules=rules))
    query = {key: str(value) for key, value in form.chosen().items()} | {"kind": kind.value}
    lines, sums, total = shown.table(rows, query)
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(each.value, each.label) for each in OF_ENTITIES],
        "lines": lines,
        "spaces": Space.labels,
        "sums": sums,
        "total": total,
        "total_url": f"{reverse('branches:gaps')}?kind={kind.value}",
        "counts": shown.counts(request.user, today, rules),
        "intro": shown.intro(kind, rules),
    }
    return render(request, "branches/gaps_table.html", context)


@require_POST
@allow(*OFFICE)
def gap_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, with reasons and proposals, as a file that names its maker and purpose."""
    form, purpose, today = _form(request), ExportForm(request.POST), clock.today()
    rules = shown.rules_for(request.user, today)
    kind = form.gap if form.gap in OF_ENTITIES else Kind.UNCOVERED
    rows = form.narrow(gaps.entities(kind, Entity.objects.visible_to(request.user), on=today, rules=rules))
    rows = rows.select_related("area", "place").order_by("area__sort", "address_key", "pinyin", "id")
    taken = shown.Exported(kind, rows, street=request.user.street_id, on=today, rules=rules)
    if purpose.is_valid():
        try:
            return export(
                rows=cast("QuerySet[Entity]", taken), columns=shown.COLUMNS, title=f"覆盖空白-{kind.label}",
                filters=form.used(), actor=request.user, at=clock.now(), **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    return _page(request, purpose, 422)


def _back(request: HttpRequest) -> HttpResponse:
    navigation.forget(request.user.pk)
    query = request.GET.urlencode()
    return redirect(f"{reverse('branches:gaps')}{'?' if query else ''}{query}")


@require_POST
@allow(*EDITORS)
def gap_accept(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Do what is proposed for one entity."""
    found = get_object_or_404(Entity.objects.visible_to(request.user), pk=entity)
    try:
        said = accepting.accept(entity=found, kind=_form(request).gap, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, said)
    return _back(request)


@require_POST
@allow(*EDITORS)
def gaps_accept(request: HttpRequest) -> HttpResponse:
    """Cover everything that the filter shows by the branch in whose area it is."""
    ids = list(_rows(request, _form(request)).values_list("pk", flat=True))
    covered = accepting.accept_all(street=request.user.street, entities=ids, actor=request.user, at=clock.now())
    left = len(ids) - covered
    rest = f"；{left} 家不在任何支部的责任范围里，逐家接受" if left else ""
    messages.success(request, f"{covered} 家自今天起由责任范围所在的支部覆盖{rest}")
    return _back(request)


@require_POST
@allow(*EDITORS)
def gap_building(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """Let the branch next to a building answer for it."""
    found = get_object_or_404(Place.objects.visible_to(request.user), pk=place)
    try:
        organisation = accepting.accept_building(place=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{found}自今天起由{organisation}负责；里面的主体在“尚未覆盖”里接受")
    return _back(request)


@require_POST
@allow(*EDITORS)
def gap_reach(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Let the nearest branch invite a person without premises who registered themselves."""
    found = get_object_or_404(Submission.objects.visible_to(request.user), pk=submission)
    try:
        organisation = accepting.reach(submission=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"交{organisation}联系")
    return _back(request)


URLS = [
    path("gaps/", gap_list, name="gaps"),
    path("gaps/table/", gap_table, name="gaps-table"),
    path("gaps/export/", gap_export, name="gaps-export"),
    path("gaps/accept/", gaps_accept, name="gaps-accept"),
    path("gaps/entities/<uuid:entity>/accept/", gap_accept, name="gap-accept"),
    path("gaps/buildings/<uuid:place>/accept/", gap_building, name="gap-building"),
    path("gaps/people/<uuid:submission>/accept/", gap_reach, name="gap-reach"),
]
