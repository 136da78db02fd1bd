"""Pages about people: the list, one person, inviting, one's own account."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shimen import clock
from shimen.accounts import invitations, people
from shimen.accounts.access import Gate, allow, scope_of
from shimen.accounts.forms import GrantForm, InviteForm, PeopleFilter, ReasonForm, ThemeForm
from shimen.accounts.granting import GRANTS, INVITES, may_grant, offered
from shimen.accounts.invitations import InvitationError
from shimen.accounts.links import link_to
from shimen.accounts.models import Invitation, Role, RoleGrant, User
from shimen.accounts.people import PeopleError
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
INVITERS = tuple(INVITES)
GRANTERS = tuple(GRANTS)


def _standing() -> Prefetch:
    """Each person's grants of today in one query."""
    return Prefetch("grants", RoleGrant.objects.on(clock.today()).select_related("area").order_by("role"), "in_force")


@allow(*READERS)
def people_list(request: HttpRequest) -> HttpResponse:
    """Who has an account, with which roles. How often they sign in is not counted anywhere."""
    form = PeopleFilter(request.GET)
    found = form.narrow(User.objects.visible_to(request.user)).by_name().prefetch_related(_standing())
    waiting = Invitation.objects.visible_to(request.user).pending(clock.now()).select_related("area", "invited_by")
    context = {
        "form": form,
        "page": paginate(request, found),
        "waiting": waiting.order_by("expires_at"),
        "may_invite": bool(offered(INVITES, scope_of(request.user))),
        "grantable": offered(GRANTS, scope_of(request.user)),
    }
    return render(request, "accounts/people.html", context, part="list")


@allow(*INVITERS)
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """The form, and once it is good the link to hand over, shown this once."""
    form = InviteForm(request.POST or None, scope=scope_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            invited = invitations.invite(
                street=request.user.street, actor=request.user, at=clock.now(), **form.cleaned_data
            )
        except InvitationError as error:
            refuse(form, error)
        else:
            link = link_to(request, "accounts:invitation", invited.token)
            return render(request, "accounts/link.html", {"invitation": invited.invitation, "link": link}, status=201)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@allow(*GRANTERS)
@require_POST
def approve_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        invitations.approve(invitation=invitation, actor=request.user, at=clock.now())
    except InvitationError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已同意，{invitation.display_name}手里的链接可以用了。")
    return redirect("accounts:people")


@allow(*INVITERS, *GRANTERS)
@require_POST
def revoke_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        invitations.revoke(invitation=invitation, actor=request.user, at=clock.now())
    except InvitationError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已撤回给{invitation.display_name}的邀请，链接不能用了。")
    return redirect("accounts:people")


@allow(*READERS)
def person(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    return _person_page(request, found)


def _person_page(
    request: HttpRequest, found: User, *, form: GrantForm | None = None, reason: ReasonForm | None = None
) -> HttpResponse:
    scope = scope_of(request.user)
    grants = found.grants.select_related("area", "granted_by", "ended_by").order_by("-valid_from", "-granted_at")
    is_other = found.pk != request.user.pk
    for grant in grants:
        covered = may_grant(scope, street_id=grant.street_id, area_id=grant.area_id)
        grant.is_mine_to_end = grant.ended_at is None and grant.role in covered  # type: ignore[attr-defined]
    context = {
        "person": found,
        "grants": grants,
        "today": clock.today(),
        "form": form or (GrantForm(scope=scope) if is_other and found.is_active and offered(GRANTS, scope) else None),
        "reason": reason or ReasonForm(),
        "may_suspend": is_other and scope.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        "may_restore": is_other and scope.has(Role.SYSTEM_ADMIN),
        "may_clear_factor": is_other and scope.has(Role.SECURITY_ADMIN),
        "may_reset_password": is_other and found.is_active and people.may_reset_password(request.user, found),
    }
    wrong = (form is not None and form.errors) or (reason is not None and reason.errors)
    return render(request, "accounts/person.html", context, status=422 if wrong else 200)


@allow(*GRANTERS)
@require_POST
def grant_role(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = GrantForm(request.POST, scope=scope_of(request.user))
    if form.is_valid():
        try:
            people.grant_role(person=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except PeopleError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已授权：{found}，{Role(form.cleaned_data['role']).label}。")
            return redirect("accounts:person", pk=pk)
    return _person_page(request, found, form=form)


@allow(*GRANTERS)
@require_POST
def end_grant(request: HttpRequest, pk: uuid.UUID, grant: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    row = get_object_or_404(found.grants, pk=grant)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            people.end_grant(grant=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except PeopleError as error:
            refuse(form, error)
        else:
            messages.success(request, f"已收回：{found}，{row.get_role_display()}。现在起不再有这个角色。")
            return redirect("accounts:person", pk=pk)
    return _person_page(request, found, reason=form)


@allow(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
@require_POST
def suspend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _decide(request, pk, people.suspend, "已停用{}的账号，正在用的设备都已退出。做过的工作都还在。")


def _decide(request: HttpRequest, pk: uuid.UUID, verb: Callable[..., object], told: str) -> HttpResponse:
    """Do to a person what needs no more than a reason, and say so; else their page with what is wrong."""
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            verb(person=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except PeopleError as error:
            refuse(form, error)
        else:
            messages.success(request, told.format(found))
            return redirect("accounts:person", pk=pk)
    return _person_page(request, found, reason=form)


@allow(Role.SYSTEM_ADMIN)
@require_POST
def restore(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    try:
        people.restore(person=found, actor=request.user, at=clock.now())
    except PeopleError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"已恢复{found}的账号，仍在有效期内的授权继续有效。")
    return redirect("accounts:person", pk=pk)


@allow(Role.SECURITY_ADMIN)
@require_POST
def clear_second_factor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _decide(request, pk, people.clear_second_factor, "已清除{}的两步验证，下次登录时重新设。")


@allow(Role.SYSTEM_ADMIN, Role.STAFF)
@require_POST
@never_cache
def password_link(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    try:
        token = people.issue_password_link(person=found, actor=request.user, at=clock.now())
    except PeopleError as error:
        messages.error(request, error.sentence)
        return redirect("accounts:person", pk=pk)
    link = link_to(request, "accounts:new_password", token)
    return render(request, "accounts/link.html", {"person": found, "link": link}, status=201)


@allow(Gate.SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """My roles, where they hold, and the ways to my password, second factor, devices and the look."""
    grants = request.user.grants.on(clock.today()).select_related("area", "granted_by").order_by("role")
    return render(request, "accounts/me.html", {"grants": grants})


@allow(Gate.SIGNED_IN)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system says; then back to where the person was."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        people.choose_theme(person=request.user, actor=request.user, at=clock.now(), **form.cleaned_data)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "accounts:me")
