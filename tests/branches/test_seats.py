"""Filling a vacancy, ending a seat, taking an end back, linking an account."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.committees import seats
from branches.committees.nominees import CommitteeError, Nominee
from branches.models import Committee, Seat
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
ROLES = ("secretary", "organiser", "publicity")


@pytest.fixture
def committee(town: make.Town) -> Committee:
    """Three seats, of which two are held."""
    branch = organised.organisation(town)
    people = [organised.member(branch, name=f"赵甲{'一二三四五六七八'[n]}") for n in range(8)]
    row = organised.committee(branch, *ROLES)
    for role, member in zip(ROLES[:2], people, strict=False):
        organised.seat(row, role, member=member, name=member.name())
    return row


def free(committee: Committee):
    return committee.organisation.members.order_by("pk").last()


def fill(town: make.Town, committee: Committee, nominee: Nominee | None = None, **given) -> Seat:
    given = {"since": make.TODAY, "actor": town.staff, "at": make.AT} | given
    chosen = nominee or Nominee("publicity", member=free(committee).pk)
    return seats.fill(committee=committee, nominee=chosen, **given)


def test_a_vacancy_is_filled_until_the_term_ends(town: make.Town, committee: Committee):
    assert seats.vacant_roles(committee, make.TODAY) == ["publicity"]
    seat = fill(town, committee)
    assert seat.since == make.TODAY
    assert seats.vacant_roles(committee, make.TODAY) == []
    assert Committee.objects.filter(pk=committee.pk).with_vacant(make.TODAY).get().vacant == 0
    assert AccessLog.objects.get(verb="committees.fill").after["seats"] == ["宣传委员 赵**"]


@pytest.mark.parametrize(
    ("role", "given", "words"),
    [
        ("organiser", {}, "组织委员现在不缺人"),
        ("nonsense", {}, "不缺人"),
        ("publicity", {"since": dt.date(2026, 11, 24)}, "到任日期还没到"),
        ("publicity", {"since": dt.date(2025, 6, 1)}, "早于这一届选举"),
    ],
)
def test_what_cannot_be_filled_is_refused(town: make.Town, committee: Committee, role, given, words):
    with pytest.raises(CommitteeError, match=words):
        fill(town, committee, Nominee(role, member=free(committee).pk), **given)
    assert not AccessLog.objects.filter(verb="committees.fill").exists()


def test_somebody_with_a_seat_does_not_get_a_second_one(town: make.Town, committee: Committee):
    holder = committee.seats.get(role="organiser").member
    with pytest.raises(CommitteeError, match="只占一个席位"):
        fill(town, committee, Nominee("publicity", member=holder.pk))


def test_an_empty_row_fills_nothing(town: make.Town, committee: Committee):
    with pytest.raises(CommitteeError, match="选本支部党员"):
        fill(town, committee, Nominee("publicity"))


def test_a_past_committee_is_not_filled(town: make.Town, committee: Committee):
    committee.valid = (committee.elected_on, make.TODAY)
    committee.save()
    with pytest.raises(CommitteeError, match="不在任"):
        fill(town, committee)


def test_a_seat_ends_with_a_reason_and_is_vacant_from_that_day(town: make.Town, committee: Committee):
    seat = committee.seats.get(role="organiser")
    seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    assert seats.vacant_roles(committee, make.TODAY) == ["organiser", "publicity"]
    assert seats.vacant_roles(committee, make.TODAY - dt.timedelta(days=1)) == ["publicity"]
    assert AccessLog.objects.get(verb="committees.end_seat").reason == "调动"
    with pytest.raises(CommitteeError, match="前任 2026-11-23 才离任"):
        fill(town, committee, Nominee("organiser", member=free(committee).pk), since=dt.date(2026, 11, 20))


@pytest.mark.parametrize(
    ("on", "reason", "words"),
    [
        (make.TODAY, " ", "为什么离任"),
        (dt.date(2025, 7, 1), "调动", "之后"),
        (dt.date(2026, 11, 24), "调动", "还没到"),
    ],
)
def test_an_end_needs_a_day_and_a_reason(town: make.Town, committee: Committee, on, reason, words):
    with pytest.raises(CommitteeError, match=words):
        seats.end(seat=committee.seats.get(role="organiser"), on=on, reason=reason, actor=town.staff, at=make.AT)


def test_a_seat_ends_once(town: make.Town, committee: Committee):
    seat = committee.seats.get(role="organiser")
    seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    with pytest.raises(CommitteeError, match="已经离任"):
        seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)


def test_a_mistaken_end_is_taken_back_until_somebody_follows(town: make.Town, committee: Committee):
    seat = committee.seats.get(role="organiser")
    seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    seats.resume(seat=seat, actor=town.staff, at=make.AT)
    seat.refresh_from_db()
    assert (seat.until, seat.end_reason) == (None, "")
    assert AccessLog.objects.filter(verb="committees.resume_seat").exists()
    seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    fill(town, committee, Nominee("organiser", member=free(committee).pk))
    with pytest.raises(CommitteeError, match="已经补上了人"):
        seats.resume(seat=seat, actor=town.staff, at=make.AT)


def test_an_account_is_linked_and_taken_off(town: make.Town, committee: Committee):
    seat = committee.seats.get(role="secretary")
    seats.link_account(seat=seat, user=town.secretary, actor=town.staff, at=make.AT)
    assert Seat.objects.get(pk=seat.pk).user == town.secretary
    seats.link_account(seat=seat, user=None, actor=town.staff, at=make.AT)
    assert AccessLog.objects.filter(verb="committees.link_account").count() == 2
    with pytest.raises(CommitteeError, match="不在本街道"):
        seats.link_account(seat=seat, user=town.stranger, actor=town.staff, at=make.AT)


def test_a_filling_that_was_registered_by_mistake_is_taken_back(town: make.Town, committee: Committee):
    seat = fill(town, committee)
    seats.take_back(seat=seat, reason="登记错了人", actor=town.staff, at=make.AT)
    assert seats.vacant_roles(committee, make.TODAY) == ["publicity"]
    assert AccessLog.objects.get(verb="committees.take_back_seat").before["seats"] == ["宣传委员 赵**"]
    with pytest.raises(CommitteeError, match="撤销那次选举的登记"):
        elected = committee.seats.get(role="secretary")
        seats.take_back(seat=elected, reason="登记错了人", actor=town.staff, at=make.AT)


def test_what_is_kept_of_a_seat_is_corrected(town: make.Town, committee: Committee):
    seat = committee.seats.get(role="secretary")
    seats.correct(seat=seat, values={"also": ["publicity"], "home_unit": "丙寅茶叶店主"}, actor=town.staff, at=make.AT)
    seat.refresh_from_db()
    assert (seat.also, seat.home_unit) == (["publicity"], "丙寅茶叶店主")
    assert AccessLog.objects.get(verb="committees.correct_seat").after["also"] == ["宣传委员"]
    for values, words in (
        ({"also": ["discipline"]}, "纪检委员"),
        ({"seconded_until": dt.date(2027, 1, 1)}, "不是下沉干部"),
    ):
        with pytest.raises(CommitteeError, match=words):
            seats.correct(seat=seat, values=values, actor=town.staff, at=make.AT)
