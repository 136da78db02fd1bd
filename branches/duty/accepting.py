"""Accepting what is proposed for a gap: each proposal is worked out again when it is accepted, and done by the verb whose
business it is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import connection, transaction

from branches.duty import charges, coverings, gaps, proposing
from branches.duty.coverings import CoveringError
from branches.duty.gaps import Kind
from branches.models import Covering, Organisation, Outreach, Rule
from coverage.models import Entity, Submission
from coverage.visits import questions
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Place, Street


class GapError(DomainError):
    """The gap cannot be closed as proposed; the sentence says why."""


@transaction.atomic
def accept(*, entity: Entity, kind: str, actor: User, at: dt.datetime) -> str:
    """Do what is proposed for an entity; a sentence that says what was done. Raises `GapError`, `CoveringError`."""
    on = clock.day_of(at)
    rules = Rule.objects.book(street=entity.street_id, on=on)
    missing = (
        gaps.entities(kind, Entity.objects.filter(pk=entity.pk), on=on, rules=rules).select_related("place").first()
    )
    if missing is None:
        raise GapError(f"{entity}这一项已经补上了。")
    found = gaps.suggest(kind, [missing], street=entity.street_id, on=on, rules=rules).get(entity.pk)
    if kind in {Kind.NEVER, Kind.STALE}:
        questions.ask(entity=missing, sentence=_question(kind), actor=actor, at=at)
        return f"{entity}：已交走访的人下次上门核实"
    if found is None:
        raise GapError("街道里还没有党组织负责任何地点，先在“责任区”里划入。")
    verb = coverings.change if coverings.current(missing, on) else coverings.cover
    is_derived = kind == Kind.UNCOVERED and not found.metres and missing.place_id is not None
    source = Covering.Source.DERIVED if is_derived else Covering.Source.HAND
    row = verb(
        entity=missing, way=found.way, organisation=found.organisation, since=on, reason=found.words, source=source,
        actor=actor, at=at,
    )  # fmt: skip
    return f"{entity}：{row.organisation}{row.get_way_display()}，自今天起"


def _question(kind: str) -> str:
    return "还没有人见过这家，是否在营业，由谁经营？" if kind == Kind.NEVER else "很久没有确认，是否还在营业？"


@transaction.atomic
def accept_all(*, street: Street, entities: Collection[uuid.UUID], actor: User, at: dt.datetime) -> int:
    """Cover those of the entities that nobody covers by the branch in whose area they are, or of which they are a unit,
    from today on; how many. Whatever lies in nobody's area is left for a decision. One statement whatever the number."""
    on = clock.day_of(at)
    given = proposing.given(street=street.pk, on=on) | {"entities": list(entities)}
    which = f"e.id = ANY(%(entities)s) AND {proposing.OPERATING}"
    with connection.cursor() as cursor:
        cursor.execute(proposing.statement(which) + _COVER, given)
        covered = int(cursor.rowcount)
    if covered:
        record(verb="coverings.accept_all", target=street, actor=actor, at=at, after={"rows": covered})
    return covered


_COVER = """
INSERT INTO branches_covering (id, street_id, entity_id, way, organisation_id, source, reason, valid)
SELECT uuidv7(), p.street_id, p.entity_id, p.way, p.organisation_id, 'derived', '', daterange(%(on)s::date, NULL)
FROM proposed p
WHERE p.way IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM branches_covering c WHERE c.entity_id = p.entity_id AND c.valid && daterange(%(on)s::date, NULL))
ORDER BY p.entity_id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def accept_building(*, place: Place, actor: User, at: dt.datetime) -> Organisation:
    """Let the branch next to a building answer for it from today on. Raises `GapError`, `ChargeError`."""
    on = clock.day_of(at)
    if not gaps.buildings(Place.objects.filter(pk=place.pk), on=on).exists():
        raise GapError(f"{place}已经有支部负责了。")
    found = gaps.nearest_for_places([place], street=place.street_id, on=on).get(place.pk)
    if found is None:
        raise GapError("街道里还没有党组织负责任何地点，先在“责任区”里划入。")
    charges.assign(
        organisation=found.organisation,
        pieces=[charges.Piece(place.pk)],
        since=on,
        basis="补覆盖空白",
        actor=actor,
        at=at,
    )
    return found.organisation


@transaction.atomic
def reach(*, submission: Submission, actor: User, at: dt.datetime) -> Organisation:
    """Let the branch nearest to where a person without premises registered invite them. Raises `GapError`.

    The person has registered themselves; whether and how they are called is in their own submission and consents.
    """
    on = clock.day_of(at)
    row = gaps.people(Submission.objects.filter(pk=submission.pk), on=on).select_related("place").first()
    if row is None or row.place is None:
        raise GapError("这位同志已经有支部联系，或者撤回了登记。")
    found = gaps.nearest_for_places([row.place], street=row.street_id, on=on).get(row.place.pk)
    if found is None:
        raise GapError("街道里还没有党组织负责任何地点，先在“责任区”里划入。")
    with as_sentences(GapError):
        Outreach.objects.create(
            street_id=row.street_id, submission=row, organisation=found.organisation, valid=(on, None)
        )
    after = {"organisation": str(found.organisation)}
    record(verb="gaps.reach", target=row, actor=actor, at=at, after=after)
    return found.organisation


__all__ = ["CoveringError", "GapError", "accept", "accept_all", "accept_building", "reach"]
