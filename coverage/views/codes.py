"""Codes on paper: which doors have one, printing sheets, exchanging and stopping codes, and the notice behind them."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import codes, numbers, qr
from coverage.forms.collection import CodesFilter, VersionForm, WhyForm
from coverage.models import CodePrint, CollectionCode, CollectionForm, Entity
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area, Place
from shimen.web import paginate, refuse, render

READERS = (*OFFICE, Role.SECRETARY)
PER_PAGE = 9
PRIVATE_HOSTS = ("localhost", "127.", "10.", "192.168.", "[::1]")


def _filter(request: HttpRequest, data: Any) -> CodesFilter:
    areas = Area.objects.visible_to(request.user).grids().in_order()
    return CodesFilter(data, areas=areas, places=Place.objects.visible_to(request.user).standing())


def _doors(request: HttpRequest, form: CodesFilter) -> QuerySet[Any]:
    """The doors that were asked for, within the person's areas."""
    if form.is_of_places:
        return form.places(Place.objects.visible_to(request.user).standing(), today=clock.today())
    return form.entities(Entity.objects.visible_to(request.user), today=clock.today())


@require_GET
@allow(*READERS)
def codes_list(request: HttpRequest) -> HttpResponse:
    """Which doors have a code that opens, and what hangs at them since when."""
    form = _filter(request, request.GET)
    page = paginate(request, _doors(request, form).select_related("area"))
    kind = "place" if form.is_of_places else "entity"
    standing = CollectionCode.objects.standing().filter(**{f"{kind}__in": page.object_list})
    known = {getattr(code, f"{kind}_id"): code for code in standing}
    rows = [
        (door, known.get(door.pk), "" if kind == "entity" else door.get_kind_display()) for door in page.object_list
    ]
    context = {
        "form": form, "page": page, "rows": rows, "today": clock.today(), "kind": kind,
        "version": codes.current_form(request.user.street), "most": codes.MOST_AT_ONCE, "may_change": scope_of(request.user).has(*OFFICE),
    }  # fmt: skip
    return render(request, "collect/codes.html", context, part="list")


@require_POST
@allow(*READERS)
def print_codes(request: HttpRequest) -> HttpResponse:
    """Put the doors that were ticked, or all that were found, onto sheets."""
    form = _filter(request, request.POST)
    doors = _doors(request, form)
    ticked = _uuids(request.POST.getlist("door"))
    if request.POST.get("all") != "1":
        doors = doors.filter(pk__in=ticked)
    kind = "places" if form.is_of_places else "entities"
    chosen = form.in_words() if request.POST.get("all") == "1" else f"逐家勾选 {len(ticked)} 家"
    try:
        run = codes.print_codes(
            street=request.user.street, chosen=chosen, actor=request.user, at=clock.now(),
            **{kind: list(doors[: codes.MOST_AT_ONCE + 1])},
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.sentence)
        kept = {key: value for key, value in request.POST.items() if key in form.fields and value}
        return redirect(f"{reverse('coverage:codes')}?{urlencode(kept)}")
    return redirect("coverage:code-sheet", run.pk)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    """The ids among these; what is none is left out."""
    found = []
    for text in texts:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


@require_GET
@allow(*READERS)
def sheet(request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """The sheets of a printing, as they are now: what was exchanged since is left out and said."""
    found = get_object_or_404(CodePrint.objects.visible_to(request.user), pk=run)
    rows = found.codes.visible_to(request.user).select_related("entity", "place")
    listed = sorted(rows, key=lambda code: (not code.is_poster, code.address, code.subject))
    live = [code for code in listed if code.opens_on(clock.today())]
    drawn = [_drawn(request, code) for code in live]
    posters = [one for one in drawn if one["code"].is_poster]
    labels = [one for one in drawn if not one["code"].is_poster]
    pages = [labels[at : at + PER_PAGE] for at in range(0, len(labels), PER_PAGE)]
    context = {
        "run": found,
        "posters": posters,
        "pages": pages,
        "sides": len(posters) + len(pages),
        "missing": len(listed) - len(live),
        "version": codes.current_form(found.street),
        "host": request.get_host(),
        "is_private": request.get_host().startswith(PRIVATE_HOSTS),
    }
    return render(request, "collect/sheet.html", context)


def _drawn(request: HttpRequest, code: CollectionCode) -> dict[str, Any]:
    url = request.build_absolute_uri(reverse("coverage:collect", args=[code.token]))
    return {"code": code, "drawing": qr.draw(url), "short": numbers.in_groups(code.short)}


@require_GET
@allow(*READERS)
def prints(request: HttpRequest) -> HttpResponse:
    """Who printed which codes when."""
    rows = CodePrint.objects.visible_to(request.user).select_related("made_by").order_by("-made_at")
    return render(request, "collect/prints.html", {"page": paginate(request, rows)})


@require_http_methods(["GET", "POST"])
@allow(*OFFICE)
def change(request: HttpRequest) -> HttpResponse:
    """Exchange or stop the codes that were ticked; first a table of what that touches."""
    data = request.POST if request.method == "POST" else request.GET
    does = "revoke" if data.get("do") == "revoke" else "rotate"
    wanted, doors = _uuids(data.getlist("code")), _uuids(data.getlist("door"))
    standing = CollectionCode.objects.visible_to(request.user).standing().select_related("entity", "place")
    meant = Q(pk__in=wanted) | Q(entity__in=doors) | Q(place__in=doors)
    rows = list(standing.filter(meant).order_by("pk")[: codes.MOST_AT_ONCE])
    is_meant = request.method == "POST" and data.get("step") == "do"
    form = WhyForm(request.POST if is_meant else None)
    if is_meant and form.is_valid():
        verb = codes.revoke if does == "revoke" else codes.rotate
        try:
            done = verb(codes=rows, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            words = f"停用了 {len(done)} 张码" if does == "revoke" else f"换了 {len(done)} 张新码，重新打印后换下旧的"
            messages.success(request, words)
            return redirect("coverage:codes")
    context = {"form": form, "rows": rows, "does": does}
    return render(request, "collect/change.html", context, status=422 if is_meant else 200)


@require_http_methods(["GET", "POST"])
@allow(*OFFICE)
def versions(request: HttpRequest) -> HttpResponse:
    """The notice in use, and putting a new version into use."""
    street = request.user.street
    current = codes.current_form(street)
    form = VersionForm(request.POST if request.method == "POST" else None, initial=_begun(current, street))
    if request.method == "POST" and form.is_valid():
        try:
            done = codes.publish_form(street=street, values=form.cleaned_data, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"第 {done.number} 版已启用，从现在起扫码的人看到这一版")
            return redirect("coverage:collection-form")
    rows = CollectionForm.objects.visible_to(request.user).order_by("-number")
    context = {"form": form, "current": current, "rows": rows}
    return render(request, "collect/versions.html", context, status=422 if request.method == "POST" else 200)


def _begun(current: CollectionForm | None, street: Any) -> dict[str, Any]:
    """A new version begins as the one in use; the first one as a draft to be completed."""
    if current is not None:
        return {key: getattr(current, key) for key in codes.TEXTS}
    return codes.first_draft(street)
