"""Children that cannot be left behind.

Every child leads its own session (so Ctrl-C at the terminal reaches the supervisor alone), asks the kernel for a
signal when its parent dies, and holds an inherited file lock for as long as it or any of its own children lives. A
service is running exactly while its lock is held: no pid file can go stale, whatever was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from shimen.embedded.identity import SAME, Identity

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_LOG_LIMIT = 8 * 1024 * 1024


class ServiceError(RuntimeError):
    """A service did not start or stop; the sentence names it and the log to read."""


@dataclass(frozen=True)
class Step:
    """Send `signal`, then wait up to `seconds` for the end."""

    signal: signal.Signals
    seconds: float


@dataclass
class Child:
    """A process started by us."""

    name: str
    process: subprocess.Popen[bytes]
    stops: tuple[Step, ...]
    log: Path
    started: float = field(default_factory=time.monotonic)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Walk through the steps until the process has ended; at last kill its whole session."""
        for step in self.stops:
            if self.ended() or hurry():
                break
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(step.signal)
            wait_until(lambda: self.ended() or hurry(), seconds=step.seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self, lines: int = 12) -> str:
        """The last lines of the child's log, for a message to the person at the terminal."""
        try:
            text = self.log.read_text("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join("    " + line for line in text.splitlines()[-lines:])


def wait_until(done: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask `done` until it says yes or the time is up; returns its last answer."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() >= end:
            return False
        time.sleep(pause)
    return True


def spawn(
    name: str,
    argv: Sequence[str],
    *,
    log: Path,
    stops: tuple[Step, ...],
    lock: Lock | None = None,
    identity: Identity = SAME,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    stdout: IO[bytes] | None = None,
    cwd: Path | None = None,
    last_wish: signal.Signals | None = None,
) -> Child:
    """Start a child in a session of its own; its output goes to a file, never to an inherited pipe.

    `last_wish` is what the kernel sends it when we die without a word (the first of `stops` unless given).
    """
    _turn_over(log)
    parent = os.getpid()
    wish = int(last_wish or stops[0].signal)

    def before_exec() -> None:
        identity.become()
        # After the change of user, which clears the setting.
        _LIBC.prctl(_PR_SET_PDEATHSIG, wish, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    fds = (*pass_fds, *((lock.fd,) if lock else ()))
    with open(log, "ab") as out:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=stdout or out,
            stderr=out,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            pass_fds=fds,
            start_new_session=True,
            preexec_fn=before_exec,  # noqa: PLW1509 - the launcher has one thread
        )
    if lock:
        # The child has its own copy now.
        lock.close()
    return Child(name=name, process=process, stops=stops, log=log)


def die_with_parent(wish: signal.Signals) -> None:
    """Let this very process be told when its parent ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(wish), 0, 0, 0)


def _turn_over(log: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > _LOG_LIMIT:
            log.replace(log.with_suffix(log.suffix + ".1"))


@dataclass
class Lock:
    """A file lock that the kernel releases when the last process holding it has ended."""

    path: Path
    fd: int

    @classmethod
    def open(cls, path: Path) -> Lock:
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(path=path, fd=os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def try_take(self, *, shared: bool = False) -> bool:
        try:
            fcntl.flock(self.fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def write(self, content: dict[str, object]) -> None:
        """Leave a note for whoever finds the lock taken."""
        note = {**content, "pid": os.getpid(), "began": began(os.getpid())}
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, json.dumps(note).encode(), 0)

    def read(self) -> dict[str, object]:
        """The note of the living holder; empty if its writer is gone."""
        try:
            note = json.loads(self.path.read_bytes() or b"{}")
        except (OSError, ValueError):
            return {}
        if not isinstance(note, dict) or not isinstance(note.get("pid"), int):
            return {}
        return note if note.get("began") == began(note["pid"]) else {}

    def close(self) -> None:
        os.close(self.fd)


def take_over(path: Path, *, stops: tuple[Step, ...]) -> Lock:
    """The service's lock; a leftover of a killed supervisor is waited for, then stopped.

    Such a leftover is already on its way out (the kernel told it that its parent died), so patience comes first. A
    service whose starter still lives is no leftover: it is never stopped from here, ServiceError says whose it is.
    """
    lock = Lock.open(path)
    if wait_until(lock.try_take, seconds=stops[0].seconds):
        return _noted(lock)
    starter = lock.read().get("pid", os.getpid())
    if starter != os.getpid():
        lock.close()
        raise ServiceError(
            f"{path.stem} 是另一个进程（{starter}）启动的，还在用；等它结束，或者先结束它"
            f" / was started by process {starter}, which still runs"
        )
    for step in (*stops, Step(signal.SIGKILL, 5)):
        for pid in _holders(lock):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, step.signal)
        if wait_until(lock.try_take, seconds=step.seconds):
            return _noted(lock)
    lock.close()
    raise ServiceError(f"{path.stem} 还被另一个进程占用 / is still held by another process")


def _noted(lock: Lock) -> Lock:
    """Who starts the service stands in its lock."""
    lock.write({"kind": "service"})
    return lock


def _holders(lock: Lock) -> list[int]:
    """Other processes that have the lock's file open: the service itself, or what a killed one has left."""
    return [pid for pid in holding(lock.path) if pid != os.getpid()]


def holding(path: Path) -> list[int]:
    """Every process that we may look into and that has this file open."""
    mine = path.stat()
    folders = Path("/proc").glob("[0-9]*/fd")
    return sorted(int(folder.parent.name) for folder in folders if _has_open(folder, mine))


def _has_open(folder: Path, wanted: os.stat_result) -> bool:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return False
    for entry in entries:
        # A busy process closes files while we look; that says nothing about its others.
        with contextlib.suppress(OSError):
            if os.path.samestat(wanted, entry.stat()):
                return True
    return False


def began(pid: int) -> int | None:
    """Clock ticks since boot at which the process began: with the pid, it names a process for good."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])


def command_line(pid: int) -> list[str]:
    """The arguments of a living process, empty if there is none."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [os.fsdecode(part) for part in raw.split(b"\0") if part]
