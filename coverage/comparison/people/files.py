"""Keeping a list of people byte for byte, sealed: the file holds what the registry does not keep."""

from __future__ import annotations

import base64

from coverage.feeds.files import Content, pieces
from coverage.models import FeedFile
from shimen.errors import DomainError
from shimen.privacy import sealing

TABLE, COLUMN = "coverage_feedfile", "sealed"


class GoneError(DomainError):
    """The list has been deleted because its time was over."""


def keep(*, file: FeedFile, content: Content) -> None:
    """Write the sealed bytes into the file, in the caller's transaction."""
    text = base64.b64encode(b"".join(pieces(content))).decode()
    file.sealed = sealing.seal(text, table=TABLE, column=COLUMN, row=file.pk)
    file.save(update_fields=["sealed"])


def content_of(file: FeedFile) -> bytes:
    """The list as it came. Raises `GoneError`."""
    if file.sealed is None:
        raise GoneError("名单已到保存期限，原件和名单里的个人信息都删除了，不能再比对。")
    return base64.b64decode(sealing.open_sealed(file.sealed, table=TABLE, column=COLUMN, row=file.pk))
