"""A demand of a visit is a matter once; a visit whose matter cannot be made is not kept; merged raisers hear the answer too."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from coverage.models import Demand, Visit
from coverage.visiting.sent import Wish
from coverage.visits import visits
from grid.matters import ending, moving, raising
from grid.matters.handling import MatterError
from grid.models import Matter
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
AT = make.AT
WISH = Wish(words="门口停满了", category="parking")


@pytest.fixture
def town():
    row = make.town()
    row.stop = make.stop(make.round_(row.street), make.entity(row.first_grid, trade_sign="子丑面馆"), row.visitor)
    return row


def _log(town, pk):
    return visits.log(
        id=pk, entity=town.stop.entity, stop=town.stop, outcome="same", actor=town.visitor,
        at=AT, demand=WISH,
    )  # fmt: skip


def test_a_visit_sent_twice_makes_one_matter(town):
    pk = uuid.uuid4()
    _log(town, pk)
    _log(town, pk)
    assert (Visit.objects.count(), Demand.objects.count(), Matter.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_arrives_five_times_at_once_makes_one_matter(town):
    pk, start = uuid.uuid4(), threading.Barrier(5)

    def send() -> None:
        start.wait()
        try:
            _log(town, pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Visit.objects.count(), Demand.objects.count(), Matter.objects.count()) == (1, 1, 1)


def test_if_the_matter_cannot_be_made_the_visit_is_not_half_kept(town, monkeypatch):
    def full(*_):
        raise MatterError("编号用完了。")

    monkeypatch.setattr(raising, "_serial", full)
    with pytest.raises(MatterError):
        _log(town, uuid.uuid4())
    town.stop.refresh_from_db()
    assert (Visit.objects.count(), Demand.objects.count(), town.stop.outcome) == (0, 0, "due")


def test_those_who_were_merged_get_the_answer_at_their_own_doors(town):
    _log(town, uuid.uuid4())
    first = Matter.objects.get()
    second_stop = make.stop(town.stop.round, make.entity(town.first_grid), town.visitor)
    raising.hear_demand(
        demand=make.demand(make.visit(second_stop, entity=second_stop.entity), raised_at=AT), actor=town.visitor, at=AT
    )
    second = Matter.objects.exclude(pk=first.pk).get()
    ending.merge(matter=second, into=first, actor=town.staff, at=AT)
    ending.answer(matter=first, words="下周定", way="phone", actor=town.staff, at=AT)
    assert Demand.objects.get(pk=second.demand_id).answer == "下周定"
    told = Demand.objects.get(pk=first.demand_id)
    assert (told.answer, told.told_at) == ("下周定", AT)
    assert Demand.objects.to_tell().get().pk == second.demand_id


def test_title_kind_and_urgency_are_put_right_and_the_words_stay(town):
    _log(town, uuid.uuid4())
    row = Matter.objects.get()
    given = {"headline": "望桥路错峰停车", "category": "safety", "urgency": "urgent"}
    amended = moving.amend(matter=row, actor=town.staff, at=AT, **given)
    assert (amended.title, amended.category, amended.words) == ("望桥路错峰停车", "safety", "门口停满了")
    assert amended.due_on == make.TODAY + dt.timedelta(days=1)
    assert "标题原来是" in row.moments.get(verb="amend").words
    assert AccessLog.objects.filter(verb="grid.amend").count() == 1
    for wrong, sentence in (({}, "没有改动"), ({"headline": " "}, "写标题"), ({"category": "x"}, "选类别")):
        with pytest.raises(MatterError, match=sentence):
            moving.amend(matter=row, actor=town.staff, at=AT, **(given | wrong))
    with pytest.raises(MatterError, match="不由您来办"):
        moving.amend(matter=row, actor=town.visitor, at=AT, **given)


def test_the_demands_page_shows_the_matter_and_its_answer_and_has_none_of_its_own(client, town):
    _log(town, uuid.uuid4())
    row = Matter.objects.get()
    client.force_login(town.staff)
    page = reverse("coverage:demand", args=[row.demand_id])
    shown = client.get(page)
    assert f"事项 {row.number}" in shown.text
    assert 'name="answer"' not in shown.text
    refused = client.post(page, {"answer": "另一个答复"})
    assert (refused.status_code, Demand.objects.get().answer) == (422, "")
    assert f"已转为事项 {row.number}" in refused.text
    ending.answer(matter=row, words="下周划线", way="phone", actor=town.staff, at=AT)
    shown = client.get(page).text
    assert shown.count("下周划线") == 1
    assert "电话" in shown
    assert "支部在办" in client.get(reverse("coverage:demands")).text
    assert f"事项 {row.number}，支部在办" in client.get(reverse("coverage:demands-export")).content.decode("utf-8-sig")


def test_an_answer_to_the_matter_is_the_demands_however_it_was_given(town):
    _log(town, uuid.uuid4())
    row = Matter.objects.get()
    ending.answer(matter=row, words="正在办", way="visit", actor=town.staff, at=AT)
    assert Demand.objects.to_tell().get().answer == "正在办"
    ending.answer(matter=row, words="划好了", way="in_person", actor=town.staff, at=AT)
    demand = Demand.objects.get()
    assert (demand.answer, demand.told_at, demand.told_in) == ("划好了", AT, None)
    ending.answer(matter=row, words="又补了三个车位", way="visit", actor=town.staff, at=AT)
    assert Demand.objects.to_tell().get().answer == "又补了三个车位"


def test_what_was_solved_at_the_door_and_came_again_is_answered_at_the_door(town):
    visits.log(
        id=uuid.uuid4(), entity=town.stop.entity, stop=town.stop, outcome="same", actor=town.visitor, at=AT,
        demand=Wish(words="灯不亮", category="other", is_solved=True, how="换了灯泡"),
    )  # fmt: skip
    row = Matter.objects.get()
    assert not Demand.objects.to_tell().exists()
    row = ending.reopen(matter=row, words="又不亮了", actor=town.staff, at=AT)
    ending.answer(matter=row, words="周三换线路", way="visit", actor=town.staff, at=AT)
    assert Demand.objects.to_tell().get().answer == "周三换线路"


def test_a_matter_that_is_withdrawn_waits_for_no_answer_at_the_door(town):
    _log(town, uuid.uuid4())
    ending.withdraw(matter=Matter.objects.get(), why="店家说不用了", actor=town.staff, at=AT)
    assert not Demand.objects.passed_on().exists()
    assert not Demand.objects.to_tell().exists()


def test_what_is_merged_into_something_solved_gets_the_answer_that_is_there(town):
    _log(town, uuid.uuid4())
    first = Matter.objects.get()
    first = ending.solve(matter=first, how="划了车位", actor=town.staff, at=AT)
    ending.answer(matter=first, words="车位划好了", way="phone", is_final=True, actor=town.staff, at=AT)
    stop = make.stop(town.stop.round, make.entity(town.first_grid), town.visitor)
    raising.hear_demand(demand=make.demand(make.visit(stop), raised_at=AT), actor=town.visitor, at=AT)
    second = Matter.objects.exclude(pk=first.pk).get()
    ending.merge(matter=second, into=first, actor=town.staff, at=AT)
    assert Demand.objects.to_tell().get(pk=second.demand_id).answer == "车位划好了"
