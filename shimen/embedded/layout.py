"""Where the trial's run-time data lives, and the addresses that follow from it.

Path arithmetic only, plus the one file of generated secrets. Settings import this module, so it
imports neither Django nor anything that is installed only for the trial.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

REPOSITORY = Path(__file__).resolve().parents[2]
ROLE = "shimen"
ADMIN_ROLE = "shimen_admin"
DATABASE = "shimen"
# Names the socket `.s.PGSQL.5432`; nothing ever listens on that TCP port.
PORT = 5432
# `sun_path` holds 108 bytes with its closing zero; the longest name in the folder is postgres'.
_LONGEST_SOCKET = 107
_MOVED_SOCKETS = Path("/tmp")


class LayoutError(RuntimeError):
    """The folder for run-time data cannot be used; the sentence says why."""


@dataclass(frozen=True)
class Layout:
    """Every path under one run-time folder; nothing is created by looking at it."""

    var: Path

    @property
    def pgdata(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.var / "valkey"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def secrets_file(self) -> Path:
        return self.var / "secrets.env"

    @property
    def supervisor_lock(self) -> Path:
        return self.run / "supervisor.lock"

    @property
    def users_lock(self) -> Path:
        return self.run / "users.lock"

    @property
    def sockets(self) -> Path:
        """The socket folder; a hashed private one where the plain path is too long for a socket."""
        plain = self.var / "run" / "s"
        if len(os.fsencode(plain / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET:
            return plain
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return _MOVED_SOCKETS / f"shimen-{os.geteuid()}" / digest

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"


def at(var: str | os.PathLike[str] | None = None) -> Layout:
    """The layout of a run-time folder: the one given, `SHIMEN_VAR`, or `var/` in the repository."""
    chosen = var or os.environ.get("SHIMEN_VAR") or REPOSITORY / "var"
    return Layout(var=Path(os.path.realpath(chosen)))


def make_private_sockets(layout: Layout) -> Path:
    """Create the socket folder; refuse a folder in /tmp that somebody else prepared."""
    folder = layout.sockets
    if folder.is_relative_to(_MOVED_SOCKETS) and not layout.var.is_relative_to(folder.parent):
        parent = folder.parent
        # Others may pass through (the unprivileged database user must) but not look.
        parent.mkdir(mode=0o711, exist_ok=True)
        seen = parent.lstat()
        writable = seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or writable:
            raise LayoutError(f"{parent} 不是本用户的私有目录 / is not a private folder of this user")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def database_url(var: str | os.PathLike[str] | None = None, *, role: str = ROLE, name: str = DATABASE) -> str:
    """`postgresql://role:password@/name?host=…&port=…` of the embedded server of this folder."""
    layout = at(var)
    key = "SHIMEN_DB_ADMIN_PASSWORD" if role == ADMIN_ROLE else "SHIMEN_DB_PASSWORD"
    password = read_secrets(layout.var)[key]
    host = quote(str(layout.sockets), safe="")
    return f"postgresql://{role}:{password}@/{quote(name)}?host={host}&port={PORT}"


def redis_url(var: str | os.PathLike[str] | None = None, *, db: int = 0) -> str:
    """`unix:///…/valkey.sock?db=N` of the embedded valkey of this folder."""
    return f"unix://{quote(str(at(var).valkey_socket))}?db={db}"


def broker_url(redis: str) -> str:
    """The address Celery needs for the same server, one database further.

    One further, because Django's `cache.clear()` flushes the whole database it lives in.
    """
    parts = urlsplit(redis)
    if parts.scheme != "unix":
        number = int(parts.path.strip("/") or "0")
        return parts._replace(path=f"/{number + 1}").geturl()
    number = int(parse_qs(parts.query).get("db", ["0"])[0])
    return f"redis+socket://{parts.path}?virtual_host={number + 1}"


def read_secrets(var: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """The trial's own secrets: generated at first use, kept in `secrets.env`, mode 0600."""
    path = at(var).secrets_file
    found = _parse(path)
    if _missing(found):
        found = _complete(path)
    return found


def secret(var: str | os.PathLike[str] | None, name: str) -> str:
    """One generated secret by its environment name, for example `SHIMEN_SECRET_KEY`."""
    return read_secrets(var)[name]


def _parse(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _fresh() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SHIMEN_DB_PASSWORD": secrets.token_urlsafe(24),
        "SHIMEN_DB_ADMIN_PASSWORD": secrets.token_urlsafe(24),
        "SHIMEN_SECRET_KEY": secrets.token_urlsafe(48),
        "SHIMEN_FIELD_KEYS": f"k1:{key()}",
        "SHIMEN_INDEX_KEY": key(),
    }


def _missing(found: dict[str, str]) -> bool:
    return not _fresh().keys() <= found.keys()


def _complete(path: Path) -> dict[str, str]:
    """Write what is missing, once, however many processes arrive here together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(".secrets.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = {**_fresh(), **_parse(path)}
        draft = path.with_name(".secrets.new")
        text = "# Generated for the trial. Losing this file makes encrypted fields unreadable.\n"
        text += "".join(f"{name}={value}\n" for name, value in values.items())
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    return values
