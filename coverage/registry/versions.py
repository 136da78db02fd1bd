"""History: tying its rows to who and what caused them, and reading an entity's versions as changes."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pghistory

from coverage.facts import fields as facts
from coverage.models import Entity
from shimen.accounts.models import User

# Columns of a version that are no facts: identity, what follows from others, and where the change came from.
_NOT_FACTS = frozenset(
    {"id", "street_id", "organisation_code", "provenance", "registered_on", "phone_mask", "place_id"}
)
VERBS = {
    "coverage.add_entity": "登记",
    "coverage.correct_entity": "更正",
    "coverage.confirm_entity": "确认",
    "coverage.set_presence": "实地情况",
    "coverage.relocate_entity": "换地点",
    "coverage.assign_area": "归网格",
    "coverage.remove_entity": "移出名册",
    "coverage.restore_entity": "恢复",
    "coverage.undo_edit": "撤销更正",
    "coverage.put_back": "撤回走访所改",
    "coverage.merge_entities": "合并重复",
    "coverage.unmerge_entities": "拆开合并",
}
Event = Any  # pghistory makes the model of a table's history; it has the table's columns and pgh_* ones


@contextmanager
def history(*, actor: User | None, verb: str, **refs: str) -> Iterator[None]:
    """Tie the rows of history written inside to the actor, the verb, and a `batch` or `visit` that caused them."""
    with pghistory.context(actor=str(actor.pk) if actor else None, verb=verb, **refs):
        yield


def columns() -> list[str]:
    """The tracked columns by attribute name (`area_id`)."""
    tracked = Entity.pgh_event_model._meta.concrete_fields  # type: ignore[attr-defined]
    return [f.attname for f in tracked if not f.name.startswith("pgh_")]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def differing(older: Event, newer: Event) -> list[str]:
    """The columns in which two versions (or a version and the entity) differ."""
    return [name for name in columns() if _plain(getattr(older, name)) != _plain(getattr(newer, name))]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after, as people read it."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class Version:
    """A version: when, by whom, by which verb, what changed. `batch` and `visit` are ids where one caused it."""

    event_id: int
    at: dt.datetime
    verb: str
    who: str
    changes: list[Change] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    batch: str = ""
    visit: str = ""
    is_first: bool = False


def versions(entity: Entity, *, limit: int = 50) -> list[Version]:
    """The newest `limit` versions, newest first, each against the one before it (three queries)."""
    model = Entity.pgh_event_model  # type: ignore[attr-defined]
    rows = list(
        model.objects.filter(pgh_obj_id=entity.pk).select_related("pgh_context").order_by("-pgh_id")[: limit + 1]
    )
    names = _names({_meta(row).get("actor") for row in rows})
    areas = _areas(rows)
    pairs = itertools.zip_longest(rows, rows[1:])
    return [_version(row, older, names, areas) for row, older in itertools.islice(pairs, limit)]


def _meta(event: Event) -> dict[str, str]:
    return (event.pgh_context.metadata if event.pgh_context else None) or {}


def _names(ids: set[str | None]) -> dict[str, str]:
    found = User.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "display_name")
    return {str(pk): name for pk, name in found}


def _areas(rows: list[Event]) -> dict[uuid.UUID, str]:
    from shimen.territory.models import Area

    wanted = {row.area_id for row in rows if row.area_id}
    return dict(Area.objects.filter(pk__in=wanted).values_list("pk", "name")) if len(wanted) > 1 else {}


def _version(row: Event, older: Event | None, names: dict[str, str], areas: dict[uuid.UUID, str]) -> Version:
    meta = _meta(row)
    verb = VERBS.get(meta.get("verb", ""), "")
    version = Version(
        event_id=row.pgh_id,
        at=row.pgh_created_at,
        verb=verb or ("数据比对" if meta.get("batch") else "登记" if older is None else "更正"),
        who=names.get(meta.get("actor", ""), ""),
        batch=meta.get("batch", ""),
        visit=meta.get("visit", ""),
        is_first=older is None and row.pgh_label.startswith("insert"),
    )
    if older is None:
        return version
    for name in differing(older, row):
        if name == "phone_sealed":
            version.changes.append(Change("联系电话", older.phone_mask or "无", row.phone_mask or "无"))
        elif name not in _NOT_FACTS:
            version.changes.append(_change(name, older, row, areas))
    moved = {key for key, said in row.provenance.items() if older.provenance.get(key) != said}
    changed = {change.label for change in version.changes}
    version.confirmed = sorted(label for key in moved if (label := facts.LABELS.get(key, key)) not in changed)
    return version


def _change(name: str, older: Event, newer: Event, areas: dict[uuid.UUID, str]) -> Change:
    if name == "area_id":
        old, new = (areas.get(version.area_id, "无") for version in (older, newer))
        return Change("网格", old, new)
    if name == "removed_at":
        return Change(
            "名册", "在册" if not older.removed_at else "已移出", "在册" if not newer.removed_at else "已移出"
        )
    return Change(facts.LABELS.get(name, name), worded(older, name) or "无", worded(newer, name) or "无")


def worded(row: Entity | Event, name: str) -> str:
    """What a column holds as people read it: choices in words, dates and amounts as printed."""
    value = getattr(row, name)
    choice = Entity._meta.get_field(name).flatchoices  # type: ignore[union-attr]
    if choice:
        return str(dict(choice).get(value, value))
    return facts.shown(name, facts.as_text(value))


def revert(entity: Entity, edit: Event, before: Event) -> tuple[list[str], list[str]]:
    """Put back in memory what `edit` changed against `before`, except what the entity has changed since.

    Returns the facts put back and those left. Keys that follow from facts are worked out again; the index of a phone
    is left to the caller, who holds the keys.
    """
    undone, skipped = [], []
    since = set(differing(edit, entity))
    for name in differing(before, edit):
        if name in {"provenance", "phone_mask"}:
            continue
        fact = {"phone_sealed": "phone", "area_id": "area", "place_id": "place"}.get(name, name)
        if name in since:
            skipped.append(fact)
            continue
        setattr(entity, name, _plain(getattr(before, name)))
        if name == "phone_sealed":
            entity.phone_mask = before.phone_mask
        undone.append(fact)
    for key in {*before.provenance, *edit.provenance}:
        was, became = before.provenance.get(key), edit.provenance.get(key)
        if was != became and entity.provenance.get(key) == became and key not in skipped:
            entity.provenance.pop(key, None)
            if was:
                entity.provenance[key] = was
    texts = {key: facts.as_text(getattr(entity, key)) for key in ("code", "name", "address")}
    for column, value in facts.derived({key: text for key, text in texts.items() if key in undone}).items():
        setattr(entity, column, value)
    return undone, skipped
