"""What hangs on walls: which spots have a code, posters to print, exchanging and stopping codes, and the notice."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from coverage.collection import numbers, qr
from coverage.forms.collection import WhyForm
from coverage.views.codes import PRIVATE_HOSTS
from grid.forms.opinions import CodeForm, NoticeForm
from grid.models import OpinionCode, OpinionNotice
from grid.opinions import codes
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area, Place
from shimen.web import refuse, render

READERS = (Role.STAFF, Role.SECRETARY)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def codes_list(request: HttpRequest) -> HttpResponse:
    """The codes of the street, its grids and places, and making one more."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = CodeForm(
        request.POST if request.method == "POST" else None, areas=areas,
        places=Place.objects.visible_to(request.user).standing(),
    )  # fmt: skip
    if scope_of(request.user).area_ids is not None:
        form.fields["area"].empty_label = None  # type: ignore[attr-defined]
        form.fields["area"].help_text = ""
    if form.is_valid() and (made := _made(request, form)) is not None:
        messages.success(request, f"{made.subject}的意见码在下面，打印后贴出来")
        return redirect("grid:opinion-codes")
    rows = OpinionCode.objects.visible_to(request.user).standing().select_related("street", "area", "place").in_order()
    context = {
        "form": form, "rows": rows, "today": clock.today(), "tab": "codes", "notice": codes.current_notice(request.user.street),
        "may_change": scope_of(request.user).has(Role.STAFF),
    }  # fmt: skip
    return render(request, "grid/opinion_codes.html", context, status=422 if form.is_bound else 200)


def _made(request: HttpRequest, form: CodeForm) -> OpinionCode | None:
    """The code that was asked for; None where the form goes back with a sentence."""
    area, place = form.cleaned_data["area"], form.cleaned_data["place"]
    if scope_of(request.user).area_ids is not None and area is None and place is None:
        form.add_error("area", "选网格，或写地点。")
        return None
    try:
        return codes.issue(street=request.user.street, area=area, place=place, actor=request.user, at=clock.now())
    except DomainError as error:
        refuse(form, error)
        return None


def _get(request: HttpRequest, sheet: uuid.UUID) -> OpinionCode:
    rows = OpinionCode.objects.visible_to(request.user).select_related("street", "area", "place")
    return get_object_or_404(rows, pk=sheet)


@require_GET
@allow(*READERS)
def poster(request: HttpRequest, sheet: uuid.UUID) -> HttpResponse:
    """One poster on A4."""
    code = _get(request, sheet)
    url = request.build_absolute_uri(reverse("grid:tell", args=[code.token]))
    context: dict[str, Any] = {
        "code": code, "drawing": qr.draw(url), "short": numbers.in_groups(code.short), "host": request.get_host(),
        "notice": codes.current_notice(code.street), "is_private": request.get_host().startswith(PRIVATE_HOSTS),
        "opens": code.opens_on(clock.today()),
    }  # fmt: skip
    return render(request, "grid/opinion_poster.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def change(request: HttpRequest, sheet: uuid.UUID) -> HttpResponse:
    """Exchange a code for a new one, or stop it, with a reason."""
    code = _get(request, sheet)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verb = codes.revoke if request.POST.get("do") == "revoke" else codes.rotate
        try:
            verb(code=code, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            done = "已停用" if verb is codes.revoke else "已换新码，重新打印后换下旧的"
            messages.success(request, f"{code.subject}的意见码{done}")
            return redirect("grid:opinion-codes")
    context = {"form": form, "code": code}
    return render(request, "grid/opinion_code_change.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def notice(request: HttpRequest) -> HttpResponse:
    """The notice in use, and putting a new version into use."""
    street = request.user.street
    current = codes.current_notice(street)
    begun = {key: getattr(current, key) for key in codes.TEXTS} if current else codes.first_draft(street)
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=begun)
    if form.is_bound and form.is_valid():
        try:
            done = codes.publish_notice(street=street, values=form.cleaned_data, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"第 {done.number} 版已启用，从现在起扫码的人看到这一版")
            return redirect("grid:opinion-notice")
    rows = OpinionNotice.objects.visible_to(request.user).select_related("published_by").order_by("-number")
    context = {"form": form, "current": current, "rows": rows, "tab": "notice"}
    return render(request, "grid/opinion_notice.html", context, status=422 if form.is_bound else 200)


URLS = [
    path("opinions/codes/", codes_list, name="opinion-codes"),
    path("opinions/codes/<uuid:sheet>/", poster, name="opinion-poster"),
    path("opinions/codes/<uuid:sheet>/change/", change, name="opinion-code-change"),
    path("opinions/notice/", notice, name="opinion-notice"),
]
