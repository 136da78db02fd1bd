"""The registry's pages on workers: the list, those of one entity, one person's record."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.forms.registry import LeftForm, WorkerFilter, WorkerForm
from coverage.models import Entity, Worker
from coverage.pages.entity import neighbours_of_tabs
from coverage.registry import entities as registry
from coverage.views.reveal import reveal
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (*OFFICE, Role.SECRETARY)
LISTED = ("name", "post", "phone_mask", "standing", "is_affiliated_elsewhere", "joined_on", "left_on", "entity_id")


def _get(request: HttpRequest, worker: uuid.UUID) -> Worker:
    return get_object_or_404(Worker.objects.visible_to(request.user).select_related("entity"), pk=worker)


def _entity(request: HttpRequest, entity: uuid.UUID) -> Entity:
    rows = Entity.objects.visible_to(request.user).select_related("area", "place", "street")
    return get_object_or_404(rows, pk=entity)


@require_GET
@allow(*READERS)
def workers(request: HttpRequest) -> HttpResponse:
    """People at work within one's areas; numbers are masked, and that the page was seen is kept."""
    form = WorkerFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    rows = form.rows(Worker.objects.visible_to(request.user)).only(*LISTED)
    page = paginate(request, rows, remember=True)
    listed = list(page.object_list)
    homes = Entity.objects.only("name", "trade_sign").in_bulk({worker.entity_id for worker in listed})
    for worker in listed:
        worker.entity = homes[worker.entity_id]
    page.object_list = listed
    audit.seen(target=Worker, actor=request.user, at=clock.now(), rows=len(listed))
    return render(request, "coverage/workers.html", {"form": form, "page": page}, part="list")


@require_GET
@allow(*READERS)
def of_entity(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Who works in an entity, and who did."""
    found = _entity(request, entity)
    people = found.workers.by_pinyin().defer("provenance", "phone_sealed")
    page = paginate(request, people.filter(left_on=None))
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(page.object_list), reason="从业人员")
    context = {**neighbours_of_tabs(found), "page": page, "left": people.exclude(left_on=None)[:50]}
    return render(request, "coverage/entity_workers.html", context)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def add(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Keep somebody who works in an entity."""
    found = _entity(request, entity)
    form = WorkerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            worker = registry.add_worker(
                entity=found, source="staff", on=clock.day_of(at), actor=request.user, at=at,
                consented=form.cleaned_data["consented"], **form.values(),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已登记{worker.name}")
            return redirect("coverage:entity-workers", found.pk)
    context = {"form": form, "entity": found}
    return render(request, "coverage/worker_form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def worker(request: HttpRequest, worker: uuid.UUID) -> HttpResponse:
    """One person's record: what is kept, and correcting it."""
    found = _get(request, worker)
    form = WorkerForm(request.POST or None, worker=found)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            registry.correct_worker(
                worker=found, values=form.values(), source="staff", on=clock.day_of(at), actor=request.user, at=at,
                consented=form.cleaned_data["consented"],
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已保存{found.name}的资料")
            return redirect("coverage:entity-workers", found.entity_id)
    if request.method == "GET":
        audit.seen(target=found, actor=request.user, at=clock.now())
    context = {"form": form, "worker": found, "entity": found.entity, "left": LeftForm()}
    return render(request, "coverage/worker_form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow(*READERS)
def left(request: HttpRequest, worker: uuid.UUID) -> HttpResponse:
    """Say that somebody does not work there any more."""
    found = _get(request, worker)
    form = LeftForm(request.POST)
    if form.is_valid():
        day, reason = form.cleaned_data["left_on"], form.cleaned_data["reason"]
        try:
            registry.mark_left(worker=found, on=day, reason=reason, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            url = reverse("coverage:worker-back", args=[found.pk])
            messages.success(request, f"已登记{found.name}离开", extra_tags=f"undo={url}")
            return redirect("coverage:entity-workers", found.entity_id)
    context = {"form": WorkerForm(worker=found), "worker": found, "entity": found.entity, "left": form}
    return render(request, "coverage/worker_form.html", context, status=422)


@require_POST
@allow(*READERS)
def back(request: HttpRequest, worker: uuid.UUID) -> HttpResponse:
    """Take back that somebody left."""
    found = _get(request, worker)
    try:
        registry.bring_back(worker=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{found.name}恢复在岗")
    return redirect("coverage:entity-workers", found.entity_id)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def phone(request: HttpRequest, worker: uuid.UUID) -> HttpResponse:
    """The full number, for a reason that is kept."""
    found = _get(request, worker)
    return reveal(request, found, back=reverse("coverage:worker", args=[found.pk]))


def may_read_workers(request: HttpRequest) -> bool:
    """Whether the person may open the list of workers (the search box asks)."""
    return scope_of(request.user).has(*READERS)
