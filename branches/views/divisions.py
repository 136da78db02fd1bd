"""Pages of divisions: proposals, variants side by side, changing one by hand, adopting it and taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.duty import adopting, dividing, ground
from branches.duty.dividing import KIND, DivisionError
from branches.forms.divisions import AdoptForm, AskForm, AskWithinForm
from branches.models import Division, DivisionVariant, Organisation, Rule
from branches.pages import divisions as shown
from branches.pages.heads import head
from branches.views.division_picks import Pick
from branches.views.organisations import get_organisation
from coverage.forms.registry import ExportForm
from shimen import clock, navigation
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.outbox.models import Job
from shimen.territory.models import Place
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.SECRETARY)
LINES = 50
FIRST_LINES = 12  # of what would move; the rest is a click away, so that the day to choose is in sight
PRICE = 400  # metres: what keeping its branch is worth to a shop unless somebody says otherwise

ENTRIES = (
    navigation.Entry(
        "街区划分",
        icon="vector-triangle",
        url="branches:divisions",
        pillar=navigation.Pillar.INTEGRATION,
        roles=READERS,
        place=40,
        under=("/branches/divisions/", "/branches/variants/"),
    ),
)


def _division(request: HttpRequest, division: uuid.UUID) -> Division:
    rows = Division.objects.visible_to(request.user).select_related("street", "organisation", "chosen", "adopted_by")
    return get_object_or_404(rows, pk=division)


def _variant(request: HttpRequest, variant: uuid.UUID) -> DivisionVariant:
    rows = DivisionVariant.objects.visible_to(request.user).select_related("division__street", "division__organisation")
    return get_object_or_404(rows, pk=variant)


def _may_direct(request: HttpRequest, division: Division) -> bool:
    """Staff for the street; a secretary too within a branch of their area."""
    scope = scope_of(request.user)
    return scope.has(Role.STAFF) or (division.organisation_id is not None and scope.has(Role.SECRETARY))


def _refuse_others(request: HttpRequest, division: Division) -> None:
    if not _may_direct(request, division):
        raise PermissionDenied("整个街道的划分由街道党建办提出和采用。")


@require_GET
@allow(*READERS)
def divisions(request: HttpRequest) -> HttpResponse:
    """Proposals within one's sight, the newest first; those put away on request."""
    rows = Division.objects.visible_to(request.user).select_related("organisation", "made_by", "chosen").newest_first()
    is_away = request.GET.get("show") == "away"
    rows = rows.exclude(put_away_at=None) if is_away else rows.shown()
    context = {
        "page": paginate(request, rows, size=LINES),
        "is_away": is_away,
        "may_ask": scope_of(request.user).has(Role.STAFF),
    }
    return render(request, "branches/divisions.html", context, part="list")


def _defaults(request: HttpRequest) -> dict[str, Any]:
    today = clock.today()
    book = Rule.objects.book(street=request.user.street_id, on=today)
    return {
        "name": f"{today.year} 年 {today.month} 月方案",
        "tolerance": book["division_imbalance_percent"],
        "price_of_change": PRICE,
        "respects_grids": True,
        "measure": Division.Measure.SHOPS,
    }


def _again(request: HttpRequest) -> dict[str, Any]:
    """What an earlier proposal asked for, to be changed and asked anew."""
    try:
        found = Division.objects.visible_to(request.user).filter(pk=uuid.UUID(request.GET.get("from", ""))).first()
    except ValueError:
        return {}
    if found is None:
        return {}
    kept = ("name", "measure", "tolerance", "price_of_change", "respects_grids", "founding")
    number = None if found.founding else len(found.areas)
    members = [area["key"] for area in found.areas] if found.organisation_id else []
    return {name: getattr(found, name) for name in kept} | {"number": number, "members": members}


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def division_new(request: HttpRequest) -> HttpResponse:
    """Ask for a division of the street, with the wishes of an earlier one where it is named."""
    form = AskForm(request.POST or None, initial=_defaults(request) | _again(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = dividing.ask(street=request.user.street, asked=form.asked(), actor=request.user, at=clock.now())
        except DivisionError as error:
            refuse(form, error)
        else:
            return redirect("branches:division", made.pk)
    return render(request, "branches/division_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def division_within(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Ask how a branch's members are to share its doors."""
    found = get_organisation(request, organisation)
    members = ground.members_for(found, clock.today())
    chosen = [m.pk for m in members.filter(responsibilities__valid__contains=clock.today()).distinct()]
    initial = _defaults(request) | {"name": f"{found}责任区", "members": chosen} | _again(request)
    form = AskWithinForm(request.POST or None, initial=initial, members=members)
    if request.method == "POST" and form.is_valid():
        try:
            made = dividing.ask_within(organisation=found, asked=form.asked(), actor=request.user, at=clock.now())
        except DivisionError as error:
            refuse(form, error)
        else:
            return redirect("branches:division", made.pk)
    context = {**head(request, found), "form": form, "members": members}
    return render(request, "branches/division_within.html", context, status=422 if form.is_bound else 200)


@require_GET
@allow(*READERS)
def division(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """The variants side by side: maps of one scale, a table per area, and what is better in which."""
    return _side_by_side(request, _division(request, division), ExportForm(initial={"kind": "csv"}), status=200)


def _side_by_side(request: HttpRequest, found: Division, form: ExportForm, *, status: int) -> HttpResponse:
    variants = list(found.variants.order_by("number"))
    for each in variants:
        each.division = found
    atlas = shown.Atlas(found, on=clock.today()) if variants else None
    days = Rule.objects.book(street=found.street_id, on=clock.today())[adopting.DAYS_BACK]
    until = found.may_go_back_until(days)
    context = {
        "division": found,
        "variants": atlas.shown(variants) if atlas else [],
        "rows": shown.comparison(found, variants),
        "export": form,
        "may_direct": _may_direct(request, found),
        "is_open": found.state == Division.State.DRAWN and found.put_away_at is None,
        "days": days,
        "back_until": until if until and clock.now() <= until else None,
        "number": len(found.areas),
        **_progress(found),
    }
    return render(request, "branches/division.html", context, status=status)


def _progress(found: Division) -> dict[str, Any]:
    if found.state != Division.State.DRAWING:
        return {}
    return {"job": Job.objects.filter(kind=KIND, payload__division=str(found.pk)).first()}


@require_GET
@allow(*READERS)
def division_progress(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """How far the worker is; the page loads anew when it is there."""
    found = _division(request, division)
    response = render(request, "branches/division.html#progress", {"division": found} | _progress(found))
    if found.state != Division.State.DRAWING:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@allow(*READERS)
def division_away(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """Take a proposal off the list."""
    found = _division(request, division)
    _refuse_others(request, found)
    try:
        dividing.put_away(division=found, actor=request.user, at=clock.now())
    except DivisionError as error:
        messages.error(request, error.sentence)
        return redirect("branches:division", found.pk)
    back = f"undo={reverse('branches:division-back', args=[found.pk])}"
    messages.success(request, f"已收起“{found}”。", extra_tags=back)
    return redirect("branches:divisions")


@require_POST
@allow(*READERS)
def division_back(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """Put a proposal back on the list."""
    found = _division(request, division)
    _refuse_others(request, found)
    dividing.bring_back(division=found, actor=request.user, at=clock.now())
    return redirect("branches:division", found.pk)


@require_POST
@allow(*READERS)
def division_export(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """Every door with its area in each variant, as a file that names its maker and purpose."""
    found, form = _division(request, division), ExportForm(request.POST)
    if form.is_valid():
        variants, atlas = list(found.variants.order_by("number")), shown.Atlas(found, on=clock.today())
        rows = Place.objects.filter(pk__in=found.places).select_related("area").order_by("address_key")
        try:
            return export(
                rows=rows, columns=shown.columns(atlas, variants), title=f"{found}对照表",
                filters={"division": str(found.pk)}, actor=request.user, at=clock.now(), **form.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(form, error)
    return _side_by_side(request, found, form, status=422)


@require_POST
@allow(*READERS)
def division_take_back(request: HttpRequest, division: uuid.UUID) -> HttpResponse:
    """Give the doors back to whoever held them."""
    found = _division(request, division)
    _refuse_others(request, found)
    try:
        done, left = adopting.take_back(division=found, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        rest = f"，{left} 处之后又有变动，没有动" if left else ""
        messages.success(request, f"已撤回，{done} 处回到原来的归属{rest}。")
    return redirect("branches:division", found.pk)


# ---- one variant


def _doors_shown(variant: DivisionVariant, area: str) -> list[int]:
    owners = variant.owners()
    chosen = int(area) if area.isdigit() else None
    return [n for n, owner in enumerate(owners) if chosen is None or owner == chosen]


@require_GET
@allow(*READERS)
def division_doors(request: HttpRequest, variant: uuid.UUID) -> HttpResponse:
    """The doors of a variant, all or of one area, with whose they are today and why they lie there."""
    found = _variant(request, variant)
    atlas, area = shown.Atlas(found.division, on=clock.today()), request.GET.get("area", "")
    page = paginate(request, _doors_shown(found, area), size=LINES)  # type: ignore[arg-type]
    context = {
        "division": found.division,
        "variant": found,
        "page": page,
        "lines": shown.door_lines(atlas, found, list(page)),
        "areas": [("", "全部"), *((str(n), name) for n, name in enumerate(atlas.names))],
        "title": atlas.names[int(area)] if area.isdigit() and int(area) < len(atlas.names) else "全部",
    }
    return render(request, "branches/division_doors.html", context, part="list")


@require_GET
@allow(*READERS)
def division_edit(request: HttpRequest, variant: uuid.UUID) -> HttpResponse:
    """A variant with every door to be clicked; what is picked is handed to another area."""
    found = _variant(request, variant)
    return _edit_page(request, found, Pick.of(request.GET))


def _edit_page(request: HttpRequest, found: DivisionVariant, pick: Pick, error: str = "") -> HttpResponse:
    atlas = shown.Atlas(found.division, on=clock.today())
    numbers = pick.doors(atlas, found)
    context = {
        "division": found.division,
        "variant": found,
        "map": atlas.map_of(found, to_click=True, picked=numbers),
        "areas": atlas.lines(found),
        "sentence": shown.sentence(found, atlas.unit),
        "unit": atlas.unit,
        "pick": pick,
        "picked": shown.door_lines(atlas, found, numbers[:LINES]),
        "count": len(numbers),
        "choices": list(enumerate(atlas.names)),
        "targets": _targets(atlas, found, numbers),
        "blocks": pick.blocks(atlas),
        "roads": sorted({door.road for door in atlas.doors if door.road}),
        "seen": len(found.edits),
        "may_direct": _may_direct(request, found.division) and found.division.state == Division.State.DRAWN,
        "error": error or pick.missing(numbers),
    }
    return render(request, "branches/division_edit.html", context, part="edit", status=422 if error else 200)


def _targets(atlas: shown.Atlas, found: DivisionVariant, numbers: list[int]) -> list[tuple[int, str]]:
    """Where what was picked may go: not where all of it is."""
    owners = found.owners()
    there = {owners[n] for n in numbers}
    return [(n, name) for n, name in enumerate(atlas.names) if there != {n}]


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() else -1


@require_POST
@allow(*READERS)
def division_hand(request: HttpRequest, variant: uuid.UUID) -> HttpResponse:
    """Hand what was picked to another area."""
    found, pick = _variant(request, variant), Pick.of(request.POST)
    _refuse_others(request, found.division)
    atlas, to = shown.Atlas(found.division, on=clock.today()), request.POST.get("to", "")
    try:
        dividing.hand_over(
            variant=found, doors=pick.doors(atlas, found), to=int(to) if to.isdigit() else -1, seen=_seen(request),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
    except DivisionError as error:
        found.refresh_from_db()
        return _edit_page(request, found, pick, error.sentence)
    return redirect("branches:division-edit", found.pk)


@require_POST
@allow(*READERS)
def division_undo(request: HttpRequest, variant: uuid.UUID) -> HttpResponse:
    """Take the latest change by hand back."""
    found = _variant(request, variant)
    _refuse_others(request, found.division)
    try:
        dividing.undo(variant=found, seen=_seen(request), actor=request.user, at=clock.now())
    except DivisionError as error:
        found.refresh_from_db()
        return _edit_page(request, found, Pick(), error.sentence)
    return redirect("branches:division-edit", found.pk)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def division_adopt(request: HttpRequest, variant: uuid.UUID) -> HttpResponse:
    """What adopting would change, and adopting."""
    found, today = _variant(request, variant), clock.today()
    _refuse_others(request, found.division)
    initial = {"since": today, "seen": len(found.edits)}
    branches = Organisation.objects.visible_to(request.user).standing(today).branches().in_order()
    form = AdoptForm(request.POST or None, initial=initial, variant=found, branches=branches)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            adopting.adopt(
                variant=found, since=data["since"], seen=data["seen"], founded=form.founded(), actor=request.user,
                at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已采用{found}，自 {data['since']:%Y-%m-%d} 起生效。")
            return redirect("branches:division", found.division_id)
    return _adopt_page(request, found, form)


def _adopt_page(request: HttpRequest, found: DivisionVariant, form: AdoptForm) -> HttpResponse:
    today = clock.today()
    change, atlas = adopting.preview(found, today), shown.Atlas(found.division, on=today)
    flows = change.flows()
    names = atlas.holders({before for before, _, _ in flows})
    context = {
        "division": found.division,
        "variant": found,
        "form": form,
        "change": change,
        "flows": [(names.get(before, ""), atlas.names[to], atlas.hues[to], n) for before, to, n in flows],
        "lines": shown.door_lines(atlas, found, [move.door for move in change.moves[:FIRST_LINES]]),
        "more": max(len(change.moves) - FIRST_LINES, 0),
        "unit": atlas.unit,
        "days": Rule.objects.book(street=found.street_id, on=today)[adopting.DAYS_BACK],
        "is_open": found.division.state == Division.State.DRAWN and found.name != dividing.TODAY,
    }
    return render(request, "branches/division_adopt.html", context, status=422 if form.is_bound else 200)


URLS = [
    path("divisions/", divisions, name="divisions"),
    path("divisions/new/", division_new, name="division-new"),
    path("divisions/<uuid:division>/", division, name="division"),
    path("divisions/<uuid:division>/progress/", division_progress, name="division-progress"),
    path("divisions/<uuid:division>/away/", division_away, name="division-away"),
    path("divisions/<uuid:division>/back/", division_back, name="division-back"),
    path("divisions/<uuid:division>/export/", division_export, name="division-export"),
    path("divisions/<uuid:division>/take-back/", division_take_back, name="division-take-back"),
    path("organisations/<uuid:organisation>/divide/", division_within, name="division-within"),
    path("variants/<uuid:variant>/doors/", division_doors, name="division-doors"),
    path("variants/<uuid:variant>/edit/", division_edit, name="division-edit"),
    path("variants/<uuid:variant>/hand/", division_hand, name="division-hand"),
    path("variants/<uuid:variant>/undo/", division_undo, name="division-undo"),
    path("variants/<uuid:variant>/adopt/", division_adopt, name="division-adopt"),
]
