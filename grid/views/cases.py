"""The pages of the district's cases: the list, one case with its history and sheet, what is typed by hand, strays."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from grid.forms import cases as forms
from grid.handover import answers, cases, platform
from grid.models import DistrictCase, StrayAnswer
from grid.models.handover import DistrictCaseQuerySet
from grid.pages import cases as pages
from grid.views.matters import READERS
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render


def _seen(request: HttpRequest) -> DistrictCaseQuerySet:
    rows: DistrictCaseQuerySet = DistrictCase.objects.visible_to(request.user)
    return rows


def _one(request: HttpRequest, case: uuid.UUID) -> DistrictCase:
    return get_object_or_404(_seen(request).select_related("matter", "area", "opened_by", "street"), pk=case)


@require_GET
@allow(*READERS)
def every(request: HttpRequest) -> HttpResponse:
    """Cases by what they wait for: those under way, ended ones, all."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = forms.CaseFilterForm(request.GET or None, areas=areas)
    view = request.GET.get("state", "") if request.GET.get("state", "") in pages.VIEWS else ""
    rows = form.rows(pages.rows_of(view, _seen(request))).select_related("area", "matter")
    context = {
        "form": form, "page": paginate(request, rows.newest_first()), "view": view, "on": clock.today(),
        "views": pages.views(_seen(request)), "way": platform.of(request.user.street_id),
        "strays": StrayAnswer.objects.visible_to(request.user).filter(settled_at=None).count(),
    }  # fmt: skip
    return render(request, "grid/cases.html", context, part="list")


@require_GET
@allow(*READERS)
def case(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """One case: how far it is, what was said, what may be done."""
    row = _one(request, case)
    context = {"case": row, "page": pages.CasePage(row, request.user), "on": clock.today()}
    return render(request, "grid/case.html", context)


@require_GET
@allow(*READERS)
def sheet(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """The handover sheet on paper."""
    row = _one(request, case)
    return render(request, "grid/case_sheet.html", {"case": row, "page": pages.CasePage(row, request.user)})


@allow(Role.STAFF)
def note(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Type what the platform said."""
    row = _one(request, case)
    form = forms.NoteForm(request.POST or None, case=row)
    if form.is_valid():
        try:
            cases.note(case=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已记下。")
            return redirect("grid:case", case=row.pk)
    return render(request, "grid/case_note.html", {"case": row, "form": form}, status=422 if form.is_bound else 200)


@require_POST
@allow(Role.STAFF)
def act(request: HttpRequest, case: uuid.UUID, verb: str) -> HttpResponse:
    """Send it again, or go on by hand."""
    row = _one(request, case)
    do = {"again": cases.send_again, "by-hand": cases.go_on_by_hand}.get(verb)
    try:
        if do is not None:
            do(case=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("grid:case", case=row.pk)


@require_GET
@allow(Role.STAFF)
def strays(request: HttpRequest) -> HttpResponse:
    """Answers of the platform whose case nobody knows."""
    rows = StrayAnswer.objects.visible_to(request.user).filter(settled_at=None).order_by("heard_at", "pk")
    return render(request, "grid/strays.html", {"page": paginate(request, rows), "form": _settle_form(request)})


@require_POST
@allow(Role.STAFF)
def settle(request: HttpRequest, stray: uuid.UUID) -> HttpResponse:
    """Say whose answer it is."""
    row = get_object_or_404(StrayAnswer.objects.visible_to(request.user), pk=stray)
    form = _settle_form(request)
    if form.is_valid():
        try:
            answers.settle(stray=row, case=form.cleaned_data["case"], actor=request.user, at=clock.now())
        except DomainError as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, "已处理。")
    return redirect("grid:strays")


def _settle_form(request: HttpRequest) -> forms.SettleForm:
    found: QuerySet[DistrictCase] = _seen(request).live().newest_first()
    return forms.SettleForm(request.POST or None, cases=found)


URLS = [
    path("cases/", every, name="cases"),
    path("cases/strays/", strays, name="strays"),
    path("cases/strays/<uuid:stray>/", settle, name="stray-settle"),
    path("cases/<uuid:case>/", case, name="case"),
    path("cases/<uuid:case>/sheet/", sheet, name="case-sheet"),
    path("cases/<uuid:case>/note/", note, name="case-note"),
    path("cases/<uuid:case>/act/<slug:verb>/", act, name="case-act"),
]
