"""What leaves a meeting on paper or as a file: the invitation, the calendar entry, the minutes; and the list of resolutions."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from grid.forms import meetings as forms
from grid.meetings import paper, resolutions, word
from grid.models import Matter, Meeting, Resolution
from grid.pages import meetings as pages
from grid.views.meeting_parts import may_follow
from grid.views.meetings import READERS, seen
from shimen import clock, ics
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, status_of
from shimen.audit import record as audit
from shimen.territory.models import Area
from shimen.web import paginate, render


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@require_GET
@allow(*READERS)
def invitation(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The invitation on paper: when, where, who is asked, what is on the agenda."""
    row = seen(request, meeting)
    page = pages.MeetingPage(row, request.user, clock.now())
    audit.seen(target=row, actor=request.user, at=clock.now(), rows=len(page.people), reason="会议通知")
    return render(request, "grid/meeting_notice.html", {"meeting": row, "page": page})


@require_GET
@allow(*READERS)
def calendar_entry(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The meeting for the calendar of a telephone."""
    row = seen(request, meeting)
    is_off = row.state == Meeting.State.CANCELLED
    content = ics.calendar([pages.event(row)], name=row.title, is_withdrawal=is_off)
    return _file(content, ics.CONTENT_TYPE, f"{row.title}.ics")


@require_GET
@allow(*READERS)
def minutes(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The minutes in the usual form, to print."""
    row = seen(request, meeting)
    audit.seen(target=row, actor=request.user, at=clock.now(), rows=row.attendees.count(), reason="会议纪要")
    return render(request, "grid/meeting_minutes.html", {"meeting": row, "paper": paper.paper(row)})


@require_GET
@allow(*READERS)
def minutes_file(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The minutes as a Word file."""
    row = seen(request, meeting)
    content = word.written(paper.paper(row))
    paper.taken(meeting=row, actor=request.user, at=clock.now(), digest=hashlib.sha256(content).hexdigest())
    return _file(content, word.CONTENT_TYPE, f"{row.title}纪要.docx")


# ---- resolutions


@require_GET
@allow(*READERS)
def resolution_list(request: HttpRequest) -> HttpResponse:
    """What meetings resolved: running, late, done."""
    form = forms.ResolutionFilter(request.GET or None, areas=Area.objects.visible_to(request.user).grids().in_order())
    mine, on = Resolution.objects.visible_to(request.user), clock.today()
    view = request.GET.get("state", "") if request.GET.get("state") in pages.RESOLUTION_VIEWS else ""
    rows = form.rows(pages.resolutions_of(view, mine, on)).select_related("meeting", "matter", "owner_user")
    views = pages.resolution_views(mine, on)
    context = {"form": form, "page": paginate(request, rows), "views": views, "view": view, "on": on}
    return render(request, "grid/resolutions.html", context, part="list")


@require_http_methods(["GET", "POST"])
@allow(*READERS, Role.VISITOR)
def resolution(request: HttpRequest, resolution: uuid.UUID) -> HttpResponse:
    """One resolution: what became of it so far, and saying what became of it now."""
    mine = Resolution.objects.visible_to(request.user).select_related(
        "meeting__area", "meeting__council", "matter", "item"
    )
    row = get_object_or_404(mine, pk=resolution)
    form = forms.FollowUpForm(request.POST or None)
    given = form.cleaned_data if form.is_valid() else {}
    if attempt(request, form, resolutions.follow_up, resolution=row, **given) is not None:
        messages.success(request, "落实情况记下了。")
        return redirect("grid:resolution", row.pk)
    said = row.follow_ups.select_related("by", "meeting").order_by("-at")
    context = {"row": row, "form": form, "said": said, "on": clock.today(), "may": may_follow(request, row)}
    return render(request, "grid/resolution.html", context, status=status_of(form))


@require_GET
@allow(*READERS, Role.DATA_ADMIN, Role.STATION_MASTER)
def of_matter(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """The part of a matter's page: at which meetings it was or will be, what they resolved."""
    row = get_object_or_404(Matter.objects.visible_to(request.user), pk=matter)
    items = pages.of_matter(request.user, row, clock.today())
    context = {"matter": row, "items": items, "resolutions": resolutions.of_matter(row), "on": clock.today()}
    return render(request, "grid/matter_meetings.html", context)


URLS = [
    path("meetings/resolutions/", resolution_list, name="resolutions"),
    path("meetings/resolutions/<uuid:resolution>/", resolution, name="resolution"),
    path("meetings/of/<uuid:matter>/", of_matter, name="matter-meetings"),
    path("meetings/<uuid:meeting>/notice/", invitation, name="meeting-notice"),
    path("meetings/<uuid:meeting>/calendar.ics", calendar_entry, name="meeting-ics"),
    path("meetings/<uuid:meeting>/minutes/", minutes, name="meeting-minutes"),
    path("meetings/<uuid:meeting>/minutes.docx", minutes_file, name="meeting-docx"),
]
