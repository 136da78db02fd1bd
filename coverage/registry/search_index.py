"""Keeping pinyin and the search text of entities beside the registry.

Not done by triggers: spelling needs a dictionary. Every verb that changes a name calls `index_search` for its own row,
the importer and the trial loader once for all of theirs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection

from coverage.matching import pinyin
from coverage.models import Entity, Worker
from coverage.models.columns import any_of

CHUNK = 5_000

_SPELL = """
UPDATE coverage_entity AS e SET pinyin = new.pinyin, initials = new.initials
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS new (id, pinyin, initials)
WHERE e.id = new.id AND (e.pinyin, e.initials) IS DISTINCT FROM (new.pinyin, new.initials)
"""
_TEXT = """
INSERT INTO coverage_entitysearch (entity_id, street_id, text)
SELECT e.id, e.street_id,
       lower(concat_ws(' ', e.name, nullif(e.trade_sign, ''), nullif(e.code, ''), nullif(e.old_number, ''),
             nullif(e.address, ''), nullif(e.legal_person, ''), e.pinyin, e.initials, nullif(new.also, '')))
FROM coverage_entity e JOIN unnest(%s::uuid[], %s::text[]) AS new (id, also) ON e.id = new.id
ON CONFLICT (entity_id) DO UPDATE SET text = excluded.text, street_id = excluded.street_id
WHERE coverage_entitysearch.text <> excluded.text
"""


def index_search(
    *,
    entity_ids: Iterable[uuid.UUID] | None = None,
    street_id: uuid.UUID | None = None,
    is_spelt: bool = False,
) -> int:
    """Spell names and write search texts of the entities given (or of a street, or of all); returns how many.

    About 0.15 ms an entity. Entities are spelt by what stands over the door, the registered name's letters are added.
    With `is_spelt`, the caller vouches that `pinyin` and `initials` are right already.
    """
    rows = Entity.objects.order_by("pk").values_list("pk", "name", "trade_sign")
    if entity_ids is not None:
        rows = rows.filter(any_of("id", entity_ids))
    if street_id is not None:
        rows = rows.filter(street_id=street_id)
    done, chunk = 0, []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            done += _write(chunk, is_spelt)
            chunk = []
    return done + _write(chunk, is_spelt)


def _write(rows: list[tuple[uuid.UUID, str, str]], is_spelt: bool) -> int:
    if not rows:
        return 0
    ids = [pk for pk, _, _ in rows]
    spelt = [] if is_spelt else [pinyin.spell(sign or name) for _, name, sign in rows]
    also = [" ".join(pinyin.spell(name)) if sign else "" for _, name, sign in rows]
    with connection.cursor() as cursor:
        if spelt:
            cursor.execute(_SPELL, [ids, [s.pinyin for s in spelt], [s.initials for s in spelt]])
        cursor.execute(_TEXT, [ids, also])
    return len(rows)


def spell_worker(worker: Worker) -> None:
    """Fill `pinyin` and `initials` of a worker in memory, before it is saved."""
    worker.pinyin, worker.initials = pinyin.spell_person(worker.name)
