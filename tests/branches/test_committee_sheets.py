"""Committees as workbooks: received, decided, written in one transaction, undone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.bodies.sheets import RosterError
from branches.committees import seats, sheets
from branches.committees.reading import committee_of, seats_of
from branches.models import Committee, CommitteeSheet, CommitteeSheetRow, Organisation, Seat
from branches.pages.committee_sheets import HEADINGS
from shimen import sheets as files
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised

pytestmark = pytest.mark.django_db
ROLES = ("secretary", "organiser", "publicity")
NAMES = ("赵甲一", "钱乙二", "孙丙三", "李丁四", "周戊五", "吴己六", "郑庚七")


@pytest.fixture
def branch(town: make.Town) -> Organisation:
    """A branch of seven full members, nobody elected yet."""
    row = organised.organisation(town)
    for name in NAMES:
        organised.member(row, name=name)
    return row


@pytest.fixture
def led(branch: Organisation) -> Committee:
    """The same with two of three seats held."""
    people = {member.name(): member for member in branch.members.all()}
    row = organised.committee(branch, *ROLES)
    for role, name in zip(ROLES[:2], NAMES, strict=False):
        organised.seat(row, role, member=people[name], name=name)
    return row


def _line(organisation: Organisation | str, role: str, name: str, **given: str) -> tuple[str, ...]:
    cells = {"党组织": str(getattr(organisation, "name", organisation)), "职务": role, "姓名": name, **given}
    return tuple(cells.get(heading, "") for heading in HEADINGS)


def _receive(town: make.Town, *rows: tuple[str, ...]) -> CommitteeSheet:
    content = files.as_xlsx([files.Sheet("班子", HEADINGS, rows, above=[["班子表格"]])])
    return sheets.receive(street=town.street, name="班子.xlsx", content=content, actor=town.staff, at=make.AT)


def _new(branch: Organisation, day: str = "2026-11-01") -> list[tuple[str, ...]]:
    return [
        _line(branch, "书记", "赵甲一", 选举日期=day),
        _line(branch, "组织委员", "钱乙二", 兼任="宣传委员"),
        _line(branch, "纪检委员", "王壬九", 来源="下沉干部", 原单位="市场监管所（示例）", 下沉至="2027-06-30"),
    ]


def _held(branch: Organisation) -> dict[str, str]:
    return {seat.role: seat.name for seat in seats_of(branch, make.TODAY)}


def _names(branch: Organisation, town: make.Town, *rows: tuple[str, ...]) -> CommitteeSheetRow:
    return _receive(town, *rows).rows.get()


def test_a_new_committee_is_received_written_and_undone(town: make.Town, branch: Organisation):
    sheet = _receive(town, *_new(branch))
    row = sheet.rows.get()
    assert (row.kind, row.decision, row.organisation) == ("new", "accept", branch)
    assert not Committee.objects.exists()  # the rehearsal leaves nothing
    sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    assert _held(branch) == {"secretary": "赵甲一", "organiser": "钱乙二", "discipline": "王壬九"}
    lent = Seat.objects.get(role="discipline")
    assert (lent.origin, lent.home_unit, lent.seconded_until) == (
        "seconded",
        "市场监管所（示例）",
        dt.date(2027, 6, 30),
    )
    assert Seat.objects.get(role="organiser").also == ["publicity"]
    sheets.undo(sheet=sheet, actor=town.staff, at=make.AT)
    assert committee_of(branch, make.TODAY) is None
    verbs = ("committee_sheet.receive", "committee_sheet.apply", "committee_sheet.undo")
    assert [AccessLog.objects.filter(verb=verb).count() for verb in verbs] == [1, 1, 1]


def test_the_committee_in_office_is_changed_and_comes_back(town: make.Town, branch: Organisation, led: Committee):
    sheet = _receive(
        town,
        _line(branch, "书记", "赵甲一", 兼任="青年委员"),
        _line(branch, "组织委员", "李丁四", 到任日期="2026-11-10"),
        _line(branch, "宣传委员", "孙丙三", 到任日期="2026-11-12"),
    )
    row = sheet.rows.get()
    assert (row.kind, row.decision) == ("changed", "accept")
    assert [what for what, _, _ in row.said["shown"]] == ["离任", "补选", "补选", "更正"]
    sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    assert _held(branch) == {"secretary": "赵甲一", "organiser": "李丁四", "publicity": "孙丙三"}
    assert seats_of(branch, make.TODAY).get(role="secretary").also == ["youth"]
    assert Seat.objects.get(name="钱乙二").until == dt.date(2026, 11, 10)
    sheets.undo(sheet=sheet, actor=town.staff, at=make.AT)
    assert _held(branch) == {"secretary": "赵甲一", "organiser": "钱乙二"}
    assert seats_of(branch, make.TODAY).get(role="secretary").also == []


def test_whoever_a_sheet_leaves_out_stays_until_a_person_says_so(town: make.Town, branch: Organisation, led: Committee):
    sheet = _receive(town, _line(branch, "书记", "赵甲一"))
    row = sheet.rows.get()
    assert row.kind == "doubt"
    assert "表里没有钱乙二（组织委员）" in row.reason
    with pytest.raises(RosterError, match="还有 1 个党组织待确认"):
        sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    sheets.decide(row=row, decision="accept", actor=town.staff, at=make.AT)
    sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    assert _held(branch) == {"secretary": "赵甲一"}


def test_a_name_that_is_nearly_one_is_a_doubt_and_is_settled_by_choosing(town: make.Town, branch: Organisation):
    branch.name = "示例街道第一街区党支部"
    branch.save()
    rows = [(("示例街道第一街区支部"), *line[1:]) for line in _new(branch)]
    sheet = _receive(town, *rows)
    row = sheet.rows.get()
    assert (row.kind, row.candidates) == ("doubt", [str(branch.pk)])
    with pytest.raises(RosterError, match="先认定是哪个党组织"):
        sheets.decide(row=row, decision="accept", actor=town.staff, at=make.AT)
    with pytest.raises(RosterError, match="只能从列出的几个党组织里认"):
        other = organised.organisation(town)
        sheets.decide(row=row, decision="accept", organisation=other, actor=town.staff, at=make.AT)
    sheets.decide(row=row, decision="accept", organisation=branch, actor=town.staff, at=make.AT)
    sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    assert _held(branch)["secretary"] == "赵甲一"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (lambda b: [_line("没有的支部", "书记", "赵甲一", 选举日期="2026-11-01")], "没有叫这个名字的党组织"),
        (lambda b: [_line(b, "书记", "赵甲一")], "写上选举日期"),
        (lambda b: [_line(b, "书记", "赵甲一", 选举日期="2027-11-01")], "在今天以后"),
        (lambda b: [_line(b, "书记", "赵甲一", 选举日期="2001-11-01")], "不能早于成立"),
        (lambda b: [_line(b, "主席", "赵甲一", 选举日期="2026-11-01")], "不认识的职务"),
        (lambda b: [*_new(b), _line(b, "委员", "陈不在")], "没有叫陈不在的党员"),
        (lambda b: [*_new(b), *[_line(b, "委员", n) for n in (*NAMES[2:], "赵**")]], "没有全名"),
        (lambda b: [_line(b, "委员" if n else "书记", "暂缺" if n else "赵甲一", 选举日期="2026-11-01") for n in range(9)], "太多"),
        (lambda b: [_line(b, "纪检委员", "赵甲一", 选举日期="2026-11-01", 兼任="书记")], "支部委员会最少 3 人"),
        (lambda b: [*_new(b), _line(b, "青年委员", "孙丙三", 选举日期="2026-10-01")], "两个选举日期"),
    ],
)  # fmt: skip
def test_what_a_rule_refuses_is_said_in_the_preview(town: make.Town, branch: Organisation, rows, sentence):
    sheet = _receive(town, *rows(branch))
    row = sheet.rows.get()
    assert (row.kind, row.decision) == ("refused", "refuse")
    assert sentence in row.reason
    with pytest.raises(RosterError, match="拒收的不能采用"):
        sheets.decide(row=row, decision="accept", actor=town.staff, at=make.AT)


def test_rows_in_are_rows_accounted_for_and_what_is_the_same_changes_nothing(
    town: make.Town, branch: Organisation, led: Committee
):
    same = [_line(branch, "书记", "赵甲一"), _line(branch, "组织委员", "钱乙二"), _line(branch, "宣传委员", "暂缺")]
    sheet = _receive(town, *same, _line("没有的支部", "书记", "某某某"))
    counts = sheet.counts
    assert (counts["rows"], counts["same"], counts["refused"], counts["blocks"]) == (4, 3, 1, 2)
    assert sum(counts[kind] for kind in (*CommitteeSheetRow.Kind.values, "same")) == counts["rows"]


def test_somebody_who_changed_the_committee_meanwhile_stops_the_writing(
    town: make.Town, branch: Organisation, led: Committee
):
    sheet = _receive(town, *_new(branch))
    seats.end(seat=led.seats.get(role="organiser"), on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    with pytest.raises(RosterError, match="比对以后这个班子又变过"):
        sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    assert CommitteeSheet.objects.get().state == "ready"


def test_what_was_changed_since_is_left_alone_and_said(town: make.Town, branch: Organisation):
    sheet = _receive(town, *_new(branch))
    sheets.apply(sheet=sheet, actor=town.staff, at=make.AT)
    seats.end(seat=Seat.objects.get(role="organiser"), on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    sheets.undo(sheet=sheet, actor=town.staff, at=make.AT)
    assert "有人到任或离任" in sheet.rows.get().skipped_reason
    assert _held(branch)["secretary"] == "赵甲一"


def test_names_go_after_their_time(town: make.Town, branch: Organisation):
    sheet = _receive(town, *_new(branch))
    rule = next(rule for rule in retention.rules() if rule.key == "committee_sheet.rows")
    assert not rule.due(town.street, make.TODAY + dt.timedelta(days=89)).exists()
    rule.erase(list(rule.due(town.street, make.TODAY + dt.timedelta(days=90)).values_list("pk", flat=True)), make.AT)
    assert "赵甲一" not in str(vars(sheet.rows.get()))


def test_on_the_pages_what_is_exported_is_read_back_as_the_same(
    town: make.Town, branch: Organisation, led: Committee, client: Client
):
    client.force_login(town.staff)
    url = reverse("branches:committee-sheets")
    assert client.get(reverse("branches:committee-sheet-blank")).content.startswith(b"PK")
    assert client.post(reverse("branches:committee-sheet-filled"), {"purpose": "", "kind": "xlsx"}).status_code == 422
    filled = client.post(reverse("branches:committee-sheet-filled"), {"purpose": "换届摸底用", "kind": "xlsx"})
    answer = client.post(url, {"file": SimpleUploadedFile("班子.xlsx", filled.content)})
    sheet = CommitteeSheet.objects.get()
    assert answer.url == reverse("branches:committee-sheet", args=[sheet.pk])
    assert (sheet.counts["rows"], sheet.counts["same"]) == (2, 2)
    assert "和在任的班子完全一致" in client.get(answer.url).content.decode()


def test_on_the_pages_from_uploading_to_undoing(town: make.Town, branch: Organisation, client: Client):
    client.force_login(town.staff)
    content = files.as_xlsx([files.Sheet("班子", HEADINGS, _new(branch))])
    client.post(reverse("branches:committee-sheets"), {"file": SimpleUploadedFile("班子.xlsx", content)})
    sheet = CommitteeSheet.objects.get()
    page = client.get(reverse("branches:committee-sheet", args=[sheet.pk])).content.decode()
    assert "2026-11-01 当选" in page
    decide = reverse("branches:committee-sheet-decide", args=[sheet.rows.get().pk])
    client.post(decide, {"decision": "refuse"})
    client.post(decide, {"decision": "accept"})
    client.post(reverse("branches:committee-sheet-apply", args=[sheet.pk]))
    assert _held(branch)["secretary"] == "赵甲一"
    client.post(reverse("branches:committee-sheet-undo", args=[sheet.pk]))
    assert not _held(branch)
    again = _receive(town, *_new(branch))
    client.post(reverse("branches:committee-sheet-discard", args=[again.pk]))
    assert CommitteeSheet.objects.get(pk=again.pk).state == "discarded"
