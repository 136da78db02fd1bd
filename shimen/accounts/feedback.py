"""Remarks on the product: sent from any page, answered by the office."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen.accounts.models import Feedback, User
from shimen.audit.record import record
from shimen.errors import DomainError


class FeedbackError(DomainError):
    """A remark cannot be kept or answered as asked."""


@transaction.atomic
def send(*, kind: str, words: str, page: str, actor: User, at: dt.datetime) -> Feedback:
    """Keep what `actor` says about `page` (a path of ours; anything else is left out)."""
    if not words.strip():
        raise FeedbackError("写一句怎么回事，我们才好改。", field="words")
    if actor.street is None:
        raise FeedbackError("您的账号还没有归到街道，意见没有人收。请找系统管理员。")
    here = page if page.startswith("/") and not page.startswith("//") else ""
    sent = Feedback.objects.create(
        street=actor.street, kind=kind, words=words.strip(), page=here[:300], sent_by=actor, sent_at=at
    )
    record(verb="feedback.send", target=sent, actor=actor, at=at, after={"kind": kind})
    return sent


@transaction.atomic
def answer(*, feedback: Feedback, words: str, actor: User, at: dt.datetime) -> Feedback:
    """Answer a remark, or put the earlier answer better."""
    row = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if not words.strip():
        raise FeedbackError("答复不能空着。还没有办法，也写一句什么时候再答复。", field="answer")
    before, row.answer, row.answered_at, row.answered_by = row.answer, words.strip(), at, actor
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    record(
        verb="feedback.answer", target=row, actor=actor, at=at, before={"answer": before}, after={"answer": row.answer}
    )
    return row
