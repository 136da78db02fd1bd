"""The database killed with -9 under a worker that stages, applies or undoes: all or nothing, and it goes on by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.cache import cache

from shimen.celery import app
from shimen.embedded import layout as places
from shimen.embedded import services
from shimen.embedded.processes import ServiceError, wait_until
from tests.comparison import crashing
from tests.comparison.crashing import Place

# One act in a process of its own, on the cluster under test: make the batch, or ask for the next step.
ACT = """
import json, sys
import django
django.setup()
from coverage.comparison import batches
from coverage.models import Batch
from tests import make
from tests.comparison import books, steps
from shimen.territory.models import Street
act = sys.argv[1]
if act == "stage":
    Street.objects.all().delete()  # the copied trial's own, whose code make.town() takes
    town = make.town()
    department = steps.department(town.street, gone_limit_percent=100)
    steps.shops(town.first_grid, 4)
    rows = [books.row(1, person="孙丙六"), books.row(2, address="清波路9号"), books.row(3), books.row(9)]
    batch = steps.receive(department, books.xlsx(rows), actor=town.data_admin)
    batches.request_comparison(batch=batch, actor=town.data_admin, at=make.AT)
elif act in {"apply", "undo"}:
    batch = Batch.objects.get()
    getattr(batches, f"request_{act}")(batch=batch, actor=batch.created_by, at=make.AT)
batch = Batch.objects.get()
print(json.dumps({"registry": steps.registry(batch.street), "state": batch.state, "lines": batch.differences.count()}))
"""


@pytest.fixture
def cluster(var: Path):
    """A durable database of its own; the broker is the session's. Gives its folder, and how to kill and start it."""
    cache.clear()
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    ground = services.prepare(places.at(var))
    running = [services.start_postgres(ground)]

    def kill_and_start() -> None:
        """The kernel needs a moment to release what the killed one held."""
        running[-1].process.kill()
        running[-1].process.wait()

        def started() -> bool:
            try:
                running.append(services.start_postgres(ground))
            except ServiceError:
                return False
            return True

        assert wait_until(started, seconds=60)

    yield var, kill_and_start
    running[-1].stop()


def environment(var: Path) -> dict[str, str]:
    return {"SHIMEN_VAR": str(var), "SHIMEN_DATABASE_URL": places.database_url(var)}


def act(var: Path, what: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ACT, what],
        cwd=places.REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shimen.settings", **environment(var)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def reaches(var: Path, state: str) -> bool:
    def there() -> bool:
        with psycopg.connect(places.database_url(var)) as connection:
            return connection.execute("SELECT state FROM coverage_batch").fetchone() == (state,)

    return wait_until(there, seconds=120)


@pytest.mark.parametrize(
    ("earlier", "step", "where", "end"),
    [
        ((), "stage", "coverage.comparison.changes:ChangeSet._account", "ready"),
        ((("stage", "ready"),), "apply", "coverage.comparison.apply:_say", "applied"),
        ((("stage", "ready"), ("apply", "applied")), "undo", "coverage.comparison.undo:_unsay", "undone"),
    ],
)
def test_killing_the_database_leaves_all_or_nothing_and_the_worker_goes_on(
    django_db_setup, cluster, tmp_path, earlier, step, where, end
):
    var, kill_and_start = cluster
    log = tmp_path / "worker.log"
    for act_before, state in earlier:
        act(var, act_before)
        with crashing.worker(log, **environment(var)):
            assert reaches(var, state), log.read_text()
    place = Place(where, tmp_path / "place")
    before = act(var, step)
    with crashing.worker(log, place, **environment(var)):
        assert place.reached(), log.read_text()
        kill_and_start()
        crashed = act(var, "look")
        assert (crashed["registry"], crashed["lines"]) == (before["registry"], before["lines"])
        place.go_on()
        assert reaches(var, end), log.read_text()
    after = act(var, "look")
    assert after["lines"] == 4
    assert ("孙丙六" in str(after["registry"])) is (end == "applied")
