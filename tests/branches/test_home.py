"""A secretary's home: what do I have to do today."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches.bodies import served
from branches.models import Organisation
from shimen import navigation
from supply.models import Recipient
from tests import make, organised, sessions, station, supplying

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/79.0 Mobile Safari/537.36"


@pytest.fixture
def branch(town: make.Town) -> Organisation:
    row = organised.organisation(
        town, name="第一街区党支部（示例）", short_name="第一街区党支部", founded_on=dt.date(2023, 1, 1)
    )
    organised.seat(
        organised.committee(row, "secretary", "deputy", elected_on=dt.date(2023, 12, 15)),
        user=town.secretary,
        name="赵甲一",
    )
    for n in range(4):
        organised.member(row, standing="probationary" if n == 3 else "full")
    return row


def signed_in(user, **given) -> Client:
    client = Client(**given)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["branches:home", "branches:home-phone"])
def test_one_screen_says_doors_matters_term_and_members(town: make.Town, branch: Organisation, name: str):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.secretary)
    make.demand(make.visit(stop), words="门口停车位不够")
    page = signed_in(town.secretary).get(reverse(name)).content.decode()
    assert "家还没走" in page
    assert "第一街区党支部" in page
    assert "1 件诉求等答复" in page
    assert "第一街区党支部即将届满" in page
    assert "第一街区党支部缺副书记" in page
    assert "4 名党员" in page
    assert "预备 1" in page


def test_a_phone_gets_its_own_page_without_the_offices_sheet(town: make.Town, branch: Organisation):
    client = signed_in(town.secretary, headers={"User-Agent": PHONE})
    assert client.get(reverse("branches:home")).headers["Location"] == reverse("branches:home-phone")
    assert client.get(reverse("branches:home") + "?desk").status_code == 200
    page = client.get(reverse("branches:home-phone")).content.decode()
    assert "css/visit" in page
    assert "css/office" not in page


def test_after_signing_in_a_secretary_comes_home_and_staff_to_the_overview(town: make.Town):
    assert signed_in(town.secretary).get("/").headers["Location"] == reverse("branches:home")
    assert signed_in(town.staff).get("/").headers["Location"] == reverse("overview")
    assert signed_in(town.visitor).get("/").headers["Location"] == reverse("coverage:today")


def test_without_a_linked_seat_the_page_says_whom_to_ask(town: make.Town):
    page = signed_in(town.secretary).get(reverse("branches:home")).content.decode()
    assert "还没有和支部书记的席位连起来" in page
    assert "没有等着办的" in page


def test_what_another_branch_has_to_do_is_not_shown(town: make.Town, branch: Organisation):
    other = organised.organisation(town, name="别的支部（示例）", founded_on=dt.date(2023, 1, 1))
    organised.seat(organised.committee(other, elected_on=dt.date(2023, 12, 15)))
    assert "别的支部" not in signed_in(town.secretary).get(reverse("branches:home")).content.decode()


def test_the_page_asks_the_database_no_more_for_more_doors(town: make.Town, branch: Organisation):
    client, url, round_ = signed_in(town.secretary), reverse("branches:home-phone"), make.round_(town.street)
    for _ in range(2):
        make.stop(round_, make.entity(town.first_grid), town.secretary)
    client.get(url)
    with make.counting() as few:
        client.get(url)
    for _ in range(10):
        make.stop(round_, make.entity(town.first_grid), town.secretary)
    with make.counting() as many:
        client.get(url)
    assert len(many) == len(few)


def test_a_full_day_asks_little_and_names_the_first_of_what_waits(town: make.Town, branch: Organisation):
    client, url, round_ = signed_in(town.secretary), reverse("branches:home"), make.round_(town.street)
    shop = make.entity(town.first_grid, trade_sign="子丑面馆")
    make.demand(make.visit(make.stop(round_, shop, town.secretary)), words="门口停车位不够")
    make.stop(round_, make.entity(town.first_grid), town.secretary)
    station.opinion(town, town.first_grid, words="晚上路灯不亮")
    served.keep_in_step(branch)
    supplying.delivery(Recipient.objects.get(pk=branch.pk))
    sessions.grid_meeting(town)
    supplying.menu_item(supplying.menu(town))
    organised.activity(branch)
    client.get(url)
    navigation.forget(town.secretary.pk)
    with make.counting() as asked:
        page = client.get(url).content.decode()
    assert "最早的是子丑面馆：门口停车位不够" in page
    assert "晚上路灯不亮" in page
    assert "轮您的 2 家" in page
    assert len(asked) <= 25
