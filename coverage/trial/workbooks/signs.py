"""The urban management's filing of shop signs: a department that the product does not know, with headings of its own. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from coverage.trial import words
from coverage.trial.workbooks import market, noise
from coverage.trial.workbooks.rows import Held, Row, Sheet, deal, doubled

# Groups over their parts ('' where a heading stands alone), the key of the cell, and the field that it stands for.
COLUMNS = (
    ("备案号", "", "number", ""),
    ("店铺", "主体身份号", "code", "code"),
    ("店铺", "名头", "name", "name"),
    ("掌柜", "姓名", "legal_person", "legal_person"),
    ("掌柜", "联络", "phone", "phone"),
    ("门牌", "", "address", "address"),
    ("开门日子", "", "established_on", "established_on"),
    ("片长意见", "", "opinion", ""),
)
SHOPS, CHANGED, PHONES, SLIPS, CODELESS, NEW, TWINS = 160, 14, 6, 4, 3, 8, 5
_EPOCH = dt.date(1899, 12, 30)


def answer() -> dict[str, str]:
    """What each heading stands for, as the product names the columns of two rows; '' = not read."""
    return {f"{group}/{part}" if part else group: field for group, part, _, field in COLUMNS}


def sheet(held: Sequence[Held], *, seed: int, on: dt.date) -> Sheet:
    """Some of the street's shops; nobody is missing, because the department has declared nothing."""
    chance = random.Random(f"{seed} signs")
    shops = [one for one in held if one.kind == "sole_trader" and one.registration_status == "1" and _has_a_door(one)]
    chosen = chance.sample(shops, min(SHOPS, len(shops)))
    parts = deal(chosen, chance, changed=CHANGED, phones=PHONES, slips=SLIPS, codeless=CODELESS)
    rows = [Row("same", _cells(one, chance)) for one in parts["rest"]]
    rows += [
        Row("changed", _cells(one, chance, legal_person=_other(one, chance)), fields=1) for one in parts["changed"]
    ]
    rows += [Row("changed", _cells(one, chance, phone=_number(one)), fields=1) for one in parts["phones"]]
    rows += [Row("repaired", _cells(one, chance, code=market.slipped(one.code, chance))) for one in parts["slips"]]
    rows += [Row("doubt", _cells(one, chance, code="")) for one in parts["codeless"]]
    rows += [_new(row, chance, on) for row in market.new(held, 2 * NEW, chance, on)[1::2]]
    chance.shuffle(rows)
    made = doubled(rows, TWINS, chance)
    for number, row in enumerate(made, 1):
        row.cells["number"] = f"店招{on:%y}{number:04}" if row.kind != "duplicate" else row.cells["number"]
    return Sheet(made)


def _has_a_door(one: Held) -> bool:
    return bool(one.address) and not one.address.endswith("室")


def _cells(one: Held, chance: random.Random, **instead: str) -> dict[str, str]:
    return {
        "number": "",
        "code": noise.code(one.code, chance) if chance.random() < 0.2 else one.code,
        "name": noise.name(one.name, chance) if chance.random() < 0.2 else one.name,
        "legal_person": one.legal_person,
        "phone": noise.phone(one.phone, chance) if one.phone else "",
        "address": noise.address(one.address, chance),
        "established_on": _day(one.established_on, chance) if one.established_on else "",
        "opinion": chance.choice(("同意", "同意", "同意", "整改后同意")),
    } | instead


def _day(day: dt.date, chance: random.Random) -> str:
    """A day in one of the usual notations, or as the number that a spreadsheet keeps."""
    return str((day - _EPOCH).days) if chance.random() < 0.25 else noise.date(day, chance)


def _other(one: Held, chance: random.Random) -> str:
    return next(name for name in iter(lambda: words.person(chance), "") if name != one.legal_person)


def _number(one: Held) -> str:
    """A number that differs from the known one and that nobody has."""
    number = one.phone or f"{words.PHONE_HEAD}0000"
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def _new(row: Row, chance: random.Random, on: dt.date) -> Row:
    cells = {key: row.cells.get(key, "") for _, _, key, _ in COLUMNS}
    day = _day(on - dt.timedelta(days=chance.randint(3, 40)), chance)
    return Row("new", cells | {"established_on": day, "opinion": "同意", "phone": ""})
