"""Rows as a CSV file that a spreadsheet opens as it is meant: UTF-8 with its mark, and no cell taken for a formula. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"^[+-]?\d[\d.,%]*$")


def plain(cell: Any) -> str:
    """Text that a spreadsheet does not take for a formula; telephone numbers (+86…) and figures stay as they are."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_RISKY) and not _NUMBER.match(text) else text


def long_digits(code: str) -> str:
    """A code of digits only as text, so that a spreadsheet does not round its last digits away."""
    return f"{code}\t" if len(code) > 11 and code.isdigit() else code


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The bytes of the file."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(headings)
    sheet.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
