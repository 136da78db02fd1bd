"""Where nobody answers yet (覆盖空白): which entities, buildings and people, why, and how each could be covered.

A gap is read, never stored: it is gone as soon as what it says is no longer so. What is proposed is done only when a person
accepts it (`branches.duty.accepting`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from branches.duty import proposing
from branches.duty.proposing import Proposal
from branches.models import Charge, Covering, Organisation, OrganisationUnit, Outreach, Rule
from branches.rules.book import BOOK, Rules
from coverage.models import Entity, Submission, Visit, Worker
from shimen.territory.models import Place


class Kind(models.TextChoices):
    """What is missing, the most urgent first."""

    UNCOVERED = "uncovered", "尚未覆盖"
    MEMBERS = "members", "有党员未建支部"
    BUILDING = "building", "楼宇没有支部"
    PEOPLE = "people", "无固定场所的人"
    NEVER = "never", "从未走访到"
    STALE = "stale", "久未确认"


OF_ENTITIES = (Kind.UNCOVERED, Kind.MEMBERS, Kind.NEVER, Kind.STALE)


class InQuery:
    """The rules of a street as they stand on a day, asked for inside the query that compares with them."""

    def __init__(self, *, street: uuid.UUID, on: dt.date) -> None:
        self.rows = Rule.objects.filter(street_id=street, since__lte=on).order_by("-since")

    def __getitem__(self, key: str) -> Coalesce:
        chosen = Subquery(self.rows.filter(key=key).values("value")[:1], output_field=IntegerField())
        return Coalesce(chosen, Value(BOOK[key].default))


class Space(models.TextChoices):
    """Where an entity is, as gaps are counted."""

    SHOPFRONT = "shopfront", "沿街门面"
    BUILDING = "building", "楼宇"
    OTHER = "other", "其他地点"
    NONE = "none", "无固定场所"


SPACE = Case(
    When(place__isnull=True, then=Value(Space.NONE.value)),
    When(place__kind=Place.Kind.SHOPFRONT, then=Value(Space.SHOPFRONT.value)),
    When(place__kind__in=[Place.Kind.BUILDING, Place.Kind.ROOM], then=Value(Space.BUILDING.value)),
    default=Value(Space.OTHER.value),
)
_MET = [Visit.Outcome.SAME, Visit.Outcome.CHANGED]
_STANDINGS = (Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY)


def covered(on: dt.date, **where: Any) -> Exists:
    """Whether an entity is covered on a day."""
    return Exists(Covering.objects.on(on).filter(entity=OuterRef("pk"), **where))


def known_members() -> Coalesce:
    """How many party members at work are known with consent; a count and nothing else."""
    rows = Worker.objects.filter(entity=OuterRef("pk"), standing__in=_STANDINGS, left_on__isnull=True).order_by()
    counted = rows.values("entity").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def entities(kind: str, rows: QuerySet[Entity], *, on: dt.date, rules: Rules | InQuery) -> QuerySet[Entity]:
    """Those of `rows` that operate and in which something is missing. `kind` is one of `OF_ENTITIES`."""
    rows = rows.filter(pk__in=Entity.objects.operating().values("pk"))
    if kind == Kind.UNCOVERED:
        return rows.filter(~covered(on))
    if kind == Kind.MEMBERS:
        enough = rows.alias(_members=known_members()).filter(_members__gte=rules["founding_members"])
        return enough.filter(~covered(on, way__in=Covering.ORGANISED))
    met = Exists(Visit.objects.standing().filter(entity=OuterRef("pk"), outcome__in=_MET))
    if kind == Kind.NEVER:
        return rows.filter(~met)
    days = rules["stale_days"]
    since = Func(
        Cast(Value(on), DateField()), Value(days) if isinstance(days, int) else days, arg_joiner=" - ",
        template="(%(expressions)s)", output_field=DateField(),
    )  # fmt: skip
    return rows.filter(met, presence_on__lt=since)


def buildings(rows: QuerySet[Place], *, on: dt.date) -> QuerySet[Place]:
    """Standing buildings with somebody operating in them for which no organisation answers, not even for a floor."""
    at = Q(place=OuterRef("pk")) | Q(place__building=OuterRef("pk"))
    inside = Exists(Entity.objects.operating().filter(at))
    charged = Exists(Charge.objects.on(on).filter(place=OuterRef("pk")))
    return rows.standing().filter(inside, ~charged, kind=Place.Kind.BUILDING)  # type: ignore[attr-defined,no-any-return]


def people(rows: QuerySet[Submission], *, on: dt.date) -> QuerySet[Submission]:
    """Riders, drivers and streamers who registered themselves as such at a place and whom no organisation looks after.
    Nobody else finds them; somebody who did not say what they do is not guessed to be one."""
    open_states = [Submission.State.WAITING, Submission.State.ACCEPTED]
    reached = Exists(Outreach.objects.on(on).filter(submission=OuterRef("pk")))
    return rows.filter(
        ~reached, entity__isnull=True, place__isnull=False, state__in=open_states, post__in=Submission.WITHOUT_PREMISES
    )


# ---- how each could be covered


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed way: `way` as in `Covering.Way`, by which organisation, how many metres away (0 = it is in its area), and
    why. `members` are those known with consent."""

    way: str
    organisation: Organisation
    metres: int = 0
    members: int = 0
    words: str = ""


def suggest(
    kind: str, found: Iterable[Entity], *, street: uuid.UUID, on: dt.date, rules: Rules
) -> dict[uuid.UUID, Suggestion]:
    """A suggestion for each entity (with `place` fetched) where there is any, in at most five queries."""
    listed = list(found)
    proposed = proposing.proposals(street=street, on=on, entities=[entity.pk for entity in listed])
    lost = [entity for entity in listed if proposed[entity.pk].organisation is None]
    near = _nearest({entity.place_id for entity in lost if entity.place_id}, street, on)
    homeless = _of_grids({entity.area_id for entity in lost if entity.place_id is None}, street, on)
    joints = _open_joints(street, on, rules) if kind == Kind.MEMBERS else {}
    known = _organisations(proposed, near, homeless, joints)
    made = {}
    for entity in listed:
        proposal = proposed[entity.pk]
        beside = near.get(entity.place_id) if entity.place_id else None
        organisation = proposal.organisation or (beside[0] if beside else homeless.get(entity.area_id))
        house = entity.place.building_id if entity.place else None
        joint = joints.get(house) if house else None
        if kind == Kind.MEMBERS and proposal.organisation and proposal.way in Covering.ORGANISED:
            # With members enough, only the unit of an organisation is proposed as organised.
            words = "已经是它的组建单位"
            made[entity.pk] = Suggestion(proposal.way, known[proposal.organisation], 0, proposal.members, words)
        elif kind == Kind.MEMBERS and joint:
            words = f"同楼的联合党支部还不到 {rules['joint_units']} 个单位"
            made[entity.pk] = Suggestion(Covering.Way.JOINT, known[joint], 0, proposal.members, words)
        elif organisation is not None:
            metres = beside[1] if beside and proposal.organisation is None else 0
            made[entity.pk] = _suggestion(kind, entity, proposal, known[organisation], metres, rules)
    return made


def _suggestion(
    kind: str, entity: Entity, proposal: Proposal, organisation: Organisation, metres: int, rules: Rules
) -> Suggestion:
    way = proposal.way
    if kind == Kind.MEMBERS:
        words = f"够成立党支部；成立以前先由{organisation}联合组建"
        return Suggestion(Covering.Way.JOINT, organisation, metres, proposal.members, words)
    if way:
        words = "在它的责任范围里"
    elif entity.place_id is None:
        way, words = Covering.Way.INSTRUCTOR, "没有固定场所，由所在网格的支部派指导员"
    elif 0 < proposal.members < rules["founding_members"]:
        way, words = Covering.Way.JOINT, f"最近的支部，相距 {metres} 米"
    else:
        way, words = Covering.Way.INSTRUCTOR, f"最近的支部，相距 {metres} 米，派指导员"
    return Suggestion(way, organisation, metres, proposal.members, words)


def _organisations(proposed: dict[uuid.UUID, Proposal], *more: dict[Any, Any]) -> dict[uuid.UUID, Organisation]:
    ids = {proposal.organisation for proposal in proposed.values()}
    for each in more:
        ids |= {value[0] if isinstance(value, tuple) else value for value in each.values()}
    return Organisation.objects.in_bulk([pk for pk in ids if pk is not None])


_NEAREST = """
SELECT p.id, near.organisation_id, round(near.metres)::int
FROM territory_place p
CROSS JOIN LATERAL (
    SELECT c.organisation_id,
           111320 * sqrt(power((q.lon - p.lon) * cos(radians(p.lat)), 2) + power(q.lat - p.lat, 2)) AS metres
    FROM branches_charge c JOIN territory_place q ON q.id = c.place_id
    JOIN branches_organisation o ON o.id = c.organisation_id AND (o.dissolved_on IS NULL OR o.dissolved_on > %(on)s)
    WHERE c.street_id = %(street)s AND c.valid @> %(on)s::date AND q.id <> p.id
    ORDER BY metres LIMIT 1) near
WHERE p.id = ANY(%(places)s)
"""


def _nearest(places: set[uuid.UUID], street: uuid.UUID, on: dt.date) -> dict[uuid.UUID, tuple[uuid.UUID, int]]:
    """The organisation that answers for the place next to each, and its distance in metres as the crow flies."""
    if not places:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"street": street, "on": on, "places": list(places)})
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def _of_grids(areas: set[uuid.UUID | None], street: uuid.UUID, on: dt.date) -> dict[uuid.UUID | None, uuid.UUID]:
    """The organisation that answers for most places of each area."""
    if not areas:
        return {}
    rows = Charge.objects.on(on).filter(street=street, place__area__in=areas)
    counted = rows.values("place__area", "organisation").annotate(n=Count("pk")).order_by("n", "organisation")
    return {row["place__area"]: row["organisation"] for row in counted}


def _open_joints(street: uuid.UUID, on: dt.date, rules: Rules) -> dict[uuid.UUID, uuid.UUID]:
    """Joint branches that may take one more unit, by the building in which their units are."""
    units = OrganisationUnit.objects.on(on).filter(street=street, organisation__form=Organisation.Form.JOINT)
    standing = units.filter(organisation__in=Organisation.objects.standing(on))
    counted = standing.values("organisation").annotate(n=Count("pk")).filter(n__lt=rules["joint_units"])
    open_ones = {row["organisation"] for row in counted.order_by()}
    houses = standing.filter(organisation__in=open_ones, entity__place__building__isnull=False)
    return dict(houses.order_by("organisation").values_list("entity__place__building", "organisation"))


def nearest_for_places(places: Iterable[Place], *, street: uuid.UUID, on: dt.date) -> dict[uuid.UUID, Suggestion]:
    """For places that nobody answers for, or people who wrote there: whose area it is, else the branch next to it."""
    listed = list(places)
    rows = Charge.objects.on(on).filter(place__in=[place.pk for place in listed], floors__isempty=False)
    own = {row.place_id: row.organisation_id for row in rows}
    near = _nearest({place.pk for place in listed} - own.keys(), street, on)
    known = Organisation.objects.in_bulk({*own.values(), *(pair[0] for pair in near.values())})
    found = {}
    for place in listed:
        if place.pk in own:
            found[place.pk] = Suggestion("", known[own[place.pk]], words="在它的责任范围里")
        elif place.pk in near:
            organisation, metres = near[place.pk]
            found[place.pk] = Suggestion("", known[organisation], metres, words=f"最近的支部，相距 {metres} 米")
    return found


def spaced(rows: QuerySet[Entity]) -> QuerySet[Entity]:
    """With the kind of place each is in, as `space`."""
    return rows.annotate(space=SPACE, grid=F("area__name"))
