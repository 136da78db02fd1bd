"""The records page: who reads which lines, filters, export."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import Entity
from shimen.accounts.models import Role, User
from shimen.audit.models import AccessLog
from shimen.audit.record import exported, record, revealed, seen
from shimen.audit.templatetags import log_words
from tests import make

pytestmark = pytest.mark.django_db


def _open(user: User, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    response = client.get(f"/records/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def shop(town: make.Town) -> Entity:
    shop = make.entity(town.first_grid, trade_sign="望桥面馆（示例）")
    record(verb="coverage.correct_entity", target=shop, actor=town.secretary, at=make.AT, reason="上门核实")
    record(verb="accounts.suspend", target=town.nobody, actor=town.system_admin, at=make.AT, reason="离岗了")
    elsewhere = make.entity(make.area(town.stranger.street), trade_sign="别处的店（示例）")
    record(verb="coverage.correct_entity", target=elsewhere, actor=town.stranger, at=make.AT)
    return shop


def test_the_audit_administrator_reads_all_of_their_street_and_nothing_of_another(
    town: make.Town, shop: Entity
) -> None:
    page = _open(town.audit_admin)
    assert "望桥面馆" in page
    assert "离岗了" in page
    assert "别处的店" not in page


def test_staff_read_what_is_about_the_work_and_not_about_sign_in(town: make.Town, shop: Entity) -> None:
    page = _open(town.staff)
    assert "望桥面馆" in page
    assert "离岗了" not in page
    assert "别处的店" not in page


def test_staff_of_some_areas_read_their_own_lines(town: make.Town, shop: Entity) -> None:
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    record(verb="coverage.seen", target=shop, actor=grid_staff, at=make.AT, reason="自己看过")
    page = _open(grid_staff)
    assert "自己看过" in page
    assert "上门核实" not in page


@pytest.mark.parametrize("who", ["secretary", "visitor", "data_admin", "system_admin", "security_admin", "nobody"])
def test_others_do_not_read_it(town: make.Town, who: str) -> None:
    client = Client()
    client.force_login(getattr(town, who))
    assert client.get("/records/").status_code == 403
    assert client.post("/records/export/", {"purpose": "看看"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?q=面馆", "上门核实", "离岗了"),
        ("?about=accounts.user", "离岗了", "上门核实"),
        ("?result=refused", "没有符合的记录", "离岗了"),
        ("?since=2026-11-24", "没有符合的记录", "上门核实"),
        ("?since=2026-11-23&until=2026-11-23", "上门核实", "没有符合的记录"),
        ("?who=不是编号&since=昨天&about=x", "上门核实", "没有符合的记录"),
    ],
)
def test_filters_narrow_the_lines(town: make.Town, shop: Entity, query: str, shown: str, hidden: str) -> None:
    page = _open(town.audit_admin, query)
    assert shown in page
    assert hidden not in page


def test_the_filter_by_person_offers_the_street_and_finds_their_lines(town: make.Town, shop: Entity) -> None:
    page = _open(town.audit_admin, f"?who={town.secretary.pk}")
    assert "上门核实" in page
    assert "离岗了" not in page
    assert str(town.stranger.pk) not in page


def test_an_export_says_who_and_why_holds_the_filtered_lines_and_is_a_line_itself(
    town: make.Town, shop: Entity
) -> None:
    record(
        verb="coverage.correct_entity", target=shop, actor=town.staff, at=make.AT, reason='=HYPERLINK("http://evil")'
    )
    client = Client()
    client.force_login(town.audit_admin)
    response = client.post("/records/export/?about=coverage.entity", {"purpose": "三季度检查"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert "三季度检查" in rows[0][0]
    assert str(town.audit_admin) in rows[0][0]
    assert len(rows) == 4
    assert all(not cell.startswith("=") for row in rows for cell in row)
    line = AccessLog.objects.latest("sequence")
    assert (line.verb, line.reason, line.after["rows"]) == ("audit.exported", "三季度检查", 2)
    assert line.after["filters"] == {"about": "coverage.entity"}


def test_codes_of_the_program_are_said_in_chinese_and_ids_left_out() -> None:
    told = log_words.pairs(
        {"field": "legal_person", "state": "accepted", "entity": "01a207c1-99a5-715c-9809-a2d81478b452",
         "fields": ["phone", "headcount"], "answers": {"phone": "applied"}, "late": False}
    )  # fmt: skip
    assert told == "字段 经营者，状态 已采用，核对的字段 联系电话、从业人数，核对 联系电话 已记入名册，迟到 否"


def test_an_export_without_a_purpose_is_refused(town: make.Town, shop: Entity) -> None:
    client = Client()
    client.force_login(town.audit_admin)
    assert client.post("/records/export/", {"purpose": " "}).status_code == 422
    assert not AccessLog.objects.filter(verb="audit.exported").exists()


def test_the_page_costs_the_same_number_of_queries_however_many_lines(town: make.Town, shop: Entity) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            _open(town.audit_admin)
        return len(caught)

    _open(town.audit_admin)
    few = queries()
    for n in range(30):
        record(verb="coverage.seen", target=shop, actor=make.user(town.street), at=make.AT + dt.timedelta(minutes=n))
    assert queries() == few


def test_reads_exports_and_reveals_are_lines_that_hold_no_value(town: make.Town, shop: Entity) -> None:
    worker = make.worker(shop)
    seen(target=worker, actor=town.staff, at=make.AT)
    seen(target=type(worker), actor=town.staff, at=make.AT, rows=50)
    revealed(target=worker, field="phone", actor=town.staff, at=make.AT, reason="约时间")
    exported(target=type(worker), actor=town.staff, at=make.AT, purpose="月报", rows=12, filters={"q": "王"})
    found = AccessLog.objects.filter(object_type="coverage.worker").order_by("sequence")
    assert list(found.values_list("verb", "street_id", "object_id", "reason")) == [
        ("coverage.seen", town.street.pk, str(worker.pk), ""),
        ("coverage.seen", town.street.pk, "", ""),
        ("coverage.revealed", town.street.pk, str(worker.pk), "约时间"),
        ("coverage.exported", town.street.pk, "", "月报"),
    ]


def test_a_line_knows_the_address_behind_our_own_proxies_only(town: make.Town, settings) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    client.force_login(town.audit_admin)
    client.post("/records/export/", {"purpose": "一"}, headers={"X-Forwarded-For": "6.6.6.6"})
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.post("/records/export/", {"purpose": "二"}, headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
    lines = AccessLog.objects.filter(verb="audit.exported").order_by("sequence")
    assert list(lines.values_list("origin", flat=True)) == ["10.0.0.1", "192.0.2.7"]
