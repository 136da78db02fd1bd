"""Which sheets of a workbook are its register, and which are not read, with the reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from coverage.reading import fields, layouts, tables
from coverage.reading.book import Book, Row, Sheet

# Sheets that carry a department's heading over made-up rows or word lists. Read only where there is nothing else.
_ASIDE = re.compile(r"样表|样例|模板|示例|范例|字典|代码表|下拉|填[表报写]说明|^说明$|^封面$")
Find = Callable[[Sequence[Row], layouts.Aliases], tables.Heading | None]
IDENTITY = frozenset({fields.CODE, fields.OLD_NUMBER, "name"})


@dataclass(slots=True)
class Opened:
    """A sheet that is read: its first rows, the rest of them, and its heading."""

    sheet: Sheet
    top: list[Row]
    rest: Iterator[Row]
    heading: tables.Heading
    layout: layouts.Layout

    @property
    def below(self) -> Iterator[Row]:
        """All rows below the heading, once."""
        return chain(self.top[self.heading.place + self.heading.height :], self.rest)

    @property
    def first_below(self) -> int:
        """The number of the first row below the heading."""
        return self.sheet.first + self.heading.place + self.heading.height


@dataclass(frozen=True, slots=True)
class Unread:
    """A sheet that is not read. `is_nameless` where it has a heading without code and name."""

    name: str
    rows: int
    reason: str
    is_nameless: bool = False


def choose(
    book: Book, aliases: layouts.Aliases, *, identity: frozenset[str] = IDENTITY
) -> tuple[list[Opened], list[Unread]]:
    """The sheets to read, in their order, and the others. Hidden sheets and samples are read only where nothing else is,
    and lists of two columns only where no sheet has a larger heading.

    `identity` are the fields one of which a heading must name, so that rows can be told apart.
    """
    found, unread = _choose(book, aliases, identity, tables.find)
    if not found and not any(sheet.is_nameless for sheet in unread):
        found, pairs_left = _choose(book, aliases, identity, tables.find_pair)
        unread = pairs_left if found else unread
    return found, unread


def _choose(
    book: Book, aliases: layouts.Aliases, identity: frozenset[str], find: Find
) -> tuple[list[Opened], list[Unread]]:
    found: list[Opened] = []
    unread: list[Unread] = []
    for group in _groups(book.sheets):
        for sheet in group:
            rows = sheet.rows()
            top = list(islice(rows, layouts.TOP))
            if found and _rank(sheet):
                why = "是隐藏的" if sheet.is_hidden else "看名字是样表或说明"
                unread.append(Unread(sheet.name, len(top) + sum(1 for _ in rows), why))
                continue
            opened = _open(sheet, top, rows, aliases, identity, find)
            if isinstance(opened, Opened):
                found.append(opened)
            else:
                unread.append(opened)
    return found, unread


def _rank(sheet: Sheet) -> int:
    return 2 if sheet.is_hidden else 1 if _ASIDE.search(sheet.name) else 0


def _groups(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    return [[sheet for sheet in sheets if _rank(sheet) == rank] for rank in range(3)]


def _open(
    sheet: Sheet, top: list[Row], rows: Iterator[Row], aliases: layouts.Aliases, identity: frozenset[str], find: Find
) -> Opened | Unread:
    heading = find(top, aliases)
    if heading is None:
        return Unread(sheet.name, len(top) + sum(1 for _ in rows), f"前 {layouts.TOP} 行里没有表头")
    if layouts.is_skipped(heading.cells, aliases):
        return Unread(sheet.name, len(top) + sum(1 for _ in rows), "认定过不是名册")
    layout = layouts.understand(heading.cells, aliases, number=sheet.first + heading.place)
    if not layout.found & identity and not layout.is_decided:
        reason = "表头里没有代码，也没有名称"
        return Unread(sheet.name, len(top) + sum(1 for _ in rows), reason, is_nameless=True)
    return Opened(sheet, top, rows, heading, layout)
