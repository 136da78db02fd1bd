"""The links of an organisation (治立方) as a picture and a list, and the street's organisations from top to bottom."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from branches.bodies import ties as verbs
from branches.forms.organisations import EndForm, TieForm
from branches.models import Organisation, Tie
from branches.pages import linked
from branches.pages.heads import head
from branches.views.acting import Act, act
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.web import render

WRITERS = (Role.STAFF, Role.SECRETARY)


@require_GET
@allow(*EVERY_WORKER)
def organisation_ties(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """With whom an organisation is linked: the hub in the middle, the list beside."""
    found = get_organisation(request, organisation)
    context = {**head(request, found), **linked.about(found, request.user, today=clock.today())}
    may = scope_of(request.user).has(*WRITERS) and found.stands_on(clock.today())
    return render(request, "branches/ties.html", context | {"may_tie": may})


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def tie_new(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Link another organisation with this one."""
    found, today = get_organisation(request, organisation), clock.today()
    others = Organisation.objects.filter(street=found.street_id).standing(today).exclude(pk=found.pk).in_order()
    form = TieForm(request.POST or None, others=others, initial={"since": today})
    words = Act("建立联建", "建立联建", "已建立联建", f"“{found}”作枢纽")
    return act(
        request, found, form, words, to=reverse("branches:organisation-ties", args=[found.pk]),
        verb=lambda said: verbs.tie(hub=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def tie_end(request: HttpRequest, tie: uuid.UUID) -> HttpResponse:
    """End a link."""
    seen = Organisation.objects.visible_to(request.user)
    rows = Tie.objects.filter(Q(hub__in=seen) | Q(other__in=seen)).select_related("hub", "other")
    found = get_object_or_404(rows, pk=tie)
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    words = Act(f"和{found.other}结束联建", "结束联建", "已结束联建", "以前一起做的事都留着", is_stop=True)
    return act(
        request, found.hub, form, words, to=reverse("branches:organisation-ties", args=[found.hub_id]),
        verb=lambda said: verbs.untie(link=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_GET
@allow(*EVERY_WORKER)
def hierarchy(request: HttpRequest) -> HttpResponse:
    """The street's organisations from top to bottom, as a picture and as lists."""
    context = linked.hierarchy(request.user, today=clock.today())
    return render(request, "branches/hierarchy.html", context)


URLS = [
    path("organisations/hierarchy/", hierarchy, name="hierarchy"),
    path("organisations/<uuid:organisation>/ties/", organisation_ties, name="organisation-ties"),
    path("organisations/<uuid:organisation>/ties/new/", tie_new, name="tie-new"),
    path("organisations/ties/<uuid:tie>/end/", tie_end, name="tie-end"),
]
