"""Pairs of workbooks of which it is known what changed: an old one, and a new one made from it line by line."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from coverage.matching import codes
from tests.comparison import books

HEADINGS = [
    "序号",
    "统一社会信用代码",
    "企业名称",
    "法定代表人",
    "登记状态",
    "住所",
    "成立日期",
    "从业人数",
    "楼长",
    "备注",
]
# Other words for the same columns, in another order, as a department that changed its program sends them.
RENAMED = [
    "企业名称（字号名称）",
    "主体代码",
    "经营者",
    "注册地址",
    "企业状态",
    "注册日期",
    "楼长",
    "备注",
    "参保人数",
    "序号",
]
ORDER = [2, 1, 3, 5, 4, 6, 8, 9, 7, 0]
CODE, NAME, PERSON, STATUS, ADDRESS, FOUNDED, STAFF, KEEPER, NOTE = range(1, 10)


def row(number: int) -> list[Any]:
    return [
        number, books.code(number), f"甲乙丙{number}（示例）商贸有限公司", f"吴己{'一二三四五六七八九'[number % 9]}", "存续",
        f"上海市静安区望桥路{number}号{number % 7 + 1}层", f"2020-01-{number % 28 + 1:02d}", str(number % 50 + 1), "试某", f"备注{number}",
    ]  # fmt: skip


def noisy(cells: list[Any], draw: random.Random) -> list[Any]:
    """The same facts in another notation."""
    cells = list(cells)
    cells[NAME] = cells[NAME].replace("（", "(").replace("）", ")")
    cells[STATUS] = draw.choice(["开业", "存续（在营、开业、在册）", "1"])
    cells[ADDRESS] = cells[ADDRESS].removeprefix("上海市静安区").replace("层", draw.choice(["楼", "F", "层"]))
    year, month, day = cells[FOUNDED].split("-")
    cells[FOUNDED] = draw.choice(
        [f"{year}/{int(month)}/{int(day)}", f"{year}年{int(month)}月{int(day)}日", f"{year}{month}{day}"]
    )
    cells[CODE] = draw.choice([cells[CODE].lower(), f"{cells[CODE]}\t", f"'{cells[CODE]}"])
    cells[NOTE] = cells[NOTE].replace("备注", "备 注")
    cells[STAFF] = draw.choice([f"{cells[STAFF]}人", f"{cells[STAFF]}.0"])
    return cells


def damaged(code: str, draw: random.Random) -> str:
    """A code with one slip, or one that a table program turned into a number."""
    place = draw.randrange(8, 17)
    while True:
        slip = draw.choice(["wrong", "swapped", "lost", "doubled"])
        if slip == "lost":
            return code[:place] + code[place + 1 :]
        if slip == "doubled":
            return code[:place] + code[place] + code[place:]
        if slip == "swapped":
            found = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        else:
            found = code[:place] + draw.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") + code[place + 1 :]
        if found != code and not codes.checksum_holds(found):
            return found


CHANGES = {
    NAME: "天干（示例）科技有限公司",
    PERSON: "孙丙六",
    STATUS: "注销",
    ADDRESS: "清波路9号",
    STAFF: "99",
    KEEPER: "另某",
    NOTE: "改了",
}
FIELDS = {NAME: "name", PERSON: "legal_person", STATUS: "registration_status", ADDRESS: "address", STAFF: "headcount"}


@dataclass
class Truth:
    """What changed, by number of the entity. Lines are found by `old_line` and `new_line`."""

    unchanged: set[int] = field(default_factory=set)
    format_only: set[int] = field(default_factory=set)
    changed: dict[int, int] = field(default_factory=dict)  # entity → place of the changed cell
    gone: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    damaged: dict[int, str] = field(default_factory=dict)  # entity → code as written in the new workbook
    twice: int = 0
    refused: int = 0
    old_line: dict[int, int] = field(default_factory=dict)
    new_line: dict[int, int] = field(default_factory=dict)


def pair(count: int, seed: int) -> tuple[list[list[Any]], list[list[Any]], Truth]:
    """Rows of both workbooks in the order of `HEADINGS`, without headings, and what is true of them."""
    draw, truth = random.Random(seed), Truth()
    old = [row(number) for number in range(1, count + 1)]
    kept: list[tuple[int, list[Any]]] = []
    for number in range(1, count + 1):
        cells = row(number)
        fate = draw.random()
        if fate < 0.05:
            truth.gone.add(number)
            continue
        if fate < 0.1:
            truth.damaged[number] = cells[CODE] = damaged(cells[CODE], draw)
        elif fate < 0.2:
            place = draw.choice(list(CHANGES))
            cells[place] = CHANGES[place]
            truth.changed[number] = place
        elif fate < 0.5:
            cells = noisy(cells, draw)
            truth.format_only.add(number)
        else:
            truth.unchanged.add(number)
        kept.append((number, cells))
    for number in range(count + 1, count + 1 + count // 20):
        kept.append((number, row(number)))
        truth.new.add(number)
    draw.shuffle(kept)
    new = [[place, *cells[1:]] for place, (_, cells) in enumerate(kept, 1)]
    truth.old_line = {number: number + 1 for number in range(1, count + 1)}
    truth.new_line = {number: line for line, (number, _) in enumerate(kept, 2)}
    alone = next(cells for number, cells in kept if number in truth.unchanged)
    new += [["", *alone[1:]], ["", "", "", "某人", "存续", "", "", "", "", ""]]
    truth.twice = truth.refused = 1
    return old, new, truth
