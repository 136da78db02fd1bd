"""Verbs on who sits in a council: seating, unseating, for whom they speak, who convenes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branches.models import Organisation
from coverage.models import Entity
from grid.councils.holding import CouncilError, check_day, check_right, checked_reason, locked
from grid.models import Council, CouncilMember
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.privacy.masks import mask_name


@dataclass(frozen=True, slots=True)
class Delegation:
    """For whom somebody speaks, and who sent them: an organisation, an entity of the registry, or a unit by its name."""

    role: str
    organisation: Organisation | None = None
    entity: Entity | None = None
    unit: str = ""

    @property
    def sender(self) -> str:
        """The name of whoever sent them."""
        return self.unit.strip() or str(self.organisation or self.entity or "")


def member_of(member: CouncilMember) -> tuple[Council, CouncilMember]:
    """The council, locked, and the seat as it stands under that lock; a seat that has ended is refused."""
    council = locked(member.council)
    row = CouncilMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if row.valid.isempty or row.valid.upper is not None:
        raise CouncilError(f"{row.name}已经离任。")
    return council, row


def _checked(council: Council, to: Delegation, at: dt.datetime) -> None:
    if to.role not in CouncilMember.Role.values:
        raise CouncilError("选代表谁。", field="role")
    if to.organisation is not None and to.entity is not None:
        raise CouncilError("党组织和市场主体只选一个。", field="entity")
    if to.organisation is not None and (
        to.organisation.street_id != council.street_id or not to.organisation.stands_on(clock.day_of(at))
    ):
        raise CouncilError("选本街道已成立、没有撤销的党组织。", field="organisation")
    if to.entity is not None and (to.entity.street_id != council.street_id or to.entity.removed_at is not None):
        raise CouncilError(f"“{to.entity}”不在名册上。", field="entity")
    if to.role == CouncilMember.Role.PARTY and to.organisation is None:
        raise CouncilError("代表党组织的，选是哪个党组织。", field="organisation")
    if not to.sender and to.role != CouncilMember.Role.RESIDENT:
        raise CouncilError("写明是哪家推选的：选党组织、选市场主体，或写单位名称。", field="unit")


def _account(council: Council, user: User | None) -> None:
    if user is not None and (user.street_id != council.street_id or not user.is_active):
        raise CouncilError("这个账号不在本街道，或已停用。", field="user")


@transaction.atomic
def seat(
    *,
    council: Council,
    name: str,
    delegation: Delegation,
    since: dt.date,
    actor: User,
    at: dt.datetime,
    user: User | None = None,
) -> CouncilMember:
    """Somebody takes a seat from a day on. Raises `CouncilError` (no name, nobody sent them, the same person twice)."""
    row = locked(council)
    check_right(row, actor)
    check_day(row, since, at)
    _checked(row, delegation, at)
    _account(row, user)
    new = CouncilMember(
        street_id=row.street_id, council=row, name=_name(name), user=user, valid=DateRange(since, None),
        **_columns(delegation),
    )  # fmt: skip
    with as_sentences(CouncilError, field="name"):
        new.save(force_insert=True)
    after = {"member": mask_name(new.name), "role": new.title, "unit": new.unit, "since": since.isoformat()}
    record(verb="council.seat", target=row, actor=actor, at=at, after=after)
    return new


def _columns(to: Delegation) -> dict[str, object]:
    return {"role": to.role, "organisation": to.organisation, "entity": to.entity, "unit": to.sender[:80]}


def _name(name: str) -> str:
    text = "".join(name.split())
    if len(text) < 2:
        raise CouncilError("写上姓名。", field="name")
    if len(text) > 40:
        raise CouncilError("姓名最多 40 个字。", field="name")
    return text


@transaction.atomic
def unseat(*, member: CouncilMember, on: dt.date, reason: str, actor: User, at: dt.datetime) -> CouncilMember:
    """A seat ends: `on` is the first day on which it is empty. A convener who leaves leaves the council without one."""
    council, row = member_of(member)
    check_right(council, actor)
    reason = checked_reason(reason)
    check_day(council, on, at, field="on")
    _end(row, on, reason)
    if row.is_convener:
        _set_convener(council, None)
    after = {"member": mask_name(row.name), "role": row.title, "until": on.isoformat()}
    record(verb="council.unseat", target=council, actor=actor, at=at, after=after, reason=reason)
    return row


def _end(row: CouncilMember, on: dt.date, reason: str, *, field: str = "on") -> None:
    """A seat may be ended on its first day: then it was never held."""
    if on < row.valid.lower:
        raise CouncilError(f"{row.name}{row.valid.lower.isoformat()} 才到任，不能更早。", field=field)
    row.valid, row.end_reason = DateRange(row.valid.lower, on), reason
    row.save(update_fields=["valid", "end_reason"])


@transaction.atomic
def resume(*, member: CouncilMember, actor: User, at: dt.datetime) -> CouncilMember:
    """Take back that somebody left, registered by mistake; they sit again, and convene no more if another does."""
    council = locked(member.council)
    check_right(council, actor)
    row = CouncilMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if row.valid.isempty or row.valid.upper is None:
        raise CouncilError(f"{row.name}没有离任，不用恢复。")
    if row.end_reason in MOVED:
        raise CouncilError(f"{row.name}没有离任，只是{row.end_reason}。")
    until = row.valid.upper
    convenes = (
        row.is_convener
        and not CouncilMember.objects.filter(
            council=council, is_convener=True, valid__endswith__isnull=True, valid__isempty=False
        )
        .exclude(pk=row.pk)
        .exists()
    )
    row.is_convener = convenes
    row.valid, row.end_reason = DateRange(row.valid.lower, None), ""
    with as_sentences(CouncilError):
        row.save(update_fields=["valid", "end_reason", "is_convener"])
    if convenes:
        _set_convener(council, row.user)
    before = {"member": mask_name(row.name), "until": until.isoformat()}
    record(verb="council.resume", target=council, actor=actor, at=at, before=before)
    return row


# What is written as the end of a seat whose holder goes on in another row.
MOVED = ("换了代表的单位", "改任召集人", "不再任召集人")


@transaction.atomic
def change_delegation(
    *, member: CouncilMember, delegation: Delegation, since: dt.date, actor: User, at: dt.datetime
) -> CouncilMember:
    """From a day on the same person speaks for somebody else. Raises `CouncilError` (nothing changes, nobody sent them)."""
    council, row = member_of(member)
    check_right(council, actor)
    check_day(council, since, at)
    _checked(council, delegation, at)
    old = (row.role, row.organisation_id, row.entity_id, row.unit)
    new = (
        delegation.role, delegation.organisation and delegation.organisation.pk,
        delegation.entity and delegation.entity.pk, delegation.sender[:80],
    )  # fmt: skip
    if old == new:
        raise CouncilError(f"{row.name}本来就代表{row.unit or row.get_role_display()}。", field="role")
    before = {"role": row.get_role_display(), "unit": row.unit}
    follow = _go_on(row, since, MOVED[0], **_columns(delegation))
    after = {"role": follow.get_role_display(), "unit": follow.unit, "since": since.isoformat()}
    record(verb="council.change_delegation", target=council, actor=actor, at=at, before=before, after=after)
    return follow


def _go_on(row: CouncilMember, since: dt.date, reason: str, **values: object) -> CouncilMember:
    """The same person in a new row from a day on; the old row ends there."""
    _end(row, since, reason, field="since")
    new = CouncilMember(
        street_id=row.street_id, council_id=row.council_id, role=row.role, name=row.name, organisation=row.organisation,
        entity=row.entity, unit=row.unit, user=row.user, is_convener=row.is_convener, valid=DateRange(since, None),
    )  # fmt: skip
    for key, value in values.items():
        setattr(new, key, value)
    with as_sentences(CouncilError, field="since"):
        new.save(force_insert=True)
    return new


@transaction.atomic
def name_convener(*, member: CouncilMember, since: dt.date, actor: User, at: dt.datetime) -> CouncilMember:
    """From a day on this member convenes the council; whoever did so before stays a member."""
    council, row = member_of(member)
    check_right(council, actor)
    check_day(council, since, at)
    if row.is_convener:
        raise CouncilError(f"{row.name}已经是召集人。", field="member")
    last = council.members.filter(is_convener=True, valid__endswith__isnull=True, valid__isempty=False).first()
    before = {}
    if last is not None:
        before = {"convener": mask_name(last.name)}
        _go_on(last, since, MOVED[2], is_convener=False)
    new = _go_on(row, since, MOVED[1], is_convener=True)
    _set_convener(council, new.user)
    after = {"convener": mask_name(new.name), "since": since.isoformat()}
    record(verb="council.name_convener", target=council, actor=actor, at=at, before=before, after=after)
    return new


def _set_convener(council: Council, user: User | None) -> None:
    council.convener = user
    council.save(update_fields=["convener"])


@transaction.atomic
def link_account(*, member: CouncilMember, user: User | None, actor: User, at: dt.datetime) -> CouncilMember:
    """Say by which account a member signs in (None: by none). It gives no rights by itself."""
    council, row = member_of(member)
    check_right(council, actor)
    _account(council, user)
    before, row.user = row.user, user
    row.save(update_fields=["user"])
    if row.is_convener:
        _set_convener(council, user)
    record(verb="council.link_account", target=council, actor=actor, at=at, before={"user": str(before or "")},
           after={"user": str(user or ""), "member": mask_name(row.name)})  # fmt: skip
    return row
