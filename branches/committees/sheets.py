"""The verbs on workbooks of committees: receiving one, deciding its blocks, writing them in one transaction, undoing that.

A block is what the workbook says of one organisation. Before it is shown it is written once and rolled back, so that
whatever a rule would refuse is said in the preview. The rest is shared with the rosters of members (`branches.bodies.sheets`).
"""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

from django.db import transaction
from django.db.models import Q

from branches.bodies import sheets
from branches.bodies.sheets import RosterError
from branches.committees import elections, nominees, seats
from branches.committees.nominees import CommitteeError, Nominee
from branches.models import Committee, CommitteeSheet, CommitteeSheetRow, Member, Organisation, Seat
from branches.rules import committee_sheets as pure
from branches.rules.committee_sheets import Block, HeldSeat, Line, Steps
from branches.rules.seats import INSIDE, SECONDED, WORDS
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory.models import Street

Kind, Decision, State = CommitteeSheetRow.Kind, CommitteeSheetRow.Decision, CommitteeSheet.State
MOVED = "比对以后这个班子又变过。作废这份表格，重新上传。"
_FIRST = {Kind.NEW: Decision.ACCEPT, Kind.CHANGED: Decision.ACCEPT, Kind.REFUSED: Decision.REFUSE}


# ---- receiving


def receive(*, street: Street, name: str, content: bytes, actor: User, at: dt.datetime) -> CommitteeSheet:
    """Read a workbook and compare it with the committees of today. Raises `RosterError` for what cannot be read.

    The workbook is read outside the transaction, in a process of its own.
    """
    told = sheets.read("committees", content, name)
    return _compare(street, name, content, told, actor=actor, at=at)


@transaction.atomic
def _compare(
    street: Street, name: str, content: bytes, told: dict[str, Any], *, actor: User, at: dt.datetime
) -> CommitteeSheet:
    today = clock.day_of(at)
    lines = [pure.read_line(number, cells, today) for number, cells in told["rows"]]
    file = sheets.kept(name, content, told, actor=actor, at=at)
    sheet = CommitteeSheet.objects.create(street=street, **file)
    rows = [_row(sheet, block, actor, at) for block in pure.blocks(lines)]
    kept = [row for row in rows if row.kind != pure.SAME]
    counts = {
        kind: sum(len(row.said["lines"]) for row in rows if row.kind == kind) for kind in (*Kind.values, pure.SAME)
    }
    sheet.counts = {"rows": len(lines), "blocks": len(rows), **counts}
    sheet.save(update_fields=["counts"])
    CommitteeSheetRow.objects.bulk_create(kept)
    record(
        verb="committee_sheet.receive", target=sheet, actor=actor, at=at, after={"file": sheet.file_name, **sheet.counts}
    )  # fmt: skip
    return sheet


def _row(sheet: CommitteeSheet, block: Block, actor: User, at: dt.datetime) -> CommitteeSheetRow:
    """A block as it is kept, unsaved: which organisation it means, and what writing it would do."""
    row = CommitteeSheetRow(
        street_id=sheet.street_id, sheet=sheet, line=block.line, named=block.organisation[:100], said=block.as_json()
    )  # fmt: skip
    found, near = _meant(block.organisation, actor, clock.day_of(at))
    if found is not None:
        _weigh(row, block, found, actor, at)
    elif near:
        row.kind, row.candidates, row.reason = (
            Kind.DOUBT,
            [str(one.pk) for one in near],
            "没有叫这个名字的党组织，是不是其中一个",
        )
    else:
        row.kind, row.reason, row.decision = Kind.REFUSED, block.problem or "没有叫这个名字的党组织", Decision.REFUSE
    return row


def _meant(name: str, actor: User, on: dt.date) -> tuple[Organisation | None, list[Organisation]]:
    """The organisation with that name, full or short; without one, those whose names are like it."""
    seen = Organisation.objects.visible_to(actor).standing(on).exclude(kind=Organisation.Kind.STREET)
    exact = list(seen.filter(Q(name=name) | Q(short_name=name)).order_by("pk")[:2])
    if len(exact) == 1:
        return exact[0], []
    if exact or len(name) < 3:
        return None, exact
    everyone = {word: row for row in seen.order_by("pk") for word in (row.name, row.short_name) if word}
    close = difflib.get_close_matches(name, everyone, n=4, cutoff=0.6)
    return None, list(dict.fromkeys(everyone[word] for word in close))


def _weigh(row: CommitteeSheetRow, block: Block, organisation: Organisation, actor: User, at: dt.datetime) -> None:
    """Write into a row, unsaved, what its block means for an organisation."""
    committee, held = _standing(organisation, clock.day_of(at))
    steps = pure.compare(block, committee.elected_on if committee else None, held)
    row.organisation, row.committee, row.kind, row.reason = organisation, committee, steps.kind, steps.reason
    row.said = {**block.as_json(), "seen": sorted(seat.key for seat in held), "shown": _shown(block, steps)}
    if steps.kind in {pure.NEW, pure.CHANGED, pure.DOUBT} and (refusal := _rehearse(row, actor, at)):
        row.kind, row.reason = Kind.REFUSED, refusal
    row.reason = row.reason[:200]
    row.decision = _FIRST[Kind(row.kind)] if row.kind in _FIRST else Decision.OPEN


def _standing(organisation: Organisation, on: dt.date) -> tuple[Committee | None, list[HeldSeat]]:
    committee = elections.latest(organisation)
    rows = Seat.objects.held(on).filter(committee=committee).in_order() if committee else ()
    return committee, [
        HeldSeat(str(s.pk), s.role, s.name, tuple(s.also), s.home_unit, s.seconded_until) for s in rows
    ]  # fmt: skip


def _rehearse(row: CommitteeSheetRow, actor: User, at: dt.datetime) -> str:
    """Why the verbs would refuse a row today, "" where they would not. Nothing of it stays."""
    refusal = ""
    with transaction.atomic():
        try:
            _write(row, actor, at)
        except CommitteeError as error:
            refusal = error.sentence
        transaction.set_rollback(True)
    row.done = {}
    return refusal


def _shown(block: Block, steps: Steps) -> list[list[str]]:
    """What writing would do, for the preview: [what, seat, who and when]."""
    if steps.kind == pure.NEW:
        day = block.elected_on.isoformat() if block.elected_on else ""
        return [[f"{day} 当选", line.words, _who(line)] for line in block.lines]
    found = [["离任", WORDS[seat.role], seat.name] for seat in steps.ends]
    found += [["补选", line.words, f"{_who(line)}，{line.since} 到任"] for line in steps.fills]
    return found + [["更正", line.words, _who(line)] for _, line in steps.changes]


def _who(line: Line) -> str:
    until = f"，下沉到 {line.until}" if line.until else ""
    return f"{line.name}{f'（{line.unit}）' if line.unit else ''}{until}" if line.name else "暂缺"


# ---- deciding


@transaction.atomic
def decide(
    *, row: CommitteeSheetRow, decision: str, organisation: Organisation | None = None, actor: User, at: dt.datetime
) -> CommitteeSheetRow:
    """Take a block or leave it; one whose organisation is in doubt is taken as one of its candidates. Raises `RosterError`."""
    _open(row.sheet, State.READY)
    held = CommitteeSheetRow.objects.select_for_update().get(pk=row.pk)
    if decision not in Decision.values or held.kind == Kind.REFUSED:
        raise RosterError("拒收的不能采用；在表里改好再传一次。")
    if organisation is not None:
        if str(organisation.pk) not in held.candidates:
            raise RosterError("只能从列出的几个党组织里认。")
        _weigh(held, Block.from_json(held.said), organisation, actor, at)
        if held.kind == pure.SAME:
            held.kind, held.reason, held.decision = Kind.REFUSED, "和在任的班子一致，没有要写的", Decision.REFUSE
    elif held.candidates and held.organisation_id is None and decision == Decision.ACCEPT:
        raise RosterError("先认定是哪个党组织。")
    else:
        held.decision = decision
    held.save()
    after = {"organisation": held.named, "decision": held.get_decision_display()}
    record(verb="committee_sheet.decide", target=row.sheet, actor=actor, at=at, after=after)
    return held


# ---- writing


@transaction.atomic
def apply(*, sheet: CommitteeSheet, actor: User, at: dt.datetime) -> CommitteeSheet:
    """Write every block that is taken, all or none. Raises `RosterError` (blocks in doubt, one that a verb refuses)."""
    row = _open(sheet, State.READY)
    waiting = row.rows.waiting().filter(kind=Kind.DOUBT).count()
    if waiting:
        raise RosterError(f"还有 {waiting} 个党组织待确认，认定了再写入。")
    sheets.write_rows(
        row.rows.to_write().in_order().select_related("organisation"), lambda each: _write(each, actor, at),
        names=lambda each: f"{each.named}（第 {each.line} 行起）",
    )  # fmt: skip
    row.state, row.applied_by, row.applied_at = State.APPLIED, actor, at
    row.save()
    after = {"blocks": row.rows.filter(is_applied=True).count()}
    record(verb="committee_sheet.apply", target=row, actor=actor, at=at, after=after)
    return row


def _write(row: CommitteeSheetRow, actor: User, at: dt.datetime) -> None:
    """Write one block by the verbs on committees; `done` is filled, unsaved."""
    organisation = row.organisation
    if organisation is None:
        raise RosterError("先认定是哪个党组织。")
    block = Block.from_json(row.said)
    committee, held = _standing(organisation, clock.day_of(at))
    if committee != row.committee or sorted(seat.key for seat in held) != row.said["seen"]:
        raise CommitteeError(MOVED)
    steps = pure.compare(block, committee.elected_on if committee else None, held)
    if steps.kind == pure.NEW:
        row.done = {"committee": str(_elect(organisation, block, committee, actor, at).pk)}
    elif committee is not None:
        row.done = _change(committee, steps, actor, at)


def _elect(
    organisation: Organisation, block: Block, after: Committee | None, actor: User, at: dt.datetime
) -> Committee:
    day, first = block.elected_on or clock.day_of(at), block.lines[0]
    elections.check_day(organisation, after, day, clock.day_of(at))
    own = _own_by_name(organisation, day)
    return elections.elect(
        organisation=organisation, proposed=[_nominee(line, own) for line in block.lines], elected_on=day, after=after,
        how=first.how, number=first.number, note="班子表格", actor=actor, at=at,
    )  # fmt: skip


def _own_by_name(organisation: Organisation, on: dt.date) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for member in nominees.own_members(organisation, on):
        found.setdefault(member.name(), []).append(member)
    return found


def _nominee(line: Line, own: dict[str, list[Member]]) -> Nominee:
    """A line as a seat of an election: one of the organisation's own members by name, or somebody from a unit. A name that
    fits nobody or several is refused."""
    if not line.name:
        return Nominee(line.role, line.also)
    known = own.get(line.name, [])
    if line.origin == SECONDED:
        known = [member for member in known if member.relation == Member.Relation.SECONDED]
    is_own = line.origin == INSIDE or not (line.origin or line.unit) or (line.origin == SECONDED and known)
    if not is_own:
        return Nominee(line.role, line.also, name=line.name, unit=line.unit, seconded_until=line.until)
    if not known:
        raise CommitteeError(f"第 {line.line} 行：本支部没有叫{line.name}的党员。外来的同志，写上来源和原单位。")
    if len(known) > 1:
        raise CommitteeError(f"第 {line.line} 行：本支部有 {len(known)} 位同志叫{line.name}，分不清，在“班子”页登记。")
    return Nominee(line.role, line.also, member=known[0].pk, unit=line.unit, seconded_until=line.until)


def _change(committee: Committee, steps: Steps, actor: User, at: dt.datetime) -> dict[str, Any]:
    """End, fill and correct seats of the committee in office; the ids of what was done."""
    today, own = clock.day_of(at), _own_by_name(committee.organisation, clock.day_of(at)) if steps.fills else {}
    rows = {str(row.pk): row for row in committee.seats.registered()}
    for seat in steps.ends:
        follower = next((line for line in steps.fills if line.name == seat.name), None)
        follower = follower or next((line for line in steps.fills if line.role == seat.role), None)
        on = follower.since if follower and follower.since else today
        seats.end(seat=rows[seat.key], on=on, reason="班子表格", actor=actor, at=at)
    filled = [
        seats.fill(committee=committee, nominee=_nominee(line, own), since=line.since or today, actor=actor, at=at)
        for line in steps.fills
    ]
    changed = []
    for seat, line in steps.changes:
        new = {"also": list(line.also), "home_unit": line.unit or seat.unit, "seconded_until": line.until or seat.until}
        old = {"also": list(seat.also), "home_unit": seat.unit, "seconded_until": seat.until}
        seats.correct(seat=rows[seat.key], values=new, actor=actor, at=at)
        changed.append([seat.key, _plain(old), _plain(new)])
    return {"ended": [seat.key for seat in steps.ends], "filled": [str(seat.pk) for seat in filled], "changed": changed}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    until = facts["seconded_until"]
    return {**facts, "also": sorted(facts["also"]), "seconded_until": until.isoformat() if until else None}


# ---- undoing


@transaction.atomic
def undo(*, sheet: CommitteeSheet, actor: User, at: dt.datetime) -> CommitteeSheet:
    """Take back what was written, except where somebody has changed it since, which is said at its block. Raises
    `RosterError`."""
    row = _open(sheet, State.APPLIED)
    if row.rows.filter(is_applied=True, said={}).exists():
        raise RosterError("表格内容保存期满已删除，不能再撤销。")
    applied = row.rows.filter(is_applied=True).in_order().select_related("organisation")
    sheets.take_back_rows(applied, lambda each: _restore(each, actor, at))
    row.state = State.UNDONE
    row.save()
    skipped = row.rows.exclude(skipped_reason="").count()
    record(verb="committee_sheet.undo", target=row, actor=actor, at=at, after={"skipped": skipped})
    return row


def _restore(row: CommitteeSheetRow, actor: User, at: dt.datetime) -> str:
    """Take one block back; why it was left alone, '' when it was not."""
    reason, done = "撤销班子表格", row.done
    if "committee" in done:
        elections.withdraw(committee=Committee.objects.get(pk=done["committee"]), reason=reason, actor=actor, at=at)
        return ""
    rows = {str(seat.pk): seat for seat in Seat.objects.filter(committee=row.committee).select_related("committee")}
    for key, old, new in done["changed"]:
        seat = rows[key]
        if _plain({fact: getattr(seat, fact) for fact in seats.FACTS}) != new:
            return "后来又改过，没有动"
        until = dt.date.fromisoformat(old["seconded_until"]) if old["seconded_until"] else None
        seats.correct(seat=seat, values={**old, "seconded_until": until}, actor=actor, at=at)
    for key in done["filled"]:
        seats.take_back(seat=rows[key], reason=reason, actor=actor, at=at)
    for key in done["ended"]:
        seats.resume(seat=rows[key], actor=actor, at=at)
    return ""


@transaction.atomic
def discard(*, sheet: CommitteeSheet, actor: User, at: dt.datetime) -> CommitteeSheet:
    """Put a workbook away that is not wanted. Raises `RosterError`."""
    row = _open(sheet, State.READY)
    row.state = State.DISCARDED
    row.save()
    record(verb="committee_sheet.discard", target=row, actor=actor, at=at, after={"file": row.file_name})
    return row


def _open(sheet: CommitteeSheet, state: str) -> CommitteeSheet:
    """The workbook, locked, when it is in `state`."""
    row = CommitteeSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    sheets.check_state(row, state)
    return row
