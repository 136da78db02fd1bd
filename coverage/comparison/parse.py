"""The child process that reads one workbook: bytes on standard input, rows for COPY on standard output.

A process of its own, because a hostile or broken workbook can take any amount of time and memory, and the reader then
aborts the process it runs in. It has hard limits on both, opens no connection and writes no file. `python -m
coverage.comparison.parse FD` finds its options as JSON in the open file FD and leaves its account there.
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
from typing import Any

from coverage.comparison import columns, fields, layouts, peek, readers
from coverage.comparison.columns import Cells, cell_text
from coverage.matching import codes

SHEET_STRIDE = 1_000_000  # line numbers of the second sheet begin at 1,000,001
TRUSTED_CODE = 15
WORDS = frozenset({codes.Kind.OTHER, codes.Kind.EMPTY})


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
    written: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    fingerprint: str = ""
    is_decided: bool = False


class HeaderUnknownError(readers.FileRefusedError):
    """The file can be read, but a person must say which row is the header, or what its columns are."""


class SheetReader:
    """Sorts the rows of one sheet and gives the data rows in the order of `fields.STAGED`."""

    def __init__(self, sheet: readers.Sheet, number: int, aliases: layouts.Aliases, cells: Cells) -> None:
        self.sheet, self.number, self.aliases, self.cells = sheet, number, aliases, cells
        self.account = SheetAccount(name=sheet.name)
        self.layout: layouts.Layout | None = None
        self.is_skipped = False
        self._picker = columns.Picker([], cells)

    def _adopt(self, row: Sequence[Any], number: int) -> None:
        layout = layouts.understand(row, self.aliases, number=number)
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
        cells = [cell_text(cell) for cell in row]
        if not any(cells):
            account.blanks += 1
            return False
        if layouts.is_header(row, self.aliases):
            self._adopt(row, line)
            account.headings += 1
            return False
        filled = [cell for cell in cells if cell]
        # One lone cell of words is a title between two tables, also where it stands in the column of the codes.
        is_lone = len(filled) == 1 and codes.kind(codes.normalise(filled[0])) in WORDS
        if is_lone or layouts.is_remark(cells):
            account.remarks += 1
            return False
        return True

    def blocks(self) -> Iterator[columns.Block]:
        """The data rows; nothing where the sheet has no header."""
        source = self.sheet.rows()
        top = list(islice(source, layouts.TOP))
        account, start = self.account, self.sheet.first
        account.rows = len(top)
        place = next((index for index, row in enumerate(top) if layouts.is_header(row, self.aliases)), None)
        if place is not None and layouts.is_skipped(top[place], self.aliases):
            place, self.is_skipped = None, True
        if place is None:
            account.rows += sum(1 for _ in source)
            return
        self._adopt(top[place], start + place)
        account.headings += 1
        for row in top[:place]:
            if any(cell_text(cell) for cell in row):
                account.titles += 1
            else:
                account.blanks += 1
        yield from self._data(top[place + 1 :], start + place + 1)
        line = start + len(top)
        before = account.data + account.blanks + account.headings + account.remarks
        yield from self._data(source, line)
        account.rows += account.data + account.blanks + account.headings + account.remarks - before

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
        picker, taken, dropped = self._picker, len(rows), set()
        picked = picker.pick(rows)
        for place, code in enumerate(picked[0]):
            if len(code) >= TRUSTED_CODE and code.isascii():  # a signature may be as long
                continue
            if not self._is_data(rows[place], line + place):
                dropped.add(place)
                if self._picker is not picker:
                    taken = place + 1
                    break
        first = self.number * SHEET_STRIDE + line
        lines: Sequence[int] = range(first, first + taken)
        if dropped:
            kept = [place for place in range(taken) if place not in dropped]
            lines = [first + place for place in kept]
            picked = [[column[place] for place in kept] for column in picked]
        self.account.data += len(lines)
        return columns.Block(lines, picked), taken


def read_workbook(
    data: bytes,
    *,
    name: str,
    aliases: layouts.Aliases,
    limits: readers.Limits,
    as_of: dt.date | None = None,
) -> WorkbookReader:
    """Open a workbook for reading; a date after `as_of` is unreadable. Raises `readers.FileRefusedError`."""
    return WorkbookReader(readers.open_book(data, name=name, limits=limits), aliases, Cells(as_of))


class WorkbookReader:
    """All sheets of a workbook that have a header; hidden sheets only when no visible one has."""

    def __init__(self, book: readers.Book, aliases: layouts.Aliases, cells: Cells) -> None:
        self.book, self.aliases, self.cells = book, aliases, cells
        self.accounts: list[SheetAccount] = []
        self.remarks = list(book.remarks)

    def rows(self) -> Iterator[list[Any]]:
        """The data rows of all sheets as [line, cell, …], the cells in the order of `fields.STAGED`."""
        for block in self.blocks():
            yield from block.rows()

    def blocks(self) -> Iterator[columns.Block]:
        """The data rows of all sheets."""
        number = 0
        for hidden in (False, True):
            for sheet in self.book.sheets:
                if sheet.is_hidden is not hidden:
                    continue
                if hidden and number:
                    self.remarks.append(f"隐藏的工作表“{sheet.name}”没有读")
                    continue
                reader = SheetReader(sheet, number, self.aliases, self.cells)
                yield from reader.blocks()
                self._close(reader)
                number += reader.layout is not None
        if not number:
            raise HeaderUnknownError(self._no_header())
        if not any(account.data for account in self.accounts):
            raise readers.FileRefusedError("有表头，没有数据行。请确认导出时选了全部数据，再重新上传")

    def _close(self, reader: SheetReader) -> None:
        account = reader.account
        if reader.layout is None:
            if account.rows:
                label = f"工作表“{account.name}”" if account.name else "这份表"
                why = "认定过不是名册" if reader.is_skipped else f"前 {layouts.TOP} 行里没有表头"
                self.remarks.append(f"{label}{why}，{account.rows:,} 行没有读")
            return
        sentence = layouts.missing(reader.layout.found)
        if sentence and not reader.layout.found & {fields.CODE, fields.OLD_NUMBER, "name"}:
            raise HeaderUnknownError(sentence)
        if sentence:
            self.remarks.append(sentence)
        self.accounts.append(account)

    def _no_header(self) -> str:
        best: tuple[int, list[str]] = (0, [])
        for sheet in self.book.sheets:
            found = layouts.nearest(islice(sheet.rows(), layouts.TOP), self.aliases)
            best = max(best, found, key=lambda item: len(item[1]))
        nearest = f"最像的是第 {best[0]} 行，只认出“{'”“'.join(best[1])}”。" if best[1] else ""
        return (
            f"前 {layouts.TOP} 行里没有找到表头（至少要认出 {layouts.KNOWN_ENOUGH} 个列名）。{nearest}"
            "指明哪一行是表头、各列是什么，下次就认得"
        )

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
        }


def original_rows(book: readers.Book, aliases: layouts.Aliases, wanted: set[int]) -> Iterator[list[Any]]:
    """Rows with all their columns as text; the headings of the first table come first, as line 0."""
    number = 0
    for hidden in (False, True):
        for sheet in book.sheets:
            if sheet.is_hidden is not hidden or (hidden and number):
                continue
            has_header = False
            for line, row in enumerate(sheet.rows(), number * SHEET_STRIDE + sheet.first):
                is_top = line - number * SHEET_STRIDE - sheet.first < layouts.TOP
                if not has_header and is_top and layouts.is_header(row, aliases):
                    if layouts.is_skipped(row, aliases):
                        break
                    has_header = True
                    if not number:
                        yield [0, *map(cell_text, row)]
                elif has_header and line in wanted:
                    yield [line, *map(cell_text, row)]
            number += has_header


def _stream(blocks: Iterator[columns.Block], out: Any) -> None:
    for block in blocks:
        out.write(columns.packed(zip(map(str, block.lines), *block.columns, strict=True)))
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
        try:
            reader = read_workbook(
                sys.stdin.buffer.read(),
                name=options["name"],
                aliases=aliases,
                limits=limits,
                as_of=dt.date.fromisoformat(options["as_of"]),
            )
            wanted = set(options["lines"])
            if options["is_peek"]:
                pass
            elif wanted:
                _stream_originals(original_rows(reader.book, aliases, wanted), sys.stdout.buffer)
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
