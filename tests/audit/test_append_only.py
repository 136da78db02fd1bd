"""The log cannot be rewritten: the database itself refuses."""

from __future__ import annotations

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from shimen.audit import sealing
from shimen.audit.models import AccessLog, Seal
from shimen.audit.record import record
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> AccessLog:
    person = make.user(make.street())
    written = record(verb="accounts.invite", target=person, actor=person, at=make.AT, reason="试一试")
    written.refresh_from_db()
    return written


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_accesslog SET reason = ''",
        "UPDATE audit_accesslog SET reason = '' WHERE false",
        "DELETE FROM audit_accesslog",
        "TRUNCATE audit_accesslog",
        "TRUNCATE accounts_user CASCADE",
        "MERGE INTO audit_accesslog line USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
        "INSERT INTO audit_accesslog SELECT * FROM audit_accesslog ON CONFLICT (id) DO UPDATE SET reason = ''",
        "UPDATE audit_seal SET digest = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(line: AccessLog, sql: str) -> None:
    assert _refused(sql)
    assert AccessLog.objects.get(pk=line.pk).reason == "试一试"


def test_the_orm_is_refused_as_well(line: AccessLog) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        line.delete()
    line.reason = "别的"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        line.save()


def test_asking_pgtrigger_to_look_away_changes_nothing(line: AccessLog) -> None:
    with pgtrigger.ignore(), pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AccessLog.objects.all().delete()
    assert _refused("SET LOCAL pgtrigger.ignore = '{append_only}'; DELETE FROM audit_accesslog")


def test_a_writer_cannot_choose_the_place_or_the_clock_of_a_line(line: AccessLog) -> None:
    forged = AccessLog.objects.create(at=make.AT, verb="x.y", object_type="x", sequence=1, written_at=make.AT)
    forged.refresh_from_db()
    assert forged.sequence > line.sequence
    assert forged.written_at >= line.written_at


def test_a_seal_is_kept_as_it_was_made(line: AccessLog) -> None:
    one = sealing.seal(at=make.AT)
    assert one is not None
    assert _refused("DELETE FROM audit_seal")
    assert Seal.objects.get().digest == one.digest
