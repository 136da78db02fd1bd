"""Acts on an organisation: correcting, who stands above, its units, the beacon mark, dissolving and coming back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from branches.bodies import handing_over, honours
from branches.bodies import organisations as verbs
from branches.forms.organisations import BeaconForm, EndForm, OrganisationForm, SuperiorForm, UnitForm
from branches.models import Beacon, Organisation, OrganisationUnit
from branches.pages.heads import head
from branches.views.acting import Act, act, run
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import refuse, render

GET_POST = ["GET", "POST"]


def _home(organisation: Organisation) -> str:
    return reverse("branches:organisation", args=[organisation.pk])


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def edit(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Correct what is known of an organisation."""
    found = get_organisation(request, organisation)
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = OrganisationForm(request.POST or None, user=request.user, areas=areas, organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.correct(organisation=found, values=form.values(), actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已更正资料")
            return redirect(_home(found))
    context = {**head(request, get_organisation(request, organisation)), "form": form}
    return render(request, "branches/organisation_form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def superior(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Say who stands above, from a day on."""
    found, today = get_organisation(request, organisation), clock.today()
    others = Organisation.objects.visible_to(request.user).standing(today).exclude(pk=found.pk)
    above = others.filter(form__in=[Organisation.Form.GENERAL, Organisation.Form.COMMITTEE]).in_order()
    form = SuperiorForm(request.POST or None, above=above, initial={"since": today})
    words = Act("改隶属", "登记上级", "已登记上级党组织", "原来的隶属到那一天为止，历史留着")
    return act(
        request, found, form, words, to=_home(found),
        verb=lambda said: verbs.set_superior(organisation=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def unit_new(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Say on which enterprise an organisation is founded."""
    found = get_organisation(request, organisation)
    form = UnitForm(request.POST or None, user=request.user, initial={"since": clock.today()})
    words = Act("登记组建单位", "登记单位", "已登记组建单位", "一家单位同一时间只在一个党组织")
    return act(
        request, found, form, words, to=_home(found),
        verb=lambda said: verbs.add_unit(organisation=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def unit_end(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Say that an enterprise is no unit of the organisation any more."""
    rows = OrganisationUnit.objects.filter(organisation__in=Organisation.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("entity", "organisation"), pk=unit)
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    words = Act(f"{found.entity}退出", "登记退出", "已登记退出", "它的党员要另办转接", is_stop=True)
    return act(
        request, found.organisation, form, words, to=_home(found.organisation),
        verb=lambda said: verbs.end_unit(unit=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def beacon_give(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Give the mark of a beacon organisation."""
    found = get_organisation(request, organisation)
    form = BeaconForm(request.POST or None, initial={"since": clock.today()})
    words = Act("授予灯塔型标记", "授予标记", "已授予灯塔型标记", "写明做成了什么；带标记的党组织之间不排名次")
    return act(
        request, found, form, words, to=_home(found),
        verb=lambda said: honours.give_beacon(organisation=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def beacon_end(request: HttpRequest, beacon: uuid.UUID) -> HttpResponse:
    """End the mark."""
    rows = Beacon.objects.filter(organisation__in=Organisation.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("organisation"), pk=beacon)
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    words = Act("取消灯塔型标记", "取消标记", "已取消灯塔型标记", "以前带标记的时间留着", is_stop=True)
    return act(
        request, found.organisation, form, words, to=_home(found.organisation),
        verb=lambda said: honours.end_beacon(beacon=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def dissolve(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """End an organisation: first what that touches, then the reason, then it can be taken back."""
    found, today = get_organisation(request, organisation), clock.today()
    form = EndForm(request.POST or None, initial={"on": today})
    still = handing_over.held(found, today)
    lines = (
        *((each.what, each.sentence) for each in still),
        ("隶属、组建单位、联建、标记、班子", "到那一天为止，历史留着；别人牵头、还没办的活动不再列它"),
    )
    note = "下面几件先有人接手，再撤销" if still else "没有要先交出去的；撤销以后可以撤回"
    words = Act("撤销党组织之前", "撤销党组织", f"已撤销“{found}”", note, lines, is_stop=True)
    undo = reverse("branches:organisation-restore", args=[found.pk])
    return act(
        request, found, form, words, to=_home(found), undo=lambda _: undo,
        verb=lambda said: verbs.dissolve(organisation=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_POST
@allow(Role.STAFF)
def restore(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Take back that an organisation was dissolved."""
    found = get_organisation(request, organisation)
    return run(
        request, lambda: verbs.restore(organisation=found, actor=request.user, at=clock.now()), f"“{found}”恢复",
        to=_home(found),
    )  # fmt: skip


URLS = [
    path("organisations/<uuid:organisation>/edit/", edit, name="organisation-edit"),
    path("organisations/<uuid:organisation>/superior/", superior, name="organisation-superior"),
    path("organisations/<uuid:organisation>/units/new/", unit_new, name="unit-new"),
    path("organisations/units/<uuid:unit>/end/", unit_end, name="unit-end"),
    path("organisations/<uuid:organisation>/beacon/", beacon_give, name="beacon-give"),
    path("organisations/beacons/<uuid:beacon>/end/", beacon_end, name="beacon-end"),
    path("organisations/<uuid:organisation>/dissolve/", dissolve, name="organisation-dissolve"),
    path("organisations/<uuid:organisation>/restore/", restore, name="organisation-restore"),
]
