"""The child process that reads one workbook: bytes on standard input, rows for COPY on standard output.

A process of its own, because a hostile or broken workbook can take any amount of time and memory, and the reader then
aborts the process it runs in. It has hard limits on both, opens no connection and writes no file. `python -m
coverage.comparison.parse FD` finds its options as JSON in the open file FD and leaves its account there.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from coverage.comparison import fields, layouts, readers
from coverage.matching import codes, values

SHEET_STRIDE = 1_000_000  # line numbers of the second sheet begin at 1,000,001
WHOLE_DIGITS = 1e15  # a float keeps fifteen digits; a longer number has lost its last ones
FLUSH_ROWS = 2000
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


def cell_text(cell: Any) -> str:
    """A cell as text, losing nothing: 7299.0 → 7299; a number of more than fifteen digits stays in E notation."""
    if type(cell) is str:
        return cell.strip()
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE_DIGITS else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time.min else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _in_yuan(cell: Any) -> str:
    """A cell of a column whose heading says that its bare numbers are in 元."""
    written = cell_text(cell)
    return f"{written}元" if written and written[-1].isdigit() else written


class Cells:
    """Reads the cells of columns whose values repeat (states, dates, amounts) once per distinct value.

    What cannot be read becomes the mark, the cell and the reason, so that the comparison can refuse that one cell.
    """

    def __init__(self, as_of: dt.date | None) -> None:
        self.as_of = as_of
        self._known: dict[str, dict[Any, str]] = {field.key: {} for field in fields.FIELDS if field.is_eager}

    def known(self, key: str) -> dict[Any, str] | None:
        """What has been read of an eager field so far; None for fields that travel as written."""
        return self._known.get(key)

    def read(self, key: str, cell: Any) -> str:
        """A cell of an eager field as canonical text, remembered where it was text."""
        written = cell_text(cell)
        known = self._known[key]
        found = known.get(written)
        if found is None:
            found = known[written] = self._read(key, written)
        if type(cell) is str:
            known[cell] = found
        return found

    def _read(self, key: str, written: str) -> str:
        fact = fields.BY_KEY[key]
        try:
            found = values.iso_date(written, on=self.as_of) if fact.is_date else fact.read(written)
        except ValueError as error:
            return f"{fields.UNREAD}{written[:60]}{fields.UNREAD}{error}"
        if len(found) > fact.longest:
            return f"{fields.UNREAD}{written[:60]}{fields.UNREAD}{fact.title}最多 {fact.longest} 个字"
        return found


class SheetReader:
    """Sorts the rows of one sheet and gives the data rows in the order of `fields.STAGED`."""

    def __init__(self, sheet: readers.Sheet, number: int, aliases: layouts.Aliases, cells: Cells) -> None:
        self.sheet, self.number, self.aliases, self.cells = sheet, number, aliases, cells
        self.account = SheetAccount(name=sheet.name)
        self.layout: layouts.Layout | None = None
        self._pick: Callable[[Sequence[Any]], list[str]] = list

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
        self._pick = self._picker(layout)

    def _picker(self, layout: layouts.Layout) -> Callable[[Sequence[Any]], list[str]]:
        """A function from a row of the sheet to the cells of `fields.STAGED`. Runs once per row: nothing is looked up."""
        order = {name: target for target, name in enumerate(fields.STAGED)}
        blank = [""] * len(fields.STAGED)
        plain, eager, in_yuan = [], [], []
        for column in layout.columns:
            place, known = order[column.field], self.cells.known(column.field)
            if known is None:
                plain.append((place, column.index))
            elif column.in_yuan:
                in_yuan.append((place, column.index, column.field))
            else:
                eager.append((place, column.index, column.field, known))
        needed = 1 + max(column.index for column in layout.columns)
        read = self.cells.read

        def pick(cells: Sequence[Any]) -> list[str]:
            if len(cells) < needed:
                cells = [*cells, *[""] * (needed - len(cells))]
            row = blank.copy()
            for place, index in plain:
                cell = cells[index]
                row[place] = cell.strip() if type(cell) is str else cell_text(cell)
            for place, index, name, known in eager:
                cell = cells[index]
                found = known.get(cell) if type(cell) is str else None
                row[place] = read(name, cell) if found is None else found
            for place, index, name in in_yuan:
                row[place] = read(name, _in_yuan(cells[index]))
            code = row[0]
            if len(code) == codes.LENGTH and code.isalnum():
                row[0] = code.upper()
            return row

        return pick

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

    def rows(self) -> Iterator[list[Any]]:
        """Data rows as [line, code, old number, period, fields…]; nothing where the sheet has no header."""
        source = self.sheet.rows()
        top = list(islice(source, layouts.TOP))
        account, start = self.account, self.sheet.first
        account.rows = len(top)
        place = next((index for index, row in enumerate(top) if layouts.is_header(row, self.aliases)), None)
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

    def _data(self, source: Any, first: int) -> Iterator[list[Any]]:
        offset = self.number * SHEET_STRIDE
        for line, row in enumerate(source, first):
            picked = self._pick(row)
            is_code = len(picked[0]) >= TRUSTED_CODE and picked[0].isascii()  # a signature may be as long
            if not is_code and not self._is_data(row, line):
                continue
            self.account.data += 1
            yield [offset + line, *picked]


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
        number = 0
        for hidden in (False, True):
            for sheet in self.book.sheets:
                if sheet.is_hidden is not hidden:
                    continue
                if hidden and number:
                    self.remarks.append(f"隐藏的工作表“{sheet.name}”没有读")
                    continue
                reader = SheetReader(sheet, number, self.aliases, self.cells)
                yield from reader.rows()
                self._close(reader)
                number += reader.layout is not None
        if not number:
            raise readers.FileRefusedError(self._no_header())
        if not any(account.data for account in self.accounts):
            raise readers.FileRefusedError("有表头，没有数据行。请确认导出时选了全部数据，再重新上传")

    def _close(self, reader: SheetReader) -> None:
        account = reader.account
        if reader.layout is None:
            if account.rows:
                label = f"工作表“{account.name}”" if account.name else "这份表"
                self.remarks.append(f"{label}前 {layouts.TOP} 行里没有表头，{account.rows:,} 行没有读")
            return
        sentence = layouts.missing(reader.layout)
        if sentence and "认不出" in sentence:
            raise readers.FileRefusedError(sentence)
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
            "请在“表头别名”里补上这份表的列名，再重新比对"
        )

    def account(self) -> dict[str, Any]:
        """What was found, as JSON: format, encoding, remarks and one entry per sheet with a header."""
        return {
            "format": self.book.format,
            "encoding": self.book.encoding,
            "remarks": self.remarks,
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
                    has_header = True
                    if not number:
                        yield [0, *map(cell_text, row)]
                elif has_header and line in wanted:
                    yield [line, *map(cell_text, row)]
            number += has_header


def _stream(rows: Iterator[list[Any]], out: Any) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    while chunk := list(islice(rows, FLUSH_ROWS)):
        writer.writerows(chunk)
        out.write(buffer.getvalue().replace("\x00", "").encode("utf-8", "replace"))
        buffer.seek(0)
        buffer.truncate()
    out.flush()


def main(control_fd: int) -> int:
    gc.disable()  # a short life with millions of small lists and no cycles
    with os.fdopen(control_fd, "r+", encoding="utf-8") as control:
        options = json.load(control)
        limits = readers.Limits(**options["limits"])
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 1, int(limits.seconds) + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        aliases = {heading: (choice[0], choice[1]) for heading, choice in options["aliases"].items()}
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
            rows = original_rows(reader.book, aliases, wanted) if wanted else reader.rows()
            _stream(rows, sys.stdout.buffer)
            account = reader.account()
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
