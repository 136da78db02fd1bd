"""The life of a difference: from the department's workbook to the door and back, one verb per step."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from coverage.comparison import apply, batches, differences, settle, undo
from coverage.differences import asking
from coverage.models import Batch, Difference, Discrepancy, DiscrepancyStep, Entity, EntitySource, Question
from coverage.registry import entities as registry
from coverage.visiting.sent import Said
from coverage.visits import visits
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
LATER = make.AT + dt.timedelta(days=1)
State, Kind, Verdict = Discrepancy.State, Discrepancy.Kind, Discrepancy.Verdict


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


def shop(number: int = 1) -> Entity:
    return Entity.objects.get(code=books.code(number))


def seen(entity: Entity, town: make.Town, **values: str) -> None:
    """Somebody was at the door and said so."""
    for field, value in values.items():
        registry.correct(
            entity=entity, field=field, value=value, source="visit", on=make.TODAY, actor=town.visitor, at=make.AT
        )


def life(field: str = "legal_person") -> Discrepancy:
    return Discrepancy.objects.get(field=field)


def told(row: Discrepancy) -> list[str]:
    return [step.verb for step in differences.story(row)]


def visit(entity: Entity, town: make.Town, *answers: Said, outcome: str = "changed", at: dt.datetime = LATER) -> object:
    return visits.log(id=uuid.uuid4(), entity=entity, outcome=outcome, answers=answers, actor=town.visitor, at=at)


# ---- what comparing and applying do


def test_a_difference_begins_its_life_when_it_is_compared_and_is_taken_over_when_applied(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    row = life()
    assert (row.state, row.kind, row.entity, row.held, row.value) == (
        State.OPEN,
        Kind.CHANGED,
        shop(),
        "吴己六",
        "孙丙六",
    )
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert told(row) == ["sent", "accept"]


def test_comparing_again_begins_nothing_twice(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2)]))
    batches.read_and_compare(batch=batch, at=LATER)
    assert Discrepancy.objects.count() == 2
    assert told(life()) == ["sent"]


def test_a_workbook_put_away_has_said_nothing(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    batches.discard(batch=batch, actor=town.data_admin, at=make.AT)
    assert not Discrepancy.objects.exists()


def test_undoing_lets_it_wait_again(town, department):
    steps.shops(town.first_grid, 2)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(7)]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert Discrepancy.objects.get(kind=Kind.NEW).entity == shop(7)
    undo.undo(batch=batch, actor=town.data_admin, at=LATER)
    assert set(Discrepancy.objects.values_list("state", flat=True)) == {State.OPEN}
    assert Discrepancy.objects.get(kind=Kind.NEW).entity is None
    assert not Question.objects.exists()
    apply.apply(batch=batch, actor=town.data_admin, at=LATER)
    assert life().state == State.ACCEPTED


def test_the_same_content_in_the_next_workbook_is_the_same_matter(town, department):
    steps.shops(town.first_grid, 1)
    seen(shop(), town, legal_person="孙丙三")
    for number in range(2):
        batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")], titles=[[f"第{number}份"]]))
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    row = life()
    assert (row.times, row.kind, row.last_batch) == (2, Kind.CONTRADICTS, batch)
    assert told(row) == ["sent", "refuse", "ask", "again"]
    assert Question.objects.count() == 1


def test_another_word_of_the_same_department_ends_the_earlier_one(town, department):
    steps.shops(town.first_grid, 1)
    seen(shop(), town, legal_person="孙丙三")
    for person in ("孙丙六", "孙丙九"):
        batch = steps.compare(department, books.xlsx([books.row(1, person=person)]))
        apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    states = dict(Discrepancy.objects.values_list("value", "state"))
    assert states == {"孙丙六": State.CLOSED, "孙丙九": State.ASK}
    assert Question.objects.open().get().proposed == "孙丙九"


def test_a_department_that_comes_round_confirms(town, department):
    steps.shops(town.first_grid, 1)
    seen(shop(), town, legal_person="孙丙三")
    apply.apply(
        batch=steps.compare(department, books.xlsx([books.row(1, person="孙丙六")])), actor=town.data_admin, at=make.AT
    )
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙三")]))
    assert batch.differences.get().kind == Difference.Kind.CONFIRMED
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    row = life()
    assert (row.kind, row.state, told(row)[-1]) == (Kind.CONFIRMED, State.CLOSED, "confirm")
    assert not Question.objects.open().exists()


def test_an_entity_named_again_is_no_longer_missing_anywhere(town, department):
    steps.shops(town.first_grid, 2)
    apply.apply(batch=steps.compare(department, books.xlsx([books.row(1)])), actor=None, at=make.AT)
    assert Discrepancy.objects.get().state == State.ASK
    apply.apply(batch=steps.compare(department, books.xlsx([books.row(1), books.row(2)])), actor=None, at=make.AT)
    assert (Discrepancy.objects.get().kind, Question.objects.open().count()) == (Kind.CONFIRMED, 0)


def test_a_first_workbook_is_a_loading_and_no_conversation(town, department, monkeypatch):
    from coverage.differences import following

    monkeypatch.setattr(following, "FIRST_LOAD", 1)
    batch = steps.compare(department, books.xlsx([books.row(number) for number in range(1, 4)]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert not Discrepancy.objects.exists()


# ---- at the door


@pytest.fixture
def contradicted(town, department):
    """A visit said one thing, the department now says another."""
    steps.shops(town.first_grid, 1)
    seen(shop(), town, legal_person="孙丙三")
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    return apply.apply(batch=batch, actor=town.data_admin, at=make.AT)


def test_a_contradiction_becomes_a_question_on_the_next_visit_by_itself(contradicted, town):
    question = Question.objects.get()
    assert (question.field, question.proposed, question.discrepancy) == ("legal_person", "孙丙六", life())
    assert "名册是“孙丙三”" in question.sentence
    assert EntitySource.objects.get(source="department").value == "孙丙六"
    assert asking.ask_about_contradictions(street=town.street, at=LATER) == 0


def test_the_door_says_that_the_department_is_right(contradicted, town):
    visit(shop(), town, Said("legal_person", is_right=False, shown="孙丙三", value="孙丙六"))
    row = life()
    assert (row.state, row.verdict, row.answer) == (State.ANSWERED, Verdict.THEIRS, "孙丙六")
    assert shop().legal_person == "孙丙六"
    assert shop().provenance["legal_person"]["source"] == "visit"
    assert row.answered_by == town.visitor
    assert AccessLog.objects.filter(verb="differences.answer").exists()


def test_the_door_says_that_the_registry_is_right_and_the_departments_word_stays_beside_it(
    contradicted, town, department
):
    visit(shop(), town, Said("legal_person", is_right=True, shown="孙丙三"))
    row = life()
    assert (row.state, row.verdict, shop().legal_person) == (State.ANSWERED, Verdict.OURS, "孙丙三")
    assert EntitySource.objects.get(source="department").value == "孙丙六"
    again = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")], titles=[["下一份"]]))
    assert again.differences.get().decision == Difference.Decision.REFUSE
    apply.apply(batch=again, actor=town.data_admin, at=LATER)
    assert (life().state, Question.objects.open().count()) == (State.ANSWERED, 0)


def test_the_door_says_a_third_thing(contradicted, town):
    visit(shop(), town, Said("legal_person", is_right=False, shown="孙丙三", value="孙丙七"))
    assert (life().verdict, life().answer, shop().legal_person) == (Verdict.OTHER, "孙丙七", "孙丙七")


def test_a_visit_taken_back_asks_again(contradicted, town):
    done = visit(shop(), town, Said("legal_person", is_right=False, shown="孙丙三", value="孙丙六"))
    visits.withdraw(visit=done.visit, actor=town.visitor, at=LATER)
    row = life()
    assert (row.state, row.verdict, row.visit, shop().legal_person) == (State.ASK, "", None, "孙丙三")
    assert Question.objects.open().count() == 1


def test_where_department_and_door_agree_the_registers_field_follows(town, department):
    steps.shop(
        town.first_grid,
        1,
        provenance={"registration_status": {"source": "department", "by": "x", "on": "2026-11-20", "ref": ""}},
    )
    registry.index_search(street_id=town.street.pk)
    batch = steps.compare(department, books.xlsx([books.row(1, status="注销")]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert shop().registration_status == "1"
    done = visit(shop(), town, Said("registration_status", is_right=False, shown="1", value="注销"))
    assert (life("registration_status").verdict, shop().registration_status) == (Verdict.THEIRS, "4")
    visits.withdraw(visit=done.visit, actor=town.visitor, at=LATER)
    assert (life("registration_status").state, shop().registration_status) == (State.ASK, "1")


@pytest.mark.parametrize(
    ("outcome", "verdict", "is_missing"),
    [("same", Verdict.OURS, False), ("closed", Verdict.THEIRS, True), ("moved", Verdict.THEIRS, True)],
)
def test_whether_a_gone_shop_is_there_is_seen_at_the_door(town, department, outcome, verdict, is_missing):
    steps.shops(town.first_grid, 2)
    apply.apply(batch=steps.compare(department, books.xlsx([books.row(1)])), actor=None, at=make.AT)
    done = visit(shop(2), town, outcome=outcome)
    row = Discrepancy.objects.get()
    assert (row.state, row.verdict, bool(shop(2).missing_since)) == (State.ANSWERED, verdict, is_missing)
    visits.withdraw(visit=done.visit, actor=town.visitor, at=LATER)
    row.refresh_from_db()
    assert (row.state, bool(shop(2).missing_since)) == (State.ASK, True)


def test_nobody_answering_answers_nothing(town, department):
    steps.shops(town.first_grid, 2)
    apply.apply(batch=steps.compare(department, books.xlsx([books.row(1)])), actor=None, at=make.AT)
    visit(shop(2), town, outcome="no_answer")
    assert Discrepancy.objects.get().state == State.ASK


def test_an_entity_that_leaves_is_not_asked_about(contradicted, town):
    registry.remove(entity=shop(), reason="注销，核实过", actor=town.staff, at=LATER)
    assert (life().state, Question.objects.open().count()) == (State.CLOSED, 0)


# ---- at the desk


def test_a_secretary_answers_directly_with_a_reason(contradicted, town):
    differences.answer(row=life(), verdict=Verdict.THEIRS, reason="问过了，换了老板", actor=town.secretary, at=LATER)
    row = life()
    assert (row.state, row.answered_by, shop().legal_person) == (State.ANSWERED, town.secretary, "孙丙六")
    assert "换了老板" in row.basis
    assert not Question.objects.open().exists()
    assert AccessLog.objects.get(verb="differences.answer").reason == "问过了，换了老板"


def test_a_gone_shop_is_said_to_be_there_still(town, department):
    steps.shops(town.first_grid, 2)
    apply.apply(batch=steps.compare(department, books.xlsx([books.row(1)])), actor=None, at=make.AT)
    row = Discrepancy.objects.get()
    differences.answer(row=row, verdict="", value="open", reason="问过了，还在", actor=town.secretary, at=LATER)
    row.refresh_from_db()
    assert (row.verdict, shop(2).missing_since, shop(2).presence) == (Verdict.OURS, None, "open")
    again = steps.compare(department, books.xlsx([books.row(1)], titles=[["下一份"]]))
    apply.apply(batch=again, actor=None, at=LATER)
    assert shop(2).missing_since is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": ""}, "怎么知道的"),
        ({"verdict": ""}, "选一种"),
        ({"verdict": "other", "value": " "}, "写上应该是什么"),
    ],
)
def test_an_answer_needs_a_verdict_and_a_reason(contradicted, town, values, sentence):
    defaults = {"verdict": Verdict.OURS, "reason": "问过了，没有换"}
    with pytest.raises(differences.DifferenceError, match=sentence):
        differences.answer(row=life(), actor=town.secretary, at=LATER, **defaults | values)


def test_what_has_been_answered_is_not_answered_again(contradicted, town):
    said = {"verdict": Verdict.OURS, "reason": "问过了，没有换", "actor": town.secretary, "at": LATER}
    differences.answer(row=life(), **said)
    with pytest.raises(differences.DifferenceError, match="已核实，不能再核实"):
        differences.answer(row=life(), **said)


def test_accepting_after_the_batch_writes_at_once_and_leaves_with_it(contradicted, town):
    differences.accept(row=life(), actor=town.data_admin, at=LATER)
    assert (life().state, shop().legal_person, Question.objects.open().count()) == (State.ACCEPTED, "孙丙六", 0)
    undo.undo(batch=Batch.objects.get(), actor=town.data_admin, at=LATER)
    assert (life().state, shop().legal_person) == (State.OPEN, "孙丙三")


def test_refusing_and_taking_that_back(contradicted, town):
    differences.refuse(row=life(), actor=town.data_admin, at=LATER, reason="门口看过执照")
    assert life().state == State.REFUSED
    assert differences.story(life()).last().words == "门口看过执照"
    differences.reopen(row=life(), actor=town.data_admin, at=LATER)
    assert life().state == State.OPEN
    differences.ask(row=life(), actor=town.data_admin, at=LATER)
    assert (life().state, Question.objects.open().count()) == (State.ASK, 1)
    verbs = {"differences.refuse", "differences.reopen", "differences.ask"}
    assert verbs <= set(AccessLog.objects.values_list("verb", flat=True))


def test_a_decision_on_the_batch_page_is_a_step_of_the_same_life(town, department):
    steps.shops(town.first_grid, 1)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    settle.decide(difference=batch.differences.get(), decision="ask", actor=town.data_admin, at=make.AT)
    assert (life().state, told(life())) == (State.ASK, ["sent", "ask"])
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert (told(life()), Question.objects.count()) == (["sent", "ask"], 1)


def test_many_at_once_says_what_could_not_be_done(town, department):
    steps.shops(town.first_grid, 3)
    rows = [books.row(1, person="孙丙六"), books.row(2, person="孙丙七"), books.row(8)]
    batch = steps.compare(department, books.xlsx(rows))
    done = differences.for_many(
        rows=list(Discrepancy.objects.order_by("line")), verb="ask", actor=town.data_admin, at=make.AT
    )
    assert done.done == 3
    assert len(done.refused) == 1
    assert "没有门可以问" in done.refused[0]
    done = differences.for_many(
        rows=list(Discrepancy.objects.exclude(kind=Kind.GONE)), verb="accept", actor=town.data_admin, at=make.AT
    )
    assert (done.done, done.refused) == (3, [])
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert shop(2).legal_person == "孙丙七"


@pytest.mark.parametrize("verb", sorted(differences.TRANSITIONS))
@pytest.mark.parametrize("state", State.values)
def test_the_table_of_transitions_is_kept(verb, state, town):
    allowed, target = differences.TRANSITIONS[verb]
    row = Discrepancy.objects.create(
        street=town.street, key="k", kind=Kind.CHANGED, state=state, told_from=State.REFUSED, opened_on=make.TODAY,
        changed_at=make.AT,
    )  # fmt: skip
    if state not in allowed:
        with pytest.raises(differences.DifferenceError, match="不能再"):
            differences._step(row, verb, actor=town.staff, at=make.AT)
        return
    differences._step(row, verb, actor=town.staff, at=make.AT)
    assert row.state == (target or State.REFUSED)
    assert DiscrepancyStep.objects.get().verb == verb


# ---- which fields are worth asking


def test_a_field_that_is_not_worth_asking_is_left_with_the_desk(town, department):
    steps.shops(town.first_grid, 1)
    asking.set_asked(street=town.street, field="legal_person", is_asked=False, actor=town.data_admin, at=make.AT)
    seen(shop(), town, legal_person="孙丙三")
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    apply.apply(batch=batch, actor=town.data_admin, at=make.AT)
    assert (life().state, Question.objects.count()) == (State.REFUSED, 0)
    assert AccessLog.objects.get(verb="differences.set_asked").after["field"] == "legal_person"
    with pytest.raises(asking.AskingError):
        asking.set_asked(street=town.street, field="code", is_asked=True, actor=town.data_admin, at=make.AT)


def test_words_of_other_sources_are_asked_about_once(town):
    entity = steps.shop(town.first_grid, 1)
    gone = steps.shop(town.first_grid, 2, removed_at=make.AT)
    for row in (entity, gone):
        for field, value in (("legal_person", "孙丙六"), ("scope", "餐饮"), ("headcount", "7")):
            EntitySource.objects.create(entity=row, field=field, source="collection", by="", value=value, on=make.TODAY)
    assert asking.ask_about_contradictions(street=town.street, at=make.AT) == 2
    assert asking.ask_about_contradictions(street=town.street, at=LATER) == 0
    assert set(Question.objects.values_list("field", flat=True)) == {"legal_person", "headcount"}
    visit(entity, town, Said("legal_person", is_right=True, shown="吴己六"))
    assert asking.ask_about_contradictions(street=town.street, at=LATER) == 0


def test_a_field_that_is_asked_already_is_not_asked_twice(town):
    entity = steps.shop(town.first_grid, 1)
    Question.objects.create(
        street=town.street, entity=entity, field="legal_person", sentence="问一句", asked_at=make.AT
    )
    EntitySource.objects.create(
        entity=entity, field="legal_person", source="collection", by="", value="孙丙六", on=make.TODAY
    )
    assert asking.ask_about_contradictions(street=town.street, at=make.AT) == 0
