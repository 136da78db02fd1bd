"""A doubtful row that was asked about at a door: the answer is proposed on the row and taken with one key."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coverage.comparison import apply, heard, settle
from coverage.models import Difference, Discrepancy, Entity, Question
from coverage.visiting.sent import Said
from coverage.visits import questions, visits
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
LATER = make.AT + dt.timedelta(days=1)
State = Discrepancy.State


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


@pytest.fixture
def batch(town, department):
    """A row whose code a spreadsheet ruined, given to the next visit, and the batch applied."""
    steps.shops(town.first_grid, 2)
    rows = [books.row(1, code="9.19902E+17", person="孙丙六"), books.row(2)]
    found = steps.compare(department, books.xlsx(rows))
    settle.settle_aside(difference=doubt(found), settled="ask", actor=town.data_admin, at=make.AT)
    return apply.apply(batch=found, actor=town.data_admin, at=make.AT, leave_doubt=True)


def doubt(batch) -> Difference:
    return batch.differences.get(kind="doubt")


def shop() -> Entity:
    return Entity.objects.get(code=books.code(1))


def visit(town, *answers, outcome="changed", at=LATER):
    reason = "门上贴着告示" if outcome == "closed" else ""
    return visits.log(
        id=uuid.uuid4(), entity=shop(), outcome=outcome, answers=answers, reason=reason, actor=town.visitor, at=at
    ).visit


def said(*, is_right, value=""):
    return Said(field=Question.objects.open().get().key, shown="", is_right=is_right, value=value)


def test_the_answer_is_shown_on_the_row_and_taken_in_one_go(client, town, batch):
    visit(town, said(is_right=True))
    row = doubt(batch)
    assert heard.heard([row])[row.pk].sentence == f"走访回答：是这一家，{LATER:%m-%d}"
    client.force_login(town.data_admin)
    for name in ("coverage:batch", "coverage:batch-review"):
        text = client.get(reverse(name, args=[batch.pk])).content.decode()
        assert f"走访回答：是这一家，{LATER:%m-%d}" in text
        assert 'value="heard" data-key="a"' in text
    client.post(reverse("coverage:difference-settle", args=[batch.pk, row.pk]), {"answer": "heard"})
    row = doubt(batch)
    assert (row.settled, row.entity_id, row.decision) == ("same", shop().pk, "accept")
    assert batch.differences.get(kind="changed", field="legal_person").new == "孙丙六"
    assert Discrepancy.objects.get(kind="doubt").state == State.ACCEPTED
    assert AccessLog.objects.filter(verb="coverage.settle_difference", actor=town.data_admin).count() >= 2
    assert heard.heard([row]) == {}


def test_an_answer_that_it_is_not_is_told_and_not_taken(town, batch):
    visit(town, said(is_right=False, value="是隔壁那家"))
    row = doubt(batch)
    answer = heard.heard([row])[row.pk]
    assert not answer.is_the_one
    assert answer.sentence.startswith("走访回答：不是这一家，说是“是隔壁那家”")
    with pytest.raises(settle.SettleError, match="走访没有回答是哪一家"):
        heard.take(difference=row, actor=town.data_admin, at=LATER)


def test_without_an_answer_nothing_is_proposed(town, batch):
    row = doubt(batch)
    assert heard.heard([row]) == {}
    with pytest.raises(settle.SettleError, match="走访没有回答"):
        heard.take(difference=row, actor=town.data_admin, at=LATER)


def test_only_the_data_administrator_of_the_street_takes_it(client, town, batch):
    visit(town, said(is_right=True))
    here = reverse("coverage:difference-settle", args=[batch.pk, doubt(batch).pk])
    client.force_login(town.staff)
    assert client.post(here, {"answer": "heard"}).status_code == 403
    client.force_login(make.town().data_admin)
    assert client.post(here, {"answer": "heard"}).status_code == 404
    assert doubt(batch).settled == "ask"


def test_a_visit_taken_back_takes_its_answer_along(town, batch):
    done = visit(town, said(is_right=True))
    visits.withdraw(visit=done, actor=town.visitor, at=LATER)
    assert heard.heard([doubt(batch)]) == {}


def test_a_shop_found_closed_answers_all_that_was_asked_there(town, batch):
    questions.ask(entity=shop(), sentence="请问几点关门", field="opening_hours", actor=town.staff, at=make.AT)
    assert Question.objects.open().count() == 2
    done = visit(town, outcome="closed")
    assert not Question.objects.open().exists()
    row, life = doubt(batch), Discrepancy.objects.get(kind="doubt")
    assert (life.state, life.verdict, life.visit) == (State.ANSWERED, "other", done)
    assert "店已关闭" in life.basis
    assert "没有问到，店已关闭" in heard.heard([row])[row.pk].sentence
    visits.withdraw(visit=done, actor=town.visitor, at=LATER)
    assert Question.objects.open().count() == 2


def test_a_shop_that_a_colleague_found_open_keeps_its_questions(town, batch):
    in_round = make.round_(town.street)
    colleague = make.person(town.street, "visitor", area=town.first_grid)
    stops = [make.stop(in_round, shop(), colleague)]
    visits.log(id=uuid.uuid4(), entity=shop(), outcome="same", stop=stops[0], actor=colleague, at=LATER)
    visits.log(
        id=uuid.uuid4(), entity=shop(), outcome="closed", reason="门关着", stop=stops[0], actor=town.visitor,
        at=LATER + dt.timedelta(hours=1),
    )  # fmt: skip
    assert Question.objects.open().count() == 1


def test_answers_of_a_page_of_rows_cost_one_query(town, batch):
    visit(town, said(is_right=True))
    rows = list(batch.differences.all()) * 3
    with CaptureQueriesContext(
        connection,
    ) as seen:
        heard.heard(rows)
    assert len(seen) == 1
