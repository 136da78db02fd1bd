"""Members: joining, correcting, transferring, leaving and coming back; who reads their names."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from branches import signals
from branches.bodies import members
from branches.bodies.members import MemberError, Person
from branches.models import Member, Organisation, Responsibility
from shimen.audit.models import AccessLog
from shimen.privacy import retention
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY
SINCE = dt.date(2026, 9, 1)


def _join(town: make.Town, organisation: Organisation, **given) -> Member:
    person = Person(given.pop("name", "赵甲一"), given.pop("phone", "19900000001"), **given.pop("person", {}))
    told = {"since": SINCE, "actor": town.staff, "at": make.AT}
    return members.join(organisation=organisation, person=person, **told | given)


def _secretary_of(town: make.Town, organisation: Organisation) -> None:
    organised.member(organisation, name="赵甲一", user=town.secretary)


def test_somebody_joins_sealed_and_the_log_keeps_the_mask(town: make.Town):
    member = _join(town, organised.organisation(town))
    row = Member.objects.get()
    assert (row.name_mask, row.phone_mask, row.name()) == ("赵**", "199****0001", "赵甲一")
    assert members.phone_of(row) == "19900000001"
    line = AccessLog.objects.get(verb="member.join")
    assert line.after["name"] == "赵**"
    assert "赵甲一" not in str(line.after)
    assert member.is_current(DAY)


@pytest.mark.parametrize(
    ("person", "given", "sentence"),
    [
        ({}, {"name": ""}, "写上全名"),
        ({}, {"name": "赵**"}, "写上全名"),
        ({}, {"since": DAY + dt.timedelta(days=1)}, "编入日期不能晚于今天"),
        ({"relation": "floating"}, {}, "写明组织关系所在单位"),
        ({"standing": "guest"}, {}, "没有这种党员类别"),
    ],
)
def test_what_cannot_be_said_of_a_member(town: make.Town, person, given, sentence):
    with pytest.raises(MemberError, match=sentence):
        _join(town, organised.organisation(town), person=person, **given)
    assert not Member.objects.exists()


def test_nobody_is_a_member_of_two_organisations_and_the_rule_is_named(town: make.Town):
    first = organised.organisation(town)
    _join(town, first)
    with pytest.raises(MemberError, match=rf"在“{first}”。每名党员编入一个支部（《中国共产党章程》第八条）"):
        _join(town, organised.organisation(town), name="赵甲一")
    with pytest.raises(MemberError, match="已经在这个党组织"):
        _join(town, first, name="赵甲一")


def test_who_does_not_see_the_other_organisation_is_not_told_which_it_is(town: make.Town):
    _join(town, organised.organisation(town, area=town.second_grid, name="第二街区党支部"))
    own = organised.organisation(town)
    _secretary_of(town, own)
    with pytest.raises(MemberError, match="在另一个党组织") as refusal:
        _join(town, own, actor=town.secretary)
    assert "第二街区" not in refusal.value.sentence


def test_a_worker_of_the_registry_is_one_person(town: make.Town):
    worker = make.worker(make.entity(town.first_grid), standing="member")
    _join(town, organised.organisation(town), phone="", person={"worker": worker})
    with pytest.raises(MemberError, match="每名党员编入一个支部"):
        _join(town, organised.organisation(town), phone="", person={"worker": worker})


def test_a_namesake_without_a_number_is_asked_for_one(town: make.Town):
    branch = organised.organisation(town)
    _join(town, branch, phone="")
    with pytest.raises(MemberError, match="名册里已有一位赵"):
        _join(town, branch, phone="")
    _join(town, branch, phone="19900000007")


def test_a_general_branch_holds_no_members_itself(town: make.Town):
    with pytest.raises(MemberError, match="党总支不直接编入党员"):
        _join(town, organised.organisation(town, form="general"))


def test_a_secretary_keeps_only_the_own_roster(town: make.Town):
    own, other = organised.organisation(town), organised.organisation(town)
    _secretary_of(town, own)
    _join(town, own, actor=town.secretary, name="钱乙二")
    with pytest.raises(MemberError, match="名册由街道党建办和本党组织的书记管"):
        _join(town, other, actor=town.secretary, name="孙丙三", phone="19900000003")


def test_correcting_writes_what_changed_and_nothing_twice(town: make.Town):
    member = _join(town, organised.organisation(town))
    told = {"actor": town.staff, "at": make.AT}
    members.correct(member=member, values={"standing": "probationary", "phone": "19900000002"}, **told)
    members.correct(member=member, values={"standing": "probationary"}, **told)
    line = AccessLog.objects.get(verb="member.correct")
    assert line.before == {"standing": "full", "phone": "199****0001"}
    assert line.after == {"standing": "probationary", "phone": "199****0002"}


def test_a_transfer_ends_one_membership_and_begins_another_on_the_same_day(town: make.Town):
    here, there = organised.organisation(town), organised.organisation(town, area=town.second_grid)
    member = _join(town, here)
    heard = []
    signals.member_left.connect(lambda **told: heard.append(told["member"].pk), weak=False, dispatch_uid="test")
    try:
        new = members.transfer(member=member, to=there, on=DAY, reason="换了单位", actor=town.staff, at=make.AT)
    finally:
        signals.member_left.disconnect(dispatch_uid="test")
    old = Member.objects.get(pk=member.pk)
    assert (old.valid.upper, new.valid.lower) == (DAY, DAY)
    assert (new.name(), members.phone_of(new)) == ("赵甲一", "19900000001")
    assert heard == [member.pk]
    with pytest.raises(MemberError, match="已离开"):
        members.transfer(member=member, to=there, on=DAY, reason="再转一次", actor=town.staff, at=make.AT)
    with pytest.raises(MemberError, match="每名党员编入一个支部"):
        members.bring_back(member=member, actor=town.staff, at=make.AT)


@pytest.mark.parametrize(
    ("on", "reason", "sentence"),
    [
        (DAY + dt.timedelta(days=1), "转往外省市", "不能晚于今天"),
        (SINCE, "转往外省市", "要晚于编入日期 2026-09-01"),
        (DAY, "", "写明原因"),
    ],
)
def test_leaving_needs_a_day_that_fits_and_a_reason(town: make.Town, on, reason, sentence):
    member = _join(town, organised.organisation(town))
    with pytest.raises(MemberError, match=sentence):
        members.leave(member=member, on=on, reason=reason, actor=town.staff, at=make.AT)


def test_who_holds_a_seat_or_looks_after_places_hands_over_first(town: make.Town):
    branch = organised.organisation(town)
    member, told = _join(town, branch), {"on": DAY, "reason": "转往外省市", "actor": town.staff, "at": make.AT}
    responsibility = Responsibility.objects.create(
        street=town.street, organisation=branch, member=member, place=make.place(town.first_grid), valid=(SINCE, None)
    )
    with pytest.raises(MemberError, match="还负责 1 处地点"):
        members.leave(member=member, **told)
    responsibility.delete()
    organised.seat(organised.committee(branch), role="secretary", member=member)
    with pytest.raises(MemberError, match=r"还是.*的书记。先在“班子”页登记离任"):
        members.leave(member=member, **told)


def test_who_left_comes_back_and_both_are_kept(town: make.Town):
    member = _join(town, organised.organisation(town))
    told = {"actor": town.staff, "at": make.AT}
    members.leave(member=member, on=DAY, reason="转往外省市", **told)
    assert not Member.objects.on(DAY).exists()
    members.bring_back(member=member, **told)
    assert Member.objects.on(DAY).get().left_reason == ""
    with pytest.raises(MemberError, match="没有离开"):
        members.bring_back(member=member, **told)
    assert AccessLog.objects.filter(verb__in=["member.leave", "member.bring_back"]).count() == 2


def test_three_years_after_leaving_the_name_is_gone_and_does_not_come_back(town: make.Town):
    member = _join(town, organised.organisation(town))
    members.leave(member=member, on=DAY, reason="转往外省市", actor=town.staff, at=make.AT)
    rule = next(rule for rule in retention.rules() if rule.key == "member.left")
    assert not rule.due(town.street, DAY + dt.timedelta(days=3 * 365 - 1)).exists()
    due = rule.due(town.street, DAY + dt.timedelta(days=3 * 365))
    rule.erase(list(due.values_list("pk", flat=True)), make.AT)
    row = Member.objects.get()
    assert (row.name_sealed, row.phone_index, row.name()) == (None, None, "（已删除）")
    with pytest.raises(MemberError, match="保存期满"):
        members.bring_back(member=row, actor=town.staff, at=make.AT)


def test_revealing_asks_for_a_reason_and_keeps_it_without_the_name(town: make.Town):
    member = _join(town, organised.organisation(town))
    with pytest.raises(MemberError, match="写明原因"):
        members.reveal(member=member, reason="", actor=town.secretary, at=make.AT)
    opened = members.reveal(member=member, reason="通知党员大会", actor=town.secretary, at=make.AT)
    assert opened == ("赵甲一", "19900000001")
    line = AccessLog.objects.get(verb="branches.revealed")
    assert line.reason == "通知党员大会"
    assert "19900000001" not in str(line.after)


# ---- the pages


def test_the_roster_opens_names_for_those_who_look_after_it_and_says_so_in_the_log(town: make.Town, client: Client):
    own, other = organised.organisation(town), organised.organisation(town)
    _secretary_of(town, own)
    organised.member(other, name="钱乙二")
    client.force_login(town.secretary)
    assert "赵甲一" in client.get(reverse("branches:organisation-members", args=[own.pk])).content.decode()
    masked = client.get(reverse("branches:organisation-members", args=[other.pk])).content.decode()
    assert "钱乙二" not in masked
    assert "钱**" in masked
    said = list(AccessLog.objects.filter(verb="branches.seen").order_by("pk").values_list("reason", flat=True))
    assert said == ["党员名册，显示姓名", "党员名册，掩码"]


def test_nobody_reads_the_edit_form_of_a_roster_that_is_not_theirs(town: make.Town, client: Client):
    member = organised.member(organised.organisation(town), name="钱乙二")
    client.force_login(town.secretary)
    answer = client.get(reverse("branches:member", args=[member.pk]), follow=True)
    assert "钱乙二" not in answer.content.decode()


def test_a_visitor_and_a_data_administrator_read_no_names(town: make.Town, client: Client):
    branch = organised.organisation(town)
    organised.member(branch, name="许午四")
    url = reverse("branches:organisation-members", args=[branch.pk])
    client.force_login(town.visitor)
    assert client.get(url).status_code == 403
    client.force_login(town.data_admin)
    assert "许午四" not in client.get(url).content.decode()


def test_an_export_of_a_roster_names_maker_and_purpose(town: make.Town, client: Client):
    branch = organised.organisation(town)
    organised.member(branch, name="钱乙二")
    url = reverse("branches:members-export", args=[branch.pk])
    client.force_login(town.secretary)
    assert client.post(url, {"purpose": "核对名册", "kind": "csv"}).status_code == 422
    client.force_login(town.staff)
    assert client.post(url, {"purpose": "", "kind": "csv"}).status_code == 422
    waits = client.post(url, {"purpose": "核对名册", "kind": "csv"})
    assert (waits.status_code, "要安全管理员批准" in waits.content.decode()) == (422, True)
    make.approve_exports(town)
    answer = client.post(url, {"purpose": "核对名册", "kind": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert "钱乙二" in text
    assert "周戊五" in text.splitlines()[0]
    assert AccessLog.objects.get(verb="branches.exported").reason.startswith("核对名册（")
    assert client.post(url, {"purpose": "再来一次", "kind": "csv"}).status_code == 422  # an approval is for one file


def test_the_list_of_all_members_shows_masks_and_costs_the_same_however_long_it_is(town: make.Town, client: Client):
    client.force_login(town.staff)
    url = reverse("branches:members")
    branch = organised.organisation(town)
    organised.member(branch, name="钱乙二")
    client.get(url)
    with make.counting() as few:
        page = client.get(url).content.decode()
    assert "钱乙二" not in page
    for _ in range(6):
        organised.member(organised.organisation(town))
    with make.counting() as many:
        client.get(url)
    assert len(many) == len(few)


def test_joining_and_leaving_on_the_pages(town: make.Town, client: Client):
    branch = organised.organisation(town)
    client.force_login(town.staff)
    said = {"name": "孙丙三", "phone": "", "standing": "full", "relation": "here", "since": "2026-07-01"}
    assert client.post(reverse("branches:member-new", args=[branch.pk]), said | {"name": ""}).status_code == 422
    client.post(reverse("branches:member-new", args=[branch.pk]), said)
    member = Member.objects.get()
    client.post(reverse("branches:member-leave", args=[member.pk]), {"on": "2026-07-02", "reason": "转往外省市"})
    assert Member.objects.get().valid.upper == dt.date(2026, 7, 2)
    client.post(reverse("branches:member-back", args=[member.pk]))
    assert Member.objects.get().valid.upper is None
