"""The life of a difference: one table of transitions, and one verb each.

open → accepted / refused / ask on the next visit → answered → told the department. What a person decides on a line of a
batch, and what applying does with it, arrives here through `coverage.differences.following`; what is said at a door
arrives by the signals of visits. Every step is kept with who, when and why.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from coverage.comparison import apply as applying
from coverage.comparison import settle
from coverage.differences import asking
from coverage.models import Batch, Difference, Discrepancy, DiscrepancyStep, Entity, Question, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.registry import missing
from coverage.registry.words import text_of
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

Kind, State, Verb, Verdict = Discrepancy.Kind, Discrepancy.State, DiscrepancyStep.Verb, Discrepancy.Verdict
Decision = Difference.Decision

# From which states a verb may be used, and where it leads ("" = back to where it came from).
TRANSITIONS: Mapping[str, tuple[frozenset[str], str]] = {
    Verb.ACCEPT: (frozenset({State.OPEN, State.ASK, State.REFUSED}), State.ACCEPTED),
    Verb.REFUSE: (frozenset({State.OPEN, State.ASK}), State.REFUSED),
    Verb.ASK: (frozenset({State.OPEN, State.REFUSED}), State.ASK),
    Verb.ANSWER: (frozenset({State.OPEN, State.ASK, State.REFUSED}), State.ANSWERED),
    Verb.REOPEN: (frozenset({State.ASK, State.REFUSED, State.ANSWERED}), State.OPEN),
    Verb.TELL: (frozenset({State.ACCEPTED, State.REFUSED, State.ANSWERED}), State.TOLD),
    Verb.UNTELL: (frozenset({State.TOLD}), ""),
    Verb.CONFIRM: (frozenset({State.OPEN, State.ASK, State.REFUSED, State.ANSWERED, State.TOLD}), State.CLOSED),
    Verb.SUPERSEDE: (frozenset({State.OPEN, State.ASK}), State.CLOSED),
    Verb.CLOSE: (frozenset({State.OPEN, State.ASK, State.REFUSED, State.ANSWERED}), State.CLOSED),
}
# What a gone entity may be answered to be, and what that says of the department's workbook.
PRESENCES = {
    Entity.Presence.OPEN.value: Verdict.OURS,
    Entity.Presence.CLOSED.value: Verdict.THEIRS,
    Entity.Presence.MOVED.value: Verdict.THEIRS,
}
SHORTEST_REASON = 4
AT_ONCE = 500


class DifferenceError(DomainError):
    """The difference cannot take this step, or not any more."""


def may(row: Discrepancy, verb: str) -> bool:
    """Whether the state of a difference allows a step."""
    return row.state in TRANSITIONS[verb][0]


def _locked(pk: uuid.UUID) -> Discrepancy:
    rows = Discrepancy.objects.select_for_update(of=("self",))
    return rows.select_related("department", "last_batch__department", "entity").get(pk=pk)


def _held(pk: uuid.UUID) -> Discrepancy:
    """The difference for a decision at the desk. Batch, entity, difference: the order in which applying a batch and a
    visit take them too, so that neither waits for the other for ever."""
    batch_id, entity_id = Discrepancy.objects.values_list("last_batch_id", "entity_id").get(pk=pk)
    for model, key in ((Batch, batch_id), (Entity, entity_id)):
        if key is not None:
            model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=key).values_list("pk").first()
    return _locked(pk)


def _step(
    row: Discrepancy, verb: str, *, actor: User | None, at: dt.datetime, words: str = "", visit: Visit | None = None
) -> None:
    """Take the step that the table allows, and keep it. The caller saves what else changed by naming it before."""
    allowed, target = TRANSITIONS[verb]
    if row.state not in allowed:
        raise DifferenceError(f"“{row}”这一项{row.get_state_display()}，不能再{Verb(verb).label}。")
    row.state, row.changed_at = target or row.told_from, at
    row.save()
    # A step of a visit names no batch: a reference to it would wait for a batch that is being applied.
    batch = None if visit else row.last_batch
    DiscrepancyStep.objects.create(
        discrepancy=row, verb=verb, at=at, actor=actor, visit=visit, batch=batch, words=words[:200]
    )


def _record(row: Discrepancy, verb: str, actor: User | None, at: dt.datetime, reason: str = "", **after: Any) -> None:
    record(
        verb=f"differences.{verb}",
        target=row,
        actor=actor,
        at=at,
        after={"field": row.field, "state": row.state, **after},
        reason=reason,
    )


# Deciding, at the desk.


@transaction.atomic
def accept(*, row: Discrepancy, actor: User, at: dt.datetime) -> Discrepancy:
    """Take the department's word. In a batch that waits, it is written when the batch is applied; else at once."""
    applying.lock(row.street_id)
    row = _decided(row, Decision.ACCEPT, Verb.ACCEPT, actor, at)
    if row.last_batch is not None and row.last_batch.state == Batch.State.APPLIED and batches_wait(row.last_batch):
        applying.apply(batch=row.last_batch, actor=actor, at=at, leave_doubt=True)
    _record(row, "accept", actor, at)
    return row


@transaction.atomic
def refuse(*, row: Discrepancy, actor: User, at: dt.datetime, reason: str = "") -> Discrepancy:
    """The registry's word stands; the department's is kept beside it."""
    row = _decided(row, Decision.REFUSE, Verb.REFUSE, actor, at, reason.strip())
    if row.kind == Kind.GONE and row.entity is not None and row.entity.removed_at is None:
        missing.set_missing(entity=row.entity, since=None, actor=actor, at=at)
    _record(row, "refuse", actor, at, reason=reason.strip())
    return row


@transaction.atomic
def ask(*, row: Discrepancy, actor: User, at: dt.datetime) -> Discrepancy:
    """Put it to the next visitor at this door."""
    if row.entity is None or row.entity.removed_at is not None:
        raise DifferenceError(f"“{row}”不在名册里，没有门可以问。")
    row = _decided(row, Decision.ASK, Verb.ASK, actor, at)
    asking.put(rows=[row], actor=actor, at=at)
    _record(row, "ask", actor, at)
    return row


def _decided(row: Discrepancy, decision: str, verb: str, actor: User, at: dt.datetime, words: str = "") -> Discrepancy:
    """Take a decision on the line of the latest batch, which takes the difference along, or on the difference alone."""
    row = _held(row.pk)
    _allow(row, verb)
    line = _line(row)
    if line is None and verb == Verb.ACCEPT:
        raise DifferenceError(f"“{row}”这一项不是表格里来的，直接核实，写上应该是什么。")
    if line is not None and line.kind == Difference.Kind.DOUBT:
        raise DifferenceError(f"“{row}”是待认定的一行，要到那一批里认定。")
    if line is not None and not line.applied and line.batch.state in settle.OPEN_STATES:
        settle.decide(difference=line, decision=decision, actor=actor, at=at, reason=words)
        row = _locked(row.pk)
    if row.state != TRANSITIONS[verb][1]:
        row.decided_by = actor
        _step(row, verb, actor=actor, at=at, words=words)
    if verb != Verb.ASK:
        _drop_questions(row, at)
    return row


def batches_wait(batch: Batch) -> bool:
    """Whether a person has accepted something in an applied batch that is not written yet."""
    lines = batch.differences.filter(applied=False, skipped_reason="", decision=Decision.ACCEPT)
    return lines.filter(kind__in=[Difference.Kind.CHANGED, Difference.Kind.NEW, Difference.Kind.GONE]).exists()


@transaction.atomic
def reopen(*, row: Discrepancy, actor: User, at: dt.datetime, reason: str = "") -> Discrepancy:
    """Take a decision or an answer back: it waits again. What the registry has taken over meanwhile stays."""
    row = _held(row.pk)
    _allow(row, Verb.REOPEN)
    _forget_answer(row)
    row.decided_by = None
    _step(row, Verb.REOPEN, actor=actor, at=at, words=reason.strip())
    _drop_questions(row, at)
    _undecide(row, to=Decision.OPEN if row.kind == Kind.DOUBT else Decision.ASK)
    _record(row, "reopen", actor, at, reason=reason.strip())
    return row


@dataclass(frozen=True)
class Done:
    """How many of many took a step, and the sentences of those that could not."""

    done: int
    refused: list[str]


def for_many(
    *,
    rows: Sequence[Discrepancy],
    verb: str,
    actor: User,
    at: dt.datetime,
    reason: str = "",
    seen: Mapping[uuid.UUID, str] | None = None,
) -> Done:
    """The same decision for many at once, each on its own: what cannot be done says why and holds up nobody.

    `seen` says in which state a list showed each row: a decision that somebody has taken meanwhile is not overwritten.
    """
    if len(rows) > AT_ONCE:
        raise DifferenceError(f"一次最多处理 {AT_ONCE} 项，这里有 {len(rows):,} 项，先筛选。")
    does: Mapping[str, Any] = {Verb.ACCEPT: accept, Verb.REFUSE: refuse, Verb.ASK: ask}
    if verb not in does:
        raise DifferenceError("选一种处理：采用、不采用，或交下次走访问。")
    stale = [row for row in rows if _is_stale(row, verb, (seen or {}).get(row.pk, ""))]
    moved_on = {row.pk for row in stale}
    rows = [row for row in rows if row.pk not in moved_on]
    refused = [f"“{row}”刚才已改为“{row.get_state_display()}”，看过再定。" for row in stale]
    if verb == Verb.ACCEPT:
        done = _accept_many(rows, actor, at)
        return Done(done.done, refused + done.refused)
    number = 0
    for row in rows:
        more = {"reason": reason} if verb == Verb.REFUSE else {}
        try:
            does[verb](row=row, actor=actor, at=at, **more)
            number += 1
        except DomainError as error:
            refused.append(error.sentence)
    return Done(number, refused)


def _is_stale(row: Discrepancy, verb: str, seen: str) -> bool:
    """Whether the row has moved on since it was shown; a button pressed twice moves it to where it was sent."""
    return bool(seen) and row.state not in {seen, TRANSITIONS[verb][1]}


def _accept_many(rows: Sequence[Discrepancy], actor: User, at: dt.datetime) -> Done:
    """Batch by batch, so that each batch is written once."""
    by_batch: dict[Batch | None, list[Discrepancy]] = {}
    for row in rows:
        by_batch.setdefault(row.last_batch, []).append(row)
    done, refused = 0, []
    for batch, mine in by_batch.items():
        try:
            with transaction.atomic():
                taken, sentences = _accept_in(batch, mine, actor, at)
        except DomainError as error:
            refused.append(error.sentence)
        else:
            done, refused = done + taken, refused + sentences
    return Done(done, refused)


def _accept_in(batch: Batch | None, rows: Sequence[Discrepancy], actor: User, at: dt.datetime) -> tuple[int, list[str]]:
    taken, refused = 0, []
    for street in {row.street_id for row in rows}:
        applying.lock(street)
    for row in rows:
        try:
            with transaction.atomic():
                _record(_decided(row, Decision.ACCEPT, Verb.ACCEPT, actor, at), "accept", actor, at)
            taken += 1
        except DomainError as error:
            refused.append(error.sentence)
    if batch is not None and batch.state == Batch.State.APPLIED and batches_wait(batch):
        applying.apply(batch=batch, actor=actor, at=at, leave_doubt=True)
    return taken, refused


def _allow(row: Discrepancy, verb: str) -> None:
    if not may(row, verb):
        raise DifferenceError(f"“{row}”这一项{row.get_state_display()}，不能再{Verb(verb).label}。")


def _line(row: Discrepancy) -> Difference | None:
    """The line of the latest batch that speaks of it."""
    if row.last_batch is None:
        return None
    lines = Difference.objects.filter(batch=row.last_batch, key=row.key).select_related("batch")
    return lines.order_by("pk").first()


def _drop_questions(row: Discrepancy, at: dt.datetime) -> None:
    Question.objects.open().filter(discrepancy=row).update(withdrawn_at=at)


# Answering: directly by somebody who has asked, or by a visit.


@transaction.atomic
def answer(
    *, row: Discrepancy, verdict: str, reason: str, actor: User, at: dt.datetime, value: str = ""
) -> Discrepancy:
    """Somebody has asked and knows: the department is right, the registry is right, or it is `value`.

    For an entity that a workbook no longer names, `value` is what was found (open, closed, moved) and settles the verdict.
    Raises `DifferenceError` without a reason; what the registry cannot read, in its words.
    """
    row = _held(row.pk)
    _allow(row, Verb.ANSWER)
    if len(reason.strip()) < SHORTEST_REASON:
        raise DifferenceError("写一句怎么知道的，至少 4 个字，例如“问过了，还在”。", field="reason")
    if row.entity is None:
        raise DifferenceError("这一项还不在名册里，先到那一批里认定。")
    if row.kind == Kind.GONE:
        if value not in PRESENCES:
            raise DifferenceError("选一种：还在、关了，或搬走了。", field="value")
        verdict = PRESENCES[value]
    _check_verdict(row, verdict, value)
    said = {"source": "staff", "on": clock.day_of(at), "actor": actor, "at": at}
    meant = _say(row, row.entity, verdict, value, said, reason.strip())
    row.basis = f"{actor}问过：{reason.strip()}"[:200]
    _answered(row, verdict=verdict, value=meant, on=clock.day_of(at), by=actor, visit=None, at=at, words=reason.strip())
    _record(row, "answer", actor, at, reason=reason.strip(), verdict=verdict)
    return row


def _check_verdict(row: Discrepancy, verdict: str, value: str) -> None:
    if verdict not in Verdict.values:
        raise DifferenceError("选一种：部门说得对、名册说得对，或写上应该是什么。", field="verdict")
    if verdict == Verdict.OTHER and not value.strip():
        raise DifferenceError("写上应该是什么。", field="value")
    if verdict != Verdict.OURS and row.field == "phone":
        raise DifferenceError("电话在主体页更正：这里不显示号码。", field="verdict")


def _say(row: Discrepancy, entity: Entity, verdict: str, value: str, said: Mapping[str, Any], reason: str) -> str:
    """Tell the registry what was found; returns the value that stands, as canonical text."""
    if row.kind == Kind.GONE:
        registry.set_presence(entity=entity, presence=value, reason=reason, **said)
        if value == Entity.Presence.OPEN:
            missing.set_missing(entity=entity, since=None, actor=said["actor"], at=said["at"])
        return value
    if row.kind == Kind.DOUBT or not row.field:
        return value
    if verdict == Verdict.OURS:
        registry.confirm(entity=entity, fields=[row.field], **said)
    else:
        wanted = row.value if verdict == Verdict.THEIRS else value
        registry.correct(entity=entity, field=row.field, value=wanted, **said)
    return text_of(Entity.objects.get(pk=entity.pk), row.field)


def _answered(
    row: Discrepancy,
    *,
    verdict: str,
    value: str,
    on: dt.date,
    by: User,
    visit: Visit | None,
    at: dt.datetime,
    words: str,
) -> None:
    row.verdict, row.answer = verdict, value
    row.answered_on, row.answered_by, row.visit = on, by, visit
    _step(row, Verb.ANSWER, actor=by, at=at, words=words, visit=visit)
    _drop_questions(row, at)


def _forget_answer(row: Discrepancy) -> None:
    row.verdict, row.answer, row.basis = "", "", ""
    row.answered_on, row.answered_by, row.visit, row.before = None, None, None, {}


def _undecide(row: Discrepancy, *, to: str) -> None:
    """Its lines wait for a decision again, so that nothing is carried over from one that was taken back."""
    _lines(row).filter(settled="").update(decision=to, decided_by=None, decided_at=None)


def _lines(row: Discrepancy) -> QuerySet[Difference]:
    """Its lines in all batches as far as a decision on them is carried over; what is written in the registry stays
    decided, except that an entity is missing: that is looked at anew with every workbook."""
    lines = Difference.objects.filter(street_id=row.street_id, key=row.key)
    return lines if row.kind == Kind.GONE else lines.filter(applied=False)


def hear_answer(*, question: Question, answer: VisitAnswer | None, actor: User, at: dt.datetime, **_: Any) -> None:
    """A question about a difference was answered at the door (signal `question_answered`, in its transaction)."""
    if question.discrepancy_id is None or question.answered_in is None:
        return
    row = _locked(question.discrepancy_id)
    if not may(row, Verb.ANSWER):
        return
    visit = question.answered_in
    verdict, value, words = _as_found(row, visit, answer)
    if verdict == Verdict.THEIRS and row.field and row.kind != Kind.GONE:
        _take_theirs(row, actor, at)
    if row.kind == Kind.GONE and verdict == Verdict.OURS and visit.entity.removed_at is None:
        missing.set_missing(entity=visit.entity, since=None, actor=actor, at=at)
    row.basis = f"{visit.visitor}上门{'，' + words if words else ''}"[:200]
    on = clock.day_of(visit.visited_at)
    _answered(row, verdict=verdict, value=value, on=on, by=visit.visitor, visit=visit, at=at, words=words)
    _record(row, "answer", actor, at, verdict=verdict)


def _as_found(row: Discrepancy, visit: Visit, answer: VisitAnswer | None) -> tuple[str, str, str]:
    """Whose word a visit bears out, the value that it found, and what was said besides."""
    if row.kind == Kind.GONE:
        found = {"same": "open", "changed": "open", "closed": "closed", "moved": "moved"}[visit.outcome]
        return PRESENCES[found], found, answer.new if answer else ""
    if answer is None and visit.outcome == visit.Outcome.CLOSED:
        return Verdict.OTHER, "", "店已关闭，没有问到"
    if row.kind == Kind.DOUBT or answer is None:
        said = answer.new if answer else ""
        return (Verdict.THEIRS if answer and answer.is_right else Verdict.OTHER), said, said
    if answer.is_right:
        return Verdict.OURS, answer.old, ""
    theirs = row.value.partition(" ")[0] if row.field == "phone" else row.value
    return (Verdict.THEIRS if answer.new == theirs else Verdict.OTHER), answer.new, ""


def _take_theirs(row: Discrepancy, actor: User, at: dt.datetime) -> None:
    """Department and door say the same: where the visit's word alone did not move the registry, the department's does."""
    if row.entity is None or row.field == "phone" or row.department is None:
        return
    entity = Entity.objects.get(pk=row.entity.pk)
    held = text_of(entity, row.field)
    if held == row.value:
        return
    provenance = entity.provenance.get(row.field) or {}
    said = row.last_batch.as_of if row.last_batch else row.opened_on
    on = max(said, dt.date.fromisoformat(provenance["on"])) if provenance else said
    ref = str(row.last_batch_id or "")
    try:
        with transaction.atomic():
            done = registry.correct(
                entity=entity, field=row.field, value=row.value, source="department", by=row.department.code, ref=ref,
                on=on, actor=actor, at=at,
            )  # fmt: skip
    except DomainError:
        return  # the answer is kept; the registry page says why it holds on
    if done.changed:
        row.before = {"value": held, "provenance": provenance, "ref": ref}


def hear_withdrawal(*, question: Question, visit: Visit, at: dt.datetime, **_: Any) -> None:
    """The visit that answered was taken back (signal `question_reopened`): the question stands again."""
    if question.discrepancy_id is None:
        return
    row = _locked(question.discrepancy_id)
    if row.visit_id != visit.pk or row.state != State.ANSWERED or row.entity is None:
        return
    entity = Entity.objects.get(pk=row.entity.pk)
    if row.before and (entity.provenance.get(row.field) or {}).get("ref") == row.before["ref"]:
        registry.put_back(
            entity=entity, field=row.field, value=row.before["value"], provenance=row.before["provenance"], actor=None,
            at=at,
        )  # fmt: skip
    if row.kind == Kind.GONE and row.verdict == Verdict.OURS and row.last_batch is not None:
        missing.set_missing(entity=entity, since=row.last_batch.as_of, actor=None, at=at)
    _forget_answer(row)
    row.state, row.changed_at = State.ASK, at
    row.save()
    DiscrepancyStep.objects.create(discrepancy=row, verb=Verb.REOPEN, at=at, visit=visit, words="走访撤回了")


@transaction.atomic
def leave_with(*, entity: Entity, at: dt.datetime, actor: User | None = None) -> int:
    """An entity left the registry: nobody can be asked any more. Returns how many were closed."""
    rows = Discrepancy.objects.select_for_update().filter(entity=entity).waiting()
    pks = list(rows.values_list("pk", flat=True))
    Discrepancy.objects.filter(pk__in=pks).update(state=State.CLOSED, changed_at=at)
    words = "主体已移出名册"
    steps = [DiscrepancyStep(discrepancy_id=pk, verb=Verb.CLOSE, at=at, actor=actor, words=words) for pk in pks]
    DiscrepancyStep.objects.bulk_create(steps)
    Question.objects.open().filter(discrepancy__in=pks).update(withdrawn_at=at)
    return len(pks)


def hear_leaving(*, entity: Entity, how: str, at: dt.datetime, actor: User | None = None, **_: Any) -> None:
    """Signal `entity_closed`; a shop found closed stays in the registry and can still be asked about."""
    if how == "removed":
        leave_with(entity=entity, actor=actor, at=at)


def story(row: Discrepancy) -> Iterable[DiscrepancyStep]:
    """Every step, oldest first (one query)."""
    return row.steps.select_related("actor", "batch__department", "visit__round", "visit__visitor").order_by("at", "pk")
