"""Suspending, restoring, a lost password, a lost second factor."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from shimen.accounts import people
from shimen.accounts.models import Role, User
from shimen.accounts.people import PeopleError
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    UserSession.objects.create(user=user, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x")
    assert client.get("/people/me/").status_code == 200
    assert UserSession.objects.filter(user=user).exists()
    return client


def test_suspending_signs_out_everywhere_and_restoring_lets_in_again(town: make.Town) -> None:
    client = _signed_in(town.visitor)
    people.suspend(person=town.visitor, reason="离岗", actor=town.system_admin, at=make.AT)
    assert client.get("/people/me/").status_code == 302
    assert not UserSession.objects.filter(user=town.visitor).exists()
    again = Client()
    again.force_login(town.visitor)
    assert again.get("/people/me/").status_code == 302
    people.restore(person=town.visitor, actor=town.system_admin, at=make.AT)
    assert _signed_in(User.objects.get(pk=town.visitor.pk)).get("/people/me/").status_code == 200
    assert list(AccessLog.objects.order_by("sequence").values_list("verb", "reason")) == [
        ("accounts.suspend", "离岗"),
        ("accounts.restore", ""),
    ]


@pytest.mark.parametrize("who", ["staff", "data_admin", "audit_admin", "secretary", "stranger", "nobody"])
def test_others_suspend_nobody(town: make.Town, who: str) -> None:
    with pytest.raises(PeopleError, match="管理员来办"):
        people.suspend(person=town.visitor, reason="试", actor=getattr(town, who), at=make.AT)


def test_nobody_suspends_themselves_or_the_last_administrator(town: make.Town) -> None:
    with pytest.raises(PeopleError, match="自己的账号"):
        people.suspend(person=town.system_admin, reason="试", actor=town.system_admin, at=make.AT)
    with pytest.raises(PeopleError, match="唯一一位审计管理员"):
        people.suspend(person=town.audit_admin, reason="试", actor=town.system_admin, at=make.AT)


def test_a_password_link_works_once_and_signs_out_everywhere(town: make.Town) -> None:
    client = _signed_in(town.visitor)
    token = people.issue_password_link(person=town.visitor, actor=town.staff, at=make.AT)
    person = people.set_password(token=token, password="xin-mima-2026-b", at=make.AT)
    assert person.check_password("xin-mima-2026-b")
    assert client.get("/people/me/").status_code == 302
    with pytest.raises(PeopleError, match="用过或已作废"):
        people.set_password(token=token, password="xin-mima-2026-c", at=make.AT)


def test_a_newer_link_replaces_the_older_and_all_expire(town: make.Town) -> None:
    first = people.issue_password_link(person=town.visitor, actor=town.system_admin, at=make.AT)
    second = people.issue_password_link(person=town.visitor, actor=town.system_admin, at=make.AT)
    with pytest.raises(PeopleError, match="作废"):
        people.find_password_link(token=first, at=make.AT)
    with pytest.raises(PeopleError, match="过期"):
        people.find_password_link(token=second, at=make.AT + dt.timedelta(hours=people.LINK_HOURS))
    with pytest.raises(PeopleError, match="链接不对"):
        people.find_password_link(token=second[:-1], at=make.AT)


def test_staff_help_people_at_the_doors_and_nobody_above(town: make.Town) -> None:
    for person in (town.data_admin, town.security_admin, town.nobody, town.stranger):
        with pytest.raises(PeopleError, match="不归您重设"):
            people.issue_password_link(person=person, actor=town.staff, at=make.AT)
    make.grant(town.visitor, Role.DATA_ADMIN)
    with pytest.raises(PeopleError, match="不归您重设"):
        people.issue_password_link(person=town.visitor, actor=town.staff, at=make.AT)


def test_no_administrator_gets_alone_into_the_account_of_another(town: make.Town) -> None:
    """A password link leaves the second factor, and only the security administrator clears that."""
    Authenticator.objects.create(user=town.audit_admin, type=Authenticator.Type.TOTP, data={})
    token = people.issue_password_link(person=town.audit_admin, actor=town.system_admin, at=make.AT)
    people.set_password(token=token, password="xin-mima-2026-b", at=make.AT)
    assert Authenticator.objects.filter(user=town.audit_admin).exists()
    with pytest.raises(PeopleError, match="安全管理员来办"):
        people.clear_second_factor(person=town.audit_admin, reason="试", actor=town.system_admin, at=make.AT)
    with pytest.raises(PeopleError, match="不归您重设"):
        people.issue_password_link(person=town.audit_admin, actor=town.security_admin, at=make.AT)
    assert (
        people.clear_second_factor(person=town.audit_admin, reason="丢了手机", actor=town.security_admin, at=make.AT)
        == 1
    )
    assert AccessLog.objects.filter(verb="accounts.clear_second_factor", reason="丢了手机").exists()
