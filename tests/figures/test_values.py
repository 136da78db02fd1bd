"""Published numbers: each counted from rows, each with its meaning, each within what a person may see."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from coverage.facts import fields as facts
from coverage.models import Demand, EntitySource, Round, Stop, Visit
from shimen import figures
from shimen.figures import Column, Figure, Pillar, Qualifier
from shimen.figures.values import rows_of
from tests import make

pytestmark = pytest.mark.django_db
ON = make.TODAY


def number(street, key, user=None):
    return figures.values(street=street, user=user, keys=[key], on=ON)[key].number


@pytest.fixture
def town():
    return make.town()


def reaches(rows, path):
    """Whether every step of a column's path is a field, an annotation, or something that the model says of itself."""
    model = rows.model
    for step, name in enumerate(path.split(".")):
        if step == 0 and name in rows.query.annotations:
            continue
        try:
            model = model._meta.get_field(name).related_model
        except FieldDoesNotExist:
            if not hasattr(model, name):
                return False
    return True


@pytest.mark.parametrize("figure", figures.every(), ids=lambda figure: figure.key)
def test_every_figure_says_what_it_means_and_reaches_its_rows(figure, town, client):
    assert len(figure.definition) > 12
    assert figure.definition.endswith("。")
    assert figure.unit
    rows = rows_of(figure, town.street, town.staff)
    assert list(rows.order_by(*figure.order)[:1]) == []
    for column in figure.columns:
        assert reaches(rows, column.path), f"{figure.key}: {column.path}"
    client.force_login(town.staff)
    assert client.get(reverse("figures:figure", args=[figure.key])).status_code == 200


def test_the_keys_that_others_rely_on_are_there():
    assert {"entities", "workers", "street_shops", "rounds_closed"} <= {figure.key for figure in figures.every()}


def test_two_figures_cannot_share_a_key():
    entities = figures.find("entities")
    figures.register(entities)
    other = Figure(
        key="entities", title="别的", definition="别的。", unit="家", pillar=Pillar.COVERAGE, rows=entities.rows,
        columns=(Column("名称", "name"),), order=("pk",),
    )  # fmt: skip
    with pytest.raises(ValueError, match="entities"):
        figures.register(other)


def test_a_number_moves_when_a_row_is_added_and_when_it_leaves(town):
    assert number(town.street, "entities") == 0
    shop = make.entity(town.first_grid, place=make.place(town.first_grid))
    make.entity(town.second_grid)
    assert number(town.street, "entities") == 2
    assert number(town.street, "street_shops") == 1
    worker = make.worker(shop)
    assert number(town.street, "workers") == 1
    worker.left_on = ON
    worker.save()
    assert number(town.street, "workers") == 0
    shop.removed_at = make.AT
    shop.save()
    assert number(town.street, "entities") == 1
    assert number(town.street, "street_shops") == 0


def test_what_does_not_operate_is_counted_but_not_as_operating(town):
    make.entity(town.first_grid)
    make.entity(town.first_grid, is_suspended=True)
    make.entity(town.first_grid, presence="closed")
    make.entity(town.first_grid, registration_status="4")
    assert number(town.street, "entities") == 4
    assert number(town.street, "entities_operating") == 1


def test_only_closed_rounds_count_as_completed(town):
    make.round_(town.street, number=7, state=Round.State.CLOSED, closed_at=make.AT)
    make.round_(town.street, number=8)
    assert number(town.street, "rounds_closed") == 1


def test_a_secretary_is_told_the_numbers_of_her_own_grid(town):
    make.worker(make.entity(town.first_grid))
    make.worker(make.entity(town.block))
    make.worker(make.entity(town.second_grid))
    assert number(town.street, "entities", town.staff) == 3
    assert number(town.street, "entities", town.secretary) == 2
    assert number(town.street, "workers", town.secretary) == 2
    assert number(town.street, "workers", town.colleague) == 1
    assert number(town.street, "entities", town.nobody) == 0
    assert number(town.street, "entities", town.stranger) == 0


def test_another_street_is_not_counted(town):
    make.entity(town.first_grid)
    elsewhere = make.area(make.street())
    make.entity(elsewhere)
    assert number(town.street, "entities") == 1
    assert number(elsewhere.street, "entities") == 1


def test_the_rounds_sum_comes_out_even(town):
    round_ = make.round_(town.street)
    for outcome in Stop.Outcome.values:
        for _ in range(2):
            make.stop(round_, make.entity(town.first_grid), town.visitor, outcome=outcome)
    parts = ("visited", "no_answer", "exempt", "closed", "moved", "unvisited")
    told = figures.values(street=town.street, on=ON)
    assert told["round_due"].number == sum(told[f"round_{part}"].number for part in parts) == 12
    assert told["round_reached"].number == 10
    assert told["round_reached_share"].number == Decimal("83.3")
    assert told["round_reached_share"].unit == "%"


def test_a_share_of_nothing_is_nothing(town):
    assert number(town.street, "round_reached_share") == 0


def test_demands_by_what_became_of_them(town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor)
    visit = make.visit(stop)
    make.demand(visit, solved_on_spot=True)
    make.demand(visit)
    make.demand(visit, answered_at=make.AT)
    make.demand(visit, answered_at=make.AT, told_at=make.AT)
    make.demand(visit, withdrawn_at=make.AT)
    told = figures.values(street=town.street, on=ON)
    assert [told[key].number for key in ("demands", "demands_solved_on_spot", "demands_open", "demands_answered")] == [
        4,
        1,
        1,
        2,
    ]
    assert told["demands_to_tell"].number == 1
    assert told["demands"].number == Demand.objects.standing().count()


def test_never_visited_means_that_nobody_was_met(town):
    round_ = make.round_(town.street)
    met, missed = make.entity(town.first_grid), make.entity(town.first_grid)
    make.visit(make.stop(round_, met, town.visitor))
    make.visit(make.stop(round_, missed, town.visitor), outcome=Visit.Outcome.NO_ANSWER)
    assert number(town.street, "never_visited") == 1
    assert number(town.street, "visits") == 2


def test_a_find_stands_outside_the_roster(town):
    round_ = make.round_(town.street)
    listed, found = make.entity(town.first_grid), make.entity(town.first_grid)
    make.stop(round_, listed, town.visitor)
    Visit.objects.create(
        street=town.street, round=round_, entity=found, visitor=town.visitor, outcome=Visit.Outcome.CHANGED,
        visited_at=make.AT, received_at=make.AT, digest="0" * 64,
    )  # fmt: skip
    assert number(town.street, "round_found") == 1
    assert number(town.street, "round_due") == 1


@pytest.mark.parametrize(
    ("value", "on", "contradicts"),
    [
        ("5", "2026-11-18", True),
        ("5", "2026-11-19", True),
        ("5", "2026-11-17", False),
        ("7", "2026-11-19", False),
        ("", "2026-11-19", False),
    ],
)
def test_a_contradiction_is_a_later_word_that_differs(town, value, on, contradicts):
    held = {"headcount": {"source": "visit", "by": "", "on": "2026-11-18", "ref": ""}}
    entity = make.entity(town.first_grid, headcount=7, provenance=held)
    EntitySource.objects.create(
        entity=entity, field="headcount", source="department", by="social", value=value, on=dt.date.fromisoformat(on)
    )
    assert number(town.street, "contradictions_open") == int(contradicts)
    from coverage.registry.words import contradictions

    assert bool(contradictions(entity, entity.sources.all())) is contradicts


def test_contradictions_count_the_facts_that_can_be_compared():
    from coverage.figures import _COMPARED

    assert set(_COMPARED) <= set(facts.BY_KEY)


def test_all_numbers_cost_one_query_and_each_course_told_by_a_condition_one_more(town, django_assert_num_queries):
    make.worker(make.entity(town.first_grid))
    figures.values(street=town.street, user=town.secretary, on=ON)
    with django_assert_num_queries(1):
        figures.values(street=town.street, user=town.secretary, on=ON)
    told = sum(figure.ever is not None for figure in figures.registry.every())
    with django_assert_num_queries(1 + told):
        figures.values(street=town.street, user=town.secretary, on=ON, course=True)
    with django_assert_num_queries(1):
        figures.values(street=town.street, user=town.secretary, on=ON, course={"entities"})


def test_the_course_is_told_by_the_rows_themselves(town):
    start = town.street.rounds_from
    make.entity(town.first_grid, registered_on=start - dt.timedelta(days=30))
    make.entity(town.first_grid, registered_on=start + dt.timedelta(days=20))
    gone = make.entity(town.first_grid, registered_on=start - dt.timedelta(days=30))
    gone.removed_at = make.AT - dt.timedelta(days=20)
    gone.save()
    course = figures.values(street=town.street, on=ON, keys=["entities"], course=True)["entities"].course
    assert course == (2, 3, 3, 3, 3, 3, 2, 2)
    assert figures.values(street=town.street, on=ON, keys=["entities"])["entities"].course == ()


def test_a_course_does_not_begin_before_the_street(town):
    on = town.street.rounds_from + dt.timedelta(days=30)
    assert len(figures.values(street=town.street, on=on, keys=["entities"], course=True)["entities"].course) == 4


def test_a_figure_without_past_has_no_course(town):
    assert figures.values(street=town.street, on=ON, keys=["never_visited"], course=True)["never_visited"].course == ()


def test_an_unknown_key_is_a_mistake_of_the_caller(town):
    with pytest.raises(KeyError):
        figures.values(street=town.street, on=ON, keys=["no_such_figure"])


def test_the_qualifier_is_a_word_before_the_number(town):
    assert [str(qualifier) for qualifier in Qualifier] == ["", "不少于", "约"]


def test_a_figure_may_add_up_a_column(town):
    make.entity(town.first_grid, headcount=7)
    make.entity(town.second_grid, headcount=5)
    entities = figures.find("entities")
    people = Figure(
        key="people_in_test", title="人数", definition="各家从业人数相加。", unit="人", pillar=Pillar.COVERAGE,
        rows=entities.rows, columns=entities.columns, order=entities.order, measure="headcount", qualifier=Qualifier.AT_LEAST,
    )  # fmt: skip
    figures.register(people)
    try:
        value = figures.values(street=town.street, on=ON, keys=["people_in_test"])["people_in_test"]
        assert (value.number, value.qualifier) == (12, "不少于")
        assert value.as_dict()["qualifier"] == "at_least"
    finally:
        figures.registry._figures.pop("people_in_test")
