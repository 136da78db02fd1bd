"""Acts on a council: correcting, its buildings, its charter, its members, dissolving and coming back."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from grid.councils import charters, holding, seats
from grid.councils import councils as verbs
from grid.forms import councils as forms
from grid.models import Council, CouncilMember, Leg
from grid.views.acting import Act, act
from grid.views.councils import buildings, get_council
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import press

GET_POST = ["GET", "POST"]
KEEPERS = (Role.STAFF, Role.CONVENER)


def _home(council: Council) -> str:
    return reverse("grid:council", args=[council.pk])


def _path(council: Council) -> tuple[tuple[str, str], ...]:
    return (("议事会", reverse("grid:councils")), (council.name, _home(council)))


def _kept(request: HttpRequest, council: uuid.UUID) -> Council:
    """A council that the person may change; for others there is no such page."""
    found = get_council(request, council)
    if not holding.is_for(request.user, found):
        raise Http404
    return found


def _member(request: HttpRequest, member: uuid.UUID) -> CouncilMember:
    rows = CouncilMember.objects.visible_to(request.user).select_related(
        "council__area", "organisation", "entity", "user"
    )
    found = get_object_or_404(rows, pk=member)
    _kept(request, found.council_id)
    return found


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def edit(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """Correct what is known of a council."""
    found = _kept(request, council)
    form = forms.CorrectForm(request.POST or None, council=found)
    words = Act(_path(found), "更正资料", "保存", "已更正资料", "改名不改历史；撤销另有入口")
    return act(request, form, words, verbs.correct, council=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def places(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """Say for which buildings a building council speaks."""
    found = _kept(request, council)
    form = forms.PlacesForm(request.POST or None, council=found, places=buildings(request).filter(area=found.area))
    words = Act(_path(found), "改楼宇", "改楼宇", "已改楼宇", "选中的就是全部；没选的从那天起不再归它")
    return act(request, form, words, verbs.set_places, council=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def charter(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """Write the next version of the charter."""
    found = _kept(request, council)
    form = forms.AmendForm(request.POST or None, charter=found.charters.newest_first().first())
    note = "改了就是新的一版，从定的那天起施行；以前的会照以前的一版算"
    words = Act(_path(found), "改议事规则", "通过新的一版", "已记下新的一版", note)
    return act(request, form, words, charters.amend, council=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def seat(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """Somebody takes a seat."""
    found = _kept(request, council)
    form = forms.SeatForm(request.POST or None, user=request.user)
    words = Act(_path(found), "登记成员", "登记成员", "已登记成员", "只记姓名和代表谁，不记电话")
    return act(request, form, words, seats.seat, council=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def unseat(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Somebody leaves their seat."""
    found = _member(request, member)
    form = forms.EndForm(request.POST or None, initial={"on": clock.today()})
    note = "离任后没有召集人，要尽快另定" if found.is_convener else "以前参加的会、议的事不变"
    undo = reverse("grid:council-resume", args=[found.pk])
    words = Act(
        _path(found.council), f"{found.name}离任", "登记离任", f"已登记{found.name}离任", note, is_stop=True, undo=undo
    )
    return act(request, form, words, seats.unseat, member=found)


@require_POST
@allow(*KEEPERS)
def resume(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Take back that somebody left."""
    found = _member(request, member)
    return press(request, seats.resume, done=f"已恢复{found.name}", back=_home(found.council), member=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def delegation(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Say for whom somebody speaks from now on."""
    found = _member(request, member)
    own = found.unit if found.organisation is None and found.entity is None else ""
    first = {
        "role": found.role, "organisation": found.organisation_id, "unit": own, "entity": found.entity.name if found.entity else ""
    }  # fmt: skip
    form = forms.DelegationForm(request.POST or None, user=request.user, initial=first)
    words = Act(
        _path(found.council),
        f"{found.name}改代表谁",
        "改代表谁",
        "已改",
        f"现在代表{found.get_role_display()} {found.unit}",
    )
    return act(request, form, words, seats.change_delegation, member=found)


@require_http_methods(GET_POST)
@allow(*KEEPERS)
def convener(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Name somebody the council's convener."""
    found = _member(request, member)
    form = forms.SinceForm(request.POST or None, initial={"since": clock.today()})
    words = Act(
        _path(found.council), f"定{found.name}为召集人", "定为召集人", f"召集人是{found.name}",
        "原来的召集人继续当成员；召集人的登录权限由安全管理员授予",
    )  # fmt: skip
    return act(request, form, words, seats.name_convener, member=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def account(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Say by which account a member signs in."""
    found = _member(request, member)
    form = forms.AccountForm(request.POST or None, people=forms.accounts(request.user), initial={"user": found.user_id})
    words = Act(_path(found.council), f"{found.name}的账号", "关联账号", "已改账号")
    return act(request, form, words, seats.link_account, member=found)


@require_http_methods(GET_POST)
@allow(Role.STAFF)
def dissolve(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """End a council: first what that touches, then the reason; it can be taken back."""
    found, today = get_council(request, council), clock.today()
    form = forms.EndForm(request.POST or None, initial={"on": today})
    waiting = Leg.objects.filter(council=found, ended_at__isnull=True).count()
    lines = (
        ("在议事项", f"{waiting} 件，要先转给别处" if waiting else "没有"),
        ("成员", f"{found.members.on(today).count()} 人，到那一天为止"),
        ("楼宇、议事规则", "到那一天为止，历史留着"),
    )
    undo = reverse("grid:council-restore", args=[found.pk])
    words = Act(
        _path(found),
        "撤销议事会之前",
        "撤销议事会",
        f"已撤销“{found}”",
        "先列清后果，再动手",
        lines,
        is_stop=True,
        undo=undo,
    )
    return act(request, form, words, verbs.dissolve, council=found)


@require_POST
@allow(Role.STAFF)
def restore(request: HttpRequest, council: uuid.UUID) -> HttpResponse:
    """Take back that a council was dissolved."""
    found = get_council(request, council)
    return press(request, verbs.restore, done=f"“{found}”已恢复", back=_home(found), council=found)


URLS = [
    path("councils/<uuid:council>/edit/", edit, name="council-edit"),
    path("councils/<uuid:council>/places/", places, name="council-places"),
    path("councils/<uuid:council>/charter/", charter, name="council-charter"),
    path("councils/<uuid:council>/members/new/", seat, name="council-seat"),
    path("councils/<uuid:council>/dissolve/", dissolve, name="council-dissolve"),
    path("councils/<uuid:council>/restore/", restore, name="council-restore"),
    path("councils/members/<uuid:member>/end/", unseat, name="council-unseat"),
    path("councils/members/<uuid:member>/resume/", resume, name="council-resume"),
    path("councils/members/<uuid:member>/delegation/", delegation, name="council-delegation"),
    path("councils/members/<uuid:member>/convener/", convener, name="council-convener"),
    path("councils/members/<uuid:member>/account/", account, name="council-account"),
]
