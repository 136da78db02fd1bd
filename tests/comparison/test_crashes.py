"""A real worker and a web process killed with -9 in the middle: all or nothing, and it goes on by itself."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from coverage.comparison import batches
from coverage.models import Batch, Difference, Entity, FeedFile
from shimen.celery import app
from shimen.embedded.processes import wait_until
from shimen.outbox.models import Job
from tests import make
from tests.comparison import books, crashing, steps
from tests.comparison.crashing import Place

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [books.row(1, person="孙丙六"), books.row(2, address="清波路9号"), books.row(3), books.row(9)]
STAGING = ("coverage.comparison.stage:_copy", "coverage.comparison.changes:ChangeSet._account")
APPLYING = ("coverage.comparison.apply:_say", "coverage.differences.asking:put_for")
UNDOING = ("coverage.comparison.undo:_unsay", "coverage.differences.following:undone")


@pytest.fixture
def town():
    cache.clear()
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    found = make.town()
    steps.shops(found.first_grid, 4)
    return found


@pytest.fixture
def department(town):
    return steps.department(town.street, gone_limit_percent=100)


def reaches(state: str) -> bool:
    return wait_until(lambda: Batch.objects.get().state == state, seconds=120)


def killed_and_taken_up(tmp_path, where: str, *, until: str, before: str, town) -> None:
    """Kill a worker at a place of its work; nothing is to be seen of it. Another one brings the work to its end."""
    log, place = tmp_path / "worker.log", Place(where, tmp_path / "place")
    with crashing.worker(log, place) as process:
        assert place.reached(), log.read_text()
        crashing.kill(process)
    assert steps.registry(town.street) == before
    with crashing.worker(log):
        assert reaches(until), log.read_text()
        assert wait_until(lambda: not Job.objects.exclude(state=Job.State.DONE).exists(), seconds=60), log.read_text()


@pytest.mark.parametrize("where", STAGING)
def test_a_worker_killed_while_it_stages(town, department, tmp_path, where):
    before = steps.registry(town.street)
    batch = steps.receive(department, books.xlsx(ROWS))
    batches.request_comparison(batch=batch, actor=town.data_admin, at=make.AT)
    killed_and_taken_up(tmp_path, where, until=Batch.State.READY, before=before, town=town)
    counts = Batch.objects.get().counts
    assert (counts["changed"], counts["new"], counts["gone"]) == (2, 1, 1)
    assert Difference.objects.count() == 4


@pytest.mark.parametrize("where", APPLYING)
def test_a_worker_killed_while_it_applies(town, department, tmp_path, where):
    before = steps.registry(town.street)
    batch = steps.compare(department, books.xlsx(ROWS))
    batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    killed_and_taken_up(tmp_path, where, until=Batch.State.APPLIED, before=before, town=town)
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"
    assert Entity.objects.filter(code=books.code(9)).count() == 1
    assert Batch.objects.get().counts["applied"] == {"changed": 3, "new": 1, "asked": 1}


@pytest.mark.parametrize("where", UNDOING)
def test_a_worker_killed_while_it_undoes(town, department, tmp_path, where):
    empty = steps.registry(town.street)
    batch = steps.applied(department, books.xlsx(ROWS), actor=town.data_admin)
    batches.request_undo(batch=batch, actor=town.data_admin, at=make.AT)
    before = steps.registry(town.street)
    killed_and_taken_up(tmp_path, where, until=Batch.State.UNDONE, before=before, town=town)
    assert steps.registry(town.street) == empty
    assert Batch.objects.get().counts["undone"] == {"restored": 3, "removed": 1, "skipped": 0}


UPLOAD = """
import os, sys
from pathlib import Path
from tests.comparison import stopping
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from coverage.models import Department
from shimen.accounts.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(pk=sys.argv[1]))
file = SimpleUploadedFile("名册.xlsx", Path(sys.argv[2]).read_bytes())
data = {"department": str(Department.objects.get().pk), "as_of": "2026-11-23", "is_full": "on", "file": file}
client.post(reverse("coverage:compare"), data)
"""


def uploading(tmp_path, town, where: str):
    """A web process that takes a workbook and stops at a place."""
    place, workbook = Place(where, tmp_path / "place"), tmp_path / "book.xlsx"
    workbook.write_bytes(books.xlsx(ROWS))
    command = ("-c", UPLOAD, str(town.data_admin.pk), str(workbook))
    return place, crashing.running(*command, log=tmp_path / "web.log", environment=place.environment)


def test_a_web_process_killed_before_the_file_is_kept_leaves_nothing(town, department, tmp_path):
    place, web = uploading(tmp_path, town, "coverage.comparison.batches:request_comparison")
    with web as process:
        assert place.reached(), (tmp_path / "web.log").read_text()
        crashing.kill(process)
    assert not Batch.objects.exists()
    assert not FeedFile.objects.exists()
    assert not Job.objects.exists()


def test_a_web_process_killed_before_it_wakes_a_worker_loses_nothing(town, department, tmp_path):
    place, web = uploading(tmp_path, town, "shimen.outbox.jobs:send")
    with web as process:
        assert place.reached(), (tmp_path / "web.log").read_text()
        crashing.kill(process)
    assert Batch.objects.get().state == Batch.State.READING
    log = tmp_path / "worker.log"
    with crashing.worker(log):
        assert reaches(Batch.State.READY), log.read_text()


def test_a_batch_whose_worker_died_says_that_it_goes_on_by_itself(client, town, department, tmp_path):
    batch = steps.compare(department, books.xlsx(ROWS))
    batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    log, place = tmp_path / "worker.log", Place(APPLYING[0], tmp_path / "place")
    with crashing.worker(log, place) as process:
        assert place.reached(), log.read_text()
        client.force_login(town.data_admin)
        address = reverse("coverage:batch", args=[batch.pk])
        assert "应用中" in client.get(address).content.decode()
        crashing.kill(process)
    assert wait_until(lambda: "中断过，会自动接着做" in client.get(address).content.decode(), seconds=30)
    with crashing.worker(log):
        assert reaches(Batch.State.APPLIED), log.read_text()
