"""Workbooks of entities are let go after a year: the original, and the names and numbers that stood in it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from coverage.comparison import apply as applying
from coverage.comparison import batches
from coverage.comparison import undo as undoing
from coverage.feeds import departments
from coverage.feeds.files import NotKeptError
from coverage.models import Batch, Entity, Question
from coverage.models.files import FeedPart
from coverage.replies import replies, reply
from coverage.visits import questions
from shimen import clock
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)
HEADINGS = (*books.HEADINGS, "联系电话")


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, contact="钱戊一", contact_way="示例分机 8001")


def run(town, at):
    return retention.run(street=town.street, on=clock.day_of(at), at=at)


@pytest.fixture
def batch(town, department):
    """Another manager and number, a new entity, a row in doubt; applied."""
    steps.shops(town.first_grid, 4)
    rows = [
        [*books.row(1, person="孙丙六"), "19900000017"],
        [*books.row(7, person="李丁九"), "19900000025"],
        [*books.row(2, code="9.19902E+17"), "19900000033"],
    ]
    found = steps.compare(department, books.xlsx(rows, headings=HEADINGS), is_full=False)
    assert found.state == Batch.State.READY, found.error
    return applying.apply(batch=found, actor=town.data_admin, at=make.AT, leave_doubt=True)


def test_a_day_before_everything_is_there_and_after_a_year_names_and_numbers_are_gone(town, batch):
    assert run(town, make.AT + YEAR - dt.timedelta(days=1))["workbook.kept"] == 0
    assert FeedPart.objects.exists()
    late = make.AT + YEAR + dt.timedelta(days=1)
    assert run(town, late)["workbook.kept"] == 1
    assert not FeedPart.objects.exists()
    held = str(list(batch.differences.values_list("old", "new", "row")))
    for said in ("孙丙六", "李丁九", "吴己六", "199****", "sealed"):
        assert said not in held
    assert "甲乙丙7（示例）商贸有限公司" in held
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"
    batch.refresh_from_db()
    assert batch.counts["new"] == 1
    assert AccessLog.objects.filter(verb="coverage.expire_workbook").count() == 1
    assert run(town, late)["workbook.kept"] == 0


def test_what_needs_the_original_is_refused_in_one_sentence(client, town, batch):
    late = make.AT + YEAR + dt.timedelta(days=1)
    run(town, late)
    batch = Batch.objects.get(pk=batch.pk)
    told = {"batch": batch, "actor": town.data_admin, "at": late}
    with pytest.raises(NotKeptError, match="原件保存期满，2027-11-24 已删除，不能再撤销。"):
        undoing.undo(**told)
    with pytest.raises(NotKeptError, match="不能再撤销"):
        batches.request_undo(**told)
    with pytest.raises(NotKeptError, match="不能再做回复表"):
        replies.make(**told, form="csv", purpose="回复示例部门")
    with pytest.raises(NotKeptError, match="不能再导出拒收行"):
        reply.refused_as_csv(batch)
    client.force_login(town.data_admin)
    answer = client.get(reverse("coverage:batch-refused", args=[batch.pk]), follow=True)
    assert "不能再导出拒收行" in answer.content.decode()


@pytest.mark.parametrize("is_undone", [False, True])
def test_no_button_is_offered_that_needs_the_original(client, town, batch, is_undone):
    client.force_login(town.data_admin)
    pages = [reverse(f"coverage:{name}", args=[batch.pk]) for name in ("batch", "batch-review", "replies")]
    pages.append(reverse("coverage:compare"))
    if is_undone:
        undoing.undo(batch=batch, actor=town.data_admin, at=make.AT)
    before = "".join(client.get(page).content.decode() for page in pages)
    wanted = ("重新应用",) if is_undone else (reverse("coverage:batch-undo", args=[batch.pk]), "做回复表</button>")
    late = make.AT + YEAR + dt.timedelta(days=1)
    run(town, late)
    after = "".join(client.get(page).content.decode() for page in pages)
    for offered in wanted:
        assert offered in before
        assert offered not in after.replace("不能再撤销、重新应用", "")
    assert "原件保存期满，2027-11-24 已删除" in after
    for step in ("batch-undo", "batch-reapply"):
        assert client.get(reverse(f"coverage:{step}", args=[batch.pk])).status_code == 302


def test_an_undone_batch_is_not_applied_again(town, batch):
    undoing.undo(batch=batch, actor=town.data_admin, at=make.AT)
    late = make.AT + YEAR + dt.timedelta(days=1)
    run(town, late)
    batch = Batch.objects.get(pk=batch.pk)
    with pytest.raises(NotKeptError, match="不能再重新应用"):
        batches.request_reapply(batch=batch, actor=town.data_admin, at=late, leave_doubt=True)
    with pytest.raises(NotKeptError, match="不能再比对"):
        batches.request_comparison(batch=batch, actor=town.data_admin, at=late)


def test_questions_about_people_are_emptied_a_year_after_they_were_closed(town, department):
    shop = steps.shop(town.first_grid, 1)
    said = {"entity": shop, "actor": town.data_admin, "at": make.AT, "field": "legal_person"}
    closed = questions.ask(**said, sentence="部门说是孙丙六，请核对", proposed="孙丙六")
    standing = questions.ask(**said, sentence="部门说是李丁九，请核对", proposed="李丁九")
    questions.drop(question=closed, actor=town.data_admin, at=make.AT)
    assert run(town, make.AT + YEAR + dt.timedelta(days=1))["questions.asked"] == 1
    assert dict(Question.objects.values_list("proposed", "sentence")) == {
        "": "（内容已到期删除）",
        "李丁九": standing.sentence,
    }


def test_the_contact_of_a_department_goes_a_year_after_it_was_retired(town, department):
    assert run(town, make.AT + YEAR * 2)["department.contact"] == 0
    departments.retire(department=department, reason="机构合并了", actor=town.data_admin, at=make.AT)
    assert run(town, make.AT + YEAR - dt.timedelta(days=1))["department.contact"] == 0
    assert run(town, make.AT + YEAR)["department.contact"] == 1
    department.refresh_from_db()
    assert (department.contact, department.contact_way) == ("", "")
