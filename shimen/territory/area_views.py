"""Pages of areas: the tree with its counts, one area, and what staff of the whole street decide about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role, RoleGrant
from shimen.errors import DomainError
from shimen.territory import areas, borders, occupants
from shimen.territory.forms import AreaForm, BorderForm, PlaceFilter, ReasonForm
from shimen.territory.models import Area, Place, Redrawing
from shimen.territory.redrawing import propose, redraw, undo
from shimen.territory.sheet import Tag, draw, seat
from shimen.web import paginate, refuse, render

CHANGES_SHOWN = 5
PLACES_OF_A_MOVE = 30


def _area(request: HttpRequest, pk: uuid.UUID) -> Area:
    found: Area = get_object_or_404(Area.objects.visible_to(request.user).select_related("parent", "street"), pk=pk)
    return found


def _may_keep(request: HttpRequest) -> bool:
    return scope_of(request.user).covers(request.user.street_id, None, role=Role.STAFF)


@allow(*EVERY_WORKER)
@require_GET
def area_list(request: HttpRequest) -> HttpResponse:
    """Every area with how much stands in it."""
    doors = Count("places", filter=Q(places__closed_on__isnull=True))
    seen = Area.objects.visible_to(request.user).select_related("parent").annotate(doors=doors).in_order()
    rows = _tree([area for area in seen if area.closed_on is None])
    kinds = [kind for kind in occupants.every() if kind.area_url(rows[0][0])] if rows else []
    counted = {kind.key: kind.in_areas([area.pk for area, _ in rows]) for kind in kinds}
    lines = [
        (area, depth, [(counted[kind.key].get(area.pk, 0), kind.area_url(area)) for kind in kinds])
        for area, depth in rows
    ]
    context = {
        "lines": lines,
        "kinds": kinds,
        "closed": [area for area in seen if area.closed_on is not None],
        "drawing": _drawing(request, [area for area, _ in rows]),
        "may_keep": _may_keep(request),
        "may_add_place": scope_of(request.user).has(*OFFICE),
    }
    return render(request, "territory/area_list.html", context)


def _tree(rows: list[Area]) -> list[tuple[Area, int]]:
    """Areas in the order of the tree with their depth; one whose parent is out of sight stands at the top."""
    known = {area.pk for area in rows}
    below: dict[uuid.UUID | None, list[Area]] = {}
    for area in rows:
        below.setdefault(area.parent_id if area.parent_id in known else None, []).append(area)

    def walk(parent: uuid.UUID | None, depth: int) -> list[tuple[Area, int]]:
        return [line for area in below.get(parent, []) for line in ((area, depth), *walk(area.pk, depth + 1))]

    return walk(None, 0)


def _drawing(request: HttpRequest, shown: list[Area], dots: Any = ()) -> Any:
    street = request.user.street
    if street is None:
        return None
    grids = [area for area in shown if area.boundary]
    tags = [Tag(area.name, area.code, *seat(street.backdrop, area.boundary)) for area in grids]
    return draw(street.backdrop, [area.boundary for area in grids], dots, tags=tags)


@allow(*EVERY_WORKER)
@require_GET
def area(request: HttpRequest, area: uuid.UUID) -> HttpResponse:
    """One area: where it is, what stands in it, who looks after it, what was changed."""
    found = _area(request, area)
    form = PlaceFilter(request.GET)
    doors = Place.objects.visible_to(request.user).filter(area__in=Area.objects.below(found)).standing()
    context = _about(request, found) | {
        "area": found,
        "doors": doors.count(),
        "drawing": _drawing(request, [found], [(p.lon, p.lat, "m-none") for p in doors.only("lon", "lat")]),
        "size": borders.square_metres(borders.surface(found.boundary)) if found.boundary else "",
        "form": form,
        "page": paginate(request, form.narrow(doors).order_by("address", "pk")),
        "changes": Redrawing.objects.filter(area=found).select_related("made_by").newest_first()[:CHANGES_SHOWN],
        "may_keep": _may_keep(request),
        "may_undo": areas.may_keep_places(request.user, found.street_id, found.pk),
    }
    return render(request, "territory/area.html", context, part="places")


def _about(request: HttpRequest, found: Area) -> dict[str, Any]:
    """What stands in an area, what is below it, who looks after it."""
    grants = RoleGrant.objects.on(clock.today()).filter(area=found).select_related("user")
    return {
        "counts": [
            (kind, kind.in_areas([found.pk]).get(found.pk, 0), kind.area_url(found)) for kind in occupants.every()
        ],
        "children": found.children.standing().in_order(),
        "grants": grants.order_by("role", "user__display_name"),
        "charged": [line for kind in occupants.every() for line in kind.charged(request.user, found)],
    }


@allow(Role.STAFF)
@require_http_methods(["GET", "POST"])
def area_new(request: HttpRequest) -> HttpResponse:
    """A new area; its border is drawn next."""
    form = AreaForm(request.POST or None, street=request.user.street, initial={"kind": Area.Kind.GRID})
    if form.is_valid():
        try:
            made = areas.add_area(
                street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已新设{made.name}。现在画它的边界。")
            return redirect("territory:area-border", area=made.pk)
    return render(request, "territory/area_form.html", {"form": form}, status=422 if form.errors else 200)


@allow(Role.STAFF)
@require_http_methods(["GET", "POST"])
def area_edit(request: HttpRequest, area: uuid.UUID) -> HttpResponse:
    """Name, code, order, and what it belongs to."""
    found = _area(request, area)
    initial = {"name": found.name, "code": found.code, "sort": found.sort, "parent": found.parent_id}
    form = AreaForm(request.POST or None, street=found.street, area=found, initial=initial)
    if form.is_valid():
        said, by = form.cleaned_data, {"actor": request.user, "at": clock.now()}
        try:
            areas.hang_area(area=found, parent=said["parent"], **by)
            areas.rename_area(area=found, name=said["name"], code=said["code"], sort=said["sort"], **by)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("territory:area", area=found.pk)
    return render(
        request, "territory/area_form.html", {"form": form, "area": found}, status=422 if form.errors else 200
    )


@allow(Role.STAFF)
@require_http_methods(["GET", "POST"])
def area_border(request: HttpRequest, area: uuid.UUID) -> HttpResponse:
    """Draw a border: first what would follow from it, then, pressed once more, let it hold."""
    found = _area(request, area)
    form = BorderForm(request.POST or None, initial={"ring": borders.written(found.boundary), "along": True})
    proposal = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            if request.POST.get("do") in {"move", "leave"}:
                made = redraw(
                    area=found, ring=said["ring"], along=said["along"], move=request.POST["do"] == "move",
                    expected=_number(request.POST.get("expected")), actor=request.user, at=clock.now(),
                )  # fmt: skip
                return tell_redrawn(request, made, f"已{made.sentence}。")
            proposal = propose(area=found, ring=said["ring"], along=said["along"])
        except DomainError as error:
            refuse(form, error)
    context = {
        "area": found,
        "form": form,
        "proposal": proposal,
        "shown": PLACES_OF_A_MOVE,
        "tiles": settings.SHIMEN_TILE_URL,
    }
    return render(request, "territory/area_border.html", context, status=422 if form.errors else 200)


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdigit() and len(typed) < 9 else None


def _back_to(made: Redrawing) -> HttpResponse:
    if made.place_id:
        return redirect("territory:place", place=made.place_id)
    return redirect("territory:area", area=made.area_id)


def tell_redrawn(request: HttpRequest, made: Redrawing, words: str) -> HttpResponse:
    """Say what was done, with a button that takes it back, on the page of what was changed."""
    messages.success(request, words, extra_tags="undo=" + reverse("territory:redrawing-undo", args=[made.pk]))
    return _back_to(made)


@allow(Role.STAFF)
@require_http_methods(["GET", "POST"])
def area_close(request: HttpRequest, area: uuid.UUID) -> HttpResponse:
    """What still stands in an area; closing it when nothing does."""
    found = _area(request, area)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            areas.close_area(area=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            back = reverse("territory:area-reopen", args=[found.pk])
            messages.success(request, f"已撤销{found.name}。", extra_tags=f"undo={back}")
            return redirect("territory:area-list")
    left = areas.what_is_left(found, on=clock.today())
    context = {"area": found, "form": form, "left": left}
    return render(request, "territory/area_close.html", context, status=422 if form.errors else 200)


@allow(Role.STAFF)
@require_POST
def area_reopen(request: HttpRequest, area: uuid.UUID) -> HttpResponse:
    """Take a closing back."""
    found = _area(request, area)
    try:
        areas.reopen_area(area=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已恢复{found.name}。")
    return redirect("territory:area", area=found.pk)


@allow(*OFFICE)
@require_POST
def redrawing_undo(request: HttpRequest, redrawing: uuid.UUID) -> HttpResponse:
    """Put a border or a place back."""
    made = get_object_or_404(Redrawing.objects.visible_to(request.user), pk=redrawing)
    try:
        _, left = undo(redrawing=made, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        rest = f"，{left:,} 处之后又改过，没有动" if left else ""
        messages.success(request, f"已撤销“{made.sentence}”{rest}。")
    return _back_to(made)
