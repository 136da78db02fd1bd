"""Documents of a founding file: kept in the database, sealed for their row, of few kinds and limited in size.

What a file is follows from its first bytes, not from its name; it leaves only as a download.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import zipfile
from io import BytesIO
from pathlib import PurePath

from django.db import transaction

from branches.bodies.keepers import looks_after
from branches.bodies.organisations import checked_reason
from branches.models import Founding, FoundingDocument
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy import sealing

TABLE, COLUMN = "branches_foundingdocument", "content"
LARGEST = 8 * 1024 * 1024
MOST = 20
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), DOCX: (".docx",), XLSX: (".xlsx",)}
KINDS = "PDF、JPG、PNG、Word（docx）、Excel（xlsx）"


class PaperError(DomainError):
    """A document cannot be kept or taken out."""


def media_type_of(content: bytes) -> str:
    """The kind of a file by its bytes, '' for one that is not kept. Macros are refused with the rest."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return _office_type(content) if content.startswith(b"PK\x03\x04") else ""


def _office_type(content: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""


def seal(content: bytes, row: FoundingDocument) -> bytes:
    """The bytes sealed for a row."""
    return sealing.seal(base64.b64encode(content).decode(), table=TABLE, column=COLUMN, row=row.pk)


@transaction.atomic
def attach(
    *, founding: Founding, step: str, name: str, content: bytes, actor: User, at: dt.datetime
) -> FoundingDocument:
    """Keep a document with a step. The same bytes twice are one document. Raises `PaperError` (empty, too large, not of
    `KINDS`, more than `MOST`)."""
    row = Founding.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=founding.pk)
    if step not in FoundingDocument.Step.values:
        raise PaperError("没有这一步。", field="step")
    if not content:
        raise PaperError("文件是空的。", field="file")
    if len(content) > LARGEST:
        raise PaperError(f"文件有 {len(content) / 1024 / 1024:.1f} MB，最多 8 MB；扫描件可以降低分辨率。", field="file")
    media_type = media_type_of(content)
    if not media_type:
        raise PaperError(f"看不出是 {KINDS} 中的哪一种，换一种格式再传。", field="file")
    digest = hashlib.sha256(content).hexdigest()
    standing = row.documents.standing()
    known: FoundingDocument | None = standing.filter(sha256=digest, step=step).first()
    if known is not None:
        return known
    if standing.count() >= MOST:
        raise PaperError(f"一份成立档案最多 {MOST} 份材料，先移出不用的。", field="file")
    document = FoundingDocument(
        street_id=row.street_id, founding=row, step=step, name=_file_name(name, media_type), media_type=media_type,
        size=len(content), sha256=digest, uploaded_by=actor, uploaded_at=at,
    )  # fmt: skip
    document.content = seal(content, document)
    document.save(force_insert=True)
    after = {"name": document.name, "step": step, "size": document.size, "sha256": digest}
    record(verb="founding.attach", target=row.organisation, actor=actor, at=at, after=after)
    return document


def _file_name(name: str, media_type: str) -> str:
    """The last part of what the browser says, without what no file system likes, ending as its kind does."""
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable() and c not in '"<>|:*?/')
    stem, suffix = PurePath(plain).stem[:100] or "材料", PurePath(plain).suffix.lower()
    return stem + (suffix if suffix in SUFFIXES[media_type] else SUFFIXES[media_type][0])


@transaction.atomic
def open_document(*, document: FoundingDocument, actor: User, at: dt.datetime) -> bytes:
    """The bytes, for those who look after the organisation or put them there; that they were opened is kept. Raises
    `PaperError` (somebody else; they were taken out or their time is over)."""
    organisation = document.founding.organisation
    if document.uploaded_by_id != actor.pk and not looks_after(actor, organisation, clock.day_of(at)):
        raise PaperError("材料里有党员姓名，只有街道党建办、本党组织的书记和放入的人能打开。")
    if document.removed_at is not None or document.content is None:
        raise PaperError("这份材料已移出或保存期满。")
    text = sealing.open_sealed(document.content, table=TABLE, column=COLUMN, row=document.pk)
    after = {"name": document.name, "step": document.step, "sha256": document.sha256}
    record(verb="founding.opened", target=organisation, actor=actor, at=at, after=after)
    return base64.b64decode(text)


@transaction.atomic
def detach(*, document: FoundingDocument, reason: str, actor: User, at: dt.datetime) -> FoundingDocument:
    """Take a document out. It can be put back for a month, then its bytes go; its line in the log stays. Raises
    `PaperError`."""
    row = (
        FoundingDocument.objects.select_for_update(of=("self",))
        .select_related("founding__organisation")
        .get(pk=document.pk)
    )
    if row.removed_at is not None:
        raise PaperError("这份材料已经移出。")
    row.removed_at, row.removed_reason = at, checked_reason(reason, error=PaperError)[:120]
    row.save()
    before = {"name": row.name, "step": row.step, "sha256": row.sha256}
    record(
        verb="founding.detach",
        target=row.founding.organisation,
        actor=actor,
        at=at,
        before=before,
        reason=row.removed_reason,
    )
    return row


@transaction.atomic
def put_back(*, document: FoundingDocument, actor: User, at: dt.datetime) -> FoundingDocument:
    """Take back that a document was taken out. Raises `PaperError` once its bytes are gone."""
    row = (
        FoundingDocument.objects.select_for_update(of=("self",))
        .select_related("founding__organisation")
        .get(pk=document.pk)
    )
    if row.removed_at is None:
        raise PaperError("这份材料没有移出，不用放回。")
    if row.content is None:
        raise PaperError("这份材料移出满一个月，内容已删除，重新上传一份。")
    row.removed_at, row.removed_reason = None, ""
    row.save()
    after = {"name": row.name, "step": row.step}
    record(verb="founding.put_back", target=row.founding.organisation, actor=actor, at=at, after=after)
    return row
