"""A database of the bench's own: the embedded servers in a temporary folder, migrated, with Django set up on it.

    from tests.bench import database
    def run(bench):
        database.stand(bench)
        from coverage.models import Entity          # models only after that

Durable as in production (`fsync` on). One server for all suites of a run, ended with the process; a suite makes a
street of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.harness import REPOSITORY, Bench

_postmaster: list[int] = []


def stand(bench: Bench) -> None:
    """Start the servers once, set Django up, and count the server's processor time in `bench`."""
    if not _postmaster:
        bench.say("starting a database of our own")
        _postmaster.append(_start())
    bench.watch_database(_postmaster[0])


def _start() -> int:
    folder = Path(tempfile.mkdtemp(prefix="shimen-bench-"))
    folder.chmod(0o755)
    for name in [name for name in os.environ if name.startswith("SHIMEN_")]:
        del os.environ[name]
    os.environ |= {"SHIMEN_VAR": str(folder), "SHIMEN_MODE": "test", "DJANGO_SETTINGS_MODULE": "shimen.settings"}
    from shimen.embedded import layout, services

    served = services.start(services.prepare(layout.at()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(served.stop)
    import psycopg

    with psycopg.connect(layout.database_url(role=layout.ADMIN_ROLE, name="postgres"), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [layout.DATABASE]).fetchone():
            admin.execute(f"CREATE DATABASE {layout.DATABASE} OWNER {layout.ROLE}")
    command = [sys.executable, str(REPOSITORY / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, env=dict(os.environ), check=True, stdin=subprocess.DEVNULL)
    import django

    django.setup()
    return int((layout.at().pgdata / "postmaster.pid").read_text().split()[0])
