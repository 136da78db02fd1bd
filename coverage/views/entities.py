"""The registry's pages on entities: the list, one entity with its story, correcting, leaving and coming back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.facts import fields as facts
from coverage.forms.registry import EntityFilter, EntityForm, ExportForm, ReasonForm
from coverage.models import Entity
from coverage.pages.entity import COLUMNS, about, map_around, neighbours_of_tabs
from coverage.pages.story import CHANGES, DEMANDS, LONG, SHORT, VISITS, story
from coverage.registry import entities as registry
from coverage.registry.versions import versions
from coverage.views.reveal import reveal
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

if TYPE_CHECKING:
    from coverage.models.entities import EntityQuerySet

EDITORS = (*OFFICE, Role.SECRETARY)
PARTS = (("", "全部"), (VISITS, "走访"), (CHANGES, "变更"), (DEMANDS, "诉求"))
LISTED = (
    "name", "trade_sign", "code", "kind", "industry", "address", "presence", "presence_on", "headcount", "legal_person",
    "registration_status", "is_suspended", "missing_since", "removed_at", "area__name",
)  # fmt: skip


def _filtered(request: HttpRequest) -> tuple[EntityFilter, EntityQuerySet]:
    form = EntityFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    return form, form.rows(Entity.objects.visible_to(request.user), today=clock.today())


def _get(request: HttpRequest, entity: uuid.UUID) -> Entity:
    rows = Entity.objects.visible_to(request.user).select_related("area", "place", "street")
    return get_object_or_404(rows, pk=entity)


@require_GET
@allow(*EVERY_WORKER)
def entities(request: HttpRequest) -> HttpResponse:
    """Entities within one's areas: searched, filtered, sorted, 50 a page; all of it in the URL."""
    form, rows = _filtered(request)
    context = {
        "form": form,
        "page": paginate(request, rows.select_related("area").only(*LISTED), remember=True),
        "export": ExportForm(),
        "may_export": scope_of(request.user).has(*OFFICE),
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    return render(request, "coverage/entities.html", context, part="list")


@require_POST
@allow(*OFFICE)
def export_entities(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file that names its maker and purpose; itself a line of the log."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows.select_related("area"), columns=COLUMNS, title="市场主体", filters=form.used(),
                actor=request.user, at=clock.now(), **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    context = {"form": form, "page": paginate(request, rows.select_related("area")), "export": purpose}
    return render(request, "coverage/entities.html", context | {"may_export": True}, status=422)


@require_GET
@allow(*EVERY_WORKER)
def entity(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """One entity: its facts with their sources, its story, who works there, where it is, what is open."""
    found = _get(request, entity)
    part = request.GET.get("story", "")
    limit = LONG if "more" in request.GET else SHORT
    moments, total = story(found, part=part if part in dict(PARTS) else "", limit=limit)
    context = {
        **about(found, today=clock.today()),
        "moments": moments,
        "older": total - len(moments),
        "parts": PARTS,
        "part": part,
        "tab": part if part in {VISITS, DEMANDS} else "about",
        "map": map_around(found),
        "may_edit": scope_of(request.user).has(*EDITORS),
        "may_remove": scope_of(request.user).has(*OFFICE),
    }
    return render(request, "coverage/entity.html", context, part="story")


@require_GET
@allow(*EVERY_WORKER)
def history(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Every version of an entity: what changed from what, by whom, and how to take it back."""
    found = _get(request, entity)
    context = {
        **neighbours_of_tabs(found),
        "versions": versions(found, limit=LONG),
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    return render(request, "coverage/entity_history.html", context)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def add(request: HttpRequest) -> HttpResponse:
    """Enter an entity by hand."""
    form = EntityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            new = registry.add_entity(
                street=request.user.street, values=form.values(), source="staff", on=clock.day_of(at),
                actor=request.user, at=at, area=_only_area(request),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已登记“{new}”")
            return redirect("coverage:entity", new.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "coverage/entity_form.html", {"form": form}, status=status)


def _only_area(request: HttpRequest) -> Area | None:
    """A secretary of some areas enters an entity into the first of them: else it would vanish from their own sight."""
    if scope_of(request.user).area_ids is None:
        return None
    return Area.objects.visible_to(request.user).grids().in_order().first()


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def edit(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Correct what is known; only what was changed on this page is written."""
    found = _get(request, entity)
    form = EntityForm(request.POST or None, entity=found)
    if request.method == "POST" and form.is_valid() and not _moved_meanwhile(form):
        at = clock.now()
        try:
            done = registry.correct_many(
                entity=found, values=form.values(), source="staff", on=clock.day_of(at), actor=request.user, at=at
            )
        except DomainError as error:
            refuse(form, error)
        else:
            _tell(request, done)
            return redirect("coverage:entity", found.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "coverage/entity_form.html", {"form": form, "entity": found}, status=status)


def _moved_meanwhile(form: EntityForm) -> bool:
    """Say at each field that somebody else changed since the page was opened; the next saving goes through."""
    moved = form.moved()
    data = form.data.copy()  # type: ignore[attr-defined]
    form.data = data
    for key, now in moved.items():
        data[f"seen_{key}"] = now
        form.add_error(
            key, f"您打开这一页后，别人已改成“{facts.shown(key, now) or '空'}”。看过之后再保存一次，就以您写的为准。"
        )
    return bool(moved)


def _tell(request: HttpRequest, done: registry.Correction) -> None:
    if not done.heard.taken:
        messages.info(request, "没有改动，已记下今天确认过")
        return
    labels = "、".join(facts.LABELS[key] for key in done.heard.taken)
    url = reverse("coverage:entity-undo", args=[done.entity.pk, done.event_id])
    messages.success(request, f"已更正“{done.entity}”的{labels}", extra_tags=f"undo={url}")


@require_POST
@allow(*EDITORS)
def undo(request: HttpRequest, entity: uuid.UUID, event: int) -> HttpResponse:
    """Take back one edit, except what was edited since."""
    found = _get(request, entity)
    try:
        undone = registry.undo(entity=found, event_id=event, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        left = f"；{'、'.join(undone.skipped)}后来又改过，没有动" if undone.skipped else ""
        messages.success(request, f"已撤销：{'、'.join(undone.undone)}恢复原值{left}")
    return redirect("coverage:entity", found.pk)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def phone(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """The full number, for a reason that is kept."""
    found = _get(request, entity)
    return reveal(request, found, back=reverse("coverage:entity", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@allow(*OFFICE)
def remove(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Take an entity out of the registry: first what that touches, then the reason, then it can be restored."""
    found = _get(request, entity)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            registry.remove(entity=found, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            url = reverse("coverage:entity-restore", args=[found.pk])
            messages.success(request, f"已把“{found}”移出名册", extra_tags=f"undo={url}")
            return redirect("coverage:entities")
    context = {**neighbours_of_tabs(found), "form": form}
    return render(request, "coverage/entity_remove.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow(*OFFICE)
def restore(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Bring a removed entity back."""
    found = _get(request, entity)
    try:
        registry.restore(entity=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"“{found}”已回到名册")
    return redirect("coverage:entity", found.pk)
