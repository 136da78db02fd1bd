"""The SQL that writes a change set into the registry, and the same SQL the other way round.

A change set holds, per difference, the field with its canonical text before and after, and the columns that follow from
it (`row.after`, `row.before`). Going forward takes `new` and `after`, going back `old` and `before`; the statement is
one and the same, so that undoing is exact. Only touched rows are updated.
"""

from __future__ import annotations

from collections.abc import Sequence

from coverage.reading import fields

# Columns that hold text and never NULL; others are turned from text, '' meaning NULL.
_TEXT = (
    "code", "old_number", "name", "name_key", "trade_sign", "kind", "legal_person", "registration_status", "industry", "industry_code", "scope",
    "address", "address_key", "organisation_code", "pinyin", "initials",
)  # fmt: skip
_CASTS = {
    "established_on": "date",
    "capital": "numeric",
    "headcount": "integer",
    "missing_since": "date",
    "place_id": "uuid",
    "area_id": "uuid",
}


_SEALED = "decode(nullif(c.v->>'phone_sealed', ''), 'base64')"


def _assignments() -> str:
    parts = [f"{column} = coalesce(c.v->>'{column}', e.{column})" for column in _TEXT]
    for column, cast in _CASTS.items():
        parts.append(
            f"{column} = CASE WHEN c.v ? '{column}' THEN nullif(c.v->>'{column}', '')::{cast} ELSE e.{column} END"
        )
    mask, index = "split_part(c.v->>'phone', ' ', 1)", "nullif(split_part(c.v->>'phone', ' ', 2), '')"
    parts += [
        f"phone_mask = CASE WHEN c.v ? 'phone' THEN {mask} ELSE e.phone_mask END",
        f"phone_index = CASE WHEN c.v ? 'phone' THEN decode({index}, 'hex') ELSE e.phone_index END",
        f"phone_sealed = CASE WHEN c.v ? 'phone' THEN {_SEALED} ELSE e.phone_sealed END",
    ]
    return ",\n  ".join(parts)


def _changes(value: str, derived: str, provenance: str) -> str:
    return f"""
DROP TABLE IF EXISTS feed_change;
CREATE TEMPORARY TABLE feed_change ON COMMIT DROP AS
WITH part AS (
  SELECT entity_id, field AS column_name, {value} AS value FROM feed_step
  UNION ALL
  SELECT s.entity_id, d.key, d.value FROM feed_step s, jsonb_each_text(s.row->'{derived}') d
)
SELECT p.entity_id, p.v, w.said, w.unsaid, w.held
FROM (SELECT entity_id, jsonb_object_agg(column_name, value) AS v FROM part GROUP BY entity_id) p
JOIN ({provenance}) w USING (entity_id)
ORDER BY p.entity_id;
ANALYZE feed_change (entity_id)
"""


# Who says so, going forward: this batch, for every field that is a fact.
_SAID = f"""
SELECT entity_id, coalesce(jsonb_object_agg(field, %(said)s::jsonb) FILTER (WHERE field <> '{fields.MISSING}'), '{{}}') AS said,
       '{{}}'::text[] AS unsaid, jsonb_object_agg(field, old) AS held
FROM feed_step GROUP BY entity_id"""
# Who said so before: what the change set kept, nobody where nobody did.
_SAID_BEFORE = f"""
SELECT entity_id,
       coalesce(jsonb_object_agg(field, old_provenance) FILTER (WHERE old_provenance IS NOT NULL), '{{}}') AS said,
       coalesce(array_agg(field) FILTER (WHERE old_provenance IS NULL AND field <> '{fields.MISSING}'), '{{}}') AS unsaid,
       jsonb_object_agg(field, new) AS held
FROM feed_step GROUP BY entity_id"""

# What each entity becomes, in the order in which entities lie in the registry: its pages are then visited one after the
# other, each once. Done at random, writing takes half as long again.
FORWARD = _changes("new", "after", _SAID)
BACK = _changes("old", "before", _SAID_BEFORE)
UPDATE = f"""
UPDATE coverage_entity e SET
  {_assignments()},
  provenance = (e.provenance || c.said) - c.unsaid
FROM feed_change c WHERE e.id = c.entity_id
"""

_KNOWN = [fields.CODE, fields.OLD_NUMBER, *(fact.key for fact in fields.FIELDS), fields.MISSING]
# The same for those entities only that still are as the change set found them: the registry's pages are read once for
# looking and writing. Where fewer rows are written than asked for, `moved` says which have changed meanwhile.
UPDATE_UNMOVED = f"""{UPDATE.rstrip()} AND e.removed_at IS NULL
  AND {" AND ".join(f"(NOT c.held ? '{key}' OR {fields.stored(key)} IS NOT DISTINCT FROM c.held->>'{key}')" for key in _KNOWN)}
"""


def _stored_text() -> str:
    """The canonical text of the field that a difference names, as the registry holds it now."""
    cases = "\n    ".join(f"WHEN '{key}' THEN {fields.stored(key)}" for key in _KNOWN)
    return f"CASE s.field\n    {cases}\n  END"


# Differences whose field is no longer what it was when this was worked out; `side` is the column it must equal.
def moved(side: str) -> str:
    """Ids of steps whose registry value is not `side` (`old` before applying, `new` before undoing) any more."""
    return f"""
SELECT s.id, e.name, s.field FROM feed_step s LEFT JOIN coverage_entity e ON e.id = s.entity_id AND e.removed_at IS NULL
WHERE e.id IS NULL OR {_stored_text()} IS DISTINCT FROM s.{side}
ORDER BY s.line, s.id"""


INSERT_NEW = """
INSERT INTO coverage_entity (
  id, street_id, code, organisation_code, old_number, name, name_key, trade_sign, kind, legal_person, registration_status,
  is_suspended, is_irregular, industry, industry_code, scope, address, address_key, established_on, capital, headcount,
  opening_hours, phone_sealed, phone_index, phone_mask, place_id, area_id, presence, pinyin, initials, provenance,
  registered_on, removed_reason)
SELECT
  n.entity_id, n.street_id, coalesce(v->>'code', ''), coalesce(v->>'organisation_code', ''), coalesce(v->>'old_number', ''),
  v->>'name', v->>'name_key', coalesce(v->>'trade_sign', ''), v->>'kind', coalesce(v->>'legal_person', ''),
  v->>'registration_status', false, false, coalesce(v->>'industry', ''), coalesce(v->>'industry_code', ''),
  coalesce(v->>'scope', ''), coalesce(v->>'address', ''), coalesce(v->>'address_key', ''),
  nullif(v->>'established_on', '')::date, nullif(v->>'capital', '')::numeric, nullif(v->>'headcount', '')::integer,
  '', decode(v->>'phone_sealed', 'base64'), decode(v->>'phone_index', 'hex'), coalesce(v->>'phone_mask', ''),
  p.id, p.area_id, 'unknown', coalesce(v->>'pinyin', ''), coalesce(v->>'initials', ''), n.provenance, %(on)s, ''
FROM feed_new n
LEFT JOIN territory_place p ON p.street_id = n.street_id AND p.address_key = nullif(n.v->>'address_key', '')
"""

# What a source last said, kept beside the fact. First what stood there before, for undoing.
KEEP_SOURCES = """
UPDATE coverage_difference d SET row = coalesce(d.row, '{}') || jsonb_build_object('sources', k.kept)
FROM (
  SELECT s.id, coalesce(jsonb_agg(to_jsonb(w) - 'id') FILTER (WHERE w.id IS NOT NULL), '[]') AS kept
  FROM feed_said s LEFT JOIN coverage_entitysource w ON w.entity_id = s.entity_id AND w.field = s.field
  GROUP BY s.id
) k WHERE d.id = k.id
"""
# The word that loses: the department's own where it was not taken, the earlier holder's where it was.
SAY = """
INSERT INTO coverage_entitysource (entity_id, field, source, by, value, "on", ref)
SELECT entity_id, field, 'department', %(department)s, new, %(on)s, %(batch)s FROM feed_said WHERE NOT is_taken
UNION ALL
SELECT entity_id, field, old_provenance->>'source',
       CASE WHEN old_provenance->>'source' = 'department' THEN old_provenance->>'by' ELSE '' END,
       old, (old_provenance->>'on')::date, coalesce(old_provenance->>'ref', '')
FROM feed_said
WHERE is_taken AND old <> '' AND old_provenance IS NOT NULL
  AND NOT (old_provenance->>'source' = 'department' AND old_provenance->>'by' = %(department)s)
ON CONFLICT (entity_id, field, source, by) DO UPDATE SET value = excluded.value, "on" = excluded."on", ref = excluded.ref
"""
FOLLOW = """
UPDATE coverage_entitysource w SET value = s.new, "on" = %(on)s, ref = %(batch)s FROM feed_said s
WHERE s.is_taken AND w.entity_id = s.entity_id AND w.field = s.field AND w.source = 'department' AND w.by = %(department)s
"""
UNSAY = """
DELETE FROM coverage_entitysource w USING feed_said s
WHERE w.entity_id = s.entity_id AND w.field = s.field
  AND (w.ref = %(batch)s OR s.is_taken AND w.value = s.old AND w.source = s.old_provenance->>'source')
"""
SAY_AGAIN = """
INSERT INTO coverage_entitysource (entity_id, field, source, by, value, "on", ref)
SELECT w.entity_id, w.field, w.source, w.by, w.value, w."on", w.ref
FROM feed_said s, jsonb_to_recordset(coalesce(s.row->'sources', '[]'))
  AS w (entity_id uuid, field text, source text, by text, value text, "on" date, ref text)
ON CONFLICT (entity_id, field, source, by) DO NOTHING
"""

MARK_APPLIED = """
UPDATE coverage_difference d SET applied = true, skipped_reason = ''
FROM (SELECT id FROM feed_step UNION ALL SELECT id FROM feed_new) s WHERE d.id = s.id
"""


def touched(columns: Sequence[str]) -> str:
    """Whether entity `e` of `n` is not as it was entered, by its first version in the history; `columns` are those that the
    history holds (its spelling follows later and is nobody's edit)."""
    now, then = (f"({', '.join(f'{side}.{column}' for column in columns)})" for side in ("e", "v"))
    return f"""NOT EXISTS (
  SELECT 1 FROM coverage_entityevent v
  WHERE v.pgh_id = (SELECT max(i.pgh_id) FROM coverage_entityevent i
                    WHERE i.pgh_obj_id = n.entity_id AND i.pgh_label = 'insert')
    AND {now} IS NOT DISTINCT FROM {then})"""
