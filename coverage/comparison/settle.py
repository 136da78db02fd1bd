"""A person's part: deciding on a difference, and settling what a doubtful row is. Nothing here touches the registry."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from coverage.comparison import changes, entering
from coverage.comparison.classify import _fetch
from coverage.comparison.found import Cell, Found
from coverage.differences import following
from coverage.matching import codes
from coverage.models import Batch, Difference, Entity
from coverage.reading import fields
from coverage.reading.book import shown_line
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.privacy import sealing

Kind, Decision, Settled = Difference.Kind, Difference.Decision, Difference.Settled
OPEN_STATES = (Batch.State.READY, Batch.State.UNDONE, Batch.State.APPLIED)
CHANGEABLE = (Kind.CHANGED, Kind.GONE, Kind.NEW)


class SettleError(DomainError):
    """This difference cannot be decided so, or not any more."""


def locked(difference: Difference) -> Difference:
    """The difference with its batch, held; raises when the batch is past deciding or the row is in the registry."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=difference.batch_id)  # first, as applying does
    row = Difference.objects.select_for_update(of=("self",)).select_related("batch__department").get(pk=difference.pk)
    if batch.state not in OPEN_STATES:
        raise SettleError(f"这一批{batch.get_state_display()}，不能再改。")
    if row.applied:
        raise SettleError("这一项已经写进名册。要改回来，撤销本批，或在主体页上更正。")
    return row


@transaction.atomic
def decide(*, difference: Difference, decision: str, actor: User, at: dt.datetime, reason: str = "") -> Difference:
    """Accept, refuse or ask on visit; for changed fields, for entities gone and for new ones."""
    row = locked(difference)
    if row.kind not in CHANGEABLE or decision not in {Decision.ACCEPT, Decision.REFUSE, Decision.ASK}:
        raise SettleError("这一行不能这样处理。")
    if row.kind == Kind.NEW and decision == Decision.ASK:
        raise SettleError("新主体还不在名册里，不能交支部核实。先采用，再走访。")
    before = row.decision
    row.decision, row.decided_by, row.decided_at = decision, actor, at
    row.save(update_fields=["decision", "decided_by", "decided_at"])
    following.decided(line=row, actor=actor, at=at, words=reason)
    _record(row, "coverage.decide_difference", actor, at, {"decision": before}, {"decision": decision})
    return row


@transaction.atomic
def settle_same(*, difference: Difference, entity: Entity, actor: User, at: dt.datetime) -> Difference:
    """A doubtful row is this entity: what it says differently becomes differences of its own, each with a proposal."""
    row = locked(difference)
    _be_open(row)
    if entity.street_id != row.street_id or entity.removed_at is not None:
        raise SettleError("这一家不在名册里，换一家认定。")
    other = row.batch.differences.filter(kind=Kind.DOUBT, settled=Settled.SAME, entity_id=entity.pk).first()
    if other is not None:
        raise SettleError(f"第 {shown_line(other.line or 0)} 行已经认定是“{entity}”，一家不能认定两行。先撤回那一行。")
    _settle(row, Settled.SAME, Decision.ACCEPT, entity.pk, actor, at)
    lines = changes.ChangeSet(row.batch, Found()).changed(_cells(row, entity))
    Difference.objects.bulk_create(_difference(row, line) for line in lines)
    return row


@transaction.atomic
def settle_new(*, difference: Difference, actor: User, at: dt.datetime) -> Difference:
    """A doubtful row is an entity that the registry does not have."""
    row = locked(difference)
    _be_open(row)
    values = (row.row or {}).get("values", {})
    if not values.get("name"):
        raise SettleError("这一行没有名称，不能建新主体。请部门补全，或先作不是本街道处理。")
    entity_id = row.entity_id or new_id()
    read_as = f"{row.batch_id}:{row.line}"
    row.row = entering.as_new(row.row or {}, street_id=row.street_id, read_as=read_as, entity_id=entity_id)
    row.save(update_fields=["row"])
    _settle(row, Settled.NEW, Decision.ACCEPT, entity_id, actor, at)
    return row


@transaction.atomic
def settle_aside(*, difference: Difference, settled: str, actor: User, at: dt.datetime) -> Difference:
    """A doubtful row is none of this street's, or is to be asked about at the likeliest candidate's door."""
    row = locked(difference)
    _be_open(row)
    if settled == Settled.ASK and not row.candidates:
        raise SettleError("没有相近的主体，不知道问哪一家。先认定为新主体，或不是本街道的。")
    decision = {Settled.NOT_OURS: Decision.REFUSE, Settled.ASK: Decision.ASK}.get(Settled(settled))
    if decision is None:
        raise SettleError("这一行不能这样处理。")
    _settle(row, settled, decision, None, actor, at)
    return row


@transaction.atomic
def reopen(*, difference: Difference, actor: User, at: dt.datetime) -> Difference:
    """Take a settlement back: the row waits again, and the differences that followed from it are gone."""
    row = locked(difference)
    if row.kind != Kind.DOUBT or row.decision == Decision.OPEN:
        raise SettleError("这一行没有认定过，不用撤回。")
    followed = row.batch.differences.filter(line=row.line, kind=Kind.CHANGED)
    if followed.filter(applied=True).exists():
        raise SettleError("这一行的变更已经写进名册。先撤销本批，再改认定。")
    followed.delete()
    row.questions.filter(answered_in__isnull=True).delete()
    before = row.settled
    row.settled, row.decision, row.entity_id = "", Decision.OPEN, None
    row.decided_by, row.decided_at = None, None
    if phone := (row.row or {}).get("phone"):
        row.row = {**(row.row or {}), "phone": {**phone, "sealed": phone.get("as_read", phone["sealed"])}}
    row.save(update_fields=["settled", "decision", "entity_id", "decided_by", "decided_at", "row"])
    following.decided(line=row, actor=actor, at=at)
    _record(row, "coverage.reopen_difference", actor, at, {"settled": before}, {"settled": ""})
    return row


def _be_open(row: Difference) -> None:
    if row.kind != Kind.DOUBT:
        raise SettleError("这一行不是待确认的行。")
    if row.decision != Decision.OPEN:
        raise SettleError(f"第 {shown_line(row.line or 0)} 行已由{row.decided_by}认定，先撤回再改。")


def _settle(
    row: Difference, settled: str, decision: str, entity_id: uuid.UUID | None, actor: User, at: dt.datetime
) -> None:
    row.settled, row.decision, row.entity_id = settled, decision, entity_id
    row.decided_by, row.decided_at = actor, at
    row.save(update_fields=["settled", "decision", "entity_id", "decided_by", "decided_at"])
    following.decided(line=row, actor=actor, at=at)
    after = {"settled": settled, "entity": str(entity_id) if entity_id else ""}
    _record(row, "coverage.settle_difference", actor, at, {}, after)


def _record(
    row: Difference, verb: str, actor: User, at: dt.datetime, before: dict[str, str], after: dict[str, str]
) -> None:
    line = shown_line(row.line) if row.line else ""
    record(
        verb=verb,
        target=row.batch,
        actor=actor,
        at=at,
        before=before,
        after={"line": line, "field": row.field, **after},
    )


def _cells(row: Difference, entity: Entity) -> list[Cell]:
    """What a settled row says differently from its entity; only what was really written."""
    content = row.row or {}
    values, written, line = content.get("values", {}), content.get("cells", {}), row.line or 0
    keys = [fact.key for fact in fields.FIELDS if fact.key != "phone"]
    columns = ", ".join(fields.stored(key) for key in [*keys, "phone"])
    stored = _fetch(f"SELECT {columns} FROM coverage_entity e WHERE e.id = %s", [entity.pk])[0]
    cells = [
        Cell(line, entity.pk, key, old, values[key])
        for key, old in zip(keys, stored[:-1], strict=True)
        if key in written and values.get(key) and values[key] != old
    ]
    code = values.get("code", "")
    if code and code != entity.code and codes.checksum_holds(code) and not _is_known(entity, code):
        cells.append(Cell(line, entity.pk, fields.CODE, entity.code, code))
    phone = content.get("phone")
    if phone and phone["index"] != stored[-1].partition(" ")[2]:
        cells.append(Cell(line, entity.pk, "phone", stored[-1], _opened(row, phone["sealed"])))
    return cells


def _is_known(entity: Entity, code: str) -> bool:
    others = Entity.objects.listed().filter(street_id=entity.street_id, code=code).exclude(pk=entity.pk)
    return bool(others.exists())


def _opened(row: Difference, sealed: str) -> str:
    table, column = entering.SEALED_IN
    return sealing.open_sealed(base64.b64decode(sealed), table=table, column=column, row=f"{row.batch_id}:{row.line}")


def _difference(row: Difference, line: changes.Line) -> Difference:
    values: dict[str, Any] = {
        "street_id": row.street_id,
        "batch_id": row.batch_id,
        "line": line.line,
        "kind": line.kind,
        "entity_id": line.entity_id,
        "field": line.field,
        "old": line.old,
        "new": line.new,
        "old_provenance": line.old_provenance,
        "row": line.row,
        "reason": line.reason,
        "decision": line.decision,
        "key": changes.digest(line.key),
    }
    return Difference(**values)
