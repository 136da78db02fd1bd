"""Going through the doubtful rows of a batch: one after the other, and the ones the score is sure of together.

A suggestion (`preticked`, a score of .99 and more) is still a person's decision: they see the list, take away what they
doubt, and say yes once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from coverage.comparison import settle
from coverage.comparison.settle import SettleError
from coverage.models import Batch, Difference, Entity
from coverage.reading.book import shown_line
from shimen.accounts.models import User

Kind, Decision = Difference.Kind, Difference.Decision


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A doubtful row whose best candidate is all but certain."""

    difference: Difference
    entity_id: uuid.UUID

    @property
    def number(self) -> str:
        return shown_line(self.difference.line or 0)


def doubts(batch: Batch) -> list[tuple[int, str]]:
    """Every doubtful row of a batch in the order of the sheet: its id and its decision (one query)."""
    rows = batch.differences.filter(kind=Kind.DOUBT).order_by("line", "pk")
    return list(rows.values_list("pk", "decision"))


def suggestions(batch: Batch) -> list[Suggestion]:
    """The rows that wait and whose first candidate is pre-ticked, in the order of the sheet (one query)."""
    rows = batch.differences.filter(kind=Kind.DOUBT, decision=Decision.OPEN).order_by("line", "pk")
    return [
        Suggestion(row, uuid.UUID(row.candidates[0]["entity"]))
        for row in rows
        if row.candidates and row.candidates[0].get("preticked")
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many suggestions were taken, and a sentence for each that could not be."""

    taken: int
    refused: list[str]


def take_suggestions(*, batch: Batch, ids: Collection[int], actor: User, at: dt.datetime) -> Taken:
    """Settle the suggestions among `ids` as their first candidates. Each row is a decision of its own: one that can no
    longer be taken (decided meanwhile, its entity gone) is left and said, the others stand."""
    taken, refused = 0, []
    entities = Entity.objects.listed().filter(street_id=batch.street_id)
    for found in suggestions(batch):
        if found.difference.pk not in ids:
            continue
        entity = entities.filter(pk=found.entity_id).first()
        if entity is None:
            refused.append(f"第 {found.number} 行：那一家已不在名册里。")
            continue
        try:
            settle.settle_same(difference=found.difference, entity=entity, actor=actor, at=at)
        except SettleError as error:
            refused.append(f"第 {found.number} 行：{error.sentence}")
        else:
            taken += 1
    return Taken(taken, refused)
