"""Pages of activities: the calendar and list, one activity, planning and recording, moving, cancelling, holding."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.activities import FIELDS, VIEWS, ActivityFilter, CancelForm, EditForm, MoveForm, PlanForm
from branches.life import activities as verbs
from branches.life import due, minutes
from branches.models import Activity, JointProject, Organisation
from branches.pages import activities as pages
from branches.pages.activities import READERS, WRITERS
from branches.rules.meetings import Kind
from branches.views.activity_parts import parts_of
from coverage.forms.registry import ExportForm
from shimen import clock, ics, navigation
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.exports import ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

DUE_SHOWN = 6

ENTRIES = (
    navigation.Entry(
        "组织生活",
        icon="calendar-event",
        url="branches:activities",
        pillar=navigation.Pillar.INTEGRATION,
        roles=READERS,
        place=45,
        under=("/branches/activities/", "/branches/projects/", "/branches/today/"),
    ),
)


def _filtered(request: HttpRequest) -> tuple[ActivityFilter, QuerySet[Activity]]:
    today = clock.today()
    form = ActivityFilter(
        request.GET,
        areas=Area.objects.visible_to(request.user).grids().in_order(),
        organisations=Organisation.objects.visible_to(request.user).standing(today).in_order(),
        today=today,
    )
    return form, form.rows(Activity.objects.visible_to(request.user)).select_related("lead__area")


def _pressing(request: HttpRequest) -> list[due.Owed]:
    """What is late or falls due: staff see all by grid, a secretary their own."""
    today = clock.today()
    rows = due.own(request.user, on=today).standing(today).select_related("area", "place").in_order()
    return due.pressing(rows, street=request.user.street_id, today=today)


@require_GET
@allow(*READERS)
def activities(request: HttpRequest) -> HttpResponse:
    """The month, the week or a list of activities within one's areas, and which meetings are due."""
    form, rows = _filtered(request)
    context: dict[str, Any] = {"form": form, "view": form.how, "views": VIEWS, "export": ExportForm()}
    if form.how == "list":
        context["page"] = paginate(request, rows)
    else:
        context |= _calendar(form, rows)
    owed = _pressing(request)
    context |= {
        "owed": owed[:DUE_SHOWN], "more": max(0, len(owed) - DUE_SHOWN), "late": sum(each.is_overdue for each in owed),
        "due": len(owed), "today": clock.today(), "may_write": scope_of(request.user).has(*WRITERS),
    }  # fmt: skip
    return render(request, "branches/activities.html", context, part="list")


def _calendar(form: ActivityFilter, rows: QuerySet[Activity]) -> dict[str, Any]:
    span = form.span
    assert span is not None  # noqa: S101 - a month and a week have one
    before, after = pages.steps(form.how, *span)
    listed = list(rows)
    weeks = pages.weeks(listed, first=span[0], after=span[1])
    return {
        "weeks": weeks,
        "first": span[0],
        "last": span[1] - dt.timedelta(days=1),
        "before": before,
        "after": after,
        "n": len(listed),
    }


@require_POST
@allow(*READERS)
def export_activities(request: HttpRequest) -> HttpResponse:
    """What is seen, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows.annotate(number_of_hosts=Count("hosts")), columns=pages.COLUMNS, title="组织生活",
                filters=form.used(), actor=request.user, at=clock.now(), **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    context = {
        "form": form,
        "view": "list",
        "views": VIEWS,
        "export": purpose,
        "page": paginate(request, rows),
        "owed": [],
    }
    return render(request, "branches/activities.html", context, status=422)


@require_GET
@allow(*READERS)
def due_list(request: HttpRequest) -> HttpResponse:
    """Every meeting that is late or falls due, by grid and organisation."""
    context = {
        "owed": _pressing(request),
        "today": clock.today(),
        "may_write": scope_of(request.user).has(*WRITERS),
        "soon": due.SOON,
    }
    return render(request, "branches/activities_due.html", context)


# ---- one activity


def seen(request: HttpRequest, activity: uuid.UUID) -> Activity:
    rows = Activity.objects.visible_to(request.user).select_related("lead__area", "project", "street")
    return get_object_or_404(rows, pk=activity)


def run(request: HttpRequest, activity: uuid.UUID) -> Activity:
    """An activity that the person may change."""
    return get_object_or_404(
        Activity.objects.run_by(request.user).select_related("lead__area", "project", "street"), pk=activity
    )


@require_GET
@allow(*READERS)
def activity(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """One activity with its minutes, attendance in numbers, decisions and material."""
    row = seen(request, activity)
    context = pages.about(row, request.user, at=clock.now()) | parts_of(request, row)
    return render(request, "branches/activity.html", context | {"minutes": minutes.of(row)})


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What a form offers: one's own to lead, everybody of the street to host with."""
    today = clock.today()
    mine = Organisation.objects.visible_to(request.user).standing(today).in_order()
    street = Organisation.objects.filter(street=request.user.street_id).standing(today).in_order()
    projects = JointProject.objects.visible_to(request.user).running().in_order()
    return {"leads": mine, "hosts": street, "projects": projects}


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def new(request: HttpRequest) -> HttpResponse:
    """Plan an activity, or record one afterwards; begun from what is due or from last time."""
    form = PlanForm(request.POST if request.method == "POST" else None, initial=_begun(request), **_choices(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = _add(request, form)
        except DomainError as error:
            error.field = FIELDS.get(error.field or "", error.field)
            refuse(form, error)
        else:
            messages.success(
                request,
                "已补记，记录上会注明" if row.is_late_record else f"已排进 {pages.local(row.starts_at):%m-%d %H:%M}",
            )
            return redirect("branches:activity", row.pk)
    return render(request, "branches/activity_form.html", {"form": form}, status=422 if form.is_bound else 200)


def _add(request: HttpRequest, form: PlanForm) -> Activity:
    at, plan = clock.now(), form.plan()
    if form.cleaned_data["late"]:
        return verbs.record_afterwards(plan=plan, reason=form.cleaned_data["late_reason"], actor=request.user, at=at)
    return verbs.plan(plan=plan, actor=request.user, at=at)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for: ?kind=…&organisation=…, or ?like=… to repeat an activity."""
    asked = request.GET
    kind = Kind(asked["kind"]) if asked.get("kind") in set(Kind) else Kind.THEME_DAY
    today = clock.today()
    rows = Organisation.objects.visible_to(request.user).standing(today).select_related("place").in_order()
    organisation, like = rows.filter(pk=_uuid(asked.get("organisation"))).first(), None
    if key := _uuid(asked.get("like")):
        like = Activity.objects.visible_to(request.user).filter(pk=key).select_related("lead").first()
    if organisation is None and like is None and not scope_of(request.user).has(Role.STAFF):
        organisation = due.own(request.user, on=today).standing(today).select_related("place").in_order().first()
    return pages.begun(kind=kind, organisation=organisation, like=like, today=today)


def _uuid(text: str | None) -> uuid.UUID | None:
    with contextlib.suppress(ValueError, AttributeError):
        return uuid.UUID(text or "")
    return None


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def edit(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Change what is said of a planned activity."""
    row = run(request, activity)
    others = [host.organisation_id for host in row.hosts.all() if host.organisation_id != row.lead_id]
    initial = {
        name: getattr(row, name)
        for name in ("kind", "title", "lead", "location", "agenda", "audience", "guests", "project")
    }
    form = EditForm(request.POST or None, initial=initial | {"others": others}, activity=row, **_choices(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit(activity=row, plan=form.plan(), actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "已改好")
            return redirect("branches:activity", row.pk)
    context = {"form": form, "activity": row}
    return render(request, "branches/activity_form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def move(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Put a planned activity to another time."""
    row = run(request, activity)
    starts, ends = pages.local(row.starts_at), pages.local(row.ends_at)
    initial = {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
    if ends.date() != starts.date():
        initial["last_day"] = ends.date()
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.move(
                activity=row, starts_at=form.starts_at, ends_at=form.ends_at, reason=form.cleaned_data["reason"],
                actor=request.user, at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            error.field = FIELDS.get(error.field or "", error.field)
            refuse(form, error)
        else:
            messages.success(request, f"已改到 {form.starts_at:%m-%d %H:%M}")
            return redirect("branches:activity", row.pk)
    return render(
        request, "branches/activity_move.html", {"form": form, "activity": row}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def cancel(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Call a planned activity off, after seeing what that touches."""
    row = run(request, activity)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.cancel(activity=row, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"“{row}”已取消")
            return redirect("branches:activity", row.pk)
    context = {"form": form, "activity": row, "hosts": row.hosts.select_related("organisation")}
    return render(request, "branches/activity_cancel.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(*WRITERS)
def hold(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """It took place."""
    row = run(request, activity)
    try:
        verbs.hold(activity=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "已记为举行")
    return redirect("branches:activity", row.pk)


@require_GET
@allow(*READERS)
def invitation(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """The activity as a file for a calendar."""
    row = seen(request, activity)
    response = HttpResponse(ics.calendar([pages.event(row)], name=row.title), content_type=ics.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="activity-{row.pk.hex[-8:]}.ics"'
    return response


URLS = [
    path("activities/", activities, name="activities"),
    path("activities/export/", export_activities, name="activities-export"),
    path("activities/due/", due_list, name="activities-due"),
    path("activities/new/", new, name="activity-new"),
    path("activities/<uuid:activity>/", activity, name="activity"),
    path("activities/<uuid:activity>/edit/", edit, name="activity-edit"),
    path("activities/<uuid:activity>/move/", move, name="activity-move"),
    path("activities/<uuid:activity>/cancel/", cancel, name="activity-cancel"),
    path("activities/<uuid:activity>/hold/", hold, name="activity-hold"),
    path("activities/<uuid:activity>/invitation.ics", invitation, name="activity-ics"),
]
