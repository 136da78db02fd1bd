"""Mentor pairs: begun, met, overdue, ended, taken up again."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from branches.models import MentorPair
from branches.people import mentoring
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised, people

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def pair(town) -> MentorPair:
    return people.pair(organised.organisation(town), town)


def _due(pair: MentorPair) -> dt.date:
    return MentorPair.objects.with_last().get(pk=pair.pk).due_on


def test_the_next_session_is_due_by_the_pace_or_on_the_day_agreed(pair, town):
    assert _due(pair) == dt.date(2026, 10, 1)
    people.met(pair, town)
    assert _due(pair) == dt.date(2026, 12, 2)
    mentoring.hold(
        pair=pair, held_on=make.TODAY, note="讲了怎么排议题", next_on=make.TODAY + 9 * DAY, actor=town.staff, at=make.AT
    )
    assert _due(pair) == make.TODAY + 9 * DAY


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"held_on": make.TODAY + DAY}, "还没到"),
        ({"held_on": dt.date(2026, 8, 1)}, "不在结对期间"),
        ({"note": "讲"}, "至少 4 个字"),
        ({"next_on": make.TODAY}, "以后"),
    ],
)
def test_a_session_that_cannot_have_been_is_refused(pair, town, given, words):
    said = {"held_on": make.TODAY, "note": "讲了怎么排议题", "next_on": None} | given
    with pytest.raises(mentoring.MentoringError, match=words):
        mentoring.hold(pair=pair, actor=town.staff, at=make.AT, **said)


def test_one_session_a_day_taken_back_and_put_back(pair, town):
    session = people.met(pair, town)
    with pytest.raises(mentoring.MentoringError, match="已经记过"):
        people.met(pair, town)
    mentoring.take_back(session=session, actor=town.staff, at=make.AT)
    again = people.met(pair, town)
    with pytest.raises(mentoring.MentoringError, match="已经记过"):
        mentoring.put_back(session=session, actor=town.staff, at=make.AT)
    mentoring.take_back(session=again, actor=town.staff, at=make.AT)
    assert mentoring.put_back(session=session, actor=town.staff, at=make.AT).withdrawn_at is None
    assert AccessLog.objects.filter(verb="mentoring.take_back").count() == 2


def test_the_same_two_are_a_pair_once_at_a_time(pair, town):
    with pytest.raises(mentoring.MentoringError, match="已经结对"):
        people.pair(pair.organisation, town)


def test_a_pair_ends_after_its_last_session_and_is_taken_up_again(pair, town):
    people.met(pair, town)
    end = {"pair": pair, "reason": "学满一期", "actor": town.staff, "at": make.AT}
    for on, words in ((dt.date(2026, 11, 2), "还记了一次"), (make.TODAY + 9 * DAY, "不晚于明天")):
        with pytest.raises(mentoring.MentoringError, match=words):
            mentoring.end(on=on, **end)
    done = mentoring.end(on=make.TODAY, **end)
    assert (done.until, done.holds_on(make.TODAY)) == (make.TODAY, False)
    with pytest.raises(mentoring.MentoringError, match="已经结束"):
        mentoring.end(on=make.TODAY, **end)
    assert mentoring.resume(pair=pair, actor=town.staff, at=make.AT).until is None


def test_names_and_pace_are_looked_at(pair, town):
    for given, words in (
        ({"mentor": "赵"}, "书记的姓名"),
        ({"learner": ""}, "对象的姓名"),
        ({"every_days": 3}, "隔 7 到 180"),
    ):
        said = dataclasses.replace(people.PAIRING, **given)
        with pytest.raises(mentoring.MentoringError, match=words):
            mentoring.change(pair=pair, said=said, actor=town.staff, at=make.AT)
    with pytest.raises(mentoring.MentoringError, match="才成立"):
        people.pair(organised.organisation(town), town, since=dt.date(2020, 1, 1))


def test_the_names_of_a_pair_go_three_years_after_it_ended(pair, town):
    mentoring.end(pair=pair, on=make.TODAY, reason="", actor=town.staff, at=make.AT)
    retention.run(street=town.street, on=make.TODAY + 3 * 365 * DAY, at=make.AT)
    assert MentorPair.objects.get().mentor == "（已删除）"


def test_a_secretary_writes_down_a_session_and_sees_no_pair_of_another_grid(client, pair, town, settings):
    settings.SHIMEN_NOW = make.AT
    other = people.pair(organised.organisation(town, area=town.second_grid), town)
    client.force_login(town.secretary)
    url = reverse("branches:mentor-session-new", args=[pair.pk])
    assert client.post(url, {"held_on": "2026-11-20", "note": "讲"}).status_code == 422
    assert client.post(url, {"held_on": "2026-11-20", "note": "讲了怎么排议题"}).status_code == 302
    assert pair.sessions.get().recorded_by == town.secretary
    assert client.get(reverse("branches:mentor-pair", args=[other.pk])).status_code == 404
    assert client.post(reverse("branches:mentor-pair-end", args=[pair.pk]), {"on": "2026-11-23"}).status_code == 403
    assert str(pair.pk) in client.get(reverse("branches:mentor-pairs")).content.decode()
    assert str(pair.pk) not in client.get(reverse("branches:mentor-pairs"), {"state": "due"}).content.decode()
