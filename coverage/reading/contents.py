"""All rows of a workbook with all their columns, for comparing two workbooks with one another. Pure.

Same readers, same headings and same sorting of rows as the import (`readers`, `choice`, `tables`, `layouts`); here the
columns that no field answers to are kept as well, under their heading.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coverage.reading import choice, fields, guess, layouts, peek, tables
from coverage.reading.book import Book, FileRefusedError
from coverage.reading.columns import cell_text, in_yuan, since_1900

SHEET_STRIDE = 1_000_000  # line numbers of the second sheet begin at 1,000,001
ROLES = ("titles", "headings", "blanks", "remarks", "data")
_GUESSED = frozenset({fields.CODE, fields.OLD_NUMBER, "name", "address", "legal_person", "established_on"})
_COUNTED = dict(
    zip((tables.Role.TITLE, tables.Role.HEADING, tables.Role.BLANK, tables.Role.REMARK), ROLES, strict=False)
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the comparison: `key` is the field, or `=` and the heading where no field answers to it.

    `reads` names the field whose notation its cells are in: also of a second column for a field (核准日期 beside 成立日期).
    """

    key: str
    heading: str
    reads: str = ""


@dataclass(slots=True)
class SheetCount:
    """What the rows of one sheet are; they add up to `rows`. `offset` is what its line numbers are raised by."""

    name: str
    offset: int
    rows: int = 0
    titles: int = 0
    headings: int = 0
    blanks: int = 0
    remarks: int = 0
    data: int = 0
    unnamed: dict[str, int] = field(default_factory=dict)
    header_row: int = 0
    layout: layouts.Layout = field(default_factory=lambda: layouts.Layout(0))


@dataclass(slots=True)
class Contents:
    """A workbook as columns and data rows. A row is its line and its cells as text, in the order of `columns`."""

    format: str
    encoding: str
    columns: list[Column] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    sheets: list[SheetCount] = field(default_factory=list)
    unread: list[choice.Unread] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class _Reader:
    """Takes the rows of chosen sheets into `Contents`; columns of later tables are put to the end."""

    def __init__(self, contents: Contents, aliases: layouts.Aliases, *, is_1904: bool) -> None:
        self.contents, self.aliases, self.is_1904 = contents, aliases, is_1904
        self._place: dict[str, int] = {}

    def _columns(self, heading: Sequence[Any], layout: layouts.Layout) -> list[tuple[int, int, str]]:
        """For each named column of the sheet: its index, its place among all columns, and how it is to be read."""
        fed = {column.index: column for column in layout.columns}
        found = []
        for index, key in layouts.column_keys(heading):
            written = str(heading[index]).strip()
            if column := fed.get(index):
                known = Column(column.field, written, column.field)
            else:
                choice_ = self.aliases.look_up(layouts.heading_key(heading[index]))
                known = Column(f"={key}", written, choice_[0] if choice_ else "")
            if known.key not in self._place:
                self._place[known.key] = len(self.contents.columns)
                self.contents.columns.append(known)
            is_yuan = column is not None and column.in_yuan
            is_shifted = self.is_1904 and known.reads in fields.BY_KEY and fields.BY_KEY[known.reads].is_date
            found.append((index, self._place[known.key], "yuan" if is_yuan else "1904" if is_shifted else ""))
        named = {index for index, _, _ in found}
        for column in layout.columns:
            if column.index not in named:  # said by a person of a column without a heading
                if column.field not in self._place:
                    self._place[column.field] = len(self.contents.columns)
                    self.contents.columns.append(Column(column.field, column.heading, column.field))
                found.append((column.index, self._place[column.field], ""))
        return found

    def take(self, opened: choice.Opened, offset: int) -> None:
        count = SheetCount(opened.sheet.name, offset, layout=opened.layout)
        count.header_row = opened.sheet.first + opened.heading.place
        sorter = tables.Sorter(self.aliases)
        heading = opened.heading
        for row in opened.top[: heading.place]:
            count.titles, count.blanks = (
                (count.titles, count.blanks + 1) if tables.is_blank(row) else (count.titles + 1, count.blanks)
            )
        count.headings = heading.height
        columns = self._columns(heading.cells, opened.layout)
        sorter.adopt(heading.cells, opened.layout, below=opened.first_below, may_part=False)
        strays = tables.Strays(heading.cells, opened.layout, left=opened.sheet.left, counts=count.unnamed)
        for line, row in enumerate(opened.below, opened.first_below):
            texts = [cell.strip() if type(cell) is str else cell_text(cell) for cell in row]
            if sorter.is_surely_data(texts):
                role, again = tables.Role.DATA, None
            else:
                role, again = sorter.sort(row, texts, line)
            if role is tables.Role.DATA:
                count.data += 1
                if strays.gaps or len(texts) > strays.end:
                    strays.look(texts)
                self.contents.rows.append((offset + line, self._row(texts, columns)))
                continue
            setattr(count, _COUNTED[role], getattr(count, _COUNTED[role]) + 1)
            if again is not None:
                layout = layouts.understand(again, self.aliases, number=line)
                columns = self._columns(again, layout)
                sorter.adopt(again, layout, below=line + 1, may_part=again == list(row))
                strays = tables.Strays(again, layout, left=opened.sheet.left, counts=count.unnamed)
        count.rows = sum(getattr(count, role) for role in ROLES)
        self.contents.sheets.append(count)

    def _row(self, texts: list[str], columns: list[tuple[int, int, str]]) -> list[str]:
        cells = [""] * len(self.contents.columns)
        width = len(texts)
        for index, place, how in columns:
            if index < width:
                written = texts[index]
                if how and written:
                    written = since_1900(written) if how == "1904" else in_yuan(written)
                cells[place] = written
        return cells


def read(book: Book, aliases: layouts.Aliases, *, identity: frozenset[str] = choice.IDENTITY) -> Contents:
    """All data rows of a workbook. Raises `FileRefusedError` where it has no heading or no rows below it.

    `identity` are the fields one of which tells rows apart; where it is an entity's, unknown headings are guessed.
    """
    remarks = list(book.remarks)
    opened, unread = choice.choose(book, aliases, identity=identity)
    is_of_entities = identity == choice.IDENTITY
    if is_of_entities and (not opened or any(fields.CODE not in sheet.layout.found for sheet in opened)):
        aliases = _guessed(book, aliases, remarks)
        opened, unread = choice.choose(book, aliases)
    contents = Contents(book.format, book.encoding, unread=unread, remarks=remarks)
    reader = _Reader(contents, aliases, is_1904=book.is_1904)
    for number, sheet in enumerate(opened):
        reader.take(sheet, number * SHEET_STRIDE)
    if not opened:
        raise FileRefusedError(_no_heading(unread))
    if not contents.rows:
        raise FileRefusedError("有表头，没有数据行。请确认导出时选了全部数据")
    width = len(contents.columns)
    for _, cells in contents.rows:
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
    return contents


def _guessed(book: Book, aliases: layouts.Aliases, remarks: list[str]) -> layouts.Aliases:
    """Aliases with what the columns of unknown tables look like: nobody is there to be asked, and a wrong guess of a
    column that only names a line costs no more than lines told as new and gone."""
    found: dict[str, dict[str, str]] = {}
    for sheet in book.sheets:
        top = peek.Top(peek.top_of(sheet, cell_text))
        place = top.likely_header(aliases)
        if place is None:
            continue
        columns = top.columns(place, aliases)
        guesses = {column.key: guess_ for column, guess_ in zip(columns, guess.guess(columns, aliases), strict=True)}
        fed = {
            key: guess_.field if guess_.field in _GUESSED or guess_.by == "words" else ""
            for key, guess_ in guesses.items()
        }
        new = {key: guess_ for key, guess_ in guesses.items() if fed[key] and guess_.by == "looks"}
        is_known = not new and layouts.is_header(top.heading(place, aliases)[0], aliases)
        if is_known or not choice.IDENTITY & set(fed.values()):
            continue
        found[layouts.fingerprint(key for key in fed if not key.startswith("@"))] = fed
        remarks += [f"列“{key}”{guess_.reason}，当作{fields.TITLES[guess_.field]}" for key, guess_ in new.items()]
    return dataclasses.replace(aliases, layouts={**aliases.layouts, **found}) if found else aliases


def _no_heading(unread: Sequence[choice.Unread]) -> str:
    for sheet in unread:
        if sheet.is_nameless:
            label = f"工作表“{sheet.name}”的" if sheet.name else ""
            return f"{label}表头里没有认出“统一社会信用代码”，也没有认出“名称”，分不清每一行是哪一家"
    return f"前 {layouts.TOP} 行里没有找到表头（至少要认出 {layouts.KNOWN_ENOUGH} 个列名，只有两列的表两个都要认出）"
