"""A newcomer and the workbook of a department that nobody knows: entered, mapped and applied within a dozen clicks."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, expect

from coverage.models import Batch, Entity, Layout
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WATCH = "window.broken = []; document.addEventListener('securitypolicyviolation', e => window.broken.push(e.violatedDirective))"
HEADINGS = ("备案号", "主体身份号", "店牌", "掌柜", "门牌", "联络", "开门日子", "片长意见")
# Two for the file's dialogue and two for choosing from a list are counted too.
MOST_CLICKS = 14
MOST_SECONDS = 180


def row(number: int, person: str = "孙丙六") -> list[str]:
    code, name = books.code(number), f"甲乙丙{number}（示例）商贸有限公司"
    return [f"B{number}", code, name, person, f"望桥路{number}号", "19900000017", "2020年1月5日", "同意"]


def workbook(*lines: list[str], headings: tuple[str, ...] = HEADINGS) -> bytes:
    titles = [["示例区店招备案表"], ["填报日期：2026年11月20日"]]
    return books.xlsx(lines or [row(1), row(2, "李丁九"), row(3)], headings=headings, titles=titles)


@pytest.fixture(autouse=True)
def _built_front_end():
    if not (settings.BASE_DIR / "static" / "dist" / "js" / "office.js").exists():
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def town():
    town = make.town()
    steps.shops(town.first_grid, 3)
    return town


class Newcomer:
    """Somebody at a desk, whose clicks are counted."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(label=option)
        self.clicks += 2

    def hand_in(self, name: str, content: bytes) -> None:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.get_by_label("表格文件").set_input_files(file)
        self.clicks += 2


@pytest.fixture
def newcomer(page, town, live_server):
    client = Client()
    client.force_login(town.data_admin)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.add_init_script(WATCH)
    return Newcomer(page)


def nothing_broken(page) -> None:
    assert page.evaluate("window.broken") == []
    assert Axe().run(page).response["violations"] == []


def work(page) -> None:
    jobs.run_due(at=make.AT)
    page.reload()


def test_an_unknown_departments_workbook_is_mapped_and_applied_within_a_dozen_clicks(newcomer, town):
    page, begun = newcomer.page, time.monotonic()
    page.goto("/compare/")
    newcomer.click(page.get_by_role("link", name="登记一个部门"))
    page.get_by_label("代码").fill("chengguan")
    page.get_by_label("名称").fill("城管")
    nothing_broken(page)
    newcomer.click(page.get_by_role("button", name="登记部门"))
    newcomer.click(page.get_by_role("link", name="上传它的表"))
    newcomer.hand_in("店招备案.xlsx", workbook())
    expect(page.get_by_text("这样的表头没有见过")).to_be_visible()
    expect(page.get_by_label("数据截至")).to_have_value("2026-11-20")
    nothing_broken(page)
    newcomer.choose("哪个部门的", "城管")
    newcomer.click(page.get_by_role("button", name="上传并比对"))
    expect(page.get_by_role("heading", name="城管第 1 批")).to_be_visible()
    work(page)
    expect(page.get_by_role("heading", name="这些列是什么")).to_be_visible()
    expect(page.get_by_label("“主体身份号”是什么")).to_have_value("code")
    expect(page.get_by_label("“店牌”是什么")).to_have_value("name")
    nothing_broken(page)
    newcomer.click(page.get_by_role("button", name="照此比对"))
    expect(page.get_by_role("heading", name="城管第 1 批")).to_be_visible()
    work(page)
    newcomer.click(page.get_by_role("button", name="应用 3 行"))
    expect(page.get_by_text("应用中").first).to_be_visible()
    work(page)
    expect(page.get_by_text("已应用").first).to_be_visible()
    assert Entity.objects.get(code=books.code(2)).legal_person == "李丁九"
    assert newcomer.clicks <= MOST_CLICKS
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_field_is_chosen_by_keyboard_or_dragged_and_the_preview_follows(newcomer, town):
    page = newcomer.page
    batch = steps.compare(steps.department(town.street, name="城管"), workbook())
    page.goto(f"/compare/{batch.pk}/")
    expect(page.get_by_role("heading", name="这些列是什么")).to_be_visible()
    seen = page.locator("#preview")
    expect(seen.get_by_role("row", name="联系电话 199****0017")).to_be_visible()
    page.get_by_label("“开门日子”是什么").select_option(label="从业人数")
    expect(seen.get_by_text("格读不懂")).to_be_visible()
    page.get_by_label("“主体身份号”是什么").select_option(label="不读这一列")
    expect(seen.get_by_text("没有认出“统一社会信用代码”")).to_be_visible()
    nothing_broken(page)
    field = seen.locator("[data-field=code]")
    field.drag_to(page.locator("tr[data-column]", has_text="主体身份号"))
    expect(page.get_by_label("“主体身份号”是什么")).to_have_value("code")
    expect(seen.get_by_text("没有认出“统一社会信用代码”")).to_have_count(0)
    page.get_by_role("button", name="照此比对").click()
    expect(page.get_by_role("heading", name="城管第 1 批")).to_be_visible()
    columns = {column["heading"]: column["field"] for column in Layout.objects.get().columns}
    assert (columns["主体身份号"], columns["开门日子"]) == ("code", "headcount")


def test_a_dropped_file_names_its_department_and_a_changed_header_asks_only_for_what_is_new(newcomer, town):
    page, department = newcomer.page, steps.department(town.street, name="城管")
    make.layout(
        department, *zip(HEADINGS, ("", "code", "name", "legal_person", "address", "phone", "", ""), strict=True)
    )
    page.goto("/compare/")
    data = list(workbook(row(1), headings=(*HEADINGS[:3], "老板", *HEADINGS[4:])))
    drop = page.evaluate_handle(
        """bytes => { const d = new DataTransfer(); d.items.add(new File([new Uint8Array(bytes)], "新表.xlsx")); return d; }""",
        data,
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": drop})
    expect(page.get_by_text("像是城管的表：8 列里有 7 列和以前一样")).to_be_visible()
    expect(page.get_by_label("哪个部门的")).to_have_value(str(department.pk))
    page.get_by_role("button", name="上传并比对").click()
    expect(page.get_by_role("heading", name="城管第 1 批")).to_be_visible()
    work(page)
    expect(page.get_by_text("比上次“掌柜”改成了“老板”。只问没见过的 1 列，其余照旧。")).to_be_visible()
    expect(page.locator("tr[data-column]:visible")).to_have_count(1)
    expect(page.get_by_label("“老板”是什么")).to_have_value("legal_person")
    nothing_broken(page)


def test_where_no_header_is_found_a_person_points_at_it(newcomer, town):
    page = newcomer.page
    content = books.xlsx([["1", "x"], [books.code(1), "甲（示例）店"], [books.code(2), "乙（示例）店"]], headings=())
    batch = steps.compare(steps.department(town.street, name="城管"), content)
    assert batch.state == Batch.State.MAPPING
    page.goto(f"/compare/{batch.pk}/")
    expect(page.get_by_role("heading", name="哪一行是表头")).to_be_visible()
    nothing_broken(page)
    page.get_by_role("link", name="第 1 行是表头").click()
    expect(page.get_by_label("“1”是什么")).to_have_value("code")
    nothing_broken(page)


def test_what_a_person_puts_in_stays_while_the_file_is_looked_at_and_progress_stands_once(newcomer, town):
    page, department = newcomer.page, steps.department(town.street, name="城管")
    make.layout(steps.department(town.street, name="税务"), *[(heading, "") for heading in HEADINGS])
    page.goto("/compare/")
    with page.expect_response("**/compare/recognise/"):
        newcomer.hand_in("新表.xlsx", workbook())
        page.get_by_label("哪个部门的").select_option(label="城管")
    expect(page.locator("#which .note")).to_be_visible()
    expect(page.get_by_label("哪个部门的")).to_have_value(str(department.pk))
    page.get_by_role("button", name="上传并比对").click()
    expect(page.get_by_role("heading", name="城管第 1 批")).to_be_visible()
    for _ in range(2):
        with page.expect_response("**/progress/"):
            pass
    expect(page.locator(".working")).to_have_count(1)
    expect(page.locator("section section")).to_have_count(0)


def test_a_list_of_people_in_unknown_headings_is_mapped_behind_masks(newcomer, town):
    page, department = newcomer.page, steps.department(town.street, name="商会")
    headings = ("东家店号", "店家统一码", "伙计", "联络", "做什么", "本人证件")
    line = ["甲乙丙1（示例）商贸有限公司", books.code(1), "吴己六", "19900000017", "店员", "990199199001010017"]
    batch = steps.compare(department, books.xlsx([line], headings=headings), subject=Batch.Subject.PEOPLE)
    page.goto(f"/compare/{batch.pk}/people/")
    expect(page.get_by_role("heading", name="这些列是什么")).to_be_visible()
    expect(page.get_by_label("“伙计”是什么")).to_have_value("person")
    expect(page.get_by_label("“本人证件”是什么")).to_have_value("withheld")
    expect(page.get_by_role("columnheader", name="第 1 人")).to_be_visible()
    assert "吴己六" not in page.content()
    nothing_broken(page)
    page.get_by_role("button", name="照此比对").click()
    work(page)
    expect(page.get_by_text("吴**")).to_be_visible()
    nothing_broken(page)
