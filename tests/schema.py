"""The migrated schema, kept between runs under the name of everything that made it.

Running every migration takes a quarter of a minute of processor time, most of it spent by Django on drawing its own picture of the
models anew after each step. The result depends on the migrations and the installed packages alone, so their hash names it.
"""

from __future__ import annotations

import hashlib
import os
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


def _hash() -> str:
    sources = sorted(places.REPOSITORY.glob("*/migrations/*.py")) + sorted(
        places.REPOSITORY.glob("*/*/migrations/*.py")
    )
    sources = [path for path in sources if not path.relative_to(places.REPOSITORY).parts[0].startswith((".", "node_"))]
    # Seeds and triggers that migrations call live elsewhere in the apps of the ground.
    sources += sorted((places.REPOSITORY / "requirements").glob("*.lock"))
    sources += [places.REPOSITORY / "shimen" / "settings.py", *sorted((places.REPOSITORY / "shimen").glob("*/*.py"))]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(str(path.relative_to(places.REPOSITORY)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


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
