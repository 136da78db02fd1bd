"""Pages without an account: a venue by its code, the door of a space where those who booked check in, calendars by address."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from coverage.views.collect import is_foreign, is_too_big
from shimen import clock, ics, limits
from shimen.accounts.access import Gate, allow
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.web import render
from supply.bookings import door, feeds
from supply.meals import points as meals
from supply.models import Booking, Space, Venue
from supply.pages import bookings as pages
from supply.pages import calendars
from supply.timing.opening import week_in_words
from supply.venues import hours

# A venue's own network is one address.
CHECKING = limits.Limit("door-code", tries=60, seconds=600)
ONE_DOOR = limits.Limit("door-space", tries=120, seconds=600)
READING = limits.Limit("venue-calendar", tries=240, seconds=3600)
LISTED, BACK = 600, dt.timedelta(days=31)

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody without a cookie, out of search engines and caches, closed to forms of other sites."""

    @csrf_exempt
    @allow(Gate.PUBLIC)
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            response = _say(request, "这一页要从本站打开", "重新扫门口的码，再填一次。", status=403)
        elif request.method == "POST" and is_too_big(request):
            response = _say(request, "写得太多了", "只写六位入场码。", status=413)
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return opened


def _say(request: HttpRequest, title: str, words: str, *, status: int = 200, tone: str = "") -> HttpResponse:
    return render(request, "supply/space_door_said.html", {"title": title, "words": words, "tone": tone}, status=status)


def _too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    response = _say(request, "请过一会儿再试", f"短时间里试得太多。过 {limit.minutes} 分钟再来。", status=429)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


@public
@require_GET
def venue_public(request: HttpRequest, token: str) -> HttpResponse:
    """A venue for whoever scans its code: where, when it is open, what is free today. No names."""
    row = Venue.objects.filter(token=token).with_floor_area().select_related("area").defer("picture").first()
    if row is None or row.closed_on is not None:
        words = "码没有扫全，或这个阵地已经停用、换了新码。"
        return _say(request, "没有这个阵地", words, status=404)
    today = clock.today()
    lines = calendars.lines(row, first=today, after=today + calendars.ONE)
    weeks = hours.weeks_of([line.space for line in lines], first=today, last=today)
    context = {
        "venue": row, "today": today, "single": row.day_hours.filter(day__gte=today).select_related("space").order_by("day")[:6],
        "meals": meals.standing(row.meal_points.standing(today).with_rows().in_order(), clock.now()),
        "lines": [(line, week_in_words(weeks[line.space.pk].days)) for line in lines],
    }  # fmt: skip
    return render(request, "supply/venue_public.html", context)


@require_GET
@allow(Gate.PUBLIC)
def venue_photo(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of a venue, if it has one."""
    row = get_object_or_404(Venue.objects.standing(), token=token)
    if row.picture is None:
        raise Http404
    response = HttpResponse(bytes(row.picture), content_type=f"image/{row.picture_kind}")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@public
@require_http_methods(["GET", "POST"])
def door_of_space(request: HttpRequest, token: str) -> HttpResponse:
    """The door of a space: those who booked say their six figures."""
    space = Space.objects.filter(door_token=token).in_use().select_related("venue").first()
    if space is None:
        return _say(request, "没有这个空间", "码没有扫全，或这个空间已经停用。", status=404)
    typed = request.POST.get("code", "")[:20]
    context = {"space": space, "typed": typed, "error": ""}
    if request.method != "POST":
        return render(request, "supply/space_door.html", context)
    if limits.exceeded(CHECKING, origin.get()) or limits.exceeded(ONE_DOOR, token):
        return _too_often(request, CHECKING)
    try:
        made = door.check_in_by_code(space=space, code=typed, at=clock.now())
    except DomainError as error:
        return render(request, "supply/space_door.html", context | {"error": error.sentence}, status=422)
    return _say(request, "签到了", f"“{made}”，{pages.when(made)}。用完请关灯、归位。", tone="said")


@public
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The bookings of a venue or a space for a calendar programme, from a month back on."""
    link = feeds.find(token)
    if link is None:
        return _say(request, "没有这个日历", "地址已经停用或换过，请阵地给一个新的。", status=404)
    if limits.exceeded(READING, token):
        return _too_often(request, READING)
    rows = Booking.objects.filter(space__venue=link.venue, ends_at__gte=clock.now() - BACK).exclude(state="waiting")
    if link.space_id:
        rows = rows.filter(space=link.space_id)
    events = [pages.event(row) for row in rows.with_all().in_order()[:LISTED]]
    return HttpResponse(ics.calendar(events, name=f"{link} 预订"), content_type=ics.CONTENT_TYPE)


URLS = [
    path("v/<str:token>/", venue_public, name="venue-public"),
    path("v/<str:token>/photo/", venue_photo, name="venue-photo"),
    path("d/<str:token>/", door_of_space, name="door-of-space"),
    path("c/<str:token>.ics", feed, name="feed"),
]
