"""The pages on groups of a branch: setting one up, changing it, ending it; they are listed on the roster."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from branches.bodies import groups as verbs
from branches.forms.members import GroupForm
from branches.forms.organisations import ReasonForm
from branches.models import Group, Organisation
from branches.pages import groups as shown
from branches.views.acting import Act, act
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role

GET_POST = ["GET", "POST"]
WRITERS = (Role.STAFF, Role.SECRETARY)


def _roster(organisation: Organisation) -> str:
    return reverse("branches:organisation-members", args=[organisation.pk])


def _get(request: HttpRequest, group: uuid.UUID) -> Group:
    rows = Group.objects.visible_to(request.user).select_related("organisation__area", "organisation__place")
    return get_object_or_404(rows, pk=group)


@require_http_methods(GET_POST)
@allow(*WRITERS)
def new(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Set a group up."""
    found = get_organisation(request, organisation)
    form = GroupForm(request.POST or None, people=shown.choices(found, request.user, clock.now()))
    words = Act("设一个党小组", "设党小组", "已设党小组", shown.rule(found, clock.today()))
    return act(
        request, found, form, words, to=_roster(found),
        verb=lambda said: verbs.form(organisation=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(*WRITERS)
def edit(request: HttpRequest, group: uuid.UUID) -> HttpResponse:
    """Change who is in a group, who leads it, what it is called."""
    found = _get(request, group)
    people = shown.choices(found.organisation, request.user, clock.now())
    form = GroupForm(request.POST or None, people=people, initial=shown.now(found, clock.today()))
    words = Act(f"调整{found}", "保存调整", f"{found}已调整", "从今天起；以前谁在哪个组，历史留着")
    return act(
        request, found.organisation, form, words, to=_roster(found.organisation),
        verb=lambda said: verbs.change(group=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(*WRITERS)
def end(request: HttpRequest, group: uuid.UUID) -> HttpResponse:
    """End a group."""
    found = _get(request, group)
    form = ReasonForm(request.POST or None)
    words = Act(f"撤销{found}", "撤销党小组", f"{found}已撤销", "组里的党员仍在本支部，可以编到别的小组", is_stop=True)
    return act(
        request, found.organisation, form, words, to=_roster(found.organisation),
        verb=lambda said: verbs.end(group=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


URLS = [
    path("organisations/<uuid:organisation>/groups/new/", new, name="group-new"),
    path("groups/<uuid:group>/", edit, name="group-edit"),
    path("groups/<uuid:group>/end/", end, name="group-end"),
]
