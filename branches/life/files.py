"""The verbs on material: a few known kinds of file, told by their first bytes and not by their name, up to 8 MB each."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import zipfile
from io import BytesIO

from django.db import IntegrityError, transaction

from branches.models import Activity, ActivityFile
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

LARGEST = 8 * 1024 * 1024
MOST = 20
MAY_BE = "PDF、Word、Excel、PPT（docx、xlsx、pptx）、图片（jpg、png）和纯文本"
# What is sent back with a file; nothing that a browser runs.
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
}
_HEADS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))


class FileError(DomainError):
    """A file is not taken."""


def kind_of(content: bytes) -> str:
    """Which of the known kinds the bytes are; '' for none. A workbook with macros is none."""
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    printable = not any(unicodedata.category(sign) == "Cc" and sign not in "\r\n\t\ufeff" for sign in text)
    return "txt" if printable and not text.lstrip("\ufeff \r\n\t").startswith("<") else ""


def _kind_of_archive(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any("vbaProject" in name for name in names):
        return ""
    return next((kind for part, kind in _PARTS if any(name.startswith(part) for name in names)), "")


def safe_name(name: str, kind: str) -> str:
    """The file's name without folders, control signs and double endings; it ends as what the file is."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").strip(". ")
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return f"{stem[:100] or '材料'}.{kind}"


@transaction.atomic
def add(*, activity: Activity, name: str, content: bytes, actor: User, at: dt.datetime) -> ActivityFile:
    """Keep a file with an activity. Refused: unknown kinds, too big, empty, the same twice, more than twenty."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if not content:
        raise FileError("这个文件是空的。", field="file")
    if len(content) > LARGEST:
        raise FileError(
            f"一个文件最大 {LARGEST // 1024 // 1024} MB，这个有 {len(content) / 1024 / 1024:.1f} MB。", field="file"
        )
    kind = kind_of(content)
    if not kind:
        raise FileError(f"只收 {MAY_BE}。这个文件不是，或带有宏。", field="file")
    if activity.files.filter(removed_at__isnull=True).count() >= MOST:
        raise FileError(f"一场活动最多放 {MOST} 份材料，先移掉不要的。", field="file")
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            row = ActivityFile.objects.create(
                street_id=activity.street_id, activity=activity, name=safe_name(name, kind), kind=kind,
                size=len(content), sha256=digest, content=content, added_at=at, added_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        if "file_once_per_activity" not in str(error):
            raise
        raise FileError("这份材料已经在这里了。", field="file") from error
    record(verb="life.add_file", target=activity, actor=actor, at=at, after={"name": row.name, "sha256": digest})
    return row


@transaction.atomic
def remove(*, file: ActivityFile, actor: User, at: dt.datetime) -> None:
    """Take a file away; its name and mark stay in the log, its bytes go."""
    file = ActivityFile.objects.select_for_update(of=("self",)).select_related("activity").get(pk=file.pk)
    if file.removed_at is not None:
        return
    file.removed_at, file.content = at, None
    file.save(update_fields=["removed_at", "content"])
    before = {"name": file.name, "sha256": file.sha256}
    record(verb="life.remove_file", target=file.activity, actor=actor, at=at, before=before)
