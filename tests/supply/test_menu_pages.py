"""The pages of the menu: on the desk, on the phone, on paper and for everybody."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from shimen import clock
from supply.models import Order, Proposal
from tests import make, supplying

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(settings):
    settings.SHIMEN_NOW = make.AT


@pytest.fixture
def town():
    return make.town()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_without_a_menu_the_page_says_what_to_do(town):
    page = client_of(town.staff).get(reverse("supply:menu"))
    assert "还没有发布过菜单" in page.content.decode()


def test_the_menu_shows_places_needs_and_who_has_waited(town):
    recipient = supplying.recipient(town, founded_on=dt.date(2020, 1, 1))
    menu = supplying.menu(town)
    item = supplying.menu_item(menu, quota=8)
    item.answers.create(street=town.street, need=supplying.need(town, number=31))
    client = client_of(town.staff)
    page = client.get(reverse("supply:menu"), follow=True).content.decode()
    for words in ("11 月 30 日至 12 月 6 日的菜单", "0 / 8", "31", str(recipient), "还没有过"):
        assert words in page
    assert "11 月 26 日 18:00 截止" in page


def test_the_office_orders_for_one_organisation_after_another_from_the_menu(town):
    menu = supplying.menu(town)
    item, recipient = supplying.menu_item(menu, quota=1), supplying.recipient(town)
    client, url = client_of(town.staff), reverse("supply:menu-order-for", args=[menu.pk])
    assert "替组织报名" in client.get(reverse("supply:menu-week", args=[menu.pk])).content.decode()
    assert "还有 1 个组织" in client.get(url).content.decode()
    done = client.post(url, {"recipient": recipient.pk, "item": item.pk})
    assert done["Location"] == f"{url}?for={recipient.pk}"
    again = client.post(url, {"recipient": recipient.pk, "item": item.pk})
    assert (again.status_code, Order.objects.get().state) == (422, "placed")
    assert "这个党组织已经报过这一项" in again.content.decode()
    assert "选一场" in client.post(url, {"recipient": recipient.pk}).content.decode()


def test_a_secretary_orders_for_their_own_and_no_other(town):
    menu, own, other = supplying.menu(town), supplying.recipient(town), supplying.recipient(town)
    item, secretary = supplying.menu_item(menu), make.person(town.street, "secretary", area=town.first_grid)
    supplying.led_by(secretary, own)
    client, url = client_of(secretary), reverse("supply:menu-order-for", args=[menu.pk])
    assert client.post(url, {"recipient": other.pk, "item": item.pk}).status_code == 422
    assert client.post(url, {"recipient": own.pk, "item": item.pk}).status_code == 302
    assert Order.objects.get().recipient == own


def test_a_page_of_many_items_costs_as_many_queries_as_one_of_few(town):
    menu, client = supplying.menu(town), client_of(town.staff)
    url = reverse("supply:menu-week", args=[menu.pk])

    def cost():
        client.get(url)
        with make.counting() as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    supplying.menu_item(menu)
    supplying.recipient(town, founded_on=dt.date(2020, 1, 1))
    few = cost()
    for _ in range(12):
        item = supplying.menu_item(menu)
        item.answers.create(street=town.street, need=supplying.need(town))
        supplying.recipient(town, founded_on=dt.date(2020, 1, 1))
    assert cost() <= few
    assert few <= 25


def test_a_secretary_orders_from_the_phone_with_one_tap_per_item(town):
    recipient = supplying.recipient(town)
    supplying.led_by(town.secretary, recipient)
    item = supplying.menu_item(supplying.menu(town), quota=1)
    Proposal.objects.create(street=town.street, item=item, recipient=recipient, weeks=6, why="6 周没有供给")
    client = client_of(town.secretary)
    page = client.get(reverse("supply:menu-phone")).content.decode()
    assert "先给您留着的" in page
    assert "6 周没有供给" in page
    done = client.post(
        reverse("supply:menu-order", args=[item.pk]), {"recipient": str(recipient.pk), "back": "phone"}, follow=True
    )
    assert "已报上" in done.content.decode()
    order = Order.objects.get()
    assert (order.recipient, order.state, order.made_by) == (recipient, "placed", town.secretary)
    client.post(reverse("supply:order-cancel", args=[order.pk]), {"back": "phone"})
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_an_order_after_closing_comes_back_with_a_sentence_and_what_was_typed(town, settings):
    recipient, item = supplying.recipient(town), supplying.menu_item(supplying.menu(town))
    settings.SHIMEN_NOW = item.menu.closes_at
    values = {"recipient": str(recipient.pk), "note": "带两把椅子"}
    page = client_of(town.staff).post(reverse("supply:menu-order", args=[item.pk]), values)
    assert page.status_code == 422
    assert "报名已于 11 月 26 日 18:00 截止" in page.content.decode()
    assert not Order.objects.exists()


def test_a_secretary_cannot_order_for_an_organisation_they_do_not_lead(town):
    recipient, item = supplying.recipient(town), supplying.menu_item(supplying.menu(town))
    page = client_of(town.secretary).post(
        reverse("supply:menu-order", args=[item.pk]), {"recipient": str(recipient.pk)}
    )
    assert page.status_code == 422
    assert not Order.objects.exists()


def test_the_public_page_names_no_organisation_and_sets_no_cookie(town):
    recipient = supplying.recipient(town)
    item = supplying.menu_item(supplying.menu(town))
    client_of(town.staff).post(reverse("supply:menu-order", args=[item.pk]), {"recipient": str(recipient.pk)})
    page = Client().get(reverse("supply:menu-public", args=[item.menu.token]))
    words = page.content.decode()
    assert item.title in words
    assert "还有 7 个组织" in words
    assert str(recipient) not in words
    assert not page.cookies
    assert page.headers["X-Robots-Tag"].startswith("noindex")


def test_a_preview_is_not_public_and_a_wrong_address_says_so(town):
    draft = supplying.menu(town, state="draft", published_at=None)
    for token in (draft.token, "x" * 16):
        page = Client().get(reverse("supply:menu-public", args=[token]))
        assert page.status_code == 404
        assert "没有这份菜单" in page.content.decode()


def test_a_preview_is_the_offices_alone(town):
    draft = supplying.menu(town, state="draft", published_at=None)
    item = supplying.menu_item(draft)
    for client, status in ((client_of(town.staff), 200), (client_of(town.secretary), 404)):
        assert client.get(reverse("supply:menu-week", args=[draft.pk])).status_code == status
        assert client.get(reverse("supply:menu-item", args=[item.pk])).status_code == status


def test_the_office_holds_takes_up_publishes_and_cancels_in_the_pages(town):
    menu = supplying.menu(town, state="draft", published_at=None)
    item, client = supplying.menu_item(menu), client_of(town.staff)
    week = reverse("supply:menu-week", args=[menu.pk])
    client.post(reverse("supply:menu-hold", args=[menu.pk]), {"reason": "讲师还没定"})
    assert "暂缓发布：讲师还没定" in client.get(week).content.decode()
    client.post(reverse("supply:menu-take-up", args=[menu.pk]))
    client.post(reverse("supply:menu-publish", args=[menu.pk]))
    menu.refresh_from_db()
    assert menu.state == "published"
    page = client.post(reverse("supply:item-cancel", args=[item.pk]), {"reason": ""})
    assert page.status_code == 422
    client.post(reverse("supply:item-cancel", args=[item.pk]), {"reason": "场地停电"})
    item.refresh_from_db()
    assert item.cancelled_why == "场地停电"


def test_an_item_is_added_from_the_lists_and_changed_by_the_clock_of_the_street(town):
    menu, project, client = supplying.menu(town), supplying.supply_project(town), client_of(town.staff)
    values = {"source": str(project.pk), "starts_at": "2026-12-01T14:00", "minutes": "90", "quota": "5"}
    client.post(reverse("supply:menu-add", args=[menu.pk]), values)
    item = menu.items.get()
    assert item.starts_at.astimezone(clock.SHANGHAI).hour == 14
    values = {
        "title": item.title, "location": "三站 教室", "provider": "人社所", "starts_at": "2026-12-02T15:00", "ends_at": "2026-12-02T16:00",
        "quota": "6",
    }  # fmt: skip
    client.post(reverse("supply:item-change", args=[item.pk]), values)
    item.refresh_from_db()
    assert (item.location, item.quota, item.starts_at.astimezone(clock.SHANGHAI).hour) == ("三站 教室", 6, 15)


def test_the_sheet_to_print_and_the_list_of_weeks_open(town):
    menu = supplying.menu(town)
    supplying.menu_item(menu)
    client = client_of(town.secretary)
    assert "平台用工合规问答" in client.get(reverse("supply:menu-print", args=[menu.pk])).content.decode()
    assert "11 月 30 日至 12 月 6 日" in client.get(reverse("supply:menus")).content.decode()
