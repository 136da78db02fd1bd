"""The nightly check: coverings brought in step, then everything that contradicts itself written down as a finding.

Beat wakes `ensure_due`, which promises one job per street and day through the outbox; the job is safe to run twice. A finding
that is found again keeps the day on which it was first found; one that is not found any more is closed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from branches.bodies import served
from branches.duty import coverings, proposing, responsibilities
from branches.models import Finding
from branches.people import speakers
from shimen import clock, outbox
from shimen.outbox.models import Job
from shimen.territory.models import Street

KIND = "branches.check_coverings"
Of = Finding.Kind

# Each: kind, area, entity, place, organisation, sentence of what is found in a street on a day.
_CHECKS: dict[Of, str] = {
    Of.UNCOVERED: """
SELECT e.area_id, e.id, NULL::uuid, NULL::uuid, e.name || '在营，还没有覆盖'
FROM coverage_entity e WHERE e.street_id = %(street)s AND {operating}
AND NOT EXISTS (SELECT 1 FROM branches_covering c WHERE c.entity_id = e.id AND c.valid @> %(on)s::date)""",
    Of.CLOSED_COVERED: """
SELECT e.area_id, e.id, NULL::uuid, c.organisation_id, e.name || '已不在营，' || o.name || '还在覆盖'
FROM branches_covering c JOIN coverage_entity e ON e.id = c.entity_id JOIN branches_organisation o ON o.id = c.organisation_id
WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date AND NOT ({operating})""",
    Of.ORGANISATION_GONE: """
SELECT o.area_id, NULL::uuid, NULL::uuid, o.id, o.name || '已撤销，还负责 ' || count(*) || ' 处地点'
FROM branches_charge c JOIN branches_organisation o ON o.id = c.organisation_id
WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date AND o.dissolved_on <= %(on)s GROUP BY o.id""",
    Of.UNIT_OTHERWISE: """
SELECT e.area_id, e.id, NULL::uuid, u.organisation_id, e.name || '是' || o.name || '的组建单位，却按别的方式覆盖'
FROM branches_organisationunit u JOIN branches_covering c ON c.entity_id = u.entity_id AND c.valid @> %(on)s::date
JOIN coverage_entity e ON e.id = u.entity_id JOIN branches_organisation o ON o.id = u.organisation_id
WHERE u.street_id = %(street)s AND u.valid @> %(on)s::date AND c.source = 'hand'
AND o.founded_on <= %(on)s AND (o.dissolved_on IS NULL OR o.dissolved_on > %(on)s)
AND (c.organisation_id <> u.organisation_id OR c.way NOT IN ('single', 'joint'))""",
    Of.PLACE_UNCHARGED: """
SELECT p.area_id, NULL::uuid, p.id, NULL::uuid, coalesce(nullif(p.name, ''), p.address) || '有主体在营，没有支部负责'
FROM territory_place p WHERE p.street_id = %(street)s AND p.closed_on IS NULL AND p.kind IN ('shopfront', 'building')
AND NOT EXISTS (SELECT 1 FROM branches_charge c WHERE c.place_id = p.id AND c.valid @> %(on)s::date)
AND EXISTS (SELECT 1 FROM coverage_entity e JOIN territory_place q ON q.id = e.place_id
            WHERE (q.id = p.id OR q.building_id = p.id) AND {operating})""",
    Of.PLACE_CLOSED: """
SELECT p.area_id, NULL::uuid, p.id, c.organisation_id, coalesce(nullif(p.name, ''), p.address) || '已撤销，还在责任范围里'
FROM branches_charge c JOIN territory_place p ON p.id = c.place_id
WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date AND p.closed_on <= %(on)s""",
    Of.SPLIT_TWICE: """
SELECT p.area_id, NULL::uuid, p.id, c.organisation_id, p.address || '单独划给' || o.name || '，所在楼宇归' || b.name
FROM branches_charge c JOIN territory_place p ON p.id = c.place_id
JOIN branches_charge h ON h.place_id = p.building_id AND h.valid @> %(on)s::date
AND (h.floors @> p.floor::int OR (lower_inf(h.floors) AND upper_inf(h.floors)))
JOIN branches_organisation o ON o.id = c.organisation_id JOIN branches_organisation b ON b.id = h.organisation_id
WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date AND h.organisation_id <> c.organisation_id""",
    Of.OUTSIDE_AREA: """
SELECT p.area_id, NULL::uuid, p.id, r.organisation_id, p.address || '在' || o.name || '的党员责任区里，却不归它负责'
FROM branches_responsibility r JOIN territory_place p ON p.id = r.place_id
JOIN branches_organisation o ON o.id = r.organisation_id
WHERE r.street_id = %(street)s AND r.valid @> %(on)s::date AND NOT EXISTS (
    SELECT 1 FROM branches_charge c WHERE c.organisation_id = r.organisation_id AND c.valid @> %(on)s::date
    AND c.place_id IN (p.id, p.building_id))""",
}

_KEEP = """
WITH found (area_id, entity_id, place_id, organisation_id, sentence) AS ({check}),
once AS (SELECT DISTINCT ON (entity_id, place_id, organisation_id) * FROM found)
INSERT INTO branches_finding
    (id, street_id, kind, area_id, entity_id, place_id, organisation_id, sentence, found_on, seen_on)
SELECT uuidv7(), %(street)s, %(kind)s, area_id, entity_id, place_id, organisation_id, left(sentence, 240), %(on)s, %(on)s
FROM once
ON CONFLICT (street_id, kind, entity_id, place_id, organisation_id) WHERE closed_on IS NULL
DO UPDATE SET seen_on = excluded.seen_on, sentence = excluded.sentence
"""
_CLOSE = """
UPDATE branches_finding f SET closed_on = %(on)s
WHERE f.street_id = %(street)s AND f.kind = %(kind)s AND f.closed_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM ({check}) AS now (area_id, entity_id, place_id, organisation_id, sentence)
    WHERE (now.entity_id, now.place_id, now.organisation_id)
          IS NOT DISTINCT FROM (f.entity_id, f.place_id, f.organisation_id))
"""


def ensure_due(*, on: dt.date, at: dt.datetime) -> None:
    """Promise the check of every street for a day; once per street and day, however often this is called."""
    for street in Street.objects.all():
        key = f"{KIND}:{street.pk}:{on.isoformat()}"
        with transaction.atomic():
            outbox.enqueue(kind=KIND, payload={}, effect_key=key, street=street, at=at)


def check_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one street."""
    street = job.street
    on = clock.day_of(at)
    coverings.refresh(street=street, on=on, at=at)
    responsibilities.let_go(street=street, on=on, at=at)
    check(street=street, on=on)
    served.put_right(street=street, at=at)
    speakers.put_right(street=street, at=at)


@transaction.atomic
def check(*, street: Street, on: dt.date) -> int:
    """Write down what contradicts itself in a street on a day, close what does not any more; how many stand."""
    with connection.cursor() as cursor:
        for kind, check in _CHECKS.items():
            given: dict[str, Any] = {"street": street.pk, "on": on, "kind": kind.value}
            query = check.format(operating=proposing.OPERATING)
            cursor.execute(_CLOSE.format(check=query), given)
            cursor.execute(_KEEP.format(check=query), given)
    return int(Finding.objects.filter(street=street).open().count())
