"""Workbooks as departments send them, small: rows in, bytes out, in the notations that occur."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

from coverage.matching import codes

HEADINGS = ("统一社会信用代码", "企业名称", "法定代表人", "登记状态", "住所", "成立日期")


def code(number: int, *, kind: str = "91") -> str:
    """A valid code of the unused division 990199."""
    body = f"MA0T{number:04d}"
    stem = f"{kind}990199{body}{codes.organisation_check(body)}"
    return stem + codes.check_character(stem)


def row(number: int, **values: Any) -> list[Any]:
    """A row of HEADINGS that equals what `tests.comparison.town.shop` enters under the same number."""
    cells = {
        "code": code(number),
        "name": f"甲乙丙{number}（示例）商贸有限公司",
        "person": "吴己六",
        "status": "存续",
        "address": f"望桥路{number}号",
        "founded": "2020-01-05",
    } | values
    return list(cells.values())


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    titles: Sequence[Sequence[Any]] = (),
    sheets: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> bytes:
    """An xlsx with title rows above its header; `sheets` adds further sheets as they are."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    for line in (*titles, *([headings] if headings else []), *rows):
        sheet.append(list(line))
    for name, lines in (sheets or {}).items():
        extra = book.create_sheet(name)
        for line in lines:
            extra.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    """A CSV in any encoding."""
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def html(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    """What a web system saves as .xls."""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in (headings, *rows))
    return f"<html><head><meta charset='{encoding}'></head><body><table>{lines}</table></body></html>".encode(encoding)


def repacked(data: bytes, change: dict[str, Any]) -> bytes:
    """A workbook with members replaced: name → bytes, or a function of the old bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename in change:
                replacement = change[info.filename]
                content = replacement(content) if callable(replacement) else replacement
            new.writestr(info.filename, content)
    return out.getvalue()
