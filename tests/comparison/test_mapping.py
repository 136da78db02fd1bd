"""A table that nobody knows: it waits, a person says once what its columns are, and from then on it is known."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.comparison import batches, mapping, recognise
from coverage.models import Batch, Layout
from shimen.audit.models import AccessLog
from shimen.outbox import jobs
from tests import make
from tests.comparison import books, steps
from tests.comparison.test_pages import upload

pytestmark = pytest.mark.django_db
UNKNOWN = ("主体身份号", "店牌", "掌柜", "眼下情况", "门牌", "开门日子")


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, name="城管", gone_limit_percent=100)


@pytest.fixture
def admin(client, town):
    client.force_login(town.data_admin)
    return client


def workbook(*numbers: int, headings=UNKNOWN, **values) -> bytes:
    return books.xlsx([books.row(number) for number in numbers or (1, 2)], headings=headings, **values)


def waiting(admin, department, content: bytes) -> Batch:
    upload(admin, department, content)
    jobs.run_due(at=make.AT)
    return Batch.objects.order_by("-created_at", "-number").first()


def said(admin, batch: Batch, **changed: str) -> dict[str, str]:
    """What the page proposes, as it would be posted, with some columns changed (by heading)."""
    context = admin.get(reverse("coverage:columns", args=[batch.pk])).context
    rows = {row.column.heading: row for row in context["rows"]}
    found = {f"column-{row.column.place}": row.field for row in rows.values()}
    found |= {f"column-{rows[heading].column.place}": field for heading, field in changed.items()}
    return found | {"sheet": context["table"].sheet, "row": context["table"].row}


def test_an_unknown_table_waits_leads_to_its_page_and_is_compared_once_it_is_mapped(admin, town, department):
    steps.shops(town.first_grid, 2)
    batch = waiting(admin, department, workbook())
    assert batch.state == Batch.State.MAPPING, batch.error
    page = reverse("coverage:columns", args=[batch.pk])
    assert admin.get(reverse("coverage:batch", args=[batch.pk])).url == page
    text = admin.get(page).content.decode()
    assert "像 18 位统一代码" in text
    assert "望桥路1号" in text
    posted = said(admin, batch)
    assert set(posted.values()) >= {"code", "name", "legal_person", "address", "established_on", "registration_status"}
    assert admin.post(page, posted).url == reverse("coverage:batch", args=[batch.pk])
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["rows"], batch.counts["same"]) == (Batch.State.READY, 2, 2), batch.error
    line = AccessLog.objects.get(verb="coverage.decide_layout")
    assert line.after["店牌"] == "名称"


def test_a_mapped_table_is_known_afterwards_in_any_order_of_its_columns(admin, town, department):
    steps.shops(town.first_grid, 3)
    batch = waiting(admin, department, workbook())
    admin.post(reverse("coverage:columns", args=[batch.pk]), said(admin, batch))
    rows = [list(reversed(books.row(number))) for number in (1, 2, 3)]
    again = steps.compare(department, books.xlsx(rows, headings=tuple(reversed(UNKNOWN))))
    assert (again.state, again.counts["same"]) == (Batch.State.READY, 3), again.error
    assert "换了位置" in again.layout["news"][0]["changed"]
    assert Layout.objects.get().decided_by == town.data_admin


def test_two_headings_are_enough_once_a_person_has_pointed_at_them(admin, town, department):
    steps.shops(town.first_grid, 2)
    rows = [["2026 年店招备案", ""], ["代号", "牌匾"], *(books.row(number)[:2] for number in (1, 2))]
    batch = waiting(admin, department, books.xlsx(rows, headings=()))
    assert batch.state == Batch.State.MAPPING
    posted = {"sheet": 0, "row": 1, "column-0": "code", "column-1": "name"}
    admin.post(reverse("coverage:columns", args=[batch.pk]), posted)
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["same"]) == (Batch.State.READY, 2), batch.error


def test_where_no_row_looks_like_a_header_the_sheet_is_shown_to_point_at(admin, town, department):
    rows = [["1", "x"], [books.code(1), "甲（示例）店"], [books.code(2), "乙（示例）店"]]
    batch = waiting(admin, department, books.xlsx(rows, headings=()))
    text = admin.get(reverse("coverage:columns", args=[batch.pk])).content.decode()
    assert "哪一行是表头" in text
    assert "第 3 行是表头" in text
    assert admin.get(reverse("coverage:columns", args=[batch.pk]), {"row": "99"}).status_code == 200


def test_a_changed_layout_says_what_changed_and_asks_only_for_what_is_new(admin, town, department):
    steps.shops(town.first_grid, 2)
    first = waiting(admin, department, workbook(1))
    admin.post(reverse("coverage:columns", args=[first.pk]), said(admin, first))
    jobs.run_due(at=make.AT)
    rows = [[*books.row(number)[:5], "朝南"] for number in (1, 2)]
    batch = waiting(admin, department, books.xlsx(rows, headings=(*UNKNOWN[:5], "朝向")))
    assert batch.state == Batch.State.MAPPING  # 成立日期 was read last time and is not found
    assert "上次有的成立日期，这次没有认出" in batch.error
    context = admin.get(reverse("coverage:columns", args=[batch.pk])).context
    assert context["changed"] == "多了“朝向”，少了“开门日子”"
    assert [row.column.heading for row in context["rows"] if row.is_new] == ["朝向"]
    admin.post(reverse("coverage:columns", args=[batch.pk]), said(admin, batch))
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY, batch.error


def test_a_column_more_that_nobody_knows_is_told_and_stops_nothing(admin, town, department):
    steps.shops(town.first_grid, 1)
    steps.compare(department, books.xlsx([books.row(1)]))
    batch = waiting(admin, department, books.xlsx([[*books.row(1), "朝南"]], headings=(*books.HEADINGS, "朝向")))
    assert batch.state == Batch.State.READY
    text = admin.get(reverse("coverage:batch", args=[batch.pk])).content.decode()
    assert "表头比上次多了“朝向”" in text
    assert reverse("coverage:columns", args=[batch.pk]) in text


def test_without_a_code_a_person_must_say_that_there_is_none(admin, town, department):
    steps.shops(town.first_grid, 1)
    content = books.xlsx([books.row(1)[1:]], headings=books.HEADINGS[1:])
    batch = waiting(admin, department, content)
    assert batch.state == Batch.State.MAPPING
    assert "只能按名称比对" in batch.error
    admin.post(reverse("coverage:columns", args=[batch.pk]), said(admin, batch))
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READY, batch.error


def test_two_columns_of_one_field_and_columns_that_tell_nothing_apart_are_refused(admin, town, department):
    batch = waiting(admin, department, workbook())
    page = reverse("coverage:columns", args=[batch.pk])
    answer = admin.post(page, said(admin, batch, 掌柜="name"))
    assert answer.status_code == 422
    assert "都选了名称，只能留一列" in answer.content.decode()
    answer = admin.post(page, said(admin, batch, 主体身份号="", 店牌=""))
    assert "至少指明其中一列" in answer.content.decode()
    assert not Layout.objects.exists()
    batch.refresh_from_db()
    assert batch.state == Batch.State.MAPPING


def test_a_sheet_that_is_no_list_is_left_out_from_then_on(admin, town, department):
    steps.shops(town.first_grid, 1)
    sums = [["行业门类", "企业类型", "从业人数"], ["批发", "企业", "3"]]
    content = books.xlsx([books.row(1)], sheets={"汇总": sums})
    batch = waiting(admin, department, content)
    if batch.state == Batch.State.READY:
        return  # the reader takes the list and leaves the sums by itself
    page = reverse("coverage:columns", args=[batch.pk])
    admin.post(page, {"sheet": 1, "row": 0, "skip": "1"})
    jobs.run_due(at=make.AT)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["rows"]) == (Batch.State.READY, 1), batch.error


def test_the_preview_says_how_rows_will_be_read_and_what_is_missing(admin, town, department):
    batch = waiting(admin, department, workbook())
    page = reverse("coverage:columns-preview", args=[batch.pk])
    text = admin.post(page, said(admin, batch, 开门日子="headcount", 主体身份号="")).content.decode()
    assert "没有认出“统一社会信用代码”" in text
    assert "格读不懂" in text
    assert "<!doctype" not in text.lower()


def test_what_was_said_can_be_forgotten(admin, town, department):
    layout = make.layout(department)
    admin.post(reverse("coverage:layout-forget", args=[layout.pk]))
    assert not Layout.objects.exists()
    assert AccessLog.objects.get(verb="coverage.forget_layout").before["楼长"] == "不读"


def test_wrong_role_wrong_street_and_wrong_state(client, town, department):
    client.force_login(town.data_admin)
    batch = waiting(client, department, workbook())
    page = reverse("coverage:columns", args=[batch.pk])
    client.force_login(town.staff)
    assert client.get(page).status_code == 403
    assert client.get(reverse("coverage:batch", args=[batch.pk])).status_code == 200
    other = make.town()
    client.force_login(other.data_admin)
    assert client.get(page).status_code == 404
    assert client.post(reverse("coverage:columns-preview", args=[batch.pk]), {}).status_code == 404
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(mapping.MappingError, match="已作废"):
        mapping.decide(batch=batch, sheet=0, row=0, choices={}, actor=town.data_admin, at=make.AT)
    client.force_login(town.data_admin)
    assert client.get(page).url == reverse("coverage:batch", args=[batch.pk])


def test_a_file_is_recognised_by_its_header_before_it_is_received(admin, town, department):
    make.layout(department, *[(heading, "") for heading in UNKNOWN])
    steps.department(town.street, name="税务")
    content = workbook(titles=[["店招备案表  填报日期：2026年11月15日"]])
    found = recognise.recognise(departments=[department], name="a.xlsx", content=content, today=make.TODAY)
    assert found.department == department
    assert found.as_of is not None
    assert found.as_of.isoformat() == "2026-11-15"
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = admin.post(reverse("coverage:recognise"), {"file": SimpleUploadedFile("a.xlsx", content)}).content.decode()
    assert "认出来了，是城管的表" in text
    assert f'value="{department.pk}" selected' in text
    nearly = workbook(headings=(*UNKNOWN[:5], "朝向"))
    found = recognise.recognise(departments=[department], name="a.xlsx", content=nearly, today=make.TODAY)
    assert found.sentence == "像是城管的表：6 列里有 5 列和以前一样"
    others = [department, *(steps.department(town.street, name=name, code=name) for name in ("市场监管", "人社"))]
    named = recognise.recognise(
        departments=others, name="市监主体名册.xlsx", content=workbook(headings=books.HEADINGS), today=make.TODAY
    )
    assert named.department == others[1]
    assert "看文件名像是市场监管的" in named.sentence
    foreign = recognise.recognise(departments=[department], name="a.pdf", content=b"%PDF-1.7", today=make.TODAY)
    assert "PDF" in foreign.sentence


def test_the_command_and_the_admin_say_where_a_header_is_mapped(client, town, department, tmp_path):
    from django.core.management import CommandError, call_command

    book = tmp_path / "店招.xlsx"
    book.write_bytes(workbook())
    with pytest.raises(CommandError, match="的表头要先认一次"):
        call_command("import_feed", str(book), "--department", department.code, "--as-of", make.TODAY.isoformat())
    from coverage.import_export import BatchResult

    errors = BatchResult(Batch.objects.get()).base_errors
    assert "把各列认一次" in str(errors[0].error)


def test_rows_in_the_clear_are_kept_only_while_columns_may_be_asked_about(admin, town, department):
    batch = waiting(admin, department, workbook())
    assert batch.layout["tops"]
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    batch.refresh_from_db()
    assert "tops" not in batch.layout


def test_a_file_put_away_leaves_no_layout_behind_that_nobody_decided(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1)]))
    assert Layout.objects.count() == 1
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    assert not Layout.objects.exists()
    kept = make.layout(department, *[(heading, "") for heading in books.HEADINGS], decided_by=town.data_admin)
    again = steps.receive(department, books.xlsx([books.row(1)], titles=[["又一份"]]))
    batches.discard(batch=again, actor=town.data_admin, at=make.AT)
    assert Layout.objects.get() == kept
