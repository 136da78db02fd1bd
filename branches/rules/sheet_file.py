"""Reading the workbooks of branches: bytes on standard input, rows as JSON on standard output. Pure, and a process of its own.

A hostile or broken workbook can take any amount of time and memory (see `coverage.reading.parse`); these are small, so
their limits are narrow. `python -m branches.rules.sheet_file FORM NAME` ends with 0 and {"rows": …}, or with 3 and a sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


FORMS = {
    "members": Form(
        {
            "name": ("姓名", "党员姓名"),
            "standing": ("党员类别", "类别", "党员身份", "人员类别"),
            "relation": ("组织关系", "组织关系情况"),
            "home_unit": ("组织关系所在单位", "组织关系所在党支部", "原单位", "原党支部"),
            "phone": ("电话", "联系电话", "手机", "手机号", "手机号码"),
            "since": ("编入日期", "进入支部日期", "转入日期", "进入本支部日期"),
        },
        ("序号", "备注", "工作单位", "职务", "性别", "民族", "学历"),
        ("name",),
        "没有认出表头。表头要有“姓名”“党员类别”“组织关系”这几列，用空白名册填最省事",
    ),
    "committees": Form(
        {
            "organisation": ("党组织", "党组织名称", "党支部", "党支部名称", "支部名称", "所在党组织"),
            "role": ("职务", "党内职务", "班子职务", "席位"),
            "name": ("姓名", "成员姓名", "班子成员"),
            "also": ("兼", "兼任", "兼任职务"),
            "origin": ("来源", "人员来源"),
            "unit": ("原单位", "原单位或所在党组织", "所在单位", "来自"),
            "until": ("下沉至", "下沉到", "下沉期限"),
            "since": ("到任日期", "任职日期", "任职时间"),
            "elected_on": ("选举日期", "本届选举日期", "换届日期", "换届时间"),
            "how": ("产生方式",),
            "number": ("届次",),
        },
        ("序号", "备注", "类别", "网格", "任期届满", "应换届日期", "性别", "联系电话", "电话"),
        ("organisation", "role", "name"),
        "没有认出表头。表头要有“党组织”“职务”“姓名”这几列，用空白班子表填最省事",
    ),
}


def read(content: bytes, form: Form, name: str) -> dict[str, Any]:
    """{"rows": [[line, {field: text}], …], "all": rows below the header, "blank", "remarks": how many of those are
    skipped, "unknown": headings nobody knows}. Raises `FileRefusedError`."""
    aliases = form.aliases()
    book = readers.open_book(content, name=name, limits=LIMITS)
    for sheet in book.sheets:
        if sheet.is_hidden:
            continue
        rows = list(sheet.rows())
        for place, row in enumerate(rows[: layouts.TOP]):
            if layouts.is_header(row, aliases):
                return _read(rows, place, sheet.first, form)
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
    return " ".join(str(cell).split())[:200]


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
        json.dump(read(b"".join(_chunks()), FORMS[form], name), sys.stdout, ensure_ascii=True)
    except FileRefusedError as refusal:
        json.dump({"refused": str(refusal)}, sys.stdout, ensure_ascii=True)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
