"""The map as a tool, in Chromium: a corner is dragged and taken back, a door is put down by a click; typing does the same."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from shimen.territory import borders
from shimen.territory.models import Area, Place
from tests import make
from tests.browser.walk import cookie_of
from tests.territory import ground
from tests.territory.test_borders import box

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _built_front_end():
    if not settings.STATICFILES_DIRS:
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def laid(page, live_server) -> ground.Ground:
    laid = ground.lay()
    page.context.add_cookies([cookie_of(laid.town.staff, live_server.url)])
    return laid


def drag(page, handle, east: float, south: float) -> None:
    seen = handle.bounding_box()
    x, y = seen["x"] + seen["width"] / 2, seen["y"] + seen["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east / 2, y + south / 2, steps=4)
    page.mouse.move(x + east, y + south, steps=4)
    page.mouse.up()


def test_a_dragged_corner_is_written_down_shown_adopted_and_taken_back(page, live_server, laid) -> None:
    make.entity(laid.west, place=laid.doors[95])
    page.goto(f"/map/areas/{laid.west.pk}/border/")
    page.locator("#street-map[data-drawn]").wait_for()
    expect(page.locator(".handle.corner")).to_have_count(4)
    before = page.get_by_role("textbox", name="角点").input_value()
    corners = page.locator(".handle.corner")
    # Corner 2 and 3 are the ones that both grids share.
    for index in (1, 2):
        drag(page, corners.nth(index), -60, 0)
    assert page.get_by_role("textbox", name="角点").input_value() != before
    page.get_by_role("button", name="看会影响什么").click()
    expect(page.get_by_role("heading", name="改归别的网格")).to_be_visible()
    page.get_by_role("button", name="一起改归").click()
    expect(page.get_by_role("status").filter(has_text="重画第一网格的边界")).to_be_visible()
    assert Place.objects.get(pk=laid.doors[95].pk).area == laid.east
    page.locator(".undo").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销“重画")).to_be_visible()
    assert Area.objects.get(pk=laid.west.pk).boundary == laid.west.boundary


def test_a_corner_is_added_by_its_round_handle_and_removed_by_a_double_click(page, live_server, laid) -> None:
    page.goto(f"/map/areas/{laid.west.pk}/border/")
    page.locator("#street-map[data-drawn]").wait_for()
    drag(page, page.locator(".handle.between").first, 0, -20)
    expect(page.locator(".handle.corner")).to_have_count(5)
    page.locator(".handle.corner").nth(1).dblclick()
    expect(page.locator(".handle.corner")).to_have_count(4)


def test_what_is_typed_moves_the_drawing_and_needs_no_mouse(page, live_server, laid) -> None:
    page.goto(f"/map/areas/{laid.west.pk}/border/")
    page.locator("#street-map[data-drawn]").wait_for()
    text = page.get_by_role("textbox", name="角点")
    text.fill(borders.written(box(0, 0, 80, 100)[:2] + box(0, 0, 80, 120)[2:3]))
    text.press("Tab")
    expect(page.locator(".handle.corner")).to_have_count(3)


def test_a_place_is_put_down_by_a_click(page, live_server, laid) -> None:
    page.goto("/map/places/new/")
    page.locator("#street-map[data-drawn]").wait_for()
    page.get_by_label("地址", exact=True).fill("望桥路 66 号")
    seen = page.locator("#street-map").bounding_box()
    page.mouse.click(seen["x"] + seen["width"] * 0.4, seen["y"] + seen["height"] / 2)
    expect(page.locator(".handle.pin")).to_have_count(1)
    page.get_by_role("button", name="新增地点").click()
    expect(page.get_by_text("已新增望桥路66号")).to_be_visible()
    assert Place.objects.get(address_key="望桥路66号").area == laid.west


def test_the_map_is_painted_anew_when_the_system_turns_dark(page, live_server, laid) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/map/")
    page.locator("#street-map[data-drawn]").wait_for()
    pictures = "() => [...document.querySelectorAll('#street-map canvas')].map(each => each.toDataURL()).join()"
    light = page.evaluate(pictures)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({pictures})() !== light", arg=light)
    dark = page.evaluate(pictures)
    page.reload()
    page.locator("#street-map[data-drawn]").wait_for()
    page.wait_for_function(f"dark => ({pictures})() === dark", arg=dark)
