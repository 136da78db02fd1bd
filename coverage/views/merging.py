"""Duplicates of the registry: which entries may be one, two side by side, merging and taking that back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.forms.merging import MergeForm
from coverage.models import Distinct, Entity, Merge
from coverage.pages import duplicates as reading
from coverage.pages.entity import neighbours_of_tabs
from coverage.registry import merging
from shimen import clock
from shimen.accounts.access import OFFICE, allow
from shimen.errors import DomainError
from shimen.web import refuse, render

FOUND = 12


def _get(request: HttpRequest, entity: str | uuid.UUID) -> Entity:
    return get_object_or_404(Entity.objects.visible_to(request.user).select_related("area", "place"), pk=entity)


@require_GET
@allow(*OFFICE)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of entries that may be one entity, most alike first."""
    rows = Entity.objects.visible_to(request.user).listed().select_related("area")
    context = {
        "pairs": reading.pairs(rows, street_id=request.user.street_id),
        "merges": Merge.objects.visible_to(request.user)
        .standing()
        .select_related("kept", "absorbed")
        .newest_first()[:5],
    }
    return render(request, "coverage/duplicates.html", context, part="list")


@require_POST
@allow(*OFFICE)
def apart(request: HttpRequest, entity: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Say that two entries are two."""
    try:
        pair = merging.tell_apart(
            one=_get(request, entity), other=_get(request, other), actor=request.user, at=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        url = reverse("coverage:distinct-undo", args=[pair.pk])
        messages.success(request, f"已记下：“{pair.first}”和“{pair.second}”不是同一家", extra_tags=f"undo={url}")
    return redirect("coverage:duplicates")


@require_POST
@allow(*OFFICE)
def doubt_again(request: HttpRequest, distinct: uuid.UUID) -> HttpResponse:
    """Take back that two entries are two."""
    pair = get_object_or_404(Distinct.objects.visible_to(request.user), pk=distinct)
    merging.doubt_again(pair=pair, actor=request.user, at=clock.now())
    messages.success(request, "已撤回，这两家又列在疑似重复里")
    return redirect("coverage:duplicates")


@require_GET
@allow(*OFFICE)
def choose(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """With which entry to merge this one: those that look alike, and what is typed."""
    found = _get(request, entity)
    rows = Entity.objects.visible_to(request.user).listed().select_related("area")
    typed = request.GET.get("q", "").strip()[:60]
    context = {
        **neighbours_of_tabs(found),
        "pairs": reading.pairs(rows, street_id=found.street_id, entity=found),
        "typed": typed,
        "found": rows.exclude(pk=found.pk).search(typed).by_pinyin()[:FOUND] if typed else [],
    }
    return render(request, "coverage/merge_choose.html", context, part="found")


@require_http_methods(["GET", "POST"])
@allow(*OFFICE)
def merge(request: HttpRequest, entity: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Two entries side by side: which stays, whose values hold, and why they are one."""
    kept, absorbed = _get(request, entity), _get(request, other)
    form = MergeForm(request.POST or None, lines=reading.lines(kept, absorbed))
    if request.method == "POST" and form.is_valid():
        try:
            done = merging.merge(
                kept=kept, absorbed=absorbed, taken=form.taken(), reason=form.cleaned_data["reason"],
                actor=request.user, at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            url = reverse("coverage:merge-undo", args=[done.pk])
            messages.success(request, f"已把“{absorbed.name}”并入“{kept.name}”", extra_tags=f"undo={url}")
            return redirect("coverage:entity", kept.pk)
    context = {"form": form, "kept": neighbours_of_tabs(kept), "absorbed": neighbours_of_tabs(absorbed)}
    return render(request, "coverage/merge.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow(*OFFICE)
def unmerge(request: HttpRequest, merge: uuid.UUID) -> HttpResponse:
    """Take a merge back; what could not be returned is said."""
    row = get_object_or_404(Merge.objects.visible_to(request.user), pk=merge)
    try:
        undone = merging.unmerge(merge=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("coverage:entity", row.kept_id)
    left = f"。{'；'.join(undone.left)}" if undone.left else ""
    messages.success(request, f"已拆开，两家都在名册里{left}")
    return redirect("coverage:entity", row.absorbed_id)
