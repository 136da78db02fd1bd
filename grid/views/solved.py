"""Where problems get solved, the declared baseline, the ledger from before, and the way to the district's platform."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from grid.forms import cases as forms
from grid.handover import baseline, platform
from grid.models import CaseBaseline, Matter
from grid.pages import cases
from grid.pages import solved as pages
from grid.views.matters import READERS
from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import refuse, render

ENTRIES = (
    navigation.Entry(
        "在哪一级解决", icon="chart-bar", url="grid:solved", pillar=navigation.Pillar.INTEGRATION, roles=READERS, place=8,
        under=("/grid/solved/", "/grid/cases/", "/grid/platform/codes/"),
    ),
)  # fmt: skip

ADMIN_ENTRIES = (
    navigation.Entry(
        "区级平台接口", icon="plug", url="grid:platform", pillar=navigation.Pillar.GROUNDS, roles=(Role.SYSTEM_ADMIN,),
        place=80,
    ),
)  # fmt: skip


@require_GET
@allow(*READERS)
def solved(request: HttpRequest) -> HttpResponse:
    """On which level, how soon, and how many went to the district; by area and category."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = forms.SolvedForm(request.GET or {"since": request.user.street.rounds_from}, areas=areas)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    seen = Matter.objects.visible_to(request.user)
    if chosen.get("area"):
        seen = seen.filter(area__lineage__contains=[chosen["area"].pk])
    if chosen.get("category"):
        seen = seen.filter(category=chosen["category"])
    since = chosen.get("since") or request.user.street.rounds_from
    kept = {"area": str(chosen["area"].pk) if chosen.get("area") else "", "category": chosen.get("category") or ""}
    context = {
        "form": form, "since": since, "solved": pages.Solved(seen, since=since, until=clock.today(), chosen=kept),
        "district": pages.district(request.user, request.user.street, today=clock.today()),
    }  # fmt: skip
    return render(request, "grid/solved.html", context, part="body")


@allow(Role.STAFF)
def declare(request: HttpRequest) -> HttpResponse:
    """Declare the baseline."""
    form = forms.BaselineForm(request.POST or None)
    if form.is_valid():
        try:
            baseline.declare(street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "基准期已公布，从今天起按它比。")
            return redirect("grid:solved")
    earlier = CaseBaseline.objects.visible_to(request.user).select_related("declared_by").order_by("-declared_at")
    context = {"form": form, "earlier": earlier[:10], "formula": baseline.FORMULA}
    return render(request, "grid/baseline.html", context, status=422 if form.is_bound else 200)


@allow(Role.STAFF)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a case of the platform's ledger."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = forms.LedgerForm(request.POST or None, areas=areas)
    if form.is_valid():
        try:
            row = baseline.enter(street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{row.number} 已补录，接着录下一件。")
            return redirect("grid:ledger")
    return render(request, "grid/ledger.html", {"form": form}, status=422 if form.is_bound else 200)


@allow(Role.STAFF)
def codes(request: HttpRequest) -> HttpResponse:
    """What the platform calls the street, its grids and the categories."""
    way = platform.of(request.user.street_id)
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = forms.CodesForm(request.POST or None, way=way, areas=areas)
    if form.is_valid():
        platform.set_codes(street=request.user.street, actor=request.user, at=clock.now(), **form.codes)
        messages.success(request, "代码已改，新上报的案件按新代码。")
        return redirect("grid:platform-codes")
    return render(request, "grid/platform_codes.html", {"form": form, "way": way})


@allow(Role.SYSTEM_ADMIN)
def connect(request: HttpRequest) -> HttpResponse:
    """Where the platform is, and the agreed key."""
    way = platform.of(request.user.street_id)
    form = forms.ConnectForm(request.POST or None, initial={"endpoint": way.endpoint})
    if form.is_valid():
        try:
            platform.connect(street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "接口已改。")
            return redirect("grid:platform")
    context = {"form": form, "way": way, "traffic": cases.traffic(request.user.street_id)}
    return render(request, "grid/platform.html", context, status=422 if form.is_bound else 200)


URLS = [
    path("solved/", solved, name="solved"),
    path("solved/baseline/", declare, name="baseline"),
    path("solved/ledger/", enter, name="ledger"),
    path("platform/", connect, name="platform"),
    path("platform/codes/", codes, name="platform-codes"),
]
