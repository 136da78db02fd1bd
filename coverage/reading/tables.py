"""What each row of a sheet is: title, heading, blank, remark or data. Pure.

The heading may be two rows high (a group over its parts), may be followed by a row that numbers the columns, and may come
again further down, with other columns. Nothing is dropped: whoever counts what `find` and `Sorter` say has accounted for
every row. Rows are judged by their cells alone; whether a data row can be taken is for the comparison to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from coverage.matching import codes
from coverage.reading import fields, layouts

_SPACE = re.compile(r"[\s\u200b\ufeff*＊]+")
_REMARK = re.compile(
    r"^[（(【]?(?:合计|总计|共计|小计|累计|总数|总户数|本页(?:小计|合计)|平均|填表人|制表|填报人|填报单位|填报日期|填报时间|审核人|审核[:：]"
    r"|审核$|复核人|负责人签字|经办人|联系人及电话|备注[:：]|备注$|说明[:：]|说明$|注[:：]|注\d|附注|"
    r"以上(?:数据|信息|内容|名单|合计|共|均|为|所|$)|以下空白|数据(?:来源|截至|截止|口径)|统计(?:截止|截至|口径|时间)|截至\d|打印(?:时间|日期|人)"
    r"|导出(?:时间|日期|人)|第\d+页|续表|接上页|转下页|共\d[\d,]*(?:家|户|条|行|人|页|个))"
)
_SHOP = re.compile(
    r"(?:公司|集团|企业|事务所|中心|商行|商店|商场|经营部|服务部|工作室|合作社|协会|学会|基金会|学校|幼儿园|医院|诊所|药房|银行|宾馆|酒店|旅馆|饭店"
    r"|餐厅|餐馆|面馆|茶馆|书店|超市|[店行馆厂社坊铺屋所院吧])(?:[（(].*[）)])?$"
)
_VALUE = re.compile(r"^[\d.,%/\-]+$|\d{5}|\d{4}[-/.年]\d")
_NUMBER = re.compile(r"^[(（]?(\d{1,3}|[A-Z]|[甲乙丙丁戊己庚辛壬癸])[)）]?$")
_WHOLE = frozenset({"合计", "总数", "总计", "小计", "本月", "本期", "本年", "期末", "期末数", "当前", "人数", "户数"})
_WORDS = frozenset({codes.Kind.OTHER, codes.Kind.EMPTY})
LONGEST_HEADING = 24
TRUSTED_CODE = 15

Cells = Sequence[Any]


class Role(StrEnum):
    """What a row is."""

    TITLE = "title"
    HEADING = "heading"
    BLANK = "blank"
    REMARK = "remark"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sheet: how many rows stand above it, how many it takes, and its cells as one row."""

    place: int
    height: int
    cells: list[Any]


def is_blank(row: Cells) -> bool:
    """Whether no cell of a row says anything."""
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)


def find(top: Sequence[Cells], aliases: layouts.Aliases) -> Heading | None:
    """The first heading among the first rows of a sheet, None where there is none."""
    for place, row in enumerate(top):
        below = top[place + 1] if place + 1 < len(top) else ()
        two = joined(row, below, aliases)
        if layouts.is_header(row, aliases):
            return Heading(place, 2, two) if two else Heading(place, 1, list(row))
        # A line of groups over a heading that would do by itself counts only where the two together say more.
        if two and layouts.is_header(two, aliases) and len(_known(two, aliases)) > len(_known(below, aliases)):
            return Heading(place, 2, two)
    return None


def find_pair(top: Sequence[Cells], aliases: layouts.Aliases) -> Heading | None:
    """The first heading of two columns; for workbooks in which nothing larger is found, lest a word list be read."""
    return next((Heading(at, 1, list(row)) for at, row in enumerate(top) if layouts.is_pair(row, aliases)), None)


def _known(row: Cells, aliases: layouts.Aliases) -> set[str]:
    found = (aliases.look_up(layouts.heading_key(cell)) for cell in row)
    return {choice[0] for choice in found if choice and choice[0]}


def joined(upper: Cells, lower: Cells, aliases: layouts.Aliases) -> list[Any] | None:
    """Two rows as one heading where `lower` holds the parts of the groups in `upper`; None where it does not."""
    width = max(len(upper), len(lower))
    over, under = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    found: list[Any] = []
    group, parts = "", 0
    for index, (one, two) in enumerate(zip(over, under, strict=True)):
        top, sub = layouts.heading_key(one), layouts.heading_key(two)
        group = top or group
        if not sub:
            if two not in ("", None) and not isinstance(two, str):
                return None  # a number or a date is no heading
            found.append(one)
        elif sub == top:
            found.append(two)
        elif _VALUE.search(sub) or len(sub) > LONGEST_HEADING:
            return None
        elif top and not _spans(over, under, index) and not (_names(sub, aliases) or _names(top + sub, aliases)):
            return None  # a word below a heading that stands alone: the first row of data
        else:
            found.append(_part(group, sub, str(two).strip(), aliases))
            parts += 1
    return found if parts and group else None


def _spans(over: Cells, under: Cells, index: int) -> bool:
    """Whether the heading at `index` stretches over the column to its right, where a part of it stands."""
    return index + 1 < len(over) and over[index + 1] in ("", None) and under[index + 1] not in ("", None)


def _names(key: str, aliases: layouts.Aliases) -> bool:
    choice = aliases.look_up(key)
    return bool(choice and choice[0])


def _part(group: str, key: str, written: str, aliases: layouts.Aliases) -> str:
    """What a part of a group is called: the heading that is known, else both words."""
    if _names(group + key, aliases):
        return group + key
    if _names(key, aliases):
        return written
    return group if key in _WHOLE and _names(group, aliases) else f"{group}/{written}" if group else written


def is_remark(cells: Sequence[str]) -> bool:
    """Whether a row is a total, a signature or a note, by its first word."""
    first = next((cell for cell in cells if cell), "")
    return bool(first and _REMARK.match(_SPACE.sub("", unicodedata.normalize("NFKC", first))))


def numbers_columns(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3 … or 甲, 乙, 1, 2 …, as statistics have it below the heading."""
    filled = [cell for cell in cells if cell]
    marks = [match[1] for cell in filled if (match := _NUMBER.match(cell))]
    if len(filled) < 3 or len(marks) < len(filled):
        return False
    figures = [int(mark) for mark in marks if mark.isdigit()]
    return all(after - before == 1 for before, after in pairwise(figures)) and len(set(marks)) > 2


class Sorter:
    """Says what each row below a heading is; `adopt` tells it the heading that holds from now on."""

    def __init__(self, aliases: layouts.Aliases) -> None:
        self.aliases = aliases
        self._heading: Cells = ()
        self._next = 0  # the line below the heading; rows may be passed over without being asked about
        self._may_part = False
        self._named: dict[int, str] = {}
        self._name_at = self._code_at = -1

    def adopt(self, heading: Cells, layout: layouts.Layout, *, below: int, may_part: bool) -> None:
        """`below` is the line that follows; `may_part` where it may still hold the parts of this heading."""
        self._heading, self._next, self._may_part = heading, below, may_part
        wanted = {fields.CODE, fields.OLD_NUMBER, "name"}
        self._named = {column.index: column.field for column in layout.columns if column.field in wanted}
        self._name_at = next((index for index, name in self._named.items() if name == "name"), -1)
        self._code_at = next((index for index, name in self._named.items() if name == fields.CODE), -1)

    def is_surely_data(self, cells: Sequence[str]) -> bool:
        """Whether a row has a code that is long enough: nothing else need be looked at."""
        code = cells[self._code_at] if 0 <= self._code_at < len(cells) else ""
        return len(code) >= TRUSTED_CODE and code.isascii()  # a signature may be as long

    def sort(self, row: Cells, cells: Sequence[str], line: int) -> tuple[Role, list[Any] | None]:
        """The role of a row (`cells` is the same as text), and the cells of the heading to adopt where it is one."""
        if not any(cells):
            return Role.BLANK, None
        if line == self._next:
            if self._may_part and (two := joined(self._heading, row, self.aliases)):
                return Role.HEADING, two
            if numbers_columns(cells):
                return Role.HEADING, None
        if layouts.is_header(row, self.aliases) or self._is_heading_again(row):
            return Role.HEADING, list(row)
        if self._is_lone(cells) or is_remark(cells):
            return Role.REMARK, None
        return Role.DATA, None

    def _is_heading_again(self, row: Cells) -> bool:
        """Whether the column of the codes or of the names holds its own heading instead of a code or a name."""
        for index, name in self._named.items():
            choice = self.aliases.look_up(layouts.heading_key(row[index])) if index < len(row) else None
            if choice and choice[0] == name:
                return True
        return False

    def _is_lone(self, cells: Sequence[str]) -> bool:
        """One lone cell of words: a title between two tables, also where it stands in the column of the codes.

        A lone name in the column of the names is an entity of which nothing else is known, not a title.
        """
        filled = [(index, cell) for index, cell in enumerate(cells) if cell]
        if len(filled) != 1 or codes.kind(codes.normalise(filled[0][1])) not in _WORDS:
            return False
        index, cell = filled[0]
        return index != self._name_at or (index == 0 and not _SHOP.search(cell))


class Strays:
    """Counts in `counts` what stands in columns that this heading does not name, by the letter of the column.

    `left` is how many blank columns stand before the first cell of a row; `layout` may give meaning to a column that
    has no heading.
    """

    def __init__(self, heading: Cells, layout: layouts.Layout | None, *, left: int, counts: dict[str, int]) -> None:
        self.left, self.counts = left, counts
        named = {index for index, cell in enumerate(heading) if cell is not None and str(cell).strip()}
        named |= {column.index for column in layout.columns} if layout else set()
        self.end = max(named, default=-1) + 1
        self.gaps = tuple(sorted(set(range(self.end)) - named))

    def may_occur(self, rows: Sequence[Cells]) -> bool:
        """Whether any of these rows reaches over a column without heading."""
        return bool(self.gaps) or max(map(len, rows), default=0) > self.end

    def look(self, row: Cells) -> None:
        """Count the cells of a data row that stand under no heading."""
        for index in (*self.gaps, *range(self.end, len(row))):
            if index < len(row) and row[index] not in ("", None) and str(row[index]).strip():
                letter = column_letter(self.left + index)
                self.counts[letter] = self.counts.get(letter, 0) + 1


def column_letter(index: int) -> str:
    """The name of a column as Excel shows it: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
