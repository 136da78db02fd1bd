"""The whole chain clicked through: a demand made without a signal travels up, is settled and answered; a second one goes to the
district and back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from branches.models import Organisation
from coverage.models import Demand, Visit
from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.handover import platform, sending
from grid.meetings import due
from grid.models import DistrictCase, Matter, Meeting, Resolution
from shimen import clock
from shimen.outbox import jobs
from shimen.outbox.models import Job
from tests import governed, make, organised
from tests.browser.test_visit import ready_for_no_signal
from tests.browser.walk import cookie_of
from tests.grid import district as stand_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "早上送面粉的车进不来，晚上居民的车又把门口占满，能不能错开用？"


@pytest.fixture
def street(settings):
    """A day of the first grid: a door to call at, its street-block branch, the council of its road."""
    settings.SHIMEN_NOW = None
    town, today = make.town(), clock.today()
    town.street.rounds_from = today
    town.street.save()
    organised.organisation(
        town, name="第一街区党支部（示例）", kind=Organisation.Kind.STREET_BLOCK, area=town.first_grid
    )
    door = make.place(town.first_grid, road="望桥路", number="41号", address="望桥路41号", address_key="望桥路41号")
    town.shop = make.entity(town.first_grid, place=door, trade_sign="子丑面馆", legal_person="孙丙三", headcount=4)
    town.convener = make.person(town.street, "convener", area=town.first_grid)
    town.council = governed.council(town, name="望桥路街委会", roads=["望桥路"], convener=town.convener)
    round_ = make.round_(town.street, period_start=today, period_end=today + dt.timedelta(days=13))
    make.team(town.street, town.visitor, name="甲组")
    town.stop = make.stop(round_, town.shop, town.visitor, planned_on=today, sequence=1)
    return town


@pytest.fixture
def desk(browser, live_server):
    """`desk(user)`: that person's own browser in the office."""
    opened = []

    def open_for(user) -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=live_server.url, locale="zh-CN")
        context.add_cookies([cookie_of(user, live_server.url)])
        opened.append(context)
        return context.new_page()

    yield open_for
    for context in opened:
        context.close()


def _call_without_a_signal(phone: Page, street, base_url: str) -> None:
    """The visitor writes the demand down in a cellar; it leaves the phone when the signal is back."""
    phone.context.add_cookies([cookie_of(street.visitor, base_url)])
    phone.goto("/v/")
    street.stops = [street.stop]
    ready_for_no_signal(phone, street)
    phone.context.set_offline(True)
    phone.get_by_role("link", name="子丑面馆").tap()
    phone.get_by_label("他怎么说，照原话记").fill(WORDS)
    phone.get_by_role("radiogroup", name="类别").get_by_role("radio", name="停车").check()
    phone.locator(".btn.main").tap()
    phone.wait_for_url(re.compile(r"/v/\?did="))
    assert not Matter.objects.exists()
    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text(re.compile("都已送达|最近送达"))


def _act(page: Page, matter: Matter, button: str, **typed: str) -> None:
    """On the matter's page: press a verb, fill in what it asks for, send it."""
    page.goto(f"/grid/matters/{matter.pk}/")
    link = page.locator(".head .acts").get_by_role("link", name=button, exact=True)
    if not link.is_visible():
        page.locator(".head .acts summary").click()
    link.click()
    for name, words in typed.items():
        field = page.locator(f"main #id_{name}")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/grid/matters/{matter.pk}/")
    matter.refresh_from_db()


def _grid_meeting(page: Page, street, matter: Matter) -> Resolution:
    """The fortnightly meeting that the calendar made: who came, what was resolved, the minutes final."""
    due.ensure_due(on=clock.today(), at=clock.now(), street=street.street)
    row = Meeting.objects.get(area=street.first_grid)
    page.goto(f"/grid/meetings/{row.pk}/edit/")
    page.fill("main #id_day", (clock.today() + dt.timedelta(days=1)).isoformat())
    page.fill("main #id_location", "望桥路阵地议事厅")
    page.fill("main #id_chair", "周戊五")
    page.locator("main form button.btn-primary").click()
    page.get_by_role("button", name="发会议通知").click()
    expect(page.locator("h1")).to_contain_text("已通知")
    # The next day has come.
    Meeting.objects.filter(pk=row.pk).update(starts_at=clock.now(), ends_at=clock.now() + dt.timedelta(hours=1))
    page.reload()
    page.get_by_role("button", name="开始开会").click()
    expect(page.get_by_role("button", name="纪要定稿")).to_be_visible()
    page.goto(f"/grid/meetings/{row.pk}/people/")
    for name in ("何戌一", "魏庚七"):
        page.locator("#id_name").fill(name)
        page.locator("#id_unit").fill("示例单位")
        page.get_by_role("button", name="加进名单").click()
    page.get_by_role("button", name="没记的都到了").click()
    for item in row.items.filter(is_dropped=False).order_by("place"):
        page.goto(f"/grid/meetings/{row.pk}/?item={item.key}")
        if item.matter_id != matter.pk:
            page.locator("#o_outcome").select_option("heard")
            page.get_by_role("button", name="记下结果").click()
            continue
        page.locator("#r_text").fill("弄口 6 个车位错时开放")
        page.locator("#r_owner").fill("城管中队 何戌一")
        page.locator("#r_due_on").fill((clock.today() + dt.timedelta(days=7)).isoformat())
        page.get_by_role("button", name="记下议定事项").click()
        expect(page.get_by_role("link", name="弄口 6 个车位错时开放").first).to_be_visible()
    page.get_by_role("button", name="纪要定稿").click()
    expect(page.locator("h1")).to_contain_text("已召开")
    return Resolution.objects.get(matter=matter)


def test_visit_demand_council_grid_meeting_resolution_closed_answer(phone, desk, street, live_server):
    _call_without_a_signal(phone, street, live_server.url)
    matter = Matter.objects.get()
    assert matter.demand == Demand.objects.get()
    assert matter.demand.visit == Visit.objects.get(stop=street.stop)
    assert (matter.stage, str(matter.organisation)) == (Level.BRANCH, "第一街区党支部（示例）")
    secretary, staff, convener = desk(street.secretary), desk(street.staff), desk(street.convener)
    _act(secretary, matter, "转上一级", tried="劝导商户错开卸货", left_open="夜间居民车仍占位", why="涉及居民和商户")
    assert (matter.stage, matter.legs.get(ended_at=None).council) == (Level.COUNCIL, street.council)
    _act(
        convener,
        matter,
        "转上一级",
        tried="议定夜间居民停、白天卸货",
        left_open="弄口 6 个车位归城管",
        why="要部门到会",
    )
    assert matter.stage is Level.GRID
    resolution = _grid_meeting(staff, street, matter)
    matter.refresh_from_db()
    assert matter.legs.get(ended_at=None).owner == "城管中队 何戌一"
    staff.goto(f"/grid/meetings/resolutions/{resolution.pk}/")
    staff.locator("main #id_said").select_option("done")
    staff.get_by_role("button", name="记下落实情况").click()
    _act(staff, matter, "写办理结果", how="弄口 6 个车位错时开放，线已划好")
    assert (matter.state, matter.solved_level) == (State.SOLVED, Level.GRID)
    _act(secretary, matter, "答复提出人", words="孙老板：车位定下来了，早六点到八点半归您卸货。", way="visit")
    _act(secretary, matter, "办结", satisfaction="good")
    assert (matter.state, matter.satisfaction) == (State.CLOSED, "good")
    phone.goto(f"/v/{street.stop.pk}/")
    assert Demand.objects.get().answer.startswith("孙老板：车位定下来了")
    secretary.goto(f"/grid/matters/{matter.pk}/")
    for words in ("劝导商户错开卸货", "议定夜间居民停", "弄口 6 个车位错时开放", "孙老板：车位定下来了"):
        expect(secretary.get_by_text(words).first).to_be_visible()


def test_up_to_the_district_returned_raised_again_finished_and_answered(desk, street):
    with stand_in.platform() as district:
        staff, admin = desk(street.staff), desk(street.system_admin)
        admin.goto("/grid/platform/")
        admin.fill("main #id_endpoint", district.url)
        admin.fill("main #id_key", stand_in.KEY)
        admin.get_by_role("button", name="保存接口").click()
        staff.goto("/grid/matters/new/")
        staff.fill("main #id_words", "路口信号灯时间太短，老人过不去")
        staff.locator("main #id_area").select_option(str(street.first_grid.pk))
        staff.locator("main form button.btn-primary").click()
        matter = Matter.objects.get()
        for _ in range(3):
            _act(staff, matter, "转上一级", tried="看过现场", left_open="配时权限在区里")
        _deliver(district)
        first = DistrictCase.objects.get()
        district.say(first.number, "accepted")
        district.say(first.number, "returned", "先由街道确认路口归属")
        _ask()
        staff.goto(f"/grid/matters/{matter.pk}/")
        expect(staff.get_by_text("先由街道确认路口归属").first).to_be_visible()
        _act(staff, matter, "转上一级", tried="确认归区交警", left_open="配时权限在区里")
        _deliver(district)
        second = DistrictCase.objects.exclude(pk=first.pk).get()
        for state in ("accepted", "dispatched", "handling", "checking"):
            district.say(second.number, state)
        district.say(second.number, "finished", "绿灯加长 8 秒")
        _ask()
    staff.goto(f"/grid/cases/{second.pk}/")
    expect(staff.get_by_text("绿灯加长 8 秒").first).to_be_visible()
    matter.refresh_from_db()
    assert (matter.state, matter.solved_level) == (State.SOLVED, Level.DISTRICT)
    _act(staff, matter, "答复提出人", words="绿灯加长了 8 秒，再试试。", way="phone")
    _act(staff, matter, "办结", satisfaction="good")
    assert matter.state == State.CLOSED
    assert platform.of(street.street.pk).trouble == ""


def _deliver(district: stand_in.Platform) -> None:
    jobs.run_due(at=clock.now())
    assert len(district.cases) == DistrictCase.objects.filter(delivery="sent").count()


def _ask() -> None:
    """A quarter of an hour is over."""
    Job.objects.filter(kind=sending.ASK).delete()
    sending.ask_due(at=clock.now())
    jobs.run_due(at=clock.now())
