"""Rows as a file that leaves the house, as CSV or xlsx: the one place that knows what a spreadsheet makes of a cell.

In CSV a cell that begins like a formula (=, +, -, @, tab, line break) gets an apostrophe before it; numbers that people
wrote ("+86…", "-5.5") stay as they are, and long digits stay text. In xlsx every cell is typed as text, so that nothing is
a formula and a code keeps its eighteen digits; there the cell is exactly what was meant. No Django in here.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST = 32_000  # characters that a cell of a workbook holds
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]\d[\d ]*(\.\d+)?%?")


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook. `above` are lines of words before the headings; `widths` in characters."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    above: Sequence[Sequence[Any]] = ()
    widths: Sequence[int] = ()


def text_of(cell: Any) -> str:
    """A value as text: nothing is "", days are ISO, instants are by the clock of Shanghai to the minute."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def plain(cell: Any) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = text_of(cell)
    return f"'{text}" if text.startswith(_RISKY) and not _NUMBER.fullmatch(text) else text


def long_digits(code: str) -> str:
    """A code of digits only with a tab behind it, so that a spreadsheet does not round its last digits away."""
    return f"{code}\t" if len(code) > 11 and code.isdigit() else code


def as_csv(headings: Sequence[Any], rows: Iterable[Sequence[Any]], *, above: Iterable[Sequence[Any]] = ()) -> bytes:
    """UTF-8 with its mark, which office programs read; `above` are lines of words before the headings."""
    out = io.StringIO()
    sheet = csv.writer(out)
    for line in (*above, headings):
        sheet.writerow([plain(cell) for cell in line])
    sheet.writerows([long_digits(plain(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet], *, footer: str = "") -> bytes:
    """A workbook of text cells; the headings stay in sight, `footer` is printed on every page with its number."""
    # openpyxl loads numpy: 25 MB and half a second for every process that never writes a workbook.
    from shimen import xlsx

    return xlsx.written(sheets, footer=footer)
