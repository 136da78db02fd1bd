"""Codes on paper: made once per door, exchanged, stopped, printed; and what an old sheet answers."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from coverage.collection import codes, numbers, qr
from coverage.collection.codes import CodeError
from coverage.models import CodePrint, CollectionCode, CollectionForm
from coverage.registry import entities as registry
from coverage.registry import merging
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town: make.Town):
    return make.entity(town.first_grid, place=make.place(town.first_grid), trade_sign="子丑面馆")


@pytest.fixture
def code(shop) -> CollectionCode:
    return make.code(shop)


def opened(code: CollectionCode):
    return Client().get(reverse("coverage:collect", args=[code.token]))


def test_a_door_has_one_code_however_often_it_is_asked_for(town, shop, code) -> None:
    again = codes.issue(street=town.street, entities=[shop], actor=town.staff, at=make.AT)
    assert again == [code]
    assert opened(code).status_code == 200


def test_nothing_in_the_address_tells_what_it_is(code, shop) -> None:
    assert len(code.token) == 16
    assert set(code.token) <= set(numbers.ALPHABET)
    address = reverse("coverage:collect", args=[code.token])
    assert str(shop.pk) not in address
    assert address == f"/c/{code.token}/"


@pytest.mark.parametrize(
    "token", ["x", "A" * 16, "../../admin", "%27%20OR%201=1", "%00", "A" * 15 + "%00", "𠮷" * 16, "a" * 3000]
)
def test_a_forged_token_opens_nothing(code, token) -> None:
    answer = Client().get(f"/c/{token}/")
    assert answer.status_code in {404, 301}
    assert "/" in token or "%00" in token or "重新扫一次" in answer.content.decode()


def test_without_a_notice_there_is_no_code(town, shop) -> None:
    with pytest.raises(CodeError, match="先发布采集告知书"):
        codes.issue(street=town.street, entities=[shop], actor=town.staff, at=make.AT)


def test_exchanging_a_code_makes_the_old_sheet_say_so(client, town, code) -> None:
    client.force_login(town.staff)
    url = reverse("coverage:codes-change")
    shown = client.get(url, {"do": "rotate", "code": code.pk})
    assert "子丑面馆" in shown.content.decode()
    assert client.post(url, {"do": "rotate", "code": code.pk, "step": "do", "reason": "破"}).status_code == 422
    assert client.post(url, {"do": "rotate", "code": code.pk, "step": "do", "reason": "纸面破损"}).status_code == 302
    old = opened(code)
    assert old.status_code == 410
    assert "这张码已过期" in old.content.decode()
    fresh = CollectionCode.objects.standing().get()
    assert (fresh.generation, fresh.token != code.token, fresh.short != code.short) == (2, True, True)
    assert opened(fresh).status_code == 200
    line = AccessLog.objects.get(verb="collection.rotate")
    assert (line.actor, line.reason) == (town.staff, "纸面破损")


def test_stopping_a_code_leaves_none(town, shop, code) -> None:
    codes.revoke(codes=[code], reason="贴错了地方", actor=town.staff, at=make.AT)
    assert opened(code).status_code == 410
    assert not CollectionCode.objects.standing().exists()
    with pytest.raises(CodeError, match="已经停用"):
        codes.revoke(codes=[code], reason="再停一次", actor=town.staff, at=make.AT)
    fresh = codes.issue(street=town.street, entities=[shop], actor=town.staff, at=make.AT)[0]
    assert fresh.generation == 2


def test_a_code_whose_year_is_over_is_outdated_and_the_next_print_makes_a_new_one(town, shop, code) -> None:
    CollectionCode.objects.filter(pk=code.pk).update(valid_from=make.LONG_AGO, valid_until=make.LONG_AGO)
    assert opened(code).status_code == 410
    fresh = codes.issue(street=town.street, entities=[shop], actor=town.staff, at=make.AT)[0]
    assert fresh.generation == 2
    assert opened(fresh).status_code == 200


def test_the_code_of_a_shop_that_left_the_registry_is_outdated(town, shop, code) -> None:
    registry.remove(entity=shop, reason="已经注销", actor=town.staff, at=make.AT)
    assert opened(code).status_code == 410


def test_the_code_of_a_place_that_was_closed_is_outdated(town) -> None:
    house = make.place(town.first_grid, kind="building", name="示例大厦")
    code = make.code(house)
    assert opened(code).status_code == 200
    type(house).objects.filter(pk=house.pk).update(closed_on=make.TODAY)
    assert opened(code).status_code == 410
    house.refresh_from_db()
    with pytest.raises(CodeError, match="已撤销"):
        codes.issue(street=town.street, places=[house], actor=town.staff, at=make.AT)


def test_the_sheet_of_an_entry_goes_on_opening_the_form_after_it_was_merged(town, shop, code) -> None:
    kept = make.entity(town.first_grid)
    merging.merge(kept=kept, absorbed=shop, taken=[], reason="电话地址都相同", actor=town.staff, at=make.AT)
    assert opened(code).status_code == 200
    code.refresh_from_db()
    assert code.entity == kept


def test_where_both_entries_had_a_sheet_the_kept_ones_stays(town, shop, code) -> None:
    kept = make.entity(town.first_grid)
    stays = make.code(kept)
    row = make.submission(code)
    merging.merge(kept=kept, absorbed=shop, taken=[], reason="电话地址都相同", actor=town.staff, at=make.AT)
    assert (opened(stays).status_code, opened(code).status_code) == (200, 410)
    row.refresh_from_db()
    assert row.entity == kept


def test_the_short_code_leads_to_the_same_form_however_it_is_typed(code) -> None:
    for typed in (code.short, code.short.lower(), f" {code.short[:3]} {code.short[3:]} "):
        answer = Client().post("/c/", f"short={typed}", content_type="application/x-www-form-urlencoded")
        assert answer.headers["Location"] == f"/c/{code.token}/"
    wrong = Client().post("/c/", "short=ZZZZZZ", content_type="application/x-www-form-urlencoded")
    assert wrong.status_code == 422


def test_short_codes_are_not_found_by_trying(code) -> None:
    client = Client()
    tried = [client.post("/c/", f"short=ZZZZ{n}", content_type="application/x-www-form-urlencoded") for n in range(22)]
    assert tried[-1].status_code == 429


def test_printing_makes_what_is_missing_and_keeps_who_printed_what(client, town, shop) -> None:
    make.collection_form(town.street)
    other = make.entity(town.first_grid)
    client.force_login(town.secretary)
    answer = client.post(reverse("coverage:codes-print"), {"door": [shop.pk]})
    run = CodePrint.objects.get()
    assert answer.headers["Location"] == reverse("coverage:code-sheet", args=[run.pk])
    assert (run.made_by, run.rows) == (town.secretary, 1)
    assert not CollectionCode.objects.filter(entity=other).exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "子丑面馆" in page
    assert page.count('class="label"') == 1
    assert AccessLog.objects.get(verb="collection.print").actor == town.secretary
    assert "1" in client.get(reverse("coverage:code-prints")).content.decode()


def test_all_that_was_found_is_printed_nine_to_a_page_and_buildings_as_posters(client, town) -> None:
    make.collection_form(town.street)
    for _ in range(10):
        make.entity(town.first_grid, place=make.place(town.first_grid))
    client.force_login(town.data_admin)
    page = client.get(client.post(reverse("coverage:codes-print"), {"all": "1", "shop": "1"}).headers["Location"])
    assert page.content.decode().count('class="sheet"') == 2
    make.place(town.first_grid, kind="building", name="示例大厦")
    page = client.get(client.post(reverse("coverage:codes-print"), {"all": "1", "of": "place"}).headers["Location"])
    assert page.content.decode().count('class="poster"') == 1


def test_a_sheet_leaves_out_what_was_exchanged_since(client, town, shop, code) -> None:
    run = codes.print_codes(street=town.street, entities=[shop], chosen="示例", actor=town.staff, at=make.AT)
    codes.rotate(codes=[code], reason="纸面破损", actor=town.staff, at=make.AT)
    client.force_login(town.staff)
    page = client.get(reverse("coverage:code-sheet", args=[run.pk])).content.decode()
    assert 'class="label"' not in page
    assert "有 1 张后来换过或停用" in page


def test_nothing_ticked_prints_nothing(client, town, code) -> None:
    client.force_login(town.staff)
    answer = client.post(reverse("coverage:codes-print"), {"of": "entity"}, follow=True)
    assert "没有选中任何一家" in answer.content.decode()
    assert not CodePrint.objects.exists()


def test_doors_outside_ones_areas_are_not_printed_exchanged_nor_listed(client, town, shop, code) -> None:
    elsewhere = make.person(town.street, Role.SECRETARY, area=town.second_grid)
    client.force_login(elsewhere)
    client.post(reverse("coverage:codes-print"), {"door": [shop.pk]})
    assert not CodePrint.objects.exists()
    assert "子丑面馆" not in client.get(reverse("coverage:codes")).content.decode()
    assert client.post(reverse("coverage:codes-change"), {"do": "revoke", "code": code.pk}).status_code == 403
    grid_staff = make.person(town.street, Role.STAFF, area=town.second_grid)
    client.force_login(grid_staff)
    client.post(
        reverse("coverage:codes-change"), {"do": "revoke", "code": code.pk, "step": "do", "reason": "试试看能不能"}
    )
    assert opened(code).status_code == 200


def test_more_than_fit_in_one_go_are_refused_with_what_to_do(town, shop, monkeypatch) -> None:
    make.collection_form(town.street)
    monkeypatch.setattr(codes, "MOST_AT_ONCE", 1)
    with pytest.raises(CodeError, match="一次最多打 1 张"):
        codes.print_codes(
            street=town.street, entities=[shop, make.entity(town.first_grid)], chosen="", actor=town.staff, at=make.AT
        )


def test_the_list_of_codes_costs_the_same_however_long_it_is(client, town, code) -> None:
    client.force_login(town.staff)

    def asked() -> int:
        with make.counting() as queries:
            assert client.get(reverse("coverage:codes")).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for _ in range(6):
        make.code(make.entity(town.first_grid))
    assert asked() == few


def test_a_notice_that_was_published_cannot_be_changed_nor_deleted(town) -> None:
    form = make.collection_form(town.street)
    for act in (lambda: CollectionForm.objects.update(title="别的"), form.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            act()


def test_a_new_version_is_what_people_see_from_then_on_and_the_old_page_asks_to_look_again(client, town, code) -> None:
    page = opened(code).content.decode()
    found = re.search(r'name="pass" value="([^"]+)"', page)
    client.force_login(town.data_admin)
    current = codes.current_form(town.street)
    data = {key: getattr(current, key) for key in codes.TEXTS} | {"retention_days": 90}
    assert client.post(reverse("coverage:collection-form"), data).status_code == 302
    assert "90 天" in opened(code).content.decode()
    sent = f"pass={found[1]}&name=赵甲一&phone=19900000017&agrees=1"
    late = Client().post(f"/c/{code.token}/", sent, content_type="application/x-www-form-urlencoded")
    assert late.status_code == 422
    assert "告知书有了新的一版" in late.content.decode()
    assert client.post(reverse("coverage:collection-form"), data).status_code == 422
    assert CollectionForm.objects.count() == 2
    assert AccessLog.objects.filter(verb="collection.publish_form", actor=town.data_admin).count() == 1


def test_a_drawing_holds_every_dark_module_once() -> None:
    drawing = qr.draw("https://shimen.example/c/ABCDEFGHJKMNPQRS/")
    widths = [int(width) for width in re.findall(r"h(\d+)v1", drawing.path)]
    assert drawing.modules in {25, 29, 33}
    assert 0.4 < sum(widths) / drawing.modules**2 < 0.6
    assert drawing.view.startswith("-2 -2 ")
