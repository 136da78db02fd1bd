"""Reading the small workbooks of the apps above: bytes on standard input, rows as JSON on standard output. Pure, and a
process of its own.

A hostile or broken workbook can take any amount of time and memory (see `coverage.reading.parse`); these are small, so
their limits are narrow. `python -m coverage.reading.sheet_file FORM NAME`, FORM as `Form.as_text` writes it, ends with 0 and
{"rows": …}, or with 3 and a sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from coverage.reading import layouts, readers
from coverage.reading.book import MEGABYTE, FileRefusedError, Limits

LIMITS = Limits(
    file_bytes=4 * MEGABYTE, real_bytes=40 * MEGABYTE, rows=2_000, columns=60, seconds=10, memory=512 * MEGABYTE
)
REFUSED = 3


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of workbook: the headings by which its fields are known, those that are left out, the fields without which a
    row says nothing, and the sentence for a sheet in which no header is recognised."""

    headings: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]
    needs: tuple[str, ...]
    unrecognised: str

    def aliases(self) -> layouts.Aliases:
        words = {word: (field, rank) for field, said in self.headings.items() for rank, word in enumerate(said, 1)}
        return layouts.prepare(words | dict.fromkeys(self.left_out, ("", 0)))

    def as_text(self) -> str:
        """For the command line of the process that reads; `from_text` reads it back."""
        return json.dumps(asdict(self) | {"headings": dict(self.headings)}, ensure_ascii=True)

    @classmethod
    def from_text(cls, text: str) -> Form:
        told = json.loads(text)
        headings = {field: tuple(words) for field, words in told["headings"].items()}
        return cls(headings, tuple(told["left_out"]), tuple(told["needs"]), told["unrecognised"])


def read(content: bytes, form: Form, name: str) -> dict[str, Any]:
    """{"rows": [[line, {field: text}], …], "all": rows below the header, "blank", "remarks": how many of those are
    skipped, "unknown": headings nobody knows}. Raises `FileRefusedError`."""
    aliases = form.aliases()
    book = readers.open_book(content, name=name, limits=LIMITS)
    sheets = [(sheet.first, list(sheet.rows())) for sheet in book.sheets if not sheet.is_hidden]
    for is_one in (layouts.is_header, layouts.is_pair):
        for first, rows in sheets:
            for place, row in enumerate(rows[: layouts.TOP]):
                if is_one(row, aliases):
                    return _read(rows, place, first, form)
    raise FileRefusedError(form.unrecognised)


def _read(rows: list[Any], place: int, first: int, form: Form) -> dict[str, Any]:
    layout = layouts.understand(rows[place], form.aliases(), number=first + place)
    for field in form.needs:
        if field not in layout.found:
            raise FileRefusedError(f"表里没有“{form.headings[field][0]}”这一列")
    found: dict[str, Any] = {"rows": [], "all": 0, "blank": 0, "remarks": 0, "unknown": layout.unknown}
    for number, row in enumerate(rows[place + 1 :], first + place + 1):
        cells = [_text(cell) for cell in row]
        found["all"] += 1
        if not any(cells):
            found["blank"] += 1
        elif layouts.is_remark(cells):
            found["remarks"] += 1
        else:
            said = {column.field: cells[column.index] for column in layout.columns if column.index < len(cells)}
            found["rows"].append([number, said])
    return found


def _text(cell: Any) -> str:
    """A cell as text: days are ISO, whole numbers have no decimals."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())[:400]


def _limit() -> None:
    """Memory and processor time of this process, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * LIMITS.memory, 2 * LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(LIMITS.seconds), int(LIMITS.seconds) + 1))


def _chunks() -> Iterator[bytes]:
    while piece := sys.stdin.buffer.read(MEGABYTE):
        yield piece


def main(form: str, name: str) -> int:
    """See the module."""
    _limit()
    try:
        json.dump(read(b"".join(_chunks()), Form.from_text(form), name), sys.stdout, ensure_ascii=True)
    except FileRefusedError as refusal:
        json.dump({"refused": str(refusal)}, sys.stdout, ensure_ascii=True)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
