"""Roles: who gives and takes them, three administrators apart, in the verbs and in the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from shimen.accounts import people
from shimen.accounts.access import scope_of
from shimen.accounts.models import FIELD_ROLES, SEPARATE_ROLES, Role, RoleGrant, User
from shimen.accounts.people import PeopleError
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def _grant(actor: User, person: User, role: str = Role.VISITOR, **values) -> RoleGrant:
    return people.grant_role(**{"person": person, "role": role, "area": None, "actor": actor, "at": make.AT} | values)


@pytest.mark.parametrize("role", Role.values)
def test_the_security_administrator_grants_every_role(town: make.Town, role: str) -> None:
    _grant(town.security_admin, town.nobody, role)
    line = AccessLog.objects.get()
    assert (line.verb, line.actor, line.object_id) == ("accounts.grant_role", town.security_admin, str(town.nobody.pk))


@pytest.mark.parametrize(
    "who", ["system_admin", "audit_admin", "data_admin", "secretary", "visitor", "nobody", "stranger"]
)
@pytest.mark.parametrize("role", [Role.VISITOR, Role.STAFF, Role.SYSTEM_ADMIN])
def test_others_grant_nothing(town: make.Town, who: str, role: str) -> None:
    with pytest.raises(PeopleError):
        _grant(getattr(town, who), town.colleague, role)
    assert not AccessLog.objects.exists()


def test_staff_grant_roles_at_the_doors_inside_their_own_areas(town: make.Town) -> None:
    for role in FIELD_ROLES:
        _grant(town.staff, town.nobody, role)
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    _grant(grid_staff, town.colleague, area=town.block)
    for area in (town.second_grid, None):
        with pytest.raises(PeopleError, match="不归您授权"):
            _grant(grid_staff, town.colleague, Role.SECRETARY, area=area)


@pytest.mark.parametrize("role", [Role.STAFF, Role.DATA_ADMIN, *SEPARATE_ROLES])
def test_staff_grant_no_role_that_decides(town: make.Town, role: str) -> None:
    with pytest.raises(PeopleError, match="不归您授权"):
        _grant(town.staff, town.nobody, role)


def test_nobody_grants_to_themselves(town: make.Town) -> None:
    for actor in (town.security_admin, town.staff):
        with pytest.raises(PeopleError, match="不能给自己授权"):
            _grant(actor, actor, Role.VISITOR)
    with pytest.raises(IntegrityError, match="nobody_grants_to_themselves"), transaction.atomic():
        make.grant(town.staff, Role.VISITOR, granted_by=town.staff)


@pytest.mark.parametrize("held", SEPARATE_ROLES)
@pytest.mark.parametrize("wanted", SEPARATE_ROLES)
def test_nobody_holds_two_of_the_three_administrators(town: make.Town, held: str, wanted: str) -> None:
    if held == wanted:
        return
    make.grant(town.nobody, held)
    with pytest.raises(PeopleError, match="三员分立"):
        _grant(town.security_admin, town.nobody, wanted)
    with pytest.raises(IntegrityError, match="administrators_kept_apart"), transaction.atomic():
        make.grant(town.nobody, wanted)


def test_one_may_follow_another_in_office_without_overlap(town: make.Town) -> None:
    make.grant(town.nobody, Role.SYSTEM_ADMIN, valid_to=make.TODAY)
    with pytest.raises(PeopleError, match="三员分立"):
        _grant(town.security_admin, town.nobody, Role.AUDIT_ADMIN, valid_from=make.TODAY)
    _grant(town.security_admin, town.nobody, Role.AUDIT_ADMIN, valid_from=make.TODAY + DAY)


def test_a_grant_moved_behind_the_verbs_into_an_overlap_is_refused_by_the_database(town: make.Town) -> None:
    make.grant(town.nobody, Role.SYSTEM_ADMIN, valid_to=make.TODAY)
    other = make.grant(town.nobody, Role.AUDIT_ADMIN, valid_from=make.TODAY + DAY)
    with pytest.raises(IntegrityError, match="administrators_kept_apart"), transaction.atomic():
        RoleGrant.objects.filter(pk=other.pk).update(valid_from=make.TODAY)


def test_the_same_grant_twice_is_refused_but_another_area_is_not(town: make.Town) -> None:
    _grant(town.staff, town.visitor, area=town.second_grid)
    with pytest.raises(PeopleError, match="已经有同样的授权"):
        _grant(town.staff, town.visitor, area=town.second_grid)


def test_dates_must_make_sense(town: make.Town) -> None:
    with pytest.raises(PeopleError, match="不能早于今天"):
        _grant(town.staff, town.nobody, valid_from=make.TODAY - DAY)
    with pytest.raises(PeopleError, match="不能早于起始日"):
        _grant(town.staff, town.nobody, valid_from=make.TODAY + DAY, valid_to=make.TODAY)


def test_people_and_areas_of_another_street_are_out_of_reach(town: make.Town) -> None:
    with pytest.raises(PeopleError):
        _grant(town.security_admin, town.stranger)
    with pytest.raises(PeopleError, match="不在本街道"):
        _grant(town.security_admin, town.nobody, area=make.area(town.stranger.street))


def test_ending_a_grant_holds_at_once_and_leaves_it_on_record(town: make.Town) -> None:
    grant = town.visitor.grants.get()
    people.end_grant(grant=grant, reason="调离", actor=town.staff, at=make.AT)
    assert scope_of(User.objects.get(pk=town.visitor.pk)).street_id is None
    assert RoleGrant.objects.get(pk=grant.pk).ended_reason == "调离"
    line = AccessLog.objects.get()
    assert (line.verb, line.reason, line.before["role"]) == ("accounts.end_grant", "调离", Role.VISITOR)
    with pytest.raises(PeopleError, match="收回过"):
        people.end_grant(grant=grant, reason="再来", actor=town.staff, at=make.AT)


def test_after_ending_the_same_day_may_bring_another_office(town: make.Town) -> None:
    second = make.person(town.street, Role.AUDIT_ADMIN)
    grant = second.grants.get()
    people.end_grant(grant=grant, reason="换岗", actor=town.security_admin, at=make.AT)
    _grant(town.security_admin, second, Role.SYSTEM_ADMIN)


@pytest.mark.parametrize("who", ["system_admin", "audit_admin", "secretary", "colleague", "stranger", "nobody"])
def test_others_take_nothing_away(town: make.Town, who: str) -> None:
    with pytest.raises(PeopleError, match="不归您收回"):
        people.end_grant(grant=town.visitor.grants.get(), reason="试", actor=getattr(town, who), at=make.AT)


def test_ending_needs_a_reason(town: make.Town) -> None:
    with pytest.raises(PeopleError, match="为什么") as refused:
        people.end_grant(grant=town.visitor.grants.get(), reason="  ", actor=town.staff, at=make.AT)
    assert refused.value.field == "reason"


def test_the_last_of_an_administrator_stays(town: make.Town) -> None:
    with pytest.raises(PeopleError, match="唯一一位审计管理员"):
        people.end_grant(grant=town.audit_admin.grants.get(), reason="试", actor=town.security_admin, at=make.AT)
    make.person(town.street, Role.AUDIT_ADMIN)
    people.end_grant(grant=town.audit_admin.grants.get(), reason="有人接任", actor=town.security_admin, at=make.AT)


def test_a_suspended_person_gets_no_role(town: make.Town) -> None:
    User.objects.filter(pk=town.nobody.pk).update(is_active=False)
    town.nobody.refresh_from_db()
    with pytest.raises(PeopleError, match="已停用"):
        _grant(town.security_admin, town.nobody)
