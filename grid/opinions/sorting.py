"""Sorting opinions: each becomes a matter, joins a topic, is answered, is not ours, or says what another said before.

Every decision can be taken back as long as nothing has been built on it; the teller sees the present state by the receipt.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.opinion_states import State, Verb, may, target
from grid.chain.transitions import State as MatterState
from grid.matters import raising
from grid.models import Matter, Opinion, Topic
from grid.models.opinions import TABLE
from grid.opinions.receiving import OpinionError
from grid.topics import proposing
from shimen.accounts.access import scope_of
from shimen.accounts.models import User
from shimen.audit.record import record, revealed
from shimen.collisions import as_sentences
from shimen.privacy import sealing
from shimen.territory.models import Area

SHORTEST_REASON = 4
LONGEST_REPLY = 1000


def is_for(user: User, verb: Verb, opinion: Opinion) -> bool:
    """Whether a person may do this with an opinion: by their roles over its area."""
    scope = scope_of(user)
    if scope.street_id != opinion.street_id:
        return False
    return may(verb, roles=[r for r in scope.roles if scope.covers(opinion.street_id, opinion.area_id, role=r)])


def hold(*, opinion: Opinion, verb: Verb, actor: User) -> Opinion:
    """The opinion, locked and fit for the verb, its state already the one after it. Raises `OpinionError`."""
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("area", "place", "entity", "matter", "topic")
    row = rows.get(pk=opinion.pk)
    if not is_for(actor, verb, row):
        raise OpinionError("这一条不由您来分拣。")
    try:
        row.state = target(verb, State(row.state)).value
    except ValueError as wrong:
        raise OpinionError(str(wrong)) from wrong
    return row


def _decide(row: Opinion, verb: str, actor: User, at: dt.datetime, **after: object) -> Opinion:
    row.decided_at, row.decided_by = at, actor
    row.save()
    record(verb=f"opinions.{verb}", target=row, actor=actor, at=at, after={"state": row.get_state_display(), **after})
    return row


@transaction.atomic
def to_matter(
    *,
    opinion: Opinion,
    actor: User,
    at: dt.datetime,
    area: Area | None = None,
    category: str = "",
    urgency: str = Matter.Urgency.NORMAL,
    into: Matter | None = None,
) -> Opinion:
    """Make a matter of it, or add it to one that is open already (`into`); the matter's answer becomes the opinion's.

    Raises `OpinionError`, `MatterError`: no area is known and none was chosen, the matter is over.
    """
    row = hold(opinion=opinion, verb=Verb.TO_MATTER, actor=actor)
    if into is not None:
        matter = Matter.objects.select_for_update(of=("self",)).get(pk=into.pk)
        if matter.street_id != row.street_id or matter.state not in (MatterState.OPEN, MatterState.SOLVED):
            raise OpinionError("只能并到还在办、或刚解决的事项。", field="into")
    else:
        matter = raising.raise_matter(
            street_id=row.street_id, words=row.words, via=Matter.Via.OPINION, category=category or row.category,
            urgency=urgency, entity=row.entity, place=row.place, area=row.area or area, actor=actor, at=at,
            raiser=row.teller or "街情气象站", raised_at=min(row.received_at, at),
        )  # fmt: skip
    row.matter, row.is_own, row.area = matter, into is None, row.area or matter.area
    row.category = category or row.category
    return _decide(row, "to_matter", actor, at, matter=matter.number)


@transaction.atomic
def to_topic(*, opinion: Opinion, actor: User, at: dt.datetime, title: str = "", into: Topic | None = None) -> Opinion:
    """Make a topic of it, or add it as a voice to one that is open already (`into`). Raises `OpinionError`, `TopicError`."""
    row = hold(opinion=opinion, verb=Verb.TO_TOPIC, actor=actor)
    if into is not None:
        topic = Topic.objects.select_for_update(of=("self",)).get(pk=into.pk)
        if topic.street_id != row.street_id or topic.state not in ("proposed", "scheduled"):
            raise OpinionError("只能并到还在征集、或已列入议程的议题。", field="into")
    else:
        topic = proposing.propose(
            street_id=row.street_id, title=(title or raising.headline(row.words))[: proposing.LONGEST_TITLE],
            words=row.words, area=row.area, category=row.category, proposer=row.teller or "街情气象站", is_voiced=True,
            actor=actor, at=at,
        )  # fmt: skip
    row.topic, row.is_own = topic, into is None
    return _decide(row, "to_topic", actor, at, topic=topic.number)


@transaction.atomic
def answer(*, opinion: Opinion, words: str, actor: User, at: dt.datetime) -> Opinion:
    """Answer it at once; the teller reads the words by the receipt."""
    row = hold(opinion=opinion, verb=Verb.ANSWER, actor=actor)
    row.reply = _reply(words, "写答复，说的人凭查询码看得到。")
    return _decide(row, "answer", actor, at)


@transaction.atomic
def send_elsewhere(*, opinion: Opinion, words: str, actor: User, at: dt.datetime) -> Opinion:
    """It is not the street's to do: say where to go with it."""
    row = hold(opinion=opinion, verb=Verb.ELSEWHERE, actor=actor)
    row.reply = _reply(words, "写该找谁、电话多少，说的人凭查询码看得到。")
    return _decide(row, "send_elsewhere", actor, at)


def _reply(words: str, sentence: str) -> str:
    text = words.replace("\x00", "").strip()
    if not text:
        raise OpinionError(sentence, field="words")
    if len(text) > LONGEST_REPLY:
        raise OpinionError(f"最多 {LONGEST_REPLY} 字，现在 {len(text)} 字。", field="words")
    return text


@transaction.atomic
def same_as(*, opinion: Opinion, other: Opinion, actor: User, at: dt.datetime) -> Opinion:
    """It says what another opinion said: whoever looks by the receipt sees what became of that one."""
    if other.pk == opinion.pk:
        raise OpinionError("不能和它自己相同。")
    # Both rows in one order, so that two who mark each other wait instead of blocking one another.
    list(Opinion.objects.select_for_update(of=("self",)).filter(pk__in=[opinion.pk, other.pk]).order_by("pk"))
    row = hold(opinion=opinion, verb=Verb.DUPLICATE, actor=actor)
    kept = Opinion.objects.get(pk=other.pk)
    if kept.state == State.DUPLICATE and kept.same_as is not None:
        kept = kept.same_as
    if kept.pk == row.pk or kept.street_id != row.street_id or kept.state == State.WITHDRAWN:
        raise OpinionError("那一条不能作准，另选一条。")
    row.same_as = kept
    row.twins.update(same_as=kept)
    return _decide(row, "same_as", actor, at, same_as=kept.number)


@transaction.atomic
def reopen(*, opinion: Opinion, actor: User, at: dt.datetime) -> Opinion:
    """Take a decision back: the matter or the topic that it had become goes with it, if nobody has worked on it since.

    Raises `OpinionError` where somebody has.
    """
    before = Opinion.objects.get(pk=opinion.pk)
    row = hold(opinion=opinion, verb=Verb.REOPEN, actor=actor)
    if row.is_own and row.matter is not None:
        _undo_matter(row, row.matter, actor, at)
    if row.is_own and row.topic is not None and not proposing.forget_voiced(topic=row.topic, actor=actor, at=at):
        raise OpinionError("转成的议题已经有人支持或列入议程，不能退回。")
    row.matter = row.topic = row.same_as = row.decided_at = row.decided_by = None
    row.reply, row.is_own = "", False
    with as_sentences(OpinionError):
        row.save()
    record(
        verb="opinions.reopen", target=row, actor=actor, at=at, before={"state": before.get_state_display()},
    )  # fmt: skip
    return row


def _undo_matter(row: Opinion, matter: Matter, actor: User, at: dt.datetime) -> None:
    if matter.opinions.exclude(pk=row.pk).exists():
        raise OpinionError(f"还有别的意见并在事项 {matter.number} 里，到事项里处理。")
    if not raising.take_back(matter=matter, why="意见退回重新分拣", actor=actor, at=at):
        raise OpinionError(f"转成的事项 {matter.number} 已经有人在办，到事项里处理。")


@transaction.atomic
def reveal(*, opinion: Opinion, reason: str, actor: User, at: dt.datetime) -> str:
    """The telephone number, in full, for a reason that is kept with who looked and when."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise OpinionError("写一句为什么要看，至少 4 个字，例如“打电话问清地点”。", field="reason")
    if opinion.phone_sealed is None:
        raise OpinionError("没有留电话，或已经删除。", field="reason")
    number = sealing.open_sealed(opinion.phone_sealed, table=TABLE, column="phone_sealed", row=opinion.pk)
    revealed(target=opinion, field="phone", actor=actor, at=at, reason=reason.strip())
    return number
