"""How each entity would be covered by what is known of it on a day, for any number of entities in one statement.

Says the same as `branches.duty.resolving` (a test compares the two), in SQL: the unit of an organisation it is, else the branch
in whose area its place lies. Party members are counted only where they said so with consent; nothing else of them is read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from branches.models import Rule

# %(street)s, %(on)s and %(founding)s, and one way to choose entities, make a table of entity, way, organisation, members.
_CHOSEN = """
chosen AS (
    SELECT e.id, e.street_id, p.id AS place, p.floor, p.building_id
    FROM coverage_entity e LEFT JOIN territory_place p ON p.id = e.place_id
    WHERE e.street_id = %(street)s AND {which}
)"""
OPERATING = (
    "e.removed_at IS NULL AND e.registration_status = '1' AND NOT e.is_suspended AND e.presence IN ('unknown', 'open')"
)
_PROPOSED = """
units AS (
    SELECT u.entity_id, u.organisation_id, o.form,
           (SELECT count(*) FROM branches_organisationunit n
            WHERE n.organisation_id = o.id AND n.valid @> %(on)s::date) AS units
    FROM branches_organisationunit u JOIN branches_organisation o ON o.id = u.organisation_id
    WHERE u.street_id = %(street)s AND u.valid @> %(on)s::date
      AND o.founded_on <= %(on)s AND (o.dissolved_on IS NULL OR o.dissolved_on > %(on)s)
),
charges AS (
    SELECT c.place_id, c.floors, c.organisation_id, o.kind
    FROM branches_charge c JOIN branches_organisation o ON o.id = c.organisation_id
    WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date
      AND o.founded_on <= %(on)s AND (o.dissolved_on IS NULL OR o.dissolved_on > %(on)s)
),
known AS (
    SELECT w.entity_id, count(*) AS members FROM coverage_worker w
    WHERE w.street_id = %(street)s AND w.standing IN ('member', 'probationary') AND w.left_on IS NULL
      AND w.entity_id IN (SELECT id FROM chosen)
    GROUP BY w.entity_id
),
proposed AS (
    SELECT e.id AS entity_id, e.street_id, coalesce(known.members, 0) AS members,
           coalesce(units.organisation_id, own.organisation_id, house.organisation_id) AS organisation_id,
           CASE WHEN units.organisation_id IS NOT NULL
                    THEN CASE WHEN units.form = 'joint' OR units.units > 1 THEN 'joint' ELSE 'single' END
                WHEN own.organisation_id IS NULL AND house.organisation_id IS NULL THEN NULL
                WHEN known.members BETWEEN 1 AND %(founding)s - 1 THEN 'joint'
                WHEN coalesce(own.kind, house.kind) = 'building' THEN 'building'
                ELSE 'street_block' END AS way
    FROM chosen e
    LEFT JOIN units ON units.entity_id = e.id
    LEFT JOIN charges own ON own.place_id = e.place
        AND (own.floors @> e.floor::int OR (lower_inf(own.floors) AND upper_inf(own.floors)))
    LEFT JOIN charges house ON house.place_id = e.building_id
        AND (house.floors @> e.floor::int OR (lower_inf(house.floors) AND upper_inf(house.floors)))
    LEFT JOIN known ON known.entity_id = e.id
)"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How an entity would be covered: way and organisation, '' and None where nobody answers for it; known members."""

    entity: uuid.UUID
    way: str
    organisation: uuid.UUID | None
    members: int


def statement(which: str) -> str:
    """`WITH chosen …, proposed …` for the entities that `which`, a condition on coverage_entity `e`, chooses."""
    return "WITH " + _CHOSEN.format(which=which) + "," + _PROPOSED


def given(*, street: uuid.UUID, on: dt.date) -> dict[str, Any]:
    """What `statement` asks for: the street, the day, and the rule as it stands on that day (one query)."""
    founding = Rule.objects.book(street=street, on=on)["founding_members"]
    return {"street": street, "on": on, "founding": founding}


def proposals(*, street: uuid.UUID, on: dt.date, entities: Collection[uuid.UUID]) -> dict[uuid.UUID, Proposal]:
    """The proposals for some entities, by entity (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("e.id = ANY(%(entities)s)") + " SELECT entity_id, way, organisation_id, members FROM proposed",  # noqa: S608 - constants
            given(street=street, on=on) | {"entities": list(entities)},
        )
        return {row[0]: Proposal(row[0], row[1] or "", row[2], row[3]) for row in cursor.fetchall()}
