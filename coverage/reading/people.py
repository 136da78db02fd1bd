"""A list of people as rows: whose employee, name, telephone, post. Pure; runs in the reading process.

Identity numbers, birthdays and political standing are never read, also where a department sends them: what leaves this
process is what the registry may keep, and the columns that were left unread are told by their headings. Of the first
rows, which a person looks at to say what the columns are, only masks leave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from coverage.matching import codes
from coverage.reading import choice, columns, contents, layouts, peek
from coverage.reading.book import Book, FileRefusedError, HeaderUnknownError
from coverage.reading.columns import cell_text
from coverage.reading.people_fields import EMPLOYER, PERSON, STAGED, WITHHELD

SHOWN = 8  # rows below the header
HIDDEN = "（不读）"
_IDENTITY = frozenset({PERSON})
_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff·]{1,12}$")
_NUMBER = re.compile(r"^[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]$")
_NO_HEADER = (
    "没有找到人员名单的表头。要有“姓名”，还要有“单位名称”或单位的统一代码。指明哪一行是表头、各列是什么，下次就认得"
)
_NO_EMPLOYER = "表头里没有认出“单位名称”，也没有单位的统一代码，不知道是哪家的人。有这一列就指出来，没有就请向部门补要"


class PeopleReader:
    """What `parse.WorkbookReader` is for entities: blocks of rows in the order of `STAGED`, and the account."""

    def __init__(self, book: Book, known: layouts.Aliases) -> None:
        self.book, self.aliases = book, known
        self._found: contents.Contents | None = None

    def blocks(self) -> Iterator[columns.Block]:
        """All rows as one block. Raises `HeaderUnknownError` where no sheet names people and their employers."""
        try:
            found = contents.read(self.book, self.aliases, identity=_IDENTITY)
        except FileRefusedError as refusal:
            if str(refusal).startswith("有表头，"):
                raise
            raise HeaderUnknownError(_NO_HEADER) from None
        places = {column.key: place for place, column in enumerate(found.columns)}
        if not EMPLOYER & places.keys():
            raise HeaderUnknownError(_NO_EMPLOYER)
        self._found = found
        rows = found.rows
        blank = [""] * len(rows)
        picked = [[cells[places[name]] for _, cells in rows] if name in places else blank for name in STAGED]
        yield columns.Block([line for line, _ in rows], picked)

    def account(self) -> dict[str, object]:
        """What was found, as JSON, in the form of the account of a list of entities."""
        found = self._found
        if found is None:
            return {"tops": self.tops(), "sheets": []}
        withheld = [column.heading for column in found.columns if column.reads == WITHHELD]
        remarks = list(found.remarks)
        if withheld:
            remarks.append(f"“{'”“'.join(withheld)}”没有读：名册不收这些个人信息")
        remarks += [
            f"工作表“{sheet.name}”{sheet.reason}，{sheet.rows:,} 行没有读" for sheet in found.unread if sheet.rows
        ]
        return {
            "format": found.format,
            "encoding": found.encoding,
            "remarks": remarks,
            "tops": self.tops(),
            "sheets": [_account(sheet) for sheet in found.sheets],
        }

    def originals(self, wanted: set[int]) -> Iterator[list[Any]]:
        """Rows with all their columns as text; before those of each table its headings, as line 0, 1000000, …

        Cells that are never read stay empty.
        """
        for number, opened in enumerate(choice.choose(self.book, self.aliases, identity=_IDENTITY)[0]):
            offset = number * contents.SHEET_STRIDE
            hidden = self._withheld(opened.heading.cells) | {
                c.index for c in opened.layout.columns if c.field == WITHHELD
            }
            yield [offset, *map(cell_text, opened.heading.cells)]
            for line, row in enumerate(opened.below, offset + opened.first_below):
                if line in wanted:
                    yield [line, *("" if place in hidden else cell_text(cell) for place, cell in enumerate(row))]

    def _withheld(self, heading: Sequence[Any]) -> set[int]:
        found = ((index, self.aliases.look_up(layouts.heading_key(cell))) for index, cell in enumerate(heading))
        return {index for index, known in found if known and known[0] == WITHHELD}

    def tops(self) -> list[dict[str, object]]:
        """The first rows of every sheet, masked, for a person to look at."""
        return [self._masked(peek.top_of(sheet, cell_text)) for sheet in self.book.sheets]

    def _masked(self, told: dict[str, Any]) -> dict[str, object]:
        top = peek.Top(told)
        place = top.likely_header(self.aliases)
        if place is None:
            above, hidden = 0, set()
        else:
            heading, height = top.heading(place, self.aliases)
            above, hidden = place + height, self._withheld(heading)
        rows = told["rows"][: above + SHOWN]
        named = _columns_of_names(rows[above:])
        for row in rows[above:]:
            for index, cell in enumerate(row):
                row[index] = HIDDEN if index in hidden and cell else _mask(cell, is_name=index in named)
        return {**told, "rows": rows}


def _account(sheet: contents.SheetCount) -> dict[str, object]:
    layout = sheet.layout
    return {
        "name": sheet.name,
        "header_row": sheet.header_row,
        "columns": [(column.heading, column.field) for column in layout.columns if column.field in STAGED],
        "unknown": layout.unknown,
        "unnamed": sheet.unnamed,
        "written": layout.headings,
        "keys": layout.keys,
        "fingerprint": layout.fingerprint,
        "is_decided": layout.is_decided,
        **{role: getattr(sheet, role) for role in ("rows", *contents.ROLES)},
    }


def _columns_of_names(rows: Sequence[Sequence[Any]]) -> set[int]:
    """Columns in which every cell has the form of a name: posts do, too, and are masked along with them."""
    found = set()
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        if cells and sum(isinstance(cell, str) and bool(_NAME.match(cell)) for cell in cells) * 2 >= len(cells):
            found.add(index)
    return found


def _mask(cell: Any, *, is_name: bool) -> Any:
    """A cell of the form in which `peek` keeps it, without what would name somebody."""
    text = cell if isinstance(cell, str) else cell[0]
    if _NUMBER.match(text) and not codes.checksum_holds(text.upper()):
        text = f"{text[:3]}{'*' * (len(text) - 3)}"
    elif text and (is_name or _NAME.match(text)):
        text = f"{text[:1]}{'*' * min(len(text) - 1, 3)}"
    return text if isinstance(cell, str) else [text]
