"""The pages of grids: the list, one grid on one screen, and acts on its members and on what it was made of."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from grid.forms import grids as forms
from grid.models import GridMember, GridPart
from grid.pages import grids as pages
from grid.staffing import holding, members, merging
from grid.views.acting import Act, act
from shimen import clock, navigation
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.accounts.models import Role
from shimen.territory.models import Area
from shimen.web import render

GET_POST = ["GET", "POST"]
ENTRIES = (
    navigation.Entry(
        "网格", icon="layout-grid", url="grid:grids", pillar=navigation.Pillar.INTEGRATION, roles=EVERY_WORKER, place=15,
        under=("/grid/grids/", "/grid/secondments/"),
    ),
)  # fmt: skip


def get_grid(request: HttpRequest, grid: uuid.UUID) -> Area:
    """A grid within the person's sight; 404 outside it."""
    rows = Area.objects.visible_to(request.user).filter(kind=Area.Kind.GRID).select_related("street")
    return get_object_or_404(rows, pk=grid)


def kept(request: HttpRequest, grid: uuid.UUID) -> Area:
    """A grid whose strength the person decides; for others there is no such page."""
    found = get_grid(request, grid)
    if not holding.is_for(request.user, found):
        raise Http404
    return found


def home(grid: Area) -> str:
    """The board of a grid."""
    return reverse("grid:grid", args=[grid.pk])


def path_to(grid: Area) -> tuple[tuple[str, str], ...]:
    """Where a page about a grid hangs."""
    return (("网格", reverse("grid:grids")), (grid.name, home(grid)))


@require_GET
@allow(*EVERY_WORKER)
def grids(request: HttpRequest) -> HttpResponse:
    """The grids of one's areas with their strength and what is open."""
    rows = Area.objects.visible_to(request.user).grids().in_order()
    return render(request, "grid/grids.html", {"lines": pages.lines(rows, request.user, clock.today())})


@require_GET
@allow(*EVERY_WORKER)
def grid(request: HttpRequest, grid: uuid.UUID) -> HttpResponse:
    """One grid on one screen."""
    found = get_grid(request, grid)
    page = pages.GridPage(found, request.user, clock.today())
    return render(request, "grid/grid.html", {"grid": found, "page": page, "on": page.on})


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def member_new(request: HttpRequest, grid: uuid.UUID) -> HttpResponse:
    """Somebody belongs to a grid."""
    found = kept(request, grid)
    form = forms.MemberForm(request.POST or None, user=request.user)
    words = Act(path_to(found), "登记网格成员", "登记成员", "已登记成员", "换网格长：直接登记新的，原来的到那天为止")
    return act(request, form, words, members.name, grid=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def member_end(request: HttpRequest, grid_member: uuid.UUID) -> HttpResponse:
    """Somebody belongs to the grid no longer."""
    rows = GridMember.objects.visible_to(request.user).select_related("grid")
    found = get_object_or_404(rows, pk=grid_member)
    form = forms.EndForm(request.POST or None, initial={"on": clock.today()})
    note = f"{found.get_role_display()}，{found.valid.lower} 起"
    words = Act(path_to(found.grid), f"{found.name}离任", "登记离任", "已登记离任", note, is_stop=True)
    return act(request, form, words, members.end, member=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def part_new(request: HttpRequest, grid: uuid.UUID) -> HttpResponse:
    """A former grid went into this one."""
    found = kept(request, grid)
    closed = Area.objects.filter(street=found.street_id, kind=Area.Kind.GRID, closed_on__isnull=False).in_order()
    form = forms.PartForm(request.POST or None, closed=closed.exclude(pk=found.pk))
    words = Act(
        path_to(found),
        "登记并入的网格",
        "登记并入",
        "已登记并入",
        "多格合一：各部门原来各划各的，现在合成一个；依据和日期留着",
    )
    return act(request, form, words, merging.merge, grid=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def part_end(request: HttpRequest, part: uuid.UUID) -> HttpResponse:
    """A former grid is kept by itself again."""
    found = get_object_or_404(GridPart.objects.visible_to(request.user).select_related("grid"), pk=part)
    form = forms.EndForm(request.POST or None, initial={"on": clock.today()})
    form.fields["on"].label = "从哪天起拆出"
    note = f"{found.valid.lower} 并入{found.grid}"
    words = Act(path_to(found.grid), f"拆出{found}", "登记拆出", "已登记拆出", note, is_stop=True)
    return act(request, form, words, merging.take_out, part=found)


URLS = [
    path("grids/", grids, name="grids"),
    path("grids/<uuid:grid>/", grid, name="grid"),
    path("grids/<uuid:grid>/members/new/", member_new, name="grid-member-new"),
    path("grids/members/<uuid:grid_member>/end/", member_end, name="grid-member-end"),
    path("grids/<uuid:grid>/parts/new/", part_new, name="grid-part-new"),
    path("grids/parts/<uuid:part>/end/", part_end, name="grid-part-end"),
]
