"""The child process that reads one workbook: bytes on standard input, rows for COPY on standard output.

A process of its own, because a hostile or broken workbook can take any amount of time and memory, and the reader then
aborts the process it runs in. It has hard limits on both, opens no connection and writes no file. `python -m
coverage.reading.parse FD` finds its options as JSON in the open file FD and leaves its account there.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.reading import choice, columns, layouts, peek, readers, tables
from coverage.reading.book import HeaderUnknownError
from coverage.reading.columns import Cells, cell_text

if TYPE_CHECKING:
    from coverage.reading.people import PeopleReader

STDIN = Path("/dev/fd/0")  # the workbook, to be opened as often as it takes
SHEET_STRIDE = 1_000_000  # line numbers of the second sheet begin at 1,000,001


@dataclass(slots=True)
class SheetAccount:
    """What became of the rows of one sheet; `data` of them went to staging."""

    name: str
    header_row: int = 0
    rows: int = 0
    titles: int = 0
    headings: int = 0
    blanks: int = 0
    remarks: int = 0
    data: int = 0
    columns: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unnamed: dict[str, int] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    fingerprint: str = ""
    is_decided: bool = False


class SheetReader:
    """Sorts the rows of one sheet and gives the data rows in the order of `fields.STAGED`."""

    def __init__(self, opened: choice.Opened, number: int, aliases: layouts.Aliases, cells: Cells) -> None:
        self.opened, self.number, self.aliases, self.cells = opened, number, aliases, cells
        self.account = SheetAccount(name=opened.sheet.name)
        self.layout: layouts.Layout | None = None
        self._picker = columns.Picker([], cells)
        self._sorter = tables.Sorter(aliases)
        self._strays = tables.Strays((), None, left=opened.sheet.left, counts=self.account.unnamed)

    def _adopt(self, row: Sequence[Any], number: int, *, may_part: bool) -> None:
        layout = layouts.understand(row, self.aliases, number=number)
        self._sorter.adopt(row, layout, below=number + 1, may_part=may_part)
        strays = tables.Strays(row, layout, left=self.opened.sheet.left, counts=self.account.unnamed)
        if (strays.gaps, strays.end) != (self._strays.gaps, self._strays.end):
            self._strays = strays
        first = self.layout is None
        self.layout = layout
        account = self.account
        known = {name for _, name in account.columns}
        account.columns += [(c.heading, c.field) for c in layout.columns if c.field not in known]
        account.unknown += [heading for heading in layout.unknown if heading not in account.unknown]
        if first:
            account.header_row, account.doubled = number, layout.doubled
            account.written, account.keys, account.places = layout.headings, layout.keys, layout.places
            account.fingerprint, account.is_decided = layout.fingerprint, layout.is_decided
        if self._picker.columns != layout.columns:
            self._picker = columns.Picker(layout.columns, self.cells)

    def _is_data(self, row: Sequence[Any], line: int) -> bool:
        """Whether a row without a full code is data; anything else is counted for what it is."""
        account = self.account
        role, heading = self._sorter.sort(row, [cell_text(cell) for cell in row], line)
        if role is tables.Role.BLANK:
            account.blanks += 1
        elif role is tables.Role.HEADING:
            account.headings += 1
        elif role is tables.Role.REMARK:
            account.remarks += 1
        if heading is not None:
            self._adopt(heading, line, may_part=heading == list(row))
        return role is tables.Role.DATA

    def blocks(self) -> Iterator[columns.Block]:
        """The data rows."""
        account, opened = self.account, self.opened
        heading = opened.heading
        self._adopt(heading.cells, opened.first_below - 1, may_part=False)
        account.header_row = opened.sheet.first + heading.place
        account.headings += heading.height
        blanks = sum(map(tables.is_blank, opened.top[: heading.place]))
        account.titles, account.blanks = heading.place - blanks, blanks
        yield from self._data(opened.below, opened.first_below)
        account.rows = account.titles + account.headings + account.blanks + account.remarks + account.data

    def _data(self, source: Iterable[Sequence[Any]], line: int) -> Iterator[columns.Block]:
        source = iter(source)
        while rows := list(islice(source, columns.BLOCK_ROWS)):
            start = 0
            while start < len(rows):
                block, taken = self._block(rows[start:] if start else rows, line + start)
                yield block
                start += taken
            line += len(rows)

    def _block(self, rows: Sequence[Sequence[Any]], line: int) -> tuple[columns.Block, int]:
        """The data among these rows, and how many rows were looked at: a heading with other columns ends a block."""
        picker, strays, taken, dropped = self._picker, self._strays, len(rows), set()
        picked = picker.pick(rows)
        for place, code in enumerate(picked[0]):
            if len(code) >= tables.TRUSTED_CODE and code.isascii():  # a signature may be as long
                continue
            if not self._is_data(rows[place], line + place):
                dropped.add(place)
                if self._picker is not picker or self._strays is not strays:
                    taken = place + 1
                    break
        if strays.may_occur(rows):
            for place in set(range(taken)) - dropped:
                strays.look(rows[place])
        first = self.number * SHEET_STRIDE + line
        lines: Sequence[int] = range(first, first + taken)
        if dropped:
            kept = [place for place in range(taken) if place not in dropped]
            lines = [first + place for place in kept]
            picked = [[column[place] for place in kept] for column in picked]
        self.account.data += len(lines)
        return columns.Block(lines, picked), taken


def read_workbook(
    data: bytes | Path,
    *,
    name: str,
    aliases: layouts.Aliases,
    limits: readers.Limits,
    as_of: dt.date | None = None,
) -> WorkbookReader:
    """Open a workbook for reading; a date after `as_of` is unreadable. Raises `readers.FileRefusedError`."""
    book = readers.open_book(data, name=name, limits=limits)
    return WorkbookReader(book, aliases, Cells(as_of, is_1904=book.is_1904))


def read_people(
    data: bytes | Path, *, name: str, aliases: layouts.Aliases, limits: readers.Limits, as_of: dt.date | None = None
) -> PeopleReader:
    """Open a list of people; nothing in it depends on the day. Raises `readers.FileRefusedError`."""
    from coverage.reading.people import PeopleReader  # brings much along that a register has no use for

    del as_of
    return PeopleReader(readers.open_book(data, name=name, limits=limits), aliases)


class WorkbookReader:
    """All sheets of a workbook that have a header; hidden sheets only when no visible one has."""

    def __init__(self, book: readers.Book, aliases: layouts.Aliases, cells: Cells) -> None:
        self.book, self.aliases, self.cells = book, aliases, cells
        self.accounts: list[SheetAccount] = []
        self.unread: list[choice.Unread] = []
        self.remarks = list(book.remarks)

    def rows(self) -> Iterator[list[Any]]:
        """The data rows of all sheets as [line, cell, …], the cells in the order of `fields.STAGED`."""
        for block in self.blocks():
            yield from block.rows()

    def blocks(self) -> Iterator[columns.Block]:
        """The data rows of all sheets."""
        opened, self.unread = choice.choose(self.book, self.aliases)
        for number, sheet in enumerate(opened):
            reader = SheetReader(sheet, number, self.aliases, self.cells)
            yield from reader.blocks()
            self._close(reader)
        if not opened:
            nameless = any(sheet.is_nameless for sheet in self.unread)
            raise HeaderUnknownError(layouts.missing(set()) if nameless else self._no_header())
        for sheet_left in self.unread:
            if sheet_left.rows:
                label = f"工作表“{sheet_left.name}”" if sheet_left.name else "这份表"
                self.remarks.append(f"{label}{sheet_left.reason}，{sheet_left.rows:,} 行没有读")
        if not any(account.data for account in self.accounts):
            raise readers.FileRefusedError("有表头，没有数据行。请确认导出时选了全部数据，再重新上传")

    def _close(self, reader: SheetReader) -> None:
        account = reader.account
        if reader.layout is not None and (sentence := layouts.missing(reader.layout.found)):
            self.remarks.append(sentence)
        if account.unnamed:
            told = "，".join(f"{letter} 列 {count:,} 格" for letter, count in account.unnamed.items())
            label = f"工作表“{account.name}”" if account.name else ""
            self.remarks.append(f"{label}有内容在没有表头的列里，没有读：{told}")
        self.accounts.append(account)

    def _no_header(self) -> str:
        best: tuple[int, list[str]] = (0, [])
        for sheet in self.book.sheets:
            found = layouts.nearest(islice(sheet.rows(), layouts.TOP), self.aliases)
            best = max(best, found, key=lambda item: len(item[1]))
        nearest = f"最像的是第 {best[0]} 行，只认出“{'”“'.join(best[1])}”。" if best[1] else ""
        return (
            f"前 {layouts.TOP} 行里没有找到表头（至少要认出 {layouts.KNOWN_ENOUGH} 个列名，只有两列的表两个都要认出）。{nearest}"
            "指明哪一行是表头、各列是什么，下次就认得"
        )

    def originals(self, wanted: set[int]) -> Iterator[list[Any]]:
        """These rows as the department wrote them, see `original_rows`."""
        return original_rows(self.book, self.aliases, wanted)

    def tops(self) -> list[dict[str, Any]]:
        """The first rows of every sheet, for a person to look at."""
        return [peek.top_of(sheet, cell_text) for sheet in self.book.sheets]

    def account(self) -> dict[str, Any]:
        """What was found, as JSON: format, encoding, remarks and one entry per sheet with a header."""
        return {
            "format": self.book.format,
            "encoding": self.book.encoding,
            "remarks": self.remarks,
            "tops": self.tops(),
            "sheets": [
                {name: getattr(account, name) for name in SheetAccount.__dataclass_fields__}
                for account in self.accounts
            ],
            "unread": [{"name": sheet.name, "rows": sheet.rows, "reason": sheet.reason} for sheet in self.unread],
        }


def original_rows(book: readers.Book, aliases: layouts.Aliases, wanted: set[int]) -> Iterator[list[Any]]:
    """Rows with all their columns as text; before those of each table its headings, as line 0, SHEET_STRIDE, …"""
    for number, opened in enumerate(choice.choose(book, aliases)[0]):
        yield [number * SHEET_STRIDE, *map(cell_text, opened.heading.cells)]
        for line, row in enumerate(opened.below, number * SHEET_STRIDE + opened.first_below):
            if line in wanted:
                yield [line, *map(cell_text, row)]


def _stream(blocks: Iterator[columns.Block], out: Any) -> None:
    for block in blocks:
        out.write(columns.packed_block(block))
    out.flush()


def _stream_originals(rows: Iterator[list[Any]], out: Any) -> None:
    while chunk := list(islice(rows, columns.BLOCK_ROWS)):
        out.write(columns.packed([str(line), *cells] for line, *cells in chunk))
    out.flush()


def main(control_fd: int) -> int:
    gc.disable()  # a short life with millions of small lists and no cycles
    with os.fdopen(control_fd, "r+", encoding="utf-8") as control:
        options = json.load(control)
        limits = readers.Limits(**options["limits"])
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 1, int(limits.seconds) + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        aliases = layouts.Aliases.from_json(options["aliases"])
        account: dict[str, Any]
        read = read_people if options["is_of_people"] else read_workbook
        try:
            reader = read(
                STDIN,
                name=options["name"],
                aliases=aliases,
                limits=limits,
                as_of=dt.date.fromisoformat(options["as_of"]),
            )
            wanted = set(options["lines"])
            if options["is_peek"]:
                pass
            elif wanted:
                _stream_originals(reader.originals(wanted), sys.stdout.buffer)
            else:
                _stream(reader.blocks(), sys.stdout.buffer)
            account = reader.account()
        except HeaderUnknownError as unknown:
            account = {"refused": str(unknown), "tops": reader.tops()}
        except readers.FileRefusedError as refusal:
            account = {"refused": str(refusal)}
        except MemoryError:
            account = {"refused": "这份表展开后太大，没有读。多半是很远的单元格里误填了内容，请删掉多余的行列后另存"}
        control.seek(0)
        control.truncate()
        json.dump(account, control, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
