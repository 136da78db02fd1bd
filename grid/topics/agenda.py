"""Putting a topic on the agenda of a meeting and taking it off again; what the meeting decided is in `deciding`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from grid.chain.agenda import MINUTES, Line, Rank
from grid.chain.topic_states import State, Verb
from grid.meetings import agenda as meeting_agenda
from grid.models import AgendaItem, Meeting, Topic
from grid.topics.handling import TopicError, hold, said, tell
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record

KEY = "topic:"


@transaction.atomic
def put_on(
    *,
    topic: Topic,
    actor: User,
    at: dt.datetime,
    meeting: Meeting | None = None,
    body: str = "",
    on: dt.date | None = None,
    seen: int | None = None,
) -> Topic:
    """Put the topic on the agenda of `meeting`; or, where that is held outside the product, of `body`'s meeting on a day.

    Raises `TopicError` without a meeting or a day, for a day that is over and for a meeting of another street;
    `MeetingError` where the meeting's agenda is closed or not this person's.
    """
    row = hold(topic=topic, verb=Verb.PUT_ON, actor=actor, seen=seen)
    if meeting is not None:
        if meeting.street_id != row.street_id:
            raise TopicError("这个会不在本街道。", field="meeting")
        body, on = meeting.title, clock.day_of(meeting.starts_at)
    row.agenda_body = said(body, "选一个会，或写列入哪个会，例如“第一网格例会”。", field="body", longest=80)
    if on is None:
        raise TopicError("选会期。", field="on")
    if on < clock.day_of(at):
        raise TopicError("会期不能早于今天。", field="on")
    row.meeting, row.agenda_on, row.scheduled_at = meeting, on, at
    row.save()
    if meeting is not None:
        meeting_agenda.put(
            meeting=meeting,
            key=f"{KEY}{row.pk}",
            title=row.title,
            lead=row.proposer[:80],
            matter=None,
            actor=actor,
            at=at,
        )
    # The name of a meeting of the product says its day.
    sentence = f"列入{row.agenda_body}" + ("" if meeting is not None else f"，{on:%-m 月 %-d 日}")
    tell(topic=row, verb=Verb.PUT_ON, sentence=sentence, at=at, actor=actor)
    record(verb="topics.put_on", target=row, actor=actor, at=at, after={"body": row.agenda_body, "on": on.isoformat()})
    return row


@transaction.atomic
def take_off(*, topic: Topic, why: str, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """Take it off: it gathers support again. Raises `TopicError` without a reason, `MeetingError` once it was talked about."""
    row = hold(topic=topic, verb=Verb.TAKE_OFF, actor=actor, seen=seen)
    why = said(why, "写为什么撤下，提出人看得到。", field="why", longest=300)
    before = {"body": row.agenda_body, "on": row.agenda_on.isoformat() if row.agenda_on else ""}
    if row.meeting is not None and _is_on(row, row.meeting):
        meeting_agenda.drop(meeting=row.meeting, key=f"{KEY}{row.pk}", actor=actor, at=at)
    off(row)
    row.save()
    tell(topic=row, verb=Verb.TAKE_OFF, sentence="从议程撤下", at=at, actor=actor, words=why)
    record(verb="topics.take_off", target=row, actor=actor, at=at, before=before, reason=why)
    return row


def _is_on(row: Topic, meeting: Meeting) -> bool:
    """Whether the meeting, not cancelled, has a line for the topic."""
    if meeting.state == Meeting.State.CANCELLED:
        return False
    return AgendaItem.objects.filter(meeting=meeting, key=f"{KEY}{row.pk}", is_dropped=False).exists()


def off(row: Topic) -> None:
    """On no agenda any more; the caller saves."""
    row.meeting, row.agenda_body, row.agenda_on, row.scheduled_at = None, "", None, None


def lines(meeting: Meeting) -> Iterator[Line]:
    """The topics put on a meeting, as its draft shows them: who proposed stands as who reports."""
    rows = Topic.objects.filter(meeting=meeting, state=State.SCHEDULED).select_related("proposed_by")
    for row in rows.order_by("scheduled_at", "pk"):
        lead = str(row.proposed_by or row.proposer)
        yield Line(f"{KEY}{row.pk}", row.title, Rank.PROPOSED, "议题共创", "", MINUTES[Rank.PROPOSED], lead=lead)


@transaction.atomic
def hear_cancelled(*, meeting: Meeting, actor: User | None, at: dt.datetime, **_: Any) -> None:
    """A meeting is not held: the topics that waited for it gather support again, and their story says so."""
    for topic in Topic.objects.filter(meeting=meeting, state=State.SCHEDULED).order_by("pk"):
        row = hold(topic=topic, verb=Verb.TAKE_OFF, actor=None)
        off(row)
        row.save()
        tell(topic=row, verb=Verb.TAKE_OFF, sentence=f"{meeting.title}不开了", at=at, actor=actor)
        record(verb="topics.take_off", target=row, actor=actor, at=at, reason=meeting.cancelled_reason)
