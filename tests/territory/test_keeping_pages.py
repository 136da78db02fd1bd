"""The pages of areas and places: what they show, to whom, and what pressing their buttons does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shimen.accounts.models import Role
from shimen.territory import borders
from shimen.territory.models import Area, Place, Redrawing
from tests import make
from tests.territory import ground
from tests.territory.test_borders import box

pytestmark = pytest.mark.django_db
WIDE = box(0, 0, 130, 100)


@pytest.fixture
def laid() -> ground.Ground:
    return ground.lay()


@pytest.fixture
def staff(laid) -> Client:
    client = Client()
    client.force_login(laid.town.staff)
    return client


def url(name: str, *args) -> str:
    return reverse(f"territory:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_the_list_counts_places_and_entities_of_each_area(staff, laid) -> None:
    make.entity(laid.west, place=laid.doors[20])
    page = text(staff.get(url("area-list")))
    assert "第一网格" in page
    assert f"?grid={laid.west.pk}" in page
    assert '<td class="num">4</td>' in page


def test_the_list_costs_the_same_however_many_areas_there_are(staff, laid) -> None:
    staff.get(url("area-list"))
    with make.counting() as few:
        staff.get(url("area-list"))
    for _ in range(8):
        make.place(make.area(laid.town.street))
    with make.counting() as many:
        staff.get(url("area-list"))
    assert len(many) == len(few)


def test_a_visitor_sees_their_own_grid_without_buttons(laid) -> None:
    client = Client()
    client.force_login(laid.town.visitor)
    page = text(client.get(url("area-list")))
    assert "第一网格" in page
    assert "第二网格" not in page
    assert "新设区域" not in page
    assert client.get(url("area", laid.east.pk)).status_code == 404
    own = text(client.get(url("area", laid.west.pk)))
    assert url("area-border", laid.west.pk) not in own


def test_an_area_shows_who_looks_after_it(staff, laid) -> None:
    make.team(laid.town.street, laid.town.visitor, name="甲组", area=laid.west)
    page = text(staff.get(url("area", laid.west.pk)))
    for words in ("赵甲一", "支部书记", "甲组", "孙丙三", "望桥路 20 号"):
        assert words in page


def test_a_new_area_leads_to_drawing_its_border(staff, laid) -> None:
    answer = staff.post(url("area-new"), {"kind": "grid", "name": "第三网格", "code": "W33", "sort": 3})
    made = Area.objects.get(code="W33")
    assert answer.headers["Location"] == url("area-border", made.pk)
    again = staff.post(url("area-new"), {"kind": "grid", "name": "第三网格", "code": "W34", "sort": 3})
    assert again.status_code == 422
    assert "已经有一个网格叫第三网格" in text(again)


def test_a_border_is_first_shown_with_what_follows_then_holds_then_goes_back(staff, laid) -> None:
    make.entity(laid.east, place=laid.doors[120])
    data = {"ring": borders.written(WIDE), "along": "on"}
    shown = text(staff.post(url("area-border", laid.west.pk), data))
    assert "会有 1 处地点改归别的网格" in shown
    assert "1 家市场主体" in shown
    assert Area.objects.get(pk=laid.west.pk).boundary == laid.west.boundary
    done = staff.post(url("area-border", laid.west.pk), data | {"do": "move", "expected": "1"}, follow=True)
    made = Redrawing.objects.get()
    assert url("redrawing-undo", made.pk) in text(done)
    assert Place.objects.get(pk=laid.doors[120].pk).area == laid.west
    back = staff.post(url("redrawing-undo", made.pk), follow=True)
    assert "已撤销" in text(back)
    assert Area.objects.get(pk=laid.west.pk).boundary == laid.west.boundary


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        ("", "还没填"),
        ("石门路", "没有看懂"),
        (borders.written(box(0, 0, 400, 100)), "边界以外"),
        ('{"type":', "没有看懂"),
    ],
)
def test_a_border_that_cannot_hold_keeps_what_was_typed(staff, laid, ring, says) -> None:
    answer = staff.post(url("area-border", laid.west.pk), {"ring": ring})
    assert answer.status_code == 422
    page = text(answer)
    assert says in page or not ring
    assert ring.splitlines()[0].replace('"', "&quot;") in page if ring else True


def test_a_place_shows_its_floors_and_who_is_in_them(staff, laid) -> None:
    building = make.place(laid.west, kind="building", name="示例大厦")
    room = make.place(laid.west, kind="room", building=building, floor=2, room="201")
    entity = make.entity(laid.west, place=room)
    page = text(staff.get(url("place", building.pk)))
    assert entity.name in page
    assert "1 家在这里" in page
    assert "201" in page


def test_a_place_of_another_area_is_not_there(laid) -> None:
    client = Client()
    client.force_login(make.person(laid.town.street, Role.STAFF, area=laid.west))
    for name in ("place", "place-edit", "place-move", "place-close"):
        assert client.get(url(name, laid.doors[120].pk)).status_code == 404
        assert client.get(url(name, laid.doors[20].pk)).status_code == 200


def test_a_place_is_added_from_the_page_and_bad_degrees_are_said_at_their_field(staff, laid) -> None:
    lon, lat = ground.point(60)
    data = {"address": "望桥路66号", "kind": "shopfront", "lon": lon, "lat": lat}
    answer = staff.post(url("place-new"), data, follow=True)
    assert "望桥路 66 号" in text(answer)
    for wrong in ({"lon": "东"}, {"lon": "nan"}, {"lat": "200"}, {"lon": ""}, {"address": "河边"}):
        assert staff.post(url("place-new"), data | {"address": "望桥路68号"} | wrong).status_code == 422


def test_moving_into_another_grid_asks_first(staff, laid) -> None:
    lon, lat = ground.point(120)
    asked = text(staff.post(url("place-move", laid.doors[95].pk), {"lon": lon, "lat": lat}))
    assert "改归第二网格" in asked
    assert not Redrawing.objects.exists()
    staff.post(url("place-move", laid.doors[95].pk), {"lon": lon, "lat": lat, "area": laid.east.pk})
    assert Place.objects.get(pk=laid.doors[95].pk).area == laid.east


def test_closing_says_what_is_still_there_instead_of_a_form(staff, laid) -> None:
    make.entity(laid.west, place=laid.doors[20])
    assert "1 家市场主体" in text(staff.get(url("place-close", laid.doors[20].pk)))
    assert "4 处地点" in text(staff.get(url("area-close", laid.west.pk)))
    answer = staff.post(url("place-close", laid.doors[50].pk), {"reason": "封了"}, follow=True)
    assert url("place-reopen", laid.doors[50].pk) in text(answer)
    assert "已恢复" in text(staff.post(url("place-reopen", laid.doors[50].pk), follow=True))
