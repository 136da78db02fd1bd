"""`manage.py up`: bring up the whole trial, keep it up, and leave nothing behind.

Order up: postgres, valkey, the schema and the trial street, web, worker, beat. Order down: beat, worker, web, valkey,
postgres. A part that dies is started again; one that keeps dying ends the whole with the last lines of its log.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shimen.embedded import layout as places
from shimen.embedded import services
from shimen.embedded.identity import IdentityError
from shimen.embedded.layout import Layout, LayoutError
from shimen.embedded.processes import Child, Lock, ServiceError, Step, die_with_parent, spawn, take_over
from shimen.embedded.terminal import say
from shimen.probe import answers

HOST = "127.0.0.1"
FIRST_PORT = 8000
_PORTS_TRIED = 50
# Give up on a part that dies this often within this many seconds.
_DEATHS, _WITHIN = 5, 60.0
_SHUTDOWN_ORDER = ("beat", "worker", "web", "prepare", "valkey", "postgres")
_STOP_WEB = (Step(signal.SIGTERM, 12), Step(signal.SIGQUIT, 3))
# Celery: finish the running task; then drop it (it comes back); then the whole session is killed.
_STOP_WORKER = (Step(signal.SIGTERM, 10), Step(signal.SIGQUIT, 5))
_STOP_BEAT = (Step(signal.SIGTERM, 5),)


class StopAsked(Exception):  # noqa: N818 - an order, not a fault
    """Somebody wants the trial to end: Ctrl-C, a signal, a closed terminal."""


class Signals:
    """Turns signals into something the main loop can wait for; a second order hurries the stop."""

    def __init__(self) -> None:
        self.orders = 0
        self._first = self._again = 0.0
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        os.set_blocking(self._read, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._order)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _order(self, *_: object) -> None:
        self.orders += 1
        self._again = time.monotonic()
        self._first = self._first or self._again

    def wait(self, seconds: float) -> None:
        """Sleep until a child ends, an order comes or the time is up; an order raises StopAsked."""
        if not self.orders:
            select.select([self._read], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._read, 4096)
        if self.orders:
            raise StopAsked

    def hurry(self) -> bool:
        """Whether somebody has asked again. Make passes on what the terminal has sent already: that is once."""
        return self._again > self._first + 1


@dataclass
class Part:
    """One thing to keep running: how to start it, and when it died."""

    start: Callable[[], Child]
    child: Child | None = None
    deaths: list[float] = field(default_factory=list)

    def too_often(self) -> bool:
        now = time.monotonic()
        self.deaths = [*(death for death in self.deaths if now - death < _WITHIN), now]
        return len(self.deaths) >= _DEATHS


def up() -> int:
    """Run the trial until told to stop; the exit status for the shell."""
    if os.environ.get("SHIMEN_MODE", "trial") == "production":
        say("正式环境请用 docker compose up，见 README", "production runs under compose, see the README")
        return 2
    layout = places.at()
    try:
        _wanted_port()
        layout.run.mkdir(parents=True, exist_ok=True)
        lock = Lock.open(layout.supervisor_lock)
        if not _alone(lock):
            return 0
        return _Trial(layout, lock).run()
    except (IdentityError, LayoutError, ServiceError, OSError) as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130


def _alone(lock: Lock) -> bool:
    """Take the lock. Not alone: say where the running trial is. A command's servers are waited for."""
    told = False
    while not lock.try_take():
        note = lock.read()
        if note.get("kind") == "up":
            where = note.get("address") or "…"
            say(f"已经在运行：{where}（进程 {note.get('pid')}）", f"already running at {where}")
            return False
        if not told:
            say("等一个管理命令结束", "waiting for a management command to finish")
            told = True
        time.sleep(0.2)
    return True


class _Trial:
    """Everything that runs, and the order in which it goes."""

    def __init__(self, layout: Layout, lock: Lock) -> None:
        self.layout, self.lock = layout, lock
        self.signals = Signals()
        self.parts: dict[str, Part] = {}
        self.address = ""
        self.listener: socket.socket | None = None

    def run(self) -> int:
        if os.environ.get("MAKELEVEL") and _is_make(os.getppid()):
            # `kill -9` of make must not leave us running behind its back.
            die_with_parent(signal.SIGTERM)
        self._note(ready=False)
        try:
            self._bring_up()
            self._keep_up()
        except StopAsked:
            say("正在停止，数据都已保存", "stopping, everything is saved")
            return 0
        except (IdentityError, LayoutError, ServiceError) as refusal:
            say(str(refusal))
            return 1
        finally:
            self._bring_down()
        return 0

    def _note(self, *, ready: bool) -> None:
        self.lock.write({"kind": "up", "ready": ready, "address": self.address})

    def _bring_up(self) -> None:
        began = time.monotonic()
        ground = services.prepare(self.layout)
        first = not ground.layout.pgdata.exists()
        say("启动数据库" + ("（第一次，约几秒）" if first else ""), "starting postgres and valkey")
        self._start("postgres", lambda: services.start_postgres(ground))
        self._start("valkey", lambda: services.start_valkey(ground))
        # The command's own session would start servers of its own until these are announced.
        self._note(ready=True)
        self._prepare_data()
        self.listener, port = _listen()
        self.address = f"http://{HOST}:{port}/"
        say("启动网站和后台任务", "starting web, worker and beat")
        self._start("web", self._web)
        # On two cores three starts at once are three slow ones, and it is the web that somebody waits for.
        self._wait_for_web()
        self._start("worker", lambda: self._celery("worker"))
        self._start("beat", lambda: self._celery("beat"))
        self._note(ready=True)
        say(f"用时 {time.monotonic() - began:.0f} 秒", "ready")
        self._announce()

    def _start(self, name: str, start: Callable[[], Child]) -> None:
        if self.signals.orders:
            raise StopAsked
        part = self.parts.setdefault(name, Part(start=start))
        part.child = start()

    def _prepare_data(self) -> None:
        """Schema, trial street, static files: one child that talks to the terminal itself."""
        log = self.layout.logs / "prepare.log"
        log.unlink(missing_ok=True)
        child = spawn(
            "prepare",
            [sys.executable, "-m", "shimen.embedded.prepare"],
            log=log,
            stops=(Step(signal.SIGTERM, 20),),
            env=self._environment("prepare"),
            stdout=sys.stdout.buffer if _has_terminal() else None,
            cwd=places.REPOSITORY,
        )
        self.parts["prepare"] = Part(start=lambda: child, child=child)
        while not child.ended():
            self.signals.wait(1.0)
            self._mend(only=("postgres", "valkey"))
        del self.parts["prepare"]
        if child.process.returncode != 0:
            raise ServiceError(f"准备数据时出错 / preparing the data failed ({child.log}):\n{child.tail(25)}")

    def _environment(self, process: str) -> dict[str, str]:
        return {
            **os.environ,
            "SHIMEN_MODE": os.environ.get("SHIMEN_MODE", "trial"),
            "SHIMEN_VAR": str(self.layout.var),
            "SHIMEN_PROCESS": process,
            "DJANGO_SETTINGS_MODULE": "shimen.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _web(self) -> Child:
        assert self.listener is not None  # noqa: S101 - set before the part is
        descriptor = self.listener.fileno()
        options = ["--bind", f"fd://{descriptor}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        # By default gunicorn opens a control socket in the home folder.
        options += ["--no-control-socket", "--preload", "--graceful-timeout", "10", "--timeout", "120"]
        argv = [sys.executable, "-m", "gunicorn", *options, "shimen.wsgi:application"]
        return self._part("web", argv, stops=_STOP_WEB, pass_fds=(descriptor,))

    def _celery(self, name: str) -> Child:
        argv = [sys.executable, "-m", "celery", "--app", "shimen.celery", "--quiet", name, "--loglevel", "INFO"]
        if name == "worker":
            # The heartbeat retries for ever when valkey has gone first, and holds up every shutdown.
            argv += ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
            return self._part(name, argv, stops=_STOP_WORKER)
        return self._part(name, [*argv, "--pidfile="], stops=_STOP_BEAT)

    def _part(self, name: str, argv: list[str], *, stops: tuple[Step, ...], pass_fds: tuple[int, ...] = ()) -> Child:
        return spawn(
            name,
            argv,
            log=self.layout.logs / f"{name}.log",
            stops=stops,
            lock=take_over(self.layout.run / f"{name}.lock", stops=stops),
            env=self._environment(name),
            pass_fds=pass_fds,
            # Without its supervisor a worker has no database either: nothing is worth finishing.
            last_wish=signal.SIGKILL if name == "worker" else None,
            cwd=places.REPOSITORY,
        )

    def _wait_for_web(self) -> None:
        end = time.monotonic() + 90
        while not answers(f"{self.address}readyz"):
            self.signals.wait(0.1)
            self._mend()
            if time.monotonic() > end:
                log = self.layout.logs / "web.log"
                raise ServiceError(f"网站没有起来 / the web process does not answer ({log})")

    def _announce(self) -> None:
        say("")
        say(f"  打开 {self.address}", "open this address")
        for line in _sign_ins(self.layout.var / "trial" / "sign-ins.json"):
            say(line)
        say("")
        say("按 Ctrl-C 停止", "press Ctrl-C to stop")

    def _keep_up(self) -> None:
        while True:
            self.signals.wait(5.0)
            self._mend()

    def _mend(self, *, only: tuple[str, ...] = ()) -> None:
        """Start again whatever has died since the last look."""
        for name, part in list(self.parts.items()):
            child = part.child
            if child is None or not child.ended() or name == "prepare" or (only and name not in only):
                continue
            # Its own children may linger; they are the same session.
            child.stop()
            if part.too_often():
                raise ServiceError(f"{name} 一再停掉 / keeps dying ({child.log}):\n{child.tail()}")
            say(f"{name} 停了，重新启动", f"{name} has ended ({child.process.returncode}), starting it again")
            part.child = part.start()

    def _bring_down(self) -> None:
        for name in _SHUTDOWN_ORDER:
            part = self.parts.get(name)
            if part and part.child:
                # Postgres is never hurried: a fast shutdown is short, and what replaces it is recovery.
                hurry = self.signals.hurry if name != "postgres" else _never
                with contextlib.suppress(OSError):
                    part.child.stop(hurry=hurry)
        if self.listener:
            self.listener.close()
        self.lock.close()
        if self.parts:
            say("已停止", "stopped")


def _never() -> bool:
    return False


def _listen() -> tuple[socket.socket, int]:
    """A listening socket on the wanted port or the next free one.

    Held by the supervisor and handed to gunicorn, so nobody can take the port in between, and a web process that is
    started again loses no connection.
    """
    wanted = _wanted_port()
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(256)
        except OSError:
            listener.close()
            continue
        if port != wanted:
            say(f"端口 {wanted} 被占用，改用 {port}", f"port {wanted} is taken, using {port}")
        return listener, port
    raise ServiceError(f"从 {wanted} 起的 {_PORTS_TRIED} 个端口都被占用 / no free port")


def _wanted_port() -> int:
    given = os.environ.get("SHIMEN_PORT") or str(FIRST_PORT)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise ServiceError(f"SHIMEN_PORT={given} 不是端口号（1 到 65535） / is no port number")
    return int(given)


def _sign_ins(path: Path) -> Iterator[str]:
    """Lines for the trial's people, from the list that loading the street leaves: username, password, sees."""
    try:
        people = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return
    if people:
        yield "  试用账号 · trial sign-ins"
    for person in people:
        yield f"    {person['username']} / {person['password']}    {person['sees']}"


def _has_terminal() -> bool:
    try:
        sys.stdout.fileno()
    except (OSError, ValueError):
        return False
    return True


def _is_make(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() in {"make", "gmake"}
    except OSError:
        return False
