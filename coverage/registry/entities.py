"""The write verbs on entities: entering, correcting, confirming, what was found at the door, leaving and coming back.

Facts come with their source: `source` (department, visit, staff, collection), `by` (department code; the actor where
left out), `on` (the day for which it is vouched; never after the day of `at`), `ref` (batch or visit). Which word holds
is decided by `coverage.facts.precedence`; the losing one is kept and shown. The verbs on workers stand in `coverage.registry.workers`
and are reachable here as well.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction

from coverage import signals
from coverage.facts import fields as facts
from coverage.models import Entity, Worker
from coverage.registry.search_index import index_search
from coverage.registry.versions import history, revert
from coverage.registry.words import PHONE_COLUMN, Heard, Speaker, hear, rules_of, vouch
from coverage.registry.workers import add_worker, bring_back, correct_worker, mark_left
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record, revealed
from shimen.errors import DomainError
from shimen.privacy import sealing
from shimen.territory.models import Area, Place, Street

__all__ = [
    "Correction",
    "RegistryError",
    "add_entity",
    "add_worker",
    "assign_area",
    "bring_back",
    "confirm",
    "correct",
    "correct_many",
    "correct_worker",
    "index_search",
    "mark_left",
    "open_phone",
    "put_back",
    "relocate",
    "remove",
    "restore",
    "reveal_phone",
    "set_presence",
    "undo",
]
SEARCHED = frozenset({"name", "trade_sign", "code", "old_number", "address", "legal_person"})
SHORTEST_REASON = 4


class RegistryError(DomainError):
    """The registry cannot take this; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a correction: the entity as it is now, per field what was taken or kept as a contradiction (old and
    new in canonical text), and the row of history by which it can be undone (None: nothing changed)."""

    entity: Entity
    heard: Heard
    event_id: int | None

    @property
    def changed(self) -> bool:
        return bool(self.heard.taken)


def _speaker(source: str, by: str, ref: str, on: dt.date, actor: User | None, at: dt.datetime) -> Speaker:
    """A phone's clock may run ahead; nobody vouches for tomorrow."""
    return Speaker(source=source, by=by or (str(actor.pk) if actor else ""), on=min(on, clock.day_of(at)), ref=ref)


def _refs(source: str, ref: str) -> dict[str, str]:
    kind = {"visit": "visit", "department": "batch"}.get(source)
    return {kind: ref} if kind and ref else {}


def locked(entity: Entity) -> Entity:
    """The entity as it is now, held until the transaction ends. Raises `RegistryError` for one that has left."""
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if row.removed_at is not None:
        raise RegistryError(f"“{row}”已移出名册，先恢复再改。")
    return row


def save(entity: Entity, *, insert: bool = False) -> None:
    """Save for a verb of the registry, and turn the database's refusal of a second code into a sentence."""
    try:
        with transaction.atomic():
            entity.save(force_insert=insert)
    except IntegrityError as error:
        if "entity_code_once_per_street" not in str(error):
            raise
        other = Entity.objects.listed().filter(street_id=entity.street_id, code=entity.code).first()
        raise RegistryError(f"名册里已有这个统一代码：{other}。", field="code") from error


def last_event(entity: Entity) -> int | None:
    """The newest row of an entity's history."""
    events = Entity.pgh_event_model.objects.filter(pgh_obj_id=entity.pk)  # type: ignore[attr-defined]
    newest: int | None = events.aggregate(newest=models.Max("pgh_id"))["newest"]
    return newest


@transaction.atomic
def add_entity(
    *,
    street: Street,
    values: Mapping[str, object],
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    by: str = "",
    ref: str = "",
    area: Area | None = None,
    place: Place | None = None,
    presence: str = "",
    id: uuid.UUID | None = None,  # noqa: A002
) -> Entity:
    """Enter an entity. `values` are facts of `coverage.facts.fields` as written; name and kind at least.

    The place follows from the address where a door with the same key is known; the area follows from the place.
    Raises `RegistryError` or `WordError` for an unreadable or missing fact, or a code that is in the registry already.
    """
    speaker = _speaker(source, by, ref, on, actor, at)
    entity = Entity(street=street, registered_on=clock.day_of(at), **({"pk": id} if id else {}))
    said = {key: value for key, value in values.items() if facts.as_text(value).strip()}
    for key in ("name", "kind"):
        if key not in said:
            raise RegistryError(f"{facts.LABELS[key]}不能为空。", field=key)
    hear(entity, said, speaker, rules_of(street.pk))
    if presence:
        hear(entity, {"presence": presence}, speaker, {})
        entity.presence_on = speaker.on
    _place(entity, place or _place_of(entity), area, speaker)
    with history(actor=actor, verb="coverage.add_entity", **_refs(source, ref)):
        save(entity, insert=True)
    index_search(entity_ids=[entity.pk])
    record(
        verb="coverage.add_entity", target=entity, actor=actor, at=at, after={"name": entity.name, "code": entity.code}
    )
    return entity


def correct(
    *, entity: Entity, field: str, value: object, source: str, on: dt.date, actor: User | None, at: dt.datetime,
    by: str = "", ref: str = "",
) -> Correction:  # fmt: skip
    """`correct_many` for one field."""
    return correct_many(entity=entity, values={field: value}, source=source, on=on, actor=actor, at=at, by=by, ref=ref)


@transaction.atomic
def correct_many(
    *,
    entity: Entity,
    values: Mapping[str, object],
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    by: str = "",
    ref: str = "",
) -> Correction:
    """Hear new values of several facts from one source. A weaker word is kept as a contradiction, not written over.

    Raises `WordError` (unreadable), `RegistryError` (entity has left; code taken).
    """
    row = locked(entity)
    speaker = _speaker(source, by, ref, on, actor, at)
    heard = hear(row, values, speaker, rules_of(row.street_id))
    if "address" in heard.taken:
        _follow_address(row, speaker)
    with history(actor=actor, verb="coverage.correct_entity", **_refs(source, ref)):
        save(row)
    if SEARCHED & heard.taken.keys():
        index_search(entity_ids=[row.pk])
    if heard.taken or heard.kept:
        after = heard.after | {f"{key}（未采用）": facts.shown(key, new) for key, (_, new) in heard.kept.items()}
        record(verb="coverage.correct_entity", target=row, actor=actor, at=at, before=heard.before, after=after)
    return Correction(row, heard, last_event(row) if heard.taken else None)


@transaction.atomic
def confirm(
    *,
    entity: Entity,
    fields: Iterable[str],
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    by: str = "",
    ref: str = "",
) -> Entity:
    """Vouch for what the registry holds: the day of last confirmation moves, the values do not. Empty facts are left."""
    row = locked(entity)
    speaker = _speaker(source, by, ref, on, actor, at)
    confirmed = vouch(row, fields, speaker, rules_of(row.street_id))
    if confirmed:
        with history(actor=actor, verb="coverage.confirm_entity", **_refs(source, ref)):
            save(row)
        record(verb="coverage.confirm_entity", target=row, actor=actor, at=at, after={"fields": sorted(confirmed)})
    return row


@transaction.atomic
def set_presence(
    *,
    entity: Entity,
    presence: str,
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    by: str = "",
    ref: str = "",
    reason: str = "",
) -> Correction:
    """Say what was found at the door: open, closed or moved. Closed and moved are announced (`entity_closed`)."""
    if presence not in Entity.Presence.values:
        raise RegistryError("实地情况只能是在营、关闭、搬走或未访到。", field="presence")
    row = locked(entity)
    speaker = _speaker(source, by, ref, on, actor, at)
    heard = hear(row, {"presence": presence}, speaker, rules_of(row.street_id))
    if not heard.kept:
        row.presence_on = max(speaker.on, row.presence_on or speaker.on)
    with history(actor=actor, verb="coverage.set_presence", **_refs(source, ref)):
        save(row)
    if heard.taken:
        before, after = ({"presence": Entity.Presence(value).label} for value in heard.taken["presence"])
        record(verb="coverage.set_presence", target=row, actor=actor, at=at, before=before, after=after, reason=reason)
        if presence in {Entity.Presence.CLOSED, Entity.Presence.MOVED}:
            signals.entity_closed.send(sender=Entity, entity=row, how=presence, actor=actor, at=at)
    return Correction(row, heard, last_event(row) if heard.taken else None)


@transaction.atomic
def relocate(
    *,
    entity: Entity,
    place: Place,
    source: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    by: str = "",
    ref: str = "",
) -> Correction:
    """Move an entity to another door of the same street; address and grid follow the door."""
    row = locked(entity)
    if place.street_id != row.street_id:
        raise RegistryError("这个地点不在本街道。", field="place")
    speaker = _speaker(source, by, ref, on, actor, at)
    old_area = row.area_id
    heard = hear(row, {"place": str(place.pk), "address": place.address}, speaker, rules_of(row.street_id))
    if "place" in heard.taken:
        row.area_id = place.area_id
    with history(actor=actor, verb="coverage.relocate_entity", **_refs(source, ref)):
        save(row)
    if heard.taken:
        index_search(entity_ids=[row.pk])
        before = heard.before | {"area": str(old_area or "")}
        after = heard.after | {"area": str(row.area_id or "")}
        record(verb="coverage.relocate_entity", target=row, actor=actor, at=at, before=before, after=after)
    return Correction(row, heard, last_event(row) if heard.taken else None)


@transaction.atomic
def assign_area(*, entity: Entity, area: Area, actor: User, at: dt.datetime) -> Entity:
    """Put an entity without a known door into a grid by hand."""
    row = locked(entity)
    if area.street_id != row.street_id:
        raise RegistryError("这个网格不在本街道。", field="area")
    old, row.area = row.area, area
    with history(actor=actor, verb="coverage.assign_area"):
        save(row)
    record(
        verb="coverage.assign_area",
        target=row,
        actor=actor,
        at=at,
        before={"area": str(old or "")},
        after={"area": str(area)},
    )
    return row


@transaction.atomic
def remove(*, entity: Entity, reason: str, actor: User | None, at: dt.datetime, batch: str = "") -> Entity:
    """Take an entity out of the registry; it stays in history, with its visits, and can be restored."""
    row = locked(entity)
    if len(reason.strip()) < SHORTEST_REASON:
        raise RegistryError("写明为什么移出，例如“注销，市监 11-23 名册已无”。", field="reason")
    row.removed_at, row.removed_reason = at, reason.strip()[:200]
    with history(actor=actor, verb="coverage.remove_entity", **({"batch": batch} if batch else {})):
        save(row)
    record(verb="coverage.remove_entity", target=row, actor=actor, at=at, reason=row.removed_reason)
    signals.entity_closed.send(sender=Entity, entity=row, how="removed", actor=actor, at=at)
    return row


@transaction.atomic
def restore(*, entity: Entity, actor: User, at: dt.datetime) -> Entity:
    """Bring a removed entity back as it was. Raises `RegistryError` when its code has been entered anew meanwhile."""
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if row.removed_at is None:
        raise RegistryError(f"“{row}”就在名册里，不用恢复。")
    merge = row.merged_away.standing().select_related("kept").first()
    if merge is not None:
        raise RegistryError(f"“{row}”是并入“{merge.kept}”的，到那一家的页面上拆开。")
    reason, row.removed_at, row.removed_reason = row.removed_reason, None, ""
    with history(actor=actor, verb="coverage.restore_entity"):
        save(row)
    record(verb="coverage.restore_entity", target=row, actor=actor, at=at, before={"removed_reason": reason})
    return row


@transaction.atomic
def reveal_phone(*, target: Entity | Worker, reason: str, actor: User, at: dt.datetime) -> str:
    """The full number of an entity or a worker, for a reason that is kept with who looked and when.

    Raises `RegistryError` without a reason or a number, `SealError` when the number does not open.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise RegistryError("写一句为什么要看，至少 4 个字，例如“约走访时间”。", field="reason")
    if not target.phone_sealed:
        raise RegistryError("没有登记电话。", field="reason")
    number = open_phone(target)
    revealed(target=target, field="phone", actor=actor, at=at, reason=reason.strip())
    return number


def open_phone(target: Entity | Worker) -> str:
    """The number without a line in the log: for verbs that must seal it again elsewhere, never for showing it."""
    if not target.phone_sealed:
        return ""
    return sealing.open_sealed(target.phone_sealed, table=target._meta.db_table, column=PHONE_COLUMN, row=target.pk)


def _place_of(entity: Entity) -> Place | None:
    """The door with the key of the entity's address, where the street knows one."""
    if not entity.address_key:
        return None
    return Place.objects.filter(street_id=entity.street_id, address_key=entity.address_key).first()


def _place(entity: Entity, place: Place | None, area: Area | None, speaker: Speaker) -> None:
    """The door and the grid of a new entity."""
    if any(given and given.street_id != entity.street_id for given in (place, area)):
        raise RegistryError("地点或网格不在本街道。", field="address")
    if place is not None:
        entity.place = place
        entity.provenance["place"] = speaker.provenance()
    entity.area = area or (place.area if place else None)


def _follow_address(entity: Entity, speaker: Speaker) -> None:
    """Where a corrected address is a known door, the entity stands there now; else it keeps its door until someone
    places it, so that the next round still has a way to it."""
    place = _place_of(entity)
    if place is not None and place.pk != entity.place_id:
        entity.place, entity.area_id = place, place.area_id
        entity.provenance["place"] = speaker.provenance()


@transaction.atomic
def put_back(
    *,
    entity: Entity,
    field: str,
    value: object,
    provenance: Mapping[str, str],
    actor: User | None,
    at: dt.datetime,
    ref: str = "",
) -> Entity:
    """Return one fact to what it was, with the word that held it: for taking back a visit. Precedence is not asked.

    A phone given as the mask that stands keeps its number.
    """
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    heard = Heard()
    if not (field == "phone" and value == row.phone_mask):
        row.provenance.pop(field, None)
        heard = hear(row, {field: value}, _speaker("staff", "", ref, clock.day_of(at), actor, at), {})
    row.provenance.pop(field, None)
    if provenance:
        row.provenance[field] = dict(provenance)
    if field == "presence" and heard.taken:
        row.presence_on = dt.date.fromisoformat(provenance["on"]) if provenance else None
    with history(actor=actor, verb="coverage.put_back", **({"visit": ref} if ref else {})):
        save(row)
    if SEARCHED & heard.taken.keys():
        index_search(entity_ids=[row.pk])
    record(verb="coverage.put_back", target=row, actor=actor, at=at, before=heard.before, after=heard.after)
    return row


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo put back, and what it left because it was edited since (labels)."""

    entity: Entity
    undone: list[str]
    skipped: list[str]


@transaction.atomic
def undo(*, entity: Entity, event_id: int, actor: User, at: dt.datetime) -> Undone:
    """Put back what one edit (a row of history) changed, except what was edited since.

    Raises `RegistryError` for an edit that is not this entity's, its first version, or part of a department's batch.
    """
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    events = Entity.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    edit = events.filter(pgh_id=event_id).select_related("pgh_context").first()
    before = events.filter(pgh_id__lt=event_id).order_by("-pgh_id").first()
    if edit is None or before is None:
        raise RegistryError("这一处修改找不到，或是最初的登记，不能撤销。")
    if edit.pgh_context and edit.pgh_context.metadata.get("batch"):
        raise RegistryError("这是整批数据比对改的，到那一批里撤销。")
    undone, skipped = revert(row, edit, before)
    if not undone:
        raise RegistryError("这几项后来又改过，没有可撤销的。在历史里看最近的改动。")
    if "phone" in undone:
        number = open_phone(row)
        row.phone_index = sealing.blind_index(number) if number else None
    with history(actor=actor, verb="coverage.undo_edit"):
        save(row)
    index_search(entity_ids=[row.pk])
    after = {"undone": undone, "skipped": skipped, "event": event_id}
    record(verb="coverage.undo_edit", target=row, actor=actor, at=at, after=after)
    return Undone(row, [facts.LABELS.get(key, key) for key in undone], [facts.LABELS.get(key, key) for key in skipped])
