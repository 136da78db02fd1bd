"""Pages of places: one door or building, adding one, correcting, moving on the map, closing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow
from shimen.errors import DomainError
from shimen.territory import occupants, picture, places
from shimen.territory.area_views import tell_redrawn
from shimen.territory.areas import may_keep_places
from shimen.territory.forms import MoveForm, PlaceForm, PlaceNames, ReasonForm
from shimen.territory.models import Area, Place
from shimen.web import refuse, render

CHANGES_SHOWN = 5


def _place(request: HttpRequest, pk: uuid.UUID) -> Place:
    rows = Place.objects.visible_to(request.user).select_related("area", "building", "street")
    found: Place = get_object_or_404(rows, pk=pk)
    return found


@allow(*EVERY_WORKER)
@require_GET
def place(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """One door: where it is, which rooms it has, who is in it."""
    found = _place(request, place)
    rooms = list(found.rooms.standing().order_by("floor", "room", "pk"))
    lines = [
        line for kind in occupants.every() for line in kind.listed(request.user, [found.pk, *(r.pk for r in rooms)])
    ]
    here: dict[uuid.UUID | None, list[occupants.Line]] = {}
    for line in lines:
        here.setdefault(line.where, []).append(line)
    context = {
        "place": found,
        "floors": [(room, here.get(room.pk, [])) for room in rooms],
        "here": here.get(found.pk, []),
        "total": len(lines),
        "map": picture.around_place(found, found.street),
        "changes": found.redrawings.select_related("made_by").newest_first()[:CHANGES_SHOWN],
        "may_keep": may_keep_places(request.user, found.street_id, found.area_id),
    }
    return render(request, "territory/place.html", context)


@allow(*OFFICE)
@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    """A new door by its address, put on the map by a click or by coordinates."""
    form = PlaceForm(request.POST or None, areas=Area.objects.visible_to(request.user), initial=_given(request))
    if form.is_valid():
        try:
            made = places.add_place(
                street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已新增{made}，归{made.area}。")
            return redirect("territory:place", place=made.pk)
    context = {"form": form, "tiles": settings.SHIMEN_TILE_URL}
    return render(request, "territory/place_new.html", context, status=422 if form.errors else 200)


def _given(request: HttpRequest) -> dict[str, str]:
    """What another page wrote into the address, for example a shop whose door is not known yet."""
    return {"kind": Place.Kind.SHOPFRONT, "address": request.GET.get("address", "")[:200]}


@allow(*OFFICE)
@require_http_methods(["GET", "POST"])
def place_edit(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """Another name, kind or address."""
    found = _place(request, place)
    initial = {"address": found.address, "kind": found.kind, "name": found.name}
    form = PlaceNames(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            places.correct_place(place=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("territory:place", place=found.pk)
    context = {"place": found, "form": form}
    return render(request, "territory/place_edit.html", context, status=422 if form.errors else 200)


@allow(*OFFICE)
@require_http_methods(["GET", "POST"])
def place_move(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """Put a place elsewhere; where that lies in another grid, ask whether it goes over."""
    found = _place(request, place)
    initial = {"lon": found.lon, "lat": found.lat}
    form = MoveForm(request.POST or None, areas=Area.objects.visible_to(request.user), initial=initial)
    other = None
    if form.is_valid():
        said = form.cleaned_data
        other = places.area_at(found.street, said["lon"], said["lat"])
        answered = bool(said["area"]) or "stay" in request.POST or other is None or other.pk == found.area_id
        if answered:
            try:
                made = places.move_place(place=found, actor=request.user, at=clock.now(), **said)
                return tell_redrawn(request, made, f"已{made.sentence}。")
            except DomainError as error:
                refuse(form, error)
    context = {
        "place": found,
        "form": form,
        "other": other,
        "stand_there": places.what_is_left(found),
        "tiles": settings.SHIMEN_TILE_URL,
    }
    return render(request, "territory/place_move.html", context, status=422 if form.errors else 200)


@allow(*OFFICE)
@require_http_methods(["GET", "POST"])
def place_close(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """What is still there; closing the place when nothing is."""
    found = _place(request, place)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            places.close_place(place=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            undo = reverse("territory:place-reopen", args=[found.pk])
            messages.success(request, f"已撤销{found}。", extra_tags=f"undo={undo}")
            return redirect("territory:area", area=found.area_id)
    context = {"place": found, "form": form, "left": places.what_is_left(found)}
    return render(request, "territory/place_close.html", context, status=422 if form.errors else 200)


@allow(*OFFICE)
@require_POST
def place_reopen(request: HttpRequest, place: uuid.UUID) -> HttpResponse:
    """Take a closing back."""
    found = _place(request, place)
    try:
        places.reopen_place(place=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已恢复{found}。")
    return redirect("territory:place", place=found.pk)
