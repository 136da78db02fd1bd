"""Adding a place by its address, correcting it, moving it on the map, closing it and opening it again."""

from __future__ import annotations

import pytest

from coverage.models import Entity
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.territory import places, redrawing
from shimen.territory.models import Place
from shimen.territory.places import PlaceError
from tests import make
from tests.territory import ground

pytestmark = pytest.mark.django_db
AT = make.AT


@pytest.fixture
def laid() -> ground.Ground:
    return ground.lay()


def by(laid: ground.Ground) -> dict[str, object]:
    return {"actor": laid.town.staff, "at": AT}


def at(x: float) -> dict[str, float]:
    lon, lat = ground.point(x)
    return {"lon": lon, "lat": lat}


def test_a_place_is_added_by_its_address_into_the_grid_that_holds_it(laid) -> None:
    made = places.add_place(
        street=laid.town.street, address="望桥路 一百三十 号", kind="shopfront", **at(130), **by(laid)
    )
    assert (made.area, made.address, made.address_key, made.road, made.number) == (
        laid.east, "望桥路130号", "望桥路130号", "望桥路", "130",
    )  # fmt: skip
    assert made.is_located_by_hand
    log = AccessLog.objects.get(verb="territory.add_place")
    assert (log.object_id, log.after["area"]) == (str(made.pk), "第二网格")


def test_a_room_hangs_in_the_building_at_its_door(laid) -> None:
    building = make.place(laid.west, kind="building", address="望桥路88弄3号", address_key="望桥路88弄3号")
    made = places.add_place(street=laid.town.street, address="望桥路88弄3号2层201室", kind="room", **at(60), **by(laid))
    assert (made.building, made.floor, made.room) == (building, 2, "201")


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"address": "河边那家"}, "没有读出门牌", "address"),
        ({"address": "望桥路20号"}, "已经在册", "address"),
        ({"lon": 31.2, "lat": 121.5 - 60}, "街道边界以外", "lon"),
    ],
)
def test_what_a_place_cannot_be_is_said_at_its_field(laid, values, says, field) -> None:
    said = {"street": laid.town.street, "address": "望桥路66号", "kind": "shopfront", **at(60)} | values
    with pytest.raises(PlaceError, match=says) as refused:
        places.add_place(**said, **by(laid))
    assert refused.value.field == field


def test_a_point_that_no_border_holds_needs_a_grid_to_be_chosen(laid) -> None:
    laid.east.boundary = []
    laid.east.save()
    said = {"street": laid.town.street, "address": "望桥路150号", "kind": "shopfront", **at(150)}
    with pytest.raises(PlaceError, match="选一个网格"):
        places.add_place(**said, **by(laid))
    assert places.add_place(**said, area=laid.east, **by(laid)).area == laid.east


def test_correcting_writes_down_only_what_changed(laid) -> None:
    places.correct_place(place=laid.doors[20], address="望桥路20号甲", name="", kind="shopfront", **by(laid))
    log = AccessLog.objects.get(verb="territory.correct_place")
    assert (log.before, log.after) == ({"address": "望桥路20号"}, {"address": "望桥路20号甲"})


def test_a_building_moves_with_its_rooms_and_goes_back_by_undo(laid) -> None:
    building = laid.doors[50]
    room = make.place(laid.west, building=building, kind="room", lon=building.lon, lat=building.lat)
    made = places.move_place(place=building, **at(60), **by(laid))
    room.refresh_from_db()
    assert (room.lon, room.lat, room.is_located_by_hand) == (*ground.point(60), True)
    assert AccessLog.objects.get(verb="territory.move_place").after["places"] == 2
    assert redrawing.undo(redrawing=made, **by(laid)) == (2, 0)
    room.refresh_from_db()
    assert (room.lon, room.is_located_by_hand) == (building.lon, False)


def test_moving_over_a_border_takes_the_entities_along_only_when_told(laid) -> None:
    entity = make.entity(laid.west, place=laid.doors[95])
    places.move_place(place=laid.doors[95], **at(105), **by(laid))
    assert Entity.objects.get(pk=entity.pk).area == laid.west
    made = places.move_place(place=laid.doors[95], **at(110), area=laid.east, **by(laid))
    assert Entity.objects.get(pk=entity.pk).area == laid.east
    redrawing.undo(redrawing=made, **by(laid))
    assert Entity.objects.get(pk=entity.pk).area == laid.west


def test_a_place_that_does_not_move_is_refused(laid) -> None:
    door = laid.doors[20]
    with pytest.raises(PlaceError, match="没有变化"):
        places.move_place(place=door, lon=door.lon, lat=door.lat, **by(laid))


def test_a_place_with_somebody_in_it_is_not_closed_an_empty_one_is_and_opens_again(laid) -> None:
    make.entity(laid.west, place=laid.doors[20])
    with pytest.raises(PlaceError, match="1 家市场主体"):
        places.close_place(place=laid.doors[20], reason="封了", **by(laid))
    places.close_place(place=laid.doors[50], reason="破墙店面已封", **by(laid))
    assert AccessLog.objects.get(verb="territory.close_place").reason == "破墙店面已封"
    assert laid.doors[50] not in Place.objects.standing()
    with pytest.raises(PlaceError, match="先恢复"):
        places.move_place(place=laid.doors[50], **at(60), **by(laid))
    places.reopen_place(place=laid.doors[50], **by(laid))
    assert laid.doors[50] in Place.objects.standing()
    with pytest.raises(PlaceError, match="没有撤销"):
        places.reopen_place(place=laid.doors[50], **by(laid))


@pytest.mark.parametrize("who", ["visitor", "secretary", "stranger", "nobody", "audit_admin"])
def test_only_the_office_touches_places(laid, who) -> None:
    actor, door = getattr(laid.town, who), laid.doors[20]
    for verb, values in (
        (places.correct_place, {"address": "望桥路21号", "name": "", "kind": "shopfront"}), (places.move_place, at(30)),
        (places.close_place, {"reason": "试"}), (places.reopen_place, {}),
    ):  # fmt: skip
        with pytest.raises(PlaceError, match="职责范围"):
            verb(place=door, actor=actor, at=AT, **values)
    with pytest.raises(PlaceError, match="职责范围"):
        places.add_place(street=laid.town.street, address="望桥路66号", kind="shopfront", actor=actor, at=AT, **at(60))


def test_staff_of_one_grid_keep_its_places_and_no_others(laid) -> None:
    grid_staff = make.person(laid.town.street, Role.STAFF, area=laid.west)
    made = places.move_place(place=laid.doors[20], actor=grid_staff, at=AT, **at(30))
    redrawing.undo(redrawing=made, actor=grid_staff, at=AT)
    with pytest.raises(PlaceError, match="职责范围"):
        places.move_place(place=laid.doors[120], actor=grid_staff, at=AT, **at(130))
    with pytest.raises(PlaceError, match="职责范围"):
        places.move_place(place=laid.doors[95], actor=grid_staff, at=AT, area=laid.east, **at(110))
