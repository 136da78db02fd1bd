"""Workbooks of the three lists: compared, decided, written, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from coverage.feeds.sheets import SheetError
from shimen import sheets
from shimen.audit.models import AccessLog
from supply.lists import files, keeping, linking
from supply.models import ListFile, Need
from supply.rules import list_sheets
from supply.rules.list_sheets import Held, Said, compare, read_row
from tests import make, supplying

HEADINGS = ("编号", "名称", "类别", "对象", "人数", "说明", "提出日期", "网格")


@pytest.fixture
def town():
    return make.town()


def book(*rows):
    return sheets.as_xlsx([sheets.Sheet("需求", HEADINGS, rows, above=[["示例街道需求清单"]])])


def receive(town, *rows, content=None):
    return files.receive(
        kind="need", street=town.street, name="需求.xlsx", content=content or book(*rows), actor=town.staff, at=make.AT
    )


def kinds(file):
    return {row.title: row.kind for row in file.rows.all()}


@pytest.mark.django_db
def test_rows_are_new_changed_the_same_refused_or_in_doubt_and_all_are_accounted_for(town):
    supplying.need(town, number=1, title="骑手夜间休息点", category="space")
    supplying.need(town, number=2, title="燃气和灭火器怎么用", category="course", capacity=30)
    file = receive(
        town,
        ("1", "骑手夜间休息点", "场地设施", "", "", "", "", ""),
        ("2", "燃气和灭火器怎么用", "课程实训", "商户、骑手", "约50人", "", "", town.first_grid.name),
        ("", "门口停车错峰", "场地设施", "不限", "20", "想商量个办法", "2026-11-20", "全街道"),
        ("", "骑手夜间的休息点", "场地设施", "", "", "", "", ""),
        ("", "不知道算什么", "其他", "", "", "", "", ""),
        ("", "门口停车错峰", "场地设施", "", "", "", "", ""),
        ("", "没有这个网格", "健康", "", "", "", "", "第九网格"),
    )
    assert kinds(file) == {
        "燃气和灭火器怎么用": "changed", "门口停车错峰": "duplicate", "骑手夜间的休息点": "doubt", "不知道算什么": "refused", "没有这个网格": "refused",
    }  # fmt: skip
    counts = file.counts
    assert counts["rows"] == 7 == sum(value for name, value in counts.items() if name != "rows")
    assert (counts["same"], counts["new"]) == (1, 1)
    reasons = {row.title: row.reason for row in file.rows.filter(kind="refused")}
    assert "不认识的类别" in reasons["不知道算什么"]
    assert "没有叫“第九网格”的网格" in reasons["没有这个网格"]


@pytest.mark.django_db
def test_writing_waits_for_doubt_writes_all_through_the_verbs_and_can_be_taken_back(town):
    known = supplying.need(town, number=1, title="燃气和灭火器怎么用", category="course", capacity=30)
    file = receive(
        town,
        ("1", "燃气和灭火器怎么用", "课程实训", "商户", "50", "", "", ""),
        ("", "燃气和灭火器如何用", "课程实训", "", "", "", "", ""),
        ("", "门口停车错峰", "场地设施", "", "", "", "2026-11-20", ""),
    )
    with pytest.raises(SheetError, match="还有 1 行待确认"):
        files.apply(file=file, actor=town.staff, at=make.AT)
    doubt = file.rows.get(kind="doubt")
    with pytest.raises(SheetError, match="只能从列出的几条里认"):
        files.decide(row=doubt, decision="accept", target=str(town.staff.pk), actor=town.staff, at=make.AT)
    files.decide(row=doubt, decision="refuse", actor=town.staff, at=make.AT)
    files.apply(file=file, actor=town.staff, at=make.AT)
    known.refresh_from_db()
    made = Need.objects.get(title="门口停车错峰")
    assert (known.capacity, known.audiences, made.number, made.raised_on) == (50, ["shop"], 2, dt.date(2026, 11, 20))
    assert AccessLog.objects.filter(verb__in=["need.enter", "need.correct"]).count() == 2
    with pytest.raises(SheetError, match="已写入"):
        files.apply(file=file, actor=town.staff, at=make.AT)
    files.undo(file=file, actor=town.staff, at=make.AT)
    known.refresh_from_db()
    assert (known.capacity, known.audiences) == (30, [])
    assert not Need.objects.filter(title="门口停车错峰").exists()


@pytest.mark.django_db
def test_taking_back_leaves_alone_what_was_edited_or_linked_since(town):
    known = supplying.need(town, number=1, title="燃气和灭火器怎么用", category="course", capacity=30)
    file = receive(
        town,
        ("1", "燃气和灭火器怎么用", "课程实训", "", "50", "", "", ""),
        ("", "门口停车错峰", "场地设施", "", "", "", "", ""),
    )
    files.apply(file=file, actor=town.staff, at=make.AT)
    keeping.correct(row=known, values={"capacity": 60}, actor=town.staff, at=make.AT)
    made = Need.objects.get(title="门口停车错峰")
    linking.link(need=made, resource=supplying.resource(town), actor=town.staff, at=make.AT)
    files.undo(file=file, actor=town.staff, at=make.AT)
    told = set(file.rows.values_list("skipped_reason", flat=True))
    assert told == {"后来又改过，没有动", "已经对接或上过菜单，没有移出"}
    assert Need.objects.count() == 2


@pytest.mark.django_db
def test_one_row_that_a_verb_refuses_stops_all_of_them_with_its_number(town):
    file = files.receive(
        kind="resource", street=town.street, name="资源.xlsx", actor=town.staff, at=make.AT,
        content=sheets.as_xlsx([sheets.Sheet("资源", ("名称", "类别", "供给方"), [("体检车", "健康", "卫生中心"), ("律师驻点", "法律", "")])]),
    )  # fmt: skip
    with pytest.raises(SheetError, match="第 3 行：写明供给方"):
        files.apply(file=file, actor=town.staff, at=make.AT)
    assert not supplying.supplied.Resource.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no workbook", "."),
        (sheets.as_xlsx([sheets.Sheet("x", ("甲", "乙"), [("1", "2")])]), "没有认出表头"),
        (b"x" * 5_000_000, "最多 4 MB"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(town, content, words):
    with pytest.raises(SheetError, match=words):
        receive(town, content=content)
    assert not ListFile.objects.exists()


@pytest.mark.django_db
def test_the_office_uploads_decides_writes_and_takes_back_in_the_pages(town, settings):
    settings.SHIMEN_NOW = make.AT
    client = Client()
    client.force_login(town.staff)
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("需求.xlsx", book(("", "门口停车错峰", "场地设施", "", "", "", "", "")))
    page = client.post(reverse("supply:list-files"), {"kind": "need", "file": upload}, follow=True)
    assert "写入 1 行" in page.content.decode()
    file = ListFile.objects.get()
    client.post(reverse("supply:list-file-apply", args=[file.pk]))
    assert Need.objects.get().title == "门口停车错峰"
    client.post(reverse("supply:list-file-undo", args=[file.pk]))
    assert not Need.objects.exists()
    assert client.get(reverse("supply:list-file-blank", args=["project"])).status_code == 200


def test_a_number_whose_title_is_another_one_is_in_doubt():
    held = [Held("a", 1, "骑手夜间休息点", {}), Held("b", 2, "年度体检没时间去", {})]
    found = compare([Said(3, 1, {"title": "年会借场地", "category": "space"})], held)
    assert (found[0].kind, found[0].reason) == (list_sheets.DOUBT, "编号 1 现在是“骑手夜间休息点”")
    both = compare([Said(3, 1, {"title": "年度体检没时间去", "category": "health"})], held)
    assert both[0].reason == "编号和名称各指一条"


def test_what_a_cell_cannot_mean_is_said():
    today = make.TODAY
    assert "结束日期早于开始日期" in read_row(
        2, {"title": "体检车来", "category": "健康", "since": "2026-12-02", "until": "2026-12-01"}, today
    ).problem  # fmt: skip
    assert "人数" in read_row(2, {"title": "体检车来", "category": "健康", "capacity": "许多"}, today).problem
    assert "没有写名称" in read_row(2, {"title": "", "category": "健康"}, today).problem
    assert (
        "今天以后" in read_row(2, {"title": "体检车来", "category": "健康", "raised_on": "2027-01-01"}, today).problem
    )
