"""The trial street's areas: which branch answers for which door, which member for which, by whom each entity is covered.

The three street-block branches hold the shop fronts and buildings of their grid, a building branch its building. Coverings
follow from that as the product itself derives them. Left open, as it is while a campaign runs: what visitors found in this
round, a small house that nobody has taken on, and a shop or two where those are too few.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange
from django.db.models import F

from branches.duty.proposing import Proposal, proposals
from branches.models import Charge, Covering, DutyList, Member, Organisation, OrganisationUnit, Responsibility
from branches.trial.bodies_plan import Plan
from branches.trial.organisations import organisation_ids, plan
from coverage.trial import shape
from coverage.trial.copying import copy
from coverage.trial.days import Ids
from coverage.trial.firms import FORTNIGHT
from coverage.trial.load import Scene

DIVIDED, LISTED_FIRST, LISTED_AGAIN = 40, 45, 88  # days of round 1's count: areas, first and second duty lists
OPEN = 14  # entities that nobody covers
UNFOUNDED = 6  # entities with members enough for a branch, which is not founded and which no other has taken in
SPLIT_FROM = 10  # from this floor on a tower belongs to the street-block branch, below it to the building's
DRAWN_DOOR, DRAWN_MEMBER = "望桥路41号", "chenguishi"
BASIS = "街区划分方案一，按网格"
FIRST_DUTIES = ("每两周走访责任区一次", "新开的店五个工作日内上门", "商户诉求当场记下，办不了的交支部")
SECOND_DUTIES = (
    "每两周走访责任区一次，听一句要办的事",
    "新开的店五个工作日内上门",
    "商户诉求当场办，办不了的当天交支部",
    "把答复带到提出人面前",
    "请店里的党员参加支部活动",
)
_SHARE = ("id", "street_id", "organisation_id", "place_id", "floors", "valid", "basis")
_COVERING = ("id", "street_id", "entity_id", "way", "organisation_id", "instructor_id", "source", "reason", "valid")


@dataclass(frozen=True, slots=True)
class Ground:
    """The street-block branches by grid, the building branches by building, and buildings that nobody takes on."""

    planned: Plan
    blocks: list[uuid.UUID]
    houses: dict[int, uuid.UUID]
    since: dict[uuid.UUID, dt.date]
    left_out: set[int]
    open: set[int]


def write(scene: Scene) -> None:
    """Charges, responsibility areas with duty lists, coverings."""
    ground = _ground(scene)
    scene.say(f"责任范围 {_write_charges(scene, ground):,} 处")
    _write_responsibilities(scene, ground)
    scene.say(f"覆盖 {_write_coverings(scene, ground):,} 家，留 {OPEN} 家没有覆盖")


def _ground(scene: Scene) -> Ground:
    planned = plan(scene)
    ids = organisation_ids(scene, planned)
    kinds = Organisation.Kind
    houses = {
        body.building: pk
        for pk, body in zip(ids, planned.bodies, strict=True)
        if body.kind == kinds.BUILDING and body.building is not None
    }
    since = {
        pk: max(body.founded, scene.days.day(DIVIDED))
        for pk, body in zip(ids, planned.bodies, strict=True)
        if body.founded
    }
    units = {number for body in planned.bodies for number in body.units}
    left_out, open_ones = _left_open(scene, units, houses)
    return Ground(planned, ids[1:4], houses, since, left_out, open_ones)


def _left_open(scene: Scene, units: set[int], houses: dict[int, uuid.UUID]) -> tuple[set[int], set[int]]:
    """Newcomers of this round; the fewest tenants that together with one small house make up the number."""
    firms = scene.town.firms
    operating = [n for n, firm in enumerate(firms) if firm.left is None and firm.is_operating and n not in units]
    found = {n for n in operating if firms[n].is_find and firms[n].registered >= 7 * FORTNIGHT}
    tenants: dict[int, list[int]] = defaultdict(list)
    for n in operating:
        spot = firms[n].spot
        if spot is not None and spot.building is not None:
            tenants[spot.building].append(n)
    busy = {firms[n].spot.building for n in units | found if firms[n].spot is not None}  # type: ignore[union-attr]
    small = [b for b in tenants if b not in busy and b not in houses and len(tenants[b]) <= OPEN - len(found)]
    house = max(small, key=lambda b: (len(tenants[b]), b), default=None)
    chosen = found | set(tenants[house] if house is not None else ())
    homeless = [n for n in operating if firms[n].spot is None]
    shops = [n for n in operating if firms[n].is_shop and not firms[n].is_known and n not in chosen]
    random.Random(f"{scene.seed} gaps").shuffle(shops)
    chosen |= set((homeless[:2] + shops)[: OPEN - len(chosen)])
    return {house} if house is not None else set(), chosen


def _write_charges(scene: Scene, ground: Ground) -> int:
    made, town = Ids(scene.seed, "charge"), scene.town
    whole = NumericRange(None, None)
    rows: list[tuple[object, ...]] = []

    def add(organisation: uuid.UUID, address: str, floors: NumericRange, basis: str) -> None:
        valid = DateRange(ground.since[organisation], None)
        pk = made.at(scene.days.at(DIVIDED))
        rows.append((pk, scene.street.pk, organisation, scene.doors[address], floors, valid, basis))

    for spot in (*town.fronts, *town.stations):
        add(ground.blocks[spot.grid], spot.address, whole, BASIS)
    split = min(ground.houses, key=lambda b: (-town.houses[b].storeys, b))
    for number, house in enumerate(town.houses):
        if number in ground.left_out:
            continue
        own, block = ground.houses.get(number), ground.blocks[house.spot.grid]
        if own is None:
            add(block, house.spot.address, whole, BASIS)
        elif number == split:
            add(own, house.spot.address, NumericRange(None, SPLIT_FROM), "楼宇党组织负责低区")
            add(block, house.spot.address, NumericRange(SPLIT_FROM, None), "高区由街区支部兜底")
        else:
            add(own, house.spot.address, whole, "楼宇党组织负责本楼")
    return copy(Charge, _SHARE, rows)


def _write_responsibilities(scene: Scene, ground: Ground) -> None:
    """Doors of a branch in the order in which one walks past them, cut into as many stretches as it has members."""
    made = Ids(scene.seed, "responsibility")
    roads = {road: number for number, road in enumerate(shape.ROADS)}
    charges = Charge.objects.filter(street=scene.street).select_related("place")
    doors: dict[uuid.UUID, list[Charge]] = defaultdict(list)
    for charge in charges:
        doors[charge.organisation_id].append(charge)
    members = _members(scene, set(doors))
    rows, lists = [], []
    for organisation in sorted(doors):
        mine = sorted(
            doors[organisation], key=lambda c: (roads.get(c.place.road, 99), len(c.place.address), c.place.address)
        )
        people = members[organisation]
        stretch = -(-len(mine) // max(len(people), 1))
        _seat(people, mine, stretch, scene)
        for number, member in enumerate(people):
            for charge in mine[number * stretch : (number + 1) * stretch]:
                since = max(charge.valid.lower, member.valid.lower, scene.days.day(DIVIDED))
                rows.append((made.at(scene.days.at(DIVIDED)), scene.street.pk, organisation, charge.place_id, charge.floors,
                             DateRange(since, None), "支部内部划分", member.pk))  # fmt: skip
            lists += _lists(scene, member, made)
    copy(Responsibility, (*_SHARE, "member_id"), rows)
    DutyList.objects.bulk_create(lists)


def _seat(people: list[Member], mine: list[Charge], stretch: int, scene: Scene) -> None:
    """Whoever is drawn at the drawn door looks after it."""
    drawn = next((n for n, charge in enumerate(mine) if charge.place_id == scene.doors.get(DRAWN_DOOR)), None)
    who = next((n for n, member in enumerate(people) if member.user_id == scene.users[DRAWN_MEMBER].pk), None)
    if drawn is not None and who is not None:
        there = drawn // stretch
        people[there], people[who] = people[who], people[there]


def _members(scene: Scene, organisations: set[uuid.UUID]) -> dict[uuid.UUID, list[Member]]:
    """Full members who have been there since before the areas were drawn; at most ten of a branch take on doors."""
    found: dict[uuid.UUID, list[Member]] = defaultdict(list)
    held = Member.objects.filter(organisation__in=organisations).full().on(scene.days.day(LISTED_FIRST))
    for member in held.on(scene.days.today).order_by(F("user").asc(nulls_last=True), "pk"):
        if len(found[member.organisation_id]) < 10:
            found[member.organisation_id].append(member)
    return found


def _lists(scene: Scene, member: Member, made: Ids) -> list[DutyList]:
    both = ((1, LISTED_FIRST, FIRST_DUTIES), (2, LISTED_AGAIN, SECOND_DUTIES))
    return [
        DutyList(
            id=made.at(scene.days.at(day)), street=scene.street, member=member, version=version,
            since=max(scene.days.day(day), member.valid.lower), items=list(items), made_by=scene.users["zhouwuwu"],
            made_at=scene.days.at(day),
        )
        for version, day, items in both
    ]  # fmt: skip


def _write_coverings(scene: Scene, ground: Ground) -> int:
    """Everybody who operates, as the product derives it; those with members enough for a branch are taken in jointly."""
    made, firms = Ids(scene.seed, "covering"), scene.town.firms
    numbers = [n for n, firm in enumerate(firms) if firm.left is None and firm.is_operating and n not in ground.open]
    found = proposals(street=scene.street.pk, on=scene.days.today, entities=[scene.ids[n] for n in numbers])
    since = _units_since(scene)
    enough = [n for n in numbers if found[scene.ids[n]].members >= 3 and scene.ids[n] not in since]
    unfounded = set(enough[:UNFOUNDED])
    rows = []
    for n in numbers:
        proposal = found[scene.ids[n]]
        first = scene.days.day(max(firms[n].registered, DIVIDED))
        organisation = proposal.organisation or ground.blocks[firms[n].grid]
        begun = since.get(scene.ids[n]) or max(first, ground.since[organisation])
        way, source, reason = _way(proposal, n in unfounded)
        rows.append((made.at(scene.days.at(DIVIDED)), scene.street.pk, scene.ids[n], way, organisation, None, source, reason,
                     DateRange(max(begun, scene.days.day(firms[n].registered)), None)))  # fmt: skip
    return copy(Covering, _COVERING, rows)


def _units_since(scene: Scene) -> dict[uuid.UUID, dt.date]:
    held = OrganisationUnit.objects.filter(street=scene.street).on(scene.days.today)
    standing = held.filter(organisation__founded_on__isnull=False, organisation__dissolved_on__isnull=True)
    return {unit.entity_id: unit.valid.lower for unit in standing}


def _way(proposal: Proposal, is_unfounded: bool) -> tuple[str, str, str]:
    way, source = Covering.Way, Covering.Source
    if not proposal.way:
        return way.INSTRUCTOR, source.HAND, "没有固定场所，由所在网格的支部联系"
    if proposal.way in {way.STREET_BLOCK, way.BUILDING} and proposal.members >= 3 and not is_unfounded:
        return way.JOINT, source.HAND, "党员人数够建支部，成立以前先联合组建"
    return proposal.way, source.DERIVED, ""
