"""What the pages of topics show beyond a row: the tabs, the story, what may be done, what is alike, who has news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse

from grid.chain import likeness
from grid.chain.topic_states import State, Verb, offered
from grid.models import Opinion, Topic, TopicMoment
from grid.models.topics import TopicQuerySet
from grid.topics import handling
from shimen import clock, waiting
from shimen.overview import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branches.models import Organisation
    from shimen.accounts.models import User

VIEWS = {"": "征集支持", "scheduled": "已列入议程", "ended": "有结果的", "own": "我提的", "all": "全部"}
ALIKE, VOICES = 4, 5


def rows_of(view: str, seen: TopicQuerySet, user: User) -> TopicQuerySet:
    """The topics of a tab of the list; those of the first tab for a key that is none."""
    match view:
        case "scheduled":
            return seen.filter(state=State.SCHEDULED).order_by("agenda_on", "pk")
        case "ended":
            return seen.ended().order_by("-ended_at", "-pk")
        case "own":
            return seen.filter(proposed_by=user.pk).newest_first()
        case "all":
            return seen.newest_first()
    return seen.filter(state=State.PROPOSED).newest_first()


def views(seen: TopicQuerySet, user: User) -> list[tuple[str, str, int]]:
    """The tabs: key, title and count."""
    return [(key, title, rows_of(key, seen, user).order_by().count()) for key, title in VIEWS.items()]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the verb, what it is called, and whether it is the main one."""

    verb: str
    title: str
    icon: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """What a verb is called on a button."""

    title: str
    icon: str


_NAMES = {
    Verb.RESOLVE: _Named("写议定结果", icon="check"),
    Verb.PUT_ON: _Named("列入议程", icon="calendar-plus"),
    Verb.TAKE_OFF: _Named("从议程撤下", icon="arrow-down"),
    Verb.MERGE: _Named("并入另一个", icon="git-merge"),
    Verb.UNMERGE: _Named("拆出来", icon="git-branch"),
    Verb.DECLINE: _Named("不列入", icon="x"),
    Verb.REOPEN: _Named("重新征集", icon="refresh"),
    Verb.WITHDRAW: _Named("撤回", icon="arrow-back-up"),
}


class TopicPage:
    """Everything around one topic (asked with its voices), asked for when drawn."""

    def __init__(self, topic: Topic, user: User) -> None:
        self.topic, self.user = topic, user

    @cached_property
    def story(self) -> list[TopicMoment]:
        return list(self.topic.moments.select_related("by").order_by("-at", "-pk"))

    @cached_property
    def offers(self) -> list[Offer]:
        """The verbs that this person may use now; nobody is shown a button that would be refused."""
        fits = [v for v in offered(State(self.topic.state)) if handling.is_for(self.user, v, self.topic)]
        return [
            Offer(verb.value, _NAMES[verb].title, _NAMES[verb].icon, is_main=at == 0) for at, verb in enumerate(fits)
        ]

    @property
    def buttons(self) -> list[Offer]:
        return list(reversed(self.offers[:2]))

    @property
    def menu(self) -> list[Offer]:
        return self.offers[2:]

    @property
    def is_open(self) -> bool:
        return self.topic.state in (State.PROPOSED, State.SCHEDULED)

    @cached_property
    def supports(self) -> bool:
        """Whether this person stands behind it, here or through what was merged."""
        rows = Topic.objects.filter(pk=self.topic.pk) | Topic.objects.filter(merged_into=self.topic.pk)
        return rows.filter(supports__user=self.user.pk).exists()

    @cached_property
    def has_news(self) -> bool:
        """Whether its result is news to this person, who proposed it."""
        return Topic.objects.untold(self.user).filter(pk=self.topic.pk).exists()

    @cached_property
    def merged(self) -> list[Topic]:
        return list(self.topic.merged.order_by("proposed_at"))

    @cached_property
    def voices(self) -> list[Opinion]:
        """The newest opinions behind it that this person may see."""
        rows = Opinion.objects.visible_to(self.user).filter(topic__in=[self.topic.pk, *(row.pk for row in self.merged)])
        return list(rows.filter(emptied_at__isnull=True).newest_first()[:VOICES])

    @cached_property
    def alike(self) -> list[Topic]:
        """Open topics that say much the same."""
        if not self.is_open:
            return []
        others = Topic.objects.visible_to(self.user).open().exclude(pk=self.topic.pk).newest_first()[:300]
        text = f"{self.topic.title}{self.topic.words}"
        found = likeness.nearest(text, ((row, f"{row.title}{row.words}") for row in others), most=ALIKE)
        return [row for row, _ in found]


# ---- what asks to be done


def declare() -> None:
    """Called once, by the views."""
    waiting.about(topics_untold=lambda user: Topic.objects.visible_to(user).untold(user), topics_held=_held)


def _held(user: User) -> TopicQuerySet:
    """On an agenda whose day is over."""
    rows: TopicQuerySet = Topic.objects.visible_to(user).filter(state=State.SCHEDULED, agenda_on__lt=clock.today())
    return rows


def work(user: User) -> Iterator[Work]:
    """One's own topics that have a result, and those on an agenda whose day is over without one."""
    untold = Topic.objects.visible_to(user).untold(user).select_related("merged_into").order_by("ended_at")
    for row in untold[:3] if waiting.how_many(user, "topics_untold") else ():
        ended = row.merged_into or row
        yield Work(
            f"您提的议题“{row.title}”{ended.get_state_display()}", reverse("grid:topic", args=[row.pk]), icon="bulb",
            reason=ended.outcome[:40], when="看一眼",
        )  # fmt: skip
    for row in _held(user).order_by("agenda_on")[:3] if waiting.how_many(user, "topics_held") else ():
        if handling.is_for(user, Verb.RESOLVE, row):
            yield Work(
                f"议题“{row.title}”还没写议定结果", reverse("grid:topic", args=[row.pk]), icon="bulb", due=row.agenda_on,
                reason=f"列入{row.agenda_body}", alarm=True,
            )  # fmt: skip


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> Iterator[Work]:
    """The same on a secretary's home."""
    yield from work(user)
