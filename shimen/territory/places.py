"""What is decided about a place: adding it by its address, correcting, moving on the map, closing and opening again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from shimen import clock
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory import addresses, borders, occupants
from shimen.territory.areas import AreaError, check_point, may_keep_places
from shimen.territory.models import Area, Place, Redrawing, Street
from shimen.territory.redrawing import Moves, reassign

if TYPE_CHECKING:
    from shimen.accounts.models import User

_PARTS = ("road", "lane", "number", "room")


class PlaceError(DomainError):
    """Something about a place cannot be decided as asked."""


@transaction.atomic
def add_place(
    *,
    street: Street,
    address: str,
    kind: str,
    lon: float,
    lat: float,
    actor: User,
    at: dt.datetime,
    name: str = "",
    area: Area | None = None,
) -> Place:
    """A new door. Its grid is the one whose border holds it; `area` decides where none or several do."""
    _check_point(street, lon, lat)
    place = Place(street=street, kind=kind, name=name.strip(), lon=lon, lat=lat, is_located_by_hand=True)
    _write_address(place, address)
    found = area or area_at(street, lon, lat)
    if found is None:
        raise PlaceError("这个位置不在哪一个网格的边界里，选一个网格。", field="area")
    _check_area(street, found, actor)
    place.area = found
    _save(place)
    after = {"address": place.address, "area": str(found), "kind": place.get_kind_display()}
    record(verb="territory.add_place", target=place, actor=actor, at=at, after=after)
    return place


@transaction.atomic
def correct_place(*, place: Place, address: str, name: str, kind: str, actor: User, at: dt.datetime) -> Place:
    """Another name, kind or address. What entities have registered as their address stays as it is."""
    row = _standing(place, actor)
    before = {"name": row.name, "address": row.address, "kind": row.get_kind_display()}
    row.name, row.kind = name.strip(), kind
    if address.strip() != row.address:
        _write_address(row, address)
    after = {"name": row.name, "address": row.address, "kind": row.get_kind_display()}
    changed = [key for key in before if before[key] != after[key]]
    if changed:
        _save(row)
        record(
            verb="territory.correct_place", target=row, actor=actor, at=at,
            before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
        )  # fmt: skip
    return row


@transaction.atomic
def move_place(
    *, place: Place, lon: float, lat: float, actor: User, at: dt.datetime, area: Area | None = None
) -> Redrawing:
    """Put a door elsewhere on the map, a building with its rooms; into another grid only with `area`.

    What stands at these places follows them into the grid.
    """
    row = _standing(place, actor)
    _check_point(row.street, lon, lat)
    if area is not None:
        _check_area(row.street, area, actor)
    if (lon, lat) == (row.lon, row.lat) and (area is None or area.pk == row.area_id):
        raise PlaceError("位置没有变化。", field="lon")
    together = [row, *row.rooms.select_for_update(no_key=True)]
    before, after, moves = _shifted(together, lon - row.lon, lat - row.lat, area)
    Place.objects.bulk_update(together, ["lon", "lat", "is_located_by_hand"])
    if moves:
        reassign(street=row.street, moves=moves, actor=actor, at=at)
    words = f"移动{row}" + (f"，改归{area}" if moves else "")
    made = Redrawing.objects.create(
        street=row.street,
        area=row.area,
        place=row,
        sentence=words[:200],
        before=before,
        after=after,
        made_at=at,
        made_by=actor,
    )
    said = {"places": len(together), "area": str(area) if moves else ""}
    record(verb="territory.move_place", target=row, actor=actor, at=at, after=said)
    return made


def _shifted(
    together: list[Place], east: float, north: float, area: Area | None
) -> tuple[dict[str, dict[str, object]], dict[str, dict[str, object]], Moves]:
    """Shift places in memory; what to write down of before and after, and who changes the area."""
    before: dict[str, dict[str, object]] = {"points": {}}
    after: dict[str, dict[str, object]] = {"points": {}}
    moves: Moves = defaultdict(list)
    for each in together:
        key = str(each.pk)
        before["points"][key] = [each.lon, each.lat, each.is_located_by_hand]
        each.lon, each.lat, each.is_located_by_hand = round(each.lon + east, 7), round(each.lat + north, 7), True
        after["points"][key] = [each.lon, each.lat, True]
        if area is not None and each.area_id != area.pk:
            before.setdefault("areas", {})[key] = str(each.area_id)
            after.setdefault("areas", {})[key] = str(area.pk)
            moves[each.area_id, area.pk].append(each.pk)
    return before, after, dict(moves)


@transaction.atomic
def close_place(*, place: Place, reason: str, actor: User, at: dt.datetime) -> Place:
    """Close an empty door (pulled down, bricked up). Refused while anybody is there."""
    row = _standing(place, actor)
    if not reason.strip():
        raise PlaceError("写一句为什么撤销，以后查得到。", field="reason")
    left = what_is_left(row)
    if left:
        raise PlaceError(f"{row}还有{'、'.join(left)}。先改它们的地点，再撤销。")
    row.closed_on = clock.day_of(at)
    row.save(update_fields=["closed_on"])
    record(verb="territory.close_place", target=row, actor=actor, at=at, reason=reason.strip())
    return row


@transaction.atomic
def reopen_place(*, place: Place, actor: User, at: dt.datetime) -> Place:
    """Take a closing back."""
    row = _locked(place, actor)
    if row.closed_on is None:
        raise PlaceError("这个地点没有撤销。")
    if row.area.closed_on is not None:
        raise PlaceError(f"所在的{row.area.name}已撤销，先恢复它。")
    row.closed_on = None
    row.save(update_fields=["closed_on"])
    record(verb="territory.reopen_place", target=row, actor=actor, at=at)
    return row


def what_is_left(place: Place) -> list[str]:
    """What keeps a place from being closed, in words; empty when nothing does."""
    rooms = place.rooms.standing().count()
    start = [" 走访出发点"] if place.is_start else []
    return start + ([f" {rooms:,} 间室"] if rooms else []) + [f" {words}" for words in occupants.left_at(place)]


def area_at(street: Street, lon: float, lat: float) -> Area | None:
    """The one grid whose border holds a point; None when none or several do."""
    grids = {grid.pk: grid for grid in Area.objects.filter(street=street).grids() if grid.boundary}
    found = borders.holders((lon, lat), {pk: grid.boundary for pk, grid in grids.items()})
    return grids[found[0]] if len(found) == 1 else None


def _check_point(street: Street, lon: float, lat: float) -> None:
    try:
        check_point(street, lon, lat)
    except AreaError as error:
        raise PlaceError(error.sentence, field=error.field) from error


def _check_area(street: Street, area: Area, actor: User) -> None:
    if area.street_id != street.pk or not may_keep_places(actor, street.pk, area.pk):
        raise PlaceError("这个网格不在您的职责范围内。", field="area")
    if area.closed_on is not None:
        raise PlaceError(f"{area.name}已经撤销。", field="area")


def _locked(place: Place, actor: User) -> Place:
    row = Place.objects.select_related("area", "street").select_for_update(no_key=True, of=("self",)).get(pk=place.pk)
    if not may_keep_places(actor, row.street_id, row.area_id):
        raise PlaceError("这个地点不在您的职责范围内。")
    return row


def _standing(place: Place, actor: User) -> Place:
    row = _locked(place, actor)
    if row.closed_on is not None:
        raise PlaceError(f"这个地点已在 {row.closed_on:%Y-%m-%d} 撤销，先恢复再改。")
    return row


def _write_address(place: Place, typed: str) -> None:
    """Parts and key of an address as typed; a room hangs in the building at its door, if that is known."""
    read = addresses.parse(typed)
    if not read.key:
        raise PlaceError("没有读出门牌。写成“望桥路 45 号”或“望桥路 88 弄 3 号 201 室”。", field="address")
    place.address, place.address_key = addresses.canonical(typed)[:200], read.key[:120]
    for part in _PARTS:
        setattr(place, part, getattr(read, part))
    place.number += read.suffix
    place.floor = int(read.floor) if read.floor.lstrip("-").isdigit() else place.floor
    place.building = None
    if read.room:
        buildings = Place.objects.standing().filter(street=place.street, kind=Place.Kind.BUILDING)
        place.building = buildings.filter(address_key=read.door).exclude(pk=place.pk).first()


def _save(place: Place) -> None:
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError as error:
        if "place_address_once_per_street" not in str(error):
            raise
        raise PlaceError(f"{place.address}已经在册，不用再加。", field="address") from error
