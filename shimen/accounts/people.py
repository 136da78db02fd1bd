"""What is decided about a person who already has an account: roles, standing, a lost password, a lost second factor.

The rules of who may do what are in `granting`; two administrators are needed to get into a third person's account
(the system administrator's password link and the security administrator's reset of the second factor).
"""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.granting import STREET_WIDE_ROLES, may_grant
from shimen.accounts.invitations import fresh_token, hash_of
from shimen.accounts.models import FIELD_ROLES, SEPARATE_ROLES, PasswordLink, Role, RoleGrant, User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Area, Street

LINK_HOURS = 24


class PeopleError(DomainError):
    """Something about a person cannot be decided as asked."""


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: str,
    area: Area | None,
    actor: User,
    at: dt.datetime,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> RoleGrant:
    """Give `person` a role over an area (None = the whole street), from a day (today) to a day (open)."""
    today = clock.day_of(at)
    valid_from = valid_from or today
    _check_grant(person, role, area, actor)
    if valid_from < today:
        raise PeopleError("起始日不能早于今天，授权不能倒签。", field="valid_from")
    if valid_to is not None and valid_to < valid_from:
        raise PeopleError("截止日不能早于起始日。", field="valid_to")
    grant = RoleGrant(
        street=person.street,
        user=person,
        role=role,
        area=area,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=actor,
        granted_at=at,
    )
    _save_grant(grant)
    after = {"role": role, "area": str(area or ""), "from": str(valid_from), "to": str(valid_to or "")}
    record(verb="accounts.grant_role", target=person, actor=actor, at=at, after=after)
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, reason: str, actor: User, at: dt.datetime) -> RoleGrant:
    """Take a role back at once; the grant stays in the record."""
    _one_at_a_time(grant.street_id)
    grant = RoleGrant.objects.select_related("user", "area").get(pk=grant.pk)
    if grant.role not in may_grant(scope_of(actor), street_id=grant.street_id, area_id=grant.area_id):
        raise PeopleError("这个角色不归您收回，请安全管理员来办。")
    if grant.ended_at is not None:
        raise PeopleError("这条授权已经收回过了。")
    if not reason.strip():
        raise PeopleError("写一句为什么收回，以后查得到。", field="reason")
    _check_not_last(grant.user, at=at, roles={grant.role})
    grant.ended_at, grant.ended_by, grant.ended_reason = at, actor, reason.strip()
    grant.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    before = {"role": grant.role, "area": str(grant.area or "")}
    record(verb="accounts.end_grant", target=grant.user, actor=actor, at=at, before=before, reason=reason)
    return grant


@transaction.atomic
def suspend(*, person: User, reason: str, actor: User, at: dt.datetime) -> User:
    """Close an account at once: nobody can sign in with it, and those signed in are out. Its work stays."""
    _one_at_a_time(person.street_id)
    person = _administered(person, actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    if not person.is_active:
        raise PeopleError("这个账号已经停用了。")
    if not reason.strip():
        raise PeopleError("写一句为什么停用，以后查得到。", field="reason")
    _check_not_last(person, at=at, roles=set(SEPARATE_ROLES))
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person=person)
    record(verb="accounts.suspend", target=person, actor=actor, at=at, reason=reason)
    return person


@transaction.atomic
def restore(*, person: User, actor: User, at: dt.datetime) -> User:
    """Open a suspended account again, with the grants that are still in force."""
    person = _administered(person, actor, Role.SYSTEM_ADMIN)
    if person.is_active:
        raise PeopleError("这个账号没有停用。")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(verb="accounts.restore", target=person, actor=actor, at=at)
    return person


@transaction.atomic
def issue_password_link(*, person: User, actor: User, at: dt.datetime) -> str:
    """A one-time token by which `person` sets a new password within LINK_HOURS. Earlier links stop working."""
    if person.pk == actor.pk:
        raise PeopleError("自己的密码在“我的”页面里改。")
    if person.street is None or not may_reset_password(actor, person):
        raise PeopleError("这个人的密码不归您重设，请系统管理员来办。")
    PasswordLink.objects.filter(user=person, used_at=None).update(used_at=at)
    token = fresh_token()
    PasswordLink.objects.create(
        street=person.street,
        user=person,
        token_hash=hash_of(token),
        issued_by=actor,
        issued_at=at,
        expires_at=at + dt.timedelta(hours=LINK_HOURS),
    )
    record(verb="accounts.issue_password_link", target=person, actor=actor, at=at)
    return token


def may_reset_password(actor: User, person: User) -> bool:
    """The system administrator for anybody; street staff for those who only have roles at the doors, in their areas."""
    scope = scope_of(actor)
    if person.street_id != actor.street_id:
        return False
    if scope.has(Role.SYSTEM_ADMIN):
        return True
    standing = list(person.grants.standing())
    return bool(standing) and all(
        grant.role in FIELD_ROLES and scope.covers(grant.street_id, grant.area_id, role=Role.STAFF)
        for grant in standing
    )


def find_password_link(*, token: str, at: dt.datetime) -> PasswordLink:
    """The link, when it can be used now; else an error that says why not."""
    link = PasswordLink.objects.select_related("user").filter(token_hash=hash_of(token)).first()
    if link is None:
        raise PeopleError("这条链接不对。可能没有复制完整，请系统管理员再发一次。")
    _check_link(link, at=at)
    return link


@transaction.atomic
def set_password(*, token: str, password: str, at: dt.datetime) -> User:
    """Use a password link: the new password holds, and whoever was signed in is out. The second factor stays."""
    link = find_password_link(token=token, at=at)
    link = PasswordLink.objects.select_for_update().get(pk=link.pk)
    _check_link(link, at=at)
    person: User = User.objects.select_for_update().get(pk=link.user_id)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages), field="password1") from error
    person.set_password(password)
    person.save(update_fields=["password"])
    link.used_at = at
    link.save(update_fields=["used_at"])
    end_sessions(person=person)
    record(verb="accounts.set_password", target=person, actor=person, at=at)
    return person


@transaction.atomic
def clear_second_factor(*, person: User, reason: str, actor: User, at: dt.datetime) -> int:
    """Take away a lost second factor, so that the person sets up a new one at the next sign-in. How many were removed."""
    person = _administered(person, actor, Role.SECURITY_ADMIN)
    if not reason.strip():
        raise PeopleError("写一句为什么清除，以后查得到。", field="reason")
    removed: int = Authenticator.objects.filter(user=person).delete()[0]
    if not removed:
        raise PeopleError("这个账号没有设二次验证。")
    end_sessions(person=person)
    record(
        verb="accounts.clear_second_factor",
        target=person,
        actor=actor,
        at=at,
        reason=reason,
        after={"removed": removed},
    )
    return removed


def end_sessions(*, person: User, but: str | None = None) -> int:
    """Sign a person out everywhere, except in the session with the key `but`. How many sessions ended."""
    sessions = UserSession.objects.filter(user=person).exclude(session_key=but or "")
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended


@transaction.atomic
def choose_theme(*, person: User, theme: str, actor: User, at: dt.datetime) -> User:
    """How bright the pages are for this person. A matter of taste, hence no line in the log."""
    if theme not in User.Theme.values:
        raise PeopleError("没有这种界面。", field="theme")
    person.theme = theme
    person.save(update_fields=["theme"])
    return person


def _check_grant(person: User, role: str, area: Area | None, actor: User) -> None:
    if person.pk == actor.pk:
        raise PeopleError("不能给自己授权，请另一位管理员来办。")
    if person.street_id is None or (area is not None and area.street_id != person.street_id):
        raise PeopleError("这个区域不在本街道。", field="area")
    if role not in Role.values:
        raise PeopleError("没有这个角色。", field="role")
    if area is not None and role in STREET_WIDE_ROLES:
        raise PeopleError(f"{Role(role).label}管全街道，范围留空。", field="area")
    area_id = area.pk if area else None
    if role not in may_grant(scope_of(actor), street_id=person.street_id, area_id=area_id):
        raise PeopleError("这个角色或范围不归您授权，请安全管理员来办。", field="role")
    if not person.is_active:
        raise PeopleError("这个账号已停用，先恢复再授权。")


def _save_grant(grant: RoleGrant) -> None:
    """Insert, and let the database say what collides: it also sees what a colleague commits at this moment."""
    sentences = {constraint.name: str(constraint.violation_error_message) for constraint in RoleGrant._meta.constraints}
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in sentences:
            raise
        raise PeopleError(sentences[name], field="role") from error


def _administered(person: User, actor: User, *roles: str) -> User:
    """The person, locked, when `actor` holds one of `roles` in their street and is somebody else."""
    scope = scope_of(actor)
    if not scope.has(*roles) or scope.street_id != person.street_id:
        names = "、".join(Role(role).label for role in roles)
        raise PeopleError(f"这件事由{names}来办。")
    if person.pk == actor.pk:
        raise PeopleError("不能对自己的账号做这件事，请另一位管理员来办。")
    locked: User = User.objects.select_for_update().get(pk=person.pk)
    return locked


def _one_at_a_time(street_id: uuid.UUID | None) -> None:
    """Wait until no one else takes roles or accounts away in this street, so that nobody sends the last two away at once."""
    if street_id is not None:
        list(Street.objects.select_for_update(no_key=True).filter(pk__in=[street_id]).values_list("pk"))


def _check_not_last(person: User, *, at: dt.datetime, roles: set[str]) -> None:
    """A street is never left without one of its three administrators. The caller has its turn (`_one_at_a_time`)."""
    in_force = RoleGrant.objects.on(clock.day_of(at)).filter(street_id=person.street_id, user__is_active=True)
    for role in roles & {str(role) for role in SEPARATE_ROLES}:
        holders = set(in_force.filter(role=role).values_list("user_id", flat=True))
        if person.pk in holders and len(holders) == 1:
            raise PeopleError(f"这是唯一一位{Role(role).label}，先让另一个人接任。")


def _check_link(link: PasswordLink, *, at: dt.datetime) -> None:
    if link.used_at is not None:
        raise PeopleError("这条链接已经用过或已作废，请系统管理员再发一次。")
    if link.expires_at <= at:
        raise PeopleError("这条链接过期了，请系统管理员再发一次。")
    if not link.user.is_active:
        raise PeopleError("这个账号已停用。")
