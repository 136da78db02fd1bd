"""The pages of the district's cases: the list, one case, its sheet, what is typed, strays, codes and the interface."""

from __future__ import annotations

import pytest
from django.urls import reverse

from grid.chain.levels import Level
from grid.handover import cases
from grid.models import DistrictCase, DistrictPlatform, Matter, StrayAnswer
from tests import governed, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def case(town):
    return governed.district_case(town)


def _url(name, case):
    return reverse(f"grid:{name}", args=[case.pk])


def test_the_list_shows_what_is_under_way_and_finds_by_number(client, town, case):
    client.force_login(town.staff)
    page = client.get(reverse("grid:cases")).content.decode()
    assert case.title in page
    assert client.get(reverse("grid:cases"), {"q": case.number}).context["page"].paginator.count == 1
    assert client.get(reverse("grid:cases"), {"q": "nothing"}).context["page"].paginator.count == 0


def test_the_list_costs_the_same_however_long_it_is(client, town, case):
    client.force_login(town.staff)
    client.get(reverse("grid:cases"))
    with make.counting() as few:
        client.get(reverse("grid:cases"))
    for number in range(6):
        governed.district_case(town, words=f"第{number}处")
    with make.counting() as many:
        client.get(reverse("grid:cases"))
    assert len(many) == len(few)


def test_what_is_typed_moves_the_case_and_the_matter(client, town, case):
    client.force_login(town.staff)
    wrong = client.post(_url("case-note", case), {"said": "returned", "words": ""})
    assert (wrong.status_code, "退单要写明原因" in wrong.content.decode()) == (422, True)
    client.post(_url("case-note", case), {"said": "returned", "words": "权属在街道", "platform_number": "QP-7"})
    case.refresh_from_db()
    assert (case.state, case.platform_number) == ("returned", "QP-7")
    assert Matter.objects.get().stage is Level.GRID
    assert "权属在街道" in client.get(_url("case", case)).content.decode()


def test_a_matters_page_leads_to_its_case(client, town, case):
    client.force_login(town.staff)
    assert _url("case", case) in client.get(reverse("grid:matter", args=[case.matter_id])).content.decode()


def test_the_sheet_says_what_was_tried_and_not_who_raised_it(client, town):
    from grid.matters import moving, raising

    row = raising.raise_matter(
        street_id=town.street.pk,
        words="路灯不亮",
        actor=town.staff,
        at=make.AT,
        area=town.first_grid,
        raiser="子丑面馆",
    )
    for _ in range(3):
        row = moving.pass_up(matter=row, tried="报修三次", left_open="没人来", why="", actor=town.staff, at=make.AT)
    client.force_login(town.secretary)
    page = client.get(_url("case-sheet", DistrictCase.objects.get())).content.decode()
    assert "报修三次" in page
    assert "子丑面馆" not in page


def test_buttons_are_for_those_who_may(client, town, case):
    client.force_login(town.secretary)
    page = client.get(_url("case", case)).content.decode()
    assert _url("case-note", case) not in page
    assert client.get(_url("case-note", case)).status_code == 403
    client.force_login(town.staff)
    assert _url("case-note", case) in client.get(_url("case", case)).content.decode()
    assert "送到平台" not in client.get(_url("case", case)).content.decode()


def test_sending_where_nothing_is_connected_says_so(client, town, case):
    client.force_login(town.staff)
    page = client.post(reverse("grid:case-act", args=[case.pk, "again"]), follow=True).content.decode()
    assert "还没有接上区级平台" in page


def test_a_stray_answer_is_brought_to_its_case(client, town, case):
    stray = StrayAnswer.objects.create(
        street=town.street, event="e1", said="finished", words="修好了", at=make.AT, heard_at=make.AT
    )
    client.force_login(town.staff)
    assert "修好了" in client.get(reverse("grid:strays")).content.decode()
    client.post(reverse("grid:stray-settle", args=[stray.pk]), {"case": case.pk})
    case.refresh_from_db()
    assert case.state == "finished"


def test_codes_are_set_by_staff_and_the_interface_by_the_system_administrator(client, town):
    client.force_login(town.staff)
    sent = {"region_code": "9901", "other_code": "QT", "category_noise": "ZS", f"area_{town.first_grid.pk.hex}": "A1"}
    client.post(reverse("grid:platform-codes"), sent)
    way = DistrictPlatform.objects.get()
    assert (way.region_code, way.category_codes, way.area_codes) == (
        "9901", {"noise": "ZS"}, {str(town.first_grid.pk): "A1"},
    )  # fmt: skip
    assert client.get(reverse("grid:platform")).status_code == 403
    client.force_login(town.system_admin)
    wrong = client.post(reverse("grid:platform"), {"endpoint": "https://example/api", "key": "short"})
    assert (wrong.status_code, "至少 16 位" in wrong.content.decode()) == (422, True)
    client.post(reverse("grid:platform"), {"endpoint": "https://example/api", "key": "x" * 20})
    way.refresh_from_db()
    assert way.is_online
    assert "x" * 20 not in client.get(reverse("grid:platform")).content.decode()


def test_a_ledger_case_is_entered_once(client, town):
    client.force_login(town.staff)
    sent = {"platform_number": "QP-1", "title": "路面破损", "category": "facilities", "opened_on": "2026-03-09"}
    client.post(reverse("grid:ledger"), sent)
    again = client.post(reverse("grid:ledger"), sent)
    assert (again.status_code, "已经录过" in again.content.decode()) == (422, True)
    assert DistrictCase.objects.get().origin == "ledger"


def test_a_refused_case_asks_to_be_looked_at(client, town, case):
    from shimen.overview import work_for

    DistrictCase.objects.update(delivery="refused", trouble="类别代码不对")
    assert any("没有收" in work.title for work in work_for(town.staff))
    cases.go_on_by_hand(case=case, actor=town.staff, at=make.AT)
    assert not any("没有收" in work.title for work in work_for(town.staff))
