"""Who came: by hand, or with the code on the screen, which is new every minute."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.life import attendance, present, tokens
from branches.life.attendance import AttendanceError
from branches.models import Attendance
from shimen.audit.models import AccessLog
from shimen.privacy.sealing import phone_index
from tests import organised
from tests.make import AT

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def branch(town):
    return organised.organisation(town)


@pytest.fixture
def meeting(branch):
    return organised.activity(branch, starts_at=AT, ends_at=AT + HOUR)


def showing(meeting, town):
    return attendance.show_code(activity=meeting, actor=town.secretary, at=AT)


@pytest.mark.django_db
def test_one_tap_marks_and_another_takes_it_back(town, branch, meeting):
    member = organised.member(branch)
    assert attendance.mark(activity=meeting, marks={member.pk: "present"}, actor=town.secretary, at=AT) == 1
    assert attendance.mark(activity=meeting, marks={member.pk: "present"}, actor=town.secretary, at=AT) == 0
    assert attendance.mark(activity=meeting, marks={member.pk: "blank"}, actor=town.secretary, at=AT) == 1
    assert Attendance.objects.get().state == "blank"
    assert [line.after for line in AccessLog.objects.filter(verb="life.mark").order_by("pk")] == [
        {"present": 1}, {"blank": 1},
    ]  # fmt: skip


@pytest.mark.django_db
def test_nobody_is_marked_who_is_not_on_the_list_of_that_day(town, branch, meeting):
    left = organised.member(branch, valid=(dt.date(2025, 7, 1), AT.date()))
    elsewhere = organised.member(organised.organisation(town))
    for member in (left, elsewhere):
        with pytest.raises(AttendanceError, match="不在这场活动的名单里"):
            attendance.mark(activity=meeting, marks={member.pk: "present"}, actor=town.secretary, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"state": "cancelled", "cancelled_reason": "示例原因"}, "已经取消"),
        ({"starts_at": AT + 2 * HOUR, "ends_at": AT + 3 * HOUR}, "起才能记到会"),
    ],
)
def test_the_list_is_closed_before_and_for_what_was_cancelled(town, branch, given, sentence):
    activity = organised.activity(branch, **given)
    member = organised.member(branch)
    with pytest.raises(AttendanceError, match=sentence):
        attendance.mark(activity=activity, marks={member.pk: "present"}, actor=town.secretary, at=AT)


@pytest.mark.django_db
def test_a_committee_lists_its_seats_with_cadres_who_are_no_members(town, branch):
    organised.member(branch)
    meeting = organised.activity(branch, kind="committee", audience="committee", starts_at=AT, ends_at=AT + HOUR)
    assert not present.knows_committee(meeting)
    assert len(present.invited(meeting)) == 1
    member = organised.member(branch)
    committee = organised.committee(branch)
    organised.seat(committee, member=member)
    cadre = organised.seat(committee, "member", origin="seconded", home_unit="城管中队（示例）")
    people = present.invited(meeting)
    assert [person.id for person in people] == [member.pk, cadre.pk]
    attendance.mark(activity=meeting, marks={person.id: "present" for person in people}, actor=town.secretary, at=AT)
    count = present.count(meeting)
    assert (count.due, count.present, count.others) == (2, 2, 0)  # everybody who sits there has a vote


@pytest.mark.django_db
def test_the_code_on_the_screen_opens_for_two_minutes(town, meeting):
    meeting = showing(meeting, town)
    token = tokens.token(activity=meeting.pk, secret=meeting.code_secret, at=AT)
    code = tokens.code(activity=meeting.pk, secret=meeting.code_secret, at=AT)
    for later, opens in ((0 * MINUTE, True), (MINUTE, True), (2 * MINUTE, False), (-2 * MINUTE, False)):
        assert (attendance.find_by_token(token, at=AT + later) == meeting) is opens
        assert (attendance.find_by_code(code, at=AT + later) == meeting) is opens


@pytest.mark.django_db
def test_a_forged_an_exchanged_and_a_switched_off_code_open_nothing(town, meeting):
    meeting = showing(meeting, town)
    token = tokens.token(activity=meeting.pk, secret=meeting.code_secret, at=AT)
    forged = token[:-1] + ("2" if token[-1] != "2" else "3")
    assert attendance.find_by_token(forged, at=AT) is None
    other = tokens.token(activity=uuid.uuid4(), secret=meeting.code_secret, at=AT)
    assert attendance.find_by_token(other, at=AT) is None
    showing(meeting, town)
    assert attendance.find_by_token(token, at=AT) is None
    meeting = showing(meeting, town)
    token = tokens.token(activity=meeting.pk, secret=meeting.code_secret, at=AT)
    attendance.hide_code(activity=meeting, actor=town.secretary, at=AT)
    assert attendance.find_by_token(token, at=AT) is None


@pytest.mark.django_db
def test_a_secret_that_was_emptied_makes_no_code(meeting):
    token = tokens.token(activity=meeting.pk, secret="", at=AT)
    assert attendance.find_by_token(token, at=AT) is None
    assert attendance.find_by_code(tokens.code(activity=meeting.pk, secret="", at=AT), at=AT) is None


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_token(text):
    tokens.activity_of(text)
    assert not tokens.is_token(text, activity=uuid.UUID(int=1), secret="s" * 32, at=AT)


@pytest.mark.django_db
def test_a_member_signs_in_by_account_or_number_and_twice_is_once(town, branch, meeting):
    one = organised.member(branch, user=town.visitor)
    two = organised.member(branch, phone_index=phone_index("19900000017"))
    meeting = showing(meeting, town)
    assert attendance.sign_in(activity=meeting, user=town.visitor, phone="", at=AT) == one
    assert attendance.sign_in(activity=meeting, user=None, phone="199 0000 0017", at=AT) == two
    assert attendance.sign_in(activity=meeting, user=None, phone="19900000017", at=AT) == two
    assert set(Attendance.objects.values_list("member", "how", "state")) == {
        (one.pk, "code", "present"), (two.pk, "code", "present"),
    }  # fmt: skip
    assert AccessLog.objects.filter(verb="life.sign_in").count() == 2


@pytest.mark.django_db
def test_somebody_who_is_not_on_the_list_is_noted_nowhere(town, branch, meeting):
    organised.member(organised.organisation(town), user=town.visitor)
    meeting = showing(meeting, town)
    assert attendance.sign_in(activity=meeting, user=town.visitor, phone="", at=AT) is None
    assert attendance.sign_in(activity=meeting, user=None, phone="19900009999", at=AT) is None
    assert not Attendance.objects.exists()


@pytest.mark.django_db
def test_a_code_is_not_shown_long_after_the_end(town, meeting):
    with pytest.raises(AttendanceError, match="早已结束"):
        attendance.show_code(activity=meeting, actor=town.secretary, at=AT + 4 * HOUR)
