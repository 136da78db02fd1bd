"""Real processes in folders of their own: a trial that is migrated once and copied for every test."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shimen.embedded import layout as places
from shimen.embedded import services
from shimen.embedded.processes import holding, wait_until

MANAGE = places.REPOSITORY / "manage.py"
COUNT = "from shimen.territory.models import Street as S; print(S.objects.count())"
STREET = """
import datetime
from shimen.territory.models import Street
Street.objects.create(code='990000001', name='示例街道', division='990000', lon=121.5, lat=31.2,
                      rounds_from=datetime.date(2026, 8, 10))
"""


def trial_environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has set nothing but the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHIMEN_", "DJANGO_"))}
    return {**kept, "SHIMEN_VAR": str(var), "SHIMEN_PORT": "8600", **more}


def manage(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(MANAGE), *arguments]
    return subprocess.run(
        command,
        env=trial_environment(var),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@dataclass
class Trial:
    """A `manage.py up` under test."""

    var: Path
    process: subprocess.Popen[bytes]
    out: Path
    wrapper: tuple[str, ...] = field(default=())

    def text(self) -> str:
        return self.out.read_text("utf-8")

    @property
    def address(self) -> str:
        found = re.search(r"打开 (http://\S+)", self.text())
        assert found, self.text()
        return found.group(1)

    def wait_ready(self) -> Trial:
        wait_until(lambda: "Ctrl-C" in self.text() or self.process.poll() is not None, seconds=90)
        assert self.process.poll() is None, self.text()
        return self

    def get(self, path: str) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, timeout=20) as answer:
            return int(answer.status)

    def pids(self) -> dict[str, list[int]]:
        """Living processes of this trial by part, found by the folder in their arguments, environment or locks."""
        found: dict[str, list[int]] = {}
        for name in ("postgres", "valkey", "web", "worker", "beat"):
            lock = self.var / "run" / f"{name}.lock"
            found[name] = holding(lock) if lock.exists() else []
        return found

    def main_pid(self, name: str) -> int:
        return self.pids()[name][0]

    def gone(self) -> bool:
        return not any(self.pids().values())

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 60) -> int:
        return self.process.wait(timeout=seconds)


@pytest.fixture(scope="session")
def migrated_var() -> Path:
    """A stopped trial with all tables and one street, made once for all workers of this run."""
    var = Path(os.environ["SHIMEN_VAR"]) / "stopped"
    with open(f"{var}.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not var.with_suffix(".done").exists():
            for arguments in (("migrate", "--verbosity", "0"), ("shell", "--verbosity", "0", "-c", STREET)):
                done = manage(var, *arguments)
                assert done.returncode == 0, done.stderr
            var.with_suffix(".done").touch()
    return var


@pytest.fixture
def var(migrated_var: Path, tmp_path: Path) -> Path:
    """A copy, in a folder with a blank and Chinese characters in its name."""
    copy = tmp_path / "试用 数据"
    shutil.copytree(migrated_var, copy, ignore=shutil.ignore_patterns("run"))
    _same_owners(migrated_var, copy)
    return copy


def _same_owners(source: Path, copy: Path) -> None:
    if os.geteuid() == 0:
        for path in source.rglob("*"):
            twin = copy / path.relative_to(source)
            if twin.exists():
                seen = path.lstat()
                os.chown(twin, seen.st_uid, seen.st_gid, follow_symlinks=False)


@pytest.fixture
def bring_up(tmp_path: Path) -> Iterator:
    """`bring_up(var)` starts the supervisor; whatever is left at the end is killed."""
    running: list[Trial] = []

    def start(var: Path, *wrapper: str, **environment: str) -> Trial:
        out = tmp_path / f"up-{len(running)}.txt"
        with out.open("wb") as stream:
            process = subprocess.Popen(
                [*wrapper, sys.executable, str(MANAGE), "up"],
                env=trial_environment(var, **environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        trial = Trial(var=var, process=process, out=out, wrapper=wrapper)
        running.append(trial)
        return trial

    yield start
    for trial in running:
        if trial.process.poll() is None:
            trial.process.kill()
            trial.process.wait()
        if not wait_until(trial.gone, seconds=30):
            for pids in trial.pids().values():
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def ground(var: Path) -> services.Ground:
    return services.prepare(places.at(var))
