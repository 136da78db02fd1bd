"""Cases of the district: opened with the matter, moved by what is said of them, typed by hand, ended with the matter."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.handover import baseline, cases, platform
from grid.handover.baseline import BaselineError
from grid.handover.cases import CaseError
from grid.matters import ending, moving, raising
from grid.models import CaseBaseline, CaseStep, DistrictCase, Matter
from shimen.audit.models import AccessLog
from shimen.outbox.models import Job
from tests import make

pytestmark = pytest.mark.django_db
AT = make.AT
LATER = AT + dt.timedelta(hours=3)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def matter(town):
    row = raising.raise_matter(
        street_id=town.street.pk, words="路口信号灯时间太短", actor=town.staff, at=AT, area=town.first_grid,
        category=Matter.Category.FACILITIES,
    )  # fmt: skip
    for _ in range(3):
        row = moving.pass_up(matter=row, tried="劝导", left_open="权限在区里", why="", actor=town.staff, at=AT)
    return row


@pytest.fixture
def case(matter):
    return DistrictCase.objects.get()


def _note(case, said, words="", **given):
    given = {"actor": given.pop("actor"), "at": LATER} | given
    return cases.note(case=case, said=said, words=words, **given)


def test_a_matter_that_comes_to_the_district_opens_a_case_in_the_same_transaction(town, matter, case):
    assert case.matter == matter
    assert case.leg == matter.legs.get(ended_at=None)
    assert case.number == f"{town.street.code}-2026-00001"
    assert (case.state, case.delivery, case.due_on) == ("waiting", "hand", matter.due_on)
    assert case.opened_by == town.staff
    assert AccessLog.objects.filter(verb="grid.open_case", object_id=str(case.pk)).count() == 1
    assert not Job.objects.exists()


def test_if_the_case_cannot_be_opened_the_matter_has_not_gone_up(town, monkeypatch):
    row = raising.raise_matter(street_id=town.street.pk, words="灯", actor=town.staff, at=AT, area=town.first_grid)
    for _ in range(2):
        row = moving.pass_up(matter=row, tried="劝导", left_open="没解决", why="", actor=town.staff, at=AT)
    DistrictCase.objects.create(
        street=town.street, number=f"{town.street.code}-2026-00001", origin="ledger", title="台账", category="other",
        opened_on=make.TODAY, opened_at=AT,
    )  # fmt: skip
    with pytest.raises(Exception, match="case_number_once_per_street"):
        moving.pass_up(matter=row, tried="劝导", left_open="没解决", why="", actor=town.staff, at=AT)
    connection.set_rollback(False)


def test_codes_are_those_of_the_street(town):
    platform.set_codes(
        street=town.street, region_code="9901", other_code="QT", category_codes={"noise": "ZS01", "nonsense": "x"},
        area_codes={str(town.first_grid.pk): "9901-01"}, actor=town.staff, at=AT,
    )  # fmt: skip
    for words, category in (("吵", "noise"), ("别的", "other")):
        raising.raise_matter(
            street_id=town.street.pk, words=words, actor=town.staff, at=AT, area=town.first_grid, category=category,
            level=Level.DISTRICT,
        )  # fmt: skip
    assert list(DistrictCase.objects.order_by("number").values_list("category_code", "region_code")) == [
        ("ZS01", "9901-01"),
        ("QT", "9901-01"),
    ]


def test_finished_solves_the_matter_at_the_district(town, matter, case):
    for said in ("accepted", "dispatched", "handling", "checking"):
        _note(case, said, actor=town.staff, platform_number="QP-7")
    _note(case, "finished", "信号灯加了 8 秒", actor=town.staff)
    case.refresh_from_db()
    matter.refresh_from_db()
    assert (case.state, case.platform_number, case.result) == ("finished", "QP-7", "信号灯加了 8 秒")
    assert (matter.state, matter.solved_level, matter.how_solved) == (State.SOLVED, Level.DISTRICT, "信号灯加了 8 秒")
    assert [m.sentence for m in matter.moments.filter(verb="district").order_by("at", "pk")] == [
        "区级平台受理", "区级平台派遣", "区级平台处置", "区级平台核查",
    ]  # fmt: skip


def test_returned_gives_it_back_to_the_grid_with_the_reason(town, matter, case):
    _note(case, "returned", "权属在街道", actor=town.staff)
    matter.refresh_from_db()
    assert (matter.state, matter.stage) == (State.OPEN, Level.GRID)
    assert matter.legs.get(number=4).why == "区级平台退单：权属在街道"
    again = moving.pass_up(matter=matter, tried="查了产权", left_open="不是街道的", why="", actor=town.staff, at=LATER)
    assert again.cases.count() == 2
    assert again.cases.live().get().number.endswith("-00002")


def test_more_time_defers_the_matter(town, matter, case):
    day = make.TODAY + dt.timedelta(days=40)
    _note(case, "extended", "等材料", actor=town.staff, due_on=day)
    matter.refresh_from_db()
    case.refresh_from_db()
    assert (matter.due_on, matter.deferrals, case.due_on, case.extensions) == (day, 1, day, 1)


@pytest.mark.parametrize(
    ("said", "given", "sentence"),
    [
        ("returned", {}, "退单要写明原因"),
        ("extended", {"words": "等"}, "写新的期限"),
        ("extended", {"words": "等", "due_on": dt.date(2026, 11, 1)}, "不能早于今天"),
        ("finished", {}, "写明怎么解决的"),
        ("nonsense", {}, "选平台的答复"),
        ("accepted", {"words": "好" * 1001}, "最多 1000 字"),
    ],
)
def test_what_cannot_be_noted_says_why(town, case, said, given, sentence):
    with pytest.raises(Exception, match=sentence):
        cases.note(case=case, said=said, actor=town.staff, at=LATER, **({"words": ""} | given))
    assert case.steps.count() == 1


def test_only_staff_over_the_area_may_note(town, case):
    for person in (
        town.secretary,
        town.visitor,
        town.stranger,
        make.person(town.street, "staff", area=town.second_grid),
    ):
        with pytest.raises(CaseError, match="由街道办理"):
            _note(case, "accepted", actor=person)


def test_a_platform_number_belongs_to_one_case(town, case):
    raising.raise_matter(
        street_id=town.street.pk, words="吵", actor=town.staff, at=AT, area=town.first_grid, level=Level.DISTRICT
    )
    _note(case, "accepted", actor=town.staff, platform_number="QP-7")
    with pytest.raises(CaseError, match="已经记在另一件案件上"):
        _note(DistrictCase.objects.exclude(pk=case.pk).get(), "accepted", actor=town.staff, platform_number="QP-7")


def test_what_leaves_the_district_by_hand_ends_its_case(town, matter, case):
    moving.pass_down(matter=matter, why="街道能办", actor=town.staff, at=LATER)
    case.refresh_from_db()
    assert (case.state, case.result) == ("recalled", "街道能办")
    assert not DistrictCase.objects.reported().exists()


def test_what_is_solved_by_hand_ends_its_case_as_finished(town, matter, case):
    ending.solve(matter=matter, how="区里来人修好了", actor=town.staff, at=LATER)
    case.refresh_from_db()
    assert (case.state, case.result) == ("finished", "区里来人修好了")


def test_what_is_withdrawn_takes_its_case_along(town, matter, case):
    ending.withdraw(matter=matter, why="不要办了", actor=town.staff, at=LATER)
    case.refresh_from_db()
    assert case.state == "recalled"


def test_an_answer_after_the_end_is_kept_and_moves_nothing(town, matter, case):
    cases.hear(case=case, said=cases.Said.FINISHED, words="修好了", at=LATER, heard_at=LATER, event="e1")
    late = cases.hear(case=case, said=cases.Said.RETURNED, words="退", at=LATER, heard_at=LATER, event="e2")
    matter.refresh_from_db()
    assert (late.is_applied, late.why_not) == (False, "这件已结案，不再变动。")
    assert matter.state == State.SOLVED


def test_the_same_answer_twice_is_one(matter, case):
    for _ in range(2):
        cases.hear(case=case, said=cases.Said.EXTENDED, words="等", at=LATER, heard_at=LATER, event="e1",
                   due_on=make.TODAY + dt.timedelta(days=60))  # fmt: skip
    matter.refresh_from_db()
    assert (matter.deferrals, case.steps.filter(event="e1").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_moves_the_case_and_the_other_is_kept(town, matter, case):
    start = threading.Barrier(2)

    def say(said: str) -> None:
        start.wait()
        try:
            cases.hear(case=case, said=cases.Said(said), words=said, at=LATER, heard_at=LATER, event=said)
        finally:
            connection.close()

    _run([lambda said=said: say(said) for said in ("finished", "returned")])
    case.refresh_from_db()
    matter.refresh_from_db()
    assert sorted(CaseStep.objects.exclude(said="opened").values_list("is_applied", flat=True)) == [False, True]
    expected = (State.SOLVED, Level.DISTRICT) if case.state == "finished" else (State.OPEN, Level.GRID)
    assert (matter.state, matter.stage) == expected


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_hear_the_same_answer_and_one_who_takes_the_matter_back_nobody_waits_for_ever(town, matter, case):
    start = threading.Barrier(11)

    def hear() -> None:
        start.wait()
        try:
            cases.hear(case=case, said=cases.Said.RETURNED, words="退", at=LATER, heard_at=LATER, event="e1")
        finally:
            connection.close()

    def take_back() -> None:
        start.wait()
        try:
            moving.pass_down(matter=matter, why="街道能办", actor=town.staff, at=LATER, seen=matter.revision)
        except cases.DomainError:
            pass
        finally:
            connection.close()

    _run([hear] * 10 + [take_back])
    case.refresh_from_db()
    matter.refresh_from_db()
    assert case.state in {"returned", "recalled"}
    assert case.steps.filter(event="e1").count() == 1
    assert (matter.stage, matter.legs.count()) == (Level.GRID, 5)


def _run(works) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_baseline_is_whole_months_that_are_over_and_hold_cases(town):
    for month in (1, 2, 3):
        baseline.enter(
            street=town.street, platform_number=f"QP-{month}", title="路灯不亮", category="facilities",
            area=town.first_grid, opened_on=dt.date(2026, month, 9), actor=town.staff, at=AT,
        )  # fmt: skip
    row = baseline.declare(
        street=town.street, first=dt.date(2026, 1, 15), last=dt.date(2026, 3, 2), why="行动前", actor=town.staff, at=AT
    )
    assert (row.first, row.last, row.months) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31), 3)
    assert "月均" in row.formula
    assert AccessLog.objects.filter(verb="grid.declare_baseline").count() == 1
    assert baseline.of(town.street) == row


@pytest.mark.parametrize(
    ("first", "last", "why", "sentence"),
    [
        ((2026, 1, 1), (2026, 2, 1), "行动前", "至少 3 个月"),
        ((2026, 9, 1), (2026, 11, 1), "行动前", "已经过完"),
        ((2026, 1, 1), (2026, 6, 1), " ", "写明为什么"),
        ((2025, 1, 1), (2025, 6, 1), "行动前", "没有上报的案件"),
    ],
)
def test_a_baseline_that_cannot_be_declared_says_why(town, first, last, why, sentence):
    baseline.enter(
        street=town.street, platform_number="QP-1", title="路灯不亮", category="facilities", area=None,
        opened_on=dt.date(2026, 3, 9), actor=town.staff, at=AT,
    )  # fmt: skip
    with pytest.raises(BaselineError, match=sentence):
        baseline.declare(
            street=town.street, first=dt.date(*first), last=dt.date(*last), why=why, actor=town.staff, at=AT
        )
    assert not CaseBaseline.objects.exists()


def test_only_staff_of_the_street_declare_and_enter(town):
    for person in (town.secretary, town.stranger, make.person(town.street, "staff", area=town.first_grid)):
        with pytest.raises(BaselineError, match="由街道管"):
            baseline.declare(
                street=town.street, first=dt.date(2026, 1, 1), last=dt.date(2026, 3, 1), why="x", actor=person, at=AT
            )
