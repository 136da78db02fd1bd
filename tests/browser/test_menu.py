"""A secretary with a phone in the hand orders from this week's menu."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from supply.models import Order, Proposal
from tests import make, supplying
from tests.browser.walk import PHONE, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TAPS = 4


class Thumb:
    """Counts what is tapped."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, target):
        target.tap()
        self.taps += 1


@pytest.fixture
def phone(browser, live_server, settings):
    settings.SHIMEN_NOW = make.AT
    town = make.town()
    recipient = supplying.recipient(town)
    supplying.led_by(town.secretary, recipient)
    kept = supplying.menu_item(
        supplying.menu(town, holds_until=make.AT.replace(hour=23)), title="律师周二下午", quota=4
    )
    supplying.menu_item(kept.menu, title="体检车进街区", unit="person", quota=60)
    Proposal.objects.create(street=town.street, item=kept, recipient=recipient, weeks=6, why="6 周没有供给")
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        java_script_enabled=False,
    )
    context.add_cookies([cookie_of(town.secretary, live_server.url)])
    page = context.new_page()
    page.goto("/branches/home/phone/")
    return page, recipient


def test_from_the_home_to_an_order_in_four_taps_at_most_and_without_a_script(phone):
    page, recipient = phone
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="律师周二下午"))
    expect(page.get_by_role("heading", name="先给您留着的")).to_be_visible()
    thumb.tap(page.get_by_role("button", name="律师周二下午"))
    expect(page.get_by_role("status")).to_contain_text("已报上“律师周二下午”")
    assert thumb.taps <= TAPS
    order = Order.objects.get()
    assert (order.recipient, order.state) == (recipient, "placed")


def test_people_are_typed_where_people_count_and_an_order_is_taken_back(phone):
    page, _ = phone
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="看这一周的菜单"))
    thumb.tap(page.get_by_role("link", name="体检车进街区"))
    page.get_by_label("几个人").fill("5")
    thumb.tap(page.get_by_role("button", name="体检车进街区"))
    expect(page.get_by_role("status")).to_contain_text("已报上")
    assert Order.objects.get().places == 5
    thumb.tap(page.get_by_role("button", name="取消报名"))
    expect(page.get_by_role("status")).to_contain_text("已取消")
    assert thumb.taps <= TAPS
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
