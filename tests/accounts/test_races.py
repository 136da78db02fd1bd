"""Two administrators at the same moment: the rules hold whoever is first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from shimen.accounts import people
from shimen.accounts.models import SEPARATE_ROLES, Role, RoleGrant, User
from shimen.accounts.people import PeopleError
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*steps: Callable[[], object]) -> list[str]:
    """Run the steps at once, each in a connection of its own; what each ended with."""
    ends: list[str] = []
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        start.wait()
        try:
            step()
            ends.append("done")
        except PeopleError as error:
            ends.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_two_offices_given_at_once_become_one(town: make.Town) -> None:
    second = make.person(town.street, Role.SECURITY_ADMIN)
    ends = _together(
        lambda: people.grant_role(
            person=town.nobody, role=Role.AUDIT_ADMIN, area=None, actor=town.security_admin, at=make.AT
        ),
        lambda: people.grant_role(person=town.nobody, role=Role.SYSTEM_ADMIN, area=None, actor=second, at=make.AT),
    )
    assert ends[0] == "done"
    assert "三员分立" in ends[1]
    assert RoleGrant.objects.filter(user=town.nobody, role__in=SEPARATE_ROLES).count() == 1


def test_the_last_two_audit_administrators_are_not_both_suspended(town: make.Town) -> None:
    other = make.person(town.street, Role.AUDIT_ADMIN)
    ends = _together(
        lambda: people.suspend(person=town.audit_admin, reason="一", actor=town.system_admin, at=make.AT),
        lambda: people.suspend(person=other, reason="二", actor=town.security_admin, at=make.AT),
    )
    assert ends[0] == "done"
    assert "唯一一位审计管理员" in ends[1]
    assert User.objects.filter(pk__in=[town.audit_admin.pk, other.pk], is_active=True).count() == 1


def test_the_last_two_are_not_both_relieved(town: make.Town) -> None:
    other = make.person(town.street, Role.AUDIT_ADMIN)
    second = make.person(town.street, Role.SECURITY_ADMIN)
    ends = _together(
        lambda: people.end_grant(
            grant=town.audit_admin.grants.get(), reason="一", actor=town.security_admin, at=make.AT
        ),
        lambda: people.end_grant(grant=other.grants.get(), reason="二", actor=second, at=make.AT),
    )
    assert ends[0] == "done"
    assert "唯一一位审计管理员" in ends[1]


def test_a_password_link_pressed_twice_works_once(town: make.Town) -> None:
    token = people.issue_password_link(person=town.visitor, actor=town.staff, at=make.AT)
    ends = _together(
        lambda: people.set_password(token=token, password="xin-mima-2026-b", at=make.AT),
        lambda: people.set_password(token=token, password="xin-mima-2026-c", at=make.AT),
    )
    assert ends[0] == "done"
    assert "用过" in ends[1]
