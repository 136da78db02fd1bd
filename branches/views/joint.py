"""Pages of joint projects, and what is done on the page of a tour or a group service."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.joint import CountForm, EndForm, OfferForm, ProjectForm, ReportForm, StepForm
from branches.life import projects as verbs
from branches.life import service, tours
from branches.models import Activity, JointProject, Organisation, ProjectStep, ServiceOffer, VisitedShop
from branches.pages.activities import READERS, WRITERS
from branches.views.activity_parts import run
from coverage.collection import numbers, qr
from coverage.models import Entity
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.errors import DomainError
from shimen.web import paginate, refuse, render

FOUND = 20


# ---- projects


@require_GET
@allow(*READERS)
def projects(request: HttpRequest) -> HttpResponse:
    """Projects that several organisations carry on, with the next step and when it is due."""
    rows = JointProject.objects.visible_to(request.user).select_related("lead__area").in_order()
    state = request.GET.get("state", "")
    if state in JointProject.State.values:
        rows = rows.filter(state=state)
    open_steps = Q(steps__done_on__isnull=True)
    rows = rows.annotate(
        n=Count("steps", distinct=True), left=Count("steps", filter=open_steps, distinct=True),
        partners_n=Count("partners", distinct=True), next_due=Min("steps__due_on", filter=open_steps),
    )  # fmt: skip
    context = {
        "page": paginate(request, rows), "state": state, "states": JointProject.State.choices, "today": clock.today(),
        "may_write": scope_of(request.user).has(*WRITERS),
    }  # fmt: skip
    return render(request, "branches/projects.html", context)


def _led(request: HttpRequest, project: uuid.UUID) -> JointProject:
    return get_object_or_404(JointProject.objects.run_by(request.user).select_related("lead__area"), pk=project)


def _partners(project: JointProject) -> QuerySet[Organisation]:
    return Organisation.objects.filter(joint_projects__project=project).order_by("joint_projects__place")


def _page(request: HttpRequest, row: JointProject, *, status: int = 200, **more: Any) -> HttpResponse:
    scope, partners = scope_of(request.user), _partners(row)
    runs = any(scope.covers(row.street_id, row.lead.area_id, role=role) for role in WRITERS)
    activities = row.activities.visible_to(request.user).select_related("lead").order_by("-starts_at")[:20]
    context = {
        "project": row, "partners": partners, "runs": runs and row.state == JointProject.State.RUNNING,
        "steps": row.steps.select_related("owner").order_by("due_on", "pk"), "activities": activities,
        "step_form": StepForm(owners=partners), "end_form": EndForm(), "today": clock.today(),
    }  # fmt: skip
    return render(request, "branches/project.html", context | more, status=status)


@require_GET
@allow(*READERS)
def project(request: HttpRequest, project: uuid.UUID) -> HttpResponse:
    """One project: goal, partners, steps, activities."""
    rows = JointProject.objects.visible_to(request.user).select_related("lead__area")
    return _page(request, get_object_or_404(rows, pk=project))


def _choices(request: HttpRequest) -> dict[str, QuerySet[Organisation]]:
    today = clock.today()
    street = Organisation.objects.filter(street=request.user.street_id).standing(today).in_order()
    return {"leads": Organisation.objects.visible_to(request.user).standing(today).in_order(), "hosts": street}


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def project_new(request: HttpRequest) -> HttpResponse:
    """Begin a project."""
    form = ProjectForm(request.POST or None, initial={"started_on": clock.today()}, **_choices(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = verbs.start(**said | {"others": list(said["others"])}, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "项目已登记，接着写步骤")
            return redirect("branches:project", row.pk)
    return render(
        request, "branches/project_form.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def project_edit(request: HttpRequest, project: uuid.UUID) -> HttpResponse:
    """Reword a project or change who takes part."""
    row = _led(request, project)
    others = [partner.organisation_id for partner in row.partners.all() if partner.organisation_id != row.lead_id]
    initial = {"title": row.title, "goal": row.goal, "others": others}
    form = ProjectForm(request.POST or None, initial=initial, is_new=False, **_choices(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.change(project=row, **said | {"others": list(said["others"])}, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已改好")
            return redirect("branches:project", row.pk)
    context = {"form": form, "project": row}
    return render(request, "branches/project_form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow(*WRITERS)
def step_add(request: HttpRequest, project: uuid.UUID) -> HttpResponse:
    """Add a step."""
    row = _led(request, project)
    form = StepForm(request.POST, owners=_partners(row))
    if form.is_valid():
        try:
            verbs.add_step(project=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("branches:project", row.pk)
    return _page(request, row, status=422, step_form=form)


@require_POST
@allow(*WRITERS)
def step_report(request: HttpRequest, project: uuid.UUID, step: uuid.UUID) -> HttpResponse:
    """Say how far a step is, or that it is done."""
    row = get_object_or_404(ProjectStep.objects.filter(project=_led(request, project)), pk=step)
    form = ReportForm(request.POST)
    try:
        said = form.cleaned_data if form.is_valid() else {}
        verbs.report_step(
            step=row, note=said.get("note", ""), is_done=bool(said.get("done")), actor=request.user, at=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"“{row}”的进展已记下")
    return redirect("branches:project", project)


@require_POST
@allow(*WRITERS)
def project_end(request: HttpRequest, project: uuid.UUID) -> HttpResponse:
    """Finish or stop a project."""
    row = _led(request, project)
    form = EndForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            verbs.end(
                project=row, outcome=said["outcome"], is_done=said["how"] == "done", actor=request.user, at=clock.now()
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "项目已结束")
            return redirect("branches:project", row.pk)
    return _page(request, row, status=422, end_form=form)


# ---- a streamers' tour


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def shops(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Find shops and put them on the tour."""
    row = run(request, activity)
    words = (request.GET.get("q") or "").strip()[:40]
    if request.method == "POST":
        ticked = Entity.objects.visible_to(request.user).filter(pk__in=_uuids(request.POST.getlist("entity")))
        try:
            made = tours.add_shops(activity=row, entities=list(ticked), actor=request.user, at=clock.now())
        except DomainError as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, f"加了 {len(made)} 家，打印后贴在店里")
            return redirect("branches:activity", row.pk)
    found = (
        Entity.objects.visible_to(request.user)
        .street_shops()
        .exclude(pk__in=row.shops.filter(removed_at__isnull=True).values("entity"))
    )
    if words:
        found = found.filter(Q(name__contains=words) | Q(trade_sign__contains=words) | Q(address__contains=words))
    context = {"activity": row, "q": words, "found": found.order_by("address_key", "pk")[:FOUND], "n": found.count()}
    return render(request, "branches/tour_shops.html", context)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


@require_POST
@allow(*WRITERS)
def shop_remove(request: HttpRequest, activity: uuid.UUID, shop: uuid.UUID) -> HttpResponse:
    """Take a shop off the tour."""
    row = run(request, activity)
    found = get_object_or_404(VisitedShop.objects.filter(activity=row), pk=shop)
    try:
        tours.remove_shop(shop=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("branches:activity", row.pk)


@require_GET
@allow(*READERS)
def shop_sheet(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """The codes of a tour, nine on a sheet."""
    row = get_object_or_404(Activity.objects.visible_to(request.user).select_related("lead"), pk=activity)
    rows = row.shops.filter(removed_at__isnull=True).select_related("entity").order_by("place", "pk")
    drawn = [
        {
            "shop": shop, "short": numbers.in_groups(shop.short),
            "drawing": qr.draw(request.build_absolute_uri(reverse("branches:tour-shop", args=[shop.token]))),
        }
        for shop in rows
    ]  # fmt: skip
    sheets = [drawn[at : at + 9] for at in range(0, len(drawn), 9)]
    return render(request, "branches/tour_sheet.html", {"activity": row, "sheets": sheets})


# ---- a group service


@require_POST
@allow(*WRITERS)
def offer_add(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Add what a host offers."""
    row = run(request, activity)
    hosts = Organisation.objects.filter(hosted__activity=row)
    form = OfferForm(request.POST, hosts=hosts)
    try:
        said = form.cleaned_data if form.is_valid() else {"title": "", "organisation": row.lead}
        service.offer(activity=row, actor=request.user, at=clock.now(), **said)
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("branches:activity", row.pk)


@require_POST
@allow(*WRITERS)
def offer_count(request: HttpRequest, activity: uuid.UUID, offer: uuid.UUID) -> HttpResponse:
    """How many people an offer helped, or that it is taken off the list."""
    found = get_object_or_404(ServiceOffer.objects.filter(activity=run(request, activity)), pk=offer)
    form = CountForm(request.POST)
    try:
        if request.POST.get("do") == "withdraw":
            service.withdraw(offer=found, actor=request.user, at=clock.now())
        elif form.is_valid():
            service.count(offer=found, people=form.cleaned_data["people"], actor=request.user, at=clock.now())
        else:
            messages.error(request, "人次写一个数，没有就写 0。")
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("branches:activity", activity)


URLS = [
    path("projects/", projects, name="projects"),
    path("projects/new/", project_new, name="project-new"),
    path("projects/<uuid:project>/", project, name="project"),
    path("projects/<uuid:project>/edit/", project_edit, name="project-edit"),
    path("projects/<uuid:project>/steps/", step_add, name="project-step-add"),
    path("projects/<uuid:project>/steps/<uuid:step>/", step_report, name="project-step"),
    path("projects/<uuid:project>/end/", project_end, name="project-end"),
    path("activities/<uuid:activity>/shops/", shops, name="tour-shops"),
    path("activities/<uuid:activity>/shops/sheet/", shop_sheet, name="tour-sheet"),
    path("activities/<uuid:activity>/shops/<uuid:shop>/remove/", shop_remove, name="tour-shop-remove"),
    path("activities/<uuid:activity>/offers/", offer_add, name="offer-add"),
    path("activities/<uuid:activity>/offers/<uuid:offer>/", offer_count, name="offer"),
]
