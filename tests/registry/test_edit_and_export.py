"""Entering, correcting and exporting on the pages."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coverage.models import Entity
from coverage.registry import entities as registry
from shimen.audit.models import AccessLog
from shimen.sheets import plain
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db
GOOD = "92990199MA0T29148X"


@pytest.fixture
def shop(town) -> Entity:
    return registry.add_entity(
        street=town.street, area=town.first_grid, source="department", by="saic", on=TODAY, actor=None, at=AT,
        values={"name": "示例街道子丑面馆", "kind": "sole_trader", "code": GOOD, "headcount": "7", "capital": "50"},
    )  # fmt: skip


def shown(client, entity) -> dict[str, str]:
    """The edit form as a browser would send it back untouched."""
    form = client.get(reverse("coverage:entity-edit", args=[entity.pk])).context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    return {key: str(value) for key, value in data.items() if value not in (None, False, "")}


def test_an_entity_is_entered_and_lands_in_the_secretarys_own_grid(client, town):
    client.force_login(town.secretary)
    url = reverse("coverage:entity-new")
    data = {"name": "寅卯杂货", "kind": "sole_trader", "registration_status": "1", "phone": "19900000017"}
    page = client.post(url, data, follow=True)
    entity = Entity.objects.get()
    assert "已登记“寅卯杂货”" in page.content.decode()
    assert (entity.area, entity.phone_mask, entity.provenance["name"]["source"]) == (
        town.first_grid,
        "199****0017",
        "staff",
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [({"headcount": "七八个"}, "看不懂人数"), ({"name": ""}, "名称"), ({"established_on": "2026-02-30"}, "没有"),
     ({"phone": "问老板"}, "看不出是电话"), ({"kind": "castle"}, "没有这一项，重新选"), ({"code": "92990199MA0T2914"}, "应为 18 位，现在 16 位")],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(client, town, typed, says):
    client.force_login(town.staff)
    data = {"name": "寅卯杂货", "kind": "sole_trader", "registration_status": "1", "trade_sign": "寅卯"} | typed
    answer = client.post(reverse("coverage:entity-new"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="寅卯"' in page
    assert not Entity.objects.exists()


def test_an_odd_code_is_a_warning_that_can_be_overruled(client, town):
    client.force_login(town.staff)
    data = {"name": "寅卯杂货", "kind": "sole_trader", "registration_status": "1", "code": GOOD[:-1] + "A"}
    refused = client.post(reverse("coverage:entity-new"), data)
    assert "校验位不符" in refused.content.decode()
    assert "暂按此保存" in refused.content.decode()
    client.post(reverse("coverage:entity-new"), data | {"keep_code": "on"})
    assert Entity.objects.get().code == GOOD[:-1] + "A"


def test_a_code_that_exists_names_the_one_that_has_it(client, town, shop):
    client.force_login(town.staff)
    data = {"name": "寅卯杂货", "kind": "sole_trader", "registration_status": "1", "code": GOOD}
    answer = client.post(reverse("coverage:entity-new"), data)
    assert answer.status_code == 422
    assert "名册里已有这个统一代码：示例街道子丑面馆" in answer.content.decode()


def test_only_what_was_changed_on_the_page_is_written(client, town, shop):
    client.force_login(town.staff)
    data = shown(client, shop) | {"headcount": "9"}
    registry.correct(entity=shop, field="opening_hours", value="06:30 至 20:00", source="visit", on=TODAY,
                     actor=town.visitor, at=AT)  # fmt: skip
    page = client.post(reverse("coverage:entity-edit", args=[shop.pk]), data, follow=True).content.decode()
    shop.refresh_from_db()
    assert (shop.headcount, shop.opening_hours, shop.capital) == (9, "06:30 至 20:00", 50)
    assert shop.provenance["name"]["source"] == "department"
    assert "已更正" in page
    assert reverse("coverage:entity-undo", args=[shop.pk, registry.last_event(shop)]) in page


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_overwritten(client, town, shop):
    client.force_login(town.staff)
    data = shown(client, shop) | {"headcount": "9"}
    registry.correct(entity=shop, field="headcount", value="11", source="visit", on=TODAY, actor=town.visitor, at=AT)
    url = reverse("coverage:entity-edit", args=[shop.pk])
    stopped = client.post(url, data)
    assert stopped.status_code == 422
    assert "别人已改成“11”" in stopped.content.decode()
    again = {
        bound.html_name: bound.value() for bound in stopped.context["form"] if bound.value() not in (None, False, "")
    }
    client.post(url, again)
    shop.refresh_from_db()
    assert shop.headcount == 9


def test_saving_without_a_change_says_so(client, town, shop):
    client.force_login(town.staff)
    page = client.post(reverse("coverage:entity-edit", args=[shop.pk]), shown(client, shop), follow=True)
    assert "没有改动" in page.content.decode()
    assert not AccessLog.objects.filter(verb="coverage.correct_entity").exists()


def test_history_shows_old_and_new_with_who(client, town, shop):
    registry.correct(entity=shop, field="headcount", value="9", source="staff", on=TODAY, actor=town.staff, at=AT)
    client.force_login(town.staff)
    page = client.get(reverse("coverage:entity-history", args=[shop.pk])).content.decode()
    assert '<span class="old">7</span><span class="to">→</span><span class="new">9</span>' in page
    assert "周戊五" in page


@pytest.fixture
def strange(town, shop) -> Entity:
    """A name that a spreadsheet would compute."""
    entity = make.entity(
        town.second_grid, name='=HYPERLINK("http://x")', code="91990199MA0T000017", legal_person="+1+1"
    )
    registry.index_search(entity_ids=[entity.pk])
    return entity


def exported(client, kind: str, query: str = "") -> bytes:
    answer = client.post(reverse("coverage:entities-export") + query, {"purpose": "核对第三网格名册", "kind": kind})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.content


def test_a_workbook_holds_what_is_seen_as_text_with_maker_and_purpose(client, town, shop, strange):
    client.force_login(town.staff)
    content = exported(client, "xlsx")
    sheet = load_workbook(io.BytesIO(content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "周戊五" in rows[0][0]
    assert "用途：核对第三网格名册" in rows[0][0]
    assert "不得外传" in rows[0][0]
    assert rows[1][:2] == ["统一社会信用代码", "名称"]
    assert {row[0] for row in rows[2:]} == {GOOD, "91990199MA0T000017"}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    line = AccessLog.objects.get(verb="coverage.exported")
    assert (line.reason, line.after["rows"]) == ("核对第三网格名册", 2)
    assert line.after["sha256"] == hashlib.sha256(content).hexdigest()
    assert line.after["filters"]["mark"] in rows[0][0]


def test_a_csv_of_a_filtered_list_holds_only_what_is_seen(client, town, shop, strange):
    client.force_login(town.data_admin)
    text = exported(client, "csv", "?q=子丑").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 3
    assert rows[2][1] == "示例街道子丑面馆"
    assert AccessLog.objects.get(verb="coverage.exported").after["filters"]["找"] == "子丑"
    formulas = exported(client, "csv", f"?grid={town.second_grid.pk}").decode("utf-8-sig")
    assert "'=HYPERLINK" in formulas
    assert "'+1+1" in formulas


def test_an_export_needs_a_purpose(client, town, shop):
    client.force_login(town.staff)
    for purpose in ("", "看看"):
        answer = client.post(reverse("coverage:entities-export"), {"purpose": purpose, "kind": "xlsx"})
        assert answer.status_code == 422
    assert not AccessLog.objects.filter(verb="coverage.exported").exists()


def test_only_the_office_exports(client, town, shop):
    for person in (town.secretary, town.visitor, town.audit_admin):
        client.force_login(person)
        assert (
            client.post(reverse("coverage:entities-export"), {"purpose": "核对名册", "kind": "csv"}).status_code == 403
        )


@pytest.mark.parametrize(
    ("written", "left"),
    [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-1+2", "'-1+2"), ("+86 199", "+86 199"), ("-5.5", "-5.5"),
     ("\t=1", "'\t=1"), (None, ""), (7, "7"), ("面馆", "面馆"), ("-", "'-")],
)  # fmt: skip
def test_no_cell_becomes_a_formula(written, left):
    assert plain(written) == left
