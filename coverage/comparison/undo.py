"""Undoing an applied batch: what it changed is as before; what someone changed since is left and listed.

New entities leave again unless somebody has touched or used them since. An undone batch can be applied again and gives
the same registry.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.db import connection, transaction
from django.db.models import Model

from coverage.comparison import apply as applying
from coverage.comparison import write
from coverage.differences import following
from coverage.feeds import files
from coverage.models import Batch, Discrepancy, Entity, EntitySearch, EntitySource, Question
from coverage.reading.garbage import uncollected
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

# Rows that belong to an entity and leave with it; anything else that refers to it keeps it.
OWNED: frozenset[type[Model]] = frozenset({EntitySearch, EntitySource, Question, Discrepancy})
EDITED = "应用后又改过，没有还原"
USED = "应用后已有走访、人员或修改，没有移出"


class UndoError(DomainError):
    """The batch cannot be undone."""


@uncollected
@transaction.atomic
def undo(*, batch: Batch, actor: User | None, at: dt.datetime) -> Batch:
    """Take an applied batch back, all or nothing; what was edited since is skipped and says so. Raises `UndoError`."""
    applying.lock(batch.street_id)
    batch = Batch.objects.select_for_update(of=("self",)).select_related("department", "street").get(pk=batch.pk)
    if batch.state != Batch.State.APPLIED:
        raise UndoError(f"{batch}{batch.get_state_display()}，没有可撤销的。")
    files.be_kept(batch.file, to="撤销")
    with pghistory.context(actor=str(actor.pk) if actor else None, verb="coverage.undo_batch", batch=str(batch.pk)):
        undone = _take_back(batch, at=at)
    following.undone(batch=batch, actor=actor, at=at)
    batch.state, batch.undone_by, batch.undone_at = Batch.State.UNDONE, actor, at
    batch.counts = {**batch.counts, "undone": undone}
    batch.save(update_fields=["state", "undone_by", "undone_at", "counts"])
    record(verb="coverage.undo_batch", target=batch, actor=actor, at=at, after=undone)
    return batch


def preview(batch: Batch) -> dict[str, int]:
    """What undoing would do now: fields to restore, new entities to take out, and what would be skipped."""
    with transaction.atomic():
        steps, moved = _stage_steps(batch)
        new, used = _stage_new(batch)
    return {"restored": steps - len(moved), "removed": new - len(used), "skipped": len(moved) + len(used)}


def _take_back(batch: Batch, *, at: dt.datetime) -> dict[str, int]:
    steps, moved = _stage_steps(batch)
    new, used = _stage_new(batch)
    params = {"batch": str(batch.pk)}
    with connection.cursor() as cursor:
        _skip(cursor, moved, EDITED, "feed_step")
        _skip(cursor, used, USED, "feed_new")
        cursor.execute(write.BACK)
        cursor.execute(write.UPDATE)
        cursor.execute(
            "SELECT DISTINCT entity_id::text FROM feed_step WHERE field = ANY(%s)", [list(applying.SEARCHED)]
        )
        searched = [row[0] for row in cursor.fetchall()]
        _unsay(cursor, batch, moved, params)
        _withdraw_questions(cursor, batch)
        _remove_new(cursor)
        cursor.execute(
            "UPDATE coverage_difference d SET applied = false FROM"
            " (SELECT id FROM feed_step UNION ALL SELECT id FROM feed_new) s WHERE d.id = s.id"
        )
    applying.refresh_search(batch, searched, is_spelt=True, at=at)
    return {"restored": steps - len(moved), "removed": new - len(used), "skipped": len(moved) + len(used)}


def _stage_steps(batch: Batch) -> tuple[int, list[int]]:
    """The applied changes, and the ids of those whose field is not what the batch wrote any more."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_step")
        cursor.execute(
            """CREATE TEMPORARY TABLE feed_step ON COMMIT DROP AS
               SELECT id, line, entity_id, field, old, new, old_provenance, row FROM coverage_difference
               WHERE batch_id = %s AND applied AND kind IN ('changed', 'gone')
               ORDER BY entity_id""",
            [batch.pk],
        )
        cursor.execute("SELECT count(*) FROM feed_step")
        total = cursor.fetchone()[0]
        cursor.execute(write.moved("new"))
        return total, [row[0] for row in cursor.fetchall()]


def _stage_new(batch: Batch) -> tuple[int, list[int]]:
    """The entities that the batch entered, and the ids of the differences whose entity was touched or used since."""
    references = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = n.entity_id)" for table, column in _references()
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_new")
        cursor.execute(
            """CREATE TEMPORARY TABLE feed_new ON COMMIT DROP AS
               SELECT id, entity_id FROM coverage_difference
               WHERE batch_id = %s AND applied AND kind IN ('new', 'doubt')""",
            [batch.pk],
        )
        cursor.execute("SELECT count(*) FROM feed_new")
        total = cursor.fetchone()[0]
        cursor.execute(
            f"""SELECT n.id FROM feed_new n LEFT JOIN coverage_entity e ON e.id = n.entity_id
                WHERE e.id IS NULL OR {write.touched(_kept_in_history())} OR {references or "false"}"""
        )
        return total, [row[0] for row in cursor.fetchall()]


def _kept_in_history() -> list[str]:
    """The columns of an entity that its history holds."""
    columns = [column.column for column in Entity.pgh_event_model._meta.concrete_fields]  # type: ignore[attr-defined]
    return sorted(column for column in columns if not column.startswith("pgh_"))


def _references() -> list[tuple[str, str]]:
    """Tables and columns that refer to an entity, other than its own belongings."""
    return sorted(
        (relation.related_model._meta.db_table, str(relation.field.column))
        for relation in Entity._meta.related_objects
        if relation.related_model not in OWNED and relation.field.column and "pgh_obj" not in relation.field.column
    )


def _skip(cursor: Any, ids: list[int], reason: str, table: str) -> None:
    cursor.execute(
        "UPDATE coverage_difference SET skipped_reason = %s, applied = true WHERE id = ANY(%s)", [reason, ids]
    )
    cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])


def _unsay(cursor: Any, batch: Batch, moved: list[int], params: dict[str, Any]) -> None:
    """Give the kept words back as they were, except beside fields that someone changed since."""
    cursor.execute("DROP TABLE IF EXISTS feed_said")
    cursor.execute(
        """CREATE TEMPORARY TABLE feed_said ON COMMIT DROP AS
           SELECT id, entity_id, field, old, new, old_provenance, row, decision = 'accept' AS is_taken
           FROM coverage_difference WHERE batch_id = %s AND row->'sources' IS NOT NULL AND NOT id = ANY(%s)""",
        [batch.pk, moved],
    )
    cursor.execute(write.UNSAY, params)
    cursor.execute(write.SAY_AGAIN)
    cursor.execute(
        "UPDATE coverage_difference d SET row = nullif(d.row - 'sources', '{}') FROM feed_said s WHERE d.id = s.id"
    )


def _withdraw_questions(cursor: Any, batch: Batch) -> None:
    """Questions that nobody has answered are not asked any more; answered ones stay with their visit."""
    cursor.execute(
        """DELETE FROM coverage_question q USING coverage_difference d
           WHERE q.difference_id = d.id AND d.batch_id = %s AND q.answered_in_id IS NULL""",
        [batch.pk],
    )


def _remove_new(cursor: Any) -> None:
    for table in ("coverage_question", "coverage_entitysource", "coverage_entitysearch"):
        cursor.execute(f"DELETE FROM {table} t USING feed_new n WHERE t.entity_id = n.entity_id")
    cursor.execute("DELETE FROM coverage_entity e USING feed_new n WHERE e.id = n.entity_id")
