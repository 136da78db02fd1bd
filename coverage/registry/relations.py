"""Which rows follow an entity when it is merged into another, and which stay where they are.

A whitelist: every foreign key to an entity is declared here or, by an app above, from its `AppConfig.ready()`; a test walks
the models for one that is not. What stays has a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models

from coverage.models import Entity

# Moves rows from the first entity to the second; the ids it moved.
Move = Callable[[Entity, Entity], list[str]]
# Moves these ids back from the second to the first; how many it found no longer where the merge had put them.
Return = Callable[[Iterable[str], Entity, Entity], int]


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key to an entity. `key` is "app.Model.field"; `stays` says why nothing moves."""

    key: str
    title: str
    move: Move | None = None
    give_back: Return | None = None
    stays: str = ""


_relations: dict[str, Relation] = {}


def follows(model: type[models.Model], field: str, title: str) -> Relation:
    """Rows that simply follow: `field` is pointed to the other entity."""

    def move(absorbed: Entity, kept: Entity) -> list[str]:
        rows = model._default_manager.filter(**{field: absorbed})
        ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        rows.update(**{field: kept})
        return ids

    def give_back(ids: Iterable[str], absorbed: Entity, kept: Entity) -> int:
        wanted = list(ids)
        found = model._default_manager.filter(pk__in=wanted, **{field: kept}).update(**{field: absorbed})
        return len(wanted) - found

    return declare(Relation(_key(model, field), title, move, give_back))


def stays(model: type[models.Model], field: str, why: str) -> Relation:
    """Rows that stay with the entry they were made for."""
    return declare(Relation(_key(model, field), "", stays=why))


def declare(relation: Relation) -> Relation:
    """Add a relation; the last declaration of a key holds, so that reloading does no harm."""
    _relations[relation.key] = relation
    return relation


def movers() -> list[Relation]:
    """The relations whose rows move, in the order of their declaration."""
    return [relation for relation in _relations.values() if relation.move is not None]


def declared() -> dict[str, Relation]:
    return dict(_relations)


def undeclared(all_models: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys to an entity that nobody declared."""
    keys = {
        _key(model, field.name)
        for model in all_models
        if not _is_history(model)
        for field in model._meta.concrete_fields
        if field.related_model is Entity
    }
    return sorted(keys - _relations.keys())


def _is_history(model: type[models.Model]) -> bool:
    return any(field.name == "pgh_id" for field in model._meta.concrete_fields)


def _key(model: type[models.Model], field: str) -> str:
    return f"{model._meta.label}.{field}"
