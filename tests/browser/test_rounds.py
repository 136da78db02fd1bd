"""The rounds' pages in Chromium: an absence previewed, noted and undone; nothing axe minds; no sideways scroll."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from coverage.models import Stop
from coverage.rounds import plans, rounds
from shimen import clock
from shimen.accounts.models import Role
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _built_front_end():
    if not settings.STATICFILES_DIRS:
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def walked(settings):
    """Thirty doors, three visitors, a round planned yesterday week."""
    settings.SHIMEN_NOW = make.AT
    town = make.town()
    crew = [town.visitor, *(make.person(town.street, Role.VISITOR, area=town.first_grid) for _ in range(2))]
    make.team(town.street, *crew, name="甲组", area=town.first_grid)
    for n in range(30):
        door = make.place(town.first_grid, lon=town.street.lon + n % 6 / 1000, lat=town.street.lat + n // 6 / 1000)
        make.entity(town.first_grid, place=door)
    at = make.AT - dt.timedelta(days=7)
    town.round = rounds.open_round(street=town.street, period_start=at.date(), at=at)
    plans.plan(round=town.round, actor=town.staff, at=at)
    late = Stop.objects.filter(round=town.round).order_by("pk").first()
    Stop.objects.filter(pk=late.pk).update(carried_rounds=2)
    return town


def enter(page, live_server, client, user):
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def test_an_absence_is_previewed_noted_and_taken_back(page, live_server, client, walked):
    enter(page, live_server, client, walked.staff)
    today = clock.today()
    before = list(Stop.objects.order_by("pk").values_list("visitor", "planned_on", "sequence"))
    page.goto(f"/rounds/{walked.round.pk}/")
    page.get_by_role("link", name="调整人员").click()
    page.get_by_label("谁").select_option(label=str(walked.visitor))
    page.get_by_label("自").fill(today.isoformat())
    page.get_by_label("至").fill(today.isoformat())
    page.get_by_role("button", name="看看会动哪些").click()
    page.get_by_role("button", name="登记并改派").click()
    expect(page.locator(".undo")).to_contain_text("不在岗")
    assert not Stop.objects.filter(visitor=walked.visitor, planned_on=today).exists()
    page.locator(".undo").get_by_role("button", name="撤销").click()
    expect(page.locator(".undo")).to_contain_text("已撤销")
    assert list(Stop.objects.order_by("pk").values_list("visitor", "planned_on", "sequence")) == before


def test_one_press_arranges(page, live_server, client, walked):
    enter(page, live_server, client, walked.staff)
    page.goto(f"/rounds/{walked.round.pk}/")
    page.get_by_role("button", name="照此安排").click()
    expect(page.get_by_text("没有要另外安排的")).to_be_visible()
    expect(page.locator(".undo")).to_contain_text("排到")


def test_axe_minds_nothing_and_nothing_scrolls_sideways(page, live_server, client, walked):
    enter(page, live_server, client, walked.staff)
    stop = Stop.objects.filter(round=walked.round, outcome="due").first()
    base, today = f"/rounds/{walked.round.pk}/", clock.today()
    away = f"people/?user={walked.visitor.pk}&first={today}&last={today}"
    pages = ["/rounds/", f"/stops/{stop.pk}/"] + [
        base + part for part in ("", "roster/", "people/", away, "replan/", "close/", "arrange/", "finds/", "sheets/")
    ]
    for address in pages:
        page.set_viewport_size({"width": 1366, "height": 844})
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], address
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 844})
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{address} at {width}"
