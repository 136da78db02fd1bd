"""The pages of matters: the list, one matter with its chain, and a form for every verb."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from coverage.collection import qr
from coverage.models import Entity
from coverage.views.codes import PRIVATE_HOSTS
from grid.chain.transitions import Verb
from grid.forms import matters as forms
from grid.matters import ending, handling, hosting, moving, raising, receipts
from grid.models import Matter
from grid.pages import matters as pages
from shimen import clock, navigation, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.CONVENER, Role.SECONDED, Role.STATION_MASTER)
HANDLERS = (Role.STAFF, Role.SECRETARY, Role.CONVENER, Role.SECONDED)
RAISERS = (Role.STAFF, Role.SECRETARY, Role.CONVENER)


def count(request: HttpRequest) -> QuerySet[Any]:
    """How many matters are open in one's areas; the number beside the entry of the side."""
    return Matter.objects.visible_to(request.user).open()


ENTRIES = (
    navigation.Entry(
        "事项", icon="git-branch", url="grid:matters", pillar=navigation.Pillar.INTEGRATION, roles=READERS, place=5,
        under=("/grid/matters/",), count=count,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """A verb as a page offers it: its form, the function, and what is said when it is done."""

    form: type[forms.VerbForm]
    do: Callable[..., Any]
    done: str


ACTIONS: dict[str, Action] = {
    Verb.ASSIGN: Action(forms.AssignForm, moving.assign, "已交办。"),
    Verb.REPORT: Action(forms.ReportForm, moving.report, "进展已记下。"),
    Verb.URGE: Action(forms.UrgeForm, moving.urge, "已催一次，记在经过里。"),
    Verb.DEFER: Action(forms.DeferForm, moving.defer, "期限已改。"),
    Verb.UP: Action(forms.UpForm, moving.pass_up, "已转上一级。"),
    Verb.DOWN: Action(forms.DownForm, moving.pass_down, "已退回下一级。"),
    Verb.ALONG: Action(forms.AlongForm, moving.pass_along, "已转出。"),
    Verb.SOLVE: Action(forms.SolveForm, ending.solve, "结果已记下，接着答复提出人。"),
    Verb.ANSWER: Action(forms.AnswerForm, ending.answer, "答复已记下。"),
    Verb.CLOSE: Action(forms.CloseForm, ending.close, "已办结。"),
    Verb.REOPEN: Action(forms.ReopenForm, ending.reopen, "已重办。"),
    Verb.MERGE: Action(forms.MergeForm, ending.merge, "已并入；要分开办，点“拆出来单独办”。"),
    Verb.UNMERGE: Action(forms.UnmergeForm, ending.unmerge, "已拆出来。"),
    Verb.JOIN: Action(forms.JoinForm, hosting.join, "已改，记在经过里。"),
    Verb.AMEND: Action(forms.AmendForm, moving.amend, "已更正。"),
    Verb.MARK: Action(forms.HardForm, moving.mark_hard, "标记已改。"),
    Verb.WITHDRAW: Action(forms.WithdrawForm, ending.withdraw, "已撤回。"),
}


def _listed(request: HttpRequest) -> tuple[forms.FilterForm, QuerySet[Matter]]:
    form = forms.FilterForm(request.GET or None, areas=Area.objects.visible_to(request.user).grids().in_order())
    rows = pages.rows_of(request.GET.get("state", ""), Matter.objects.visible_to(request.user), clock.today())
    return form, form.rows(rows).select_related("area", "organisation")


@require_GET
@allow(*READERS)
def matters(request: HttpRequest) -> HttpResponse:
    """Matters by what they wait for: open ones by due date, solved ones newest first."""
    form, rows = _listed(request)
    views = pages.views(Matter.objects.visible_to(request.user), clock.today())
    view = request.GET.get("state", "") if request.GET.get("state") in pages.VIEWS else ""
    context = {"form": form, "page": paginate(request, rows), "views": views, "view": view, "on": clock.today()}
    return render(request, "grid/matters.html", context, part="list")


@require_GET
@allow(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV; who took it and by which filter is kept."""
    _, rows = _listed(request)
    content = sheets.as_csv(pages.COLUMNS, (pages.cells(row) for row in rows.iterator(chunk_size=500)))
    filters = {key: value for key, value in request.GET.items() if value}
    audit.exported(
        target=Matter, actor=request.user, at=clock.now(), purpose="事项清单", rows=rows.count(), filters=filters,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    response = HttpResponse(content, content_type=sheets.CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="matters-{clock.today():%Y%m%d}.csv"'
    return response


@require_GET
@allow(*READERS)
def matter(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """One matter: its chain, the raiser's words, the story, and what may be done next."""
    row = _seen(request, matter)
    page = pages.MatterPage(row, request.user, clock.today(), shown=request.GET.get("story", ""))
    answer = forms.AnswerForm(matter=row, user=request.user, initial={"words": page.draft})
    return render(request, "grid/matter.html", {"matter": row, "page": page, "answer": answer}, part="story")


def _seen(request: HttpRequest, pk: uuid.UUID) -> Matter:
    rows = Matter.objects.visible_to(request.user).select_related(
        "area", "place", "entity", "organisation", "demand__visit__round", "raised_by", "merged_into"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@allow(*HANDLERS)
def slip(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """The receipt on paper: a code behind which whoever raised it reads the answer and says what they think of it."""
    row = _seen(request, matter)
    url = request.build_absolute_uri(reverse("grid:matter-receipt", args=[receipts.receipt_of(row.pk)]))
    is_private = request.get_host().startswith(PRIVATE_HOSTS)
    context = {"matter": row, "drawing": qr.draw(url), "url": url, "host": request.get_host(), "is_private": is_private}
    return render(request, "grid/matter_slip.html", context)


@allow(*HANDLERS)
def act(request: HttpRequest, matter: uuid.UUID, verb: str) -> HttpResponse:
    """A form for one verb, and the verb. What is not for this person or this state is not found."""
    row = _seen(request, matter)
    action = ACTIONS.get(verb)
    if action is None or not handling.is_for(request.user, Verb(verb), row):
        raise Http404
    more = {"near": pages.near(row, request.user)} if verb == Verb.MERGE else {}
    form = action.form(request.POST or None, matter=row, user=request.user, **more)
    if form.is_valid():
        try:
            action.do(matter=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, action.done)
            return redirect("grid:matter", matter=row.pk)
    context = {"matter": row, "form": form, "verb": verb, "near": more.get("near")}
    return render(request, "grid/matter_act.html", context, status=422 if form.is_bound else 200)


@allow(*RAISERS)
def raise_(request: HttpRequest) -> HttpResponse:
    """A matter by hand."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    entities = Entity.objects.visible_to(request.user).listed()
    given = request.POST or None
    form = forms.RaiseForm(
        given,
        areas=areas,
        entities=entities,
        councils=pages.councils_of(request.user),
        initial=pages.first_words(request, entities, areas),
    )
    if form.is_valid():
        try:
            row = raising.raise_once(
                street_id=request.user.street_id, actor=request.user, at=clock.now(), **form.values()
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已登记，编号 {row.number}。")
            return redirect("grid:matter", matter=row.pk)
    return render(request, "grid/matter_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@allow(*READERS)
def of_entity(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """The part of an entity's page: its matters that are open, and how many are done."""
    at = get_object_or_404(Entity.objects.visible_to(request.user), pk=entity)
    rows = Matter.objects.visible_to(request.user).standing().filter(entity=at)
    context = {"entity": at, "open": rows.open().by_due()[:5], "done": rows.done().count(), "on": clock.today()}
    return render(request, "grid/entity_matters.html", context)


URLS = [
    path("matters/", matters, name="matters"),
    path("matters/export/", export, name="matters-export"),
    path("matters/new/", raise_, name="matter-new"),
    path("matters/of/<uuid:entity>/", of_entity, name="entity-matters"),
    path("matters/<uuid:matter>/", matter, name="matter"),
    path("matters/<uuid:matter>/slip/", slip, name="matter-slip"),
    path("matters/<uuid:matter>/<slug:verb>/", act, name="matter-act"),
]
