"""A worker killed with -9 in the middle: all or nothing, and the work is taken up again."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest

from coverage.comparison import batches
from coverage.models import Batch, Difference, Entity
from shimen.embedded.layout import REPOSITORY
from shimen.outbox import jobs
from shimen.outbox.models import Job
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db(transaction=True)

# A worker of its own that kills itself, as hard as the kernel can, when it reaches the named function.
WORKER = """
import os, signal, sys, uuid, importlib, datetime
import django
django.setup()
from shimen.outbox import jobs
module, name, job = sys.argv[1:]
owner = importlib.import_module(module)
for part in name.split(".")[:-1]:
    owner = getattr(owner, part)
setattr(owner, name.split(".")[-1], lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
jobs.run(job_id=uuid.UUID(job), at=datetime.datetime.now(datetime.UTC))
"""


def killed_at(module: str, name: str, job: Job) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shimen.settings"}
    done = subprocess.run(
        [sys.executable, "-c", WORKER, module, name, str(job.pk)], cwd=REPOSITORY, env=environment, check=False
    )
    assert done.returncode == -signal.SIGKILL


def taken_up_again(job: Job) -> None:
    """What the sweeper does once the dead worker's lease has run out."""
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    Job.objects.filter(pk=job.pk).update(lease_until=long_ago)
    jobs.run_due(at=make.AT)


def test_a_worker_killed_while_applying_leaves_the_registry_as_it_was():
    town = make.town()
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 3)
    batch = steps.compare(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2), books.row(9)]))
    before = steps.registry(town.street)
    batch = batches.request_apply(batch=batch, actor=town.data_admin, at=make.AT)
    job = batches.job_of(batch)
    killed_at("coverage.differences.asking", "put_for", job)
    assert steps.registry(town.street) == before
    assert Batch.objects.get().state == Batch.State.APPLYING
    taken_up_again(job)
    assert Batch.objects.get().state == Batch.State.APPLIED
    assert Entity.objects.get(code=books.code(1)).legal_person == "孙丙六"


def test_a_worker_killed_while_comparing_leaves_no_half_change_set():
    town = make.town()
    department = steps.department(town.street)
    steps.shops(town.first_grid, 3)
    batch = steps.receive(department, books.xlsx([books.row(1, person="孙丙六"), books.row(2), books.row(3)]))
    batch = batches.request_comparison(batch=batch, actor=town.data_admin, at=make.AT)
    job = batches.job_of(batch)
    killed_at("coverage.comparison.changes", "ChangeSet._account", job)
    assert not Difference.objects.exists()
    assert Batch.objects.get().state == Batch.State.READING
    taken_up_again(job)
    batch = Batch.objects.get()
    assert (batch.state, batch.counts["changed"], Difference.objects.count()) == (Batch.State.READY, 1, 1)
