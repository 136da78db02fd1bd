"""How a topic ends: resolved or left out, merged into another; and the proposer takes note."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.chain.topic_states import State, Verb
from grid.matters import raising
from grid.models import Matter, Topic
from grid.topics.handling import TopicError, hold, said, tell
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def resolve(
    *, topic: Topic, outcome: str, actor: User, at: dt.datetime, raises_matter: bool = False, seen: int | None = None
) -> Topic:
    """Write what the meeting resolved; the proposer is told. `raises_matter`: it becomes a matter to be carried out.

    Raises `TopicError` without an outcome, before the day of the meeting, or where a matter needs an area and has none.
    """
    row = hold(topic=topic, verb=Verb.RESOLVE, actor=actor, seen=seen)
    outcome = said(outcome, "写议定了什么，提出人看得到。", field="outcome", longest=2000)
    if row.agenda_on is not None and row.agenda_on > clock.day_of(at):
        raise TopicError(f"会期是 {row.agenda_on:%m-%d}，开过会再写结果。", field="outcome")
    if raises_matter:
        row.matter = _matter(row, outcome, actor, at)
    row.outcome, row.ended_at, row.ended_by = outcome, at, actor
    row.save()
    tell(topic=row, verb=Verb.RESOLVE, sentence="议定", at=at, actor=actor, words=outcome)
    after = {"matter": row.matter.number} if row.matter else {}
    record(verb="topics.resolve", target=row, actor=actor, at=at, after=after)
    return row


def _matter(topic: Topic, outcome: str, actor: User, at: dt.datetime) -> Matter:
    if topic.area is None:
        raise TopicError("全街道的议题没有网格，先在“登记事项”里按网格登记。", field="raises_matter")
    return raising.raise_matter(
        street_id=topic.street_id, words=f"{topic.title}。议定：{outcome}"[:2000], title=topic.title, via=Matter.Via.TOPIC,
        category=topic.category, area=topic.area, raiser=topic.proposer or str(topic.proposed_by or ""), actor=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def decline(*, topic: Topic, why: str, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """Leave it out, with a reason that the proposer reads."""
    row = hold(topic=topic, verb=Verb.DECLINE, actor=actor, seen=seen)
    row.outcome = said(why, "写为什么不列入，提出人看得到。", field="why", longest=2000)
    row.ended_at, row.ended_by = at, actor
    row.save()
    tell(topic=row, verb=Verb.DECLINE, sentence="没有列入", at=at, actor=actor, words=row.outcome)
    record(verb="topics.decline", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def reopen(*, topic: Topic, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """Gather support again for what had been left out."""
    row = hold(topic=topic, verb=Verb.REOPEN, actor=actor, seen=seen)
    row.outcome, row.ended_at, row.ended_by, row.heard_at = "", None, None, None
    row.save()
    tell(topic=row, verb=Verb.REOPEN, sentence="重新征集支持", at=at, actor=actor)
    record(verb="topics.reopen", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def merge(*, topic: Topic, into: Topic, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """The same thing proposed twice: support and opinions are counted with the other one from now on."""
    if topic.pk == into.pk:
        raise TopicError("不能并入它自己。", field="into")
    # Both rows in one order, so that two who merge crosswise wait instead of blocking one another.
    list(Topic.objects.select_for_update(of=("self",)).filter(pk__in=[topic.pk, into.pk]).order_by("pk"))
    row = hold(topic=topic, verb=Verb.MERGE, actor=actor, seen=seen)
    kept = Topic.objects.get(pk=into.pk)
    if kept.street_id != row.street_id or kept.state not in (State.PROPOSED, State.SCHEDULED):
        raise TopicError("只能并入还在征集、或已列入议程的议题。", field="into")
    row.merged_into = kept
    row.save()
    row.merged.update(merged_into=kept)
    kept.revision += 1
    kept.save(update_fields=["revision"])
    tell(topic=row, verb=Verb.MERGE, sentence=f"并入“{kept.title}”", at=at, actor=actor)
    tell(topic=kept, verb=Verb.MERGE, sentence=f"“{row.title}”并进来", at=at, actor=actor)
    record(verb="topics.merge", target=row, actor=actor, at=at, after={"into": kept.number})
    return row


@transaction.atomic
def unmerge(*, topic: Topic, actor: User, at: dt.datetime, seen: int | None = None) -> Topic:
    """Take a merged topic out again, with its own supporters."""
    row = hold(topic=topic, verb=Verb.UNMERGE, actor=actor, seen=seen)
    kept, row.merged_into = row.merged_into, None
    row.save()
    title = kept.title if kept is not None else ""
    tell(topic=row, verb=Verb.UNMERGE, sentence=f"从“{title}”拆出", at=at, actor=actor)
    record(verb="topics.unmerge", target=row, actor=actor, at=at, before={"into": title})
    return row


@transaction.atomic
def hear(*, topic: Topic, actor: User, at: dt.datetime) -> Topic:
    """The proposer has read the result: it stands on their list no longer. A second time nothing changes."""
    row = hold(topic=topic, verb=Verb.HEAR, actor=actor)
    if row.heard_at is None:
        row.heard_at = at
        row.save(update_fields=["heard_at", "revision"])
        record(verb="topics.hear", target=row, actor=actor, at=at)
    return row
