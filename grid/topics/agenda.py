"""Putting a topic on the agenda of a meeting, and taking it off again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.topic_states import Verb
from grid.models import Topic
from grid.topics.handling import TopicError, hold, said, tell
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def put_on(
    *, topic: Topic, body: str, on: dt.date | None, actor: User, at: dt.datetime, seen: int | None = None
) -> Topic:
    """Put the topic on the agenda of `body`'s meeting on a day (a council, a grid, as it is called).

    Raises `TopicError` without a meeting or a day, and for a day that is over.
    """
    row = hold(topic=topic, verb=Verb.PUT_ON, actor=actor, seen=seen)
    row.agenda_body = said(body, "写列入哪个会，例如“第一网格例会”。", field="body", longest=80)
    if on is None:
        raise TopicError("选会期。", field="on")
    if on < clock.day_of(at):
        raise TopicError("会期不能早于今天。", field="on")
    row.agenda_on, row.scheduled_at = on, at
    row.save()
    sentence = f"列入 {row.agenda_body}，{on:%-m 月 %-d 日}"
    tell(topic=row, verb=Verb.PUT_ON, sentence=sentence, at=at, actor=actor)
    record(verb="topics.put_on", target=row, actor=actor, at=at, after={"body": row.agenda_body, "on": on.isoformat()})
    return row


@transaction.atomic
def take_off(*, topic: Topic, why: str, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """Take it off: it gathers support again. Raises `TopicError` without a reason."""
    row = hold(topic=topic, verb=Verb.TAKE_OFF, actor=actor, seen=seen)
    why = said(why, "写为什么撤下，提出人看得到。", field="why", longest=300)
    before = {"body": row.agenda_body, "on": row.agenda_on.isoformat() if row.agenda_on else ""}
    row.agenda_body, row.agenda_on, row.scheduled_at = "", None, None
    row.save()
    tell(topic=row, verb=Verb.TAKE_OFF, sentence="从议程撤下", at=at, actor=actor, words=why)
    record(verb="topics.take_off", target=row, actor=actor, at=at, before=before, reason=why)
    return row
