"""Pages of venues: all of them with the gaps, one with its calendar, opening and closing one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.navigation import Entry, Pillar
from shimen.territory.models import Area
from shimen.web import render
from supply.forms.venues import CloseForm, OpenVenueForm, PictureForm, VenueForm
from supply.meals import points as meals
from supply.models import Space, Venue
from supply.pages import calendars
from supply.pages.who import BOOKERS, READERS, keeps
from supply.timing.opening import week_in_words
from supply.venues import hours
from supply.venues import places as verbs

ENTRIES = (
    Entry(
        "阵地",
        icon="building-community",
        url="supply:venues",
        pillar=Pillar.EMPOWERMENT,
        roles=READERS,
        place=10,
        under=("/supply/bookings/", "/supply/spaces/", "/supply/rules/", "/supply/rota/", "/supply/swaps/"),
    ),
)


@require_GET
@allow(*READERS)
def venues(request: HttpRequest) -> HttpResponse:
    """Every grid with its venue, or without one."""
    rows = Venue.objects.visible_to(request.user).standing().with_floor_area().select_related("area")
    rows = list(rows.annotate(n=Count("spaces", filter=Q(spaces__retired_on__isnull=True))).in_order())
    today = clock.today()
    weeks = hours.weeks_of(
        Space.objects.filter(venue__in=rows).in_use().select_related("venue"), first=today, last=today
    )
    open_now = {venue_id for venue_id, week in _by_venue(weeks).items() if any(each.spans(today) for each in week)}
    main = [row for row in rows if row.is_main]
    context = {
        "rows": [(row, row.pk in open_now) for row in rows],
        "gaps": hours.grids_without(request.user.street_id),
        "main": main,
        "main_area": sum(row.floor_area or 0 for row in main),
        "closed": Venue.objects.visible_to(request.user)
        .filter(closed_on__isnull=False)
        .select_related("area")
        .in_order(),
        "may_open": scope_of(request.user).has(Role.STAFF),
        "may_reopen": scope_of(request.user).covers(request.user.street_id, None, role=Role.STAFF),
        "kinds": Space.Kind.labels,
    }
    return render(request, "supply/venues.html", context)


def _by_venue(weeks: dict[uuid.UUID, Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for space, venue in Space.objects.filter(pk__in=weeks).values_list("pk", "venue_id"):
        found.setdefault(venue, []).append(weeks[space])
    return found


def shown(request: HttpRequest) -> tuple[str, dt.date]:
    """Which view of the calendar, around which day."""
    view = request.GET.get("view", "")
    try:
        day = parse_date(request.GET.get("day", "")) or clock.today()
    except ValueError:
        day = clock.today()
    day = min(max(day, dt.date(2020, 1, 1)), dt.date(2099, 12, 31))
    return view if view in dict(calendars.VIEWS) else "week", day


def calendar_of(request: HttpRequest, row: Venue) -> dict[str, Any]:
    """What the calendar card of a venue shows."""
    view, day = shown(request)
    first, after = calendars.bounds(view, day)
    context: dict[str, Any] = {
        "venue": row, "view": view, "day": day, "first": first, "last": after - calendars.ONE, "today": clock.today(),
        "before": first - calendars.ONE, "after": after, "views": calendars.VIEWS,
        "may_book": scope_of(request.user).has(*BOOKERS), "keeps": keeps(request.user, row),
    }  # fmt: skip
    if view == "month":
        booked = calendars.booked(row, first=first, after=after)
        return context | {"weeks": calendars.month(booked, first=first, after=after)}
    lines = calendars.lines(row, first=first, after=after)
    return context | {"lines": lines, "masters": calendars.masters(row, first=first, after=after)}


def found(request: HttpRequest, venue: uuid.UUID) -> Venue:
    """A venue of the street."""
    rows = Venue.objects.visible_to(request.user).with_floor_area().select_related("area").defer("picture")
    return get_object_or_404(rows, pk=venue)


def kept(request: HttpRequest, venue: uuid.UUID) -> Venue:
    """A venue that the person looks after."""
    return get_object_or_404(Venue.objects.run_by(request.user).select_related("area").defer("picture"), pk=venue)


@require_GET
@allow(*READERS)
def venue(request: HttpRequest, seen: uuid.UUID) -> HttpResponse:
    """One venue: calendar, spaces, equipment, hours, rota."""
    row = found(request, seen)
    context = calendar_of(request, row)
    if not getattr(request, "htmx", None):
        spaces = list(row.spaces.in_use().order_by("place", "pk"))
        weeks = hours.weeks_of(spaces, first=clock.today(), last=clock.today())
        context |= {
            "spaces": [(space, week_in_words(weeks[space.pk].days)) for space in spaces],
            "retired": row.spaces.filter(retired_on__isnull=False),
            "equipment": row.equipment.in_use().order_by("name"),
            "single": row.day_hours.filter(day__gte=clock.today()).select_related("space").order_by("day"),
            "feeds": row.feeds.standing().select_related("space").order_by("made_at") if context["keeps"] else (),
            "is_staff": scope_of(request.user).has(Role.STAFF),
            "picture_form": PictureForm(),
            "meals": meals.standing(row.meal_points.standing(clock.today()).with_rows().in_order(), clock.now()),
        }
    return render(request, "supply/venue.html", context, part="calendar")


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def venue_new(request: HttpRequest) -> HttpResponse:
    """A venue in a grid that has none."""
    taken = Venue.objects.filter(street=request.user.street_id).standing().values("area")
    areas = Area.objects.visible_to(request.user).grids().exclude(pk__in=taken).in_order()
    form = OpenVenueForm(request.POST or None, areas=areas, initial={"opened_on": clock.today()})
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    row = attempt(request, form, verbs.open_venue, area=said("area"), values=form.values, opened_on=said("opened_on"))
    if row is not None:
        return redirect("supply:venue", row.pk)
    return render(request, "supply/venue_form.html", {"form": form, "areas": areas}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def venue_edit(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Other words about a venue."""
    row = kept(request, venue)
    form = VenueForm(request.POST or None, instance=row)
    # The form writes into the row it was given; the verb compares with the one in the database.
    if attempt(request, form, verbs.correct_venue, venue=row, values=lambda: dict(form.cleaned_data)) is not None:
        return redirect("supply:venue", row.pk)
    return render(request, "supply/venue_form.html", {"form": form, "venue": row}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def venue_close(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """A venue ends."""
    row = kept(request, venue)
    form = CloseForm(request.POST or None, initial={"on": clock.today()})
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    if attempt(request, form, verbs.close_venue, venue=row, on=said("on"), reason=said("reason")) is not None:
        return redirect("supply:venues")
    context = {"form": form, "venue": row, "title": f"停用{row}", "button": "停用这个阵地", "lines": _touched(row)}
    return render(request, "supply/venue_act.html", context, status=status_of(form))


def _touched(row: Venue) -> list[str]:
    n = row.spaces.in_use().count()
    return [f"{n} 个空间不能再订", f"{row.area}会列入“还没有阵地的网格”", "以前的预订和值班保留"]


@require_POST
@allow(Role.STAFF)
def venue_reopen(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Take back that a venue was closed."""
    return press(request, verbs.reopen_venue, venue=kept(request, venue), done="阵地已恢复", back="supply:venues")


URLS = [
    path("venues/", venues, name="venues"),
    path("venues/new/", venue_new, name="venue-new"),
    path("venues/<uuid:seen>/", venue, name="venue"),
    path("venues/<uuid:venue>/edit/", venue_edit, name="venue-edit"),
    path("venues/<uuid:venue>/close/", venue_close, name="venue-close"),
    path("venues/<uuid:venue>/reopen/", venue_reopen, name="venue-reopen"),
]
