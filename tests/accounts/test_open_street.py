"""The first administrators come in from the console, three links for three people."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from shimen.accounts import invitations, opening
from shimen.accounts.models import SEPARATE_ROLES, User
from shimen.audit.models import AccessLog
from shimen.territory.models import Street
from tests import make

pytestmark = pytest.mark.django_db
ARGUMENTS = [
    "990001001",
    "示例街道",
    "--lon=121.4",
    "--lat=31.2",
    "--rounds-from=2026-11-16",
    "--site=https://shimen.example.cn",
]


def _open() -> list[invitations.Invited]:
    return opening.open_street(
        code="990001001", name="示例街道", division="990001", lon=121.4, lat=31.2, rounds_from=dt.date(2026, 11, 16), at=make.AT
    )[1]  # fmt: skip


def test_the_three_links_make_three_administrators(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_street", *ARGUMENTS)
    paths = re.findall(r"https://shimen\.example\.cn(/people/join/\S+)", capsys.readouterr().out)
    assert len(paths) == 3
    for path in paths:
        Client().post(path, {"password1": "xin-mima-2026-b", "password2": "xin-mima-2026-b"})
    roles = {user.grants.get().role for user in User.objects.all()}
    assert roles == set(SEPARATE_ROLES)
    assert AccessLog.objects.filter(verb="accounts.invite", actor=None).count() == 3
    call_command("open_street", *ARGUMENTS)
    assert "都已经有了" in capsys.readouterr().out


def test_a_second_run_replaces_links_that_were_lost() -> None:
    first, second = _open(), _open()
    assert Street.objects.count() == 1
    for one in first:
        with pytest.raises(invitations.InvitationError, match="撤回"):
            invitations.find(token=one.token, at=make.AT)
    assert all(invitations.find(token=one.token, at=make.AT) for one in second)


def test_a_day_that_is_no_monday_and_a_trial_street_are_refused() -> None:
    with pytest.raises(CommandError, match="周一"):
        call_command("open_street", *ARGUMENTS[:4], "--rounds-from=2026-11-17")
    make.street(code="990001001", is_trial=True)
    with pytest.raises(CommandError, match="试用街道"):
        call_command("open_street", *ARGUMENTS)
