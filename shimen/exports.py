"""Taking out what is seen, as a workbook or CSV: formula-safe, with who took it out, when, what for, and a number.

The first line says it in words, and again in the workbook's footer when printed; the number (the beginning of the
file's mark) is in the log beside the SHA-256, so that a stray copy leads back to its export.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from shimen import clock, sheets
from shimen.accounts.models import User
from shimen.audit import approvals
from shimen.audit.record import exported
from shimen.errors import DomainError
from shimen.models import new_id

MOST_ROWS = 100_000
SHORTEST_PURPOSE = 4


class ExportError(DomainError):
    """The export is refused; the sentence says why."""


@dataclass(frozen=True)
class Column:
    """A heading, how a row's cell is read, and a width in characters."""

    title: str
    read: Callable[[Any], Any]
    width: int = 14


def export(
    *,
    rows: models.QuerySet[Any],
    columns: Sequence[Column],
    title: str,
    purpose: str,
    kind: str,
    filters: dict[str, Any],
    actor: User,
    at: dt.datetime,
    is_personal: bool = False,
) -> HttpResponse:
    """The rows as a download (`kind` is xlsx or csv), written to the log. Raises `ExportError`.

    `is_personal` where people stand in it by name or number: then somebody else approves it first (`shimen.audit.approvals`),
    and until they do the refusal says that it was asked for. At most `MOST_ROWS` rows leave at once; no silent cut: more is refused with the number found.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < SHORTEST_PURPOSE:
        raise ExportError("写明导出做什么用，至少 4 个字，例如“核对第三网格名册”。", field="purpose")
    number = rows.count()
    if number > MOST_ROWS:
        raise ExportError(f"有 {number:,} 行，一次最多导出 {MOST_ROWS:,} 行，先筛选再导出。", field="purpose")
    approval = None
    if is_personal:
        approval = approvals.needed(
            title=title, purpose=purpose, filters=filters, rows=number, actor=actor, at=at
        )  # fmt: skip
        if approval is None:
            raise ExportError(approvals.waiting(title), field="purpose")
        purpose = f"{approval.purpose}（{approval.decided_by}批准）"
    mark = new_id().hex[-8:]
    stamp = f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    headline = f"{title}，{number:,} 行。{actor}于 {stamp} 导出，用途：{purpose}。编号 {mark}，内部使用，不得外传"
    cells = ([column.read(row) for column in columns] for row in rows.iterator(chunk_size=2000))
    content = _written(kind, headline, columns, cells)
    digest = hashlib.sha256(content).hexdigest()
    kept = {"mark": mark, **filters}
    if approval is not None:
        try:
            approvals.take(request=approval, rows=number, digest=digest, actor=actor, at=at)
        except DomainError as used:
            raise ExportError(used.sentence) from used
    exported(target=rows.model, actor=actor, at=at, purpose=purpose, rows=number, filters=kept, digest=digest)
    response = HttpResponse(content, content_type=sheets.XLSX if kind == "xlsx" else sheets.CSV)
    name = f"{title}-{clock.day_of(at):%Y%m%d}-{mark}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(kind: str, headline: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    headings = [column.title for column in columns]
    if kind != "xlsx":
        return sheets.as_csv(headings, rows, above=[[headline]])
    widths = [column.width for column in columns]
    return sheets.as_xlsx([sheets.Sheet("名单", headings, rows, above=[[headline]], widths=widths)], footer=headline)
