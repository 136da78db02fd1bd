"""Coming in: a one-time link, handed over by a colleague, makes an account with one role.

`invite` → (`approve`) → `accept`, or `revoke`. Only the hash of a link's token is kept; the link is shown once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.granting import STREET_WIDE_ROLES, may_grant, may_invite
from shimen.accounts.models import Invitation, Role, RoleGrant, User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Area, Street

VALID_DAYS = 7
LONGEST_USERNAME = 60


class InvitationError(DomainError):
    """An invitation cannot be made, agreed to or used as asked."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation with the token of its link, which nobody can read again."""

    invitation: Invitation
    token: str


def fresh_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    street: Street,
    username: str,
    display_name: str,
    role: str,
    area: Area | None,
    actor: User | None,
    at: dt.datetime,
    unit: str = "",
    valid_to: dt.date | None = None,
) -> Invited:
    """Open a place for a person: the link works for VALID_DAYS, once, and after somebody who may grant has agreed.

    Whoever may grant the role agrees by inviting. `actor` None is the console, which brings in the first
    administrators.
    """
    username = unicodedata.normalize("NFKC", username).strip()
    agreed = actor is None or _may(actor, street, role, area)
    _check_username(username)
    _check_area(street, role, area)
    if valid_to is not None and valid_to < clock.day_of(at):
        raise InvitationError("授权截止日已经过了，改成今天或以后。", field="valid_to")
    token = fresh_token()
    invitation = Invitation(
        street=street,
        token_hash=hash_of(token),
        username=username,
        display_name=display_name.strip(),
        unit=unit.strip(),
        role=role,
        area=area,
        valid_to=valid_to,
        invited_by=actor,
        invited_at=at,
        expires_at=at + dt.timedelta(days=VALID_DAYS),
        approved_by=actor if agreed else None,
        approved_at=at if agreed else None,
    )
    _save(invitation, at=at)
    after = {"username": username, "role": role, "area": str(area or ""), "agreed": agreed}
    record(verb="accounts.invite", target=invitation, actor=actor, at=at, after=after)
    return Invited(invitation, token)


def _save(invitation: Invitation, *, at: dt.datetime) -> None:
    """One open invitation per username: one that ran out makes room, one that is good stands in the way."""
    earlier = Invitation.objects.filter(street=invitation.street, username__iexact=invitation.username)
    earlier.filter(accepted_at=None, revoked_at=None, expires_at__lte=at).update(revoked_at=at)
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise InvitationError("这个账号已有一条没用过的邀请，先撤回那一条。", field="username") from error


@transaction.atomic
def approve(*, invitation: Invitation, actor: User, at: dt.datetime) -> Invitation:
    """Agree to the role that an invitation will bring; the link works from now on, for VALID_DAYS again."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _check_open(invitation, at=at)
    if invitation.approved_at is not None:
        raise InvitationError("这条邀请已经同意过授权了。")
    if (
        invitation.role not in may_grant(scope_of(actor), street_id=invitation.street_id, area_id=invitation.area_id)
        or invitation.invited_by_id == actor.pk
    ):
        raise InvitationError("这个角色要由安全管理员同意，邀请人自己不能同意。")
    invitation.approved_by, invitation.approved_at = actor, at
    invitation.expires_at = at + dt.timedelta(days=VALID_DAYS)
    invitation.save(update_fields=["approved_by", "approved_at", "expires_at"])
    record(verb="accounts.approve_invitation", target=invitation, actor=actor, at=at, after={"role": invitation.role})
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User, at: dt.datetime) -> Invitation:
    """Close a link that has not been used. The inviter, and whoever may invite or grant for it, may do so."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    scope, where = scope_of(actor), {"street_id": invitation.street_id, "area_id": invitation.area_id}
    if invitation.role not in may_invite(scope, **where) | may_grant(scope, **where):
        raise InvitationError("这条邀请不归您管，请系统管理员撤回。")
    if invitation.accepted_at is not None:
        raise InvitationError("这条邀请已经用过，撤不回了；要收回权限，到这个人的授权里收回。")
    if invitation.revoked_at is not None:
        raise InvitationError("这条邀请已经撤回过了。")
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record(verb="accounts.revoke_invitation", target=invitation, actor=actor, at=at)
    return invitation


def find(*, token: str, at: dt.datetime) -> Invitation:
    """The invitation that a link stands for, when it can be used now; else an error that says why not."""
    invitation = Invitation.objects.select_related("street", "area").filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise InvitationError("这条链接不对。可能没有复制完整，请邀请您的同事再发一次。")
    _check_open(invitation, at=at)
    if invitation.approved_at is None:
        raise InvitationError("这条邀请还在等安全管理员同意授权，同意后同一条链接就能用。")
    return invitation


@transaction.atomic
def accept(*, token: str, password: str, at: dt.datetime) -> User:
    """Make the account and its grant, and use the link up. The new person is the actor."""
    invitation = find(token=token, at=at)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _check_open(invitation, at=at)
    if invitation.valid_to is not None and invitation.valid_to < clock.day_of(at):
        raise InvitationError("邀请里的授权已经到期，请同事重新邀请。")
    user = User(
        street_id=invitation.street_id,
        username=invitation.username,
        display_name=invitation.display_name,
        unit=invitation.unit,
        date_joined=at,
    )
    _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise InvitationError("这个账号已有人在用，请同事换一个账号重新邀请。") from error
    grant = RoleGrant.objects.create(
        street_id=invitation.street_id,
        user=user,
        role=invitation.role,
        area_id=invitation.area_id,
        valid_from=clock.day_of(at),
        valid_to=invitation.valid_to,
        granted_by_id=invitation.approved_by_id,
        granted_at=at,
    )
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    after = {"username": user.username, "role": grant.role, "area": str(invitation.area or "")}
    record(verb="accounts.accept_invitation", target=invitation, actor=user, at=at, after=after)
    return user


def _may(actor: User, street: Street, role: str, area: Area | None) -> bool:
    """Whether `actor`, who must be allowed to invite for this role and area, also agrees to it by inviting."""
    scope, area_id = scope_of(actor), area.pk if area else None
    if role not in may_invite(scope, street_id=street.pk, area_id=area_id):
        raise InvitationError("这个角色或范围不归您邀请，请系统管理员来办。", field="role")
    return role in may_grant(scope, street_id=street.pk, area_id=area_id)


def _check_username(username: str) -> None:
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        raise InvitationError("账号只能用汉字、字母、数字和 @ . + - _ 。", field="username") from error
    if len(username) > LONGEST_USERNAME:
        raise InvitationError(f"账号太长，最多 {LONGEST_USERNAME} 个字。", field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise InvitationError("这个账号已有人在用，换一个。", field="username")


def _check_area(street: Street, role: str, area: Area | None) -> None:
    if role not in Role.values:
        raise InvitationError("没有这个角色。", field="role")
    if area is not None and area.street_id != street.pk:
        raise InvitationError("这个区域不在本街道。", field="area")
    if area is not None and role in STREET_WIDE_ROLES:
        raise InvitationError(f"{Role(role).label}管全街道，范围留空。", field="area")


def _check_open(invitation: Invitation, *, at: dt.datetime) -> None:
    if invitation.revoked_at is not None:
        raise InvitationError("这条邀请已经撤回。需要的话，请同事重新邀请。")
    if invitation.accepted_at is not None:
        raise InvitationError("这条链接已经用过。账号已启用，直接登录就行。")
    if invitation.expires_at <= at:
        raise InvitationError("这条链接过期了，请同事重新邀请。")


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvitationError(" ".join(error.messages), field="password1") from error
