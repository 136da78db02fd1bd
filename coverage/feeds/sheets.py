"""What the verbs on small workbooks of the apps above share: reading one in a process of its own, keeping where it stands,
writing its rows all or none, taking them back one by one.

What is written goes through those apps' own verbs, so that every refusal is the same sentence and every row its own line
in the log. `noun` is what the workbook is called to people.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from coverage.models.sheets import Sheet, SheetRow
from coverage.reading import sheet_file
from coverage.reading.sheet_file import Form
from shimen.accounts.models import User
from shimen.errors import DomainError

R = TypeVar("R", bound=SheetRow)
LARGEST = sheet_file.LIMITS.file_bytes


class SheetError(DomainError):
    """A workbook cannot be received, decided, written or undone."""


def read(
    form: Form,
    content: bytes,
    name: str,
    *,
    noun: str,
    empty: str = "表头下面没有一行。",
    error: type[SheetError] = SheetError,
) -> dict[str, Any]:
    """What `sheet_file` tells of a workbook. Raises `error`. Call it outside a transaction."""
    if len(content) > LARGEST:
        raise error(f"文件太大，{noun}最多 4 MB。", field="file")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "coverage.reading.sheet_file", form.as_text(), name[-60:].lstrip("-")], input=content,
            capture_output=True, timeout=30, check=False, cwd=settings.BASE_DIR,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise error(f"这份表读了半分钟还没读完，多半不是{noun}。用空白表填好再传。", field="file") from late
    if done.returncode not in {0, sheet_file.REFUSED}:
        raise error("文件读不了，多半不完整。在表格软件里打开、另存为 xlsx 再上传。", field="file")
    told: dict[str, Any] = json.loads(done.stdout)
    if done.returncode == sheet_file.REFUSED:
        raise error(f"{told['refused']}。", field="file")
    if not told["rows"]:
        raise error(empty, field="file")
    return told


def kept(name: str, content: bytes, told: dict[str, Any], *, actor: User, at: dt.datetime) -> dict[str, Any]:
    """What is kept of the file itself, as fields of a `Sheet`."""
    return {
        "file_name": " ".join(name.split())[-120:],
        "sha256": hashlib.sha256(content).hexdigest(),
        "unknown": told["unknown"][:20],
        "received_by": actor,
        "received_at": at,
    }


def check_state(sheet: Sheet, state: str, *, noun: str, error: type[SheetError] = SheetError) -> None:
    """Refuse a step that its state does not allow. Raises `error`."""
    if sheet.state != state:
        raise error(f"这份{noun}现在是“{Sheet.State(sheet.state).label}”，办不了这一步。")


def write_rows(
    rows: Iterable[R],
    write: Callable[[R], None],
    *,
    names: Callable[[R], str],
    noun: str,
    error: type[SheetError] = SheetError,
) -> None:
    """Write every row; the first that a verb refuses stops all of them, with the row's name before the sentence. Raises
    `error`."""
    for each in rows:
        try:
            write(each)
        except DomainError as refusal:
            raise error(f"{names(each)}：{refusal.sentence}这一行选“不采用”，或在{noun}里改好再写入。") from refusal
        each.is_applied = True
        each.save()


def take_back_rows(rows: Iterable[R], restore: Callable[[R], str], *, bound: str = "") -> None:
    """Take rows back, each by itself; why one is left alone (what `restore` says, or a verb's refusal) stays at it.
    `bound` says in words that other rows hold on to it."""
    for each in rows:
        try:
            with transaction.atomic():
                each.skipped_reason = restore(each)
        except DomainError as refusal:
            each.skipped_reason = refusal.sentence[:120]
        except ProtectedError:
            each.skipped_reason = bound
        each.is_applied = bool(each.skipped_reason)
        each.save()
