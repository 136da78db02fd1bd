"""议题共创: the list, one topic with its story, supporting it, and a form for every verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grid.chain.topic_states import Verb
from grid.forms import topics as forms
from grid.models import Topic
from grid.pages import topics as pages
from grid.topics import agenda, ending, handling, proposing
from shimen import clock, navigation
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

# Who proposed withdraws, whatever their role; the rest is for those who convene (grid.chain.topic_states).
ACTORS = EVERY_WORKER
ENTRIES = (
    navigation.Entry(
        "议题共创", icon="bulb", url="grid:topics", pillar=navigation.Pillar.INTEGRATION, roles=EVERY_WORKER, place=9,
        under=("/grid/topics/",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """A verb as a page offers it: its form, the function, and what is said when it is done."""

    form: type[forms.VerbForm]
    do: Callable[..., Any]
    done: str


ACTIONS: dict[str, Action] = {
    Verb.PUT_ON: Action(forms.PutOnForm, agenda.put_on, "已列入议程，提出人看得到。"),
    Verb.TAKE_OFF: Action(forms.TakeOffForm, agenda.take_off, "已从议程撤下。"),
    Verb.RESOLVE: Action(forms.ResolveForm, ending.resolve, "已记下，提出人会在待办里看到。"),
    Verb.DECLINE: Action(forms.DeclineForm, ending.decline, "已定为不列入，提出人会在待办里看到。"),
    Verb.REOPEN: Action(forms.ReopenForm, ending.reopen, "重新征集支持。"),
    Verb.MERGE: Action(forms.MergeForm, ending.merge, "已并入；要分开，点“拆出来”。"),
    Verb.UNMERGE: Action(forms.UnmergeForm, ending.unmerge, "已拆出来。"),
    Verb.WITHDRAW: Action(forms.WithdrawForm, proposing.withdraw, "已撤回。"),
}


def _areas(request: HttpRequest) -> Any:
    return Area.objects.visible_to(request.user).grids().in_order()


@require_GET
@allow(*EVERY_WORKER)
def topics(request: HttpRequest) -> HttpResponse:
    """Topics by where they stand, the newest first; nothing is ordered by how many support it."""
    seen = Topic.objects.visible_to(request.user)
    form = forms.FilterForm(request.GET or None, areas=_areas(request))
    view = request.GET.get("state", "") if request.GET.get("state") in pages.VIEWS else ""
    rows = form.rows(pages.rows_of(view, seen, request.user)).with_voices().select_related("area", "proposed_by")
    context = {
        "form": form, "page": paginate(request, rows), "views": pages.views(seen, request.user), "view": view,
        "news": list(seen.untold(request.user).order_by("ended_at")[:5]),
    }  # fmt: skip
    return render(request, "grid/topics.html", context, part="list")


def _get(request: HttpRequest, topic: uuid.UUID) -> Topic:
    rows = Topic.objects.visible_to(request.user).with_voices()
    return get_object_or_404(rows.select_related("area", "proposed_by", "merged_into", "matter"), pk=topic)


@require_GET
@allow(*EVERY_WORKER)
def topic(request: HttpRequest, topic: uuid.UUID) -> HttpResponse:
    """One topic: why, who stands behind it, where it goes, what came of it."""
    row = _get(request, topic)
    return render(request, "grid/topic.html", {"topic": row, "page": pages.TopicPage(row, request.user)})


@require_http_methods(["GET", "POST"])
@allow(*EVERY_WORKER)
def propose(request: HttpRequest) -> HttpResponse:
    """A new topic."""
    form = forms.ProposeForm(request.POST if request.method == "POST" else None, areas=_areas(request))
    if form.is_valid():
        try:
            row = proposing.propose(
                street_id=request.user.street_id, actor=request.user, at=clock.now(), **form.cleaned_data
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已提出，大家可以支持了。")
            return redirect("grid:topic", row.pk)
    return render(request, "grid/topic_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@allow(*EVERY_WORKER)
def support(request: HttpRequest, topic: uuid.UUID) -> HttpResponse:
    """Stand behind a topic, or take that back."""
    row = _get(request, topic)
    verb = proposing.unsupport if request.POST.get("do") == "unsupport" else proposing.support
    try:
        verb(topic=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("grid:topic", row.pk)


@require_POST
@allow(*EVERY_WORKER)
def hear(request: HttpRequest, topic: uuid.UUID) -> HttpResponse:
    """The proposer has read the result."""
    row = _get(request, topic)
    try:
        ending.hear(topic=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("grid:topic", row.pk)


@require_http_methods(["GET", "POST"])
@allow(*ACTORS)
def act(request: HttpRequest, topic: uuid.UUID, verb: str) -> HttpResponse:
    """A form for one verb, and the verb. What is not for this person or this state is not found."""
    row = _get(request, topic)
    action = ACTIONS.get(verb)
    if action is None or not handling.is_for(request.user, Verb(verb), row):
        raise Http404
    form = action.form(request.POST if request.method == "POST" else None, topic=row, user=request.user)
    if form.is_valid():
        try:
            action.do(topic=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, action.done)
            return redirect("grid:topic", row.pk)
    context = {"topic": row, "form": form}
    return render(request, "grid/topic_act.html", context, status=422 if form.is_bound else 200)


URLS = [
    path("topics/", topics, name="topics"),
    path("topics/new/", propose, name="topic-new"),
    path("topics/<uuid:topic>/", topic, name="topic"),
    path("topics/<uuid:topic>/support/", support, name="topic-support"),
    path("topics/<uuid:topic>/heard/", hear, name="topic-heard"),
    path("topics/<uuid:topic>/<slug:verb>/", act, name="topic-act"),
]
