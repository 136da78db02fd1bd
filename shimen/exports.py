"""Taking out what is seen, as a workbook or CSV: formula-safe, with who took it out, when, what for, and a number.

The first line says it in words, and again in the workbook's footer when printed; the number (the beginning of the
file's mark) is in the log beside the SHA-256, so that a stray copy leads back to its export.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import exported
from shimen.errors import DomainError
from shimen.models import new_id

MOST_ROWS = 100_000
SHORTEST_PURPOSE = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportError(DomainError):
    """The export is refused; the sentence says why."""


@dataclass(frozen=True)
class Column:
    """A heading, how a row's cell is read, and a width in characters."""

    title: str
    read: Callable[[Any], Any]
    width: int = 14


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: =, +, -, @, tab and CR at the front get an apostrophe before them.

    "+86…" and "-5" are numbers people wrote, and stay as they are.
    """
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    text = str(value)
    if text[:1] in {"=", "@", "\t", "\r", "\n"}:
        return "'" + text
    if text[:1] in {"+", "-"} and not text[1:].replace(".", "", 1).replace(" ", "").isdigit():
        return "'" + text
    return text


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
) -> HttpResponse:
    """The rows as a download (`kind` is xlsx or csv), written to the log. Raises `ExportError`.

    At most `MOST_ROWS` rows leave at once; no silent cut: more is refused with the number found.
    """
    purpose = " ".join(purpose.split())
    if len(purpose) < SHORTEST_PURPOSE:
        raise ExportError("写明导出做什么用，至少 4 个字，例如“核对第三网格名册”。", field="purpose")
    number = rows.count()
    if number > MOST_ROWS:
        raise ExportError(f"有 {number:,} 行，一次最多导出 {MOST_ROWS:,} 行，先筛选再导出。", field="purpose")
    mark = new_id().hex[-8:]
    stamp = f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    headline = f"{title}，{number:,} 行。{actor}于 {stamp} 导出，用途：{purpose}。编号 {mark}，内部使用，不得外传"
    cells = ([safe(column.read(row)) for column in columns] for row in rows.iterator(chunk_size=2000))
    write = _workbook if kind == "xlsx" else _csv
    content = write(headline, columns, cells)
    digest = hashlib.sha256(content).hexdigest()
    kept = {"mark": mark, **filters}
    exported(target=rows.model, actor=actor, at=at, purpose=purpose, rows=number, filters=kept, digest=digest)
    response = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    name = f"{title}-{clock.day_of(at):%Y%m%d}-{mark}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(headline: str, columns: Sequence[Column], rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow([safe(headline)])
    sheet.writerow([column.title for column in columns])
    # Long digits stay text in a spreadsheet when a tab follows them; without it the last digits are lost.
    sheet.writerows([f"{cell}\t" if len(cell) > 11 and cell.isdigit() else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(headline: str, columns: Sequence[Column], rows: Iterable[list[str]]) -> bytes:
    """Every cell is text: codes keep their eighteen digits, and nothing is ever a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for at, column in enumerate(columns):
        sheet.column_dimensions[chr(65 + at) if at < 26 else f"A{chr(39 + at)}"].width = column.width
    sheet.freeze_panes = "A3"
    sheet.oddFooter.left.text = headline.replace("&", "&&")[:200]
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"
    sheet.append([_cell(sheet, headline)])
    sheet.append([_cell(sheet, column.title, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_BOLD = Font(bold=True)


def _cell(sheet: Any, text: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.value = _printable(text)
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = _BOLD
    return cell


def _printable(text: str) -> str:
    """Without the control characters that no workbook may hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")[:32_000]
