"""Lines of the log about signing in: who came, who was refused, what changed about how they prove themselves.

They are there to find an intruder (等级保护 2.0), not to count who comes how often: no page adds them up.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in, user_logged_out
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset

from shimen import clock
from shimen.accounts import people
from shimen.accounts.models import User
from shimen.audit.record import record


def connect() -> None:
    """Listen to what allauth announces; called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="journal")
    user_logged_out.connect(_signed_out, dispatch_uid="journal")
    password_changed.connect(_password_changed, dispatch_uid="journal")
    authenticator_added.connect(_factor_added, dispatch_uid="journal")
    authenticator_removed.connect(_factor_removed, dispatch_uid="journal")
    authenticator_reset.connect(_factor_reset, dispatch_uid="journal")
    authentication_failed.connect(_factor_refused, dispatch_uid="journal")


def sign_in_refused(*, username: str, reason: str) -> None:
    """What was typed is not kept when no account has that name: it may be a password in the wrong box."""
    known = username and "\x00" not in username
    person = User.objects.filter(username__iexact=username).first() if known else None
    record(
        verb="accounts.sign_in",
        target=person or User,
        actor=None,
        at=clock.now(),
        result="refused",
        reason=reason,
        after={} if person else {"account": "没有这个账号"},
    )


def _line(verb: str, user: Any, **values: Any) -> None:
    record(verb=f"accounts.{verb}", target=user, actor=user, at=clock.now(), **values)


def _signed_in(user: Any, **_: Any) -> None:
    _line("sign_in", user)


def _signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        _line("sign_out", user)


def _password_changed(user: Any, **_: Any) -> None:
    _line("change_password", user)


def _factor_added(request: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """Sessions from before the second factor have not proved it: only the one that set it up goes on."""
    _line("add_second_factor", user, after={"type": authenticator.type})
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        people.end_sessions(person=user, but=request.session.session_key)


def _factor_removed(user: Any, authenticator: Any, **_: Any) -> None:
    _line("remove_second_factor", user, before={"type": authenticator.type})


def _factor_reset(user: Any, authenticator: Any, **_: Any) -> None:
    _line("reset_second_factor", user, after={"type": authenticator.type})


def _factor_refused(user: Any, authenticator: Any, **_: Any) -> None:
    _line("second_factor", user, result="refused", after={"type": authenticator.type})
