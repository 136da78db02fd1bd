"""A meeting in a real browser: called, attended, minuted by two at once and with the network away, resolved, closed, taken home."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document
from playwright.sync_api import expect

from grid.models import Meeting
from tests import make, sessions
from tests.browser.walk import OFFICE, PHONE, axe_script, cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def town(settings):
    settings.SHIMEN_NOW = sessions.MEETING_AT - dt.timedelta(hours=1)
    return make.town()


@pytest.fixture
def meeting(town):
    sessions.matter(town, "望桥路 32 弄路灯不亮三盏")
    return sessions.grid_meeting(town)


def opened(browser, live_server, user, path, viewport=OFFICE):
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport=viewport)
    context.add_cookies([cookie_of(user, live_server.url)])
    page = context.new_page()
    page.goto(path)
    return page


def in_order(page):
    """Nothing hangs out at the side, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    page.evaluate(axe_script())
    found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 160)))")
    assert found == []


@pytest.mark.parametrize("viewport", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_meeting_from_the_call_to_the_word_file(browser, live_server, town, meeting, viewport):
    page = opened(browser, live_server, town.staff, "/grid/meetings/", viewport)
    page.get_by_role("link", name="第一网格例会").first.click()
    expect(page.locator("#agenda")).to_contain_text("望桥路 32 弄路灯不亮三盏")
    in_order(page)
    page.get_by_role("button", name="发会议通知").click()
    expect(page.locator("h1")).to_contain_text("已通知")
    page.get_by_role("button", name="开始开会").click()
    page.get_by_role("link", name="记到会").click()
    page.locator("select").first.select_option("excused")
    in_order(page)
    page.get_by_role("button", name="没记的都到了").click()
    expect(page.locator(".head")).to_contain_text("应到 3 人，实到 2 人，请假 1 人")
    page.goto(f"/grid/meetings/{meeting.pk}/")
    page.fill("#t_text", "城运中心查过线路，灯头坏了两个。")
    expect(page.locator("#item-state")).to_contain_text("第 1 稿")
    page.get_by_role("button", name="纪要定稿").click()
    expect(page.locator("main")).to_contain_text("还没有结果")
    page.fill("#r_text", "换两个灯头，查一遍整条弄的线路")
    page.fill("#r_owner", "城运中心 吕子三")
    page.get_by_role("button", name="记下议定事项").click()
    expect(page.locator("main")).to_contain_text("选期限")
    assert page.input_value("#r_owner") == "城运中心 吕子三"
    in_order(page)
    page.fill("#r_due_on", "2026-12-01")
    page.get_by_role("button", name="记下议定事项").click()
    expect(page.locator("#resolutions")).to_contain_text("城运中心 吕子三")
    page.get_by_role("link", name="走访轮次进展").click()
    page.select_option("#o_outcome", "heard")
    page.get_by_role("button", name="记下结果").click()
    page.get_by_role("button", name="纪要定稿").click()
    expect(page.locator("h1")).to_contain_text("已召开")
    in_order(page)
    page.get_by_text("通知和纪要").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="纪要 Word 文件").click()
    assert taken.value.suggested_filename == "第一网格例会，11 月 25 日纪要.docx"
    document = Document(io.BytesIO(taken.value.path().read_bytes()))
    assert document.tables[0].rows[1].cells[1].text == "换两个灯头，查一遍整条弄的线路"


def test_two_note_takers_and_both_texts(browser, live_server, town, meeting):
    sessions.under_way(town, meeting)
    path = f"/grid/meetings/{meeting.pk}/"
    staff, secretary = (opened(browser, live_server, who, path) for who in (town.staff, town.secretary))
    staff.fill("#t_text", "干部写的")
    expect(staff.locator("#item-state")).to_contain_text("已保存")
    secretary.fill("#t_text", "书记写的")
    expect(secretary.locator("#item-state")).to_contain_text("干部写的")
    assert secretary.input_value("#t_text") == "书记写的"
    secretary.reload()
    expect(secretary.locator("#item-state")).to_contain_text("周戊五在您打开之后记过这一项")
    assert secretary.input_value("#t_text") == "书记写的"
    assert sessions.item(meeting).text == "干部写的"
    secretary.fill("#t_text", "干部写的，书记补的")
    secretary.click("button[name=accept]")
    expect(secretary.locator("#item-state")).to_contain_text("第 2 稿")
    assert sessions.item(meeting).text == "干部写的，书记补的"


def test_while_the_network_is_away_nothing_typed_is_lost(browser, live_server, town, meeting):
    sessions.under_way(town, meeting)
    page = opened(browser, live_server, town.staff, f"/grid/meetings/{meeting.pk}/")
    page.context.set_offline(True)
    page.fill("#t_text", "没有信号时写的")
    expect(page.get_by_text("没有连上，写的字留在这台电脑上")).to_be_visible()
    assert Meeting.objects.get(pk=meeting.pk).items.order_by("place").first().text == ""
    page.context.set_offline(False)
    expect(page.locator("#item-state")).to_contain_text("已保存", timeout=15_000)
    expect(page.get_by_text("没有连上，写的字留在这台电脑上")).to_be_hidden()
    assert sessions.item(meeting).text == "没有信号时写的"
    page.context.set_offline(True)
    page.fill("#t_text", "没有信号时写的，又一句")
    expect(page.get_by_text("没有连上，写的字留在这台电脑上")).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"/grid/meetings/{meeting.pk}/")
    expect(page.locator("#item-state")).to_contain_text("第 2 稿", timeout=15_000)
    assert page.input_value("#t_text") == "没有信号时写的，又一句"
    assert sessions.item(meeting).text == "没有信号时写的，又一句"
