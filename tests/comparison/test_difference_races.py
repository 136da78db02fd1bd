"""Desk and door, two desks, or an applying batch at the same moment: real threads, real transactions."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from coverage.comparison import apply, differences, undo
from coverage.differences import asking
from coverage.models import Batch, Discrepancy, DiscrepancyStep, Entity, Question, Visit
from coverage.registry import entities as registry
from coverage.replies import replies
from coverage.visiting.sent import Said
from coverage.visits import visits
from shimen.errors import DomainError
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db(transaction=True)
LATER = make.AT + dt.timedelta(days=1)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def batch(town) -> Batch:
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 3)
    for number in (1, 2, 3):
        registry.correct(
            entity=Entity.objects.get(code=books.code(number)), field="legal_person", value="孙丙三", source="visit",
            on=make.TODAY, actor=town.visitor, at=make.AT,
        )  # fmt: skip
    rows = [books.row(number, person=f"孙丙{number}") for number in (1, 2, 3)]
    return apply.apply(batch=steps.compare(department, books.xlsx(rows)), actor=town.data_admin, at=make.AT)


def at_once(*works):
    """Everything at the same moment; a refusal in words is an outcome, anything else is raised."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def lives() -> list[Discrepancy]:
    return list(Discrepancy.objects.order_by("line"))


def visit(row: Discrepancy, town):
    said = Said("legal_person", is_right=True, shown="孙丙三")
    return lambda: visits.log(
        id=uuid.uuid4(), entity=Entity.objects.get(pk=row.entity_id), outcome="changed", answers=[said],
        actor=town.visitor, at=LATER,
    )  # fmt: skip


def desk(row: Discrepancy, town):
    return lambda: differences.answer(
        row=row, verdict="theirs", reason="问过了，换了老板", actor=town.secretary, at=LATER
    )


def test_desk_and_door_answer_once_and_the_visit_is_always_kept(town, batch):
    for row in lives():
        at_once(visit(row, town), desk(row, town))
        assert DiscrepancyStep.objects.filter(discrepancy=row, verb="answer").count() == 1
    assert Visit.objects.count() == 3
    assert not Question.objects.open().exists()


def test_two_administrators_take_a_word_over_once(town, batch):
    [row, *_] = lives()
    done = at_once(*[lambda: differences.accept(row=row, actor=town.data_admin, at=LATER)] * 2)
    assert sum(isinstance(one, DomainError) for one in done) == 1
    assert DiscrepancyStep.objects.filter(discrepancy=row, verb="accept").count() == 1


def test_deciding_while_the_batch_is_undone_or_answered_never_hangs(town, batch):
    first, second, third = lives()
    done = at_once(
        lambda: undo.undo(batch=batch, actor=town.data_admin, at=LATER),
        lambda: differences.accept(row=first, actor=town.data_admin, at=LATER),
        visit(second, town),
        desk(third, town),
    )
    assert not any(isinstance(one, Exception) and not isinstance(one, DomainError) for one in done)


def test_a_reply_is_told_once_however_often_the_button_is_pressed(town, batch):
    differences.answer(row=lives()[0], verdict="ours", reason="问过了，没换", actor=town.secretary, at=make.AT)
    reply = replies.make(batch=batch, form="csv", purpose="回复示例部门", actor=town.data_admin, at=LATER)
    done = at_once(*[lambda: replies.tell(reply=reply, actor=town.data_admin, at=LATER)] * 3)
    assert sorted(str(one) for one in done if isinstance(one, int)) == ["1"]
    assert DiscrepancyStep.objects.filter(verb="tell").count() == 1


def test_contradictions_are_asked_once_by_two_schedulers(town, batch):
    Question.objects.all().delete()
    Discrepancy.objects.all().delete()
    asked = at_once(*[lambda: asking.ask_about_contradictions(street=town.street, at=LATER)] * 2)
    assert sorted(asked) == [0, 3]
    assert Question.objects.count() == 3
