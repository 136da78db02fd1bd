"""A workbook on the way that it really takes: dropped on the page, compared, applied and taken back by a Celery worker."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from coverage.models import Batch, Entity
from shimen.celery import app
from shimen.embedded.layout import REPOSITORY
from shimen.embedded.processes import wait_until
from shimen.outbox.models import Job
from tests import make
from tests.comparison import books, steps
from tests.comparison.test_pages import upload

pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def worker(log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--app", "shimen.celery", "--quiet", "worker"]
    options = ["--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    with log.open("ab") as out:
        process = subprocess.Popen([*command, *options], cwd=REPOSITORY, stdout=out, stderr=out, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def broker():
    cache.clear()
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()


def reaches(state: str) -> bool:
    return wait_until(lambda: Batch.objects.get().state == state, seconds=90, pause=0.2)


def test_a_workbook_is_compared_applied_and_undone_by_a_real_worker(client, broker, tmp_path) -> None:
    town = make.town()
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 3)
    client.force_login(town.data_admin)
    before, log = steps.registry(town.street), tmp_path / "worker.log"
    content = books.xlsx([books.row(1, person="孙丙六"), books.row(2), books.row(3), books.row(9)])
    with worker(log):
        answer = upload(client, department, content)
        assert answer.status_code == 302, re.findall(r"oops[^<]*<|note r[^~]{0,300}", answer.content.decode())
        assert reaches(Batch.State.READY), log.read_text()
        batch = Batch.objects.get()
        assert (batch.counts["changed"], batch.counts["new"]) == (1, 1)
        client.post(reverse("coverage:batch-apply", args=[batch.pk]))
        assert reaches(Batch.State.APPLIED), log.read_text()
        assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"
        client.post(reverse("coverage:batch-undo", args=[batch.pk]), {"reason": "试一遍"})
        assert reaches(Batch.State.UNDONE), log.read_text()
        assert wait_until(lambda: not Job.objects.exclude(state=Job.State.DONE).exists(), seconds=60), log.read_text()
    assert steps.registry(town.street) == before
