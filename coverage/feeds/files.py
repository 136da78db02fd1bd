"""Keeping a workbook byte for byte, and giving it out again, a megabyte at a time.

A web process that takes a file of a hundred megabytes, and a worker that hands it to the reading process, grow by a few
megabytes only.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import IO

from django.db import connection
from psycopg import sql

from coverage.models import FeedFile
from shimen import clock
from shimen.errors import DomainError

PART = 1 << 20
Content = bytes | IO[bytes]


class NotKeptError(DomainError):
    """The workbook has been deleted because its time was over."""


def be_kept(file: FeedFile, *, to: str) -> None:
    """Refuse what cannot be done without the workbook. `to` ends the sentence: 撤销, 重新应用. Raises `NotKeptError`."""
    if file.expired_at is not None:
        raise NotKeptError(f"原件保存期满，{file.expired_at.astimezone(clock.SHANGHAI):%Y-%m-%d} 已删除，不能再{to}。")


def pieces(content: Content) -> Iterator[bytes]:
    """The bytes from their beginning."""
    if isinstance(content, bytes):
        yield from (content[start : start + PART] for start in range(0, len(content), PART))
        return
    content.seek(0)
    while piece := content.read(PART):
        yield piece


def weigh(content: Content) -> tuple[int, str]:
    """How many bytes there are, and their SHA-256 as text."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces(content):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def keep(*, file: FeedFile, content: Content) -> None:
    """Write the bytes of a file beside it, in the caller's transaction. Binary: as text they would double."""
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY coverage_feedpart (file_id, number, content) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["uuid", "int4", "bytea"])
        for number, piece in enumerate(pieces(content)):
            copy.write_row((file.pk, number, piece))


class Kept:
    """The bytes of a kept file, in order; to be gone through as often as wanted."""

    def __init__(self, file_id: uuid.UUID) -> None:
        self.file_id = file_id

    def __iter__(self) -> Iterator[bytes]:
        query = sql.SQL(
            "COPY (SELECT content FROM coverage_feedpart WHERE file_id = {} ORDER BY number) TO STDOUT (FORMAT BINARY)"
        ).format(sql.Literal(self.file_id))
        with connection.cursor() as cursor, cursor.copy(query) as copy:
            copy.set_types(["bytea"])
            for row in copy.rows():
                yield row[0]
