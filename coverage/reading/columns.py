"""Rows of a sheet turned into columns of text, and columns into the lines that COPY takes.

Column by column because that keeps the interpreter out of it: a sheet of 60,000 rows has half a million cells, and
nearly all of them are text that travels as it stands. Runs in the reading process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from coverage.matching import codes, values
from coverage.reading import fields, layouts

WHOLE_DIGITS = 1e15  # a float keeps fifteen digits; a longer number has lost its last ones
BLOCK_ROWS = 2000
Texts = Sequence[str]


class Block(NamedTuple):
    """Data rows next to one another: their line numbers, and their cells by column in the order of `fields.STAGED`."""

    lines: Sequence[int]
    columns: Sequence[Texts]

    def rows(self) -> Iterator[list[Any]]:
        """The same as lists of [line, cell, …]."""
        return map(list, zip(self.lines, *self.columns, strict=True))


def cell_text(cell: Any) -> str:
    """A cell as text, losing nothing: 7299.0 → 7299; a number of more than fifteen digits stays in E notation."""
    if type(cell) is str:
        return cell.strip()
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE_DIGITS else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time.min else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def in_yuan(written: str) -> str:
    """A cell of a column whose heading says that its bare numbers are in 元."""
    return f"{written}元" if written and written[-1].isdigit() else written


def since_1900(written: str) -> str:
    """The number of a day counted from 1904 as counted from 1900; every other text as it is."""
    return str(int(written) + 1462) if written.isdecimal() and len(written) == 5 else written


class _Known(dict[str, str]):
    """What the cells of one field mean, read once per distinct text."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, written: str) -> str:
        found = self[written] = self.read(written)
        return found


class Cells:
    """Reads the cells of columns whose values repeat (states, dates, amounts) once per distinct value.

    What cannot be read becomes the mark, the cell and the reason, so that the comparison can refuse that one cell.
    """

    def __init__(self, as_of: dt.date | None, *, is_1904: bool = False) -> None:
        self.as_of, self.is_1904 = as_of, is_1904
        self._known = {fact.key: _Known(self._reader(fact)) for fact in fields.FIELDS if fact.is_eager}

    def meanings(self, key: str) -> _Known | None:
        """Canonical text by written text for an eager field; None for fields that travel as written."""
        return self._known.get(key)

    def _reader(self, fact: fields.Field) -> Callable[[str], str]:
        def read(written: str) -> str:
            try:
                if fact.is_date:
                    day = since_1900(written) if self.is_1904 else written
                    found = values.iso_date(day, on=self.as_of)
                else:
                    found = fact.read(written)
            except ValueError as error:
                return f"{fields.UNREAD}{written[:60]}{fields.UNREAD}{error}"
            if len(found) > fact.longest:
                return f"{fields.UNREAD}{written[:60]}{fields.UNREAD}{fact.title}最多 {fact.longest} 个字"
            return found

        return read


class Picker:
    """Takes the columns of one layout out of rows."""

    def __init__(self, columns: Sequence[layouts.Column], cells: Cells) -> None:
        self.columns, self.cells = list(columns), cells
        self.needed = 1 + max((column.index for column in columns), default=-1)

    def pick(self, rows: Sequence[Sequence[Any]]) -> list[Texts]:
        """The cells of these rows by column, in the order of `fields.STAGED`; rows may be shorter than the header."""
        if rows and min(map(len, rows)) < self.needed:
            rows = [[*row, *[""] * (self.needed - len(row))] for row in rows]
        blank = [""] * len(rows)
        cells = list(zip(*rows, strict=False))  # by column; what stands beyond the shortest row is not needed
        found: dict[str, Texts] = {column.field: self._column(column, cells[column.index]) for column in self.columns}
        if fields.CODE in found:
            found[fields.CODE] = _in_capitals(found[fields.CODE])
        return [found.get(name, blank) for name in fields.STAGED]

    def _column(self, column: layouts.Column, cells: Sequence[Any]) -> list[str]:
        try:
            texts = list(map(str.strip, cells))
        except TypeError:
            texts = list(map(cell_text, cells))
        if column.in_yuan:
            texts = list(map(in_yuan, texts))
        known = self.cells.meanings(column.field)
        return texts if known is None else list(map(known.__getitem__, texts))


def _in_capitals(texts: Texts) -> Texts:
    return [text if text.isupper() else _upper(text) for text in texts]


def _upper(code: str) -> str:
    return code.upper() if len(code) == codes.LENGTH and code.isalnum() else code


# COPY's text format: tabs between cells, line feeds between rows, backslashes before what would be taken for them.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
_WRITTEN = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def packed(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of text for COPY; may be empty."""
    text = "\n".join("\t".join(cell.translate(_ESCAPES) for cell in row) for row in rows)
    return text.encode("utf-8", "replace") + b"\n" if text else b""


def packed_block(block: Block) -> bytes:
    """The same of a block, line number first."""
    count, columns = len(block.lines), [list(map(str, block.lines)), *block.columns]
    text = "\n".join(map("\t".join, zip(*columns, strict=True)))
    is_plain = text.count("\t") == count * (len(columns) - 1) and text.count("\n") == count - 1
    if not is_plain or "\\" in text or "\r" in text or "\x00" in text:
        return packed(zip(*columns, strict=True))
    return text.encode("utf-8", "replace") + b"\n"


def unpacked(data: bytes) -> list[list[str]]:
    """What `packed` wrote."""
    rows = data.decode().split("\n")[:-1]
    return [[_unescaped(cell) for cell in row.split("\t")] for row in rows]


def _unescaped(cell: str) -> str:
    if "\\" not in cell:
        return cell
    parts = cell.split("\\\\")
    for escape in ("\\t", "\\n", "\\r"):
        parts = [part.replace(escape, _WRITTEN[escape]) for part in parts]
    return "\\".join(parts)
