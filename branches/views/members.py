"""The pages on members: the roster of an organisation, all members in sight, joining, correcting, moving, leaving."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.bodies import members as verbs
from branches.forms.members import LeaveForm, MemberFilter, MemberForm, TransferForm
from branches.forms.organisations import ReasonForm
from branches.models import Member, Organisation
from branches.pages import members as shown
from branches.pages.heads import head
from branches.views.acting import Act, act, run
from branches.views.organisations import get_organisation
from coverage.forms.registry import ExportForm
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.exports import export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

GET_POST = ["GET", "POST"]
READERS = (*OFFICE, Role.SECRETARY)
WRITERS = (Role.STAFF, Role.SECRETARY)


def _get(request: HttpRequest, member: uuid.UUID) -> Member:
    rows = Member.objects.visible_to(request.user).select_related("organisation__area", "organisation__place", "worker")
    return get_object_or_404(rows, pk=member)


def _roster(organisation: Organisation) -> str:
    return reverse("branches:organisation-members", args=[organisation.pk])


@require_GET
@allow(*READERS)
def members(request: HttpRequest) -> HttpResponse:
    """All members in sight, masked; that the page was seen is kept."""
    form = MemberFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    rows = form.rows(Member.objects.visible_to(request.user), today=clock.today())
    page = paginate(request, rows.select_related("organisation__area").defer("name_sealed", "phone_sealed"))
    audit.seen(target=Member, actor=request.user, at=clock.now(), rows=len(page.object_list))
    return render(request, "branches/members.html", {"form": form, "page": page}, part="list")


@require_GET
@allow(*READERS)
def roster(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The members of an organisation: names for those who look after it, which the log keeps."""
    found = get_organisation(request, organisation)
    context = {**head(request, found), **shown.about(found, request.user, today=clock.today())}
    said = "党员名册，显示姓名" if context["opened"] else "党员名册，掩码"
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(context["lines"]), reason=said)
    response = render(request, "branches/roster.html", context | {"export": ExportForm()})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(GET_POST)
@allow(*WRITERS)
def add(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Write somebody into an organisation."""
    found, today = get_organisation(request, organisation), clock.today()
    users = shown.users_of(found) if scope_of(request.user).has(Role.STAFF) else None
    workers = shown.workers_of(found, today=today)
    form = MemberForm(request.POST or None, workers=workers, users=users, initial={"since": today})
    words = Act("编入一名党员", "编入", "已编入", verbs.ONE)
    return act(
        request, found, form, words, to=_roster(found),
        verb=lambda said: verbs.join(
            organisation=found, person=form.person(), since=said["since"], actor=request.user, at=clock.now()
        ),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(*WRITERS)
def edit(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Correct what is kept of a member."""
    found, today = _get(request, member), clock.today()
    if not _keeps(request, found):
        return redirect(_roster(found.organisation))
    users = shown.users_of(found.organisation) if scope_of(request.user).has(Role.STAFF) else None
    workers = shown.workers_of(found.organisation, today=today, also=found)
    form = MemberForm(request.POST or None, workers=workers, users=users, member=found)
    if request.method == "GET":
        audit.seen(target=found, actor=request.user, at=clock.now(), reason="更正资料")
    words = Act(f"更正{found.name_mask}的资料", "保存", "已保存")
    return act(
        request, found.organisation, form, words, to=_roster(found.organisation),
        verb=lambda _said: verbs.correct(member=found, values=form.values(), actor=request.user, at=clock.now()),
    )  # fmt: skip


def _keeps(request: HttpRequest, member: Member) -> bool:
    """Whether the person looks after this roster; else a message says who does."""
    try:
        verbs.may_keep(organisation=member.organisation, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
        return False
    return True


@require_http_methods(GET_POST)
@allow(*WRITERS)
def transfer(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Move a member to another organisation of the street."""
    found, today = _get(request, member), clock.today()
    others = (
        Organisation.objects.filter(street=found.street_id).standing(today).branches().exclude(pk=found.organisation_id)
    )
    form = TransferForm(request.POST or None, others=others.in_order(), initial={"on": today})
    words = Act(f"转接{found.name_mask}的组织关系", "办转接", "已转接", "在这里到那一天为止，从那一天起在新的党组织")
    verb = partial(verbs.transfer, member=found, actor=request.user, at=clock.now())
    return act(request, found.organisation, form, words, lambda said: verb(**said), to=_roster(found.organisation))


@require_http_methods(GET_POST)
@allow(*WRITERS)
def leave(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Say that somebody is not a member here any more."""
    found = _get(request, member)
    form = LeaveForm(request.POST or None, initial={"on": clock.today()})
    note = "从那天起算保存期限，满 3 年删除姓名和电话；可以撤回"
    words = Act(f"登记{found.name_mask}离开", "登记离开", f"已登记{found.name_mask}离开", note, is_stop=True)
    undo = reverse("branches:member-back", args=[found.pk])
    return act(
        request, found.organisation, form, words, to=_roster(found.organisation), undo=lambda _: undo,
        verb=lambda said: verbs.leave(member=found, actor=request.user, at=clock.now(), **said),
    )  # fmt: skip


@require_POST
@allow(*WRITERS)
def back(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Take back that somebody left."""
    found = _get(request, member)
    return run(
        request, lambda: verbs.bring_back(member=found, actor=request.user, at=clock.now()),
        f"{found.name_mask}恢复在册", to=_roster(found.organisation),
    )  # fmt: skip


@require_http_methods(GET_POST)
@allow(*WRITERS)
def reveal(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Name and number in full, for a reason that is kept."""
    found = _get(request, member)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    opened, status = ("", ""), 200
    if request.method == "POST":
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            opened = verbs.reveal(member=found, reason=reason, actor=request.user, at=clock.now())
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
    context = {"form": form, "member": found, "opened": opened, "back": _roster(found.organisation)}
    response = render(request, "branches/member_reveal.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(*WRITERS)
def export_roster(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """The roster as a file that names its maker and purpose; numbers stay masked."""
    found, at = get_organisation(request, organisation), clock.now()
    purpose = ExportForm(request.POST)
    rows = Member.objects.visible_to(request.user).of(found).on(clock.today()).select_related("worker__entity")
    if purpose.is_valid():
        try:
            verbs.may_keep(organisation=found, actor=request.user, at=at)
            return export(
                rows=rows.in_order(), columns=shown.COLUMNS, title=f"{found}党员名册", filters={"党组织": found.name},
                actor=request.user, at=at, is_personal=True, **purpose.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            refuse(purpose, error)
    context = {**head(request, found), **shown.about(found, request.user, today=clock.today()), "export": purpose}
    return render(request, "branches/roster.html", context, status=422)


URLS = [
    path("members/", members, name="members"),
    path("organisations/<uuid:organisation>/members/", roster, name="organisation-members"),
    path("organisations/<uuid:organisation>/members/new/", add, name="member-new"),
    path("organisations/<uuid:organisation>/members/export/", export_roster, name="members-export"),
    path("members/<uuid:member>/", edit, name="member"),
    path("members/<uuid:member>/transfer/", transfer, name="member-transfer"),
    path("members/<uuid:member>/leave/", leave, name="member-leave"),
    path("members/<uuid:member>/back/", back, name="member-back"),
    path("members/<uuid:member>/reveal/", reveal, name="member-reveal"),
]
