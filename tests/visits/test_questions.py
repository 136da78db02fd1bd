"""coverage.visits.questions: asked once, answered at the door, taken back."""

from __future__ import annotations

import uuid

import pytest

from coverage.models import Question
from coverage.signals import question_answered
from coverage.visiting.sent import Said
from coverage.visits import questions, visits
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def entity(town):
    return make.entity(town.first_grid, legal_person="郑庚七")


def ask(entity, actor, **values):
    defaults = {"sentence": "表格写“郑庚九”，请问一句", "field": "legal_person", "proposed": "郑庚九", "at": make.AT}
    return questions.ask(entity=entity, actor=actor, **defaults | values)


def test_a_question_waits_for_the_next_visit(entity, town):
    question = ask(entity, town.data_admin)
    assert Question.objects.open().get() == question
    assert AccessLog.objects.get(verb="questions.ask").actor == town.data_admin


def test_the_same_doubt_is_put_once(entity, town):
    assert ask(entity, town.data_admin) == ask(entity, town.staff)


def test_without_a_sentence_there_is_no_question(entity, town):
    with pytest.raises(questions.QuestionError, match="写一句"):
        ask(entity, town.data_admin, sentence=" ")


def test_whoever_asked_hears_the_answer_within_the_transaction(entity, town):
    ask(entity, town.data_admin)
    heard = []

    def hear(sender, question, answer, **_):
        heard.append((question.field, answer.is_right, answer.new))

    question_answered.connect(hear)
    try:
        said = Said("legal_person", is_right=False, shown="郑庚七", value="郑庚九")
        visits.log(id=uuid.uuid4(), entity=entity, outcome="changed", answers=[said], actor=town.visitor, at=make.AT)
    finally:
        question_answered.disconnect(hear)
    assert heard == [("legal_person", False, "郑庚九")]
    entity.refresh_from_db()
    assert entity.legal_person == "郑庚九"


def test_an_answer_that_says_only_wrong_leaves_the_question_open(entity, town):
    ask(entity, town.data_admin)
    said = Said("legal_person", is_right=False, shown="郑庚七")
    visits.log(id=uuid.uuid4(), entity=entity, outcome="changed", answers=[said], actor=town.visitor, at=make.AT)
    assert Question.objects.open().exists()


def test_nobody_answering_leaves_the_question_open(entity, town):
    ask(entity, town.data_admin)
    visits.log(id=uuid.uuid4(), entity=entity, outcome="no_answer", actor=town.visitor, at=make.AT)
    assert Question.objects.open().exists()


def test_a_question_can_be_dropped_until_it_is_answered(entity, town):
    question = ask(entity, town.data_admin)
    questions.drop(question=question, actor=town.data_admin, at=make.AT)
    assert not Question.objects.open().exists()
    other = ask(entity, town.data_admin, sentence="再问一句")
    said = Said("legal_person", is_right=True, shown="郑庚七")
    visits.log(id=uuid.uuid4(), entity=entity, outcome="same", answers=[said], actor=town.visitor, at=make.AT)
    with pytest.raises(questions.QuestionError, match="已经问到"):
        questions.drop(question=other, actor=town.data_admin, at=make.AT)
