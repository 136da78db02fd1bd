"""The pages of people lent to grids: the list, one of them, lending, renewing, moving, ending."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.models import Rule
from coverage.forms.registry import ExportForm
from grid.forms import grids as forms
from grid.models import Leg, Secondment
from grid.models.grids import SecondmentQuerySet
from grid.pages import grids as pages
from grid.staffing import holding, secondments
from grid.views.acting import Act, act
from grid.views.grids import home, kept, path_to
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.exports import ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

GET_POST = ["GET", "POST"]
READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.CONVENER, Role.SECONDED, Role.STATION_MASTER)


def _filtered(request: HttpRequest) -> tuple[forms.SecondmentFilter, SecondmentQuerySet, int]:
    days = Rule.objects.book(street=request.user.street_id, on=clock.today())["secondment_remind_days"]
    form = forms.SecondmentFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    seen = Secondment.objects.visible_to(request.user).select_related("grid", "user")
    return form, form.rows(seen), days


def _list(request: HttpRequest, asked: ExportForm) -> dict[str, Any]:
    form, rows, days = _filtered(request)
    today, state = clock.today(), request.GET.get("state", "")
    state = state if state in pages.STATES else ""
    return {
        "form": form,
        "page": paginate(request, pages.rows_of(state, rows, today, days)),
        "views": pages.views(rows, today, days),
        "view": state,
        "days": days,
        "on": today,
        "export": asked,
        "may_export": scope_of(request.user).has(Role.STAFF),
    }


@require_GET
@allow(*READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Who is lent to which grid until when."""
    return render(request, "grid/secondments.html", _list(request, ExportForm()), part="list")


@require_POST
@allow(Role.STAFF)
def export_secondments(request: HttpRequest) -> HttpResponse:
    """What the list shows as a file that names its maker and purpose."""
    asked = ExportForm(request.POST)
    if asked.is_valid():
        form, rows, days = _filtered(request)
        rows = pages.rows_of(request.GET.get("state", ""), rows, clock.today(), days)
        try:
            return export(
                rows=rows, columns=pages.COLUMNS, title="下沉力量", filters=form.used(), actor=request.user,
                at=clock.now(), **asked.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(asked, error)
    return render(request, "grid/secondments.html", _list(request, asked), status=422)


def _seen(request: HttpRequest, secondment: uuid.UUID) -> Secondment:
    rows = Secondment.objects.visible_to(request.user).held().select_related("grid__street", "user")
    return get_object_or_404(rows, pk=secondment)


@require_GET
@allow(*READERS)
def one(request: HttpRequest, secondment: uuid.UUID) -> HttpResponse:
    """Somebody lent to a grid: since when, until when, for what, and which matters they have in hand."""
    found, today = _seen(request, secondment), clock.today()
    legs = Leg.objects.filter(owner_user=found.user, ended_at__isnull=True) if found.user else Leg.objects.none()
    others = Secondment.objects.filter(street=found.street_id, person_key=found.person_key).exclude(pk=found.pk)
    context = {
        "secondment": found,
        "legs": legs.filter(matter__area__lineage__contains=[found.grid_id])
        .select_related("matter")
        .order_by("due_on"),
        "others": others.held().select_related("grid").order_by("-valid"),
        "may_edit": holding.is_for(request.user, found.grid) and bool(found.valid) and found.valid.upper > today,
        "is_there": found.holds_on(today),
        "on": today,
    }
    return render(request, "grid/secondment.html", context)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def new(request: HttpRequest, grid: uuid.UUID) -> HttpResponse:
    """Somebody is lent to a grid."""
    found = kept(request, grid)
    form = forms.SecondForm(request.POST or None, user=request.user)
    words = Act(
        path_to(found), "登记下沉", "登记下沉", "已登记下沉", "一个人同一时间只下沉一个网格；只记姓名、单位和职责"
    )
    return act(request, form, words, secondments.second, grid=found)


def _page_of(row: Secondment) -> tuple[tuple[str, str], ...]:
    return (*path_to(row.grid), (row.name, reverse("grid:secondment", args=[row.pk])))


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def duties(request: HttpRequest, secondment: uuid.UUID) -> HttpResponse:
    """Say anew what somebody does."""
    found = _seen(request, secondment)
    form = forms.DutiesForm(request.POST or None, initial={"duties": found.duties})
    words = Act(_page_of(found), f"改{found.name}的职责", "改职责", "已改职责")
    return act(request, form, words, secondments.change_duties, secondment=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def renew(request: HttpRequest, secondment: uuid.UUID) -> HttpResponse:
    """Somebody stays longer."""
    found = _seen(request, secondment)
    last = found.last_day
    until = last + forms.HALF_A_YEAR if last else clock.today()
    form = forms.RenewForm(request.POST or None, initial={"until": until, "seen": last})
    words = Act(_page_of(found), f"{found.name}续派", "续派", "已续派", f"现在到 {last}")
    return act(request, form, words, secondments.renew, secondment=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def end(request: HttpRequest, secondment: uuid.UUID) -> HttpResponse:
    """Somebody goes back early."""
    found = _seen(request, secondment)
    form = forms.EndForm(request.POST or None, initial={"on": max(clock.today(), found.valid.lower)})
    note = f"本来到 {found.last_day}；手上的事项另外交办"
    words = Act(_page_of(found), f"{found.name}提前结束", "登记提前结束", "已登记", note, is_stop=True)
    return act(request, form, words, secondments.end, to=lambda row: home(row.grid), secondment=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def move(request: HttpRequest, secondment: uuid.UUID) -> HttpResponse:
    """Somebody goes on in another grid."""
    found = _seen(request, secondment)
    grids = Area.objects.visible_to(request.user).grids().exclude(pk=found.grid_id).in_order()
    form = forms.MoveForm(request.POST or None, grids=grids, initial={"on": max(clock.today(), found.valid.lower)})
    words = Act(_page_of(found), f"{found.name}换网格", "换网格", "已换网格", f"到期日不变，{found.last_day}")
    return act(request, form, words, secondments.move, to=lambda row: home(row.grid), secondment=found)


URLS = [
    path("secondments/", listed, name="secondments"),
    path("secondments/export/", export_secondments, name="secondments-export"),
    path("secondments/<uuid:secondment>/", one, name="secondment"),
    path("secondments/<uuid:secondment>/duties/", duties, name="secondment-duties"),
    path("secondments/<uuid:secondment>/renew/", renew, name="secondment-renew"),
    path("secondments/<uuid:secondment>/end/", end, name="secondment-end"),
    path("secondments/<uuid:secondment>/move/", move, name="secondment-move"),
    path("grids/<uuid:grid>/secondments/new/", new, name="secondment-new"),
]
