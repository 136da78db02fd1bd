"""What every verb on a topic begins and ends with: the lock, the right to do it, the line of the story."""

from __future__ import annotations

import datetime as dt

from grid.chain.topic_states import State, Verb, may, target
from grid.models import Topic, TopicMoment
from shimen.accounts.access import scope_of
from shimen.accounts.models import User
from shimen.errors import DomainError


class TopicError(DomainError):
    """A topic cannot be treated as asked."""


def hold(*, topic: Topic, verb: Verb, actor: User | None, seen: int | None = None) -> Topic:
    """The topic, locked and fit for the verb, its state already the one after it; `actor` None is the product itself.

    `seen` is the revision that the page showed. Raises `TopicError` where somebody else decided meanwhile, where the state
    does not allow the verb, or where it is not for this person.
    """
    row = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if seen is not None and seen != row.revision:
        last = row.moments.order_by("-at", "-pk").first()
        raise TopicError(f"这个议题刚刚有变动：{last.sentence if last else '有人动过'}。看过再办。")
    if actor is not None and not is_for(actor, verb, row):
        raise TopicError("这个议题不由您来定，由街道或召集人办。")
    try:
        row.state = target(verb, State(row.state)).value
    except ValueError as wrong:
        raise TopicError(str(wrong)) from wrong
    row.revision += 1
    return row


def is_for(user: User, verb: Verb, topic: Topic) -> bool:
    """Whether a person may do this with a topic: by their roles over its area, or because they proposed it."""
    scope = scope_of(user)
    if scope.street_id != topic.street_id:
        return False
    roles = [role for role in scope.roles if scope.covers(topic.street_id, topic.area_id, role=role)]
    return may(verb, roles=roles, is_proposer=topic.proposed_by_id == user.pk)


def tell(
    *, topic: Topic, verb: str, sentence: str, at: dt.datetime, actor: User | None, words: str = ""
) -> TopicMoment:
    """A line of the topic's story."""
    return TopicMoment.objects.create(
        street_id=topic.street_id, topic=topic, verb=verb, sentence=sentence[:120], words=words, at=at, by=actor
    )


def said(text: str, sentence: str, *, field: str, longest: int) -> str:
    """What a person wrote, tidied. Raises `TopicError(sentence)` when nothing is left, or when it is too long."""
    words = "\n".join(line.strip() for line in text.replace("\x00", "").strip().splitlines())
    if not words:
        raise TopicError(sentence, field=field)
    if len(words) > longest:
        raise TopicError(f"最多 {longest} 字，现在 {len(words)} 字。", field=field)
    return words
