"""The comparison in Chromium: a file dropped, a doubtful row settled by keys, applied, taken back; strict CSP, axe."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from coverage.comparison import apply, settle
from coverage.models import Batch, Entity, Question
from coverage.visiting.sent import Said
from coverage.visits import visits
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WATCH = "window.broken = []; document.addEventListener('securitypolicyviolation', e => window.broken.push(e.violatedDirective))"


@pytest.fixture(autouse=True)
def _built_front_end():
    if not (settings.BASE_DIR / "static" / "dist" / "js" / "office.js").exists():
        pytest.skip("the front end is not built: make build")


@pytest.fixture
def town():
    town = make.town()
    steps.department(town.street, name="市场监管", gone_limit_percent=100)
    steps.shops(town.first_grid, 6)
    return town


@pytest.fixture
def desk(page, town, live_server):
    """The data administrator's page, watched for violations."""
    client = Client()
    client.force_login(town.data_admin)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.add_init_script(WATCH)
    return page


def nothing_broken(page) -> None:
    assert page.evaluate("window.broken") == []
    assert Axe().run(page).response["violations"] == []


def test_a_workbook_from_the_drop_to_the_registry_and_back(desk, town):
    rows = [books.row(number) for number in range(1, 6)]
    rows[0] = books.row(1, person="孙丙六")
    rows[1] = books.row(2, code="9.13101E+17")
    desk.goto("/compare/")
    nothing_broken(desk)
    file = {"name": "市监主体名册.xls", "mimeType": "application/vnd.ms-excel", "buffer": books.xlsx(rows)}
    desk.get_by_label("表格文件").set_input_files(file)
    desk.get_by_label("哪个部门的").select_option(label="市场监管")
    desk.get_by_role("button", name="上传并比对").click()
    expect(desk.get_by_role("heading", name="市场监管第 1 批")).to_be_visible()
    jobs.run_due(at=make.AT)
    desk.reload()
    expect(desk.get_by_role("heading", name="第 3 行是哪一家")).to_be_visible()
    nothing_broken(desk)
    desk.keyboard.press("1")
    expect(desk.get_by_role("button", name="撤回认定 U")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.get_by_role("button", name="都不是，新主体 N")).to_be_visible()
    desk.keyboard.press("1")
    expect(desk.get_by_role("button", name="撤回认定 U")).to_be_visible()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.closest('tr') !== null")
    nothing_broken(desk)
    desk.get_by_role("button", name="应用 1 行").click()
    expect(desk.get_by_text("应用中").first).to_be_visible()
    jobs.run_due(at=make.AT)
    desk.reload()
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"
    desk.get_by_role("link", name="撤销本批").click()
    expect(desk.get_by_role("heading", name="撤销市场监管第 1 批之前")).to_be_visible()
    nothing_broken(desk)
    desk.get_by_role("button", name="撤销本批").click()
    expect(desk.get_by_role("heading", name="市场监管第 1 批")).to_be_visible()
    jobs.run_due(at=make.AT)
    assert Entity.objects.get(code=books.code(1)).legal_person == "吴己六"
    assert Batch.objects.get().state == Batch.State.UNDONE


def test_a_decision_is_changed_in_place_and_the_button_waits_for_doubt(desk, town):
    from coverage.models import Department

    rows = [books.row(1, person="孙丙六"), books.row(2, code=""), *(books.row(number) for number in range(3, 7))]
    batch = steps.compare(Department.objects.get(), books.xlsx(rows))
    desk.goto(f"/compare/{batch.pk}/")
    desk.get_by_role("button", name="应用 1 行").click()
    assert Batch.objects.get().state == Batch.State.READY  # the tick is missing
    desk.locator("summary.chip", has_text="采用新值").click()
    nothing_broken(desk)
    desk.get_by_role("button", name="不采用").click()
    expect(desk.locator("summary.chip", has_text="不采用")).to_be_visible()
    expect(desk.get_by_role("button", name="应用 0 行")).to_be_visible()
    assert batch.differences.get(kind="changed").decision == "refuse"


@pytest.mark.parametrize("where", ["", "review/"])
def test_what_was_heard_at_the_door_is_taken_by_one_key(desk, town, where):
    from coverage.models import Department, Discrepancy

    rows = [books.row(1, code="9.13101E+17", person="孙丙六"), *(books.row(number) for number in range(2, 7))]
    batch = steps.compare(Department.objects.get(), books.xlsx(rows))
    row = batch.differences.get(kind="doubt")
    settle.settle_aside(difference=row, settled="ask", actor=town.data_admin, at=make.AT)
    batch = apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    shop = Entity.objects.get(code=books.code(1))
    said = Said(field=Question.objects.open().get().key, shown="", is_right=True, value="")
    visits.log(
        id=uuid.uuid4(), entity=shop, outcome="changed", answers=[said], reason="", actor=town.visitor, at=make.AT
    )
    desk.goto(f"/compare/{batch.pk}/{where}")
    expect(desk.get_by_role("button", name=f"照走访回答：是{shop}")).to_be_visible()
    nothing_broken(desk)
    desk.keyboard.press("a")
    expect(desk.get_by_text("照走访回答")).to_have_count(0)
    row.refresh_from_db()
    assert (row.settled, row.entity_id) == ("same", shop.pk)
    assert Discrepancy.objects.get(kind="doubt").state == Discrepancy.State.ACCEPTED
    expect(desk.get_by_role("heading", name="第 2 行是哪一家")).to_be_visible()
    nothing_broken(desk)
