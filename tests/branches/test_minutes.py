"""Minutes: typed by two at once, settled, and what a meeting may decide."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.life import attendance, minutes
from branches.life.minutes import MinutesError, NewerText
from branches.models import MinutesKept
from shimen.audit.models import AccessLog
from tests import organised
from tests.make import AT

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def branch(town):
    return organised.organisation(town)


@pytest.fixture
def meeting(branch):
    return organised.activity(branch, starts_at=AT - HOUR, ends_at=AT)


def write(meeting, text: str, actor, seen: int, at=AT):
    return minutes.save(activity=meeting, seen=seen, chair="主持甲", recorder="记录乙", text=text, actor=actor, at=at)


def test_saving_counts_versions_and_the_same_again_changes_nothing(town, meeting):
    assert write(meeting, "一", town.secretary, 0).version == 1
    assert write(meeting, "一", town.secretary, 1).version == 1
    assert write(meeting, "一二", town.secretary, 1).version == 2
    assert AccessLog.objects.filter(verb="life.write_minutes").count() == 1


def test_an_older_page_does_not_overwrite_a_newer_text(town, meeting):
    write(meeting, "书记写的", town.secretary, 0)
    with pytest.raises(NewerText, match=r"赵甲一.*保存过") as refused:
        write(meeting, "干部写的", town.staff, 0)
    assert refused.value.minutes.text == "书记写的"
    assert minutes.of(meeting).text == "书记写的"


def test_the_text_that_another_person_replaces_is_kept(town, meeting):
    write(meeting, "书记写的", town.secretary, 0)
    write(meeting, "合成的一份", town.staff, 1)
    assert MinutesKept.objects.get().text == "书记写的"
    assert minutes.of(meeting).version == 2


def test_minutes_are_settled_after_the_meeting_and_then_closed(town, meeting):
    write(meeting, "议定示例事项", town.secretary, 0)
    with pytest.raises(MinutesError, match="先记为已举行"):
        minutes.settle(activity=meeting, actor=town.secretary, at=AT)
    meeting.state = "held"
    meeting.save()
    minutes.settle(activity=meeting, actor=town.secretary, at=AT)
    with pytest.raises(MinutesError, match="已定稿"):
        write(meeting, "再改", town.secretary, 1)
    with pytest.raises(attendance.AttendanceError, match="已定稿"):
        attendance.mark(activity=meeting, marks={}, actor=town.secretary, at=AT)
    minutes.take_back(activity=meeting, reason="漏记一项", actor=town.secretary, at=AT)
    assert write(meeting, "再改", town.secretary, 1).version == 2
    assert AccessLog.objects.get(verb="life.reopen_minutes").reason == "漏记一项"


def test_empty_minutes_are_not_settled(town, branch):
    held = organised.activity(branch, state="held")
    with pytest.raises(MinutesError, match="还没有写"):
        minutes.settle(activity=held, actor=town.secretary, at=AT)


def people_come(town, branch, meeting, *, due: int, came: int):
    members = [organised.member(branch) for _ in range(due)]
    marks = {member.pk: "present" for member in members[:came]}
    attendance.mark(activity=meeting, marks=marks, actor=town.secretary, at=AT)


def decide(town, meeting, ayes=0, nays=0, abstained=0):
    return minutes.decide(
        activity=meeting,
        text="同意接收示例同志",
        ayes=ayes,
        nays=nays,
        abstained=abstained,
        actor=town.secretary,
        at=AT,
    )


def test_without_a_quorum_nothing_is_decided_and_the_rule_is_named(town, branch, meeting):
    people_come(town, branch, meeting, due=5, came=2)
    with pytest.raises(MinutesError, match=r"到会正式党员 2 名，应到 5 名.*占应到的百分之 50"):
        decide(town, meeting, ayes=2)


def test_a_committee_decides_with_more_than_half_of_its_seats_and_the_rule_is_named(town, branch):
    committee = organised.committee(branch, "secretary", "organiser", "publicity")
    sits = [organised.seat(committee, role) for role in ("secretary", "organiser", "publicity")]
    meeting = organised.activity(branch, kind="committee", audience="committee", starts_at=AT)
    attendance.mark(activity=meeting, marks={sits[0].pk: "present"}, actor=town.secretary, at=AT)
    with pytest.raises(MinutesError, match=r"到会委员 1 名，应到 3 名.*支委会到会委员，占应到的百分之 50"):
        decide(town, meeting, ayes=1)
    attendance.mark(activity=meeting, marks={sits[1].pk: "present"}, actor=town.secretary, at=AT)
    assert decide(town, meeting, ayes=2).is_passed


@pytest.mark.parametrize(("ayes", "passed"), [(3, True), (2, False)])
def test_a_decision_is_carried_by_more_than_half_of_those_due(town, branch, meeting, ayes, passed):
    people_come(town, branch, meeting, due=4, came=3)
    assert decide(town, meeting, ayes=ayes, nays=3 - ayes).is_passed is passed
    assert AccessLog.objects.get(verb="life.decide").after["ayes"] == ayes


def test_there_are_not_more_voices_than_full_members_present(town, branch, meeting):
    people_come(town, branch, meeting, due=4, came=3)
    with pytest.raises(MinutesError, match="有表决权的只有 3 人"):
        decide(town, meeting, ayes=3, nays=1)


def test_nothing_is_decided_before_the_meeting(town, branch):
    with pytest.raises(MinutesError, match="还没有开"):
        decide(town, organised.activity(branch))
