"""Which entries of the registry may be the same entity, with what speaks for and against it; and two side by side."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from coverage.facts import fields as facts
from coverage.matching import linker
from coverage.matching.linker import Reason
from coverage.matching.profile import Record
from coverage.models import Entity
from coverage.models.entities import EntityQuerySet
from coverage.registry import merging
from coverage.registry.words import held_word, text_of
from shimen.territory.models import Place

# Beyond that many a person sorts out the worst first and comes back.
MOST = 300
# Two fields must agree: a name alone is no ground, shops of one chain share it. And the whole must not speak against it:
# an owner's second firm behind the same door has another name.
ENOUGH = 2

_PAIRS = """
WITH e AS NOT MATERIALIZED (
  SELECT id, organisation_code, name_key, phone_index, address_key, legal_person FROM coverage_entity
  WHERE street_id = %(street)s AND removed_at IS NULL
), pairs AS (
  SELECT a.id AS one, b.id AS other FROM e a JOIN e b USING (organisation_code) WHERE a.id < b.id AND organisation_code <> ''
  UNION
  SELECT a.id, b.id FROM e a JOIN e b USING (name_key) WHERE a.id < b.id AND name_key <> ''
  UNION
  SELECT a.id, b.id FROM e a JOIN e b USING (phone_index, address_key) WHERE a.id < b.id AND address_key <> ''
  UNION
  SELECT a.id, b.id FROM e a JOIN e b USING (address_key, legal_person)
  WHERE a.id < b.id AND address_key <> '' AND legal_person <> ''
)
SELECT one, other FROM pairs p
WHERE NOT EXISTS (SELECT 1 FROM coverage_distinct d WHERE d.first_id = p.one AND d.second_id = p.other)
  AND (%(entity)s::uuid IS NULL OR %(entity)s::uuid IN (one, other))
ORDER BY one, other LIMIT 5000
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries and what speaks for their being one; `score` only orders the list, `agreeing` counts the fields."""

    one: Entity
    other: Entity
    score: float
    agreeing: int
    reasons: tuple[Reason, ...]
    asked: Entity | None = None

    @property
    def both(self) -> tuple[Entity, Entity]:
        return self.one, self.other

    @property
    def beside(self) -> Entity:
        """The one that was not asked for."""
        return self.other if self.asked == self.one else self.one


def pairs(rows: EntityQuerySet, *, street_id: uuid.UUID, entity: Entity | None = None) -> list[Pair]:
    """Pairs among `rows` that agree in at least two things, most alike first; `entity` asks for its pairs alone.

    Two queries, whatever the size of the registry.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"street": street_id, "entity": entity.pk if entity else None})
        found = cursor.fetchall()
    seen = rows.in_bulk({pk for pair in found for pk in pair})
    weighed = [_weigh(seen[one], seen[other], entity) for one, other in found if one in seen and other in seen]
    likely = [pair for pair in weighed if pair.agreeing >= ENOUGH and pair.score >= linker.DOUBTFUL]
    return sorted(likely, key=lambda pair: (-pair.score, pair.one.pinyin, pair.one.pk, pair.other.pk))[:MOST]


def _weigh(one: Entity, other: Entity, asked: Entity | None) -> Pair:
    link = linker.against(_record(other), _record(one))
    return Pair(one, other, link.score, linker.agreeing(link.features), linker.reasons(link), asked)


def _record(entity: Entity) -> Record:
    number = f"#{bytes(entity.phone_index).hex()}a" if entity.phone_index else ""  # equal only to itself
    founded = entity.established_on.isoformat() if entity.established_on else ""
    return Record(
        str(entity.pk),
        entity.code,
        entity.old_number,
        entity.name,
        entity.legal_person,
        entity.address,
        number,
        founded,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two entries side by side, in words, with who said it when. Where there is something to choose,
    `takes` proposes the absorbed one's."""

    key: str
    label: str
    kept: str
    kept_source: str
    absorbed: str
    absorbed_source: str
    is_choice: bool
    takes: bool


def lines(kept: Entity, absorbed: Entity) -> list[Line]:
    """What either entry says of each fact: those to choose from first, then what agrees or only one knows."""
    proposed = {choice.key: choice.takes for choice in merging.choices(kept, absorbed)}
    found = [
        Line(
            key, facts.LABELS[key], _worded(key, text_of(kept, key)), _source(kept, key),
            _worded(key, text_of(absorbed, key)), _source(absorbed, key), key in proposed, proposed.get(key, False),
        )
        for key in merging.KEYS
    ]  # fmt: skip
    return sorted((line for line in found if line.kept or line.absorbed), key=lambda line: not line.is_choice)


SOURCES = {"department": "部门", "visit": "走访", "staff": "街道", "collection": "填报"}


def _source(entity: Entity, key: str) -> str:
    word = held_word(entity, key)
    return f"{SOURCES.get(word.source, '')} {word.on:%m-%d}" if word else ""


def _worded(key: str, text: str) -> str:
    if key == "place":
        place = Place.objects.filter(pk=text).first() if text else None
        return facts.shown("address", place.address) if place else ""
    if key == "presence" and text == Entity.Presence.UNKNOWN:
        return ""
    choices = dict(Entity._meta.get_field(key).flatchoices) if key != "phone" else {}  # type: ignore[union-attr]
    return str(choices.get(text) or facts.shown(key, text))
