"""Where problems get solved, and the cases, in a browser: in order for those who hear pages, wide and narrow."""

from __future__ import annotations

import datetime as dt

import pytest

from grid.handover import baseline
from grid.matters import ending, raising
from tests import governed, make
from tests.browser.test_meeting import OFFICE, PHONE, in_order, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(settings):
    settings.SHIMEN_NOW = make.AT
    row = make.town()
    for month in (1, 2, 3):
        baseline.enter(
            street=row.street, platform_number=f"QP-{month}", title="路面破损", category="facilities", area=row.first_grid,
            opened_on=dt.date(2026, month, 9), actor=row.staff, at=make.AT,
        )  # fmt: skip
    baseline.declare(
        street=row.street,
        first=dt.date(2026, 1, 1),
        last=dt.date(2026, 3, 1),
        why="行动前",
        actor=row.staff,
        at=make.AT,
    )
    row.case = governed.district_case(row)
    matter = raising.raise_matter(
        street_id=row.street.pk, words="路灯不亮", actor=row.staff, at=make.AT, area=row.first_grid
    )
    ending.solve(matter=matter, how="换好了", actor=row.staff, at=make.AT)
    return row


@pytest.mark.parametrize("viewport", [OFFICE, PHONE], ids=["office", "phone"])
def test_the_pages_are_in_order(browser, live_server, town, viewport):
    page = opened(browser, live_server, town.staff, "/grid/solved/", viewport)
    in_order(page)
    for path in ("", "note/", "sheet/"):
        page.goto(f"/grid/cases/{town.case.pk}/{path}")
        in_order(page)
    for path in ("cases/?state=all", "cases/strays/", "solved/baseline/", "solved/ledger/", "platform/codes/"):
        page.goto(f"/grid/{path}")
        in_order(page)


def test_a_column_of_the_chart_opens_its_months_cases(browser, live_server, town):
    page = opened(browser, live_server, town.staff, "/grid/solved/", OFFICE)
    page.get_by_role("link", name="2 月 1 件").click()
    page.wait_for_url("**/grid/cases/?state=all&month=2026-02")
    assert page.get_by_role("link", name="路面破损").count() == 1
