"""Verbs on councils themselves: founding, correcting, which buildings they speak for, dissolving and taking that back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from grid.councils import charters
from grid.councils.charters import Wording
from grid.councils.holding import CouncilError, check_day, check_right, checked_reason, locked
from grid.models import Charter, Council, CouncilMember, CouncilPlace, Leg
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.territory.models import Area, Place, Street

FIELDS = ("name", "roads", "note")


@transaction.atomic
def found(
    *,
    street: Street,
    kind: str,
    name: str,
    area: Area,
    since: dt.date,
    wording: Wording,
    actor: User,
    at: dt.datetime,
    roads: Sequence[str] = (),
    places: Collection[Place] = (),
    note: str = "",
) -> Council:
    """A new council with the first version of its charter. A building council names its buildings, a street council its roads.

    Raises `CouncilError` (no name, a grid of another street, nobody to speak for, a building that has a council, a day to
    come) and what `charters.write` raises.
    """
    _check_staff(street, area, actor)
    if kind not in Council.Kind.values:
        raise CouncilError("选哪一种议事会。", field="kind")
    if since > clock.day_of(at):
        raise CouncilError("成立日期不能晚于今天；成立以后再登记。", field="since")
    row = Council(street=street, kind=kind, area=area, founded_on=since, note=note.strip()[:300])
    row.name = _name(name)
    row.roads = _roads(roads) if kind != Council.Kind.BUILDING else []
    _check_speaks(kind, row.roads, places)
    with as_sentences(CouncilError, field="name"):
        row.save(force_insert=True)
    _take_places(row, places, since)
    charters.write(council=row, wording=wording, since=since, actor=actor, why="成立时通过")
    after = {"name": row.name, "kind": row.get_kind_display(), "area": str(area), "for": row.speaks_for}
    record(verb="council.found", target=row, actor=actor, at=at, after=after)
    return row


def _check_staff(street: Street, area: Area, actor: User) -> None:
    if area.street_id != street.pk or area.closed_on is not None:
        raise CouncilError("选本街道在用的网格。", field="area")
    if not scope_of(actor).covers(street.pk, area.pk, role=Role.STAFF):
        raise CouncilError("成立和撤销议事会，由街道党务干部登记。")


def _name(name: str) -> str:
    text = "".join(name.split())
    if len(text) < 4:
        raise CouncilError("名称至少 4 个字，写全称。", field="name")
    if len(text) > 60:
        raise CouncilError("名称最多 60 个字。", field="name")
    return text


def _roads(roads: Iterable[str]) -> list[str]:
    named = dict.fromkeys(" ".join(road.split()) for road in roads)
    return [road[:40] for road in named if road]


def _check_speaks(kind: str, roads: Sequence[str], places: Collection[Place]) -> None:
    if kind == Council.Kind.STREET and not roads:
        raise CouncilError("写明管哪几条路，事项才知道找哪个街委会。", field="roads")
    if kind == Council.Kind.BUILDING and not places:
        raise CouncilError("选至少一栋楼，事项才知道找哪个楼务会。", field="places")
    if kind != Council.Kind.BUILDING and places:
        raise CouncilError("只有楼务会选楼宇。", field="places")


def _take_places(row: Council, places: Collection[Place], since: dt.date) -> None:
    for place in places:
        if place.street_id != row.street_id or place.kind != Place.Kind.BUILDING or place.closed_on is not None:
            raise CouncilError(f"“{place}”不是本街道在用的楼宇。", field="places")
        if place.area_id != row.area_id:
            raise CouncilError(f"“{place}”不在{row.area}。", field="places")
        taken = CouncilPlace.objects.filter(place=place).on(since).select_related("council").first()
        if taken is not None:
            raise CouncilError(f"“{place}”已经有“{taken.council}”，一栋楼只有一个楼务会。", field="places")
        valid = DateRange(since, None)
        with as_sentences(CouncilError, field="places"):
            CouncilPlace.objects.create(street_id=row.street_id, council=row, place=place, valid=valid)
    _say_places(row, since)


def _say_places(row: Council, day: dt.date) -> None:
    held = row.places.on(day).select_related("place").order_by("place__name", "place__address_key")
    row.place_names = "、".join(str(each.place) for each in held)[:300]
    row.save(update_fields=["place_names"])


@transaction.atomic
def correct(*, council: Council, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Council:
    """Write new values of `FIELDS` (the roads as a list); what is said twice changes nothing. Raises `CouncilError`."""
    row = locked(council)
    check_right(row, actor)
    before, after = {}, {}
    for field, said in values.items():
        if field not in FIELDS:
            raise CouncilError(f"没有这一项：{field}。")
        value: Any = _name(said) if field == "name" else _roads(said) if field == "roads" else said.strip()[:300]
        if getattr(row, field) != value:
            before[field], after[field] = str(getattr(row, field)), str(value)
            setattr(row, field, value)
    if not after:
        return row
    if row.kind == Council.Kind.STREET:
        _check_speaks(row.kind, row.roads, ())
    with as_sentences(CouncilError, field="name"):
        row.save()
    record(verb="council.correct", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def set_places(*, council: Council, places: Collection[Place], since: dt.date, actor: User, at: dt.datetime) -> Council:
    """From a day on a building council speaks for exactly these buildings. Raises `CouncilError`."""
    row = locked(council)
    check_right(row, actor)
    if row.kind != Council.Kind.BUILDING:
        raise CouncilError("只有楼务会选楼宇。", field="places")
    _check_speaks(row.kind, (), places)
    check_day(row, since, at)
    held = {each.place_id: each for each in row.places.filter(valid__endswith__isnull=True)}
    before = row.place_names
    for gone in (each for pk, each in held.items() if pk not in {place.pk for place in places}):
        if since < gone.valid.lower:
            raise CouncilError(f"要从 {gone.valid.lower.isoformat()} 起，不能更早。", field="since")
        gone.valid = DateRange(gone.valid.lower, since)
        gone.save(update_fields=["valid"])
    _take_places(row, [place for place in places if place.pk not in held], since)
    record(verb="council.set_places", target=row, actor=actor, at=at, before={"places": before},
           after={"places": row.place_names, "since": since.isoformat()})  # fmt: skip
    return row


@transaction.atomic
def dissolve(*, council: Council, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Council:
    """A council ends on a day; its members, its buildings and its charter end with it.

    Raises `CouncilError`: matters before it that are open, a day to come, a day before its founding.
    """
    row = locked(council)
    _check_staff(row.street, row.area, actor)
    reason = checked_reason(reason)
    check_day(row, on, at)
    if on <= row.founded_on:
        raise CouncilError(f"撤销日期要晚于成立日期 {row.founded_on.isoformat()}。", field="on")
    left = Leg.objects.filter(council=row, ended_at__isnull=True).count()
    if left:
        raise CouncilError(f"还有 {left} 件事项在“{row}”协商。先转给别处，再撤销。")
    with as_sentences(CouncilError, field="on"):
        for each in _bound(row):
            if not each.valid.isempty and (each.valid.upper is None or each.valid.upper > on):
                each.valid = DateRange(each.valid.lower, max(on, each.valid.lower))
                each.save(update_fields=["valid"])
        row.ended_on, row.end_reason = on, reason
        row.save()
    record(verb="council.dissolve", target=row, actor=actor, at=at, after={"ended_on": on.isoformat()}, reason=reason)
    return row


def _bound(row: Council) -> list[CouncilMember | CouncilPlace | Charter]:
    """What ends with a council and comes back with it."""
    return [*row.members.all(), *row.places.all(), *row.charters.all()]


@transaction.atomic
def restore(*, council: Council, actor: User, at: dt.datetime) -> Council:
    """Take back that a council was dissolved: what ended with it on that day holds again.

    Raises `CouncilError`: it stands; by now its name is taken, or a building of its has another council.
    """
    row = Council.objects.select_for_update(of=("self",)).select_related("area", "street").get(pk=council.pk)
    _check_staff(row.street, row.area, actor)
    if row.ended_on is None:
        raise CouncilError(f"“{row}”没有撤销，不用恢复。")
    ended = row.ended_on
    with as_sentences(CouncilError):
        for each in _bound(row):
            if not each.valid.isempty and each.valid.upper == ended and not getattr(each, "end_reason", ""):
                each.valid = DateRange(each.valid.lower, None)
                each.save(update_fields=["valid"])
        row.ended_on, row.end_reason = None, ""
        row.save()
    record(verb="council.restore", target=row, actor=actor, at=at, before={"ended_on": ended.isoformat()})
    return row
