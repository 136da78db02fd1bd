"""The verbs on coverings: in which one way an entity is covered, from when to when.

A covering is derived (it follows areas and units, see docs/coverings.md) or set by hand (it stays until somebody changes it).
Nothing covers an entity by itself for the first time: a proposal is accepted by a person (`branches.duty.gaps`). Afterwards a
derived covering is kept in step: by the verbs on areas at once, by the nightly job for what began or ended meanwhile.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from branches.duty import proposing
from branches.models import Covering, Member, Organisation, OrganisationUnit
from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street

Way = Covering.Way
KIND_OF = {Way.STREET_BLOCK: Organisation.Kind.STREET_BLOCK, Way.BUILDING: Organisation.Kind.BUILDING}


class CoveringError(DomainError):
    """The entity cannot be covered this way; the sentence says why."""


@transaction.atomic
def cover(
    *, entity: Entity, way: str, organisation: Organisation, since: dt.date, instructor: Member | None = None,
    reason: str = "", source: str = Covering.Source.HAND, actor: User | None, at: dt.datetime,
) -> Covering:  # fmt: skip
    """Cover an entity that is not covered on that day or later. Raises `CoveringError`."""
    entity = _locked(entity)
    _check(entity, way, organisation, instructor, since)
    standing = _from(entity, since).select_related("organisation").first()
    if standing is not None:
        raise CoveringError(f"{_said(standing)}，一家只按一种方式覆盖。要换，用“改覆盖方式”。")
    row = _begin(entity, way, organisation, since, instructor, reason, source)
    _tell("coverings.cover", entity, None, row, reason, actor, at)
    return row


@transaction.atomic
def change(
    *, entity: Entity, way: str, organisation: Organisation, since: dt.date, instructor: Member | None = None,
    reason: str = "", source: str = Covering.Source.HAND, actor: User | None, at: dt.datetime,
) -> Covering:  # fmt: skip
    """Cover an entity in another way from a day on; until then it stays as it was. Raises `CoveringError`."""
    entity = _locked(entity)
    _check(entity, way, organisation, instructor, since)
    before = _on(entity, since)
    if before is None:
        raise CoveringError(f"{entity}在 {since:%Y-%m-%d} 没有被覆盖，用“覆盖”。", field="since")
    asked = (way, organisation.pk, instructor.pk if instructor else None)
    if (before.way, before.organisation_id, before.instructor_id) == asked:
        raise CoveringError("和现在的一样，没有要改的。", field="way")
    _refuse_later(entity, since)
    _end(before, since)
    row = _begin(entity, way, organisation, since, instructor, reason, source)
    _tell("coverings.change", entity, before, row, reason, actor, at)
    return row


@transaction.atomic
def uncover(*, entity: Entity, on: dt.date, reason: str, actor: User | None, at: dt.datetime) -> Covering:
    """End the covering of an entity, which becomes a gap. Raises `CoveringError`."""
    if len(reason.strip()) < 2:
        raise CoveringError("写一句为什么不再覆盖。", field="reason")
    entity = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    before = _on(entity, on)
    if before is None:
        raise CoveringError(f"{entity}在 {on:%Y-%m-%d} 没有被覆盖。", field="since")
    _refuse_later(entity, on)
    _end(before, on)
    _tell("coverings.uncover", entity, before, None, reason, actor, at)
    return before


def current(entity: Entity, on: dt.date) -> Covering | None:
    """How an entity is covered on a day (one query)."""
    rows = Covering.objects.filter(entity=entity).on(on)
    found: Covering | None = rows.select_related("organisation", "instructor").first()
    return found


def _locked(entity: Entity) -> Entity:
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if not Entity.objects.operating().filter(pk=row.pk).exists():
        raise CoveringError(f"{row}不在营，不用覆盖。")
    return row


def _check(entity: Entity, way: str, organisation: Organisation, instructor: Member | None, since: dt.date) -> None:
    if way not in Way.values:
        raise CoveringError("选一种覆盖方式。", field="way")
    if organisation.street_id != entity.street_id or not organisation.stands_on(since):
        raise CoveringError(f"{organisation}在 {since:%Y-%m-%d} 还没有成立或已经撤销。", field="organisation")
    if (kind := KIND_OF.get(Way(way))) and organisation.kind != kind:
        raise CoveringError(f"“{Way(way).label}”要选{kind.label}党支部，{organisation}不是。", field="organisation")
    units = OrganisationUnit.objects.filter(entity=entity, organisation=organisation).on(since)
    if way == Way.SINGLE and not units.exists():
        raise CoveringError(f"单独组建的，要先在{organisation}登记这家为组建单位。", field="way")
    if instructor is not None and way != Way.INSTRUCTOR:
        raise CoveringError("只有“指导员联系”才写指导员。", field="instructor")
    if (
        instructor is not None
        and not Member.objects.filter(pk=instructor.pk, organisation=organisation).on(since).exists()
    ):
        raise CoveringError(f"指导员要在 {since:%Y-%m-%d} 编在{organisation}。", field="instructor")


def _from(entity: Entity, since: dt.date) -> Any:
    """What holds on a day or begins later."""
    return Covering.objects.filter(entity=entity, valid__overlap=(since, None)).order_by("valid")


def _on(entity: Entity, day: dt.date) -> Covering | None:
    return current(entity, day)


def _refuse_later(entity: Entity, since: dt.date) -> None:
    later = Covering.objects.filter(entity=entity, valid__startswith__gt=since).select_related("organisation").first()
    if later is not None:
        raise CoveringError(f"{_said(later)}已经排好，选那以后的日子。", field="since")


def _said(row: Covering) -> str:
    return f"{row.valid.lower:%Y-%m-%d} 起已由{row.organisation}{row.get_way_display()}"


def _begin(
    entity: Entity, way: str, organisation: Organisation, since: dt.date, instructor: Member | None, reason: str,
    source: str,
) -> Covering:  # fmt: skip
    with as_sentences(CoveringError):
        return Covering.objects.create(
            street_id=entity.street_id, entity=entity, way=way, organisation=organisation, instructor=instructor,
            source=source, reason=reason.strip()[:200], valid=(since, None),
        )  # fmt: skip


def _end(row: Covering, day: dt.date) -> None:
    row.valid = (row.valid.lower, day)
    row.save(update_fields=["valid"])


def _tell(
    verb: str, entity: Entity, before: Covering | None, after: Covering | None, reason: str, actor: User | None,
    at: dt.datetime,
) -> None:  # fmt: skip
    record(
        verb=verb, target=entity, actor=actor, at=at, before=_words(before), after=_words(after), reason=reason.strip()
    )


def _words(row: Covering | None) -> dict[str, str]:
    if row is None:
        return {}
    return {"way": row.way, "organisation": str(row.organisation)}


# ---- kept in step


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What the job changed: coverings of entities that no longer operate, of organisations that no longer stand, derived
    ones that moved with areas and units, and derived ones that nobody holds any more."""

    closed: int = 0
    gone: int = 0
    moved: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        return self.closed + self.gone + self.moved + self.lost


def follow(*, street: uuid.UUID, since: dt.date, on: dt.date, places: Collection[uuid.UUID] | None = None) -> Refreshed:
    """Let derived coverings that hold on `on` follow areas and units from `since` on: all of them, or those at some places
    and in the rooms of these. Two statements whatever the number."""
    there = "" if places is None else " AND (p.id = ANY(%(places)s) OR p.building_id = ANY(%(places)s))"
    given = proposing.given(street=street, on=on) | {"since": since, "places": list(places or ())}
    with connection.cursor() as cursor:
        cursor.execute(proposing.statement(proposing.OPERATING + there) + _FOLLOW, given)
        hit = cursor.fetchall()
        begun = [row for row in hit if row[1] is not None]
        if begun:
            columns = [list(column) for column in zip(*begun, strict=True)]
            names = ("entities", "ways", "organisations", "sinces", "untils")
            cursor.execute(_BEGIN, given | dict(zip(names, columns, strict=True)))
    return Refreshed(moved=len(begun), lost=len(hit) - len(begun))


_FOLLOW = """
UPDATE branches_covering c SET valid = daterange(lower(c.valid), greatest(lower(c.valid), %(since)s::date))
FROM proposed p
WHERE c.entity_id = p.entity_id AND c.street_id = %(street)s AND c.valid @> %(on)s::date AND c.source = 'derived'
  AND (c.way, c.organisation_id) IS DISTINCT FROM (p.way, p.organisation_id)
RETURNING c.entity_id, p.way, p.organisation_id, greatest(lower(old.valid), %(since)s::date), upper(old.valid)
"""
_BEGIN = """
INSERT INTO branches_covering (id, street_id, entity_id, way, organisation_id, source, reason, valid)
SELECT uuidv7(), %(street)s, n.entity, n.way, n.organisation, 'derived', '', daterange(n.since, n.until)
FROM unnest(%(entities)s::uuid[], %(ways)s::text[], %(organisations)s::uuid[], %(sinces)s::date[], %(untils)s::date[])
     AS n (entity, way, organisation, since, until)
"""
_CLOSE = """
UPDATE branches_covering c SET valid = daterange(lower(c.valid), %(on)s::date)
FROM coverage_entity e
WHERE e.id = c.entity_id AND c.street_id = %(street)s AND c.valid @> %(on)s::date AND NOT ({operating})
"""
_LEAVE = """
UPDATE branches_covering c SET valid = daterange(lower(c.valid), %(on)s::date)
FROM branches_organisation o
WHERE o.id = c.organisation_id AND c.street_id = %(street)s AND c.valid @> %(on)s::date AND c.source = 'hand'
  AND o.dissolved_on <= %(on)s
"""


@transaction.atomic
def refresh(*, street: Street, on: dt.date, at: dt.datetime) -> Refreshed:
    """Bring the coverings of a street in step with what is so on a day: safe to run twice, the second run changes nothing."""
    given: dict[str, Any] = {"street": street.pk, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE.format(operating=proposing.OPERATING), given)
        closed = cursor.rowcount
        cursor.execute(_LEAVE, given)
        gone = cursor.rowcount
    followed = follow(street=street.pk, since=on, on=on)
    done = Refreshed(closed, gone, followed.moved, followed.lost)
    if done.total:
        after = {"closed": done.closed, "dissolved": done.gone, "followed": done.moved, "lost": done.lost}
        record(verb="coverings.refresh", target=street, actor=None, at=at, after=after)
    return done


def hear_leaving(*, entity: Entity, at: dt.datetime, **_: Any) -> None:
    """An entity was found closed or moved, or has left the registry: its covering ends on that day."""
    day = clock.day_of(at)
    for row in Covering.objects.filter(entity=entity).on(day):
        _end(row, day)


def hear_filing(*, organisation: Organisation, at: dt.datetime, **_: Any) -> None:
    """An organisation was founded, or that was taken back: derived coverings of its units follow on that day, not at night."""
    day = clock.day_of(at)
    places = organisation.units.on(day).exclude(entity__place=None).values_list("entity__place", flat=True)
    if found := list(places):
        follow(street=organisation.street_id, since=day, on=day, places=found)


# ---- merging


def move_rows(absorbed: Entity, kept: Entity) -> list[str]:
    """What becomes of coverings when two entries are made one: those of the kept entry stand. Of the absorbed one, a row
    moves where the kept entry was covered on none of its days; any other stays with the entry it was made for and, if it
    still holds, ends on the day of the merge."""
    day = clock.day_of(absorbed.removed_at) if absorbed.removed_at else None
    done: list[str] = []
    for row in Covering.objects.filter(entity=absorbed, valid__isempty=False).order_by("valid"):
        if not Covering.objects.filter(entity=kept, valid__overlap=row.valid).exists():
            Covering.objects.filter(pk=row.pk).update(entity=kept)
            done.append(str(row.pk))
        elif day is not None and row.holds_on(day):
            done.append(":".join(["ended", str(row.pk), *map(str, (row.valid.lower, row.valid.upper or "", day))]))
            _end(row, day)
    return done


def return_rows(ids: Iterable[str], absorbed: Entity, kept: Entity) -> int:
    """Put back what `move_rows` did; how many rows have changed since and stay as they are."""
    missed = 0
    for given in ids:
        if not given.startswith("ended:"):
            missed += not Covering.objects.filter(pk=given, entity=kept).update(entity=absorbed)
            continue
        _, pk, since, until, day = given.split(":")
        as_ended = (since, day) if since < day else "empty"
        was = (since, until or None)
        missed += not Covering.objects.filter(pk=pk, entity=absorbed, valid=as_ended).update(valid=was)
    return missed
