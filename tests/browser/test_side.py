"""The side on the office's screen: all of it fits, what was opened by hand stays so, and on the phone it is one tap away."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from shimen.embedded.processes import wait_until
from tests import make
from tests.browser.walk import cookie_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = {"width": 1366, "height": 768}
PAGES = ("overview", "coverage:workers", "branches:talents", "supply:served", "figures:index")


def test_the_side_fits_and_keeps_what_hands_opened(browser, live_server):
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport=OFFICE)
    context.add_cookies([cookie_of(make.town().staff, live_server.url)])
    page = context.new_page()
    for name in PAGES:
        page.goto(reverse(name))
        side = page.locator(".side")
        assert side.evaluate("box => box.scrollHeight <= box.clientHeight"), name
        expect(side.locator("[aria-current]")).to_be_in_viewport()
    heading = page.get_by_role("navigation", name="主导航").get_by_text("发力点")
    page.locator("[data-fold=EMPOWERMENT] summary").press("Enter")
    page.locator("[data-fold=INTEGRATION] summary").press("Enter")
    opened = {"EMPOWERMENT", "INTEGRATION"}
    # Asked from outside: the page's policy forbids a word that is evaluated in it again and again.
    assert wait_until(lambda: all(name in page.evaluate("document.cookie") for name in opened), seconds=20)
    page.goto(reverse("audit:records"))
    expect(page.get_by_role("link", name="每周菜单")).to_be_visible()
    # Three open pillars are more than the screen holds: the side scrolls to where one is.
    expect(page.locator(".side [aria-current]")).to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(heading).to_be_hidden()
    page.get_by_role("link", name="菜单", exact=True).click()
    expect(heading).to_be_in_viewport()
    page.get_by_role("link", name="收起菜单").click()
    expect(heading).to_be_hidden()
    context.close()
