"""The pages of the three lists, of deliveries and of who is served."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from shimen import figures
from supply.models import Delivery, Link, Need, Serving
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


VALUES = {
    "title": "燃气和灭火器怎么用",
    "category": "course",
    "words": "想请消防的人到店里讲",
    "raised_on": "2026-11-20",
}


def test_a_need_is_entered_and_shows_what_could_answer_it_with_reasons(town):
    station = supplying.resource(
        town, title="消防站开放日", words="灭火器、燃气、逃生", provider="消防救援站", category="course"
    )
    client = client_of(town.staff)
    page = client.post(reverse("supply:list-new", args=["need"]), VALUES, follow=True)
    need = Need.objects.get()
    words = page.content.decode()
    assert "消防站开放日" in words
    assert "都说到消防" in words
    client.post(reverse("supply:need-link", args=[need.pk]), {"resource": str(station.pk)})
    assert Link.objects.get().resource == station
    assert "已对接" in client.get(reverse("supply:need", args=[need.pk])).content.decode()
    client.post(reverse("supply:link-end", args=[Link.objects.get().pk]))
    need.refresh_from_db()
    assert need.state == "open"


def test_a_wrong_entry_comes_back_with_its_sentence_and_nothing_is_lost(town):
    page = client_of(town.staff).post(
        reverse("supply:list-new", args=["need"]), VALUES | {"since": "2026-12-02", "until": "2026-12-01"}
    )
    assert page.status_code == 422
    assert "结束日期不能早于开始日期" in page.content.decode()
    assert VALUES["words"] in page.content.decode()


def test_a_secretary_tells_a_need_of_their_own_organisation_and_enters_nothing_else(town):
    own, other = supplying.recipient(town), supplying.recipient(town)
    supplying.led_by(town.secretary, own)
    client = client_of(town.secretary)
    assert client.get(reverse("supply:list-new", args=["resource"])).status_code == 404
    refused = client.post(reverse("supply:list-new", args=["need"]), VALUES | {"recipient": str(other.pk)})
    assert refused.status_code == 422
    client.post(reverse("supply:list-new", args=["need"]), VALUES | {"recipient": str(own.pk)})
    need = Need.objects.get()
    assert need.recipient == own
    foreign = supplying.need(town, recipient=other)
    assert client.get(reverse("supply:list-edit", args=["need", foreign.pk])).status_code == 404
    assert client.get(reverse("supply:list-edit", args=["need", need.pk])).status_code == 200


def test_the_unmatched_needs_stand_by_age(town):
    supplying.need(town, title="新的需求", raised_on=make.TODAY)
    supplying.need(town, title="老的需求", raised_on=make.TODAY - dt.timedelta(days=90))
    supplying.need(town, title="有人办的事", state="linked")
    page = client_of(town.staff).get(reverse("supply:unmatched")).content.decode()
    assert page.index("老的需求") < page.index("新的需求")
    assert "有人办的事" not in page
    assert "90 天" in page


def test_a_list_is_filtered_exported_and_costs_the_same_however_long(town):
    client = client_of(town.staff)
    supplying.need(town, audiences=["rider"])
    url = reverse("supply:lists")

    def cost():
        client.get(url)
        with make.counting() as queries:
            client.get(url)
        return len(queries)

    few = cost()
    for _ in range(10):
        supplying.need(town, title="别的需求", recipient=supplying.recipient(town), area=town.first_grid)
    assert cost() <= few
    page = client.get(url, {"audience": "rider"}).content.decode()
    assert "骑手夜间休息点" in page
    assert "别的需求" not in page
    assert "骑手夜间休息点" in client.get(reverse("supply:lists-export")).content.decode("utf-8-sig")


def test_a_delivery_goes_from_the_secretarys_page_to_the_offices_and_back(town):
    recipient = supplying.recipient(town)
    supplying.led_by(town.secretary, recipient)
    secretary, staff = client_of(town.secretary), client_of(town.staff)
    values = {"recipient": str(recipient.pk), "title": "送课上门", "wanted_on": "2026-11-27", "address": "望桥路 41 号"}
    secretary.post(reverse("supply:delivery-new"), values)
    row = Delivery.objects.get()

    def act(client, verb, **given):
        row.refresh_from_db()
        page = client.post(reverse("supply:delivery-act", args=[row.pk, verb]), {"seen": row.revision, **given})
        row.refresh_from_db()
        return page

    act(staff, "accept", planned_on="2026-11-27", provider="区委党校讲师组")
    assert row.code in secretary.get(reverse("supply:delivery", args=[row.pk])).content.decode()
    assert row.code not in staff.get(reverse("supply:delivery", args=[row.pk])).content.decode()
    act(staff, "dispatch")
    assert act(staff, "deliver", code="9x9x").status_code == 422
    assert row.tries == 1
    act(staff, "deliver", code=row.code)
    assert row.state == "delivered"
    assert act(staff, "rate", rating="good").status_code == 404
    act(secretary, "rate", rating="good")
    assert row.state == "rated"
    assert Serving.objects.get().recipient == recipient


def test_who_is_served_stands_by_grid_and_opens_to_what_came(town):
    recipient = supplying.recipient(town)
    delivery = supplying.delivery(recipient)
    Serving.objects.create(
        street=town.street, recipient=recipient, on=make.TODAY - dt.timedelta(days=40), via="door", title="送课上门",
        category="course", delivery=delivery,
    )  # fmt: skip
    client = client_of(town.staff)
    page = client.get(reverse("supply:served")).content.decode()
    assert "5 周" in page
    assert str(recipient) in client.get(reverse("supply:served"), {"quiet": "on"}).content.decode()
    assert "送课上门" in client.get(reverse("supply:recipient", args=[recipient.pk])).content.decode()
    values = figures.values(street=town.street, on=make.TODAY, user=town.staff, keys=("organisations_served", "needs"))
    assert (values["organisations_served"].number, values["needs"].number) == (1, 0)


def test_the_series_shows_who_is_in_front(town):
    client = client_of(town.staff)
    client.post(
        reverse("supply:project-series"), {"name": "书记领跑善治", "words": "一个项目解一个难题", "is_led": "on"}
    )
    series = supplying.supplied.Series.objects.get()
    supplying.supply_project(town, title="错峰停车商量成的", series=series, leader="赵甲一")
    page = client.get(reverse("supply:project-series")).content.decode()
    assert "错峰停车商量成的" in page
    assert "赵甲一" in page
    assert client_of(town.secretary).post(reverse("supply:project-series"), {"name": "别的系列"}).status_code == 404
