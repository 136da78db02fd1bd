"""Tables that are text: CSV in any separator and encoding, and the HTML that web systems save as .xls."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from coverage.reading.book import BROKEN, ENTITIES, FileRefusedError, Limits, Range, Row, Sheet, filled_down

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_STRANGE = "认不出这份文件的内容：不是 Excel，也不是 UTF-8 或 GB18030 的文字。请另存为 xlsx 再上传"
_SEPARATOR_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
PIECE = 1 << 20  # characters looked at together
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was in: a byte order mark, else strict UTF-8, else UTF-16 by its zeros, else GB18030."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError as error:
                if error.start >= len(data) - 4:  # a character cut in half at the very end
                    raise FileRefusedError(BROKEN) from None
                break
    wide = _wide(data)
    for encoding in filter(None, (wide, "utf-8", "gb18030")):
        try:
            return data.decode(encoding), encoding.removesuffix("-le").removesuffix("-be")
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 4 and error.reason != "illegal multibyte sequence":
                raise FileRefusedError(BROKEN) from None
    raise FileRefusedError(_STRANGE)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, by the zeros beside its figures and commas; '' for everything else.

    A few zeros on the other side are characters such as 一 (U+4E00).
    """
    head = data[:8192]
    high, low = head[1::2].count(0), head[0::2].count(0)
    if max(high, low) * 20 < len(head) or min(high, low) * 2 > max(high, low):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _delimiter(text: str) -> str:
    """The separator of the first lines: the one of comma, tab, semicolon and bar that occurs most."""
    head = "\n".join(text.split("\n", 20)[:20])
    return max(",\t;|", key=lambda mark: (head.count(mark), mark == ","))


def csv_sheets(data: bytes, limits: Limits) -> tuple[list[Sheet], str, list[str]]:
    """The one table of a CSV, its encoding, and remarks. Raises `FileRefusedError`."""
    text, encoding = decode(data)
    if text.count("\x00") > len(text) // 100:
        raise FileRefusedError("认不出这份文件的内容：不是 Excel，也不是文字表格。请另存为 xlsx 再上传")
    text = text.replace("\x00", "")
    if text.count("\n") + text.count("\r") - text.count("\r\n") > limits.rows * 2:
        raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传")
    stated = _SEPARATOR_LINE.match(text)
    delimiter = stated[1] if stated else _delimiter(text)
    remarks = []
    if text.count('"') % 2:
        remarks.append("文字里的引号不成对，可能有几行被连成了一行，请核对行数")
    if _stops_short(text, delimiter):
        remarks.append("最后一行的列数不够，文件可能没有传完，请和部门核对行数")
    is_quoted_formula = '="' in text
    is_plain = '"' not in text and text.count("\r") == text.count("\r\n")

    def rows() -> Iterator[Row]:
        csv.field_size_limit(PIECE)
        count = 0
        try:
            for count, row in enumerate((_plain_rows if is_plain else _quoted_rows)(text, delimiter), 1):
                if count > limits.rows:
                    raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请按行业或地址拆成几份上传")
                yield [_AS_TEXT.sub(r"\1", cell) for cell in row] if is_quoted_formula else row
        except csv.Error:
            raise FileRefusedError(f"第 {count + 1} 行附近读不下去：有一格长得不像真的，多半是引号没有配对") from None

    return [Sheet("", rows)], encoding, remarks


def _quoted_rows(text: str, delimiter: str) -> Iterator[Row]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _plain_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The same for a text in which nothing is quoted, in half the time."""
    start, end = 0, len(text)
    while start < end:
        stop = text.find("\n", start + PIECE) + 1 or end
        lines = text[start:stop].replace("\r\n", "\n").split("\n")
        if stop < end or not lines[-1]:
            lines.pop()
        if len(max(lines, key=len, default="")) > PIECE:
            raise csv.Error("field larger than field limit")
        yield from [line.split(delimiter) if line else [] for line in lines]
        start = stop


def _stops_short(text: str, delimiter: str) -> bool:
    """Whether the text ends without a line end, in a row of fewer cells than the one before it."""
    if text.endswith(("\n", "\r")):
        return False
    lines = text[-20_000:].splitlines()
    return len(lines) > 2 and lines[-1].count(delimiter) < lines[-2].count(delimiter) and '"' not in lines[-2]


def html_sheets(data: bytes, limits: Limits) -> tuple[list[Sheet], str]:
    """The tables of a web page that hold no other table, and its encoding. Raises `FileRefusedError`."""
    if b"<!entity" in data.lower():
        raise FileRefusedError(ENTITIES)
    text, encoding = decode(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    from lxml import html as lxml_html  # slow to load, and few files are HTML

    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (ValueError, lxml_html.etree.ParserError):
        raise FileRefusedError("网页里没有表格。请在表格软件里打开，另存为 xlsx 再上传") from None
    sheets = []
    for number, table in enumerate(tree.iter("table"), 1):
        if table.find(".//table") is not None:
            continue
        grid = _grid(table, limits)
        if grid:
            sheets.append(Sheet(f"表 {number}", grid.__iter__))
    if not sheets:
        raise FileRefusedError("网页里没有表格。请在表格软件里打开，另存为 xlsx 再上传")
    return sheets, encoding


def _span(cell: Any, name: str, most: int) -> int:
    written = str(cell.get(name) or "1").strip()
    return max(1, min(int(written), most)) if written.isdecimal() and len(written) < 9 else 1


def _grid(table: Any, limits: Limits) -> list[Row]:
    """The cells of a table in their places: what spans several lines is said on each of them."""
    grid: list[Row] = []
    ranges: list[Range] = []
    below: dict[int, int] = {}  # column → how many further lines it is taken by a cell from above
    for number, line in enumerate(table.iter("tr")):
        if number >= limits.rows:
            raise FileRefusedError(f"表里超过 {limits.rows:,} 行，没有读。请拆成几份上传")
        row: Row = []
        taken, below = below, {column: left - 1 for column, left in below.items() if left > 1}
        for cell in line:
            if cell.tag not in {"td", "th"}:
                continue
            while len(row) in taken:
                row.append("")
            wide, high = _span(cell, "colspan", limits.columns), _span(cell, "rowspan", limits.rows)
            if high > 1:
                ranges.append(((number, len(row)), (number + high - 1, len(row))))
                below.update(dict.fromkeys(range(len(row), len(row) + wide), high - 1))
            row += [" ".join(cell.text_content().split()), *[""] * (wide - 1)]
        row += [""] * (max(taken, default=-1) + 1 - len(row))
        if len(row) > limits.columns:
            raise FileRefusedError(f"网页表格有 {len(row):,} 列，多半不是名册。请删掉多余的列，另存为 xlsx 再上传")
        grid.append(row)
    return list(filled_down(iter(grid), ranges)) if ranges else grid
