"""Writing workbooks: what `shimen.sheets` hands over, cell by cell. Loaded when one is written and not before."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from shimen.sheets import LONGEST, Sheet, text_of

_BOLD = Font(bold=True)


def written(sheets: Sequence[Sheet], *, footer: str) -> bytes:
    """The file; see `shimen.sheets.as_xlsx`, by which it is called."""
    book = Workbook(write_only=True)
    for each in sheets:
        _write(book, each, footer)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, each: Sheet, footer: str) -> None:
    sheet = book.create_sheet(_sheet_name(each.name))
    for number, width in enumerate(each.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{len(each.above) + 2}"
    sheet.oddFooter.left.text = footer.replace("&", "&&")[:200]
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"
    for line in each.above:
        sheet.append([_cell(sheet, cell) for cell in line])
    sheet.append([_cell(sheet, cell, bold=True) for cell in each.headings])
    for row in each.rows:
        sheet.append([_cell(sheet, cell) for cell in row])


def _sheet_name(name: str) -> str:
    """What a workbook takes for a name: 31 characters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip()[:31] or "名单"


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.value = _printable(text_of(value))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = _BOLD
    return cell


def _printable(text: str) -> str:
    """Without the control characters that no workbook may hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")[:LONGEST]
