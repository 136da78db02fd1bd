"""The lists as the matching reads them, and what it says: suggestions for a need, with reasons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from supply.matching.judge import Item, Judge, Verdict
from supply.models import Link, Need, Project, Resource, SupplyRule

BY_HAND = 60  # the score of a link that somebody made without a suggestion, where one is needed
PLACES = 8  # organisations, where an offer says nothing of people
Row = Need | Resource | Project


def item_of(row: Row) -> Item:
    """A row of a list as the matching reads it."""
    return Item(
        key=(type(row).__name__, row.pk), title=row.title, words=row.words, category=row.category,
        audiences=frozenset(row.audiences), capacity=row.capacity, area=row.area_id, since=row.since, until=row.until,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A resource or a project that answers a need, its verdict, and whether it is linked already."""

    row: Resource | Project
    verdict: Verdict
    is_linked: bool

    @property
    def kind(self) -> str:
        return "project" if isinstance(self.row, Project) else "resource"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """For one need: resources, projects, and for the best resource the project that can bring it."""

    resources: tuple[Suggestion, ...]
    projects: tuple[Suggestion, ...]

    @property
    def any(self) -> bool:
        return bool(self.resources or self.projects)

    @property
    def fresh(self) -> Suggestions:
        """Without what the need is linked to already: its page lists that by itself."""
        return Suggestions(_unlinked(self.resources), _unlinked(self.projects))


def _unlinked(found: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    return tuple(one for one in found if not one.is_linked)


class Lists:
    """The three lists of a street on a day, read once (four queries); the judge knows them all."""

    def __init__(self, *, street: uuid.UUID, on: dt.date) -> None:
        self.rules = SupplyRule.objects.book(street=street, on=on)
        self.needs = list(Need.objects.filter(street_id=street).standing().in_order())
        self.resources = list(Resource.objects.filter(street_id=street).offered().in_order())
        running = [Project.State.PLANNED, Project.State.RUNNING]
        self.projects = list(
            Project.objects.filter(street_id=street, state__in=running).select_related("series").in_order()
        )
        self.items = {row.pk: item_of(row) for row in (*self.needs, *self.resources, *self.projects)}
        self.judge = Judge(self.items.values())

    def suggest(self, need: Need, linked: Iterable[Link] = ()) -> Suggestions:
        """What answers a need; `linked` are its standing links."""
        item = self.items.get(need.pk) or item_of(need)
        known = {pk for link in linked for pk in (link.resource_id, link.project_id) if pk}
        return Suggestions(self._side(item, self.resources, known), self._side(item, self.projects, known))

    def _side(
        self, need: Item, rows: Sequence[Resource] | Sequence[Project], known: set[uuid.UUID]
    ) -> tuple[Suggestion, ...]:
        by_key = {self.items[row.pk].key: row for row in rows}
        offers = [self.items[row.pk] for row in rows]
        found = self.judge.suggest(need, offers, least=self.rules["match_least"], most=self.rules["match_most"])
        return tuple(
            Suggestion(by_key[verdict.offer.key], verdict, by_key[verdict.offer.key].pk in known) for verdict in found
        )

    def verdict(self, need: Need, row: Resource | Project) -> Verdict:
        """What the matching says of one pair."""
        return self.judge.judge(self.items.get(need.pk) or item_of(need), self.items.get(row.pk) or item_of(row))


def reasons_of(verdict: Verdict) -> list[dict[str, object]]:
    """The reasons as a link keeps them."""
    return [{"sentence": reason.sentence, "points": reason.points} for reason in verdict.reasons]
