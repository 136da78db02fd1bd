"""What is asked at doors because sources differ: by a decision on a batch, or because two sources contradict each other.

A contradiction becomes a question on the next visit by itself: once, not for an entity that has left, not twice for one
field, and only where the field is worth asking (`WORTH_ASKING`, which a street may change per field).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from coverage.differences.following import AS_USUAL, HASHED
from coverage.facts import fields as facts
from coverage.models import AskedField, Batch, Department, Difference, Discrepancy, DiscrepancyStep, Entity, Question
from coverage.models.columns import any_of
from coverage.models.entities import Industry
from coverage.reading import fields
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.territory.models import Street

Kind, State, Verb = Discrepancy.Kind, Discrepancy.State, DiscrepancyStep.Verb
WHOLE = (Kind.GONE, Kind.DOUBT)  # about the entity as such, not one of its fields
# What somebody at the door can tell; a register's own particulars are not worth a visitor's breath.
WORTH_ASKING = frozenset(
    {"name", "trade_sign", "legal_person", "registration_status", "address", "headcount", "opening_hours"}
)
ASKABLE = (
    "name", "trade_sign", "legal_person", "registration_status", "address", "headcount", "opening_hours", "industry",
    "kind", "scope", "established_on", "capital",
)  # fmt: skip
SOURCES = {"visit": "走访", "staff": "街道", "collection": "采集码"}


class AskingError(DomainError):
    """What is asked cannot be set so."""


def asked_fields(street_id: uuid.UUID) -> frozenset[str]:
    """The fields whose contradictions are asked about in this street."""
    own = dict(AskedField.objects.filter(street_id=street_id).values_list("field", "is_asked"))
    return frozenset(field for field in ASKABLE if own.get(field, field in WORTH_ASKING))


@transaction.atomic
def set_asked(*, street: Street, field: str, is_asked: bool, actor: User, at: dt.datetime) -> None:
    """Switch a field on or off. Questions that stand are not touched."""
    if field not in ASKABLE:
        raise AskingError("这个字段上门问不出来。", field="field")
    before = field in asked_fields(street.pk)
    if before == is_asked:
        return
    values = {"is_asked": is_asked, "set_by": actor, "set_at": at}
    row, _ = AskedField.objects.update_or_create(street=street, field=field, defaults=values)
    record(
        verb="differences.set_asked",
        target=row,
        actor=actor,
        at=at,
        before={"asked": before},
        after={"field": field, "asked": is_asked},
    )


class Spoken(NamedTuple):
    """What of a `Discrepancy` a question is made of: thousands at once are not made into models (40 µs each)."""

    pk: uuid.UUID
    street_id: uuid.UUID
    key: str
    entity_id: uuid.UUID | None
    source: str
    kind: str
    field: str
    value: str
    held: str
    name: str
    code: str
    line: int | None
    last_batch_id: uuid.UUID | None
    department: Department | None
    last_batch: Batch | None


def put(*, rows: Iterable[Discrepancy | Spoken], actor: User | None, at: dt.datetime) -> int:
    """Put a question for each of these to the next visitor, unless one stands for it or for the same field."""
    wanted = [row for row in rows if row.entity_id is not None]
    if not wanted:
        return 0
    open_ = Question.objects.open().filter(any_of("entity_id", {row.entity_id for row in wanted}))
    standing, own = set(), set()
    for entity_id, field, about in open_.values_list("entity_id", "field", "discrepancy_id"):
        standing.add((entity_id, field))
        own.add(about)
    lines, count = _lines_of(wanted), 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in wanted:
            field = asked_about(row)
            if row.pk in own or (field and (row.entity_id, field) in standing):
                continue
            standing.add((row.entity_id, field))
            line = lines.get((row.last_batch_id, row.key))
            about = (new_id(), row.street_id, row.entity_id, field, sentence(row)[:200], row.value if field else "")
            copy.write_row((*about, line, row.pk, actor.pk if actor else None, at))
            count += 1
    return count


_COPY = """
COPY coverage_question (
  id, street_id, entity_id, field, sentence, proposed, difference_id, discrepancy_id, asked_by_id, asked_at) FROM STDIN
"""


# Entities that a workbook leaves out, often thousands of it, are all asked after in the same words.
_ASK_AFTER_GONE = """
INSERT INTO coverage_question (
  id, street_id, entity_id, field, sentence, proposed, difference_id, discrepancy_id, asked_by_id, asked_at)
SELECT uuidv7(), x.street_id, x.entity_id, '', %(sentence)s, '', l.id, x.id, %(actor)s, %(at)s
FROM coverage_discrepancy x LEFT JOIN (
  SELECT key, min(id) AS id FROM coverage_difference WHERE batch_id = %(batch)s AND kind = 'gone' GROUP BY key) l USING (key)
WHERE x.last_batch_id = %(batch)s AND x.state = 'ask' AND x.kind = 'gone' AND x.entity_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM coverage_question q
                  WHERE q.discrepancy_id = x.id AND q.answered_in_id IS NULL AND q.withdrawn_at IS NULL)
ORDER BY x.line, x.key
"""


def put_for(*, batch: Batch, actor: User | None, at: dt.datetime) -> int:
    """The questions that an applied batch puts: what a person gave to a visit, and what contradicts."""
    rows = Discrepancy.objects.filter(last_batch=batch)
    contradicting = rows.filter(kind=Kind.CONTRADICTS, state=State.REFUSED, decided_by=None, entity__removed_at=None)
    _give_to_visits(contradicting.filter(field__in=asked_fields(batch.street_id)), batch=batch, at=at)
    asked = rows.filter(state=State.ASK).exclude(kind=Kind.GONE).order_by("line", "key")
    spoken = [Spoken._make((*row, batch.department, batch)) for row in asked.values_list(*Spoken._fields[:-2])]
    return put(rows=spoken, actor=actor, at=at) + _ask_after_gone(batch, actor=actor, at=at)


def _ask_after_gone(batch: Batch, *, actor: User | None, at: dt.datetime) -> int:
    said = _GONE.format(_said_in(batch.department, batch))
    params: dict[str, Any] = {"batch": batch.pk, "sentence": said[:200], "actor": actor.pk if actor else None, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(HASHED)
        cursor.execute(_ASK_AFTER_GONE, params)
        asked = int(cursor.rowcount)
        cursor.execute(AS_USUAL)
        return asked


def _give_to_visits(rows: QuerySet[Discrepancy], *, batch: Batch, at: dt.datetime) -> None:
    pks = list(rows.values_list("pk", flat=True))
    Discrepancy.objects.filter(pk__in=pks).update(state=State.ASK, changed_at=at)
    words = "两个来源说法不一，自动交下次走访问"
    DiscrepancyStep.objects.bulk_create(
        [DiscrepancyStep(discrepancy_id=pk, verb=Verb.ASK, at=at, batch=batch, words=words) for pk in pks]
    )


def asked_about(row: Discrepancy | Spoken) -> str:
    """The field under which it is asked; "" for a question about the entity as such."""
    return "" if row.kind in WHOLE else row.field


def _lines_of(rows: Sequence[Discrepancy | Spoken]) -> dict[tuple[Any, str], int]:
    """The line of the latest batch that speaks of each (one query)."""
    batches, keys = {row.last_batch_id for row in rows}, [row.key for row in rows]
    found = Difference.objects.filter(any_of("key", keys), batch__in=batches).order_by("-pk")
    return {(batch, key): pk for batch, key, pk in found.values_list("batch_id", "key", "pk")}


_GONE = "{}里没有这一家，请看是否还在经营"


def _said_in(department: Department | None, batch: Batch | None, source: str = "") -> str:
    who = department.name if department else SOURCES.get(source, "另一来源")
    return f"{who} {batch.as_of:%m-%d} 的表" if batch else who


def sentence(row: Discrepancy | Spoken) -> str:
    """The question in words."""
    said_in = _said_in(row.department, row.last_batch, row.source)
    if row.kind == Kind.GONE:
        return _GONE.format(said_in)
    if row.kind == Kind.DOUBT:
        return f"{said_in}第 {row.line} 行写的是“{row.name[:40]}”（{(row.code or '无代码')[:20]}），请问是不是这一家"
    title = facts.LABELS.get(row.field, fields.TITLES.get(row.field, row.field))
    value, held = shown(row.field, row.value)[:40], shown(row.field, row.held)[:40]
    return f"{said_in}里{title}是“{value}”，名册是“{held or '空'}”，请核对"


def shown(field: str, text: str) -> str:
    """Canonical text in the words of the page: choices by their labels."""
    choices: dict[str, dict[str, str]] = {
        "kind": dict(Entity.Kind.choices),
        "registration_status": dict(Entity.Registration.choices),
        "industry": dict(Industry.choices),
    }
    if field in choices:
        return choices[field].get(text, text)
    return facts.shown(field, text)


# Contradictions of any source.

_CONTRADICTED = """
SELECT s.entity_id, s.field, s.source, s.by, s.value, s."on", coalesce(to_jsonb(e) ->> s.field, ''), e.name, e.code
FROM coverage_entitysource s JOIN coverage_entity e ON e.id = s.entity_id
WHERE e.street_id = %s AND e.removed_at IS NULL AND s.value <> '' AND s.field = ANY(%s)
  AND s.value <> coalesce(to_jsonb(e) ->> s.field, '')
  AND s."on" >= coalesce((e.provenance -> s.field ->> 'on')::date, 'epoch')
ORDER BY s."on", s.entity_id, s.field
"""


@dataclass(frozen=True, slots=True)
class _Against:
    """A word that stands against the registry."""

    entity_id: uuid.UUID
    field: str
    source: str
    by: str
    value: str
    on: dt.date
    held: str
    name: str
    code: str

    @property
    def key(self) -> str:
        """The same as the key of the department's line, so that both are one matter."""
        said = f"c|{self.by}|{self.entity_id}|{self.field}|{self.value}"
        if self.source != "department":
            said = f"s|{self.source}|{self.entity_id}|{self.field}|{self.value}"
        return hashlib.sha256(said.encode()).hexdigest()[:40]


@transaction.atomic
def ask_about_contradictions(*, street: Street, at: dt.datetime) -> int:
    """Let every contradiction that nobody has asked about become a question; returns how many. Safe to run again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"contradictions {street.pk}"])
        cursor.execute(_CONTRADICTED, [street.pk, list(asked_fields(street.pk))])
        found = [_Against(*row) for row in cursor.fetchall()]
    known = Discrepancy.objects.filter(street=street, key__in=[one.key for one in found])
    seen = set(known.values_list("key", flat=True))
    standing = set(Question.objects.open().filter(street=street).values_list("entity_id", "field"))
    departments = {row.code: row for row in Department.objects.filter(street=street)}
    rows = []
    for one in found:
        if one.key in seen or (one.entity_id, one.field) in standing:
            continue
        seen.add(one.key)
        standing.add((one.entity_id, one.field))
        rows.append(_begun(one, street, departments, at))
    Discrepancy.objects.bulk_create(rows)
    _tell_steps(rows, at)
    put(rows=rows, actor=None, at=at)
    if rows:
        record(verb="differences.ask", target=Discrepancy, actor=None, at=at, after={"rows": len(rows)})
    return len(rows)


def _begun(one: _Against, street: Street, departments: Mapping[str, Department], at: dt.datetime) -> Discrepancy:
    return Discrepancy(
        street=street,
        key=one.key,
        department=departments.get(one.by) if one.source == "department" else None,
        source=one.source,
        kind=Kind.CONTRADICTS,
        state=State.ASK,
        entity_id=one.entity_id,
        name=one.name,
        code=one.code,
        field=one.field,
        value=one.value,
        held=one.held,
        opened_on=clock.day_of(at),
        changed_at=at,
    )


def _tell_steps(rows: list[Discrepancy], at: dt.datetime) -> None:
    made: list[Any] = []
    for row in rows:
        made.append(DiscrepancyStep(discrepancy=row, verb=Verb.SENT, at=at))
        words = "两个来源说法不一，自动交下次走访问"
        made.append(DiscrepancyStep(discrepancy=row, verb=Verb.ASK, at=at, words=words))
    DiscrepancyStep.objects.bulk_create(made)
