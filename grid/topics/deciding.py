"""What a meeting decided about a topic, heard when its minutes become final, and again when they do so a second time.

Final minutes that were taken back and closed anew amend what they had decided: other words become the result and the proposer
is told again; what is no longer resolved gathers support again; what is resolved only now is. Other people's later decisions
are never overwritten: then the minutes are refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from grid.chain.topic_states import TITLES, State, Verb
from grid.models import AgendaItem, Meeting, Topic
from grid.topics.agenda import KEY, off
from grid.topics.handling import TopicError, hold, tell
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record

ENDS = (AgendaItem.Outcome.RESOLVED, AgendaItem.Outcome.SOLVED, AgendaItem.Outcome.HEARD)
_DECIDED = (Verb.RESOLVE, Verb.TAKE_OFF)


@transaction.atomic
def hear_decision(
    *, item: AgendaItem, meeting: Meeting, outcome: str, words: str, actor: User | None, at: dt.datetime, **_: Any
) -> None:
    """A meeting was closed: what it decided is the topic's result; what it put off gathers support again.

    Raises `TopicError` where minutes that are closed anew resolve what was decided otherwise since.
    """
    topic = _of(item)
    if topic is None:
        return
    ends = outcome in ENDS
    result = (words.strip() or str(item.get_outcome_display()))[:2000]
    if topic.state == State.SCHEDULED and topic.meeting_id == meeting.pk:
        _decide(topic, meeting, item, result if ends else "", words, actor, at)
    elif _was_resolved_by(topic, meeting):
        _amend(topic, meeting, item, result if ends else "", actor, at)
    elif ends and _was_before(topic, meeting):
        _catch_up(topic, meeting, item, result, actor, at)


def _decide(
    topic: Topic, meeting: Meeting, item: AgendaItem, result: str, words: str, actor: User | None, at: dt.datetime
) -> None:
    """The first word of a meeting on a topic; without a result it is put off."""
    verb = Verb.RESOLVE if result else Verb.TAKE_OFF
    row = hold(topic=topic, verb=verb, actor=None)
    if result:
        row.outcome, row.ended_at, row.ended_by = result, at, actor
    else:
        off(row)
    row.save()
    sentence = f"{meeting.title}议定" if result else f"{meeting.title}：{item.get_outcome_display()}"
    tell(topic=row, verb=verb, sentence=sentence, at=at, actor=actor, words=words[:2000])
    record(verb="topics.resolve" if result else "topics.take_off", target=row, actor=actor, at=at)


def _amend(topic: Topic, meeting: Meeting, item: AgendaItem, result: str, actor: User | None, at: dt.datetime) -> None:
    """The minutes were taken back and say something else now: the proposer has not heard that yet."""
    if result == topic.outcome:
        return
    row = hold(topic=topic, verb=Verb.AMEND if result else Verb.RETRACT, actor=None)
    before = row.outcome
    row.outcome, row.heard_at = result, None
    if not result:
        row.ended_at = row.ended_by = None
        off(row)
    row.save()
    became = "议定有改动" if result else str(item.get_outcome_display())
    verb = Verb.RESOLVE if result else Verb.TAKE_OFF
    tell(topic=row, verb=verb, sentence=f"{meeting.title}重新定稿：{became}", at=at, actor=actor, words=result)
    record(
        verb="topics.amend", target=row, actor=actor, at=at, before={"outcome": before}, after={"outcome": result}
    )  # fmt: skip


def _catch_up(
    topic: Topic, meeting: Meeting, item: AgendaItem, result: str, actor: User | None, at: dt.datetime
) -> None:
    """The meeting had put it off, and its minutes say now that it was resolved."""
    if topic.state != State.PROPOSED:
        where = topic.agenda_body or TITLES[State(topic.state)]
        raise TopicError(
            f"第 {item.place} 项“{topic.title}”上次定稿后已另有安排（{where}），不能再记为议定。选“下次再议”，或先到议题那一页处理。"
        )
    row = hold(topic=topic, verb=Verb.PUT_ON, actor=None)
    row.meeting, row.agenda_body, row.agenda_on = meeting, meeting.title[:80], clock.day_of(meeting.starts_at)
    row.scheduled_at = at
    row.save()
    _decide(row, meeting, item, result, result, actor, at)


def _was_resolved_by(topic: Topic, meeting: Meeting) -> bool:
    """Whether the topic's result is what this meeting's minutes said, not what a person wrote on the topic's page."""
    if topic.state != State.RESOLVED or topic.meeting_id != meeting.pk:
        return False
    last = topic.moments.filter(verb=Verb.RESOLVE).order_by("-at", "-pk").first()
    return last is not None and last.sentence.startswith(meeting.title)


def _was_before(topic: Topic, meeting: Meeting) -> bool:
    """Whether this meeting's minutes have decided something about the topic already."""
    return topic.moments.filter(verb__in=_DECIDED, sentence__startswith=meeting.title).exists()


def _of(item: AgendaItem) -> Topic | None:
    """The topic that a line of an agenda stands for."""
    if not item.key.startswith(KEY):
        return None
    try:
        pk = uuid.UUID(item.key.removeprefix(KEY))
    except ValueError:
        return None
    found: Topic | None = Topic.objects.filter(pk=pk, street=item.street_id).first()
    return found
