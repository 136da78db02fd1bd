"""A writer of old .xls workbooks (BIFF8 in a compound file), as small as will do: no library that writes them is alive.

After the published file formats [MS-XLS] and [MS-CFB]. Text, numbers and dates in cells, several sheets, merged cells,
hidden sheets, days counted from 1904, a password mark, and a wrong stated size.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from typing import Any

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
PLAIN, DATE = 0, 1  # the two cell formats


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _format(number: int) -> bytes:
    return _record(0x00E0, struct.pack("<HH", 0, number) + bytes(16))


def _cell(row: int, column: int, value: Any, *, is_1904: bool) -> bytes:
    if value is None or value == "":
        return b""
    if isinstance(value, dt.date):
        days = (value - (dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30))).days
        return _record(0x0203, struct.pack("<HHHd", row, column, DATE, float(days)))
    if isinstance(value, int | float):
        return _record(0x0203, struct.pack("<HHHd", row, column, PLAIN, float(value)))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, PLAIN, len(text) // 2, 1) + text)


def _sheet(
    rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]], last: int, *, is_1904: bool
) -> bytes:
    width = max(map(len, rows), default=0)
    parts = [_begin(0x0010), _record(0x0200, struct.pack("<IIHHH", 0, last or len(rows), 0, width, 0))]
    for row, cells in enumerate(rows):
        parts += [_cell(row, column, value, is_1904=is_1904) for column, value in enumerate(cells)]
    if merged:
        parts.append(_record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *m) for m in merged)))
    return b"".join(parts) + _record(0x000A)


def xls(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    is_1904: bool = False,
    stated_last: int = 0,
    has_password: bool = False,
) -> bytes:
    """A workbook; `merged` are (first row, last row, first column, last column) from 0, in every sheet."""
    bodies = [_sheet(rows, merged, stated_last, is_1904=is_1904) for rows in sheets.values()]
    head = _begin(0x0005)
    if has_password:
        head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    head += _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, struct.pack("<H", is_1904))
    head += _format(0) + _format(14)
    names = [name.encode("utf-16-le") for name in sheets]
    place = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for (title, name), body in zip(zip(sheets, names, strict=True), bodies, strict=True):
        head += _record(0x0085, struct.pack("<IBBBB", place, title in hidden, 0, len(name) // 2, 1) + name)
        place += len(body)
    return compound("Workbook", head + _record(0x000A) + b"".join(bodies))


def compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\x00")
    count = len(stream) // SECTOR
    tables = 1
    while (tables + 1 + count) * 4 > tables * SECTOR:
        tables += 1
    chain = [FAT] * tables + [END] + [tables + 2 + place for place in range(count - 1)] + [END]
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    header += b"".join(struct.pack("<I", place) for place in range(tables)) + b"\xff" * (4 * (109 - tables))
    entries = _entry("Root Entry", 5, 1, END, 0) + _entry(name, 2, FREE, tables + 1, len(stream))
    entries += _entry("", 0, FREE, 0, 0) * 2
    return header + struct.pack(f"<{len(chain)}I", *chain) + entries + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00" if name else b""
    entry = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)
