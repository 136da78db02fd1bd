"""Sheets as files: an xlsx with merged title rows and a trailing total, a GB18030 CSV, an xlsx with two tables, and one
with groups over its headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from coverage.trial.workbooks.rows import Row

Columns = Sequence[tuple[str, str]]


def _cells(row: Row, columns: Columns) -> list[str]:
    return [row.cells.get(key, "") for _, key in columns]


def _title(sheet: Worksheet, text: str, width: int) -> None:
    sheet.append([text])
    sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=width)
    sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center")


def market_xlsx(rows: Sequence[Row], columns: Columns, *, titles: Sequence[str], maker: str) -> bytes:
    """Two merged title rows, the headings in the third, a blank row now and then, 合计 and 填表人 at the end."""
    book = Workbook()
    sheet = book.active
    sheet.title = "主体名册"
    for title in titles:
        _title(sheet, title, len(columns))
    sheet.append([heading for heading, _ in columns])
    for number, row in enumerate(rows, 1):
        sheet.append(_cells(row, columns))
        if number % 800 == 0:
            sheet.append([])
    sheet.append(["合计", "", f"{len(rows)} 户"])
    sheet.append([maker])
    sheet.column_dimensions["B"].hidden = True
    sheet.freeze_panes = "A4"
    return _saved(book)


def tax_csv(rows: Sequence[Row], columns: Columns) -> bytes:
    """GB18030 text, as the tax office's system writes it, with a line of totals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in columns])
    writer.writerows(_cells(row, columns) for row in rows)
    writer.writerow(["总计", "", f"{len(rows)}户"])
    return out.getvalue().encode("gb18030")


def social_xlsx(first: Sequence[Row], second: Sequence[Row], columns: Columns, *, title: str) -> bytes:
    """An empty first row, two tables below one another with slightly different headings, and a last sheet of codes that
    was left active."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append([])
    _title(sheet, title, len(columns))
    sheet.append([heading for heading, _ in columns])
    for row in first:
        sheet.append(_cells(row, columns))
    sheet.append(["小计", f"{len(first)}行"])
    sheet.append([])
    other = {"单位名称": "社会组织名称", "缴费人数": "参保人数"}
    sheet.append([other.get(heading, heading) for heading, _ in columns])
    for row in second:
        sheet.append(_cells(row, columns))
    sheet.append(["填表人：示例", "审核人：示例"])
    notes = book.create_sheet("状态码")
    for line in (("码", "说明"), ("1", "参保"), ("2", "停保")):
        notes.append(line)
    book.active = 1
    return _saved(book)


def signs_xlsx(rows: Sequence[Row], columns: Sequence[tuple[str, str, str, str]], *, titles: Sequence[str]) -> bytes:
    """Merged titles, groups merged over their parts, headings without parts merged downwards, days in every notation
    (some as the spreadsheet's own number), and a signature at the end. `columns`: group, part, key of the cell, field."""
    book = Workbook()
    sheet = book.active
    sheet.title = "店招备案"
    for title in titles:
        _title(sheet, title, len(columns))
    top = sheet.max_row + 1
    groups = [group for group, *_ in columns]
    sheet.append([group if groups.index(group) == at else "" for at, group in enumerate(groups)])
    sheet.append([part for _, part, *_ in columns])
    for at, (group, part, *_) in enumerate(columns, 1):
        if not part:
            sheet.merge_cells(start_row=top, start_column=at, end_row=top + 1, end_column=at)
        elif groups.index(group) == at - 1:
            last = at + groups.count(group) - 1
            sheet.merge_cells(start_row=top, start_column=at, end_row=top, end_column=last)
    for row in rows:
        cells = [row.cells.get(key, "") for *_, key, _ in columns]
        sheet.append([int(cell) if cell.isdecimal() and len(cell) == 5 else cell for cell in cells])
    sheet.append(["填表人：示例", "", "审核人：示例"])
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
