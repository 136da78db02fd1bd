"""Keeping a list of people byte for byte, sealed: the file holds what the registry does not keep."""

from __future__ import annotations

import base64

from coverage.comparison.files import Content, pieces
from coverage.models import FeedFile
from shimen.privacy import sealing

TABLE, COLUMN = "coverage_feedfile", "content"


def keep(*, file: FeedFile, content: Content) -> None:
    """Write the sealed bytes into the file, in the caller's transaction."""
    text = base64.b64encode(b"".join(pieces(content))).decode()
    file.content, file.is_sealed = sealing.seal(text, table=TABLE, column=COLUMN, row=file.pk), True
    file.save(update_fields=["content", "is_sealed"])


def content_of(file: FeedFile) -> bytes:
    """The list as it came; nothing where it has been deleted since."""
    return base64.b64decode(sealing.open_sealed(file.content, table=TABLE, column=COLUMN, row=file.pk))
