"""The tab 活动 of an organisation: what it did and plans, what it owes, and its calendar to subscribe to."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from branches.life import due, links
from branches.models import Activity, CalendarLink, JointProject
from branches.pages.activities import READERS, WRITERS
from branches.pages.heads import head
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.web import paginate, render


@require_GET
@allow(*READERS)
def organisation_activities(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """What one organisation did and plans, alone and with others."""
    found, today = get_organisation(request, organisation), clock.today()
    rows = Activity.objects.of(found).select_related("lead").order_by("-starts_at", "-pk")
    page = paginate(request, rows)
    context = head(request, found) | {
        "today": today, "page": page,
        "seen": set(Activity.objects.visible_to(request.user).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)),
        "owed": due.owed([found], street=found.street_id, today=today),
        "projects": JointProject.objects.filter(partners__organisation=found).in_order(),
        "link": CalendarLink.objects.standing().filter(organisation=found).first(),
        "may_write": scope_of(request.user).has(*WRITERS),
    }  # fmt: skip
    return render(request, "branches/organisation_activities.html", context)


@require_POST
@allow(*WRITERS)
def calendar_link(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Make a secret calendar address, exchange it, or stop it. It is shown once."""
    found = get_organisation(request, organisation)
    if request.POST.get("do") == "stop":
        links.stop(organisation=found, actor=request.user, at=clock.now())
        messages.success(request, "日历地址已停用")
        return redirect("branches:organisation-activities", found.pk)
    token = links.issue(organisation=found, actor=request.user, at=clock.now())
    url = request.build_absolute_uri(reverse("branches:calendar", args=[token]))
    context = {"organisation": found, "url": url}
    response = render(request, "branches/calendar_link.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


URLS = [
    path("organisations/<uuid:organisation>/activities/", organisation_activities, name="organisation-activities"),
    path("organisations/<uuid:organisation>/calendar/", calendar_link, name="organisation-calendar"),
]
