"""/healthz and /readyz, and the check that refuses a database in which Chinese cannot be searched."""

from __future__ import annotations

import logging

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from shimen import health

pytestmark = pytest.mark.django_db


def test_a_living_process_answers_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_everything_ready_is_said_part_by_part(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    parts = {"database": "ok", "cache": "ok", "migrations": "ok", "trigrams": "ok"}
    assert answer.json() == {"ready": True, "parts": parts}


def test_a_part_that_fails_makes_it_unready_and_its_reason_stays_inside(client, monkeypatch, caplog):
    def away() -> bool:
        raise ConnectionError("secret address")

    monkeypatch.setitem(health.PROBES, "cache", away)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["cache"] == "failed"
    assert b"secret" not in answer.content
    assert "secret address" in caplog.text


def test_a_missing_migration_makes_it_unready(client, monkeypatch):
    monkeypatch.setattr(health, "_known", {})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["parts"]["migrations"]) == (503, "failed")


def test_answers_are_never_kept_by_a_cache_on_the_way(client):
    assert "no-store" in client.get("/readyz")["Cache-Control"]


def test_posting_is_refused(client):
    assert client.post("/healthz").status_code == 405


def test_our_own_database_passes_the_check():
    assert health.check_locale(None, databases=["default"]) == []


def test_a_database_with_the_wrong_locale_is_refused(monkeypatch):
    class Wrong:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, _):
            return None

        def fetchone(self):
            return (False,)

    monkeypatch.setattr(health.connections["default"], "cursor", Wrong)
    with pytest.raises(SystemCheckError, match=r"shimen\.E001"):
        call_command("check", databases=["default"])
