"""Rosters as workbooks: received, decided, written in one transaction, undone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.bodies import members, rosters
from branches.bodies.members import MemberError
from branches.bodies.rosters import RosterError
from branches.models import Member, Organisation, Roster, RosterRow
from shimen import sheets
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised

pytestmark = pytest.mark.django_db
HEAD = ("姓名", "党员类别", "组织关系", "组织关系所在单位", "电话", "编入日期")


def _book(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    return sheets.as_xlsx([sheets.Sheet("名册", head, rows, above=[["党员名册"]])])


def _receive(town: make.Town, organisation: Organisation, *rows: tuple[str, ...], is_full: bool = False) -> Roster:
    return rosters.receive(
        organisation=organisation, name="名册.xlsx", content=_book(*rows), is_full=is_full, actor=town.staff, at=make.AT
    )


def _join(town: make.Town, organisation: Organisation, name: str, phone: str) -> Member:
    return members.join(
        organisation=organisation, person=members.Person(name, phone), since=dt.date(2025, 9, 1), actor=town.staff,
        at=make.AT,
    )  # fmt: skip


def _current(organisation: Organisation) -> dict[str, Member]:
    return {row.name(): row for row in Member.objects.of(organisation).on(make.TODAY)}


ROWS = (
    ("赵甲一", "正式党员", "本支部", "", "19900000001", ""),
    ("钱乙二", "预备党员", "本支部", "", "19900000002", ""),
    ("孙丙三", "正式党员", "流动党员", "外省市某支部（示例）", "19900000003", "2026-03-01"),
    ("", "正式党员", "本支部", "", "19900000004", ""),
)


def test_a_roster_is_received_compared_written_and_undone(town: make.Town):
    branch = organised.organisation(town)
    _join(town, branch, "赵甲一", "19900000001")
    _join(town, branch, "钱乙二", "19900000002")
    _join(town, branch, "李丁四", "19900000009")
    roster = _receive(town, branch, *ROWS, is_full=True)
    counts = {key: value for key, value in roster.counts.items() if value}
    assert counts == {"rows": 4, "same": 1, "new": 1, "changed": 1, "gone": 1, "refused": 1}
    rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    now = _current(branch)
    assert set(now) == {"赵甲一", "钱乙二", "孙丙三", "李丁四"}  # nobody leaves unless somebody says so
    assert now["钱乙二"].standing == "probationary"
    assert (now["孙丙三"].relation, now["孙丙三"].valid.lower) == ("floating", dt.date(2026, 3, 1))
    rosters.undo(roster=roster, actor=town.staff, at=make.AT)
    now = _current(branch)
    assert set(now) == {"赵甲一", "钱乙二", "李丁四"}
    assert now["钱乙二"].standing == "full"
    verbs = ("roster.receive", "roster.apply", "roster.undo")
    assert [AccessLog.objects.filter(verb=verb).count() for verb in verbs] == [1, 1, 1]


def test_whoever_is_not_named_leaves_when_a_person_says_so_and_comes_back_by_undoing(town: make.Town):
    branch = organised.organisation(town)
    _join(town, branch, "李丁四", "19900000009")
    roster = _receive(town, branch, ROWS[0], is_full=True)
    gone = roster.rows.get(kind="gone")
    rosters.decide(row=gone, decision="accept", actor=town.staff, at=make.AT)
    rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    assert set(_current(branch)) == {"赵甲一"}
    rosters.undo(roster=roster, actor=town.staff, at=make.AT)
    assert set(_current(branch)) == {"李丁四"}


def test_a_doubtful_row_holds_writing_back_until_somebody_says_who_it_is(town: make.Town):
    branch = organised.organisation(town)
    known = _join(town, branch, "赵甲一", "19900000009")
    roster = _receive(town, branch, ROWS[0])
    row = roster.rows.get()
    assert (row.kind, row.candidates) == ("doubt", [str(known.pk)])
    with pytest.raises(RosterError, match="还有 1 行待确认"):
        rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    with pytest.raises(RosterError, match="只能从列出的几位里认"):
        rosters.decide(row=row, decision="accept", member=organised.member(branch), actor=town.staff, at=make.AT)
    rosters.decide(row=row, decision="accept", member=known, actor=town.staff, at=make.AT)
    rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    assert Member.objects.get(pk=known.pk).phone_mask == "199****0001"


def test_somebody_of_another_organisation_is_refused_with_the_rule(town: make.Town):
    _join(town, organised.organisation(town), "赵甲一", "19900000001")
    roster = _receive(town, organised.organisation(town), ROWS[0])
    row = roster.rows.get()
    assert row.kind == "refused"
    assert "每名党员编入一个支部" in row.reason
    with pytest.raises(RosterError, match="拒收和重复的行不能采用"):
        rosters.decide(row=row, decision="accept", actor=town.staff, at=make.AT)


def test_one_row_that_cannot_be_written_stops_all_and_says_which(town: make.Town):
    branch = organised.organisation(town)
    roster = _receive(town, branch, *ROWS[:3])
    _join(town, organised.organisation(town), "孙丙三", "19900000003")
    with pytest.raises(RosterError, match="第 5 行：孙"):
        rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    assert not _current(branch)
    assert Roster.objects.get().state == Roster.State.READY


def test_what_was_edited_since_is_left_alone_and_said(town: make.Town):
    branch = organised.organisation(town)
    roster = _receive(town, branch, ROWS[0])
    rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    member = _current(branch)["赵甲一"]
    members.correct(member=member, values={"standing": "probationary"}, actor=town.staff, at=make.AT)
    rosters.undo(roster=roster, actor=town.staff, at=make.AT)
    assert RosterRow.objects.get().skipped_reason == "后来又改过，没有动"
    assert set(_current(branch)) == {"赵甲一"}


def test_only_who_keeps_the_roster_brings_one_and_a_roster_is_written_once(town: make.Town):
    branch = organised.organisation(town)
    with pytest.raises(MemberError, match="名册由街道党建办和本党组织的书记管"):
        rosters.receive(
            organisation=branch, name="a.xlsx", content=_book(ROWS[0]), is_full=False, actor=town.secretary, at=make.AT
        )
    roster = _receive(town, branch, ROWS[0])
    rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    with pytest.raises(RosterError, match="现在是“已写入”"):
        rosters.apply(roster=roster, actor=town.staff, at=make.AT)
    with pytest.raises(RosterError, match="现在是“已写入”"):
        rosters.discard(roster=roster, actor=town.staff, at=make.AT)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7 roster", "PDF"),
        (_book(("a", "b", "c"), head=("一", "二", "三")), "没有认出表头"),
        (_book(), "表头下面没有人"),
        (b"0" * (rosters.LARGEST + 1), "最多 4 MB"),
    ],
    ids=["empty", "pdf", "no heading", "nobody", "large"],
)
def test_a_file_that_is_no_roster_is_refused_with_what_to_do(town: make.Town, content: bytes, sentence: str):
    with pytest.raises(RosterError, match=sentence):
        rosters.receive(
            organisation=organised.organisation(town), name="a.xlsx", content=content, is_full=False, actor=town.staff,
            at=make.AT,
        )  # fmt: skip
    assert not Roster.objects.exists()


def test_nothing_personal_stands_in_the_clear_and_it_goes_after_its_time(town: make.Town):
    roster = _receive(town, organised.organisation(town), ROWS[0])
    row = RosterRow.objects.get()
    assert "赵甲一" not in str(vars(row))
    rule = next(rule for rule in retention.rules() if rule.key == "roster.rows")
    assert not rule.due(town.street, make.TODAY + dt.timedelta(days=89)).exists()
    rule.erase(list(rule.due(town.street, make.TODAY + dt.timedelta(days=90)).values_list("pk", flat=True)), make.AT)
    assert RosterRow.objects.get().sealed is None
    assert Roster.objects.get(pk=roster.pk).counts["rows"] == 1


def test_on_the_pages_from_the_blank_one_to_undoing(town: make.Town, client: Client):
    branch = organised.organisation(town)
    client.force_login(town.staff)
    blank = client.get(reverse("branches:roster-blank", args=[branch.pk]))
    assert blank.content.startswith(b"PK")
    url = reverse("branches:rosters", args=[branch.pk])
    wrong = client.post(url, {"file": SimpleUploadedFile("名册.xlsx", blank.content)})
    assert wrong.status_code == 422
    assert "表头下面没有人" in wrong.content.decode()
    answer = client.post(url, {"file": SimpleUploadedFile("名册.xlsx", _book(*ROWS))})
    roster = Roster.objects.get()
    assert answer.url == reverse("branches:roster", args=[roster.pk])
    assert "赵甲一" in client.get(answer.url).content.decode()
    client.post(reverse("branches:roster-decide", args=[roster.rows.order_by("line")[0].pk]), {"decision": "refuse"})
    client.post(reverse("branches:roster-apply", args=[roster.pk]))
    assert set(_current(branch)) == {"钱乙二", "孙丙三"}
    client.post(reverse("branches:roster-undo", args=[roster.pk]))
    assert not _current(branch)
