"""The registry's pages open for whom they should, cost the same however many rows there are, and find what is asked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coverage.models import Entity
from coverage.registry import entities as registry
from shimen.audit.models import AccessLog
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town) -> Entity:
    place = make.place(town.first_grid, address="望桥路41号", address_key="望桥路41号")
    return registry.add_entity(
        street=town.street, area=town.first_grid, place=place, source="department", by="saic", on=TODAY, actor=None, at=AT,
        values={"name": "示例街道子丑面馆", "trade_sign": "子丑面馆", "kind": "sole_trader", "code": "92990199MA0T29148X",
                "legal_person": "孙丙三", "address": "望桥路41号", "headcount": "7", "phone": "19900000017"},
    )  # fmt: skip


def listed(client, **query: str) -> list[str]:
    page = client.get(reverse("coverage:entities"), query).context["page"]
    return [str(entity) for entity in page.object_list]


@pytest.mark.parametrize(
    "typed",
    ["子丑", "面馆", "zichou", "zcmg", "ZCMG", "92990199ma0t", "望桥路41", "孙丙三", "199 0000 0017", "子丑 望桥路"],
)
def test_an_entity_is_found_by_what_people_know_of_it(client, town, shop, typed):
    make.entity(town.first_grid)
    client.force_login(town.staff)
    assert listed(client, q=typed) == ["子丑面馆"]


def test_filters_stand_in_the_url_and_add_up(client, town, shop):
    other = make.entity(town.second_grid, headcount=90)
    registry.index_search(entity_ids=[other.pk])
    client.force_login(town.staff)
    assert listed(client, grid=str(town.second_grid.pk)) == [str(other)]
    assert listed(client, kind="sole_trader", shop="1") == ["子丑面馆"]
    assert listed(client, shop="0") == [str(other)]
    assert listed(client, mind="never", sort="size") == [str(other), "子丑面馆"]
    assert listed(client, mind="lost") == [str(other)]
    assert listed(client, kind="social") == []
    assert len(listed(client, kind="nonsense", grid="nonsense", page="999", sort="nonsense")) == 2


def test_a_contradicted_entity_is_found_by_the_filter(client, town, shop):
    registry.correct(
        entity=shop, field="legal_person", value="孙丙四", source="visit", on=TODAY, actor=town.visitor, at=AT
    )
    registry.correct(
        entity=shop, field="legal_person", value="孙丙六", source="department", by="saic", on=TODAY, actor=None, at=AT
    )
    client.force_login(town.staff)
    assert listed(client, mind="doubt") == ["子丑面馆"]
    page = client.get(reverse("coverage:entity", args=[shop.pk]))
    assert "写“孙丙六”，待核实" in page.content.decode()


def test_people_see_the_entities_of_their_own_areas(client, town, shop):
    client.force_login(town.colleague)
    assert listed(client) == []
    client.force_login(town.visitor)
    assert listed(client) == ["子丑面馆"]


@pytest.mark.parametrize("name", ["entity", "entity-edit", "entity-history", "entity-phone", "entity-workers"])
def test_an_entity_of_another_area_does_not_exist(client, town, shop, name):
    town_secretary = make.person(town.street, "secretary", area=town.second_grid)
    client.force_login(town_secretary)
    assert client.get(reverse(f"coverage:{name}", args=[shop.pk])).status_code == 404
    client.force_login(town.stranger)
    assert client.get(reverse(f"coverage:{name}", args=[shop.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "who"),
    [("entity-edit", "visitor"), ("entity-phone", "visitor"), ("entity-remove", "secretary"), ("entity-workers", "visitor"),
     ("entity", "audit_admin"), ("entity", "nobody")],
)  # fmt: skip
def test_pages_are_closed_to_roles_that_have_no_business_there(client, town, shop, name, who):
    client.force_login(getattr(town, who))
    assert client.get(reverse(f"coverage:{name}", args=[shop.pk])).status_code == 403


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["entities", "workers"])
def test_a_list_costs_the_same_queries_however_many_rows(client, town, name):
    make.worker(make.entity(town.first_grid))
    client.force_login(town.staff)
    url = reverse(f"coverage:{name}")
    client.get(url)
    few = _queries(client, url)
    for _ in range(60):
        make.worker(make.entity(town.first_grid))
    assert _queries(client, url) == few
    assert few <= 12


def test_the_detail_page_costs_the_same_queries_however_long_the_story(client, town, shop):
    client.force_login(town.staff)
    url = reverse("coverage:entity", args=[shop.pk])
    round_ = make.round_(town.street)
    stop = make.stop(round_, shop, town.visitor)
    make.demand(make.visit(stop))
    registry.add_worker(entity=shop, name="试员工", source="staff", on=TODAY, actor=town.staff, at=AT)
    registry.correct(entity=shop, field="headcount", value=9, source="visit", on=TODAY, actor=town.visitor, at=AT)
    client.get(url)
    few = _queries(client, url)
    for n in range(10):
        make.demand(make.visit(stop))
        make.worker(shop, name=f"试员工{n}")
        registry.correct(
            entity=shop, field="headcount", value=10 + n, source="visit", on=TODAY, actor=town.visitor, at=AT
        )
    assert _queries(client, url) == few


def test_the_story_tells_visits_corrections_and_demands(client, town, shop):
    stop = make.stop(make.round_(town.street), shop, town.visitor)
    make.demand(make.visit(stop), words="门口卸货和停车冲突")
    registry.correct(entity=shop, field="headcount", value=9, source="staff", on=TODAY, actor=town.staff, at=AT)
    client.force_login(town.staff)
    url = reverse("coverage:entity", args=[shop.pk])
    page = client.get(url).content.decode()
    for told in ("第 8 轮走访", "提出 1 件诉求", "门口卸货和停车冲突", "从业人数", "周戊五", "199****0017"):
        assert told in page
    assert "19900000017" not in page
    only = client.get(url, {"story": "demands"}, headers={"HX-Request": "true"}).content.decode()
    assert "门口卸货和停车冲突" in only
    assert "资料一切如旧" not in only
    assert "<html" not in only


def test_the_story_tells_that_the_telephone_was_corrected(client, town, shop):
    """The telephone is no column of the entity: its words come from elsewhere."""
    visit = make.visit(make.stop(make.round_(town.street), shop, town.visitor))
    visit.answers.create(field="phone", old="199****0017", new="199****0042", is_right=False, state="applied")
    client.force_login(town.staff)
    assert "199****0042" in client.get(reverse("coverage:entity", args=[shop.pk])).content.decode()


def test_the_search_box_finds_entities_people_and_doors(client, town, shop):
    registry.add_worker(
        entity=shop, name="王辛八", phone="19900000236", source="staff", on=TODAY, actor=town.staff, at=AT
    )
    client.force_login(town.staff)
    url = reverse("coverage:search")
    assert "子丑面馆" in client.get(url, {"q": "zcmg"}).content.decode()
    page = client.get(url, {"q": "wangxinba"}).content.decode()
    assert "王辛八" in page
    assert "199****0236" in page
    assert "望桥路 41 号" in client.get(url, {"q": "望桥路41"}).content.decode()
    assert "没有找到" in client.get(url, {"q": "没有这家"}).content.decode()
    part = client.get(url, {"q": "子丑"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "子丑面馆" in part


def test_a_visitor_finds_no_people_through_the_search_box(client, town, shop):
    registry.add_worker(entity=shop, name="王辛八", source="staff", on=TODAY, actor=town.staff, at=AT)
    client.force_login(town.visitor)
    assert "王辛八" not in client.get(reverse("coverage:search"), {"q": "王辛"}).content.decode()


def test_reading_the_list_of_workers_is_kept(client, town, shop):
    registry.add_worker(entity=shop, name="王辛八", source="staff", on=TODAY, actor=town.staff, at=AT)
    client.force_login(town.staff)
    client.get(reverse("coverage:workers"))
    line = AccessLog.objects.get(verb="coverage.seen")
    assert (line.actor, line.after) == (town.staff, {"rows": 1})


def test_names_are_escaped_in_rows_written_directly(client, town):
    shop = make.entity(
        town.first_grid, name="<b>甲乙</b>", trade_sign='"><script>', legal_person="<i>孙</i>", address="<u>"
    )
    make.worker(shop, name="<b>王</b>", post="<i>厨师</i>")
    client.force_login(town.staff)
    for name in ("entities", "workers"):
        page = client.get(reverse(f"coverage:{name}")).content.decode()
        assert "&lt;script&gt;" in page
        for raw in ('<script>"', '"><script>', "<b>甲乙", "<i>孙", "<u>", "<b>王", "<i>厨师"):
            assert raw not in page


def test_the_list_says_what_stands_out(client, town):
    make.entity(town.first_grid, name="甲", registration_status="4")
    make.entity(town.first_grid, name="乙", presence="closed", presence_on=TODAY, missing_since=TODAY)
    make.entity(town.first_grid, name="丙", presence="open", headcount=0)
    client.force_login(town.staff)
    page = client.get(reverse("coverage:entities")).content.decode()
    for said in (
        '<span class="chip r">注销</span>',
        '<span class="chip y">关闭</span>',
        "部门名册里不见了",
        '<td class="num">0</td>',
    ):
        assert said in page
