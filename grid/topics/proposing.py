"""How a topic comes up and who stands behind it: proposing, supporting, taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from grid.chain.topic_states import State, Verb
from grid.matters.numbering import next_serial
from grid.models import Matter, Topic, TopicSupport
from grid.topics.handling import TopicError, hold, said, tell
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.territory.models import Area

LONGEST_TITLE = 60


@transaction.atomic
def propose(
    *,
    street_id: Any,
    title: str,
    words: str,
    actor: User,
    at: dt.datetime,
    area: Area | None = None,
    category: str = Matter.Category.OTHER,
    proposer: str = "",
    is_voiced: bool = False,
) -> Topic:
    """Propose something to talk about; whoever proposes supports it. `is_voiced` where an opinion did: then nobody does yet.

    Raises `TopicError`: no title, no reason, an area of another street, the same title open already.
    """
    title = said(title, "写议题，一句话说清要商量什么。", field="title", longest=LONGEST_TITLE)
    words = said(words, "写为什么提，遇到了什么。", field="words", longest=2000)
    if area is not None and area.street_id != street_id:
        raise TopicError("这个网格不在本街道。", field="area")
    year = clock.day_of(at).year
    topic = Topic(
        street_id=street_id, year=year, serial=next_serial(Topic, street_id=street_id, year=year), title=title, words=words,
        category=category, area=area, proposed_at=at, proposed_by=None if is_voiced else actor, proposer=proposer.strip()[:60],
    )  # fmt: skip
    if known := _same_title(topic):
        raise TopicError(
            f"已有同名的议题（{known.number}，{known.get_state_display()}），去支持它就行。", field="title"
        )
    topic.save(force_insert=True)
    tell(topic=topic, verb="propose", sentence="意见转来" if is_voiced else "提出", at=at, actor=actor, words=words)
    if not is_voiced:
        TopicSupport.objects.create(street_id=street_id, topic=topic, user=actor, at=at)
    record(verb="topics.propose", target=topic, actor=actor, at=at, after={"title": title})
    return topic


def _same_title(topic: Topic) -> Topic | None:
    """An open topic of the same area with the same title; proposals of a street come one after another (see numbering)."""
    rows = Topic.objects.filter(street_id=topic.street_id, area=topic.area_id, title=topic.title).open()
    found: Topic | None = rows.first()
    return found


@transaction.atomic
def support(*, topic: Topic, actor: User, at: dt.datetime) -> TopicSupport:
    """Stand behind a topic, once. Raises `TopicError` the second time, and where it gathers none any more."""
    row = hold(topic=topic, verb=Verb.SUPPORT, actor=actor)
    with as_sentences(TopicError):
        given = TopicSupport.objects.create(street_id=row.street_id, topic=row, user=actor, at=at)
    record(verb="topics.support", target=row, actor=actor, at=at)
    return given


@transaction.atomic
def unsupport(*, topic: Topic, actor: User, at: dt.datetime) -> None:
    """Take one's support back; without one nothing changes."""
    row = hold(topic=topic, verb=Verb.UNSUPPORT, actor=actor)
    gone, _ = TopicSupport.objects.filter(topic=row, user=actor).delete()
    if gone:
        record(verb="topics.unsupport", target=row, actor=actor, at=at)


@transaction.atomic
def withdraw(*, topic: Topic, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """The proposer takes it back before it is on an agenda."""
    row = hold(topic=topic, verb=Verb.WITHDRAW, actor=actor, seen=seen)
    row.save()
    tell(topic=row, verb=Verb.WITHDRAW, sentence="提出人撤回", at=at, actor=actor)
    record(verb="topics.withdraw", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def forget_voiced(*, topic: Topic, actor: User, at: dt.datetime) -> bool:
    """An opinion that had become this topic was taken back: the topic goes with it, unless somebody stands behind it."""
    row = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if row.state != State.PROPOSED or row.supports.exists() or row.merged.exists() or row.proposed_by_id is not None:
        return False
    row.state = State.WITHDRAWN.value
    row.revision += 1
    row.save()
    tell(topic=row, verb=Verb.WITHDRAW, sentence="随意见退回", at=at, actor=actor)
    record(verb="topics.withdraw", target=row, actor=actor, at=at)
    return True
