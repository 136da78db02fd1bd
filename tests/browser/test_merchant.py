"""A merchant's phone in Chromium: a coupon is set aside, the network goes, and it is used once when it is back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from shimen import clock
from supply.coupons import devices
from supply.models import Redemption, Reservation
from tests import make, stands

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _built_front_end():
    if not (settings.BASE_DIR / "static" / "dist" / "phone" / "merchant.js").exists():
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def till(phone, settings, live_server):
    """A phone that opened its link, and a coupon in a customer's hands."""
    settings.SHIMEN_NOW = None
    town, now = make.town(), clock.now()
    today = clock.day_of(now)
    shop = stands.merchant(town)
    batch = stands.batch(town, shop, first_day=today - DAY, last_day=today + 30 * DAY)
    _, link = devices.issue(entity=shop, label="店长", actor=town.staff, at=now)
    phone.coupon = stands.coupon(batch, at=now)
    phone.problems = []
    phone.on("pageerror", lambda error: phone.problems.append(str(error)))
    phone.goto(reverse("supply:merchant-sign-in", args=[link]))
    phone.get_by_role("button", name="登记这部手机").tap()
    expect(phone.get_by_role("heading", name="核销优享券")).to_be_visible()
    return phone


def scan(page):
    """What the phone's camera opens."""
    page.goto(reverse("supply:merchant-take", args=[stands.code(page.coupon, clock.now())]))


def shot(page, name):
    folder = settings.VAR.parent / "shimen-shots"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def worker_is_ready(page):
    """Wait until the worker holds the first page."""
    page.evaluate("navigator.serviceWorker.ready")
    for _ in range(100):
        if page.evaluate("caches.open('merchant pages').then((c) => c.match('/supply/m/')).then(Boolean)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the first page never came into the phone")


def test_a_coupon_is_taken_in_one_tap_after_the_scan(till):
    scan(till)
    shot(till, "merchant-take")
    till.get_by_role("button", name="核销 10 元").tap()
    till.wait_for_url(re.compile(r"/supply/m/\?did="))
    expect(till.get_by_text("今天核销 1 张，10 元")).to_be_visible()
    shot(till, "merchant-home")
    scan(till)
    expect(till.get_by_role("alert")).to_contain_text("已在本店用过")
    assert Redemption.objects.count() == 1
    assert till.problems == []


def test_what_was_set_aside_is_confirmed_when_the_network_is_back(till):
    worker_is_ready(till)
    scan(till)
    till.route("**/supply/m/confirm/", lambda route: route.abort())
    till.get_by_role("button", name="核销 10 元").tap()
    till.wait_for_url(re.compile(r"/supply/m/\?did="))
    till.context.set_offline(True)
    expect(till.locator("[data-slip]")).to_contain_text("已锁住")
    till.goto("/supply/m/")
    expect(till.locator("#net")).to_contain_text("没有信号，1 张锁在手机里，有信号自动核销")
    expect(till.locator("[data-slip]")).to_contain_text("可以给优惠")
    shot(till, "merchant-offline")
    assert not Redemption.objects.exists()
    assert Reservation.objects.get().closed_at is None
    till.unroute("**/supply/m/confirm/")
    till.context.set_offline(False)
    expect(till.get_by_text("今天核销 1 张，10 元")).to_be_visible()
    expect(till.locator("[data-slip]")).to_have_count(0)
    assert Redemption.objects.count() == 1


def test_an_answer_lost_on_the_way_does_not_use_the_coupon_twice(till):
    scan(till)
    till.route("**/supply/m/confirm/", lambda route: (route.fetch(), route.abort()))
    till.get_by_role("button", name="核销 10 元").tap()
    till.wait_for_url(re.compile(r"/supply/m/\?did="))
    till.unroute_all(behavior="wait")
    till.goto("/supply/m/")
    expect(till.get_by_text("今天核销 1 张，10 元")).to_be_visible()
    expect(till.locator("[data-slip]")).to_have_count(0)
    assert Redemption.objects.count() == 1


def test_without_a_network_nothing_is_locked_and_the_phone_says_so(till):
    worker_is_ready(till)
    scan(till)
    till.context.set_offline(True)
    till.get_by_role("button", name="核销 10 元").tap()
    expect(till.get_by_role("alert")).to_contain_text("还没有锁住，先别给优惠")
    till.goto(reverse("supply:merchant-take", args=["ABCDEFG1234"]))
    expect(till.locator("#nosignal")).to_be_visible()
    shot(till, "merchant-nothing")
    till.context.set_offline(False)
    assert not Reservation.objects.exists()
    scan(till)
    till.get_by_role("button", name="核销 10 元").tap()
    till.wait_for_url(re.compile(r"/supply/m/\?did="))
    assert Redemption.objects.count() == 1


def test_what_was_set_aside_is_given_back(till):
    scan(till)
    till.route("**/supply/m/confirm/", lambda route: route.abort())
    till.get_by_role("button", name="核销 10 元").tap()
    till.wait_for_url(re.compile(r"/supply/m/\?did="))
    till.get_by_role("button", name="不核销了").tap()
    expect(till.locator("[data-slip]")).to_have_count(0)
    till.coupon.refresh_from_db()
    assert till.coupon.state == "issued"
    assert Reservation.objects.get().closed_at is not None
