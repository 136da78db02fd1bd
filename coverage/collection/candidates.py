"""Who a submission may be, and where: what the registry knows that is like it, with the reasons.

Nothing is decided here. Names and numbers are compared in the clear in memory and leave only as masks.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from coverage.collection.submissions import opened
from coverage.matching import names
from coverage.models import Entity, Submission, Worker
from shimen.privacy.masks import mask_name

MOST = 3
Reason = tuple[str, str]  # (sentence, "for" | "against" | "")


@dataclass(frozen=True, slots=True)
class Person:
    """A worker who may be the same person; name and number as masks."""

    worker: Worker
    name: str
    points: int
    reasons: tuple[Reason, ...]

    @property
    def is_likely(self) -> bool:
        return self.points >= 80


@dataclass(frozen=True, slots=True)
class Door:
    """An entity where they may work."""

    entity: Entity
    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a reviewer is shown beside a submission."""

    people: tuple[Person, ...]
    doors: tuple[Door, ...]


def likeness(row: Submission, *, workers: QuerySet[Worker], entities: QuerySet[Entity]) -> Likeness:
    """Candidates among what the reviewer may see (`workers`, `entities` are scoped by the caller)."""
    if row.name_sealed is None:
        return Likeness((), ())
    people = _people(row, workers)
    return Likeness(tuple(people[:MOST]), tuple(_doors(row, entities)[:MOST]) if row.entity_id is None else ())


def _people(row: Submission, workers: QuerySet[Worker]) -> list[Person]:
    said = opened(row)
    index = bytes(row.phone_index) if row.phone_index else None
    same_number = Q(phone_index=index) if index else Q(pk__in=[])
    same_door = (
        Q(entity=row.entity_id, name=said.name) if row.entity_id else Q(name=said.name, entity__place=row.place_id)
    )
    rows = workers.filter(same_number | same_door).select_related("entity").order_by("pk")[:20]
    found = [_weigh(row, worker, said.name, index) for worker in rows]
    return sorted(found, key=lambda person: -person.points)


def _weigh(row: Submission, worker: Worker, name: str, index: bytes | None) -> Person:
    reasons: list[Reason] = []
    points = 0
    known = bytes(worker.phone_index) if worker.phone_index else None
    if index and known == index:
        points, reasons = 60, [("手机号相同", "for")]
    else:
        reasons.append(("手机号不同", "against") if known else ("名册里没有他的号码", ""))
    if names.persons_agree(name, worker.name):
        points += 30
        reasons.append(("姓名相同", "for"))
    else:
        reasons.append(("姓名不同", "against"))
    if row.entity_id and worker.entity_id == row.entity_id:
        points += 10
        reasons.append(("在同一家", "for"))
    elif row.entity_id:
        reasons.append((f"登记在{worker.entity}", ""))
    if worker.left_on:
        points -= 20
        reasons.append((f"{worker.left_on:%Y-%m-%d} 登记离开，先恢复在岗", "against"))
    return Person(worker, mask_name(worker.name), points, tuple(reasons))


def _doors(row: Submission, entities: QuerySet[Entity]) -> list[Door]:
    """Entities at the place, or of the written name anywhere; the likeliest first."""
    written = names.loose(row.shop)
    if not written:
        return []
    here = Q(place=row.place_id) | Q(place__building=row.place_id) if row.place_id else Q(pk__in=[])
    like = Q(name_key=names.canonical(row.shop)) | Q(search__text__contains=row.shop.lower())
    rows = entities.filter(here | like).select_related("place").order_by("pinyin", "pk")[:300]
    found = [door for entity in rows if (door := _weigh_door(row, entity, written)) is not None]
    return sorted(found, key=lambda door: -door.points)


def _weigh_door(row: Submission, entity: Entity, written: str) -> Door | None:
    points, reasons = 0, []
    spellings = [names.loose(text) for text in (entity.trade_sign, entity.name) if text]
    if written in spellings:
        points, reasons = 60, [("店名相同", "for")]
    elif any(written in spelling or spelling in written for spelling in spellings if spelling):
        points, reasons = 40, [("店名互相包含", "for")]
    else:
        shared = max(
            (len(set(_pairs(written)) & set(_pairs(s))) / max(len(_pairs(written)), 1) for s in spellings), default=0.0
        )
        if shared >= 0.5:
            points, reasons = 20, [("店名有一半以上相同", "")]
    if not points:
        return None
    if row.place_id and row.place_id in {entity.place_id, entity.place.building_id if entity.place else None}:
        points += 40
        reasons.append(("就在这个地点", "for"))
    else:
        reasons.append(("不在这个地点", "against"))
    return Door(entity, points, tuple(reasons))


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def by_name(entities: QuerySet[Entity], words: str, *, but: set[uuid.UUID]) -> list[Entity]:
    """Entities that a reviewer looks for by hand."""
    return list(entities.search(words).exclude(pk__in=but).select_related("area")[:5])  # type: ignore[attr-defined]
