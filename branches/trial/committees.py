"""The committees of the trial street: shop people lead, departments lend people, and a few terms ask to be looked at.

Of those that stand longer than a term, four end soon, one is overdue, one was extended; two seats are vacant, and one
cadre's secondment is over.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateRange

from branches.models import Committee, Extension, Member, Organisation, Seat, Superior
from branches.rules import seats as rules
from branches.rules.book import Rules
from coverage.trial import words
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene

Kind, Form, Role, Origin = Organisation.Kind, Organisation.Form, Seat.Role, Seat.Origin
DEPARTMENTS = ("市场监管所", "城管中队", "党群服务中心")
# What the three secretaries of the street blocks do for a living.
SHOPS = {"赵甲一": "丙寅茶叶店主", "蒋寅三": "丁卯书店合伙人", "朱午七": "戊辰面包房主"}
# Days before today on which the committees of the clock were elected, counted beyond a whole term (negative: not over).
SOON, OVERDUE, EXTENDED = (-24, -61, -97, -140), 47, 66
LEAST_DAYS = 40


@dataclass(slots=True)
class Plan:
    """One organisation's committee before it is written: when elected, when over, and who."""

    organisation: Organisation
    elected: dt.date
    due: dt.date
    extended: dt.date | None = None
    seats: list[Seat] = field(default_factory=list)
    vacant: str = ""


class Writer:
    """Chooses and writes; the same street every time."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.today = scene, scene.days.today
        self.chance = random.Random(f"{scene.seed} committees")
        self.ids = {name: Ids(scene.seed, name) for name in ("committee", "seat", "extension")}
        self.rules = Rules([], on=self.today)
        self.members: dict[uuid.UUID, list[Member]] = defaultdict(list)
        for row in Member.objects.on(self.today).full().order_by("pk"):
            self.members[row.organisation_id].append(row)
        self.below: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for above, below in Superior.objects.on(self.today).order_by("pk").values_list("above", "organisation"):
            self.below[above].append(below)
        standing = Organisation.objects.standing(self.today).exclude(kind=Kind.STREET).order_by("pk")
        self.organisations = list(standing.select_related("area"))
        self.busy: set[uuid.UUID] = set()

    def write(self) -> None:
        """Every organisation that stands, in the order of their ids."""
        plans = self._clock()
        for plan in plans:
            self._fill(plan)
        self._oddities(plans)
        committees, seats, extensions = [], [], []
        for plan in plans:
            past = self._before(plan)
            committee = self._committee(plan, 2 if past else 1)
            committees += [*([past[0]] if past else []), committee]
            for seat in plan.seats:
                seat.committee = committee
            for seat in past[1] if past else []:
                seat.ended_by = committee
            seats += [*(past[1] if past else []), *plan.seats]
            if plan.extended is not None:
                extensions.append(self._extension(plan, committee))
        Committee.objects.bulk_create(committees)
        Seat.objects.bulk_create(seats)
        Extension.objects.bulk_create(extensions)
        self.scene.say(f"班子 {len(committees)} 届，席位 {len(seats)} 个")

    # When.

    def _clock(self) -> list[Plan]:
        old = [row for row in self.organisations if self._age(row) > 1300 and row.kind == Kind.ENTERPRISE]
        self.chance.shuffle(old)
        special = dict(zip((row.pk for row in old), (*SOON, OVERDUE, EXTENDED), strict=False))
        return [self._term(row, special.get(row.pk)) for row in self.organisations]

    def _age(self, row: Organisation) -> int:
        return (self.today - row.founded_on).days if row.founded_on else 0

    def _term(self, row: Organisation, beyond: int | None) -> Plan:
        """`beyond`: how many days its term is over by rule (negative: how many it still has); None for any other."""
        months = 12 * self.rules[rules.term_key(row.kind)]
        if beyond is not None:
            elected = rules.months_later(self.today - dt.timedelta(days=beyond), -months)
        elif self._age(row) < 700:
            elected = row.founded_on or self.today
        else:
            longest = min(self._age(row) - LEAST_DAYS, 30 * months - 230)
            elected = self.today - dt.timedelta(days=self.chance.randrange(LEAST_DAYS, longest))
        plan = Plan(row, elected, rules.months_later(elected, months))
        if beyond == EXTENDED:
            plan.extended = rules.months_later(plan.due, 9)
        return plan

    # Who.

    def _fill(self, plan: Plan) -> None:
        row, people = plan.organisation, self._people(plan)
        if row.kind == Kind.STREET_BLOCK:
            self._street_block(plan, people)
        elif row.form in (Form.GENERAL, Form.COMMITTEE):
            roles = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISER, Role.PUBLICITY, Role.DISCIPLINE)
            for role in roles:
                self._seat(plan, role, people.pop(0) if people and role != Role.DISCIPLINE else None)
        elif len(self.members[row.pk]) < self.rules["committee_from"]:
            leaders = (Role.SECRETARY, Role.DEPUTY) if len(self.members[row.pk]) > 4 else (Role.SECRETARY,)
            for role in leaders:
                self._seat(plan, role, people.pop(0) if people else None)
        else:
            many = len(self.members[row.pk]) >= 14
            more = (Role.DEPUTY, Role.DISCIPLINE) if many else ()
            for role in (Role.SECRETARY, *more[:1], Role.ORGANISER, Role.PUBLICITY, *more[1:]):
                self._seat(plan, role, people.pop(0) if people else None)

    def _people(self, plan: Plan) -> list[Member]:
        """Those who may be elected, who were members by then, and sit nowhere yet."""
        homes = [plan.organisation.pk]
        if plan.organisation.form in (Form.GENERAL, Form.COMMITTEE):
            homes += self.below[plan.organisation.pk]
        listed = [row for home in homes for row in self.members[home] if row.pk not in self.busy]
        return [row for row in listed if row.valid is not None and row.valid.lower <= plan.elected]

    def _street_block(self, plan: Plan, people: list[Member]) -> None:
        """书记 and 组织 from the shops, 纪检 from a department, a deputy from the street's party service centre; who sits
        across follows when the buildings have theirs (`_across`)."""
        shops = [row for row in people if row.relation != Member.Relation.SECONDED]
        shops.sort(key=lambda row: (row.name() not in SHOPS, row.user_id is None))
        lent = sorted(
            (row for row in people if row.relation == Member.Relation.SECONDED), key=lambda row: row.user_id is None
        )
        self._seat(plan, Role.SECRETARY, shops.pop(0))
        self._seat(plan, Role.DEPUTY, None, unit=DEPARTMENTS[2])
        self._seat(plan, Role.ORGANISER, shops.pop(0))
        self._seat(plan, Role.DISCIPLINE, lent.pop(0) if lent else None)

    def _seat(self, plan: Plan, role: str, member: Member | None, *, unit: str = "") -> Seat:
        organisation = plan.organisation
        seat = Seat(
            id=self._id("seat", plan.elected), street_id=organisation.street_id, organisation=organisation, role=role,
            valid=DateRange(plan.elected, None),
        )  # fmt: skip
        if member is None:
            self._outsider(plan, seat, unit)
        else:
            self.busy.add(member.pk)
            seat.member, seat.user_id, seat.name = member, member.user_id, member.name()
            seat.home_unit = SHOPS.get(seat.name, "")
            if member.relation == Member.Relation.SECONDED:
                self._second(plan, seat, member.home_unit)
        plan.seats.append(seat)
        return seat

    def _outsider(self, plan: Plan, seat: Seat, unit: str) -> None:
        seat.name = words.person(self.chance)
        if plan.organisation.kind == Kind.RESIDENTIAL and not unit:
            seat.home_unit = plan.organisation.name.replace("党总支", "居民党支部")
        else:
            self._second(plan, seat, unit or self.chance.choice(DEPARTMENTS))

    def _second(self, plan: Plan, seat: Seat, unit: str) -> None:
        seat.origin, seat.home_unit = Origin.SECONDED, unit
        seat.seconded_until = max(rules.months_later(self.today, self.chance.randrange(4, 20)), plan.elected)

    # What asks to be looked at.

    def _oddities(self, plans: list[Plan]) -> None:
        """Two people have left their seats, one secondment is over, one person sits across."""
        larger = [
            p for p in plans if len(p.seats) >= 3 and p.organisation.kind != Kind.STREET_BLOCK and p.extended is None
        ]
        for plan in self.chance.sample(larger, 2):
            seat = next(seat for seat in plan.seats if seat.role == Role.PUBLICITY)
            left = max(self.today - dt.timedelta(days=33), plan.elected + dt.timedelta(days=1))
            seat.valid, seat.end_reason = DateRange(plan.elected, left), "调离本街道"
        lent = next(
            seat for plan in plans for seat in plan.seats
            if seat.origin == Origin.SECONDED and seat.member_id is None and plan.organisation.kind == Kind.BUILDING
        )  # fmt: skip
        lent.seconded_until = self.today - dt.timedelta(days=20)
        self._across(plans)

    def _across(self, plans: list[Plan]) -> None:
        """The secretary of a building's branch also sits on the committee of the street block of the same grid (交叉任职)."""
        for block in (plan for plan in plans if plan.organisation.kind == Kind.STREET_BLOCK):
            near = next(
                (
                    plan for plan in plans
                    if plan.organisation.kind == Kind.BUILDING and plan.organisation.area_id == block.organisation.area_id
                    and plan.seats[0].member is not None and plan.seats[0].member.valid.lower <= block.elected
                ),
                None,
            )  # fmt: skip
            seat = self._seat(block, Role.PUBLICITY, near.seats[0].member if near else None)
            if near is not None:
                seat.origin, seat.home_unit, seat.user = Origin.CROSS, near.organisation.name, None

    def _before(self, plan: Plan) -> tuple[Committee, list[Seat]] | None:
        """The committee before, of those that stand longer than a term."""
        founded = plan.organisation.founded_on
        if founded is None or (plan.elected - founded).days < 400:
            return None
        elected = max(rules.months_later(plan.elected, -36), founded)
        past = Plan(plan.organisation, elected, rules.months_later(elected, 36))
        for role in (Role.SECRETARY, Role.DEPUTY):
            seat = self._seat(past, role, None)
            seat.origin, seat.home_unit, seat.seconded_until = Origin.INSIDE, "", None
            seat.valid, seat.end_reason = DateRange(elected, plan.elected), "换届"
        row = self._committee(past, 1)
        row.valid = DateRange(elected, plan.elected)
        for seat in past.seats:
            seat.committee = row
        return row, past.seats

    # Rows.

    def _id(self, table: str, day: dt.date) -> uuid.UUID:
        return self.ids[table].at(dt.datetime.combine(day, dt.time(15), SHANGHAI))

    def _committee(self, plan: Plan, number: int) -> Committee:
        return Committee(
            id=self._id("committee", plan.elected), street_id=plan.organisation.street_id, organisation=plan.organisation,
            number=number, elected_on=plan.elected, due_on=plan.due, ends_on=plan.extended or plan.due,
            valid=DateRange(plan.elected, None), roles=[str(seat.role) for seat in plan.seats],
        )  # fmt: skip

    def _extension(self, plan: Plan, committee: Committee) -> Extension:
        approved = plan.due - dt.timedelta(days=18)
        return Extension(
            id=self._id("extension", approved), street_id=committee.street_id, committee=committee, before=plan.due,
            until=plan.extended or plan.due, approved_by="示例街道党工委", approved_on=approved, reason="企业正在搬迁，书记人选还在考察",
        )  # fmt: skip


def write(scene: Scene) -> None:
    """Called by `branches.trial.load` after organisations and members."""
    Writer(scene).write()
