"""Lines of the three lists: entering, correcting, moving, linking."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from shimen.audit.models import AccessLog
from supply.lists import keeping, linking
from supply.lists.keeping import ListError
from supply.lists.reading import Lists
from supply.models import Link, Need, Project, Resource
from tests import make, supplying

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


VALUES = {"title": "燃气和灭火器怎么用", "category": "course", "audiences": ["shop"], "capacity": 30}


def enter(town, kind="need", **given):
    return keeping.enter(kind=kind, street=town.street, values=VALUES | given, actor=town.staff, at=make.AT)


def test_lines_take_the_next_number_of_their_list(town):
    first, second = enter(town), enter(town, title="门口停车错峰")
    project = enter(town, "project")
    assert (first.number, second.number, project.number) == (1, 2, 1)
    assert first.raised_on == make.TODAY
    assert AccessLog.objects.filter(verb="need.enter", object_id=str(first.pk)).count() == 1


@pytest.mark.parametrize(
    ("kind", "given", "field", "words"),
    [
        ("need", {"title": "短"}, "title", "至少 3 个字"),
        ("need", {"category": "none"}, "category", "没有这个类别"),
        ("need", {"audiences": ["shop", "cat"]}, "audiences", "没有这种对象"),
        ("need", {"since": dt.date(2026, 12, 2), "until": dt.date(2026, 12, 1)}, "until", "不能早于"),
        ("need", {"raised_on": dt.date(2026, 11, 24)}, "raised_on", "不能晚于今天"),
        ("resource", {}, "provider", "写明供给方"),
        ("need", {"number": 5}, None, "没有这一项"),
    ],
)
def test_a_line_that_says_something_impossible_is_refused_in_a_sentence(town, kind, given, field, words):
    with pytest.raises(ListError, match=words) as refused:
        enter(town, kind, **given)
    assert refused.value.field == field
    assert not Need.objects.exists()


def test_a_project_of_a_led_series_needs_its_secretary(town):
    series = keeping.name_series(
        street=town.street, name="书记领跑善治", words="", is_led=True, actor=town.staff, at=make.AT
    )
    with pytest.raises(ListError, match="领跑书记"):
        enter(town, "project", series=series)
    led = enter(town, "project", series=series, leader="赵甲一")
    assert list(Project.objects.led()) == [led]
    with pytest.raises(ListError, match="同名"):
        keeping.name_series(
            street=town.street, name="书记领跑善治", words="", is_led=True, actor=town.staff, at=make.AT
        )


def test_nothing_of_another_street_is_taken(town):
    other = make.town()
    with pytest.raises(ListError, match="不是本街道"):
        enter(town, area=other.first_grid)


def test_a_correction_says_what_changed_and_refuses_what_somebody_changed_meanwhile(town):
    row = enter(town)
    keeping.correct(row=row, values={"title": "灭火器怎么用"}, seen=1, actor=town.staff, at=make.AT)
    with pytest.raises(ListError, match="刚刚有人改过"):
        keeping.correct(row=row, values={"title": "燃气怎么用"}, seen=1, actor=town.staff, at=make.AT)
    line = AccessLog.objects.get(verb="need.correct")
    assert (line.before, line.after) == ({"title": "燃气和灭火器怎么用"}, {"title": "灭火器怎么用"})
    keeping.correct(row=row, values={"title": "灭火器怎么用"}, actor=town.staff, at=make.AT)
    assert AccessLog.objects.filter(verb="need.correct").count() == 1


def test_a_met_need_says_how_and_comes_back_when_that_was_wrong(town):
    row = enter(town)
    with pytest.raises(ListError, match="至少 4 个字"):
        keeping.move(row=row, verb="meet", words="好", actor=town.staff, at=make.AT)
    met = keeping.move(row=row, verb="meet", words="消防站来讲过了", actor=town.staff, at=make.AT)
    assert (met.state, met.met_on, met.how_met) == ("met", make.TODAY, "消防站来讲过了")
    with pytest.raises(ListError, match="现在是“已满足”"):
        keeping.move(row=row, verb="withdraw", words="不需要了", actor=town.staff, at=make.AT)
    again = keeping.move(row=row, verb="reopen", actor=town.staff, at=make.AT)
    assert (again.state, again.met_on) == ("open", None)


def test_every_state_offers_only_what_it_allows(town):
    row = enter(town, "resource", provider="消防救援站")
    assert [verb for verb, _ in keeping.moves_of(row)] == ["pause", "end"]
    paused = keeping.move(row=row, verb="pause", words="换防，下月再来", actor=town.staff, at=make.AT)
    assert [verb for verb, _ in keeping.moves_of(paused)] == ["resume", "end"]


def test_a_link_keeps_what_the_matching_said_and_opens_the_need_again_when_it_is_taken_away(town):
    need = enter(town, words="想请消防的人到店里讲")
    station = enter(town, "resource", title="消防站开放日", words="灭火器、燃气、逃生", provider="消防救援站")
    lists = Lists(street=town.street.pk, on=make.TODAY)
    row = linking.link(need=need, resource=station, lists=lists, actor=town.staff, at=make.AT)
    assert row.score
    assert row.score >= 42
    assert "消防" in row.reasons[0]["sentence"]
    need.refresh_from_db()
    assert need.state == "linked"
    with pytest.raises(ListError, match="已经对接过"):
        linking.link(need=need, resource=station, actor=town.staff, at=make.AT)
    linking.unlink(link=row, reason="时间不合适", actor=town.staff, at=make.AT)
    need.refresh_from_db()
    assert need.state == "open"
    assert linking.link(need=need, resource=station, actor=town.staff, at=make.AT).score is None
    assert AccessLog.objects.filter(verb__in=["need.link", "need.unlink"]).count() == 3


def test_what_is_not_offered_any_more_cannot_be_linked(town):
    need, gone = supplying.need(town), supplying.resource(town, state="ended")
    with pytest.raises(ListError, match="已结束"):
        linking.link(need=need, resource=gone, actor=town.staff, at=make.AT)
    with pytest.raises(ListError, match="选一项"):
        linking.link(need=need, actor=town.staff, at=make.AT)
    with pytest.raises(ListError, match="不用再对接"):
        linking.link(
            need=supplying.need(town, state="withdrawn"),
            resource=supplying.resource(town),
            actor=town.staff,
            at=make.AT,
        )
    assert not Link.objects.exists()


def test_the_database_refuses_a_link_to_nothing(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(street=town.street, need=supplying.need(town), made_at=make.AT)


def test_a_secretary_sees_the_lists_of_their_grid_and_of_the_whole_street(town):
    own, whole = supplying.need(town, area=town.first_grid), supplying.need(town)
    supplying.need(town, area=town.second_grid)
    assert set(Need.objects.visible_to(town.secretary)) == {own, whole}
    assert not Resource.objects.visible_to(town.stranger).exists()
