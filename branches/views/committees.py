"""Pages of one organisation's committee: as it stands, as it was, and what is registered about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from branches.committees import elections
from branches.committees import seats as verbs
from branches.committees.nominees import CommitteeError
from branches.forms.committees import (
    AccountForm,
    CorrectForm,
    Election,
    EndForm,
    ExtendForm,
    FillForm,
    WithdrawForm,
    own_full_members,
)
from branches.models import Committee, Member, Organisation, Seat
from branches.pages import heads, terms
from branches.rules import seats as rules
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role, User
from shimen.audit import record as audit
from shimen.web import refuse, render

READERS = (Role.STAFF, Role.SECRETARY)


def _organisation(request: HttpRequest, pk: uuid.UUID) -> Organisation:
    rows = Organisation.objects.visible_to(request.user).select_related("area", "place")
    return get_object_or_404(rows, pk=pk)


def _committee(request: HttpRequest, pk: uuid.UUID) -> Committee:
    rows = Committee.objects.visible_to(request.user).registered()
    return get_object_or_404(rows.select_related("organisation__area", "organisation__place"), pk=pk)


def _seat(request: HttpRequest, pk: uuid.UUID) -> Seat:
    rows = Seat.objects.visible_to(request.user).registered()
    return get_object_or_404(
        rows.select_related("committee__organisation__area", "committee__organisation__place"), pk=pk
    )


def _users(request: HttpRequest) -> Any:
    """The accounts that may be linked: those of people this person may see."""
    return User.objects.visible_to(request.user).filter(is_active=True).by_name()


def _back(committee: Committee) -> HttpResponse:
    return redirect("branches:organisation-committee", organisation=committee.organisation_id)


def _draw(request: HttpRequest, template: str, organisation: Organisation, context: dict[str, Any]) -> HttpResponse:
    """A page under the organisation's head; 422 where a form was refused."""
    forms = [context.get("form"), getattr(context.get("election"), "head", None)]
    status = 422 if any(form is not None and form.is_bound for form in forms) else 200
    return render(request, template, heads.head(request, organisation) | context, status=status)


@require_GET
@allow(*READERS)
def organisation_committee(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The tab of an organisation: its committee today, and those before it."""
    row = _organisation(request, organisation)
    return _page(request, row, None)


@require_GET
@allow(*READERS)
def committee(request: HttpRequest, committee: uuid.UUID) -> HttpResponse:
    """One committee, of today or of before."""
    row = get_object_or_404(Committee.objects.visible_to(request.user), pk=committee)
    return _page(request, _organisation(request, row.organisation_id), row)


def _page(request: HttpRequest, organisation: Organisation, chosen: Committee | None) -> HttpResponse:
    context = terms.page_of(organisation, chosen, clock.today())
    may_elect = scope_of(request.user).has(Role.STAFF) and organisation.dissolved_on is None
    return _draw(request, "branches/committee.html", organisation, context | {"may_elect": may_elect})


@allow(Role.STAFF)
def elect(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Register an election: the seats in rows, looked at before they are written."""
    row = _organisation(request, organisation)
    step, today = request.POST.get("step", ""), clock.today()
    election = Election(row, users=_users(request), today=today, data=request.POST if step else None)
    audit.seen(target=Member, actor=request.user, at=clock.now(), rows=len(election.members), reason="登记选举")
    context: dict[str, Any] = {"election": election, "units": _units(row)}
    if step and step != "back" and election.is_valid():
        given = election.head.cleaned_data
        try:
            if step == "elect":
                return _elected(request, row, election)
            plan = elections.propose(
                organisation=row, proposed=election.nominees(), elected_on=given["elected_on"], today=today
            )
        except CommitteeError as error:
            election.refuse(error)
        else:
            if not plan.refusals:
                context |= terms.preview_of(plan) | {"kept": _kept(request)}
                return render(request, "branches/committee_preview.html", heads.head(request, row) | context)
            election.refuse(CommitteeError(plan.refusals[0].sentence, findings=plan.refusals))
    return _draw(request, "branches/committee_elect.html", row, context)


def _elected(request: HttpRequest, row: Organisation, election: Election) -> HttpResponse:
    given = election.head.cleaned_data
    made = elections.elect(
        organisation=row, proposed=election.nominees(), elected_on=given["elected_on"], after=election.after(),
        how=given["how"], number=given["number"], note=given["note"], actor=request.user, at=clock.now(),
    )  # fmt: skip
    messages.success(request, f"第 {made.number} 届班子已登记，任期到 {made.ends_on.isoformat()}。登记错了可以撤销。")
    return _back(made)


def _units(organisation: Organisation) -> list[str]:
    """Where somebody from outside may come from: units named before in this street, and the other organisations."""
    named = Seat.objects.filter(street=organisation.street_id, origin=rules.SECONDED).exclude(home_unit="")
    units = named.order_by("home_unit").values_list("home_unit", flat=True).distinct()
    others = (
        Organisation.objects.filter(street=organisation.street_id).standing(clock.today()).exclude(pk=organisation.pk)
    )
    return [*units, *others.in_order().values_list("name", flat=True)]


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was typed, to be posted again from the preview."""
    left_out = {"csrfmiddlewaretoken", "step"}
    return [(key, value) for key, value in request.POST.items() if key not in left_out]


@allow(Role.STAFF)
def fill(request: HttpRequest, committee: uuid.UUID) -> HttpResponse:
    """Put somebody into a vacant seat."""
    row, today = _committee(request, committee), clock.today()
    vacant = list(dict.fromkeys(verbs.vacant_roles(row, today)))
    members = own_full_members(row.organisation, today)
    audit.seen(target=Member, actor=request.user, at=clock.now(), rows=len(members), reason="补选")
    people = [(str(member.pk), member.name()) for member in members]
    roles = [(role, rules.WORDS[role]) for role in vacant]
    asked = {"role": request.GET.get("role", ""), "since": today}
    form = FillForm(request.POST or None, initial=asked, people=people, users=_users(request), roles=roles)
    if request.method == "POST" and form.is_valid():
        since = form.cleaned_data["since"]
        try:
            seat = verbs.fill(committee=row, nominee=form.nominee(), since=since, actor=request.user, at=clock.now())
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{seat.name}已登记为{seat.duties}。")
            return _back(row)
    context = {"committee": row, "form": form, "units": _units(row.organisation), "vacant": vacant}
    return _draw(request, "branches/seat_fill.html", row.organisation, context)


@allow(Role.STAFF)
def end(request: HttpRequest, seat: uuid.UUID) -> HttpResponse:
    """Say that somebody has left their seat; the page shows what follows from it."""
    row = _seat(request, seat)
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.end(seat=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(
                request, f"{row.name}已离任，{row.get_role_display()}暂缺。登记错了，在下面“离任的同志”里恢复。"
            )
            return _back(row.committee)
    context = {"seat": row, "committee": row.committee, "form": form}
    return _draw(request, "branches/seat_end.html", row.committee.organisation, context)


@require_POST
@allow(Role.STAFF)
def resume(request: HttpRequest, seat: uuid.UUID) -> HttpResponse:
    """Take back an end that was registered by mistake."""
    row = _seat(request, seat)
    try:
        verbs.resume(seat=row, actor=request.user, at=clock.now())
        messages.success(request, f"{row.name}的{row.get_role_display()}已恢复。")
    except CommitteeError as error:
        messages.error(request, error.sentence)
    return _back(row.committee)


@allow(Role.STAFF)
def correct(request: HttpRequest, seat: uuid.UUID) -> HttpResponse:
    """Say what somebody also looks after, where they come from, until when they are sent in."""
    row = _seat(request, seat)
    initial = {"also": row.also, "home_unit": row.home_unit, "seconded_until": row.seconded_until}
    form = CorrectForm(request.POST or None, initial=initial, seat=row)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.correct(seat=row, values=form.cleaned_data, actor=request.user, at=clock.now())
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{row.name}的席位已更正。")
            return _back(row.committee)
    context = {"seat": row, "committee": row.committee, "form": form}
    return _draw(request, "branches/seat_correct.html", row.committee.organisation, context)


@allow(Role.STAFF)
def take_back(request: HttpRequest, seat: uuid.UUID) -> HttpResponse:
    """Take back that somebody was put into a vacant seat."""
    row = _seat(request, seat)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.take_back(seat=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{row.name}的补选登记已撤销，{row.get_role_display()}暂缺。")
            return _back(row.committee)
    context = {"seat": row, "committee": row.committee, "form": form}
    return _draw(request, "branches/seat_take_back.html", row.committee.organisation, context)


@allow(Role.STAFF)
def account(request: HttpRequest, seat: uuid.UUID) -> HttpResponse:
    """Say by which account the holder signs in."""
    row = _seat(request, seat)
    form = AccountForm(request.POST or None, initial={"user": row.user_id}, users=_users(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.link_account(seat=row, user=form.cleaned_data["user"], actor=request.user, at=clock.now())
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{row.name}的账号已记下。")
            return _back(row.committee)
    context = {"seat": row, "committee": row.committee, "form": form}
    return _draw(request, "branches/seat_account.html", row.committee.organisation, context)


@allow(Role.STAFF)
def extend(request: HttpRequest, committee: uuid.UUID) -> HttpResponse:
    """Note a time granted beyond the term."""
    row = _committee(request, committee)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            elections.extend(committee=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已登记延期，{form.cleaned_data['until'].isoformat()} 以前换届。")
            return _back(row)
    context = {"committee": row, "form": form, **terms.extension_of(row, clock.today())}
    return _draw(request, "branches/term_extend.html", row.organisation, context)


@allow(Role.STAFF)
def withdraw(request: HttpRequest, committee: uuid.UUID) -> HttpResponse:
    """Take back an election that was registered by mistake; the page shows what comes back."""
    row = _committee(request, committee)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            elections.withdraw(committee=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except CommitteeError as error:
            refuse(form, error)
        else:
            messages.success(request, f"第 {row.number} 届的登记已撤销。")
            return _back(row)
    context = {"committee": row, "form": form, **terms.withdrawal_of(row)}
    return _draw(request, "branches/committee_withdraw.html", row.organisation, context)


URLS = [
    path("organisations/<uuid:organisation>/committee/", organisation_committee, name="organisation-committee"),
    path("organisations/<uuid:organisation>/committee/elect/", elect, name="committee-elect"),
    path("committees/<uuid:committee>/", committee, name="committee"),
    path("committees/<uuid:committee>/fill/", fill, name="seat-fill"),
    path("committees/<uuid:committee>/extend/", extend, name="term-extend"),
    path("committees/<uuid:committee>/withdraw/", withdraw, name="committee-withdraw"),
    path("seats/<uuid:seat>/end/", end, name="seat-end"),
    path("seats/<uuid:seat>/resume/", resume, name="seat-resume"),
    path("seats/<uuid:seat>/correct/", correct, name="seat-correct"),
    path("seats/<uuid:seat>/take-back/", take_back, name="seat-take-back"),
    path("seats/<uuid:seat>/account/", account, name="seat-account"),
]
