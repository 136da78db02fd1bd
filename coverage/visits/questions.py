"""The verbs on questions: what to ask at a door on the next visit, and how it is answered there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from coverage import signals
from coverage.models import Difference, Discrepancy, Entity, Question, Visit, VisitAnswer
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

# Only these leave a question answered; a held or refused answer leaves it open for the next visit.
ANSWERS = (VisitAnswer.State.APPLIED, VisitAnswer.State.NOTED)


class QuestionError(DomainError):
    """A question cannot be put or taken back."""


@transaction.atomic
def ask(
    *,
    entity: Entity,
    sentence: str,
    actor: User | None,
    at: dt.datetime,
    field: str = "",
    proposed: str = "",
    difference: Difference | None = None,
) -> Question:
    """Put a question to the next visitor at this door. The same doubt about the same field is not put twice."""
    sentence = sentence.strip()
    if not sentence:
        raise QuestionError("写一句要问的话。", field="sentence")
    standing: Question | None = (
        entity.questions.open().filter(field=field, proposed=proposed, sentence=sentence[:200]).first()
    )
    if standing is not None:
        return standing
    question = Question.objects.create(
        street_id=entity.street_id,
        entity=entity,
        field=field,
        sentence=sentence[:200],
        proposed=proposed,
        difference=difference,
        asked_by=actor,
        asked_at=at,
    )
    record(verb="questions.ask", target=question, actor=actor, at=at, after={"field": field, "sentence": sentence})
    return question


@transaction.atomic
def drop(*, question: Question, actor: User | None, at: dt.datetime) -> Question:
    """Take a question back, because it was settled otherwise. One that was answered stays answered."""
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.answered_in_id is not None:
        raise QuestionError("这个问题已经问到了，不用撤回。")
    if question.withdrawn_at is None:
        question.withdrawn_at = at
        question.save(update_fields=["withdrawn_at"])
        record(verb="questions.drop", target=question, actor=actor, at=at)
    return question


def mark_answered(*, visit: Visit, answers: Iterable[VisitAnswer], actor: User, at: dt.datetime) -> None:
    """Close the questions that these answers answer, and say so to whoever asked (`question_answered`). A shop found
    closed answers all that stand."""
    by_field = {answer.field: answer for answer in answers}
    is_closed = _is_closed(visit, by_field)
    for question in visit.entity.questions.open().select_related("discrepancy"):
        answer = by_field.get(question.key)
        if answer is not None and (answer.state not in ANSWERS or not (answer.is_right or answer.new)):
            answer = None
        if answer is None and not (is_closed or _is_seen(question, visit, by_field)):
            continue
        question.answered_in = visit
        # Undoing the batch meanwhile takes its questions away: what was said at the door counts all the same.
        if not Question.objects.filter(pk=question.pk).update(answered_in=visit):
            continue
        signals.question_answered.send(sender=Question, question=question, answer=answer, actor=actor, at=at)


def _is_closed(visit: Visit, answers: Mapping[str, VisitAnswer]) -> bool:
    """Whether the shop was found closed and no colleague says otherwise: there is nobody left to be asked."""
    presence = answers.get("presence")
    is_held = presence is None or presence.state == VisitAnswer.State.HELD
    return visit.outcome == Visit.Outcome.CLOSED and not is_held


def _is_seen(question: Question, visit: Visit, answers: Mapping[str, VisitAnswer]) -> bool:
    """Whether a shop that a workbook no longer names is there, is seen at the door without a word."""
    if question.discrepancy is None or question.discrepancy.kind != Discrepancy.Kind.GONE:
        return False
    presence = answers.get("presence")
    is_held = presence is not None and presence.state == VisitAnswer.State.HELD
    return visit.outcome != Visit.Outcome.NO_ANSWER and not is_held


def reopen(*, visit: Visit, at: dt.datetime) -> None:
    """Put the questions again that a withdrawn visit had answered, and say so (`question_reopened`)."""
    for question in Question.objects.filter(answered_in=visit):
        question.answered_in = None
        question.save(update_fields=["answered_in"])
        signals.question_reopened.send(sender=Question, question=question, visit=visit, at=at)
