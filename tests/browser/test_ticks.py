"""A long list of boxes is narrowed by typing; what is ticked stays in sight and is sent."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from grid.models import CouncilPlace
from tests import governed, make
from tests.browser.walk import PHONE, axe_script, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_councils_buildings_are_found_by_typing_and_ticked_on_the_phone(browser, live_server, settings):
    settings.SHIMEN_NOW = make.AT
    town = make.town()
    names = [f"示例大厦{number}" for number in range(1, 12)]
    for number, name in enumerate(names, start=1):
        make.place(town.first_grid, kind="building", name=name, address_key=f"望桥路{number}号", number=f"{number}号")
    council = governed.council(town, kind="building", roads=[])
    page = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport=PHONE).new_page()
    page.context.add_cookies([cookie_of(town.staff, live_server.url)])
    page.goto(reverse("grid:council-places", args=[council.pk]))
    search, said = page.get_by_label("在“哪几栋楼”里找"), page.locator("p[role=status]")
    search.fill("大厦1")
    expect(said).to_have_text("找到 3 项；还没有选")
    page.get_by_label("示例大厦11").check()
    search.fill("大厦7")
    expect(page.get_by_label("示例大厦11")).to_be_visible()
    expect(page.get_by_label("示例大厦10")).to_be_hidden()
    search.press("Enter")
    expect(said).to_contain_text("已选 2 项")
    search.fill("没有这栋")
    expect(said).to_contain_text("没有找到，换几个字")
    page.evaluate(axe_script())
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == []
    page.get_by_role("button", name="改楼宇").click()
    page.wait_for_url(f"**{reverse('grid:council', args=[council.pk])}")
    held = CouncilPlace.objects.filter(council=council).values_list("place__name", flat=True)
    assert sorted(held) == ["示例大厦11", "示例大厦7"]
    page.context.close()
