"""A person's part: deciding on differences and settling what is in doubt."""

from __future__ import annotations

import pytest

from coverage.comparison import apply, batches, settle
from coverage.models import Batch, Difference, Entity, Question
from coverage.registry import entities
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
SAME, NEW = Difference.Settled.SAME, Difference.Settled.NEW


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


@pytest.fixture
def doubtful(town, department):
    """A batch with one row whose code a spreadsheet has spoilt."""
    steps.shops(town.first_grid, 3)
    rows = [books.row(1), books.row(2, code="9.19902E+17", person="孙丙六", founded="2021-02-03"), books.row(3)]
    return steps.compare(department, books.xlsx(rows))


def doubt(batch: Batch) -> Difference:
    return batch.differences.get(kind="doubt")


def entity(number: int) -> Entity:
    return Entity.objects.get(code=books.code(number))


def test_the_same_entity_brings_what_the_row_says_differently(town, doubtful):
    settle.settle_same(difference=doubt(doubtful), entity=entity(2), actor=town.data_admin, at=make.AT)
    followed = doubtful.differences.filter(kind="changed").order_by("field").values_list("field", "old", "new")
    assert list(followed) == [("established_on", "2020-01-05", "2021-02-03"), ("legal_person", "吴己六", "孙丙六")]
    apply.apply(batch=doubtful, actor=town.data_admin, at=make.AT)
    assert entity(2).legal_person == "孙丙六"
    assert AccessLog.objects.get(verb="coverage.settle_difference").after["settled"] == "same"


def test_new_makes_an_entity_and_taking_it_back_unmakes_the_intent(town, doubtful):
    row = settle.settle_new(difference=doubt(doubtful), actor=town.data_admin, at=make.AT)
    settle.reopen(difference=row, actor=town.data_admin, at=make.AT)
    row = settle.settle_new(difference=doubt(doubtful), actor=town.data_admin, at=make.AT)
    apply.apply(batch=doubtful, actor=town.data_admin, at=make.AT)
    made = Entity.objects.get(pk=row.entity_id)
    assert (made.name, made.code, made.legal_person) == ("甲乙丙2（示例）商贸有限公司", "", "孙丙六")
    with pytest.raises(settle.SettleError, match="已经写进名册"):
        settle.reopen(difference=row, actor=town.data_admin, at=make.AT)


def test_not_ours_and_ask_wait_for_nobody_and_write_nothing(town, doubtful):
    row = settle.settle_aside(difference=doubt(doubtful), settled="ask", actor=town.data_admin, at=make.AT)
    before = steps.registry(town.street)
    apply.apply(batch=doubtful, actor=town.data_admin, at=make.AT)
    assert steps.registry(town.street) == before
    assert Question.objects.get(difference=row).entity == entity(2)
    other = make.town()
    department = steps.department(other.street)
    batch = steps.compare(department, books.xlsx([books.row(1, code="")]))
    with pytest.raises(settle.SettleError, match="不知道问哪一家"):
        settle.settle_aside(difference=doubt(batch), settled="ask", actor=other.data_admin, at=make.AT)
    row = settle.settle_aside(difference=doubt(batch), settled="not_ours", actor=other.data_admin, at=make.AT)
    assert row.decision == Difference.Decision.REFUSE


def test_taking_back_removes_what_followed(town, doubtful):
    row = settle.settle_same(difference=doubt(doubtful), entity=entity(2), actor=town.data_admin, at=make.AT)
    with pytest.raises(settle.SettleError, match="已由钱乙二认定"):
        settle.settle_new(difference=row, actor=town.data_admin, at=make.AT)
    row = settle.reopen(difference=row, actor=town.data_admin, at=make.AT)
    assert (row.settled, row.decision, row.entity_id, row.decided_by) == ("", Difference.Decision.OPEN, None, None)
    assert not doubtful.differences.filter(kind="changed").exists()
    with pytest.raises(settle.SettleError, match="没有认定过"):
        settle.reopen(difference=row, actor=town.data_admin, at=make.AT)


def test_one_entity_is_not_settled_to_two_rows(town, department):
    steps.shops(town.first_grid, 1)
    rows = [books.row(1, code="", person="甲"), books.row(1, code="无", person="乙")]
    batch = steps.compare(department, books.xlsx(rows))
    first, second = batch.differences.filter(kind="doubt").order_by("line")
    settle.settle_same(difference=first, entity=entity(1), actor=town.data_admin, at=make.AT)
    with pytest.raises(settle.SettleError, match="一家不能认定两行"):
        settle.settle_same(difference=second, entity=entity(1), actor=town.data_admin, at=make.AT)


def test_an_entity_of_another_street_cannot_be_named(town, doubtful):
    foreign = make.entity(make.town().first_grid)
    with pytest.raises(settle.SettleError, match="不在名册里"):
        settle.settle_same(difference=doubt(doubtful), entity=foreign, actor=town.data_admin, at=make.AT)


def test_a_branch_under_its_parents_code_waits_and_is_entered_without_the_code(town, department):
    steps.shops(town.first_grid, 2)
    branch = books.row(1, name="甲乙丙1（示例）商贸有限公司第二分公司", address="清波路8号")
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(2), branch]))
    row = doubt(batch)
    assert "第二分公司" in row.reason
    assert any("第 2 行的代码就是这一家" in sentence for sentence, _, _ in row.candidates[0]["reasons"])
    row = settle.settle_new(difference=row, actor=town.data_admin, at=make.AT)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    made = Entity.objects.get(pk=row.entity_id)
    assert (made.code, made.name) == ("", "甲乙丙1（示例）商贸有限公司第二分公司")
    later = steps.compare(department, books.xlsx([books.row(1), books.row(2), branch], titles=[["下一份"]]))
    assert (later.counts["doubt"], later.counts["same"]) == (0, 3)


def test_what_was_settled_holds_for_the_next_workbook_also_after_discarding(town, doubtful, department):
    settle.settle_same(difference=doubt(doubtful), entity=entity(2), actor=town.data_admin, at=make.AT)
    batches.discard(batch=doubtful, actor=town.data_admin, at=make.AT)
    rows = [books.row(1), books.row(2, code="9.19902E+17"), books.row(3)]
    batch = steps.compare(department, books.xlsx(rows))
    assert (batch.counts["doubt"], batch.counts["same"], batch.counts["gone"]) == (0, 3, 0)


def test_the_number_of_a_new_entity_is_still_read_when_the_workbook_was_compared_again(town, department):
    """A doubtful row's number is sealed for its line; the entity's own must be sealed for the entity."""
    steps.shops(town.first_grid, 1)
    rows = [[*books.row(1), ""], [*books.row(2, code="9.19902E+17"), "19900000017"]]
    headings = [*books.HEADINGS, "联系电话"]
    batch = steps.compare(department, books.xlsx(rows, headings=headings))
    first = settle.settle_new(difference=doubt(batch), actor=town.data_admin, at=make.AT)
    batch = batches.read_and_compare(batch=batch, at=make.AT)
    assert (doubt(batch).settled, doubt(batch).entity_id) == (NEW, first.entity_id)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    made = Entity.objects.get(pk=first.entity_id)
    assert (entities.open_phone(made), made.name) == ("19900000017", "甲乙丙2（示例）商贸有限公司")


def test_a_decision_holds_when_the_same_content_comes_again(town, department):
    steps.shops(town.first_grid, 1)
    rows = [books.row(1, person="孙丙六")]
    batch = steps.compare(department, books.xlsx(rows))
    settle.decide(difference=batch.differences.get(), decision="refuse", actor=town.data_admin, at=make.AT)
    again = steps.compare(department, books.xlsx([*rows, []], titles=[["另一份"]]))
    row = again.differences.get()
    assert (row.decision, row.decided_by) == (Difference.Decision.REFUSE, town.data_admin)


def test_what_cannot_be_decided_is_refused_with_a_sentence(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1), books.row(9), books.row(0, code="", name="")]))
    new, refused = batch.differences.get(kind="new"), batch.differences.get(kind="refused")
    with pytest.raises(settle.SettleError, match="先采用，再走访"):
        settle.decide(difference=new, decision="ask", actor=town.data_admin, at=make.AT)
    with pytest.raises(settle.SettleError, match="不能这样处理"):
        settle.decide(difference=refused, decision="accept", actor=town.data_admin, at=make.AT)
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    with pytest.raises(settle.SettleError, match="已作废，不能再改"):
        settle.decide(difference=new, decision="refuse", actor=town.data_admin, at=make.AT)


def test_a_new_valid_code_of_a_known_entity_can_take_the_old_ones_place(town, department):
    steps.shop(town.first_grid, 1, code="310106000123456", organisation_code="")
    batch = steps.compare(department, books.xlsx([books.row(1)]))
    row = doubt(batch)
    settle.settle_same(difference=row, entity=Entity.objects.get(), actor=town.data_admin, at=make.AT)
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    changed = Entity.objects.get()
    assert (changed.code, changed.organisation_code) == (books.code(1), books.code(1)[8:17])
