"""The rows behind a figure as cells: for the page and for the file that leaves the house."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from shimen.figures.registry import Figure

SHANGHAI = ZoneInfo("Asia/Shanghai")
# What a spreadsheet would take for a formula stays text; a telephone number abroad does not begin a formula here.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(figure: Figure, row: Any) -> list[str]:
    """One row's cells in the order of the figure's columns; '' for nothing."""
    return [_text(_follow(row, column.path)) for column in figure.columns]


def _follow(row: Any, path: str) -> Any:
    value = row
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
    return value() if callable(value) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def as_csv(figure: Figure, rows: Iterable[Any], *, heading: list[list[str]]) -> bytes:
    """A CSV file that office software opens: lines that say whose file it is and why, then headings and rows."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerows([_safe(line) for line in heading])
    sheet.writerow([column.title for column in figure.columns])
    sheet.writerows(_lines(figure, rows))
    return out.getvalue().encode("utf-8-sig")


def _lines(figure: Figure, rows: Iterable[Any]) -> Iterator[list[str]]:
    for row in rows:
        yield _safe(cells(figure, row))


def _safe(line: list[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in line]
