"""The overview and the map: within the scope of whoever looks, at a constant cost."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from coverage.models import Stop
from shimen import navigation, overview
from shimen.accounts.models import User
from shimen.figures.registry import Pillar
from shimen.territory import layers
from tests import make, stands

pytestmark = pytest.mark.django_db
BLOCK = {"name": "", "ring": [[121.5, 31.2], [121.51, 31.2], [121.51, 31.21], [121.5, 31.2]]}
PARTS = ("overview", "overview-work", "overview-map", "overview-cards")
MOST = {"overview": 14, "overview-work": 25, "overview-map": 9, "overview-cards": 17}
ROAD = {"name": "望桥路", "line": [[121.5, 31.2], [121.51, 31.2]]}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def walked(town: make.Town) -> make.Town:
    """Two shops in the first grid (one visited) and one in the second, in an open round."""
    town.street.backdrop = {"blocks": [BLOCK], "roads": [ROAD], "parks": [], "water": []}
    town.street.save()
    for area in (town.first_grid, town.second_grid):
        area.boundary = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.2]]
        area.save()
    current = make.round_(town.street)
    for area, outcome in ((town.first_grid, "visited"), (town.first_grid, "due"), (town.second_grid, "due")):
        shop = make.entity(area, place=make.place(area))
        make.stop(current, shop, town.visitor if area == town.first_grid else town.colleague, outcome=outcome)
    return town


def test_staff_see_the_sum_of_the_open_round(walked: make.Town) -> None:
    client = signed_in(walked.staff)
    text = "".join(client.get(reverse(part), {"layer": "shops"}).content.decode() for part in PARTS)
    assert "家已有结果，应访 3 家，占 33.3 %" in text
    assert 'class="map"' in text
    assert "沿街商铺 3 家，本轮 1 家已有结果，2 家待访" in text


def test_a_pillar_of_which_nothing_exists_says_what_will_stand_there(town: make.Town, monkeypatch) -> None:
    monkeypatch.setattr(overview._FACES[Pillar.EMPOWERMENT], "leads", [])
    client = signed_in(town.staff)
    assert "这里看谁还没有得到支持" in client.get(reverse("overview")).content.decode()
    assert "今天没有要处理的" in client.get(reverse("overview-work")).content.decode()


def test_a_secretary_sees_the_same_within_their_areas(walked: make.Town) -> None:
    text = signed_in(walked.secretary).get(reverse("overview-cards")).content.decode()
    assert "应访 2 家，占 50.0 %" in text
    assert "第二网格</th>" not in text


def test_first_visits_past_their_limit_come_first_and_red(walked: make.Town) -> None:
    late = Stop.objects.filter(outcome="due", area=walked.first_grid).get()
    late.is_first, late.due_on = True, make.TODAY.replace(day=20)
    late.save()
    text = signed_in(walked.staff).get(reverse("overview-work")).content.decode()
    assert "1 家新主体首访超期" in text


@pytest.mark.parametrize(("part", "most"), MOST.items())
def test_the_page_and_its_parts_ask_little(walked: make.Town, part: str, most: int) -> None:
    client = signed_in(walked.staff)
    client.get(reverse(part))
    navigation.forget(walked.staff.pk)
    with make.counting() as asked:
        assert client.get(reverse(part)).status_code == 200
    assert len(asked) <= most


def test_the_most_urgent_are_shown_and_the_rest_on_request(town: make.Town, monkeypatch) -> None:
    works = [overview.Work(f"第 {n} 件", "/", icon="flag") for n in range(overview.WORK_SHOWN + 2)]
    monkeypatch.setattr(overview, "_workers", [lambda user: works])
    client = signed_in(town.staff)
    text = client.get(reverse("overview-work")).content.decode()
    assert f"看全部 {len(works)} 项" in text
    assert works[-1].title not in text
    assert works[-1].title in client.get(reverse("overview-work"), {"all": "1"}).content.decode()


def test_the_page_names_its_parts_and_leaves_the_map_out_where_there_is_nothing_to_draw(town: make.Town) -> None:
    text = signed_in(town.staff).get(reverse("overview")).content.decode()
    assert reverse("overview-work") in text
    assert reverse("overview-cards") in text
    assert reverse("overview-map") not in text


@pytest.mark.parametrize("part", ["overview", "overview-work", "overview-cards"])
def test_more_rows_cost_no_more_queries(walked: make.Town, part: str) -> None:
    client = signed_in(walked.staff)

    def cost() -> int:
        with make.counting() as asked:
            client.get(reverse(part))
        return len(asked)

    cost()
    before = cost()
    current = Stop.objects.first().round  # type: ignore[union-attr]
    for _ in range(5):
        make.stop(current, make.entity(walked.first_grid, place=make.place(walked.first_grid)), walked.visitor)
    assert cost() == before


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin", "nobody"])
def test_administrators_of_the_system_see_no_overview(town: make.Town, who: str) -> None:
    client = signed_in(getattr(town, who))
    for name in ("overview", "territory:map", "territory:areas", "territory:places"):
        assert client.get(reverse(name)).status_code == 403


def test_the_map_gives_only_spots_of_ones_areas(walked: make.Town) -> None:
    def spots(user: User) -> int:
        return len(signed_in(user).get(reverse("territory:places") + "?layer=shops").json()["features"])

    assert (spots(walked.staff), spots(walked.secretary), spots(walked.colleague), spots(walked.stranger)) == (
        3,
        2,
        1,
        0,
    )


def test_the_map_gives_only_areas_one_may_see(walked: make.Town) -> None:
    def areas(user: User) -> list[str]:
        found = signed_in(user).get(reverse("territory:areas")).json()["features"]
        return [f["properties"]["name"] for f in found if f["properties"]["kind"] == "area"]

    assert areas(walked.staff) == ["第一网格", "第二网格"]
    assert areas(walked.secretary) == ["第一网格"]
    assert areas(walked.stranger) == []


def test_spots_carry_no_personal_data(walked: make.Town) -> None:
    text = signed_in(walked.staff).get(reverse("territory:places")).content.decode()
    assert "199****" not in text
    assert "试某" not in text


def test_an_unknown_layer_is_not_found(town: make.Town) -> None:
    client = signed_in(town.staff)
    assert client.get(reverse("territory:map") + "?layer=none").status_code == 404
    assert client.get(reverse("overview") + "?layer=none").status_code == 200


@pytest.mark.parametrize("layer", [layer.key for layer in layers.every()])
def test_every_layer_draws_and_says_what_it_shows(walked: make.Town, layer: str) -> None:
    stands.meal_point(walked)
    text = signed_in(walked.staff).get(reverse("territory:map") + f"?layer={layer}").content.decode()
    found = layers.find(layer)
    assert found is not None
    counted = Counter(spot.kind for spot in found.spots(walked.staff))
    assert counted.total() > 0 or layer == "buildings"
    assert found.finding(counted) in text
    assert found.rows_url() in text
