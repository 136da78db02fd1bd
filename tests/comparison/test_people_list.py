"""A list of people by name: compared, settled, applied and undone, with what is personal sealed all the way."""

from __future__ import annotations

import datetime as dt

import pytest

from coverage.comparison import batches
from coverage.comparison.apply import ApplyError
from coverage.comparison.people import write
from coverage.comparison.people.sealed import opened
from coverage.comparison.undo import UndoError
from coverage.matching import people as matching
from coverage.matching.people import Known, Said
from coverage.models import Batch, PersonDifference, Worker
from coverage.registry import workers
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make
from tests.comparison import lists, steps

pytestmark = pytest.mark.django_db

WU, ZHENG, SUN, LI = "吴己六", "郑辛九", "孙丙六", "李丁七"
ONE, TWO, THREE = "19900000017", "19900000025", "19900000033"
Kind = PersonDifference.Kind


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=60)


@pytest.fixture
def shop(town):
    return steps.shop(town.first_grid, 1)


def kinds(batch: Batch) -> dict[int | None, str]:
    return dict(batch.people.values_list("line", "kind"))


def test_every_row_is_accounted_for_and_the_registry_is_not_touched(department, shop):
    lists.worker(shop, WU, ONE, by=department)
    lists.worker(shop, ZHENG, TWO, by=department)
    lists.worker(shop, LI, by=department)
    rows = [
        lists.row(1, WU, ONE),  # the same
        lists.row(1, ZHENG, TWO, "店长"),  # another post
        lists.row(1, SUN, THREE),  # new
        lists.row(1, SUN, THREE),  # twice
        lists.row(1, "", "19900000041"),  # nobody
        ["没有的（示例）店", "", "钱戊一", "", "", ""],  # no such employer
    ]
    before = lists.people(shop)
    batch = lists.compare(department, rows)
    assert batch.state == Batch.State.READY, batch.error
    assert kinds(batch) == {4: "changed", 5: "new", 6: "duplicate", 7: "refused", 8: "refused", None: "left"}
    counts = batch.counts
    assert (
        counts["rows"]
        == 6
        == sum(counts[kind] for kind in ("same", "new", "changed", "back", "doubt", "duplicate", "refused"))
    )
    assert (counts["same"], counts["gone"]) == (1, 1)
    sheet = batch.layout["sheets"][0]
    assert (sheet["titles"], sheet["headings"], sheet["remarks"], sheet["data"], sheet["rows"]) == (1, 1, 1, 6, 9)
    assert lists.people(shop) == before


def test_identity_numbers_are_never_read_and_said_so(department, shop):
    batch = lists.compare(department, [lists.row(1, WU, ONE)])
    assert any("“身份证号”没有读" in remark for remark in batch.layout["remarks"])
    (difference,) = batch.people.all()
    assert opened(difference)["new"] == {"name": WU, "phone": ONE, "post": "店员"}
    assert ONE not in str(batch.layout)
    assert WU not in str(batch.layout)
    assert "9901991990" not in str(batch.layout)


def test_what_is_personal_is_sealed_and_masked(department, shop):
    batch = lists.compare(department, [lists.row(1, WU, ONE)])
    difference = batch.people.get()
    assert (difference.name_mask, difference.phone_mask) == ("吴**", "199****0017")
    stored = bytes(difference.sealed)
    for clear in (WU, ONE, "店员"):
        assert clear.encode() not in stored
    assert bytes(batch.file.content) == b""
    assert WU.encode() not in bytes(batch.file.sealed)
    assert batches.source_of(batch).content == lists.content([lists.row(1, WU, ONE)])


def test_apply_undo_apply_gives_the_same_people(town, department, shop):
    lists.worker(shop, WU, ONE, by=department)
    lists.worker(shop, LI, by=department)
    lists.worker(shop, SUN, by=department, left_on=dt.date(2026, 3, 1))
    before = lists.people(shop)
    batch = lists.compare(
        department, [lists.row(1, WU, ONE, "店长"), lists.row(1, ZHENG, TWO), lists.row(1, SUN, THREE)]
    )
    assert kinds(batch) == {3: "changed", 4: "new", 5: "back", None: "left"}
    batch = write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    after = lists.people(shop)
    assert after == {
        WU: ("199****0017", "店长", True), ZHENG: ("199****0025", "店员", True), SUN: ("199****0033", "店员", True),
        LI: ("", "店员", False),
    }  # fmt: skip
    assert batch.counts["applied"] == {"new": 1, "changed": 2, "left": 1}
    entered = Worker.objects.get(name=ZHENG)
    assert entered.provenance["name"] == {
        "source": "department", "by": department.code, "on": make.TODAY.isoformat(), "ref": str(batch.pk),
    }  # fmt: skip
    assert Worker.objects.search(TWO).get() == entered
    assert Worker.objects.search("zhengxin").get() == entered
    batch = write.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert batch.counts["undone"] == {"restored": 3, "removed": 1, "skipped": 0}
    assert lists.people(shop) == before
    batch = write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert lists.people(shop) == after
    assert Worker.objects.get(name=ZHENG).pk == entered.pk


def test_the_list_compared_again_after_applying_is_all_the_same(town, department, shop):
    rows = [lists.row(1, WU, ONE), lists.row(1, ZHENG)]
    write.apply(batch=lists.compare(department, rows), actor=town.data_admin, at=make.AT)
    batch = Batch.objects.get()
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE)
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    assert (batch.counts["same"], batch.people.count()) == (2, 0)


def test_undo_leaves_what_was_edited_or_used_since(town, department, shop):
    lists.worker(shop, WU, ONE, by=department)
    batch = lists.compare(department, [lists.row(1, WU, ONE, "店长"), lists.row(1, ZHENG, TWO)])
    write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    edited = Worker.objects.get(name=WU)
    workers.correct_worker(
        worker=edited, values={"post": "总店长"}, source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    assert write.preview(Batch.objects.get(pk=batch.pk)) == {"restored": 0, "removed": 1, "skipped": 1}
    batch = write.undo(batch=batch, actor=town.data_admin, at=make.AT)
    assert lists.people(shop) == {WU: ("199****0017", "总店长", True)}
    assert list(batch.people.exclude(skipped_reason="").values_list("line", "skipped_reason")) == [(3, write.EDITED)]


def test_nothing_is_written_when_the_registry_has_moved(town, department, shop):
    known = lists.worker(shop, WU, ONE, by=department)
    batch = lists.compare(department, [lists.row(1, WU, ONE, "店长")])
    workers.correct_worker(
        worker=known, values={"post": "会计"}, source="staff", on=make.TODAY, actor=town.staff, at=make.AT
    )
    with pytest.raises(ApplyError, match="又被改过（第 3 行）"):
        write.apply(batch=batch, actor=town.data_admin, at=make.AT)


def test_doubt_waits_for_a_person(town, department, shop):
    known = lists.worker(shop, WU, ONE, by=department)
    batch = lists.compare(department, [lists.row(1, WU, TWO)])
    difference = batch.people.get()
    assert (difference.kind, difference.candidates) == ("doubt", [str(known.pk)])
    with pytest.raises(ApplyError, match="还有 1 行待确认"):
        write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    write.settle_same(difference=difference, worker=known, actor=town.data_admin, at=make.AT)
    write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert lists.people(shop) == {WU: ("199****0025", "店员", True)}
    assert AccessLog.objects.filter(verb="coverage.decide_person").exists()


def test_a_doubtful_row_may_be_somebody_new_also_after_it_was_taken_for_another(town, department, shop):
    known = lists.worker(shop, WU, ONE, by=department)
    batch = lists.compare(department, [lists.row(1, WU, TWO)])
    difference = batch.people.get()
    write.settle_same(difference=difference, worker=known, actor=town.data_admin, at=make.AT)
    write.decide(difference=difference, decision="accept", actor=town.data_admin, at=make.AT)
    write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert sorted(Worker.objects.values_list("name", "phone_mask")) == [(WU, "199****0017"), (WU, "199****0025")]


def test_only_a_candidate_can_be_chosen(town, department, shop):
    lists.worker(shop, WU, ONE)
    stranger = lists.worker(shop, LI)
    difference = lists.compare(department, [lists.row(1, WU, TWO)]).people.get()
    with pytest.raises(write.PeopleError, match="不是这一行的候选"):
        write.settle_same(difference=difference, worker=stranger, actor=town.data_admin, at=make.AT)


def test_refused_and_double_rows_cannot_be_taken_over(town, department, shop):
    batch = lists.compare(department, [lists.row(1, WU, ONE), lists.row(1, WU, ONE), lists.row(1, "")])
    for difference in batch.people.filter(kind__in=["duplicate", "refused"]):
        with pytest.raises(write.PeopleError, match="不能采用"):
            write.decide(difference=difference, decision="accept", actor=town.data_admin, at=make.AT)


def test_only_those_whom_the_department_once_named_can_be_missing(department, shop):
    lists.worker(shop, WU, ONE, by=department)
    lists.worker(shop, ZHENG, TWO)  # met during a visit
    batch = lists.compare(department, [lists.row(1, LI)])
    assert list(batch.people.filter(kind="left").values_list("name_mask", flat=True)) == ["吴**"]
    partial = lists.compare(department, [lists.row(1, SUN)], is_full=False)
    assert not partial.people.filter(kind="left").exists()


def test_people_of_an_entity_that_the_list_does_not_name_are_left_alone(town, department, shop):
    other = steps.shop(town.first_grid, 2)
    lists.worker(other, WU, ONE, by=department)
    assert not lists.compare(department, [lists.row(1, LI)]).people.filter(kind="left").exists()


def test_too_many_missing_stops_until_a_person_vouches(town, shop):
    strict = steps.department(town.street, gone_limit_percent=10)
    lists.worker(shop, WU, ONE, by=strict)
    batch = lists.compare(strict, [lists.row(1, LI)])
    with pytest.raises(ApplyError, match=r"表里不再有 1 人，占 100.0 %"):
        write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    batches.allow_gone(batch=batch, actor=town.data_admin, at=make.AT)
    write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Worker.objects.get(name=WU).left_on == make.TODAY


def test_what_was_said_at_the_door_since_is_not_overwritten(department, shop):
    word = {"source": "visit", "by": "", "on": make.TODAY.isoformat(), "ref": ""}
    lists.worker(shop, WU, ONE, provenance={"name": word, "post": word})
    difference = lists.compare(department, [lists.row(1, WU, ONE, "店长")]).people.get()
    assert (difference.decision, difference.reason) == ("refuse", "本人或走访的人在这之后说过")


def test_an_employer_is_found_by_code_by_old_number_and_by_a_name_of_its_own(town, department):
    steps.shop(town.first_grid, 1)
    steps.shop(town.first_grid, 2, code="", old_number="310106000123456")
    steps.shop(town.first_grid, 3, name="同名（示例）店")
    steps.shop(town.first_grid, 4, name="同名（示例）店")
    rows = [
        ["写错的名字", lists.row(1, WU)[1].lower(), WU, "", "", ""],
        ["", "310106000123456", ZHENG, "", "", ""],
        ["甲乙丙1(示例)商贸有限公司", "", SUN, "", "", ""],
        ["同名（示例）店", "", LI, "", "", ""],
    ]
    batch = lists.compare(department, rows)
    assert kinds(batch) == {3: "new", 4: "new", 5: "new", 6: "refused"}
    assert "几家同名" in batch.people.get(line=6).reason


def test_a_number_that_cannot_be_read_is_told_and_the_person_kept(department, shop):
    difference = lists.compare(department, [lists.row(1, WU, "199****0017")]).people.get()
    assert (difference.kind, opened(difference)["new"]["phone"]) == ("new", "")
    assert "电话没有采用" in difference.reason


def test_a_list_whose_names_or_employers_are_not_found_waits_for_a_person(department, shop):
    batch = steps.receive(
        department,
        lists.text([["单位名称", "统一社会信用代码", "联系电话"], *[["甲", "", ""]]]),
        name="x.csv",
        subject="people",
    )
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    assert batch.state == Batch.State.MAPPING
    assert "没有找到人员名单的表头" in batch.error
    batch = steps.receive(
        department, lists.text([["姓名", "联系电话", "岗位"], [WU, ONE, ""]]), name="y.csv", subject="people"
    )
    assert "不知道是哪家的人" in batches.read_and_compare(batch=batch, at=make.AT).error


def test_undo_of_what_was_not_applied_is_refused(town, department, shop):
    with pytest.raises(UndoError, match="没有可撤销的"):
        write.undo(batch=lists.compare(department, [lists.row(1, WU)]), actor=town.data_admin, at=make.AT)


def test_when_its_time_is_over_a_list_is_deleted_and_its_counts_remain(town, department, shop):
    batch = lists.compare(department, [lists.row(1, WU, ONE)])
    write.apply(batch=batch, actor=town.data_admin, at=make.AT)
    late = make.AT + dt.timedelta(days=181)
    retention.run(street=town.street, on=clock.day_of(late), at=late)
    difference = batch.people.get()
    assert (difference.sealed, difference.name_mask, difference.phone_mask) == (None, "", "")
    batch = Batch.objects.get(pk=batch.pk)
    assert batch.file.sealed is None
    assert batch.counts["new"] == 1
    with pytest.raises(UndoError, match="已到保存期限"):
        write.undo(batch=batch, actor=town.data_admin, at=late)


# Who is whom, without a database.


def found(said: list[Said], known: list[Known], *, is_full: bool = True) -> list[tuple[str, int | None, str]]:
    return [(f.kind, f.line, f.person) for f in matching.compare(said, known, is_full=is_full)]


def test_the_same_number_under_another_name_waits():
    said = [Said(2, "a", ZHENG, b"1")]
    assert found(said, [Known("w", "a", WU, b"1")]) == [("doubt", 2, "")]


def test_a_masked_name_finds_a_person_and_never_makes_one():
    known = [Known("w", "a", WU, b"1"), Known("z", "a", ZHENG)]
    assert found([Said(2, "a", "吴**")], known) == [("same", 2, "w")]
    assert found([Said(2, "a", "吴**", b"1")], known) == [("same", 2, "w")]
    assert found([Said(2, "a", "钱**")], known) == [("refused", 2, "")]
    assert found([Said(2, "a", "吴**"), Said(3, "a", "吴**")], known) == [("doubt", 2, ""), ("refused", 3, "")]


def test_namesakes_are_told_apart_by_their_numbers_only():
    known = [Known("v", "a", WU, b"1"), Known("w", "a", WU, b"2")]
    assert found([Said(2, "a", WU, b"2"), Said(3, "a", WU, b"1")], known) == [("same", 2, "w"), ("same", 3, "v")]
    assert found([Said(2, "a", WU)], known) == [("doubt", 2, "")]


def test_somebody_of_another_employer_is_new_here_and_it_is_said():
    (finding,) = matching.compare([Said(2, "b", WU, b"1")], [Known("w", "a", WU, b"1")], is_full=True)
    assert (finding.kind, finding.reason) == ("new", "同名同号的人在另一家也登记着")
