"""Inviting: who may, for what, where; agreeing; taking back."""

from __future__ import annotations

import datetime as dt

import pytest

from shimen.accounts import invitations
from shimen.accounts.invitations import InvitationError
from shimen.accounts.models import FIELD_ROLES, Invitation, Role, User
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


def _invite(town: make.Town, actor: User | None, role: str = Role.VISITOR, **values):
    defaults = {
        "street": town.street,
        "username": "xinren",
        "display_name": "新某人",
        "role": role,
        "area": None,
        "actor": actor,
        "at": make.AT,
    }
    return invitations.invite(**defaults | values)


def test_only_the_hash_of_the_token_is_kept(town: make.Town) -> None:
    invited = _invite(town, town.system_admin)
    row = Invitation.objects.values().get()
    assert invited.token not in str(row)
    assert len(invited.token) >= 43
    assert row["token_hash"] == invitations.hash_of(invited.token)
    assert invited.token not in str(list(AccessLog.objects.values()))


def test_an_invitation_by_the_system_administrator_waits_for_the_security_administrator(town: make.Town) -> None:
    invited = _invite(town, town.system_admin, Role.STAFF)
    assert invited.invitation.approved_at is None
    with pytest.raises(InvitationError, match="等安全管理员同意"):
        invitations.accept(token=invited.token, password=make.PASSWORD, at=make.AT)
    invitations.approve(invitation=invited.invitation, actor=town.security_admin, at=make.AT)
    user = invitations.accept(token=invited.token, password=make.PASSWORD, at=make.AT)
    assert user.grants.get().granted_by == town.security_admin


@pytest.mark.parametrize("role", FIELD_ROLES)
def test_staff_invite_people_at_the_doors_and_agree_by_that(town: make.Town, role: str) -> None:
    assert _invite(town, town.staff, role, area=town.first_grid).invitation.approved_by == town.staff


@pytest.mark.parametrize("role", sorted(set(Role.values) - set(FIELD_ROLES)))
def test_staff_bring_in_nobody_who_decides(town: make.Town, role: str) -> None:
    with pytest.raises(InvitationError, match="不归您邀请"):
        _invite(town, town.staff, role)


@pytest.mark.parametrize(
    "who", ["secretary", "visitor", "data_admin", "security_admin", "audit_admin", "nobody", "stranger"]
)
def test_others_invite_nobody(town: make.Town, who: str) -> None:
    with pytest.raises(InvitationError, match="不归您邀请"):
        _invite(town, getattr(town, who))
    assert not Invitation.objects.exists()


def test_staff_of_a_grid_invite_into_that_grid_only(town: make.Town) -> None:
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    assert _invite(town, grid_staff, area=town.block, username="xin1").invitation.area == town.block
    for area in (town.second_grid, None):
        with pytest.raises(InvitationError, match="不归您邀请"):
            _invite(town, grid_staff, area=area, username="xin2")


def test_a_wider_role_for_something_else_does_not_widen_where_staff_may_invite(town: make.Town) -> None:
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    make.grant(grid_staff, Role.SECONDED)
    with pytest.raises(InvitationError, match="不归您邀请"):
        _invite(town, grid_staff, area=town.second_grid)


def test_an_area_of_another_street_is_refused(town: make.Town) -> None:
    with pytest.raises(InvitationError):
        _invite(town, town.system_admin, area=make.area(town.stranger.street))


def test_administrators_and_data_administrators_have_no_area(town: make.Town) -> None:
    with pytest.raises(InvitationError, match="范围留空"):
        _invite(town, town.system_admin, Role.AUDIT_ADMIN, area=town.first_grid)


def test_one_cannot_agree_to_ones_own_invitation(town: make.Town) -> None:
    make.grant(town.staff, Role.SYSTEM_ADMIN)
    person = User.objects.get(pk=town.staff.pk)
    invited = _invite(town, person, Role.DATA_ADMIN)
    for actor in (person, town.system_admin, town.audit_admin, town.stranger):
        with pytest.raises(InvitationError, match="安全管理员同意"):
            invitations.approve(invitation=invited.invitation, actor=actor, at=make.AT)


@pytest.mark.parametrize("username", ["", "  ", "a b", "<script>", "名/字", "x" * 61, "a\u0000b"])
def test_a_username_that_cannot_be_typed_is_refused(town: make.Town, username: str) -> None:
    with pytest.raises(InvitationError) as refused:
        _invite(town, town.system_admin, username=username)
    assert refused.value.field == "username"


def test_a_username_in_use_is_refused_whatever_its_case_or_width(town: make.Town) -> None:
    make.user(town.street, username="zhouwuwu")
    for username in ("zhouwuwu", "ZhouWuWu", "ｚｈｏｕｗｕｗｕ", " zhouwuwu "):
        with pytest.raises(InvitationError, match="已有人在用"):
            _invite(town, town.system_admin, username=username)


def test_a_second_open_invitation_for_a_username_is_refused_until_the_first_is_over(town: make.Town) -> None:
    first = _invite(town, town.system_admin)
    with pytest.raises(InvitationError, match="没用过的邀请"):
        _invite(town, town.staff)
    later = make.AT + dt.timedelta(days=invitations.VALID_DAYS)
    assert _invite(town, town.system_admin, at=later).invitation.pk != first.invitation.pk


def test_the_console_brings_in_the_first_administrators(town: make.Town) -> None:
    invited = _invite(town, None, Role.SECURITY_ADMIN)
    user = invitations.accept(token=invited.token, password=make.PASSWORD, at=make.AT)
    assert user.grants.get().granted_by is None


def test_revoking_closes_the_link(town: make.Town) -> None:
    invited = _invite(town, town.staff)
    invitations.revoke(invitation=invited.invitation, actor=town.system_admin, at=make.AT)
    with pytest.raises(InvitationError, match="已经撤回"):
        invitations.accept(token=invited.token, password=make.PASSWORD, at=make.AT)
    with pytest.raises(InvitationError, match="撤回过"):
        invitations.revoke(invitation=invited.invitation, actor=town.system_admin, at=make.AT)


@pytest.mark.parametrize("who", ["secretary", "audit_admin", "stranger"])
def test_others_cannot_revoke(town: make.Town, who: str) -> None:
    invited = _invite(town, town.staff)
    with pytest.raises(InvitationError, match="不归您管"):
        invitations.revoke(invitation=invited.invitation, actor=getattr(town, who), at=make.AT)


def test_each_step_is_in_the_log(town: make.Town) -> None:
    invited = _invite(town, town.system_admin, Role.STAFF)
    invitations.approve(invitation=invited.invitation, actor=town.security_admin, at=make.AT)
    user = invitations.accept(token=invited.token, password=make.PASSWORD, at=make.AT)
    lines = AccessLog.objects.order_by("sequence").values_list("verb", "actor_id", "object_id")
    pk = str(invited.invitation.pk)
    assert list(lines) == [
        ("accounts.invite", town.system_admin.pk, pk),
        ("accounts.approve_invitation", town.security_admin.pk, pk),
        ("accounts.accept_invitation", user.pk, pk),
    ]
