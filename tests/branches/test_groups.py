"""Groups of a branch: set up, changed, ended; who leaves the branch leaves its group; their meetings are due."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from branches.bodies import groups, members
from branches.bodies.groups import GroupError
from branches.bodies.members import MemberError
from branches.life import due
from branches.models import Group, GroupPlace, Organisation
from branches.rules.meetings import Kind
from shimen.audit.models import AccessLog
from tests import make, organised

pytestmark = pytest.mark.django_db
DAY = make.TODAY


@pytest.fixture
def branch(town: make.Town) -> Organisation:
    return organised.organisation(town)


@pytest.fixture
def people(branch: Organisation):
    return [organised.member(branch, name=f"赵甲{sign}") for sign in "一二三四五"]


def _form(town: make.Town, branch: Organisation, people, **given) -> Group:
    said = {"name": "第一党小组", "leader": people[0], "members": people, "actor": town.staff, "at": make.AT} | given
    return groups.form(organisation=branch, **said)


def _in(group: Group) -> dict[str, bool]:
    return {place.member.name(): place.is_leader for place in GroupPlace.objects.on(DAY).filter(group=group)}


def test_a_group_is_set_up_with_its_leader_and_its_meetings_are_due(town: make.Town, branch, people):
    kinds = [each.due.kind for each in due.owed([branch], street=town.street.pk, today=DAY)]
    assert Kind.GROUP not in kinds
    group = _form(town, branch, people[:3])
    assert _in(group) == {"赵甲一": True, "赵甲二": False, "赵甲三": False}
    kinds = [each.due.kind for each in due.owed([branch], street=town.street.pk, today=DAY)]
    assert Kind.GROUP in kinds
    assert AccessLog.objects.get(verb="group.form").after["people"] == 3


def test_what_a_group_cannot_be(town: make.Town, branch, people):
    _form(town, branch, people[:3])
    stranger = organised.member(organised.organisation(town))
    young = organised.member(branch, standing="probationary")
    for given, words in (
        ({"members": people[3:], "leader": people[3], "name": "第二党小组"}, "只选了 2 人"),
        ({"members": [*people[3:], people[0]], "leader": people[3], "name": "第二党小组"}, "只编入一个小组"),
        ({"members": [*people[3:], stranger], "leader": people[3], "name": "第二党小组"}, "本支部现有的党员"),
        ({"members": people[3:], "leader": young, "name": "第二党小组"}, "组长要由正式党员担任"),
        ({"members": [*people[3:], young], "leader": people[3]}, "同名的党小组"),
        ({"members": [*people[3:], young], "leader": people[3], "name": " "}, "写上名称"),
    ):
        with pytest.raises(GroupError, match=words):
            _form(town, branch, people, **given)
    with pytest.raises(MemberError, match="书记管"):
        _form(town, branch, people[:3], actor=town.visitor)


def test_a_group_is_changed_from_today_and_ended(town: make.Town, branch, people):
    group = organised.group(branch, *people[:3])
    said = {"name": "第一党小组", "actor": town.staff, "at": make.AT}
    groups.change(group=group, leader=people[1], members=people[1:4], **said)
    assert _in(group) == {"赵甲二": True, "赵甲三": False, "赵甲四": False}
    assert GroupPlace.objects.filter(member=people[0]).get().valid.upper == DAY
    groups.end(group=group, reason="党员都搬走了", actor=town.staff, at=make.AT)
    assert not _in(group)
    with pytest.raises(GroupError, match="已经撤销"):
        groups.end(group=group, reason="党员都搬走了", actor=town.staff, at=make.AT)


def test_who_leaves_the_branch_is_in_none_of_its_groups(town: make.Town, branch, people):
    group = organised.group(branch, *people[:3])
    members.leave(member=people[2], on=DAY, reason="转出本街道", actor=town.staff, at=make.AT)
    assert set(_in(group)) == {"赵甲一", "赵甲二"}


def test_on_the_pages_with_names_for_who_looks_after_the_branch(town: make.Town, branch, people, client: Client):
    client.force_login(town.staff)
    url = reverse("branches:group-new", args=[branch.pk])
    wrong = client.post(url, {"name": "第一党小组", "leader": "", "members": []})
    assert wrong.status_code == 422
    client.post(url, {"name": "第一党小组", "leader": people[0].pk, "members": [each.pk for each in people[:3]]})
    group = Group.objects.get()
    roster = reverse("branches:organisation-members", args=[branch.pk])
    assert "组长 赵甲一" in client.get(roster).content.decode()
    edit = reverse("branches:group-edit", args=[group.pk])
    assert "赵甲二" in client.get(edit).content.decode()
    client.post(edit, {"name": "望桥路党小组", "leader": people[1].pk, "members": [each.pk for each in people[:3]]})
    group.refresh_from_db()
    assert (group.name, _in(group)["赵甲二"]) == ("望桥路党小组", True)
    client.post(reverse("branches:group-end", args=[group.pk]), {"reason": "人太少了"})
    assert not Group.objects.on(DAY).exists()
