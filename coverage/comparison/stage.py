"""A workbook's rows into a staging table: the reader runs in a child process, its output goes into COPY as it is.

The staging table is temporary: unlogged like any temporary table, private to the connection, and gone with it, so that
no copy of a department's workbook (and of the telephone numbers in it) lies about after a crash. What must survive is
the change set, and that is written once, at the end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from django.db import connection

from coverage.reading import book, columns, fields
from coverage.reading.layouts import Aliases
from shimen.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 1 << 18
TABLE = "feed_row"
AHEAD = 8  # chunks that may wait
AT_ONCE = book.MEGABYTE  # what one COPY takes


class StageError(DomainError):
    """The file cannot be read; the sentence says why and what to do. `tops` are the first rows of its sheets where only
    its header is unknown."""

    def __init__(self, sentence: str, *, tops: list[dict[str, Any]] | None = None) -> None:
        super().__init__(sentence)
        self.tops = tops


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What is to be read: the bytes as they came, whole or in pieces, the name they came under, and the day they speak of."""

    content: bytes | Iterable[bytes]
    name: str
    as_of: dt.date
    aliases: Aliases
    limits: book.Limits = dataclasses.field(default_factory=book.Limits)
    is_of_people: bool = False


def read(
    source: Source, sink: Callable[[bytes], None], *, lines: Sequence[int] = (), is_peek: bool = False
) -> dict[str, Any]:
    """Read a workbook in a child process: rows as `columns.packed` gives them into `sink`, line first, then `fields.STAGED`.

    With `lines`, only those rows come, as the department wrote them, after its headings as line 0; with `is_peek` none
    come, and the account has only the first rows of every sheet (`tops`).
    Returns the account of `coverage.reading.parse`. Raises `StageError` for a file that cannot be taken, also when
    the child dies of its limits.
    """
    with _laid_out(source, lines, is_peek) as (content, control):
        return _read(source, content, control, sink)


@contextlib.contextmanager
def _laid_out(source: Source, lines: Sequence[int], is_peek: bool) -> Iterator[tuple[IO[bytes], IO[str]]]:
    """The workbook and the options as open files without a name."""
    with tempfile.TemporaryFile() as content, tempfile.TemporaryFile("w+", encoding="utf-8") as control:
        content.writelines([source.content] if isinstance(source.content, bytes) else source.content)
        content.seek(0)
        _write_options(source, control, lines, is_peek)
        yield content, control


def _read(source: Source, content: IO[bytes], control: IO[str], sink: Callable[[bytes], None]) -> dict[str, Any]:
    with _child(source, content, control) as child:
        while chunk := (child.stdout.read(CHUNK) if child.stdout else b""):
            sink(chunk)
        child.wait()
    return _account(control, child.returncode)


def original_rows(source: Source, lines: Sequence[int]) -> list[tuple[int, list[str]]]:
    """Rows of the file with all their columns as text, before those of each table its headings, as line 0, 1000000, …."""
    found: list[bytes] = []
    read(source, found.append, lines=lines)
    return [(int(row[0]), row[1:]) for row in columns.unpacked(b"".join(found))]


def peek(source: Source) -> list[dict[str, Any]]:
    """The first rows of every sheet, see `coverage.reading.peek`. Raises `StageError`."""
    tops: list[dict[str, Any]] = read(source, lambda _: None, is_peek=True)["tops"]
    return tops


def _write_options(source: Source, control: IO[str], lines: Sequence[int], is_peek: bool) -> None:
    options = {
        "name": source.name,
        "is_of_people": source.is_of_people,
        "as_of": source.as_of.isoformat(),
        "aliases": source.aliases.as_json(),
        "is_peek": is_peek,
        "limits": dataclasses.asdict(source.limits),
        "lines": list(lines),
    }
    json.dump(options, control, ensure_ascii=False)
    control.flush()
    control.seek(0)


@contextlib.contextmanager
def _child(source: Source, content: IO[bytes], control: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The reading process, killed when it outstays its time or when nobody wants its rows any more."""
    child = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", "coverage.reading.parse", str(control.fileno())],
        cwd=ROOT,
        stdin=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(control.fileno(),),
    )
    clock = threading.Timer(source.limits.seconds + 5, child.kill)
    clock.start()
    try:
        yield child
    finally:
        clock.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _account(control: IO[str], returncode: int) -> dict[str, Any]:
    control.seek(0)
    try:
        account: dict[str, Any] = json.load(control)
    except ValueError:
        account = {}
    if refusal := account.get("refused"):
        raise StageError(refusal, tops=account.get("tops"))
    if returncode or "sheets" not in account:
        raise StageError(
            "读这份表用的时间或内存超出上限，已停下，没有动名册。多半是很远的单元格里误填了内容，"
            "请删掉数据以外的行和列，另存为 xlsx 再上传；还不行，就拆成几份"
        )
    return account


def load(source: Source, *, progress: Callable[[int], None]) -> dict[str, Any]:
    """Fill the staging table from a workbook; `progress` hears how many rows have come. Returns the account.

    The table belongs to this connection; an older one of the same connection is replaced.
    """
    _create()
    count, rest = 0, bytearray()
    with _laid_out(source, (), False) as (content, control), ThreadPoolExecutor(1, "reading") as aside:
        chunks = _Chunks()
        reading = aside.submit(chunks.fill, lambda sink: _read(source, content, control, sink))
        with chunks.until(reading):
            for chunk in chunks:
                rest += chunk
                if len(rest) >= AT_ONCE:
                    whole = rest.rindex(b"\n") + 1
                    count += _copy(rest[:whole])
                    del rest[:whole]
                    progress(count)
        account = reading.result()
    if rest:
        progress(count + _copy(rest))
    return account


class _Chunks:
    """Rows on their way from the thread that reads to the one that has the database, so that the reading process goes on
    while the database takes rows in. Few may wait: memory does not grow with the workbook."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self._is_wanted = True

    def fill(self, read: Callable[[Callable[[bytes], None]], dict[str, Any]]) -> dict[str, Any]:
        try:
            return read(self._put)
        finally:
            self._waiting.put(None)

    def _put(self, chunk: bytes) -> None:
        if not self._is_wanted:
            raise _NobodyWaitsError
        self._waiting.put(chunk)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._waiting.get, None)

    @contextlib.contextmanager
    def until(self, reading: Future[dict[str, Any]]) -> Iterator[None]:
        """Ends the reading when the work in here fails."""
        try:
            yield
        except BaseException:
            self._is_wanted = False
            while not reading.done():
                with contextlib.suppress(queue.Empty):
                    self._waiting.get(timeout=0.05)
            raise


class _NobodyWaitsError(Exception):
    """The rows are not wanted any more: ends the reading."""


def _create() -> None:
    declared = ", ".join(f"{name} text NOT NULL" for name in fields.STAGED)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}; CREATE TEMPORARY TABLE {TABLE} (line int NOT NULL, {declared})")


def _copy(rows: bytearray) -> int:
    """Put whole rows into the table; returns how many."""
    order = ", ".join(("line", *fields.STAGED))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {TABLE} ({order}) FROM STDIN") as copy:
            copy.write(rows)
        return int(cursor.rowcount)


def drop() -> None:
    """Remove the staging table of this connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
