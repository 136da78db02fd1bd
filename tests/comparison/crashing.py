"""Workers, web processes and a database that are killed with -9, for the tests beside it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shimen.embedded.layout import REPOSITORY
from shimen.embedded.processes import wait_until

WORKER = ("-m", "celery", "--app", "tests.comparison.stopping", "--quiet", "worker", "--beat")
OPTIONS = ("--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")


@dataclass
class Place:
    """Where a process is to stop: `module:name`, and the folder through which it tells and hears."""

    at: str
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        os.mkfifo(self.folder / "go")

    @property
    def environment(self) -> dict[str, str]:
        return {"STOP_AT": self.at, "STOP_IN": str(self.folder)}

    def reached(self) -> bool:
        return wait_until((self.folder / "reached").exists, seconds=120)

    def go_on(self) -> None:
        (self.folder / "go").write_text("")


@contextlib.contextmanager
def running(*command: str, log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours in a session of its own, killed with all its children at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=REPOSITORY,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "shimen.settings", **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """-9 to the process and everything it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def worker(log: Path, place: Place | None = None, **environment: str) -> contextlib.AbstractContextManager:
    """A real worker with its own beat; with `place`, one that stops there."""
    return running(*WORKER, *OPTIONS, log=log, environment={**environment, **(place.environment if place else {})})
