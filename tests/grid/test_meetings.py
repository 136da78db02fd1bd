"""Meetings: planned, called, begun, attended, closed; called off and taken up again; several councils at one table."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from grid import signals
from grid.matters import moving
from grid.meetings import attendance, calling, minutes, votes
from grid.meetings.handling import MeetingError
from grid.models import Attendee, CouncilMember, Meeting
from shimen.audit.models import AccessLog
from tests import make, sessions

pytestmark = pytest.mark.django_db
AT, DURING = make.AT, sessions.DURING
LATER = DURING + dt.timedelta(minutes=30)


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def meeting(town):
    return sessions.grid_meeting(town)


def decide_all(meeting, actor, outcome="heard"):
    for item in meeting.items.filter(is_dropped=False, outcome=""):
        minutes.decide(item=item, outcome=outcome, actor=actor, at=DURING)


def test_from_the_call_to_the_final_minutes(town, meeting):
    called = calling.call(meeting=meeting, actor=town.staff, at=AT)
    assert (called.state, called.called_at) == ("called", AT)
    begun = sessions.under_way(town, called)
    assert (begun.state, begun.quorum_percent, begun.quorum_source) == ("under_way", 50, "街道的规则")
    decide_all(begun, town.staff)
    closed = calling.close(meeting=begun, actor=town.staff, at=DURING)
    assert (closed.state, closed.due, closed.present) == ("held", 3, 3)
    verbs = ["meetings.call", "meetings.begin", "meetings.close"]
    assert [AccessLog.objects.filter(verb=verb, object_id=str(meeting.pk)).count() for verb in verbs] == [1, 1, 1]


@pytest.mark.parametrize(
    ("values", "sentence"), [({"location": ""}, "还没有写地点"), ({"chair": ""}, "还没有写主持人")]
)
def test_a_call_needs_a_place_and_a_chair(town, values, sentence):
    with pytest.raises(MeetingError, match=sentence):
        calling.call(meeting=sessions.grid_meeting(town, **values), actor=town.staff, at=AT)


def test_a_call_after_the_time_and_one_to_nobody(town, meeting):
    with pytest.raises(MeetingError, match="开会时间已经过了"):
        calling.call(meeting=meeting, actor=town.staff, at=DURING)
    meeting.attendees.all().delete()
    with pytest.raises(MeetingError, match="还没有排参会的人"):
        calling.call(meeting=meeting, actor=town.staff, at=AT)


def test_an_undecided_item_is_named(town, meeting):
    sessions.matter(town, "路灯不亮三盏")
    begun = sessions.under_way(town, meeting)
    with pytest.raises(MeetingError, match="第 1 项“路灯不亮三盏”等 2 项还没有结果"):
        calling.close(meeting=begun, actor=town.staff, at=DURING)


def test_without_attendance_and_without_a_quorum(town, meeting):
    row = sessions.matter(town, "路灯不亮三盏")
    begun = calling.begin(meeting=meeting, actor=town.staff, at=DURING)
    sessions.resolution(sessions.item(begun, f"matter:{row.pk}"), town)
    decide_all(begun, town.staff)
    with pytest.raises(MeetingError, match="先记到会"):
        calling.close(meeting=begun, actor=town.staff, at=DURING)
    attendance.mark(attendee=begun.attendees.first(), state="present", actor=town.staff, at=DURING)
    with pytest.raises(MeetingError, match=r"还差 1 人，不能有议定事项：应到 3 人，实到 1 人"):
        calling.close(meeting=begun, actor=town.staff, at=DURING)


def test_a_cancelled_meeting_has_no_minutes_until_it_is_taken_up_again(town, meeting):
    called = calling.call(meeting=meeting, actor=town.staff, at=AT)
    item = sessions.item(called)
    with pytest.raises(MeetingError, match="为什么不开"):
        calling.cancel(meeting=called, reason="忙", actor=town.staff, at=AT)
    off = calling.cancel(meeting=called, reason="台风，改到下一次一起议", actor=town.staff, at=AT)
    for verb in (
        lambda: minutes.save(item=item, seen=0, text="议了", actor=town.staff, at=DURING),
        lambda: minutes.decide(item=item, outcome="heard", actor=town.staff, at=DURING),
        lambda: calling.begin(meeting=off, actor=town.staff, at=DURING),
        lambda: calling.close(meeting=off, actor=town.staff, at=DURING),
    ):
        with pytest.raises(MeetingError, match="不开了"):
            verb()
    back = calling.restore(meeting=off, actor=town.staff, at=AT)
    assert (back.state, back.cancelled_reason) == ("draft", "")


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (lambda row, who: calling.close(meeting=row, actor=who, at=DURING), "会还没有开"),
        (lambda row, who: calling.reopen(meeting=row, reason="写错了人名", actor=who, at=DURING), "会还没有通知"),
        (lambda row, who: calling.restore(meeting=row, actor=who, at=DURING), "照常开"),
        (lambda row, who: calling.add_to_minutes(meeting=row, text="补一句", actor=who, at=DURING), "会还没有通知"),
    ],
)
def test_what_does_not_fit_a_draft_says_so(town, meeting, verb, sentence):
    with pytest.raises(MeetingError, match=sentence):
        verb(meeting, town.staff)


def test_final_minutes_are_added_to_or_taken_back_with_a_reason(town, meeting):
    begun = sessions.under_way(town, meeting)
    decide_all(begun, town.staff)
    held = calling.close(meeting=begun, actor=town.staff, at=DURING)
    with pytest.raises(MeetingError, match="只能补记"):
        minutes.save(item=sessions.item(held), seen=0, text="议了", actor=town.staff, at=DURING)
    calling.add_to_minutes(meeting=held, text="责任单位更名", actor=town.staff, at=DURING)
    assert held.addenda.get().text == "责任单位更名"
    with pytest.raises(MeetingError, match="为什么退回"):
        calling.reopen(meeting=held, reason="", actor=town.staff, at=DURING)
    back = calling.reopen(meeting=held, reason="人名写错了", actor=town.staff, at=DURING)
    assert (back.state, back.present, back.closed_at) == ("under_way", None, None)


def test_who_came_is_written_down_only_once_it_has_begun(town, meeting):
    person = meeting.attendees.first()
    with pytest.raises(MeetingError, match="会还没有开始"):
        attendance.mark(attendee=person, state="present", actor=town.staff, at=AT)
    attendance.mark(attendee=person, state="excused", reason="出差", actor=town.staff, at=AT)
    assert attendance.count(meeting).excused == 1
    assert attendance.sentence(meeting) == ("应到 3 人，已请假 1 人；到会要满应到的 50 %（街道的规则），即 2 人。")
    begun = sessions.under_way(town, meeting)
    assert attendance.sentence(begun).endswith(
        "实到 3 人，请假 0 人；到会要满应到的 50 %（街道的规则），即 2 人，够了。"
    )


def test_nobody_is_on_the_list_twice_and_who_came_stays_on_it(town, meeting):
    with pytest.raises(MeetingError, match="已经在参会名单里"):
        attendance.ask(meeting=meeting, name="吴长甲", unit="示例中队", actor=town.staff, at=AT)
    with pytest.raises(MeetingError, match="写姓名"):
        attendance.ask(meeting=meeting, name=" ", actor=town.staff, at=AT)
    sessions.under_way(town, meeting)
    with pytest.raises(MeetingError, match="已经记为到会"):
        attendance.strike(attendee=Attendee.objects.get(name="吴长甲"), actor=town.staff, at=DURING)


def test_the_next_list_holds_who_was_put_on_by_hand(town, meeting):
    following = dt.datetime(2026, 11, 30, 9, tzinfo=AT.tzinfo)
    from grid.meetings import due

    due.ensure_due(on=following.date(), at=following, street=town.street)
    after = Meeting.objects.get(area=town.first_grid, period_start=following.date())
    assert set(after.attendees.values_list("name", flat=True)) == {"赵甲一", "吴长甲", "郑长乙"}
    assert (after.location, after.chair) == ("一站网格议事厅", "周戊五")


def test_a_grid_meeting_stays_in_its_fortnight(town, meeting):
    late = sessions.time(starts_at=sessions.MEETING_AT + dt.timedelta(days=7))
    with pytest.raises(MeetingError, match="这一双周里开"):
        calling.edit(meeting=meeting, time=late, actor=town.staff, at=AT)
    moved = calling.edit(meeting=meeting, time=sessions.time(), actor=town.staff, at=AT)
    assert (str(moved), moved.revision) == ("第一网格例会，11 月 26 日", 2)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"starts_at": AT - dt.timedelta(hours=1)}, "开会时间已经过了"),
        ({"ends_at": AT}, "结束要在开始之后"),
        ({"ends_at": AT + dt.timedelta(days=9)}, "最长 12 小时"),
    ],
)
def test_wrong_times(town, given, sentence):
    with pytest.raises(MeetingError, match=sentence):
        calling.plan(
            council=sessions.council(town), kind="hearing", time=sessions.time(**given), actor=town.staff, at=AT
        )


def test_wrong_role_and_wrong_area(town, meeting):
    grid_staff = make.person(town.street, "staff", area=town.second_grid)
    for person in (town.secretary, town.visitor, town.data_admin, grid_staff, town.stranger):
        with pytest.raises(MeetingError, match="不由您来办"):
            calling.call(meeting=meeting, actor=person, at=AT)
    assert set(Meeting.objects.visible_to(town.secretary)) == {meeting}
    assert meeting not in Meeting.objects.visible_to(grid_staff)
    assert not Meeting.objects.visible_to(town.stranger).filter(street=town.street).exists()


def test_a_council_that_has_a_convener_is_not_run_by_another_of_the_area(town):
    mine, other = (make.person(town.street, "convener", area=town.first_grid) for _ in range(2))
    here = sessions.council(town, convener=mine)
    with pytest.raises(MeetingError, match="不由您来排"):
        calling.plan(council=here, kind="review", time=sessions.time(), actor=other, at=AT)
    planned = calling.plan(council=here, kind="review", time=sessions.time(), actor=mine, at=AT)
    with pytest.raises(MeetingError, match="不由您来办"):
        calling.cancel(meeting=planned, reason="人凑不齐，下周再开", actor=other, at=AT)
    calling.cancel(meeting=planned, reason="人凑不齐，下周再开", actor=mine, at=AT)


def test_a_convener_runs_the_meetings_of_the_councils_of_the_area_but_not_the_grids(town, meeting):
    convener = make.person(town.street, "convener", area=town.first_grid)
    here = sessions.council(town)
    planned = calling.plan(council=here, kind="review", time=sessions.time(), actor=convener, at=AT)
    assert planned.area == town.first_grid
    assert calling.cancel(meeting=planned, reason="人凑不齐，下周再开", actor=convener, at=AT).state == "cancelled"
    with pytest.raises(MeetingError, match="不由您来办"):
        calling.call(meeting=meeting, actor=convener, at=AT)
    with pytest.raises(MeetingError, match="不由您来排"):
        other = sessions.council(town, area=town.second_grid)
        calling.plan(council=other, kind="review", time=sessions.time(), actor=convener, at=AT)


def test_a_council_that_has_ended_does_not_meet(town):
    gone = sessions.council(town, ended_on=make.TODAY)
    with pytest.raises(MeetingError, match="不存在"):
        sessions.council_meeting(town, gone)
    with pytest.raises(MeetingError, match="选听证会"):
        sessions.council_meeting(town, kind="grid")


def test_members_are_asked_and_joint_councils_bring_theirs(town):
    first, second = sessions.council(town), sessions.council(town, kind="building", area=town.second_grid)
    meeting = sessions.council_meeting(town, first)
    assert meeting.attendees.count() == 3
    host = calling.join(meeting=meeting, council=second, actor=town.staff, at=AT)
    assert meeting.attendees.count() == 6
    assert meeting in Meeting.objects.of_council(second)
    neighbour = make.person(town.street, "secretary", area=town.second_grid)
    assert meeting in Meeting.objects.visible_to(neighbour)
    with pytest.raises(MeetingError, match="已经在联席里"):
        calling.join(meeting=meeting, council=second, actor=town.staff, at=AT)
    with pytest.raises(MeetingError, match="就是召集的议事会"):
        calling.join(meeting=meeting, council=first, actor=town.staff, at=AT)
    calling.part(host=host, actor=town.staff, at=AT)
    assert set(meeting.attendees.values_list("member__council", flat=True)) == {first.pk}


def test_a_joint_session_hears_what_lies_before_any_of_its_councils(town):
    from grid.meetings import agenda

    first, second = sessions.council(town), sessions.council(town, kind="building")
    row = sessions.matter(town, "楼道堆物", level=2)
    row.legs.update(council=second)
    meeting = sessions.council_meeting(town, first)
    assert agenda.lines(meeting, make.TODAY) == []
    calling.join(meeting=meeting, council=second, actor=town.staff, at=AT)
    assert [line.matter for line in agenda.lines(meeting, make.TODAY)] == [row]


# ---- votes


@pytest.fixture
def hearing(town):
    here = sessions.council(town, members=5)
    row = sessions.matter(town, "楼道堆物", level=2)
    row.legs.update(council=here)
    begun = calling.begin(meeting=sessions.council_meeting(town, here), actor=town.staff, at=DURING)
    sessions.everybody(begun, town.staff)
    return begun


def vote(hearing, actor, ayes=3, nays=1, abstained=1):
    return votes.vote(
        item=sessions.item(hearing), motion="", ayes=ayes, nays=nays, abstained=abstained, actor=actor, at=DURING
    )


@pytest.mark.parametrize(("ayes", "nays", "passed"), [(3, 2, True), (2, 3, False), (5, 0, True)])
def test_a_vote_is_weighed_by_the_charter(town, hearing, ayes, nays, passed):
    made = vote(hearing, town.staff, ayes, nays, 0)
    assert (made.is_passed, made.present, made.source) == (passed, 5, "议事规则第 1 版")
    assert votes.rule_of(made) == "赞成要超过到会的 50 %（议事规则第 1 版）"


def test_more_votes_than_people_and_no_votes_at_all(town, hearing):
    with pytest.raises(MeetingError, match="共 6 票，到会有表决权的只有 5 人"):
        vote(hearing, town.staff, 6, 0, 0)
    with pytest.raises(MeetingError, match="各多少票"):
        vote(hearing, town.staff, 0, 0, 0)


def test_no_vote_without_a_quorum_nor_in_a_grid_meeting(town, hearing, meeting):
    hearing.attendees.exclude(pk__in=hearing.attendees.values("pk")[:2]).update(state="absent")
    with pytest.raises(MeetingError, match="不能表决：应到 5 人，实到 2 人"):
        vote(hearing, town.staff)
    begun = sessions.under_way(town, meeting)
    with pytest.raises(MeetingError, match="不表决"):
        vote(begun, town.staff)


def test_the_charter_may_ask_for_a_vote_before_the_close(town, hearing):
    sessions.resolution(sessions.item(hearing), town)
    with pytest.raises(MeetingError, match=r"按议事规则第 1 版，听证会要表决：第 1 项“楼道堆物”"):
        calling.close(meeting=hearing, actor=town.staff, at=DURING)
    vote(hearing, town.staff)
    assert calling.close(meeting=hearing, actor=town.staff, at=DURING).state == "held"


def test_what_the_vote_refused_is_not_resolved(town, hearing):
    sessions.resolution(sessions.item(hearing), town)
    vote(hearing, town.staff, 1, 4, 0)
    with pytest.raises(MeetingError, match="第 1 项“楼道堆物”表决没有通过，不能记为议定"):
        calling.close(meeting=hearing, actor=town.staff, at=DURING)
    votes.vote(item=sessions.item(hearing), motion="再议", ayes=5, nays=0, abstained=0, actor=town.staff, at=LATER)
    assert calling.close(meeting=hearing, actor=town.staff, at=LATER).state == "held"


def test_closing_tells_other_rooms_what_became_of_each_item(town, hearing):
    heard = []

    def hear(item, outcome, words, **_):
        heard.append((item.title, outcome, words))

    signals.item_decided.connect(hear)
    try:
        sessions.resolution(sessions.item(hearing), town)
        vote(hearing, town.staff)
        calling.close(meeting=hearing, actor=town.staff, at=DURING)
    finally:
        signals.item_decided.disconnect(hear)
    assert heard == [("楼道堆物", "resolved", "六个车位错时开放（示例中队 何戌一，12-01 前）")]


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_begin_it_at_once_one_begins_it_and_its_agenda_is_made_once():
    town = make.town()
    meeting = sessions.grid_meeting(town)
    sessions.matter(town, "路灯不亮三盏")
    outcomes, start = [], threading.Barrier(10)

    def begin() -> None:
        start.wait()
        try:
            calling.begin(meeting=meeting, actor=town.staff, at=DURING)
            outcomes.append("begun")
        except MeetingError as told:
            outcomes.append(told.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("begun") == 1
    assert outcomes.count("会已经开始。") == 9
    assert meeting.items.count() == 2


def test_members_of_the_grid_and_people_lent_to_it_are_asked(town):
    from django.db.backends.postgresql.psycopg_any import DateRange

    from grid.models import GridMember, Secondment

    ever = DateRange(make.LONG_AGO, None)
    GridMember.objects.create(street=town.street, grid=town.first_grid, role="head", name="钱格长", valid=ever)
    Secondment.objects.create(
        street=town.street, grid=town.first_grid, whose="police", home_unit="示例派出所", name="孙民警",
        person_key="x", duties="治安", valid=DateRange(make.LONG_AGO, dt.date(2027, 1, 1)),
    )  # fmt: skip
    row = sessions.grid_meeting(town)
    roles = dict(row.attendees.values_list("name", "role"))
    assert (roles["钱格长"], roles["孙民警"], roles["赵甲一"]) == ("chair", "department", "branch")
    assert CouncilMember.objects.count() == 0


def test_a_matter_that_moves_meanwhile_is_still_on_the_settled_agenda(town, meeting):
    row = sessions.matter(town, "路灯不亮三盏")
    called = calling.call(meeting=meeting, actor=town.staff, at=AT)
    moving.pass_up(matter=row, tried="查线", left_open="还黑", why="", actor=town.staff, at=AT)
    assert sessions.item(called, f"matter:{row.pk}").title == "路灯不亮三盏"
