"""Demands: the verb that answers, the list, the export, and who may."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from coverage.models import Demand
from coverage.visits import demands
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.SHIMEN_NOW = make.AT


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def demand(town):
    entity = make.entity(town.first_grid, trade_sign="丁卯水果店", address="望桥路45号")
    return make.demand(make.visit(make.stop(make.round_(town.street), entity, town.visitor)), category="parking")


def test_an_answer_waits_for_the_next_visit(demand, town):
    demands.answer(demand=demand, words="弄口划了 6 个车位", actor=town.staff, at=make.AT)
    assert Demand.objects.to_tell().get() == demand
    assert not Demand.objects.passed_on().exists()
    row = AccessLog.objects.get(verb="demands.answer")
    assert (row.actor, row.after) == (town.staff, {"answer": "弄口划了 6 个车位"})


def test_an_answer_that_was_not_told_may_be_reworded(demand, town):
    for words in ("正在办", "弄口划了 6 个车位"):
        demands.answer(demand=demand, words=words, actor=town.staff, at=make.AT)
    demand.refresh_from_db()
    assert demand.answer == "弄口划了 6 个车位"


def test_the_same_answer_twice_is_written_down_once(demand, town):
    for _ in range(2):
        demands.answer(demand=demand, words="正在办", actor=town.staff, at=make.AT)
    assert AccessLog.objects.filter(verb="demands.answer").count() == 1


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"solved_on_spot": True}, "当场已解决"),
        ({"withdrawn_at": make.AT}, "撤回"),
        ({"answer": "好了", "answered_at": make.AT, "told_at": make.AT}, "已当面告知"),
    ],
)
def test_some_demands_cannot_be_answered_any_more(demand, town, state, sentence):
    Demand.objects.filter(pk=demand.pk).update(**state)
    with pytest.raises(demands.DemandError, match=sentence):
        demands.answer(demand=demand, words="另一句", actor=town.staff, at=make.AT)


def test_an_empty_answer_is_none(demand, town):
    with pytest.raises(demands.DemandError, match="写一句"):
        demands.answer(demand=demand, words="  \n", actor=town.staff, at=make.AT)


def test_pages_are_for_the_office_and_the_secretary(client, demand, town):
    for path in ("/demands/", reverse("coverage:demand", args=[demand.pk]), "/demands/export/"):
        for name, person in town.everyone().items():
            client.force_login(person)
            status = client.get(path).status_code
            if name in {"staff", "data_admin", "secretary"}:
                assert status == 200, (name, path)
            elif name == "stranger" and str(demand.pk) in path:
                assert status == 404
            else:
                assert status == (200 if name == "stranger" else 403), (name, path)


def test_a_secretary_sees_the_demands_of_the_own_area_only(client, demand, town):
    other = make.entity(town.second_grid)
    elsewhere = make.demand(make.visit(make.stop(demand.visit.round, other, town.colleague)))
    client.force_login(town.secretary)
    assert [row.pk for row in client.get("/demands/").context["page"]] == [demand.pk]
    assert client.get(reverse("coverage:demand", args=[elsewhere.pk])).status_code == 404
    answer = {"answer": "好"}
    assert client.post(reverse("coverage:demand", args=[elsewhere.pk]), answer).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "open"}, 1), ({"state": "solved"}, 0), ({"state": "to_tell"}, 0), ({"category": "parking"}, 1),
        ({"category": "licence"}, 0), ({"q": "停车"}, 1), ({"q": "路灯"}, 0), ({"state": "nonsense"}, 1),
        ({"area": str(uuid.uuid4())}, 1), ({"page": "99"}, 1),
    ],
)  # fmt: skip
def test_the_list_is_filtered_by_what_stands_in_the_address(client, demand, town, query, found):
    client.force_login(town.staff)
    assert len(client.get("/demands/", query).context["page"].object_list) == found


def test_the_list_costs_the_same_however_long_it_is(client, demand, town, django_assert_max_num_queries):
    client.force_login(town.staff)
    client.get("/demands/")  # the session's own first query is not the list's
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as seen:
            client.get("/demands/")
        counts.append(len(seen))
        for _ in range(8):
            entity = make.entity(town.first_grid)
            make.demand(make.visit(make.stop(demand.visit.round, entity, town.visitor)))
    assert counts[0] == counts[1]


def test_answering_on_the_page_says_what_happens_next(client, demand, town):
    client.force_login(town.staff)
    page = reverse("coverage:demand", args=[demand.pk])
    answer = client.post(page, {"answer": "弄口划了 6 个车位"}, follow=True)
    assert "下次走访“丁卯水果店”时带到" in answer.text
    assert "弄口划了 6 个车位" in answer.text


def test_an_answer_that_comes_too_late_is_refused_on_the_page_and_keeps_the_words(client, demand, town):
    Demand.objects.filter(pk=demand.pk).update(solved_on_spot=True)
    client.force_login(town.staff)
    answer = client.post(reverse("coverage:demand", args=[demand.pk]), {"answer": "我的话"})
    assert answer.status_code == 422


def test_what_is_exported_is_what_is_seen_and_is_written_down(client, demand, town):
    Demand.objects.filter(pk=demand.pk).update(words='=HYPERLINK("http://example.invalid")')
    client.force_login(town.staff)
    answer = client.get("/demands/export/", {"category": "parking"})
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("提出时间,市场主体")
    assert "'=HYPERLINK" in text
    row = AccessLog.objects.get(verb="coverage.exported")
    assert row.after["rows"] == 1
    assert row.after["filters"] == {"category": "parking"}
    assert client.get("/demands/export/", {"category": "licence"}).content.decode("utf-8-sig").count("\n") == 1


def test_a_withdrawn_demand_is_nowhere(client, demand, town):
    Demand.objects.filter(pk=demand.pk).update(withdrawn_at=make.AT + dt.timedelta(minutes=1))
    client.force_login(town.staff)
    assert not client.get("/demands/").context["page"].object_list
    assert client.get(reverse("coverage:demand", args=[demand.pk])).status_code == 404
