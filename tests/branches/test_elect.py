"""Electing a whole committee, withdrawing an election, extending a term."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from branches.committees import elections, reading, seats
from branches.committees.nominees import CommitteeError, Nominee
from branches.models import Committee, Organisation, Rule, Seat
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
FOUNDED = dt.date(2025, 7, 1)
DAY = dt.date(2026, 11, 20)


def branch_with(town: make.Town, members: int = 8, **given) -> Organisation:
    branch = organised.organisation(town, **given)
    for n in range(members):
        organised.member(branch, name=f"赵甲{'一二三四五六七八九十'[n]}")
    return branch


def three_of(branch: Organisation, *more: Nominee) -> list[Nominee]:
    people = list(branch.members.order_by("pk"))
    roles = ("secretary", "organiser", "publicity")
    return [*(Nominee(role, member=people[n].pk) for n, role in enumerate(roles)), *more]


def elect(town: make.Town, branch: Organisation, proposed=None, on: dt.date = DAY, **given) -> Committee:
    given = {"after": elections.latest(branch), "actor": town.staff, "at": make.AT} | given
    chosen = three_of(branch) if proposed is None else proposed
    return elections.elect(organisation=branch, proposed=chosen, elected_on=on, **given)


def refusal(*args, **kwargs) -> CommitteeError:
    with pytest.raises(CommitteeError) as caught:
        elect(*args, **kwargs)
    return caught.value


def test_a_committee_takes_office_with_its_term_by_rule(town: make.Town):
    branch = branch_with(town)
    sent = Nominee("discipline", name="陈癸十", unit="城管中队", seconded_until=dt.date(2027, 12, 31))
    committee = elect(town, branch, three_of(branch, sent))
    assert (committee.number, committee.ends_on) == (1, dt.date(2029, 11, 20))
    held = list(reading.seats_of(branch, DAY))
    assert [(seat.role, seat.origin) for seat in held] == [
        ("secretary", "inside"), ("organiser", "inside"), ("publicity", "inside"), ("discipline", "seconded"),
    ]  # fmt: skip
    assert held[0].name == "赵甲一"
    assert held[3].home_unit == "城管中队"


def test_the_log_says_who_was_elected_with_masked_names(town: make.Town):
    branch = branch_with(town)
    committee = elect(town, branch, note="街道党工委批复 12 号")
    line = AccessLog.objects.get(verb="committees.elect")
    assert line.object_id == str(committee.pk)
    assert line.actor == town.staff
    assert line.after["seats"][0] == "书记 赵**"
    assert "赵甲一" not in str(line.after)


def test_the_next_committee_ends_the_one_before_and_both_stay(town: make.Town):
    branch = branch_with(town)
    first = elect(town, branch, on=dt.date(2025, 8, 1))
    second = elect(town, branch)
    assert second.number == 2
    assert reading.committee_of(branch, dt.date(2026, 11, 19)) == first
    assert reading.committee_of(branch, DAY) == second
    ended = Seat.objects.filter(committee=first)
    assert {(seat.until, seat.end_reason) for seat in ended} == {(DAY, "换届")}
    assert reading.seats_of(branch, DAY).count() == 3


def test_a_member_of_another_branch_is_found_by_name_there(town: make.Town):
    branch, other = branch_with(town), organised.organisation(town, name="第二街区党支部（示例）")
    theirs = organised.member(other, name="蒋寅三")
    elect(town, branch, three_of(branch, Nominee("member", name="蒋寅三", unit="第二街区党支部（示例）")))
    seat = Seat.objects.get(role="member")
    assert (seat.member, seat.origin, seat.home_unit) == (theirs, "cross", "第二街区党支部（示例）")


def test_a_name_that_nobody_bears_there_is_refused(town: make.Town):
    branch, other = branch_with(town), organised.organisation(town, name="第二街区党支部（示例）")
    unknown = Nominee("member", name="蒋寅三", unit=other.name)
    assert "没有叫蒋寅三的党员" in refusal(town, branch, three_of(branch, unknown)).sentence
    for _ in range(2):
        organised.member(other, name="蒋寅三")
    assert "有 2 位同志叫蒋寅三" in refusal(town, branch, three_of(branch, unknown)).sentence


def test_a_cadre_needs_a_unit(town: make.Town):
    branch = branch_with(town)
    error = refusal(town, branch, three_of(branch, Nominee("member", name="陈癸十")))
    assert error.field == "3-unit"
    assert "写上陈癸十原来的单位" in error.sentence


def test_a_member_of_another_branch_is_not_taken_for_ones_own(town: make.Town):
    branch, other = branch_with(town), branch_with(town, 1)
    stolen = Nominee("member", member=other.members.get().pk)
    assert "不在本支部" in refusal(town, branch, three_of(branch, stolen)).sentence


def test_wrong_elections_name_the_rule_and_write_nothing(town: make.Town):
    branch = branch_with(town)
    people = [row.pk for row in branch.members.order_by("pk")]
    nine = [*three_of(branch), *(Nominee("member", name=f"示例{n}", unit="街道党群") for n in range(6))]
    twice = [*three_of(branch), Nominee("discipline", member=people[0])]
    assert "支部委员会最多 7 人（" in refusal(town, branch, nine).sentence
    assert "一个人在一个班子里只占一个席位" in refusal(town, branch, twice).sentence
    assert "早于成立日期 2025-07-01" in refusal(town, branch, on=dt.date(2025, 6, 30)).sentence
    assert "还没到" in refusal(town, branch, on=dt.date(2026, 11, 24)).sentence
    assert not Committee.objects.exists()
    assert not AccessLog.objects.filter(verb__startswith="committees.").exists()


def test_a_probationary_member_holds_no_seat(town: make.Town):
    branch = branch_with(town)
    trying = organised.member(branch, name="钱乙二", standing="probationary")
    assert "不是正式党员" in refusal(town, branch, three_of(branch, Nominee("member", member=trying.pk))).sentence


def test_the_same_account_does_not_lead_two_branches(town: make.Town):
    first, second = branch_with(town), branch_with(town)
    elect(
        town,
        first,
        [Nominee("secretary", member=first.members.order_by("pk")[0].pk, user=town.secretary.pk), *three_of(first)[1:]],
    )
    again = [Nominee("secretary", name="赵甲一", unit="街道党群", user=town.secretary.pk), *three_of(second)[1:]]
    assert "同时担任书记的党组织最多 1 个" in refusal(town, second, again).sentence


def test_a_street_may_set_another_rule(town: make.Town):
    branch = branch_with(town)
    Rule.objects.create(
        street=town.street, key="committee_most", value=3, since=FOUNDED, basis="示例文件", made_at=make.AT
    )
    four = three_of(branch, Nominee("member", name="陈癸十", unit="城管中队"))
    assert "支部委员会最多 3 人" in refusal(town, branch, four).sentence


def test_a_dissolved_branch_elects_nobody(town: make.Town):
    branch = branch_with(town, dissolved_on=dt.date(2026, 10, 1))
    assert "已经撤销" in refusal(town, branch).sentence


def test_a_number_counts_on_and_nothing_changes_in_a_dissolved_branch(town: make.Town):
    branch = branch_with(town)
    committee = elect(town, branch, on=dt.date(2025, 8, 1), number=4)
    assert "大于上一届的第 4 届" in refusal(town, branch, number=4).sentence
    assert elect(town, branch).number == 5
    Organisation.objects.filter(pk=branch.pk).update(dissolved_on=dt.date(2026, 11, 22))
    now = Committee.objects.get(number=5)
    with pytest.raises(CommitteeError, match="已经撤销"):
        extend(town, now, dt.date(2030, 1, 1))
    with pytest.raises(CommitteeError, match="已经撤销"):
        seats.fill(committee=now, nominee=Nominee("secretary"), since=DAY, actor=town.staff, at=make.AT)
    assert committee.seats.count() == 3


def test_a_secretary_of_a_branch_that_was_dissolved_may_lead_another(town: make.Town):
    gone, branch = branch_with(town, dissolved_on=dt.date(2026, 10, 1)), branch_with(town)
    organised.seat(organised.committee(gone), user=town.secretary)
    again = [Nominee("secretary", name="赵甲一", unit="街道党群", user=town.secretary.pk), *three_of(branch)[1:]]
    assert elect(town, branch, again).seats.filter(user=town.secretary).exists()


def test_a_form_filled_in_over_an_older_committee_is_refused(town: make.Town):
    branch = branch_with(town)
    elect(town, branch, on=dt.date(2026, 1, 5))
    assert "有人登记了新的一届" in refusal(town, branch, after=None).sentence


def test_an_election_is_withdrawn_and_the_one_before_is_back_as_it_was(town: make.Town):
    branch = branch_with(town)
    first = elect(town, branch, on=dt.date(2025, 8, 1))
    before = list(Seat.objects.filter(committee=first).order_by("pk").values())
    mistaken = elect(town, branch)
    elections.withdraw(committee=mistaken, reason="登记错了支部", actor=town.staff, at=make.AT)
    assert list(Seat.objects.filter(committee=first).order_by("pk").values()) == before
    assert reading.committee_of(branch, DAY) == first
    assert reading.secretary_of(branch, DAY).committee == first
    line = AccessLog.objects.get(verb="committees.withdraw")
    assert line.reason == "登记错了支部"
    assert elect(town, branch).number == 2


def test_what_something_stands_on_is_not_withdrawn(town: make.Town):
    branch = branch_with(town)
    first = elect(town, branch, on=dt.date(2025, 8, 1))
    second = elect(town, branch)
    with pytest.raises(CommitteeError, match="先撤销后面那一届"):
        elections.withdraw(committee=first, reason="登记错了", actor=town.staff, at=make.AT)
    seat = second.seats.get(role="publicity")
    seats.end(seat=seat, on=make.TODAY, reason="调动", actor=town.staff, at=make.AT)
    with pytest.raises(CommitteeError, match="有人到任或离任"):
        elections.withdraw(committee=second, reason="登记错了", actor=town.staff, at=make.AT)
    assert not AccessLog.objects.filter(verb="committees.withdraw").exists()


def extend(town: make.Town, committee: Committee, until: dt.date, **given):
    given = {"approved_by": "示例街道党工委", "approved_on": dt.date(2026, 11, 1), "reason": "书记人选考察中"} | given
    return elections.extend(committee=committee, until=until, actor=town.staff, at=make.AT, **given)


def test_a_term_is_extended_with_approval_and_by_a_year_at_most(town: make.Town):
    branch = branch_with(town)
    committee = organised.committee(branch, elected_on=FOUNDED, due_on=dt.date(2026, 12, 31))
    extend(town, committee, dt.date(2027, 6, 30))
    committee.refresh_from_db()
    assert committee.is_extended
    assert committee.due_on == dt.date(2026, 12, 31)
    line = AccessLog.objects.get(verb="committees.extend")
    assert line.before == {"ends_on": "2026-12-31"}
    with pytest.raises(CommitteeError, match="最多延到 2027-12-31"):
        extend(town, committee, dt.date(2028, 1, 1))
    extend(town, committee, dt.date(2027, 12, 31))
    assert committee.extensions.count() == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"approved_by": " "}, "经上级党组织批准"),
        ({"reason": ""}, "延期的原因"),
        ({"approved_on": dt.date(2026, 11, 24)}, "批准日期还没到"),
        ({"approved_on": dt.date(2025, 6, 1)}, "早于选举日期"),
    ],
)
def test_an_extension_says_who_granted_it_and_why(town: make.Town, given, words):
    committee = organised.committee(branch_with(town), elected_on=FOUNDED)
    with pytest.raises(CommitteeError, match=words):
        extend(town, committee, dt.date(2028, 10, 1), **given)


def test_the_database_keeps_one_committee_at_a_time_and_one_holder_per_seat(town: make.Town):
    branch = branch_with(town)
    committee = organised.committee(branch)
    organised.seat(committee)
    with pytest.raises(IntegrityError, match="one_committee_at_a_time"), transaction.atomic():
        organised.committee(branch, number=2)
    with pytest.raises(IntegrityError, match="one_holder_per_seat"), transaction.atomic():
        organised.seat(committee)


@pytest.mark.django_db(transaction=True)
def test_two_people_electing_at_once_make_one_committee(town: make.Town):
    branch = branch_with(town)
    chosen, ends, start = three_of(branch), [], threading.Barrier(2)

    def run() -> None:
        start.wait()
        try:
            elect(town, branch, chosen, after=None)
            ends.append("done")
        except CommitteeError as error:
            ends.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends)[0] == "done"
    assert "选举" in sorted(ends)[1] or "登记了新的一届" in sorted(ends)[1]
    assert Committee.objects.count() == 1
    assert Seat.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_elected_secretary_of_two_branches_at_once_leads_one(town: make.Town):
    ends, start = [], threading.Barrier(2)
    branches = [branch_with(town), branch_with(town)]
    lists = [
        [Nominee("secretary", name="赵甲一", unit="街道党群", user=town.secretary.pk), *three_of(branch)[1:]]
        for branch in branches
    ]

    def run(n: int) -> None:
        start.wait()
        try:
            elect(town, branches[n], lists[n], after=None)
            ends.append("done")
        except CommitteeError as error:
            ends.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends)[0] == "done"
    assert "同时担任书记的党组织最多" in sorted(ends)[1]
    assert reading.organisations_led_by(town.secretary, make.TODAY).count() == 1
