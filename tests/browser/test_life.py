"""Minutes in two browsers at once: what is typed saves itself, and nobody's newer text is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from branches.life import minutes
from branches.models import MinutesKept
from tests import make, organised
from tests.browser.walk import cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def meeting(settings):
    settings.SHIMEN_NOW = make.AT
    town = make.town()
    return town, organised.activity(organised.organisation(town), starts_at=make.AT)


def opened(browser, live_server, user, meeting):
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.add_cookies([cookie_of(user, live_server.url)])
    page = context.new_page()
    page.goto(f"/branches/activities/{meeting.pk}/")
    return page


def test_two_people_type_at_once_and_both_texts_are_kept(browser, live_server, meeting):
    town, row = meeting
    staff = opened(browser, live_server, town.staff, row)
    secretary = opened(browser, live_server, town.secretary, row)
    staff.fill("#id_text", "干部写的")
    expect(staff.locator("#minutes-state")).to_contain_text("已保存")
    staff.locator("#id_text").press_sequentially("，又加一句")
    expect(staff.locator("#minutes-state")).to_contain_text("第 2 稿")
    secretary.fill("#id_text", "书记写的")
    expect(secretary.locator("#minutes-state")).to_contain_text("干部写的，又加一句")
    with secretary.expect_response(lambda answer: answer.status == 422):
        secretary.locator("#id_text").press_sequentially("，还在写")
    assert minutes.of(row).text == "干部写的，又加一句"
    secretary.click("button[name=accept]")
    expect(secretary.locator("#minutes-state")).to_contain_text("第 3 稿")
    assert minutes.of(row).text == "书记写的，还在写"
    assert MinutesKept.objects.get().text == "干部写的，又加一句"
