"""The verbs on rosters: receiving a workbook of members, deciding its rows, writing them in one transaction, undoing that.

What is written goes through the verbs on members, so that every refusal is the same sentence and every row its own line
in the log. Undoing restores what was written and leaves alone what somebody has edited since.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import transaction
from django.db.models import Count

from branches.bodies import members, sheets
from branches.bodies.members import MemberError, Person, may_keep, phone_of
from branches.bodies.organisations import locked
from branches.bodies.sheets import LARGEST, RosterError
from branches.models import Member, Organisation, Roster, RosterRow
from branches.rules import rosters
from branches.rules.rosters import Finding, Held, Said
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.privacy import phones, sealing
from shimen.privacy.masks import mask_name

__all__ = ["LARGEST", "RosterError", "apply", "decide", "discard", "opened", "receive", "undo"]
TABLE, COLUMN = "branches_rosterrow", "sealed"
Kind, Decision, State = RosterRow.Kind, RosterRow.Decision, Roster.State


# ---- receiving


def receive(
    *, organisation: Organisation, name: str, content: bytes, is_full: bool, actor: User, at: dt.datetime
) -> Roster:
    """Read a workbook and compare it with the members of today. Raises `RosterError` for what cannot be read.

    The workbook is read outside the transaction, in a process of its own.
    """
    may_keep(organisation=organisation, actor=actor, at=at)
    told = sheets.read("members", content, name)
    return _compare(organisation, name, content, told, is_full=is_full, actor=actor, at=at)


@transaction.atomic
def _compare(
    organisation: Organisation,
    name: str,
    content: bytes,
    told: dict[str, Any],
    *,
    is_full: bool,
    actor: User,
    at: dt.datetime,
) -> Roster:
    row, today = locked(organisation, error=RosterError), clock.day_of(at)
    said = [_said(line, cells, today) for line, cells in told["rows"]]
    found = rosters.compare(said, [_held(member) for member in Member.objects.of(row).on(today)], is_full=is_full)
    file = sheets.kept(name, content, told, actor=actor, at=at)
    roster = Roster(street_id=row.street_id, organisation=row, is_full=is_full, **file)
    kept = [_row(roster, finding, row) for finding in found if finding.kind != rosters.SAME]
    same = sum(finding.kind == rosters.SAME for finding in found)
    roster.counts = {
        "rows": len(said),
        "same": same,
        **{kind: sum(k.kind == kind for k in kept) for kind in Kind.values},
    }
    roster.save(force_insert=True)
    RosterRow.objects.bulk_create(kept)
    record(verb="roster.receive", target=row, actor=actor, at=at, after={"file": roster.file_name, **roster.counts})
    return roster


def _said(line: int, cells: dict[str, str], today: dt.date) -> Said:
    try:
        phone: str | None = phones.normalise(cells.get("phone", ""))
    except phones.UnreadablePhoneError:
        phone = None
    return rosters.read_row(line, cells, phone, today)


def _held(member: Member) -> Held:
    return Held(
        str(member.pk), member.name(), phone_of(member), member.standing, member.relation, member.home_unit,
        member.valid.lower,
    )  # fmt: skip


def _row(roster: Roster, finding: Finding, organisation: Organisation) -> RosterRow:
    """A finding as it is kept. What is plain is taken unless somebody says otherwise; who is not named any more is not."""
    said, held = finding.said, finding.held
    kind, reason = finding.kind, finding.reason
    if kind == rosters.NEW and said is not None and _is_elsewhere(said, organisation):
        kind, reason = Kind.REFUSED, f"这个号码的同志已在另一个党组织。{members.ONE}"
    name, phone = (said.name, said.phone) if said else (held.name, held.phone) if held else ("", "")
    row = RosterRow(
        street_id=organisation.street_id, roster=roster, line=said.line if said else None, kind=kind,
        member_id=held.key if held else None, candidates=[one.key for one in finding.candidates],
        name_mask=mask_name(name)[:30], phone_mask=phones.mask(phone), fields=list(finding.fields), reason=reason[:200],
        decision=_FIRST.get(Kind(kind), Decision.OPEN),
    )  # fmt: skip
    seal(row, {"said": _facts(said), "old": _facts(held)})
    return row


_FIRST = {
    Kind.NEW: Decision.ACCEPT, Kind.CHANGED: Decision.ACCEPT, Kind.DUPLICATE: Decision.REFUSE, Kind.REFUSED: Decision.REFUSE,
}  # fmt: skip


def _is_elsewhere(said: Said, organisation: Organisation) -> bool:
    if not said.phone:
        return False
    others = Member.objects.filter(street=organisation.street_id, phone_index=sealing.blind_index(said.phone))
    return others.filter(valid__endswith__isnull=True).exclude(organisation=organisation).exists()


def _facts(one: Said | Held | None) -> dict[str, str]:
    if one is None:
        return {}
    since = one.since.isoformat() if one.since else ""
    return {
        "name": one.name, "phone": one.phone, "standing": one.standing, "relation": one.relation,
        "home_unit": one.home_unit, "since": since,
    }  # fmt: skip


def seal(row: RosterRow, content: dict[str, dict[str, str]]) -> None:
    """Seal {"said": …, "old": …} into a row, unsaved."""
    row.sealed = sealing.seal(json.dumps(content, ensure_ascii=False), table=TABLE, column=COLUMN, row=row.pk)


def opened(row: RosterRow) -> dict[str, dict[str, str]]:
    """What a row says, in the clear; empty once its time is over."""
    if row.sealed is None:
        return {"said": {}, "old": {}}
    found: dict[str, dict[str, str]] = json.loads(
        sealing.open_sealed(row.sealed, table=TABLE, column=COLUMN, row=row.pk)
    )
    return found


# ---- deciding


@transaction.atomic
def decide(*, row: RosterRow, decision: str, member: Member | None = None, actor: User, at: dt.datetime) -> RosterRow:
    """Take a row or leave it; a doubtful one is taken as `member`, one of its candidates, or as somebody new. Raises
    `RosterError`."""
    roster = _open(row.roster, State.READY, actor, at)
    held = RosterRow.objects.select_for_update().get(pk=row.pk)
    if decision not in Decision.values or held.kind in {Kind.REFUSED, Kind.DUPLICATE}:
        raise RosterError("拒收和重复的行不能采用；在表里改好再传一次。")
    if held.kind == Kind.DOUBT and decision == Decision.ACCEPT:
        _settle(held, member)
    held.decision = decision
    held.save()
    after = {"line": held.line, "decision": held.get_decision_display(), "name": held.name_mask}
    record(verb="roster.decide", target=roster.organisation, actor=actor, at=at, after=after)
    return held


def _settle(row: RosterRow, member: Member | None) -> None:
    """Say, unsaved, who a doubtful row is; nobody known is somebody new."""
    if member is not None and str(member.pk) not in row.candidates:
        raise RosterError("只能从列出的几位里认。")
    content = opened(row)
    row.member = member
    content["old"] = _facts(_held(member)) if member else {}
    said, old = content["said"], content["old"]
    row.fields = (
        [key for key, value in said.items() if value != old.get(key) and (value or key == "home_unit")]
        if member
        else []
    )
    seal(row, content)


# ---- writing


@transaction.atomic
def apply(*, roster: Roster, actor: User, at: dt.datetime) -> Roster:
    """Write every row that is taken, all or none. Raises `RosterError` (rows in doubt, a row that a member's verb
    refuses, with its number)."""
    row = _open(roster, State.READY, actor, at)
    waiting = row.rows.waiting().filter(kind=Kind.DOUBT).count()
    if waiting:
        raise RosterError(f"还有 {waiting} 行待确认，认定了再写入。")
    sheets.write_rows(
        row.rows.to_write().in_order().select_related("member"), lambda each: _write(each, row.organisation, actor, at),
        names=lambda each: f"第 {each.line} 行" if each.line else each.name_mask,
    )  # fmt: skip
    row.state, row.applied_by, row.applied_at = State.APPLIED, actor, at
    row.save()
    written = row.rows.filter(is_applied=True).values_list("kind").annotate(n=Count("pk"))
    record(verb="roster.apply", target=row.organisation, actor=actor, at=at, after=dict(written))
    return row


def _write(each: RosterRow, organisation: Organisation, actor: User, at: dt.datetime) -> None:
    said, today = opened(each)["said"], clock.day_of(at)
    if each.kind == Kind.GONE:
        if each.member is None:
            raise MemberError("这位党员的记录已不在。")
        members.leave(member=each.member, on=today, reason="完整名册里不再有", actor=actor, at=at)
    elif each.member is not None:
        values = {key: _value(key, said[key]) for key in each.fields}
        members.correct(member=each.member, values=values, actor=actor, at=at)
    else:
        person = Person(said["name"], said["phone"], said["standing"], said["relation"], said["home_unit"])
        since = dt.date.fromisoformat(said["since"]) if said["since"] else today
        each.member = members.join(
            organisation=organisation, person=person, since=since, actor=actor, at=at, source="roster"
        )


def _value(key: str, text: str) -> Any:
    return dt.date.fromisoformat(text) if key == "since" else text


# ---- undoing


@transaction.atomic
def undo(*, roster: Roster, actor: User, at: dt.datetime) -> Roster:
    """Take back what was written, except what was edited since, which is said at its row. Raises `RosterError`."""
    row = _open(roster, State.APPLIED, actor, at)
    if row.rows.filter(is_applied=True, sealed__isnull=True).exists():
        raise RosterError("名册内容保存期满已删除，不能再撤销。")
    sheets.take_back_rows(
        row.rows.filter(is_applied=True).in_order().select_related("member"), lambda each: _restore(each, actor, at),
        bound="已有任职、责任区或活动记录，没有移出",
    )  # fmt: skip
    row.state = State.UNDONE
    row.save()
    skipped = row.rows.exclude(skipped_reason="").count()
    record(verb="roster.undo", target=row.organisation, actor=actor, at=at, after={"skipped": skipped})
    return row


def _restore(each: RosterRow, actor: User, at: dt.datetime) -> str:
    """Take one row back; why it was left alone, '' when it was not."""
    if each.member is None:
        return "这位党员的记录已不在"
    content, member = opened(each), Member.objects.get(pk=each.member.pk)
    if each.kind == Kind.GONE:
        members.bring_back(member=member, actor=actor, at=at)
        return ""
    now, said = _facts(_held(member)), content["said"]
    if member.valid.upper is not None:
        return "后来登记了离开，没有动"
    if not content["old"]:
        if any(now[key] != value for key, value in said.items() if value):
            return "后来又改过，没有动"
        each.member = None
        each.save(update_fields=["member"])
        member.delete()
        return ""
    if any(now[key] != said[key] for key in each.fields):
        return "后来又改过，没有动"
    values = {key: _value(key, content["old"][key]) for key in each.fields}
    members.correct(member=member, values=values, actor=actor, at=at)
    return ""


@transaction.atomic
def discard(*, roster: Roster, actor: User, at: dt.datetime) -> Roster:
    """Put a roster away that is not wanted. Raises `RosterError`."""
    row = _open(roster, State.READY, actor, at)
    row.state = State.DISCARDED
    row.save()
    record(verb="roster.discard", target=row.organisation, actor=actor, at=at, after={"file": row.file_name})
    return row


def _open(roster: Roster, state: str, actor: User, at: dt.datetime) -> Roster:
    """The roster, locked, when it is in `state` and the person keeps the organisation's roster."""
    row = Roster.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=roster.pk)
    may_keep(organisation=row.organisation, actor=actor, at=at)
    sheets.check_state(row, state)
    return row
