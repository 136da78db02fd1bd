"""The public form as people meet it: an old phone, no script, no cookies, little data; and the sheet it hangs on."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from coverage.collection import codes
from coverage.models import Submission, Worker
from shimen import clock
from shimen.outbox import jobs
from tests import make
from tests.browser.walk import Walk, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def shop(town: make.Town):
    return make.entity(town.first_grid, place=make.place(town.first_grid), trade_sign="子丑面馆")


@pytest.fixture
def phone_without_script(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url, viewport=NARROW, locale="zh-CN", java_script_enabled=False, is_mobile=True
    )
    yield context.new_page()
    context.close()


def test_a_person_fills_it_in_without_script_or_cookies_and_takes_it_back(town, shop, phone_without_script) -> None:
    page, code = phone_without_script, make.code(shop)
    page.goto(f"/c/{code.token}/")
    page.get_by_label("姓名", exact=True).fill("赵甲一")
    page.get_by_label(re.compile("手机号")).fill("1990000001")
    page.get_by_role("button", name="提交").click()
    assert "应为 11 位，现在 10 位" in page.content()
    assert page.get_by_label("姓名", exact=True).input_value() == "赵甲一"
    page.get_by_label(re.compile("手机号")).fill("19900000017")
    page.locator("#id_agrees").check()
    page.get_by_role("button", name="提交").click()
    number = page.locator(".receipt").inner_text()
    assert page.context.cookies() == []
    page.goto("/c/receipt/")
    page.locator("#number").fill(number.lower())
    page.get_by_role("button", name="查看").click()
    page.get_by_role("button", name="撤回同意").click()
    page.get_by_role("button", name="撤回并删除").click()
    assert "已撤回" in page.content()
    jobs.run_due(at=clock.now())
    assert Submission.objects.get().state == "deleted"


def test_the_form_weighs_less_than_thirty_kilobytes_before_it_is_even_compressed(
    town, shop, phone_without_script
) -> None:
    weights: list[int] = []
    phone_without_script.on("response", lambda answer: weights.append(len(answer.body())))
    phone_without_script.goto(f"/c/{make.code(shop).token}/", wait_until="networkidle")
    assert len(weights) >= 2
    assert sum(weights) < 30_000


def test_every_step_passes_axe_on_a_narrow_phone_in_light_and_dark(town, shop, browser, live_server) -> None:
    context = browser.new_context(base_url=live_server.url, viewport=NARROW, locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    walk = Walk(page)
    house = make.place(town.first_grid, kind="building", name="示例大厦")
    make.entity(town.first_grid, place=house)

    def look(where: str) -> None:
        page.evaluate(walk.script)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert walk.axe() == [], f"{where}, {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], where

    page.goto(f"/c/{make.code(house).token}/")
    look("form of a place")
    page.get_by_role("button", name="提交").click()
    look("form with errors")
    page.goto(f"/c/{make.code(shop).token}/")
    page.locator("#id_name").fill("赵甲一")
    page.locator("#id_phone").fill("19900000017")
    page.locator("#id_agrees").check()
    page.get_by_role("button", name="提交").click()
    look("receipt number")
    number = page.locator(".receipt").inner_text()
    page.goto("/c/receipt/")
    page.locator("#number").fill(number)
    page.get_by_role("button", name="查看").click()
    look("state")
    page.get_by_role("button", name="撤回同意").click()
    look("before taking back")
    page.get_by_role("button", name="撤回并删除").click()
    look("taken back")
    context.close()


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (9, 1), (10, 2)])
def test_sheets_come_out_of_the_printer_as_a4_nine_to_a_page(
    town, browser, live_server, count: int, pages: int
) -> None:
    make.collection_form(town.street)
    long = "申辰癸信息技术（示例）有限公司示例分公司（示例二）望桥路旗舰店"
    shops = [
        make.entity(town.first_grid, place=make.place(town.first_grid), trade_sign=long if n == 0 else f"子丑面馆{n}")
        for n in range(count)
    ]
    run = codes.print_codes(street=town.street, entities=shops, chosen="示例", actor=town.staff, at=make.AT)
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.add_cookies([cookie_of(town.staff, live_server.url)])
    page = context.new_page()
    page.goto(f"/collection/prints/{run.pk}/")
    page.emulate_media(media="print")
    spilled = page.eval_on_selector_all(
        ".label", "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.innerText)"
    )
    assert spilled == []
    side = page.locator(".label .qr").first.bounding_box()
    assert side["width"] / 96 * 25.4 >= 35  # with its quiet zone
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == pages
    box = paper.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) in {(595, 842), (596, 842), (595, 841)}
    context.close()


def test_a_reviewer_decides_with_one_key_each(town, shop, page, live_server) -> None:
    for name in ("赵甲一", "钱乙二"):
        make.submission(make.code(shop), name=name)
    page.context.add_cookies([cookie_of(town.secretary, live_server.url)])
    page.goto("/collection/")
    page.locator("td a").first.click()
    page.keyboard.press("n")
    page.get_by_text("登记了一位新的人").wait_for()
    page.keyboard.press("w")
    page.get_by_text("没有采用：重复填写").wait_for()
    assert page.url.endswith("/collection/")
    assert Worker.objects.count() == 1
