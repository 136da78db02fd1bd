"""The secretary's phone: today's meetings, the list with one tap each, the code on the screen."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from branches.life import attendance, due, present, tokens
from branches.models import Activity, Attendance
from branches.pages import activities as pages
from branches.pages.activities import WRITERS
from branches.views.activity_parts import run
from coverage.collection import numbers, qr
from shimen import clock
from shimen.accounts.access import allow
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import render

AHEAD = 14
EVERYBODY = "all"


@require_GET
@allow(*WRITERS)
def today(request: HttpRequest) -> HttpResponse:
    """Today's meetings of one's own organisations, those of the next fortnight, and what is due."""
    on = clock.today()
    begin = dt.datetime.combine(on, dt.time.min, clock.SHANGHAI)
    own = due.own(request.user, on=on).standing(on).select_related("area", "place").in_order()
    rows = Activity.objects.visible_to(request.user).standing().filter(hosts__organisation__in=own).distinct()
    rows = rows.between(begin, begin + dt.timedelta(days=AHEAD + 1)).select_related("lead").in_order()[:60]
    here = [row for row in rows if clock.day_of(row.starts_at) == on]
    context = {
        "today": on,
        "here": [(row, pages.may_run(request.user, row)) for row in here],
        "ahead": [row for row in rows if row not in here],
        "owed": due.pressing(own, street=request.user.street_id, today=on)[:20],
    }
    return render(request, "branches/phone_today.html", context)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def attendance_list(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Everybody who is due, with one tap each. It shows names, so looking at it is kept."""
    row = run(request, activity)
    if request.method == "POST":
        return _mark(request, row)
    people = pages.rows_of_people(row)
    if people:
        audit.seen(target=row, actor=request.user, at=clock.now(), rows=len(people), reason="到会名单")
    context = {
        "activity": row, "people": people, "count": present.count(row), "knows_committee": present.knows_committee(row),
        "is_open": row.state != "cancelled" and clock.now() >= row.starts_at - attendance.EARLY,
        "opens_at": pages.local(row.starts_at - attendance.EARLY), "rules": present.rules_for(row).sentence(row.meeting.quorum_rule or "quorum_percent"),
    }  # fmt: skip
    return render(request, "branches/phone_attendance.html", context)


def _mark(request: HttpRequest, row: Activity) -> HttpResponse:
    """`mark` is "id:state", or "all:present" for everybody of whom nothing is noted."""
    who, _, state = request.POST.get("mark", "").partition(":")
    back = reverse("branches:attendance", args=[row.pk])
    try:
        marks = {uuid.UUID(who): state} if who != EVERYBODY else _all_unmarked(row, state)
        attendance.mark(activity=row, marks=marks, actor=request.user, at=clock.now())
    except ValueError:
        messages.error(request, "没有认出点的是谁，再点一次。")
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect(f"{back}#p-{who}" if who != EVERYBODY else back)


def _all_unmarked(row: Activity, state: str) -> dict[uuid.UUID, str]:
    noted = {pk for pk, mark in present.marks(row).items() if mark.state != Attendance.State.BLANK}
    return {person.id: state for person in present.invited(row) if person.id not in noted}


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def code(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """The code to scan or to type, new every minute; the page asks for itself again."""
    row = run(request, activity)
    if request.method == "POST":
        verb = attendance.hide_code if request.POST.get("do") == "hide" else attendance.show_code
        try:
            verb(activity=row, actor=request.user, at=clock.now())
        except DomainError as error:
            messages.error(request, error.sentence)
        return redirect("branches:attendance-code", row.pk)
    at = clock.now()
    context = {"activity": row, "count": present.count(row)}
    if row.code_secret and row.code_until and row.code_until >= at:
        shown = tokens.token(activity=row.pk, secret=row.code_secret, at=at)
        url = request.build_absolute_uri(reverse("branches:sign-in-token", args=[shown]))
        digits = tokens.code(activity=row.pk, secret=row.code_secret, at=at)
        left = max(1, int((tokens.ends_at(at) - at).total_seconds()) + 1)
        context |= {"drawing": qr.draw(url), "code": numbers.in_groups(digits), "left": left}
    response = render(request, "branches/phone_code.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


URLS = [
    path("today/", today, name="meetings-today"),
    path("activities/<uuid:activity>/attendance/", attendance_list, name="attendance"),
    path("activities/<uuid:activity>/attendance/code/", code, name="attendance-code"),
]
