"""Two people on one batch, one row or one pair at the same moment: one of them has done it, the other is told."""

from __future__ import annotations

import datetime as dt

import pytest

from coverage.comparison import batches, heard, mapping, settle
from coverage.comparison.people import write
from coverage.feeds import departments
from coverage.models import Batch, Department, Difference, Entity, Layout, Merge, Worker
from coverage.registry import merging
from shimen.errors import DomainError
from shimen.outbox.models import Job
from tests import make
from tests.comparison import books, lists, steps
from tests.comparison.corpus import text
from tests.comparison.test_difference_races import at_once
from tests.comparison.test_heard import said, visit

pytestmark = pytest.mark.django_db(transaction=True)
LATER = make.AT + dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


@pytest.fixture
def doubtful(town, department) -> Batch:
    """A row whose code a spreadsheet ruined, beside one that is as the registry has it."""
    steps.shops(town.first_grid, 2)
    return steps.compare(department, books.xlsx([books.row(1, code="9.19902E+17", person="孙丙六"), books.row(2)]))


def refusals(outcomes) -> int:
    return sum(isinstance(outcome, DomainError) for outcome in outcomes)


def doubt() -> Difference:
    return Difference.objects.get(kind="doubt")


def test_one_workbook_dropped_twice_is_one_batch(department):
    content = books.xlsx([books.row(1)])
    outcomes = at_once(*[lambda: steps.receive(department, content)] * 2)
    assert refusals(outcomes) == 1
    assert Batch.objects.count() == 1


def test_a_workbook_for_a_department_that_is_being_retired_is_kept_or_refused(town, department):
    outcomes = at_once(
        lambda: steps.receive(department, books.xlsx([books.row(1)])),
        lambda: departments.retire(department=department, reason="机构合并了", actor=town.data_admin, at=make.AT),
    )
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, DomainError)]
    assert Batch.objects.count() == 1 or Department.objects.get().retired_at is not None


@pytest.mark.parametrize("verb", [batches.request_apply, batches.request_comparison, batches.discard])
def test_a_button_of_a_batch_pressed_by_two_is_one_promise(town, department, verb):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    before = Job.objects.count()
    outcomes = at_once(*[lambda: verb(batch=batch, actor=town.data_admin, at=LATER)] * 2)
    assert refusals(outcomes) == 1
    assert Job.objects.count() - before <= 1


def test_a_batch_is_applied_or_put_away_never_both(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    told = {"batch": batch, "actor": town.data_admin, "at": LATER}
    assert refusals(at_once(lambda: batches.request_apply(**told), lambda: batches.discard(**told))) == 1


def test_columns_said_twice_are_one_layout_compared_once(town, department):
    rows = [
        ["编码甲", "字号乙", "位置丙"],
        *([books.code(n), f"甲乙丙{n}（示例）商贸有限公司", "望桥路"] for n in (1, 2)),
    ]
    batch = steps.compare(department, text(rows), name="名册.csv")
    assert batch.state == Batch.State.MAPPING
    told = {"sheet": 0, "row": 0, "choices": {"编码甲": "code", "字号乙": "name", "位置丙": "address"}}
    outcomes = at_once(*[lambda: mapping.decide(batch=batch, **told, actor=town.data_admin, at=LATER)] * 2)
    assert refusals(outcomes) == 1
    assert Layout.objects.filter(decided_by=town.data_admin).count() == 1


def test_a_row_is_the_shop_or_somebody_new_never_both(town, doubtful):
    shop = Entity.objects.get(code=books.code(1))
    told = {"difference": doubt(), "actor": town.data_admin, "at": LATER}
    outcomes = at_once(lambda: settle.settle_same(**told, entity=shop), lambda: settle.settle_new(**told))
    assert refusals(outcomes) == 1
    assert doubt().settled in {"same", "new"}
    assert Difference.objects.filter(kind="changed").count() == (doubt().settled == "same")


def test_two_rows_are_not_both_the_same_shop(town, department):
    steps.shops(town.first_grid, 2)
    rows = [books.row(1, code="9.19902E+17"), books.row(1, code="9.19903E+17", person="孙丙六"), books.row(2)]
    steps.compare(department, books.xlsx(rows))
    shop = Entity.objects.get(code=books.code(1))
    works = [
        lambda row=row: settle.settle_same(difference=row, entity=shop, actor=town.data_admin, at=LATER)
        for row in Difference.objects.filter(kind="doubt")
    ]
    assert len(works) == 2
    assert refusals(at_once(*works)) == 1


def test_what_was_heard_is_taken_once(town, doubtful):
    settle.settle_aside(difference=doubt(), settled="ask", actor=town.data_admin, at=make.AT)
    batches.writer_of(doubtful).apply(batch=doubtful, actor=town.data_admin, at=make.AT, leave_doubt=True)
    visit(town, said(is_right=True))
    outcomes = at_once(*[lambda: heard.take(difference=doubt(), actor=town.data_admin, at=LATER)] * 2)
    assert refusals(outcomes) == 1
    assert Difference.objects.filter(kind="changed", field="legal_person").count() == 1


def test_a_list_of_people_is_written_once_and_taken_back_once(town, department):
    steps.shop(town.first_grid, 1)
    batch = lists.compare(department, [lists.row(1, "郑辛九", "19900000033"), lists.row(1, "钱戊一", "19900000041")])
    told = {"batch": batch, "actor": town.data_admin, "at": LATER}
    outcomes = at_once(*[lambda: write.apply(**told)] * 2)
    assert refusals(outcomes) == 1
    assert sorted(Worker.objects.values_list("name", flat=True)) == ["郑辛九", "钱戊一"]
    assert refusals(at_once(*[lambda: write.undo(**told)] * 2)) == 1
    assert not Worker.objects.exists()


def test_two_entries_merged_from_both_sides_are_one(town):
    one, other = (make.entity(town.first_grid, name="甲乙丙面馆（示例）") for _ in range(2))
    told = {"taken": [], "reason": "地址名称都相同", "actor": town.staff, "at": LATER}
    outcomes = at_once(
        lambda: merging.merge(kept=one, absorbed=other, **told), lambda: merging.merge(kept=other, absorbed=one, **told)
    )
    assert refusals(outcomes) == 1
    assert Merge.objects.count() == 1
    assert Entity.objects.listed().count() == 1
    merge = Merge.objects.get()
    assert refusals(at_once(*[lambda: merging.unmerge(merge=merge, actor=town.staff, at=LATER)] * 2)) == 1
    assert Entity.objects.listed().count() == 2
