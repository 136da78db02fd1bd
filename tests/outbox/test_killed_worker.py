"""A real worker, killed again and again: every job's effect happens exactly once."""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction

from shimen import outbox
from shimen.audit.models import AccessLog
from shimen.celery import app
from shimen.embedded.processes import wait_until
from shimen.outbox import jobs, tasks
from shimen.outbox.models import Job
from tests import make
from tests.outbox import recording

JOBS = 40


@contextlib.contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "--app", "tests.outbox.recording", "--quiet", "worker"]
    options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    with log.open("ab") as out:
        process = subprocess.Popen([*command, *options], stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def done() -> int:
    return Job.objects.filter(state=Job.State.DONE).count()


@pytest.fixture
def broker(transactional_db):
    cache.clear()
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()


def test_killing_the_worker_three_times_neither_loses_nor_doubles_an_effect(broker, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "_GRACE", recording.LEASE)
    street = make.street()
    with transaction.atomic():
        for number in range(JOBS):
            outbox.enqueue(kind=recording.KIND, payload={}, effect_key=f"mark:{number}", street=street, at=make.AT)
    log = tmp_path / "worker.log"
    for round_number in range(1, 4):
        with worker(log) as process:
            aim = JOBS * round_number // 5
            assert wait_until(lambda aim=aim: done() >= aim, seconds=60), log.read_text()
            # Now the main process alone, now everything at once.
            (os.kill if round_number % 2 else os.killpg)(process.pid, signal.SIGKILL)
        tasks.sweep()
    with worker(log):

        def all_done() -> bool:
            tasks.sweep()
            return done() == JOBS

        assert wait_until(all_done, seconds=90, pause=0.5), log.read_text()
    marks = collections.Counter(AccessLog.objects.filter(verb=recording.KIND).values_list("object_id", flat=True))
    assert len(marks) == JOBS
    assert set(marks.values()) == {1}
