"""The first rows of a sheet, for a person who says which row is the header and what its columns are. Pure.

Cells are cut short and telephone numbers masked: what is kept beside a batch is for recognising columns, not for reading
people's data. As JSON, a cell that was text is a string; a number or a date is a list of one string, because it is no
heading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from coverage.reading import layouts, tables
from coverage.reading.book import Sheet
from shimen.privacy import phones

ROWS, COLUMNS, LONGEST = 40, 80, 120
SAMPLES = 5
_PHONE = re.compile(r"^(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}$|^\(?0\d{2,3}\)?[\s-]?[2-8]\d{6,7}(?:-\d{1,6})?$")


def top_of(sheet: Sheet, text: Callable[[Any], str]) -> dict[str, Any]:
    """Name, number of the first row, and the first rows; `text` reads a cell."""
    rows = [[_kept(cell, text) for cell in row[:COLUMNS]] for row in islice(sheet.rows(), ROWS)]
    return {"name": sheet.name, "first": sheet.first, "is_hidden": sheet.is_hidden, "rows": rows}


def _kept(cell: Any, text: Callable[[Any], str]) -> Any:
    short = _short(text(cell))
    return short if isinstance(cell, str) or not short else [short]


def _short(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if _PHONE.match(text):
        try:
            return phones.mask(phones.normalise(text))
        except phones.UnreadablePhoneError:
            return text[:3] + "****"
    return text[:LONGEST]


@dataclass(frozen=True, slots=True)
class Named:
    """A column of a sheet: its place from 0, key (see `layouts.column_keys`; `@4` without a heading), heading and samples."""

    place: int
    key: str
    heading: str
    samples: tuple[str, ...]

    @property
    def letter(self) -> str:
        return tables.column_letter(self.place)


class Top:
    """The first rows of one sheet as `top_of` gave them."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.name, self.first, self.is_hidden = str(told["name"]), int(told["first"]), bool(told["is_hidden"])
        self.cells: list[list[Any]] = told["rows"]
        self.rows: list[list[str]] = [
            [cell if isinstance(cell, str) else cell[0] for cell in row] for row in told["rows"]
        ]

    def likely_header(self, aliases: layouts.Aliases) -> int | None:
        """The place of the row that is most likely the header; None where none looks like one.

        Where no heading is known it is the first row of several different words over a row that is as long.
        """
        found = tables.find([self._words(row) for row in self.cells[: layouts.TOP]], aliases)
        if found is not None:
            return found.place
        for place, row in enumerate(self.cells[: layouts.TOP][: len(self.cells) - 1]):
            words = [cell for cell in row if isinstance(cell, str) and cell]
            below = [cell for cell in self.rows[place + 1] if cell]
            is_wordy = len(words) >= 2 and len(set(words)) == len(words) == sum(map(bool, row))
            if is_wordy and not any(any(map(str.isdigit, word)) for word in words) and len(below) * 2 >= len(words):
                return place
        return None

    def heading(self, place: int, aliases: layouts.Aliases) -> tuple[list[Any], int]:
        """The header that begins at a row, two rows as one where they belong together; and how many rows it takes."""
        words = self._words(self.cells[place])
        below = self._words(self.cells[place + 1]) if place + 1 < len(self.cells) else []
        both = tables.joined(words, below, aliases)
        return (both, 2) if both else (words, 1)

    def columns(self, place: int, aliases: layouts.Aliases) -> list[Named]:
        """The columns below the header at a row; those without a heading only where something stands in them."""
        cells, height = self.heading(place, aliases)
        keys = dict(layouts.column_keys(cells))
        data = self.data(place + height)
        width = max([len(cells), *(len(row) for row in data)], default=0)
        found = []
        for index in range(width):
            samples = _samples(row[index] for row in data if index < len(row))
            if index in keys:
                found.append(Named(index, keys[index], str(cells[index]).strip(), samples))
            elif samples:
                found.append(Named(index, f"@{index}", "", samples))
        return found

    def data(self, start: int) -> list[list[str]]:
        """The rows from `start` on that look like data."""
        return [row for row in self.rows[start:] if sum(map(bool, row)) > 1 and not tables.is_remark(row)]

    @staticmethod
    def _words(row: Sequence[Any]) -> list[Any]:
        return [cell if isinstance(cell, str) else 0 for cell in row]


def _samples(cells: Any) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(cell for cell in cells if cell), SAMPLES))
