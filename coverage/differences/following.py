"""Keeping the lives of differences in step with a batch: compared, applied, undone or put away. Set-based.

A difference begins its life when a workbook has been compared. What comes again in a later workbook is found by its key
and goes on living; what the department has come round to is confirmed. A street's first workbook is a loading and no
conversation: its new entities begin no lives.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from coverage.models import Batch, Difference, Discrepancy, DiscrepancyStep, Question
from coverage.reading import fields
from shimen import clock
from shimen.accounts.models import User

# More new entities than these are a registry being filled.
FIRST_LOAD = 2_000

_SPOKEN = """
  SELECT DISTINCT ON (d.key) d.* FROM coverage_difference d
  WHERE d.batch_id = %(batch)s AND d.key <> '' AND d.kind = ANY(%(kinds)s) ORDER BY d.key, d.id
"""
_ASKED_OF = "(d.candidates->0->>'entity')::uuid"

# It had been taken over or was over, and is said again: the registry has moved on since.
_RETURNS = """(coverage_discrepancy.state IN ('accepted', 'closed')
    OR coverage_discrepancy.state = 'told' AND coverage_discrepancy.told_from = 'accepted')"""

_BEGIN = f"""
INSERT INTO coverage_discrepancy (
  id, street_id, key, department_id, source, kind, state, entity_id, name, code, field, value, held, reason, settled,
  opened_on, changed_at, first_batch_id, last_batch_id, line, times, verdict, answer, basis, before, told_from)
SELECT uuidv7(), d.street_id, d.key, %(department)s, 'department', d.kind, 'open',
  CASE WHEN d.kind IN ('changed', 'gone') THEN d.entity_id WHEN d.kind = 'doubt' THEN {_ASKED_OF} END,
  left(coalesce(e.name, d.row->'cells'->>'name', ''), 160), left(coalesce(e.code, d.row->'cells'->>'code', ''), 40),
  d.field, d.new, d.old, d.reason, d.settled, %(on)s, %(at)s, %(batch)s, %(batch)s, d.line, 1, '', '', '', '{{}}', ''
FROM ({_SPOKEN}) d LEFT JOIN coverage_entity e ON e.id = d.entity_id
WHERE d.key NOT IN (SELECT key FROM coverage_discrepancy WHERE street_id = %(street)s AND last_batch_id = %(batch)s)
ON CONFLICT (street_id, key) DO UPDATE SET
  last_batch_id = excluded.last_batch_id, line = excluded.line, held = excluded.held,
  times = coverage_discrepancy.times + 1,
  entity_id = coalesce(coverage_discrepancy.entity_id, excluded.entity_id),
  state = CASE WHEN {_RETURNS} THEN 'open' ELSE coverage_discrepancy.state END,
  kind = CASE WHEN {_RETURNS} THEN excluded.kind ELSE coverage_discrepancy.kind END,
  opened_on = CASE WHEN {_RETURNS} THEN excluded.opened_on ELSE coverage_discrepancy.opened_on END,
  escalated_at = CASE WHEN {_RETURNS} THEN NULL ELSE coverage_discrepancy.escalated_at END,
  changed_at = excluded.changed_at
WHERE coverage_discrepancy.last_batch_id IS DISTINCT FROM excluded.last_batch_id
RETURNING id, times
"""
_TOLD_AS = """
INSERT INTO coverage_discrepancystep (discrepancy_id, verb, at, actor_id, batch_id, words)
SELECT id, CASE times WHEN 1 THEN 'sent' ELSE 'again' END, %(at)s, %(actor)s, %(batch)s, '' FROM begun
"""

# What has been looked into and was not so is not taken over when it is said again.
_CARRY_ANSWERS = """
UPDATE coverage_difference d SET decision = 'refuse', decided_by_id = x.answered_by_id, decided_at = x.changed_at
FROM coverage_discrepancy x
WHERE d.batch_id = %(batch)s AND d.decided_by_id IS NULL AND d.kind IN ('changed', 'gone')
  AND x.street_id = %(street)s AND x.key = d.key AND x.verdict IN ('ours', 'other') AND x.state IN ('answered', 'told')
"""

# What a compared batch no longer says, and no one has said anything about or was asked, was never said. The steps go first:
# afterwards nobody knows whose they were.
_UNSAID = """
  x.street_id = %(street)s AND x.first_batch_id = %(batch)s AND x.last_batch_id = %(batch)s AND x.state = 'open'
  AND x.key NOT IN (SELECT key FROM coverage_difference WHERE batch_id = %(batch)s)
  AND NOT EXISTS (SELECT 1 FROM coverage_question q WHERE q.discrepancy_id = x.id)
"""
_FORGET_STEPS = (
    f"DELETE FROM coverage_discrepancystep s USING coverage_discrepancy x WHERE s.discrepancy_id = x.id AND {_UNSAID}"
)
_FORGET = f"DELETE FROM coverage_discrepancy x WHERE {_UNSAID} RETURNING x.id"

# The state to which applying brings each, and whether a rule said so and no person.
_TARGET = f"""
  SELECT d.key, d.entity_id, d.decided_by_id, d.settled, d.kind AS was,
    d.kind = 'changed' AND d.decision = 'refuse' AND d.decided_by_id IS NULL AND d.old_provenance IS NOT NULL AS is_kept,
    d.decided_by_id IS NULL AS is_by_rule,
    CASE WHEN d.decision = 'ask' THEN 'ask' WHEN d.decision = 'refuse' THEN 'refused'
         WHEN d.decision = 'accept' AND (d.applied OR d.settled = 'same') THEN 'accepted' ELSE 'open' END AS state
  FROM ({_SPOKEN}) d
"""
_ADVANCE = f"""
WITH target AS ({_TARGET}), moved AS (
  UPDATE coverage_discrepancy x SET
    state = t.state, changed_at = %(at)s, settled = t.settled,
    kind = CASE WHEN t.is_kept THEN 'contradicts' ELSE x.kind END,
    entity_id = CASE WHEN t.was = 'doubt' AND t.settled NOT IN ('same', 'new') THEN x.entity_id
                     ELSE coalesce(t.entity_id, x.entity_id) END,
    decided_by_id = CASE WHEN t.is_kept THEN NULL ELSE coalesce(t.decided_by_id, %(actor)s) END
  FROM target t
  WHERE x.street_id = %(street)s AND x.key = t.key AND t.state <> 'open' AND x.state <> t.state
    AND (x.state = 'open' OR x.state IN ('ask', 'refused') AND (NOT t.is_by_rule OR t.state = 'accepted'))
  RETURNING x.id, x.state, x.kind, x.decided_by_id
)
INSERT INTO coverage_discrepancystep (discrepancy_id, verb, at, actor_id, batch_id, words)
SELECT id, CASE state WHEN 'accepted' THEN 'accept' WHEN 'refused' THEN 'refuse' ELSE 'ask' END, %(at)s, decided_by_id,
  %(batch)s, CASE WHEN kind = 'contradicts' THEN '名册里有来源更可靠的说法，两种都留着' ELSE '' END FROM moved
"""

# Another word of the same department about the same field: the earlier one is over.
_SUPERSEDE = """
WITH over AS (
  UPDATE coverage_discrepancy x SET state = 'closed', changed_at = %(at)s FROM coverage_difference d
  WHERE d.batch_id = %(batch)s AND d.kind = 'changed' AND x.street_id = %(street)s AND x.department_id = %(department)s
    AND x.entity_id = d.entity_id AND x.field = d.field AND x.key <> d.key AND x.kind IN ('changed', 'contradicts')
    AND x.state IN ('open', 'ask') AND x.last_batch_id IS DISTINCT FROM %(batch)s
  RETURNING x.id
)
INSERT INTO coverage_discrepancystep (discrepancy_id, verb, at, actor_id, batch_id, words)
SELECT id, 'supersede', %(at)s, %(actor)s, %(batch)s, '' FROM over
"""

_CONFIRM = """
WITH over AS (
  UPDATE coverage_discrepancy x SET state = 'closed', kind = 'confirmed', changed_at = %(at)s, last_batch_id = %(batch)s
  WHERE x.street_id = %(street)s AND x.state <> 'closed' AND x.state <> 'accepted' AND x.id = ANY (ARRAY(
    SELECT y.id FROM coverage_difference d JOIN coverage_discrepancy y ON y.street_id = %(street)s AND y.key = d.key
    WHERE d.batch_id = %(batch)s AND d.kind = 'confirmed'
    UNION ALL
    SELECT y.id FROM coverage_difference d JOIN coverage_discrepancy y ON y.entity_id = d.entity_id
    WHERE d.batch_id = %(batch)s AND d.kind = 'changed' AND d.field = %(missing)s
      AND y.kind = 'gone' AND y.department_id = %(department)s))
  RETURNING x.id
)
INSERT INTO coverage_discrepancystep (discrepancy_id, verb, at, actor_id, batch_id, words)
SELECT id, 'confirm', %(at)s, %(actor)s, %(batch)s, '' FROM over
"""

_TAKE_BACK = """
WITH back AS (
  UPDATE coverage_discrepancy x SET state = 'open', changed_at = %(at)s, told_from = '', reply_id = NULL, told_on = NULL,
    kind = CASE x.kind WHEN 'contradicts' THEN 'changed' ELSE x.kind END,
    entity_id = CASE x.kind WHEN 'new' THEN NULL ELSE x.entity_id END
  WHERE x.last_batch_id = %(batch)s
    AND (x.state IN ('accepted', 'refused') OR x.state = 'ask' AND x.first_batch_id = %(batch)s
         OR x.state = 'told' AND x.told_from IN ('accepted', 'refused'))
  RETURNING x.id
)
INSERT INTO coverage_discrepancystep (discrepancy_id, verb, at, actor_id, batch_id, words)
SELECT id, 'reopen', %(at)s, %(actor)s, %(batch)s, '撤销了本批' FROM back
"""


def _params(batch: Batch, *, actor: User | None, at: dt.datetime) -> dict[str, Any]:
    kinds = ["changed", "gone", "doubt"]
    if batch.counts.get("new", 0) <= FIRST_LOAD:
        kinds.append("new")
    return {
        "street": batch.street_id,
        "department": batch.department_id,
        "batch": batch.pk,
        "kinds": kinds,
        "actor": actor.pk if actor else None,
        "at": at,
        "on": clock.day_of(batch.created_at),
        "missing": fields.MISSING,
    }


def _run(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def compared(*, batch: Batch, at: dt.datetime) -> None:
    """Begin the lives of what a compared batch says, and let go on what has been said before."""
    params = _params(batch, actor=batch.created_by, at=at)
    _run(_FORGET_STEPS, params)
    _run(_FORGET, params)
    _run(f"WITH begun AS ({_BEGIN}) {_TOLD_AS}", params)
    _run(_CARRY_ANSWERS, params)


def applied(*, batch: Batch, actor: User | None, at: dt.datetime) -> None:
    """What was decided on the batch becomes the state of each; what the department has come round to is over."""
    params = _params(batch, actor=actor, at=at)
    _run(f"WITH begun AS ({_BEGIN}) {_TOLD_AS}", params)
    _run(_ADVANCE, params)
    _run(_SUPERSEDE, params)
    _run(_CONFIRM, params)
    asked = Question.objects.open().filter(discrepancy__department=batch.department_id)
    asked.exclude(discrepancy__state=Discrepancy.State.ASK).update(withdrawn_at=at)


def undone(*, batch: Batch, actor: User | None, at: dt.datetime) -> None:
    """Nothing was decided any more; what a visit has answered, and what was said before, stays."""
    Question.objects.open().filter(discrepancy__last_batch=batch, discrepancy__first_batch=batch).delete()
    _run(_TAKE_BACK, _params(batch, actor=actor, at=at))


def discarded(*, batch: Batch) -> None:
    """A workbook put away has said nothing: what began with it ends, unless a person has done something about it."""
    mine = Discrepancy.objects.filter(first_batch=batch, last_batch=batch)
    mine.filter(state__in=[Discrepancy.State.OPEN, Discrepancy.State.ACCEPTED]).delete()


STATES = {"accept": "accepted", "refuse": "refused", "ask": "ask", "open": "open"}
VERBS = {"accepted": "accept", "refused": "refuse", "ask": "ask", "open": "reopen"}


def decided(*, line: Difference, actor: User, at: dt.datetime, words: str = "") -> None:
    """A person has decided on a line, or taken that back: its difference goes along, unless it has been answered."""
    rows = Discrepancy.objects.select_for_update().filter(street_id=line.street_id, key=line.key)
    row = rows.filter(last_batch=line.batch_id).first() if line.key else None
    target = STATES[line.decision]
    movable = {"open", "ask", "refused", "accepted"}
    if line.kind == Difference.Kind.DOUBT:
        movable.add("answered")  # what was heard at the door helps to say what the row is
    if row is None or row.state not in movable or row.state == target:
        return
    row.state, row.changed_at, row.settled = target, at, line.settled
    row.decided_by = actor if target != "open" else None
    if line.kind == Difference.Kind.DOUBT and line.settled == Difference.Settled.SAME:
        row.entity_id = line.entity_id
    row.save(update_fields=["state", "changed_at", "settled", "decided_by", "entity"])
    DiscrepancyStep.objects.create(
        discrepancy=row, verb=VERBS[target], at=at, actor=actor, batch_id=line.batch_id, words=words[:200]
    )


# The department's cell says what the registry says, where it has said something else before.
_AGREED = """
INSERT INTO coverage_difference (
  key, street_id, batch_id, line, kind, entity_id, field, old, new, reason, candidates, decision, settled, applied, skipped_reason)
SELECT x.key, x.street_id, %(batch)s, m.line, 'confirmed', x.entity_id, x.field, {stored}, {stored}, '', '[]', 'accept', '',
  false, ''
FROM coverage_discrepancy x
JOIN {match} m ON m.entity_id = x.entity_id AND NOT m.is_out
JOIN feed_row r ON r.line = m.line
JOIN coverage_entity e ON e.id = x.entity_id
WHERE x.street_id = %(street)s AND x.department_id = %(department)s
  AND (x.state IN ('open', 'ask', 'refused', 'answered') OR x.state = 'told' AND x.told_from <> 'accepted')
  AND (x.kind IN ('changed', 'contradicts') AND {written} <> '' AND x.value <> {stored} OR x.kind = 'gone')
  AND (x.entity_id, x.field::text) NOT IN (SELECT d.entity_id, d.field::text {said_now})
  AND NOT (x.kind = 'gone' AND x.entity_id IN (SELECT d.entity_id {said_now} AND d.field = %(missing)s))
"""
_SAID_NOW = "FROM coverage_difference d WHERE d.batch_id = %(batch)s AND d.entity_id IS NOT NULL"
# How many rows have just been written nobody has counted; one loop within another over them would cost their square.
HASHED, AS_USUAL = "SET LOCAL enable_nestloop = off", "SET LOCAL enable_nestloop = on"


def note_agreement(*, batch: Batch, match: str, at: dt.datetime) -> None:
    """Put into the change set where the department now says what the registry says. Reads the staging tables."""
    known = [fact.key for fact in fields.FIELDS]
    written = "CASE x.field " + " ".join(f"WHEN '{key}' THEN r.{key}" for key in known) + " ELSE '' END"
    stored = "CASE x.field " + " ".join(f"WHEN '{key}' THEN {fields.stored(key)}" for key in known) + " ELSE '' END"
    sql = _AGREED.format(match=match, written=written, stored=stored, said_now=_SAID_NOW)
    _run(HASHED, {})
    _run(sql, _params(batch, actor=None, at=at))
    _run(AS_USUAL, {})
