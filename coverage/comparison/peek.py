"""The first rows of a sheet, for a person who says which row is the header and what its columns are. Pure.

Cells are cut short and telephone numbers masked: what is kept beside a batch is for recognising columns, not for reading
people's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from coverage.comparison import readers
from shimen.privacy import phones

ROWS, COLUMNS, LONGEST = 40, 60, 60
_PHONE = re.compile(r"^(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}$|^\(?0\d{2,3}\)?[\s-]?[2-8]\d{6,7}(?:-\d{1,6})?$")


def top_of(sheet: readers.Sheet, text: Callable[[Any], str]) -> dict[str, Any]:
    """Name, number of the first row, and the first rows as short texts; `text` reads a cell."""
    rows = [[_short(text(cell)) for cell in row[:COLUMNS]] for row in islice(sheet.rows(), ROWS)]
    return {"name": sheet.name, "first": sheet.first, "is_hidden": sheet.is_hidden, "rows": rows}


def _short(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if _PHONE.match(text):
        try:
            return phones.mask(phones.normalise(text))
        except phones.UnreadablePhoneError:
            return text[:3] + "****"
    return text[:LONGEST]
