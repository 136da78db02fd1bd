"""Seals hold while nothing was touched, and break at the day that was."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shimen.accounts.models import User
from shimen.audit import sealing
from shimen.audit.models import AccessLog, Seal
from shimen.audit.record import record
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def person() -> User:
    return make.user(make.street())


def _write(person: User, n: int = 3) -> None:
    for i in range(n):
        record(
            verb="accounts.invite",
            target=person,
            actor=person,
            at=make.AT,
            reason=f"第 {i} 条",
            after={"乙": 1, "甲": [i]},
        )


def _tamper(sql: str) -> None:
    """As somebody would who owns the database and not the application's key."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_accesslog DISABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER append_only")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_accesslog ENABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER append_only")


@pytest.fixture
def three_days(person: User) -> None:
    for i in range(3):
        _write(person)
        assert sealing.seal(at=make.AT + i * DAY) is not None


def test_untouched_seals_hold(three_days: None) -> None:
    assert sealing.verify() == []
    assert [one.rows for one in Seal.objects.order_by("day")] == [3, 3, 3]


def test_a_second_run_on_the_same_day_and_a_day_without_lines_seal_nothing(three_days: None, person: User) -> None:
    assert sealing.seal(at=make.AT + 3 * DAY) is None
    _write(person)
    assert sealing.seal(at=make.AT + 2 * DAY) is None
    assert sealing.seal(at=make.AT) is None


def test_lines_about_the_past_written_later_do_not_break_a_seal(three_days: None, person: User) -> None:
    record(verb="coverage.visit", target=person, actor=person, at=make.AT - 30 * DAY)
    assert sealing.verify() == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE audit_accesslog SET reason = '改' WHERE sequence = %(middle)s", "内容不对"),
        ("UPDATE audit_accesslog SET actor_id = NULL WHERE sequence = %(middle)s", "内容不对"),
        ("UPDATE audit_accesslog SET at = at + interval '1 microsecond' WHERE sequence = %(middle)s", "内容不对"),
        ("DELETE FROM audit_accesslog WHERE sequence = %(middle)s", "条数不对"),
    ],
)
def test_a_touched_line_breaks_its_seal(three_days: None, sql: str, reason: str) -> None:
    middle = AccessLog.objects.order_by("sequence").values_list("sequence", flat=True)[4]
    _tamper(sql % {"middle": middle})
    breaks = sealing.verify()
    assert [broken.day for broken in breaks] == [(make.AT + DAY).date()]
    assert reason in breaks[0].reason


def test_a_seal_taken_away_is_missed(three_days: None) -> None:
    _tamper(f"DELETE FROM audit_seal WHERE day = '{(make.AT + DAY).date()}'")
    assert [broken.day for broken in sealing.verify()] == [(make.AT + 2 * DAY).date()]


def test_the_chain_cannot_be_mended_without_the_key(three_days: None, person: User, settings) -> None:
    """Whoever rewrites a line and then seals again with another key is found out."""
    _tamper("UPDATE audit_accesslog SET reason = '改' WHERE sequence = (SELECT min(sequence) FROM audit_accesslog)")
    key = settings.SHIMEN_INDEX_KEY
    settings.SHIMEN_INDEX_KEY = b"a guess"
    days = list(Seal.objects.order_by("day").values_list("day", "upto"))
    previous, start = "", 0
    for day, upto in days:
        digest, _rows = sealing._digest(previous, start, upto)
        _tamper(f"UPDATE audit_seal SET digest = '{digest}', previous = '{previous}' WHERE day = '{day}'")
        previous, start = digest, upto
    assert sealing.verify() == []
    settings.SHIMEN_INDEX_KEY = key
    assert len(sealing.verify()) == 3


def test_the_command_says_so_and_fails(three_days: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_seals")
    assert "封存都对得上" in capsys.readouterr().out
    _tamper("DELETE FROM audit_accesslog WHERE sequence = (SELECT min(sequence) FROM audit_accesslog)")
    with pytest.raises(CommandError, match="与封存不符"):
        call_command("verify_seals")
    assert "有记录被删" in capsys.readouterr().err
