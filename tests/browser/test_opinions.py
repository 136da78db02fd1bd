"""The weather station as people meet it: an old phone without script; a secretary who sorts without touching the mouse."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from grid.models import Matter, Opinion
from tests import make, station
from tests.browser.walk import Walk, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NARROW = {"width": 360, "height": 640}


@pytest.fixture
def code(town: make.Town):
    return station.opinion_code(town, town.first_grid)


def test_without_script_or_name_one_says_something_and_reads_what_came_of_it(town, code, browser, live_server) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport=NARROW, locale="zh-CN", java_script_enabled=False, is_mobile=True
    )
    page = context.new_page()
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.goto(reverse("grid:tell", args=[code.token]), wait_until="networkidle")
    assert sum(weights) < 30_000
    page.get_by_label(re.compile("要说的事")).fill("望桥路晚上路灯不亮")
    page.get_by_label(re.compile("^电话")).fill("19900000017")
    page.get_by_role("button", name="提交").click()
    assert "要留电话就勾选同意" in page.content()
    page.locator("#id_consents").check()
    page.get_by_role("button", name="提交").click()
    number = page.locator(".receipt").inner_text()
    assert context.cookies() == []
    page.goto(reverse("grid:tell-receipt"))
    page.locator("#number").fill(number.lower())
    page.get_by_role("button", name="查看").click()
    assert "收到了，等分拣" in page.content()
    page.get_by_role("button", name="只删掉我的电话").click()
    page.get_by_role("button", name="撤回这条意见").click()
    page.get_by_role("button", name="撤回并删除").click()
    assert "已撤回" in page.content()
    assert Opinion.objects.get().state == "withdrawn"
    context.close()


def test_every_step_passes_axe_on_a_narrow_phone_in_light_and_dark(town, code, browser, live_server) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=NARROW, locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    walk = Walk(page)

    def look(where: str) -> None:
        page.evaluate(walk.script)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert walk.axe() == [], f"{where}, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where

    page.goto(reverse("grid:tell", args=[station.opinion_code(town).token]))
    look("the form of the street")
    page.goto(reverse("grid:tell", args=[code.token]))
    page.get_by_role("button", name="提交").click()
    look("the form with errors")
    page.locator("#id_words").fill("望桥路晚上路灯不亮")
    page.get_by_role("button", name="提交").click()
    look("the receipt")
    number = page.locator(".receipt").inner_text()
    page.goto(reverse("grid:tell-receipt"))
    page.locator("#number").fill(number)
    page.get_by_role("button", name="查看").click()
    look("where it stands")
    context.close()


def test_a_secretary_sorts_by_key_one_after_another(town, browser, live_server) -> None:
    for words in ("望桥路晚上路灯不亮，骑车看不见坑", "想在门口摆两张桌子，要不要报备", "顾客的预付卡退不了钱"):
        station.opinion(town, town.first_grid, words=words)
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.add_cookies([cookie_of(town.secretary, live_server.url)])
    page = context.new_page()
    page.goto(reverse("grid:opinions"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("opinions/[0-9a-f-]{36}/$"))
    page.keyboard.press("m")
    page.get_by_text("已转事项 2026-0001").wait_for()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.id") == "id_words"
    page.keyboard.type("画线内可以，报备表在窗口")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("已答复").first.wait_for()
    page.keyboard.press("r")
    page.get_by_text("没有待分拣的意见").wait_for()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已退回待分拣").wait_for()
    states = dict(Opinion.objects.values_list("words", "state"))
    assert sorted(states.values()) == ["answered", "matter", "waiting"]
    assert Matter.objects.get().via == "opinion"
    context.close()
