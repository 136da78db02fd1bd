"""`manage.py up` with real processes: every way in which it can end, and every way in which it can begin."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from shimen.embedded import layout as places
from shimen.embedded.processes import wait_until
from tests.embedded.conftest import COUNT, MANAGE, manage, trial_environment

HOLD = "CREATE TABLE IF NOT EXISTS kept (n int)"


def write_row(var: Path, number: int) -> None:
    with psycopg.connect(places.database_url(var)) as connection:
        connection.execute(HOLD)
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def read_rows(var: Path) -> list[int]:
    with psycopg.connect(places.database_url(var)) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM kept ORDER BY n")]


def test_it_serves_and_ctrl_c_leaves_nothing_behind(var, bring_up):
    trial = bring_up(var).wait_ready()
    assert trial.get("healthz") == 200
    assert trial.get("readyz") == 200
    assert all(trial.pids().values())
    trial.send(signal.SIGINT)
    assert trial.ended() == 0
    assert trial.gone()
    assert "已停止" in trial.text()
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_closed_terminal_ends_it_in_order(var, bring_up):
    trial = bring_up(var).wait_ready()
    trial.send(signal.SIGHUP)
    assert trial.ended() == 0
    assert trial.gone()


def test_a_killed_supervisor_leaves_no_orphan_and_loses_no_committed_row(var, bring_up):
    trial = bring_up(var).wait_ready()
    write_row(var, 1)
    trial.process.kill()
    trial.process.wait()
    # At once, while the old servers are still on their way out.
    again = bring_up(var).wait_ready()
    assert again.get("readyz") == 200
    assert read_rows(var) == [1]
    assert len(again.pids()["valkey"]) == 1
    # A worker that has already worked has more reasons to hang on.
    worked = var / "log" / "worker.log"
    assert wait_until(lambda: "outbox.sweep" in worked.read_text() and "succeeded" in worked.read_text(), seconds=60)
    again.process.kill()
    again.process.wait()
    assert wait_until(again.gone, seconds=30), again.pids()


def test_a_taken_port_gives_way_a_second_start_points_to_the_first_and_commands_find_it(var, bring_up):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        first = bring_up(var, SHIMEN_PORT=str(port)).wait_ready()
        assert f"端口 {port} 被占用" in first.text()
        assert first.address != f"http://127.0.0.1:{port}/"
        assert first.get("healthz") == 200
    second = bring_up(var)
    assert second.ended() == 0
    assert "已经在运行" in second.text()
    assert first.address in second.text()
    shown = manage(var, "shell", "-v0", "-c", COUNT)
    assert shown.stdout.strip() == "1", shown.stderr
    assert first.get("healthz") == 200


def test_killed_parts_are_started_again_without_losing_a_row(var, bring_up):
    trial = bring_up(var).wait_ready()
    write_row(var, 7)
    # The web answers before the last of the others has taken its lock.
    assert wait_until(lambda: all(trial.pids().values()), seconds=60), trial.text()
    before = {name: trial.main_pid(name) for name in ("postgres", "valkey", "web", "worker", "beat")}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def all_new() -> bool:
        now = trial.pids()
        return all(pids and before[name] not in pids for name, pids in now.items())

    assert wait_until(all_new, seconds=60), trial.text()
    assert wait_until(lambda: _ready(trial), seconds=60)
    assert read_rows(var) == [7]


def _ready(trial) -> bool:
    try:
        return trial.get("readyz") == 200
    except OSError:
        return False


def test_a_broken_preparation_is_told_with_the_end_of_its_log(var, bring_up):
    manage(
        var, "shell", "-c", "from django.db import connection as c; c.cursor().execute('DROP TABLE outbox_job CASCADE')"
    )
    manage(var, "migrate", "--fake", "outbox", "zero", "--verbosity", "0")
    manage(
        var,
        "shell",
        "-c",
        "from django.db import connection as c; c.cursor().execute('CREATE TABLE outbox_job (id int)')",
    )
    trial = bring_up(var)
    assert trial.ended() == 1
    assert "准备数据时出错" in trial.text()
    assert "already exists" in trial.text()
    assert trial.gone()


def test_an_order_to_stop_is_heard_while_the_data_is_being_prepared(var, bring_up):
    trial = bring_up(var)
    assert wait_until(lambda: "更新表结构" in trial.text(), seconds=60), trial.text()
    trial.send(signal.SIGINT)
    assert trial.ended() == 0
    assert trial.gone()
    assert "网站" not in trial.text()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_refused_in_words(var, bring_up, port):
    trial = bring_up(var, SHIMEN_PORT=port)
    assert trial.ended() == 1
    assert "SHIMEN_PORT" in trial.text()
    assert "Traceback" not in trial.text()
    assert trial.gone()


def test_stale_files_of_another_machine_do_no_harm(var, bring_up):
    # The number belongs to a living process that is no postgres: this very test.
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres\n1\n5432\n\n\n\n\n")
    shutil.copystat(var / "postgres" / "PG_VERSION", var / "postgres" / "postmaster.pid")
    (var / "run").mkdir(exist_ok=True)
    (var / "run" / "supervisor.lock").write_text('{"pid": 1, "began": 1, "kind": "up", "address": "http://nowhere/"}')
    trial = bring_up(var).wait_ready()
    assert trial.get("readyz") == 200


def test_an_ordinary_user_needs_no_privilege(var, bring_up):
    wrapper = ()
    if os.geteuid() == 0:
        # An ordinary user to whom root's files belong: everything is readable, nothing is privileged.
        wrapper = ("unshare", "--user", "--map-user=1000")
        for path in (*var.rglob("*"), var):
            os.chown(path, 0, 0, follow_symlinks=False)
    trial = bring_up(var, *wrapper).wait_ready()
    assert trial.get("readyz") == 200
    trial.send(signal.SIGTERM)
    assert trial.ended() == 0
    assert trial.gone()


def test_a_command_without_a_trial_brings_its_own_servers_and_takes_them_away(var):
    shown = manage(var, "shell", "-v0", "-c", COUNT)
    assert shown.stdout.strip() == "1", shown.stderr
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_two_commands_at_once_share_the_servers(var):
    command = [sys.executable, str(MANAGE), "shell", "-v0", "-c", COUNT]
    both = [
        subprocess.Popen(command, env=trial_environment(var), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [out.strip().splitlines()[0] for out, _ in outputs] == ["1", "1"], outputs
    assert not (var / "postgres" / "postmaster.pid").exists()
