"""Which entries of the registry may be the same entity, with what speaks for and against it; and two side by side."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from coverage.facts import fields as facts
from coverage.matching import evidence
from coverage.matching.evidence import Known, Reason, Written
from coverage.models import Entity
from coverage.models.entities import EntityQuerySet
from coverage.registry import merging
from coverage.registry.words import held_word, text_of
from shimen.territory.models import Place

# Beyond that many a person sorts out the worst first and comes back.
MOST = 300
# Two things must agree: a name alone is no ground, shops of one chain share it.
ENOUGH = 40
PHONE = 20

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
    """Two entries and what speaks for their being one; `points` only order the list."""

    one: Entity
    other: Entity
    points: int
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
    likely = [pair for pair in weighed if pair.points >= ENOUGH]
    return sorted(likely, key=lambda pair: (-pair.points, pair.one.pinyin, pair.one.pk, pair.other.pk))[:MOST]


def _weigh(one: Entity, other: Entity, asked: Entity | None) -> Pair:
    row = Written(0, other.code, other.old_number, "", other.name, other.legal_person, other.address)
    known = Known(str(one.pk), one.code, one.organisation_code, one.old_number, one.name, one.legal_person, one.address)
    points, reasons = evidence.weigh(row, known)
    if one.phone_index and bytes(one.phone_index) == bytes(other.phone_index or b""):
        points, reasons = min(99, points + PHONE), (*reasons, Reason("电话相同", evidence.FOR, PHONE))
    return Pair(one, other, points, reasons, asked)


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
