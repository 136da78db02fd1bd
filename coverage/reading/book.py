"""What a file turns out to be: sheets of rows of cells, and the limits within which it is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1 << 20
Row = list[Any]
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, each (row, column) counted from 0


class FileRefusedError(ValueError):
    """A file that cannot be taken; the text is Chinese and says what to do."""


class HeaderUnknownError(FileRefusedError):
    """The file can be read, but a person must say which row is the header, or what its columns are."""


BROKEN = "文件不完整，多半没有传完。请重新下载后再上传；还不行，就在表格软件里打开、另存为 xlsx"
ENTITIES = "文件里有 DOCTYPE 或实体声明，正常的表格不会有，没有读。请在表格软件里打开、另存为 xlsx 再上传"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken. Bytes, rows over all sheets, cells, seconds of wall time."""

    file_bytes: int = 120 * MEGABYTE
    real_bytes: int = 800 * MEGABYTE
    rows: int = 700_000
    columns: int = 400
    seconds: float = 60.0
    memory: int = 1536 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells. `first` is the number of its first row in the sheet, counted from 1; `left` how many blank
    columns stand before the first cell of a row."""

    name: str
    rows: Callable[[], Iterator[Row]]
    first: int = 1
    is_hidden: bool = False
    left: int = 0


@dataclass(slots=True)
class Book:
    """What was found in a file: its true format, its sheets, and remarks for the reader of the result.

    `is_1904` where bare numbers of days count from 1904 (workbooks that began on an old Macintosh).
    """

    format: str
    sheets: list[Sheet]
    encoding: str = ""
    remarks: list[str] = field(default_factory=list)
    is_1904: bool = False


def filled_down(rows: Iterator[Row], ranges: list[Range]) -> Iterator[Row]:
    """Rows in which a cell merged over several lines says on each of them what it says on the first."""
    starting: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in ranges:
        starting.setdefault(top, []).append((column, bottom))
    held: list[tuple[int, int, Any]] = []
    for number, row in enumerate(rows):
        if held:
            held = [span for span in held if span[1] >= number]
            for column, _, cell in held:
                if column < len(row) and row[column] in ("", None):
                    row[column] = cell
        for column, bottom in starting.get(number, ()):
            if column < len(row):
                held.append((column, bottom, row[column]))
        yield row


def shown_line(line: int) -> str:
    """A line number as people count it: the row of the sheet; from the second sheet on with the sheet's number."""
    sheet, row = divmod(line, 1_000_000)
    return f"{row}" if not sheet else f"表{sheet + 1}:{row}"
