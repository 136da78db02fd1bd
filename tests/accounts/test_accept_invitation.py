"""Using an invitation: once, in time, unaltered."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from shimen.accounts import invitations
from shimen.accounts.invitations import InvitationError, Invited
from shimen.accounts.models import Invitation, Role, RoleGrant, User
from tests import make


@pytest.fixture
def invited(town: make.Town) -> Invited:
    return invitations.invite(
        street=town.street,
        username="xinren",
        display_name="新某人",
        role=Role.VISITOR,
        area=town.first_grid,
        valid_to=make.TODAY + dt.timedelta(days=30),
        actor=town.staff,
        at=make.AT,
    )


def _accept(token: str, **values) -> User:
    return invitations.accept(**{"token": token, "password": make.PASSWORD, "at": make.AT} | values)


def test_accepting_makes_the_account_with_exactly_the_invited_role(town: make.Town, invited: Invited) -> None:
    user = _accept(invited.token)
    grant = user.grants.get()
    assert user.check_password(make.PASSWORD)
    assert (user.street, user.is_staff, user.is_superuser) == (town.street, False, False)
    assert (grant.role, grant.area, grant.valid_to) == (Role.VISITOR, town.first_grid, invited.invitation.valid_to)


def test_a_used_link_says_so(invited: Invited) -> None:
    _accept(invited.token)
    with pytest.raises(InvitationError, match="已经用过"):
        _accept(invited.token)


def test_an_expired_link_says_so(invited: Invited) -> None:
    with pytest.raises(InvitationError, match="过期"):
        _accept(invited.token, at=make.AT + dt.timedelta(days=invitations.VALID_DAYS))


@pytest.mark.parametrize(
    "alter", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), lambda t: "", lambda t: "0" * 43]
)
def test_a_forged_or_cut_link_says_so(invited: Invited, alter) -> None:
    with pytest.raises(InvitationError, match="链接不对"):
        _accept(alter(invited.token))


def test_the_stored_hash_is_no_key(invited: Invited) -> None:
    with pytest.raises(InvitationError, match="链接不对"):
        _accept(invited.invitation.token_hash)


@pytest.mark.parametrize("password", ["", "short", "12345678901234", "password123456", "xinren2026x"])
def test_a_weak_password_is_refused_and_the_link_stays_good(invited: Invited, password: str) -> None:
    with pytest.raises(InvitationError) as refused:
        _accept(invited.token, password=password)
    assert refused.value.field == "password1"
    assert _accept(invited.token).username == "xinren"


def test_a_username_taken_meanwhile_is_refused_with_a_sentence(town: make.Town, invited: Invited) -> None:
    make.user(town.street, username="XinRen")
    with pytest.raises(InvitationError, match="已有人在用"):
        _accept(invited.token)
    assert Invitation.objects.get().accepted_at is None


def test_a_grant_that_ran_out_before_the_link_was_used_is_refused(town: make.Town) -> None:
    short = invitations.invite(
        street=town.street, username="duanqi", display_name="短期人", role=Role.VISITOR, area=None,
        valid_to=make.TODAY, actor=town.staff, at=make.AT,
    )  # fmt: skip
    with pytest.raises(InvitationError, match="到期"):
        _accept(short.token, at=make.AT + dt.timedelta(days=2))


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_same_link_at_the_same_moment_make_one_account(invited: Invited) -> None:
    results: list[str] = []
    start = threading.Barrier(2)

    def use() -> None:
        start.wait()
        try:
            _accept(invited.token)
            results.append("in")
        except InvitationError as error:
            results.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[0] == "in"
    assert "用过" in sorted(results)[1] or "已有人在用" in sorted(results)[1]
    assert (
        User.objects.filter(username="xinren").count() == RoleGrant.objects.filter(user__username="xinren").count() == 1
    )
