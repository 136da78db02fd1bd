"""The migrated schema, kept between runs under the name of everything that made it.

Running every migration takes many seconds of processor time, most of it spent by Django on drawing its own picture of the
models anew after each step. The result depends on the migrations and the installed packages alone, so their hash names it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from shimen.embedded import layout as places

SUFFIX = ".dump"
KEPT = 6  # states of the migrations: several branches are worked on side by side


def kept() -> Path | None:
    """Where the schema of these sources is kept or would be; None where the folder belongs to somebody else."""
    folder = Path(tempfile.gettempdir()) / f"shimen-schema-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
        return None
    return folder / f"{_hash()}{SUFFIX}"


# What migrations name of the product: the modules whose functions they call, and those of their fields' defaults.
_NAMED = re.compile(r"\b(?:shimen|coverage|supply|branches|grid)(?:\.[a-z_]+)+(?: import [a-z_]+)?")


def _hash() -> str:
    migrations = [path for path in places.REPOSITORY.glob("*/migrations/*.py") if _is_ours(path)]
    migrations += places.REPOSITORY.glob("shimen/*/migrations/*.py")
    named = {name.replace(" import ", ".") for path in migrations for name in _NAMED.findall(path.read_text())}
    modules = {places.REPOSITORY.joinpath(*name.split(".")).with_suffix(".py") for name in named}
    settled = [places.REPOSITORY / "shimen" / "settings.py", *(places.REPOSITORY / "requirements").glob("*.lock")]
    digest = hashlib.sha256()
    for path in sorted({*migrations, *settled, *(path for path in modules if path.exists())}):
        digest.update(str(path.relative_to(places.REPOSITORY)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _is_ours(path: Path) -> bool:
    return not path.relative_to(places.REPOSITORY).parts[0].startswith((".", "node_"))


def restore(dump: Path, *, binaries: Path, url: str) -> bool:
    """Fill an empty database from what was kept; False when it cannot be read, and the migrations must run."""
    command = [str(binaries / "pg_restore"), "--exit-on-error", "--dbname", url, str(dump)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        dump.unlink(missing_ok=True)
    return done.returncode == 0


def keep(dump: Path, *, binaries: Path, url: str) -> None:
    """Keep the schema of a migrated database, and let go of the oldest ones."""
    handle, name = tempfile.mkstemp(dir=dump.parent)
    os.close(handle)
    command = [str(binaries / "pg_dump"), "--format", "custom", "--compress", "1", "--file", name, "--dbname", url]
    if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode:
        Path(name).unlink()
        return
    shutil.move(name, dump)
    for old in sorted(dump.parent.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
