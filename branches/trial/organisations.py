"""Writing the organised bodies of the trial street, who stands above whom, whom they are linked with, and their marks."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from branches.bodies import served
from branches.models import Beacon, Organisation, OrganisationUnit, Superior, Tie
from branches.trial.bodies_plan import Body, Plan
from coverage.matching import pinyin
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from supply.serving import recipients

# Days of the campaign, counted from round 1, on which the seven were founded: three of the street, one of a building,
# three of enterprises.
CAMPAIGN = (18, 23, 25, 38, 47, 60, 74)
BEACON_REASONS = (
    "带动商户协商错峰停车",
    "楼里的老大难逐件办结",
    "送餐员歇脚点有人管",
    "小店联盟互助",
    "为老服务进弄堂",
)
FAR = dt.date(2011, 7, 1)


def write(scene: Scene) -> None:
    """The organisations in the order of the plan, and all that binds them."""
    planned = plan(scene)
    scene.say(f"党组织 {len(planned.bodies)} 个")
    ids = organisation_ids(scene, planned)
    _write_bodies(scene, planned, ids)
    _write_superiors(scene, planned, ids)
    _write_units(scene, planned, ids)
    _write_ties(scene, planned, ids)
    _write_beacons(scene, planned, ids)


def plan(scene: Scene) -> Plan:
    """What stands where; the same however often it is asked."""
    campaign = [scene.days.day(number) for number in CAMPAIGN]
    return Plan(scene.town, today=scene.days.today, campaign=campaign, seed=scene.seed)


def organisation_ids(scene: Scene, planned: Plan) -> list[uuid.UUID]:
    """The ids of the organisations, in the order of the plan."""
    made, opened = Ids(scene.seed, "organisation"), scene.days.at(-25)
    return [made.at(opened) for _ in planned.bodies]


def begun(body: Body, scene: Scene) -> dt.date:
    """The day from which things hold for an organisation: its founding, or the application."""
    return body.founded or scene.days.day(70)


def _write_bodies(scene: Scene, planned: Plan, ids: list[uuid.UUID]) -> None:
    rows = []
    for pk, body in zip(ids, planned.bodies, strict=True):
        spelt = pinyin.spell(body.short_name)
        rows.append(
            Organisation(
                id=pk, street=scene.street, kind=body.kind, form=body.form, name=body.name, short_name=body.short_name,
                pinyin=spelt.pinyin, initials=spelt.initials[:60], founded_on=body.founded, dissolved_on=body.dissolved,
                dissolved_reason="单位搬离本街道，党员转入他处" if body.dissolved else "", is_campaign=body.is_campaign,
                area=None if body.grid is None else scene.grids[body.grid], place_id=scene.doors.get(body.place),
            )
        )  # fmt: skip
    Organisation.objects.bulk_create(rows)
    recipients.write(served.facts_of(row, row.founded_on) for row in rows if row.founded_on)


def _range(body: Body, scene: Scene) -> DateRange:
    return DateRange(begun(body, scene), body.dissolved)


def _write_superiors(scene: Scene, planned: Plan, ids: list[uuid.UUID]) -> None:
    made = Ids(scene.seed, "superior")
    Superior.objects.bulk_create(
        Superior(id=made.at(scene.days.at(-24)), street=scene.street, organisation_id=pk, above_id=ids[body.above],
                 valid=_range(body, scene))
        for pk, body in zip(ids, planned.bodies, strict=True) if body.above is not None
    )  # fmt: skip


def _write_units(scene: Scene, planned: Plan, ids: list[uuid.UUID]) -> None:
    made = Ids(scene.seed, "organisation unit")
    OrganisationUnit.objects.bulk_create(
        OrganisationUnit(id=made.at(scene.days.at(-23)), street=scene.street, organisation_id=pk,
                         entity_id=scene.ids[number], valid=_range(body, scene))
        for pk, body in zip(ids, planned.bodies, strict=True) for number in body.units
    )  # fmt: skip


def _write_ties(scene: Scene, planned: Plan, ids: list[uuid.UUID]) -> None:
    """Each street-block branch is the hub of its grid: the buildings and residents around it, and a few firms."""
    made, kinds = Ids(scene.seed, "tie"), Organisation.Kind
    how = {kinds.BUILDING: Tie.Kind.NEAR, kinds.RESIDENTIAL: Tie.Kind.MUTUAL, kinds.INDUSTRY: Tie.Kind.INDUSTRY}
    rows, since = [], scene.days.day(40)
    for grid, hub in enumerate(ids[1:4]):
        enterprises = 0
        for pk, body in zip(ids, planned.bodies, strict=True):
            if body.grid != grid or pk == hub or body.founded is None or body.dissolved:
                continue
            kind = how.get(kinds(body.kind))
            if kind is None and body.kind == kinds.ENTERPRISE and enterprises < 2:
                kind, enterprises = Tie.Kind.JOINT, enterprises + 1
            if kind is not None:
                valid = DateRange(max(since, begun(body, scene)), None)
                rows.append(
                    Tie(
                        id=made.at(scene.days.at(40)),
                        street=scene.street,
                        hub_id=hub,
                        other_id=pk,
                        kind=kind,
                        valid=valid,
                    )
                )
    Tie.objects.bulk_create(rows)


def _write_beacons(scene: Scene, planned: Plan, ids: list[uuid.UUID]) -> None:
    """Five marks: a street-block branch, a building, an enterprise, a social organisation, a residents' one."""
    made, kinds = Ids(scene.seed, "beacon"), Organisation.Kind
    chosen = [ids[1]]
    for kind in (kinds.BUILDING, kinds.ENTERPRISE, kinds.SOCIAL, kinds.RESIDENTIAL):
        old = (
            pk for pk, body in zip(ids, planned.bodies, strict=True)
            if body.kind == kind and not body.is_campaign and body.founded
        )  # fmt: skip
        chosen.append(next(old))
    since = DateRange(scene.days.day(80), None)
    Beacon.objects.bulk_create(
        Beacon(id=made.at(scene.days.at(80)), street=scene.street, organisation_id=pk, valid=since, reason=reason)
        for pk, reason in zip(chosen, BEACON_REASONS, strict=True)
    )
