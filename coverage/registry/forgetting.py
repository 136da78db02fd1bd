"""Taking personal data out of the registry for good: on a person's word, or because they have been kept long enough.

Erasing a column is not enough: every version in history holds a copy. Those are emptied as well, which is the only time
that rows of history change. What remains says that somebody worked there, from when to when, and not who.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pgtrigger
from django.db import transaction

from coverage.models import Entity, EntitySource, Worker
from coverage.registry.search_index import index_search
from coverage.registry.versions import history
from coverage.registry.words import PHONE_COLUMN
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.privacy import sealing

FORGOTTEN = "（已删除）"
TABLE = "coverage_worker"
# What each fact of a worker leaves behind, in the table and in history.
_EMPTY: dict[str, dict[str, Any]] = {
    "name": {"name": FORGOTTEN},
    "post": {"post": ""},
    "phone": {"phone_sealed": None, "phone_mask": ""},
    "standing": {"standing": Worker.Standing.UNKNOWN, "is_affiliated_elsewhere": False},
}
_NOT_IN_HISTORY: dict[str, dict[str, Any]] = {"name": {"pinyin": "", "initials": ""}, "phone": {"phone_index": None}}


@transaction.atomic
def forget_worker(
    *, worker: Worker, fields: Sequence[str], before: Mapping[str, Any], ref: str, actor: User | None, at: dt.datetime
) -> Worker:
    """Take facts for which `ref` alone spoke out of a person's record and its history.

    What `before` (post, phone, standing, provenance) knew earlier comes back with the word that held it; a person whose
    name goes counts as having left.
    """
    if not fields:
        return worker
    row = Worker.objects.select_for_update(of=("self",)).get(pk=worker.pk)
    for field in fields:
        _put_back(row, field, before)
    if "name" in fields:
        row.left_on = row.left_on or max(clock.day_of(at), row.joined_on)
    with history(actor=actor, verb="coverage.forget_worker"):
        row.save()
    events = Worker.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    with pgtrigger.ignore():
        for field in fields:
            events.filter(**{f"provenance__{field}__ref": ref}).update(**_EMPTY[field])
    record(verb="coverage.forget_worker", target=row, actor=actor, at=at, after={"fields": sorted(fields)})
    return row


def _put_back(row: Worker, field: str, before: Mapping[str, Any]) -> None:
    """One fact in memory: what was known before, else nothing."""
    word = before.get("provenance", {}).get(field)
    row.provenance.pop(field, None)
    for column, nothing in {**_EMPTY[field], **_NOT_IN_HISTORY.get(field, {})}.items():
        setattr(row, column, nothing)
    if field != "name" and before.get(field):
        if field == "phone":
            sealed = sealing.seal_phone(before["phone"], table=TABLE, column=PHONE_COLUMN, row=row.pk)
            row.phone_sealed, row.phone_index, row.phone_mask = sealed
        else:
            setattr(row, field, before[field])
        if field == "standing":
            row.is_affiliated_elsewhere = bool(before.get("is_affiliated_elsewhere"))
        if word:
            row.provenance[field] = word


def _everywhere(ids: list[uuid.UUID], facts: Sequence[str]) -> None:
    """Empty facts of many workers, in the table and in all their versions."""
    in_history = {column: value for fact in facts for column, value in _EMPTY[fact].items()}
    columns = in_history | {c: v for fact in facts for c, v in _NOT_IN_HISTORY.get(fact, {}).items()}
    Worker.objects.filter(pk__in=ids).update(**columns)
    with pgtrigger.ignore():
        Worker.pgh_event_model.objects.filter(pgh_obj_id__in=ids).update(**in_history)  # type: ignore[attr-defined]


def expire_workers(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of who people were, years after they left."""
    with history(actor=None, verb="coverage.forget_worker"):
        _everywhere(ids, ["name", "post", "phone", "standing"])


def expire_standing(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of the standing of people who left: it was theirs to say, for as long as they worked here."""
    with history(actor=None, verb="coverage.forget_worker"):
        _everywhere(ids, ["standing"])


def expire_entities(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of who ran an entity and their number, years after it left the registry."""
    gone = {"legal_person": "", "phone_sealed": None, "phone_mask": ""}
    with history(actor=None, verb="coverage.forget_entity"):
        Entity.objects.filter(pk__in=ids).update(**gone, phone_index=None)
    EntitySource.objects.filter(entity__in=ids, field__in=["legal_person", "phone"]).delete()
    with pgtrigger.ignore():
        Entity.pgh_event_model.objects.filter(pgh_obj_id__in=ids).update(**gone)  # type: ignore[attr-defined]
    index_search(entity_ids=ids)
