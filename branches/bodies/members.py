"""The verbs on members: joining, correcting, transferring, leaving and coming back.

A membership is a row for a range of days. Names and numbers are sealed for their row; what the log keeps is masked. One
person is in one organisation on any day: known by their record as a worker, or by their number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from branches import signals
from branches.bodies.keepers import looks_after
from branches.bodies.organisations import checked_reason, locked
from branches.models import Member, Organisation, Responsibility, Seat
from branches.models.members import TABLE
from coverage.matching import names
from coverage.models import Worker
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record, revealed
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name

FIELDS = ("name", "phone", "standing", "relation", "home_unit", "worker", "user", "since")
ONE = "每名党员编入一个支部（《中国共产党章程》第八条）"


class MemberError(DomainError):
    """Something cannot be done with a membership."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is said of somebody who joins. `worker` and `user` link to records that are there already."""

    name: str
    phone: str = ""
    standing: str = Member.Standing.FULL
    relation: str = Member.Relation.HERE
    home_unit: str = ""
    worker: Worker | None = None
    user: User | None = None


def may_keep(*, organisation: Organisation, actor: User, at: dt.datetime) -> None:
    """Refuse whoever does not look after the roster. Raises `MemberError`."""
    if not looks_after(actor, organisation, clock.day_of(at)):
        raise MemberError("名册由街道党建办和本党组织的书记管；您的账号不在这个党组织的名册或班子里。")


@transaction.atomic
def join(
    *, organisation: Organisation, person: Person, since: dt.date, actor: User, at: dt.datetime, source: str = "staff"
) -> Member:
    """Write somebody into an organisation from a day on. Raises `MemberError` (one without a name, one who is in an
    organisation on that day, an organisation that holds no members itself), `PhoneError`."""
    row = _open_roster(organisation, since, actor, at)
    member = Member(street_id=row.street_id, organisation=row, source=source, valid=DateRange(since, None))
    _put(member, {field: getattr(person, field) for field in FIELDS if field != "since"})
    _check_alone(member, since, actor)
    with as_sentences(MemberError, field="phone"):
        member.save(force_insert=True)
    after = {
        "name": member.name_mask,
        "standing": member.standing,
        "relation": member.relation,
        "since": since.isoformat(),
    }
    record(verb="member.join", target=row, actor=actor, at=at, after=after)
    return member


def _open_roster(organisation: Organisation, since: dt.date, actor: User, at: dt.datetime) -> Organisation:
    row = locked(organisation, error=MemberError)
    may_keep(organisation=row, actor=actor, at=at)
    if row.form in {Organisation.Form.GENERAL, Organisation.Form.COMMITTEE}:
        raise MemberError(f"{row.get_form_display()}不直接编入党员，编到它下面的支部。")
    if since > clock.day_of(at):
        raise MemberError("编入日期不能晚于今天。", field="since")
    return row


def _check_alone(member: Member, since: dt.date, actor: User) -> None:
    """Refuse somebody who is in an organisation on that day or joins one later."""
    same = Q(pk__in=[])
    if member.worker_id:
        same |= Q(worker=member.worker_id)
    if member.phone_index:
        same |= Q(street=member.street_id, phone_index=member.phone_index)
    others = Member.objects.filter(same).exclude(pk=member.pk).select_related("organisation")
    for other in others:
        if other.valid.upper is None or other.valid.upper > since:
            raise MemberError(_elsewhere(other, member, actor), field="phone" if other.phone_index else "worker")
    if not member.phone_index and not member.worker_id:
        _check_namesakes(member)


def _elsewhere(other: Member, member: Member, actor: User) -> str:
    if other.organisation_id == member.organisation_id:
        return f"{other.name_mask}已经在这个党组织，{other.valid.lower.isoformat()} 编入。"
    seen = Organisation.objects.visible_to(actor).filter(pk=other.organisation_id).exists()
    where = f"“{other.organisation}”" if seen else "另一个党组织"
    return f"{other.name_mask}这段时间在{where}。{ONE}；要换地方，在原来的名册里办转接。"


def _check_namesakes(member: Member) -> None:
    """Without a number or a record, a namesake on the roster cannot be told apart."""
    name = member.name()
    current = Member.objects.of(member.organisation_id).filter(valid__endswith__isnull=True).exclude(pk=member.pk)
    if any(other.name() == name for other in current):
        raise MemberError(f"名册里已有一位{member.name_mask}同名。写上电话，以便分开。", field="phone")


def _put(member: Member, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Write values into a row in memory; old and new per changed field, masked. Raises `MemberError`, `PhoneError`."""
    changed: dict[str, tuple[str, str]] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise MemberError(f"没有这一项：{field}。")
        old, new = _WRITERS.get(field, _put_plain)(member, field, value)
        if old != new:
            changed[field] = (old, new)
    if member.relation == Member.Relation.HERE:
        member.home_unit = ""
    elif not member.home_unit:
        raise MemberError("组织关系在外的，写明组织关系所在单位。", field="home_unit")
    return changed


def _put_name(member: Member, field: str, value: str) -> tuple[str, str]:
    name = names.person(value)[:60]
    if not name or "*" in name:
        raise MemberError("写上全名。", field="name")
    if member.name_sealed is not None and member.name() == name:
        return "", ""
    old = member.name_mask
    member.name_sealed = sealing.seal(name, table=TABLE, column="name_sealed", row=member.pk)
    member.name_mask = mask_name(name)[:30]
    return f"{old}（旧）" if old == member.name_mask else old, member.name_mask


def _put_phone(member: Member, field: str, value: str) -> tuple[str, str]:
    old = bytes(member.phone_index) if member.phone_index else None
    before, sealed = member.phone_mask, sealing.seal_phone(value, table=TABLE, column="phone_sealed", row=member.pk)
    if sealed.index == old:
        return "", ""
    member.phone_sealed, member.phone_index, member.phone_mask = sealed
    return f"{before}（旧）" if before == sealed.mask else before, sealed.mask


def _put_plain(member: Member, field: str, value: Any) -> tuple[str, str]:
    if field == "standing" and value not in Member.Standing.values:
        raise MemberError("没有这种党员类别。", field="standing")
    if field == "relation" and value not in Member.Relation.values:
        raise MemberError("没有这种组织关系。", field="relation")
    if field == "home_unit":
        value = " ".join(str(value).split())[:100]
    old = getattr(member, field)
    setattr(member, field, value)
    return str(old), str(value)


def _put_link(member: Member, field: str, value: Any) -> tuple[str, str]:
    if value is not None and value.street_id != member.street_id:
        raise MemberError("不是本街道的人。", field=field)
    old = getattr(member, f"{field}_id")
    setattr(member, field, value)
    new = getattr(member, f"{field}_id")
    return ("已连" if old else "", "改连" if old and new else "已连" if new else "") if old != new else ("", "")


_WRITERS = {"name": _put_name, "phone": _put_phone, "worker": _put_link, "user": _put_link}


@transaction.atomic
def correct(*, member: Member, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Member:
    """Write new values of `FIELDS`; what is said twice changes nothing. Raises `MemberError`, `PhoneError`."""
    row = _current(member, actor, at)
    values = dict(values)
    since = values.pop("since", row.valid.lower)
    changed = _put(row, values)
    if since != row.valid.lower:
        if since > clock.day_of(at):
            raise MemberError("编入日期不能晚于今天。", field="since")
        changed["since"] = (row.valid.lower.isoformat(), since.isoformat())
        row.valid = DateRange(since, None)
    if not changed:
        return row
    if {"phone", "worker", "since"} & set(changed):
        _check_alone(row, since, actor)
    with as_sentences(MemberError, field="phone"):
        row.save()
    before, after = ({field: pair[n] for field, pair in changed.items()} for n in (0, 1))
    record(verb="member.correct", target=row, actor=actor, at=at, before=before, after=after)
    return row


def _current(member: Member, actor: User, at: dt.datetime) -> Member:
    row = Member.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=member.pk)
    may_keep(organisation=row.organisation, actor=actor, at=at)
    if row.valid.upper is not None:
        raise MemberError(f"{row.name_mask}{row.valid.upper.isoformat()} 已离开，撤回离开后再改。")
    return row


@transaction.atomic
def leave(*, member: Member, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Member:
    """The membership ends: `on` is the first day on which it does not hold. Raises `MemberError`."""
    row = _current(member, actor, at)
    _end(row, on, checked_reason(reason, error=MemberError), actor, at)
    after = {"until": on.isoformat()}
    record(verb="member.leave", target=row, actor=actor, at=at, after=after, reason=row.left_reason)
    return row


def _end(row: Member, on: dt.date, reason: str, actor: User | None, at: dt.datetime) -> None:
    if on > clock.day_of(at):
        raise MemberError("离开日期不能晚于今天。", field="on")
    if on <= row.valid.lower:
        raise MemberError(
            f"离开日期要晚于编入日期 {row.valid.lower.isoformat()}；编错了的，先更正编入日期。", field="on"
        )
    _check_handed_over(row, clock.day_of(at))
    row.valid, row.left_reason = DateRange(row.valid.lower, on), reason[:100]
    row.save(update_fields=["valid", "left_reason"])
    signals.member_left.send(Member, member=row, on=on, actor=actor, at=at)


def _check_handed_over(row: Member, today: dt.date) -> None:
    """Refuse to let somebody go who holds a seat or looks after places: somebody must take that over."""
    seat = Seat.objects.held(today).filter(member=row).select_related("organisation").first()
    if seat is not None:
        raise MemberError(f"{row.name_mask}还是{seat.organisation}的{seat.duties}。先在“班子”页登记离任。")
    places = Responsibility.objects.filter(member=row).on(today).count()
    if places:
        raise MemberError(f"{row.name_mask}还负责 {places} 处地点。先在“责任区”页交给别的党员。")


@transaction.atomic
def transfer(*, member: Member, to: Organisation, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Member:
    """The membership ends here and another begins there on the same day, with the same name, number and links. Who
    gives keeps the roster here; the new row is returned. Raises `MemberError`."""
    row = _current(member, actor, at)
    if to.pk == row.organisation_id or to.street_id != row.street_id:
        raise MemberError("选本街道的另一个党组织。", field="to")
    there = locked(to, error=MemberError)
    if there.form in {Organisation.Form.GENERAL, Organisation.Form.COMMITTEE}:
        raise MemberError(f"{there.get_form_display()}不直接编入党员，转到它下面的支部。", field="to")
    reason = checked_reason(reason, error=MemberError)
    _end(row, on, f"转到{there}：{reason}", actor, at)
    new = _again(row, there, on)
    with as_sentences(MemberError, field="to"):
        new.save(force_insert=True)
    after = {"from": str(row.organisation), "to": str(there), "since": on.isoformat()}
    record(verb="member.transfer", target=new, actor=actor, at=at, after=after, reason=reason)
    return new


def _again(row: Member, there: Organisation, on: dt.date) -> Member:
    """The same person in another organisation, sealed for the new row, unsaved."""
    new = Member(
        street_id=row.street_id, organisation=there, standing=row.standing, relation=row.relation, worker=row.worker,
        user=row.user, home_unit=row.home_unit, valid=DateRange(on, None), source="transfer", name_mask=row.name_mask,
    )  # fmt: skip
    new.name_sealed = sealing.seal(row.name(), table=TABLE, column="name_sealed", row=new.pk)
    if row.phone_sealed is not None:
        number = phone_of(row)
        new.phone_sealed = sealing.seal(number, table=TABLE, column="phone_sealed", row=new.pk)
        new.phone_index, new.phone_mask = row.phone_index, row.phone_mask
    return new


@transaction.atomic
def bring_back(*, member: Member, actor: User, at: dt.datetime) -> Member:
    """Take back that somebody left. Raises `MemberError` (still there, in another organisation by now, forgotten)."""
    row = Member.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=member.pk)
    may_keep(organisation=row.organisation, actor=actor, at=at)
    locked(row.organisation, error=MemberError)
    if row.valid.upper is None:
        raise MemberError(f"{row.name_mask}没有离开，不用撤回。")
    if row.name_sealed is None:
        raise MemberError("这条记录保存期满，姓名已删除，不能撤回；人回来了就重新编入。")
    ended = row.valid.upper
    row.valid, row.left_reason = DateRange(row.valid.lower, None), ""
    _check_alone(row, ended, actor)
    with as_sentences(MemberError):
        row.save(update_fields=["valid", "left_reason"])
    signals.member_back.send(Member, member=row, on=ended, actor=actor, at=at)
    record(verb="member.bring_back", target=row, actor=actor, at=at, before={"until": ended.isoformat()})
    return row


def phone_of(member: Member) -> str:
    """The number in the clear, '' for none. For `reveal` and for writing it into another row."""
    if member.phone_sealed is None:
        return ""
    return sealing.open_sealed(member.phone_sealed, table=TABLE, column="phone_sealed", row=member.pk)


def reveal(*, member: Member, reason: str, actor: User, at: dt.datetime) -> tuple[str, str]:
    """Name and number in the clear, for a reason that is kept. Raises `MemberError` (no reason, nothing kept)."""
    reason = checked_reason(reason, error=MemberError)
    if member.name_sealed is None:
        raise MemberError("这条记录保存期满，姓名和电话已删除。")
    revealed(target=member, field="姓名、电话", actor=actor, at=at, reason=reason)
    return member.name(), phone_of(member)
