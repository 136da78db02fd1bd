"""Settling, applying and undoing a list of people: one transaction each, and undoing restores what nobody touched since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence

import pghistory
from django.db import connection, transaction

from coverage.comparison.apply import ApplyError, lock
from coverage.comparison.people import sealed
from coverage.comparison.people.sealed import facts_of, opened
from coverage.comparison.undo import UndoError
from coverage.feeds import files
from coverage.models import Batch, Entity, PersonDifference, Worker
from coverage.registry.search_index import spell_worker
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.privacy import sealing

WORKERS, PHONE_COLUMN = "coverage_worker", "phone_sealed"
Kind, Decision, State = PersonDifference.Kind, PersonDifference.Decision, Batch.State
APPLICABLE = (State.READY, State.APPLYING, State.APPLIED, State.UNDONE)
OPEN = (State.READY, State.APPLIED, State.UNDONE)
COLUMNS = (
    "name", "post", "phone_sealed", "phone_index", "phone_mask", "pinyin", "initials", "provenance", "left_on",
)  # fmt: skip
EDITED = "应用后又改过，没有还原"
USED = "应用后已被用到，没有移出"
_AT_ONCE = 1_000


class PeopleError(DomainError):
    """A row of a list of people cannot be decided like this."""


@transaction.atomic
def decide(*, difference: PersonDifference, decision: str, actor: User, at: dt.datetime) -> PersonDifference:
    """Take over what a row says, or not. A doubtful row taken over is a new person; see `settle_same`."""
    row = _locked(difference)
    if decision not in Decision.values:
        raise PeopleError("没有这种处理。")
    if row.kind in {Kind.REFUSED, Kind.DUPLICATE}:
        raise PeopleError(f"{row.get_kind_display()}不能采用。请部门改好再传。")
    if row.kind == Kind.DOUBT and decision == Decision.ACCEPT and "*" in opened(row)["new"]["name"]:
        raise PeopleError("姓名打了码，不能登记成新的人。")
    if row.kind == Kind.DOUBT and str(row.person_id) in row.candidates:  # taken for somebody before: taken back
        row.person_id, row.fields = new_id(), []
        sealed.put(row, {"new": opened(row)["new"], "old": {}})
    _decided(row, decision, actor, at)
    return row


@transaction.atomic
def settle_same(*, difference: PersonDifference, worker: Worker, actor: User, at: dt.datetime) -> PersonDifference:
    """Say that a doubtful row is this person of the registry."""
    row = _locked(difference)
    if row.kind != Kind.DOUBT or str(worker.pk) not in row.candidates:
        raise PeopleError("这一位不是这一行的候选。")
    sealed.settle_as(row, worker)
    _decided(row, Decision.ACCEPT, actor, at)
    return row


def _locked(difference: PersonDifference) -> PersonDifference:
    row = (
        PersonDifference.objects.select_for_update(of=("self",))
        .select_related("batch__file", "street")
        .get(pk=difference.pk)
    )
    files.be_kept(row.batch.file, to="改")
    if row.batch.state not in OPEN:
        raise PeopleError(f"{row.batch}{row.batch.get_state_display()}，不能再改。")
    if row.applied:
        raise PeopleError("这一行已经写入名册，先撤销本批再改。")
    return row


def _decided(row: PersonDifference, decision: str, actor: User, at: dt.datetime) -> None:
    before, row.decision = row.decision, decision
    row.decided_by, row.decided_at = actor, at
    row.save()
    record(
        verb="coverage.decide_person", target=row.batch, actor=actor, at=at, before={"decision": before},
        after={"line": row.line, "decision": decision},
    )  # fmt: skip


# Applying.


def check(batch: Batch, *, leave_doubt: bool) -> None:
    """Refuse what must not be applied yet. Raises `ApplyError`."""
    if batch.state not in APPLICABLE:
        raise ApplyError(f"{batch}{batch.get_state_display()}，不能应用。")
    files.be_kept(batch.file, to="重新应用" if batch.state == State.UNDONE else "应用")
    waiting = batch.people.waiting().count()
    if waiting and not leave_doubt:
        raise ApplyError(f"还有 {waiting} 行待确认。逐行认定，或勾选“待确认的先留着”再应用。")
    limit = batch.department.gone_limit_percent
    if batch.counts.get("gone_percent", 0) > limit and batch.gone_allowed_by_id is None:
        raise ApplyError(
            f"表里不再有 {batch.counts['gone']} 人，占 {batch.counts['gone_percent']} %，超过 {limit} %。"
            "多半是表没有给全：核对后点“表是全的，照此办理”，或作废本批、请部门补全。"
        )


def has_unapplied(batch: Batch) -> bool:
    """Whether something has been decided since the batch was applied."""
    return bool(batch.people.to_write().exists())


@transaction.atomic
def apply(*, batch: Batch, actor: User | None, at: dt.datetime, leave_doubt: bool = False) -> Batch:
    """Write what was decided into the registry, all or nothing. Raises `ApplyError`."""
    lock(batch.street_id)
    batch = Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)
    check(batch, leave_doubt=leave_doubt)
    with pghistory.context(actor=str(actor.pk) if actor else None, verb="coverage.apply_batch", batch=str(batch.pk)):
        written = _write(batch)
    if batch.state == State.APPLIED and not any(written.values()):
        raise ApplyError(f"{batch}已经应用过，没有新认定的行。")
    batch.state, batch.applied_by, batch.applied_at = State.APPLIED, actor, at
    batch.undone_by, batch.undone_at = None, None
    batch.counts = {**batch.counts, "applied": written}
    batch.save(update_fields=["state", "applied_by", "applied_at", "undone_by", "undone_at", "counts"])
    record(verb="coverage.apply_batch", target=batch, actor=actor, at=at, after=written)
    return batch


def _write(batch: Batch) -> dict[str, int]:
    rows = list(batch.people.to_write().select_for_update())
    ids = set(map(_who, rows))
    people = {worker.pk: worker for worker in Worker.objects.select_for_update().filter(pk__in=ids)}
    new = [row for row in rows if _who(row) not in people]
    known = [row for row in rows if _who(row) in people]
    _refuse_moved(batch, known, people, new)
    entered = [_entered(batch, row) for row in new]
    Worker.objects.bulk_create(entered, batch_size=_AT_ONCE)
    touched = [_changed(batch, row, people[_who(row)]) for row in known]
    Worker.objects.bulk_update(touched, COLUMNS, batch_size=_AT_ONCE)
    written = {worker.pk: worker for worker in (*entered, *touched)}
    for row in rows:
        row.applied, row.sign = True, sign(written[_who(row)])
    PersonDifference.objects.bulk_update(rows, ["applied", "sign", "sealed"], batch_size=_AT_ONCE)
    left = sum(1 for row in known if row.kind == Kind.LEFT)
    return {"new": len(new), "changed": len(known) - left, "left": left}


def _refuse_moved(
    batch: Batch, known: Sequence[PersonDifference], people: dict[uuid.UUID, Worker], new: Sequence[PersonDifference]
) -> None:
    moved = [row for row in known if not _stands(people[_who(row)], row)]
    lost = [row for row in new if row.kind not in {Kind.NEW, Kind.DOUBT}]
    if moved or lost:
        lines = "、".join(str(row.line) for row in (*moved, *lost)[:5] if row.line)
        raise ApplyError(
            f"比对之后，名册里有 {len(moved) + len(lost)} 人又被改过{f'（第 {lines} 行）' if lines else ''}。没有应用。点“重新比对”再看。"
        )
    homes = {row.entity_id for row in new if row.entity_id}
    if Entity.objects.filter(pk__in=homes, removed_at__isnull=False).exists():
        raise ApplyError("比对之后，有单位移出了名册。没有应用。点“重新比对”再看。")


def _stands(worker: Worker, row: PersonDifference) -> bool:
    """Whether the registry still holds what it held when the list was compared."""
    return facts_of(worker).items() <= opened(row)["old"].items()


def _word(batch: Batch) -> dict[str, str]:
    return {
        "source": "department",
        "by": batch.department.code,
        "on": batch.as_of.isoformat(),
        "ref": str(batch.pk),
    }


def _entered(batch: Batch, row: PersonDifference) -> Worker:
    said = opened(row)["new"]
    if row.entity_id is None:
        raise PeopleError(f"第 {row.line} 行没有单位，请重新比对。")
    worker = Worker(
        pk=_who(row), street_id=batch.street_id, entity_id=row.entity_id, name=said["name"], post=said["post"],
        joined_on=batch.as_of,
    )  # fmt: skip
    _put_phone(worker, said["phone"])
    spell_worker(worker)
    worker.provenance = {name: _word(batch) for name in ("name", "phone", "post") if said[name]}
    return worker


def _put_phone(worker: Worker, number: str) -> None:
    sealed = sealing.seal_phone(number, table=WORKERS, column=PHONE_COLUMN, row=worker.pk)
    worker.phone_sealed, worker.phone_index, worker.phone_mask = sealed


def _changed(batch: Batch, row: PersonDifference, worker: Worker) -> Worker:
    content = opened(row)
    said, old = content["new"], content["old"]
    old["provenance"] = json.dumps(worker.provenance, ensure_ascii=False)
    old["phone_number"] = _number(worker)
    sealed.put(row, content)
    if row.kind == Kind.LEFT:
        worker.left_on = max(batch.as_of, worker.joined_on)
        return worker
    if row.kind == Kind.BACK:
        worker.left_on = None
    for name in row.fields:
        if name == "phone":
            _put_phone(worker, said["phone"])
        else:
            setattr(worker, name, said[name])
        worker.provenance[name] = _word(batch)
    if "name" in row.fields:
        spell_worker(worker)
    worker.provenance["name"] = _word(batch) if row.kind == Kind.BACK else worker.provenance.get("name", _word(batch))
    return worker


def _number(worker: Worker) -> str:
    if not worker.phone_sealed:
        return ""
    return sealing.open_sealed(worker.phone_sealed, table=WORKERS, column=PHONE_COLUMN, row=worker.pk)


def _who(row: PersonDifference) -> uuid.UUID:
    """Whom a row to be written is about: from the comparison on every such row has somebody."""
    if row.person_id is None:
        raise PeopleError(f"第 {row.line} 行没有对应的人，请重新比对。")
    return row.person_id


def sign(worker: Worker) -> str:
    """What a person's record looks like: equal as long as nobody has touched it."""
    facts = {
        **facts_of(worker),
        "entity": str(worker.entity_id),
        "standing": worker.standing,
        "said": worker.provenance,
    }
    return hashlib.md5(json.dumps(facts, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


# Undoing.


@transaction.atomic
def undo(*, batch: Batch, actor: User | None, at: dt.datetime) -> Batch:
    """Take an applied list back, all or nothing; who was edited or used since stays and is listed. Raises `UndoError`."""
    lock(batch.street_id)
    batch = Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)
    if batch.state != State.APPLIED:
        raise UndoError(f"{batch}{batch.get_state_display()}，没有可撤销的。")
    if batch.people.filter(applied=True, sealed__isnull=True).exists():
        raise UndoError("名单已到保存期限，里面的个人信息删除了，不能再撤销。")
    with pghistory.context(actor=str(actor.pk) if actor else None, verb="coverage.undo_batch", batch=str(batch.pk)):
        undone = _take_back(batch)
    batch.state, batch.undone_by, batch.undone_at = State.UNDONE, actor, at
    batch.counts = {**batch.counts, "undone": undone}
    batch.save(update_fields=["state", "undone_by", "undone_at", "counts"])
    record(verb="coverage.undo_batch", target=batch, actor=actor, at=at, after=undone)
    return batch


def preview(batch: Batch) -> dict[str, int]:
    """What undoing would do now."""
    rows = list(batch.people.filter(applied=True))
    people = Worker.objects.in_bulk(set(map(_who, rows)))
    _, restored, removed, skipped = _sorted_out(rows, people)
    return {"restored": len(restored), "removed": len(removed), "skipped": len(skipped)}


Sorted = tuple[set[uuid.UUID], list[PersonDifference], list[PersonDifference], list[tuple[PersonDifference, str]]]


def _sorted_out(rows: Iterable[PersonDifference], people: dict[uuid.UUID, Worker]) -> Sorted:
    """Rows to restore, people to take out again, and rows to skip with the reason."""
    rows = list(rows)
    entered = {_who(row) for row in rows if not opened(row)["old"]}
    used = _used(entered)
    restored, removed, skipped = [], [], []
    for row in rows:
        worker = people.get(_who(row))
        if worker is None or sign(worker) != row.sign:
            skipped.append((row, EDITED))
        elif _who(row) not in entered:
            restored.append(row)
        elif _who(row) in used:
            skipped.append((row, USED))
        else:
            removed.append(row)
    return entered, restored, removed, skipped


def _used(ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Who of these something else refers to by now."""
    found: set[uuid.UUID] = set()
    for relation in Worker._meta.related_objects:
        if not relation.field.name.startswith("pgh_obj"):  # the history of a row is no use of it
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
            found.update(rows.values_list(relation.field.name, flat=True))
    return found


def _take_back(batch: Batch) -> dict[str, int]:
    rows = list(batch.people.filter(applied=True).select_for_update())
    ids = set(map(_who, rows))
    people = {worker.pk: worker for worker in Worker.objects.select_for_update().filter(pk__in=ids)}
    _, restored, removed, skipped = _sorted_out(rows, people)
    back = [_restored(people[_who(row)], row) for row in restored]
    Worker.objects.bulk_update(back, COLUMNS, batch_size=_AT_ONCE)
    _remove([_who(row) for row in removed])
    for row in (*restored, *removed):
        row.applied, row.sign, row.skipped_reason = False, "", ""
    for row, reason in skipped:
        row.skipped_reason = reason
    PersonDifference.objects.bulk_update(rows, ["applied", "sign", "skipped_reason"], batch_size=_AT_ONCE)
    return {"restored": len(restored), "removed": len(removed), "skipped": len(skipped)}


def _restored(worker: Worker, row: PersonDifference) -> Worker:
    old = opened(row)["old"]
    worker.name, worker.post = old["name"], old["post"]
    worker.left_on = dt.date.fromisoformat(old["left_on"]) if old["left_on"] else None
    worker.provenance = json.loads(old["provenance"])
    if facts_of(worker)["phone"] != old["phone"]:
        _put_phone(worker, old["phone_number"])
    spell_worker(worker)
    return worker


def _remove(ids: Sequence[uuid.UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM coverage_worker WHERE id = ANY(%s)", [list(ids)])
