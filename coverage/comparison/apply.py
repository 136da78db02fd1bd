"""Applying a batch: one transaction that writes what was decided, and nothing else.

Under one advisory lock per street, after checking that no field to be written has moved since the comparison. The
history rows carry the batch. Called again on an applied batch it writes what a person has settled since.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction

from coverage.comparison import entering, write
from coverage.differences import asking, following
from coverage.facts import fields as facts
from coverage.feeds import files
from coverage.models import Batch, Difference
from coverage.reading import fields
from coverage.reading.garbage import uncollected
from coverage.registry.search_index import index_search
from shimen import outbox
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.outbox.models import Job

Kind, Decision, Settled = Difference.Kind, Difference.Decision, Difference.Settled
APPLICABLE = (Batch.State.READY, Batch.State.APPLYING, Batch.State.APPLIED, Batch.State.UNDONE)
SEARCHED_AT_ONCE = 500
_ROOM = "SET LOCAL work_mem = '64MB'"  # what the history is told, 1.4 kB a row before and after, stays in memory
MOVED = "撤销后又改过，没有重新应用"
KNOWN = "撤销后名册里已有这个代码，没有重新登记"
SEARCHED = ("name", "trade_sign", "address", "legal_person")
LOCK_CLASS = 0x5348  # keeps our advisory locks apart from anyone else's


class ApplyError(DomainError):
    """The batch cannot be applied as things stand; the sentence says why and what to do."""


def lock(street_id: Any) -> None:
    """One writer of department data per street at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, str(street_id)])


def _rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    return found


def check(batch: Batch, *, leave_doubt: bool) -> None:
    """Refuse what must not be applied yet. Raises `ApplyError`."""
    if batch.state not in APPLICABLE:
        raise ApplyError(f"{batch}{batch.get_state_display()}，不能应用。")
    files.be_kept(batch.file, to="重新应用" if batch.state == Batch.State.UNDONE else "应用")
    waiting = batch.differences.filter(kind=Kind.DOUBT, decision=Decision.OPEN).count()
    if waiting and not leave_doubt:
        raise ApplyError(f"还有 {waiting} 行待确认。逐行认定，或勾选“待确认的先留着”再应用。")
    limit = batch.department.gone_limit_percent
    if batch.counts.get("gone_percent", 0) > limit and batch.gone_allowed_by_id is None:
        raise ApplyError(
            f"疑似消失 {batch.counts['gone']} 家，占 {batch.counts['gone_percent']} %，超过 {limit} %。"
            "多半是表没有给全：核对后点“表是全的，照此办理”，或作废本批、请部门补全。"
        )


@uncollected
@transaction.atomic
def apply(*, batch: Batch, actor: User | None, at: dt.datetime, leave_doubt: bool = False) -> Batch:
    """Write the accepted differences of a batch into the registry, all or nothing. Raises `ApplyError`."""
    batch = _locked(batch)
    check(batch, leave_doubt=leave_doubt)
    return _applied(batch, actor=actor, at=at, verb="coverage.apply_batch", is_again=False)


@uncollected
@transaction.atomic
def reapply(*, batch: Batch, actor: User | None, at: dt.datetime, leave_doubt: bool = False) -> Batch:
    """Write an undone batch once more; what someone changed since is left as it is, and says so. Raises `ApplyError`."""
    batch = _locked(batch)
    if batch.state != Batch.State.UNDONE:
        raise ApplyError(f"{batch}{batch.get_state_display()}，没有撤销过，不用重新应用。")
    check(batch, leave_doubt=leave_doubt)
    return _applied(batch, actor=actor, at=at, verb="coverage.reapply_batch", is_again=True)


def preview_again(batch: Batch) -> dict[str, int]:
    """What applying an undone batch again would do now: fields to write, entities to enter, and what would be skipped."""
    with transaction.atomic():
        _stage_steps(batch)
        steps = _rows("SELECT count(*) FROM feed_step")[0][0]
        moved = len(_rows(write.moved("old")))
        new = _stage_new(batch, _params(batch))
        known = len(_known_codes())
    return {"changed": steps - moved, "new": new - known, "skipped": moved + known}


def _locked(batch: Batch) -> Batch:
    lock(batch.street_id)
    return Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)


def _applied(batch: Batch, *, actor: User | None, at: dt.datetime, verb: str, is_again: bool) -> Batch:
    with pghistory.context(actor=str(actor.pk) if actor else None, verb=verb, batch=str(batch.pk)):
        written = _write(batch, at=at, is_again=is_again)
    following.applied(batch=batch, actor=actor, at=at)
    asked = asking.put_for(batch=batch, actor=actor, at=at)
    if batch.state == Batch.State.APPLIED and not any(written.values()) and not asked:
        raise ApplyError(f"{batch}已经应用过，没有新认定的行。")
    applied = {**written, "asked": asked}
    batch.state, batch.applied_by, batch.applied_at = Batch.State.APPLIED, actor, at
    batch.undone_by, batch.undone_at = None, None
    batch.counts = {**batch.counts, "applied": applied}
    batch.save(update_fields=["state", "applied_by", "applied_at", "undone_by", "undone_at", "counts"])
    record(verb=verb, target=batch, actor=actor, at=at, after=applied)
    return batch


def _write(batch: Batch, *, at: dt.datetime, is_again: bool) -> dict[str, int]:
    params = _params(batch)
    _rows(_ROOM)
    _stage_steps(batch)
    _stage_new(batch, params)
    moved, known = _rows(write.moved("old")) if is_again else [], _known_codes()
    if is_again:
        _skip(batch, [row[0] for row in moved], [row[0] for row in known])
    elif known:
        raise ApplyError(_known_sentence(known))
    created = _insert_new(params)
    with connection.cursor() as cursor:
        changed = _update(cursor, params)
        _say(params)
        cursor.execute(write.MARK_APPLIED)
        cursor.execute(
            "SELECT entity_id::text FROM feed_step WHERE field = ANY(%s) UNION SELECT entity_id::text FROM feed_new",
            [list(SEARCHED)],
        )
        searched = [row[0] for row in cursor.fetchall()]
    refresh_search(batch, searched, is_spelt=_is_spelt(), at=at)
    return {"changed": changed, "new": created} | ({"skipped": len(moved) + len(known)} if is_again else {})


def _skip(batch: Batch, moved: list[int], known: list[int]) -> None:
    """Leave out what has changed since the batch was undone, and say so; what undoing left out is in force again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coverage_difference SET skipped_reason = '' WHERE batch_id = %s AND applied AND skipped_reason <> ''",
            [batch.pk],
        )
        for table, ids, reason in (("feed_step", moved, MOVED), ("feed_new", known, KNOWN)):
            cursor.execute("UPDATE coverage_difference SET skipped_reason = %s WHERE id = ANY(%s)", [reason, ids])
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])


def _update(cursor: Any, params: dict[str, Any]) -> int:
    try:
        with transaction.atomic():
            cursor.execute(write.FORWARD, params)
            cursor.execute(write.UPDATE_UNMOVED)
            changed = int(cursor.rowcount)
            has_moved = changed < _rows("SELECT count(*) FROM feed_change")[0][0]
            transaction.set_rollback(has_moved)
    except IntegrityError as error:
        if "entity_code_once_per_street" not in str(error):
            raise
        raise ApplyError("要改的统一代码，名册里另一家已经在用。没有应用。点“重新比对”再看。") from error
    if has_moved:
        raise ApplyError(_moved_sentence(_rows(write.moved("old"))))
    return changed


def refresh_search(batch: Batch, entity_ids: list[str], *, is_spelt: bool, at: dt.datetime) -> None:
    """Search texts of the touched entities: at once for a street's usual fortnight, else right after by the outbox.

    `is_spelt`: names were spelt when the change set was written down, and the columns hold it.
    """
    if len(entity_ids) <= SEARCHED_AT_ONCE:
        index_search(entity_ids=map(uuid.UUID, entity_ids), is_spelt=is_spelt)
        return
    payload = {"ids": entity_ids, "is_spelt": is_spelt}
    effect = f"feed.search:{batch.pk}:{new_id()}"
    outbox.enqueue(kind="feed.search", payload=payload, effect_key=effect, street=batch.street, at=at)


def search_job(*, job: Job, at: dt.datetime) -> None:
    """`feed.search`: search texts follow the registry; doing it twice changes nothing."""
    ids = [uuid.UUID(pk) for pk in job.payload["ids"]]
    index_search(entity_ids=ids, is_spelt=bool(job.payload["is_spelt"]))


def _is_spelt() -> bool:
    """Whether the change set spells every name that this run touches: all but signs."""
    return not _rows("SELECT 1 FROM feed_step WHERE field = 'trade_sign' LIMIT 1")


def _params(batch: Batch) -> dict[str, Any]:
    said = {"source": "department", "by": batch.department.code, "on": batch.as_of.isoformat(), "ref": str(batch.pk)}
    return {
        "said": json.dumps(said),
        "department": batch.department.code,
        "on": batch.as_of,
        "batch": str(batch.pk),
        "missing": fields.MISSING,
    }


def _stage_steps(batch: Batch) -> None:
    """The differences to be written now: accepted changes, and those gone (also where a visit is to look first)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_step")
        cursor.execute(
            """CREATE TEMPORARY TABLE feed_step ON COMMIT DROP AS
               SELECT id, line, entity_id, field, old, new, old_provenance, row FROM coverage_difference
               WHERE batch_id = %s AND NOT applied
                 AND (kind = 'changed' AND decision = 'accept' OR kind = 'gone' AND decision IN ('accept', 'ask'))
               ORDER BY entity_id""",
            [batch.pk],
        )
        cursor.execute("ANALYZE feed_step (id, entity_id, field)")


def _moved_sentence(moved: list[tuple[Any, ...]]) -> str:
    shown = "、".join(
        f"{name or '已移出的主体'}的{facts.LABELS.get(field, fields.TITLES.get(field, field))}"
        for _, name, field in moved[:3]
    )
    more = "等" if len(moved) > 3 else ""
    return f"比对之后名册里有 {len(moved)} 处又改动了（{shown}{more}），没有应用。点“重新比对”，已认定的会保留。"


_NEW = "kind IN ('new', 'doubt') AND decision = 'accept' AND entity_id IS NOT NULL AND settled IN ('', 'new') AND NOT applied"
_STAGE_NEW = f"""
CREATE TEMPORARY TABLE feed_new ON COMMIT DROP AS
SELECT d.id, d.entity_id, d.street_id,
  d.row->'values' || (d.row->'after') || CASE WHEN d.row ? 'phone' THEN jsonb_build_object(
    'phone_sealed', d.row->'phone'->'sealed', 'phone_index', d.row->'phone'->'index', 'phone_mask', d.row->'phone'->'mask')
    ELSE '{{}}' END AS v,
  (SELECT jsonb_object_agg(key, %(said)s::jsonb) FROM (
     SELECT jsonb_object_keys(d.row->'values') AS key UNION ALL SELECT 'phone' WHERE d.row ? 'phone') k) AS provenance
FROM coverage_difference d WHERE d.batch_id = %(batch)s AND {_NEW} ORDER BY d.entity_id
"""


def _stage_new(batch: Batch, params: dict[str, Any]) -> int:
    """The new entities to be entered now; returns how many."""
    _complete_new(batch)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_new")
        cursor.execute(_STAGE_NEW, params)
        count = int(cursor.rowcount)
        cursor.execute("ANALYZE feed_new (entity_id, id)")
    return count


def _complete_new(batch: Batch) -> None:
    """What follows from the values of a row that was doubtful when the change set was written down."""
    rows = _rows(
        f"SELECT id, row->'values' FROM coverage_difference WHERE batch_id = %s AND {_NEW} AND NOT row ? 'after'",
        [batch.pk],
    )
    found = [(pk, json.dumps(entering.columns_after(json.loads(values)))) for pk, values in rows]
    if found:
        _rows(
            "UPDATE coverage_difference d SET row = row || jsonb_build_object('after', w.after::jsonb)"
            " FROM unnest(%s::bigint[], %s::text[]) w (id, after) WHERE d.id = w.id",
            [list(part) for part in zip(*found, strict=True)],
        )


def _insert_new(params: dict[str, Any]) -> int:
    """Enter the new entities under the ids they got at the comparison."""
    with connection.cursor() as cursor:
        cursor.execute(write.INSERT_NEW, params)
        return int(cursor.rowcount)


def _known_codes() -> list[tuple[Any, ...]]:
    """New entities whose code somebody has entered meanwhile: difference, name and code."""
    return _rows(
        """SELECT n.id, e.name, e.code FROM feed_new n JOIN coverage_entity e
           ON e.street_id = n.street_id AND e.code = n.v->>'code' AND e.code <> '' AND e.removed_at IS NULL"""
    )


def _known_sentence(known: list[tuple[Any, ...]]) -> str:
    shown = "、".join(f"{name}（{code}）" for _, name, code in known[:3])
    return f"比对之后，名册里已经有了表里的新主体：{shown}。没有应用。点“重新比对”，已认定的会保留。"


# The words of this batch about existing entities, taken or not. One that was taken, against nobody's or the department's
# own and with nothing kept beside it, leaves nothing to remember.
_STAGE_SAID = """
CREATE TEMPORARY TABLE feed_said ON COMMIT DROP AS
SELECT id, entity_id, field, old, new, old_provenance, row, decision = 'accept' AS is_taken
FROM coverage_difference s
WHERE batch_id = %(batch)s AND kind = 'changed' AND field <> %(missing)s AND decision <> 'open' AND row->'sources' IS NULL
  AND NOT (decision = 'accept'
    AND (old_provenance IS NULL
      OR old_provenance->>'source' = 'department' AND old_provenance->>'by' = %(department)s)
    AND NOT EXISTS (SELECT 1 FROM coverage_entitysource w WHERE w.entity_id = s.entity_id AND w.field = s.field))
"""


def _say(params: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_said")
        cursor.execute(_STAGE_SAID, params)
        cursor.execute(
            "DELETE FROM feed_said s WHERE NOT EXISTS (SELECT 1 FROM coverage_entity e WHERE e.id = s.entity_id)"
        )
        cursor.execute("ANALYZE feed_said (id, entity_id)")
        for statement in (write.KEEP_SOURCES, write.SAY, write.FOLLOW):
            cursor.execute(statement, params)
