"""The desktop's list of contradictions and the settling of one."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from coverage.models import VisitAnswer
from coverage.visiting.sent import Said
from coverage.visits import visits
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
State = VisitAnswer.State


@pytest.fixture
def town():
    return make.town()


def contradicted(town, in_round, area, name="丁卯水果店"):
    """A held answer: five people by one visitor, eight by another."""
    entity = make.entity(area, trade_sign=name, headcount=3)
    stop = make.stop(in_round, entity, town.visitor)
    for actor, value in ((town.visitor, "5"), (town.secretary, "8")):
        said = Said("headcount", is_right=False, shown="3", value=value)
        visits.log(
            id=uuid.uuid4(), entity=entity, stop=stop, outcome="changed", answers=[said], actor=actor, at=make.AT
        )
    return VisitAnswer.objects.held().get(visit__entity=entity)


@pytest.fixture
def in_round(town):
    return make.round_(town.street)


@pytest.fixture
def held(town, in_round):
    return contradicted(town, in_round, town.first_grid)


def settle(client, answer, **sent):
    return client.post(reverse("coverage:contradiction-settle", args=[answer.pk]), sent)


def test_the_list_shows_both_sides_and_one_button_writes_the_right_one(client, held, town):
    client.force_login(town.staff)
    page = client.get("/contradictions/").text
    for words in ("丁卯水果店", "从业人数", "5 人", "8 人", "孙丙三", "赵甲一", "两人说法不同"):
        assert words in page
    answer = settle(client, held, keep="second", q="水果")
    assert answer.headers["Location"] == "/contradictions/?q=%E6%B0%B4%E6%9E%9C"
    held.visit.entity.refresh_from_db()
    assert held.visit.entity.headcount == 8
    assert AccessLog.objects.filter(verb="visits.settle", actor=town.staff).count() == 1
    assert "没有对不上的说法" in client.get("/contradictions/").text


def test_keeping_the_first_word_leaves_the_registry(client, held, town):
    client.force_login(town.data_admin)
    settle(client, held, keep="first")
    held.refresh_from_db()
    held.visit.entity.refresh_from_db()
    assert (held.state, held.visit.entity.headcount) == (State.DROPPED, 5)


def test_what_was_settled_meanwhile_is_said_and_nothing_changes(client, held, town):
    visits.settle(answer=held, is_taken=False, actor=town.visitor, at=make.AT)
    client.force_login(town.staff)
    page = client.post(reverse("coverage:contradiction-settle", args=[held.pk]), {"keep": "second"}, follow=True)
    assert "已经核对过了" in page.text
    held.visit.entity.refresh_from_db()
    assert held.visit.entity.headcount == 5


def test_the_list_is_for_the_office_and_the_secretary_of_the_area(client, held, in_round, town):
    elsewhere = contradicted(town, in_round, town.second_grid, "午未理发店")
    for name, person in town.everyone().items():
        client.force_login(person)
        page = client.get("/contradictions/")
        if name in {"staff", "data_admin"}:
            assert {told.row.pk for told in page.context["rows"]} == {held.pk, elsewhere.pk}
        elif name == "secretary":
            assert [told.row.pk for told in page.context["rows"]] == [held.pk]
            assert settle(client, elsewhere, keep="second").status_code == 404
        elif name == "stranger":
            assert page.context["rows"] == []
            assert settle(client, held, keep="second").status_code == 404
        else:
            assert page.status_code == 403
            assert settle(client, held, keep="second").status_code == 403
    assert VisitAnswer.objects.held().count() == 2


def test_the_list_is_filtered_by_grid(client, held, in_round, town):
    elsewhere = contradicted(town, in_round, town.second_grid, "午未理发店")
    client.force_login(town.staff)
    page = client.get("/contradictions/", {"area": str(town.second_grid.pk)})
    assert [told.row.pk for told in page.context["rows"]] == [elsewhere.pk]
    assert len(client.get("/contradictions/", {"area": "nonsense", "page": "99"}).context["rows"]) == 2


def test_the_list_costs_the_same_however_long_it_is(client, held, in_round, town, django_assert_max_num_queries):
    client.force_login(town.staff)
    client.get("/contradictions/")
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as seen:
            client.get("/contradictions/")
        counts.append(len(seen))
        for n in range(5):
            contradicted(town, in_round, town.first_grid, f"{n}号店")
    assert counts[0] == counts[1]


def test_the_overview_leads_to_the_list_while_something_is_open(client, held, town):
    client.force_login(town.staff)
    assert 'href="/contradictions/"' in client.get("/overview/work/").text
    visits.settle(answer=held, is_taken=False, actor=town.staff, at=make.AT + dt.timedelta(minutes=1))
    assert "两次记的不一样" not in client.get("/overview/work/").text
