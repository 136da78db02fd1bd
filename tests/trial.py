"""The trial street in a database of its own: loaded once a run, copied once a worker, rolled back after each test.

    def test_something(trial_street): ...      # instead of `db`, not beside it

The clock stands still at NOW, for which the street was loaded.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction
from django.test import override_settings

from shimen.embedded import layout as places
from shimen.territory.models import Street

NOW = dt.datetime(2026, 11, 23, 10, 31, tzinfo=ZoneInfo("Asia/Shanghai"))
MIGRATED, LOADED = "template_street", "template_trial"


def folder() -> Path:
    """Where loading the street wrote its workbooks and the list of sign-ins."""
    return Path(os.environ["SHIMEN_VAR"]) / "trial"


def _admin() -> psycopg.Connection:
    return psycopg.connect(places.database_url(role=places.ADMIN_ROLE, name="postgres"), autocommit=True)


def load_into(name: str) -> str:
    """Run `manage.py load_trial` on a new database; returns what it printed."""
    with _admin() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} OWNER {places.ROLE}")
    return run_on(name, "load_trial")


def run_on(name: str, *arguments: str) -> str:
    """Run a management command on a database at NOW."""
    address = places.database_url(name=name)
    environment = {**os.environ, "SHIMEN_DATABASE_URL": address, "SHIMEN_NOW": NOW.isoformat()}
    command = [sys.executable, str(places.REPOSITORY / "manage.py"), *arguments]
    ended = subprocess.run(
        command, env=environment, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return ended.stdout


def _template() -> None:
    """Load the template once, whichever worker comes first."""
    done = Path(os.environ["SHIMEN_VAR"]) / "trial.done"
    with open(done.with_suffix(".lock"), "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            load_into(LOADED)
            done.touch()


@pytest.fixture(scope="session")
def trial_database(django_db_setup: None) -> str:
    """The name of this worker's copy of the loaded street."""
    _template()
    name = f"trial_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    with _admin() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {LOADED} OWNER {places.ROLE}")
    return name


@pytest.fixture
def trial_street(trial_database: str, django_db_blocker) -> Iterator[Street]:  # type: ignore[no-untyped-def]
    """The loaded street; what the test writes is rolled back."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), override_settings(SHIMEN_NOW=NOW):
        connection.close()
        connection.settings_dict["NAME"] = trial_database
        try:
            with transaction.atomic():
                yield Street.objects.get()
                transaction.set_rollback(True)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual


# What is not the same in two databases that hold the same street: fresh nonces of sealed numbers, counters of the log.
_REGISTRY = {
    "coverage_entity": "to_jsonb(t) - 'phone_sealed' - 'phone_index'",
    "coverage_entitysearch": "to_jsonb(t)",
    "coverage_entitysource": "to_jsonb(t) - 'id'",
    "coverage_worker": "to_jsonb(t) - 'phone_sealed' - 'phone_index'",
    "territory_place": "to_jsonb(t)",
    "territory_area": "to_jsonb(t)",
}
_ROUNDS = {
    "coverage_round": "to_jsonb(t)",
    "coverage_stop": "to_jsonb(t)",
    "coverage_visit": "to_jsonb(t)",
    "coverage_visitanswer": "to_jsonb(t) - 'id'",
    "coverage_demand": "to_jsonb(t)",
    "coverage_question": "to_jsonb(t)",
}


def _digest(cursor: Any, tables: dict[str, str]) -> dict[str, str]:
    found = {}
    for table, what in tables.items():
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\"), '')) FROM"
            f" (SELECT ({what})::text AS line FROM {table} t) rows"
        )
        found[table] = cursor.fetchone()[0]
    return found


def registry_digest(*, sealed: bool = True) -> dict[str, str]:
    """A digest of every table of the registry, to the byte; without `sealed` also comparable between databases."""
    tables = {table: "to_jsonb(t)" if sealed and "source" not in table else what for table, what in _REGISTRY.items()}
    with connection.cursor() as cursor:
        return _digest(cursor, tables)


def digest_of(name: str) -> dict[str, str]:
    """What the loader wrote into a database, sealed numbers aside."""
    address = places.database_url(role=places.ADMIN_ROLE, name=name)
    with psycopg.connect(address) as other, other.cursor() as cursor:
        return _digest(cursor, _REGISTRY | _ROUNDS)
