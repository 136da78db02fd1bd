"""The pages on roster workbooks: a blank one, uploading, deciding rows, writing them, undoing that."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.bodies import members
from branches.bodies import rosters as verbs
from branches.forms.rosters import RosterForm
from branches.models import Member, Organisation, Roster, RosterRow
from branches.pages import rosters as shown
from branches.pages.heads import head
from branches.views.acting import run
from branches.views.organisations import get_organisation
from shimen import clock, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import refuse, render

WRITERS = (Role.STAFF, Role.SECRETARY)


def _get(request: HttpRequest, roster: uuid.UUID) -> Roster:
    rows = Roster.objects.visible_to(request.user).select_related("organisation__area", "organisation__place")
    return get_object_or_404(rows, pk=roster)


def _keeps(request: HttpRequest, organisation: Organisation) -> bool:
    try:
        members.may_keep(organisation=organisation, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
        return False
    return True


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def rosters(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Upload a roster of an organisation, and those that came before."""
    found = get_organisation(request, organisation)
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(verbs.LARGEST + 1)
            made = verbs.receive(
                organisation=found, name=file.name, content=content, is_full=form.cleaned_data["is_full"],
                actor=request.user, at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("branches:roster", made.pk)
    past = Roster.objects.filter(organisation=found).select_related("received_by").newest_first()[:20]
    context = {**head(request, found), "form": form, "past": past}
    return render(request, "branches/rosters.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@allow(*WRITERS)
def blank(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """An empty roster to fill in."""
    found = get_organisation(request, organisation)
    response = HttpResponse(shown.blank(str(found)), content_type=sheets.XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"空白名册-{found}.xlsx") or "attachment"
    return response


@require_GET
@allow(*WRITERS)
def roster(request: HttpRequest, roster: uuid.UUID) -> HttpResponse:
    """A roster beside the members as kept: what writing it would change."""
    found = _get(request, roster)
    if not _keeps(request, found.organisation):
        return redirect("branches:organisation-members", found.organisation_id)
    lines = shown.lines(found)
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(lines), reason="党员名册表格")
    context = {
        **head(request, found.organisation), "roster": found, "lines": lines, "sum": shown.balance(found),
        "waiting": sum(line.row.kind == "doubt" and line.row.decision == "open" for line in lines),
        "to_write": sum(line.row.decision == "accept" and not line.row.is_applied for line in lines),
    }  # fmt: skip
    response = render(request, "branches/roster_sheet.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(*WRITERS)
def decide(request: HttpRequest, row: uuid.UUID) -> HttpResponse:
    """Take a row or leave it; a doubtful one as somebody known or new."""
    found = get_object_or_404(RosterRow.objects.visible_to(request.user).select_related("roster"), pk=row)
    decision, chosen = request.POST.get("decision", ""), request.POST.get("member", "")
    member = None
    if chosen and chosen in found.candidates:
        member, decision = get_object_or_404(Member.objects.visible_to(request.user), pk=chosen), "accept"
    return run(
        request,
        lambda: verbs.decide(row=found, decision=decision, member=member, actor=request.user, at=clock.now()),
        "已记下", to=reverse("branches:roster", args=[found.roster_id]),
    )  # fmt: skip


@require_POST
@allow(*WRITERS)
def apply(request: HttpRequest, roster: uuid.UUID) -> HttpResponse:
    """Write the rows that are taken."""
    found = _get(request, roster)
    return run(
        request, lambda: verbs.apply(roster=found, actor=request.user, at=clock.now()), "已写入名册",
        to=reverse("branches:roster", args=[found.pk]), undo=reverse("branches:roster-undo", args=[found.pk]),
    )  # fmt: skip


@require_POST
@allow(*WRITERS)
def undo(request: HttpRequest, roster: uuid.UUID) -> HttpResponse:
    """Take back what was written."""
    found = _get(request, roster)
    return run(
        request, lambda: verbs.undo(roster=found, actor=request.user, at=clock.now()), "已撤销这份名册的写入",
        to=reverse("branches:roster", args=[found.pk]),
    )  # fmt: skip


@require_POST
@allow(*WRITERS)
def discard(request: HttpRequest, roster: uuid.UUID) -> HttpResponse:
    """Put a roster away."""
    found = _get(request, roster)
    return run(
        request, lambda: verbs.discard(roster=found, actor=request.user, at=clock.now()), "已作废这份名册",
        to=reverse("branches:rosters", args=[found.organisation_id]),
    )  # fmt: skip


URLS = [
    path("organisations/<uuid:organisation>/rosters/", rosters, name="rosters"),
    path("organisations/<uuid:organisation>/rosters/blank/", blank, name="roster-blank"),
    path("rosters/<uuid:roster>/", roster, name="roster"),
    path("rosters/<uuid:roster>/apply/", apply, name="roster-apply"),
    path("rosters/<uuid:roster>/undo/", undo, name="roster-undo"),
    path("rosters/<uuid:roster>/discard/", discard, name="roster-discard"),
    path("rosters/rows/<uuid:row>/decide/", decide, name="roster-decide"),
]
