"""The tax office's CSV and the social insurance's sheet: fewer columns, headcounts, their own words. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from coverage.trial import words
from coverage.trial.workbooks import market, noise
from coverage.trial.workbooks.rows import Held, Row, Sheet, deal, doubled

TAX_COLUMNS = (
    ("序号", "number"),
    ("统一社会信用代码/纳税人识别号", "code"),
    ("户名", "name"),
    ("税务登记日期", "taxed_on"),
    ("纳税人状态", "registration_status"),
    ("主管税务机关", "office"),
    ("生产经营地址", "address"),
    ("从业人数", "headcount"),
    ("联系电话", "phone"),
)
SOCIAL_COLUMNS = (
    ("单位编码", "number"),
    ("单位名称", "name"),
    ("统一社会信用代码", "code"),
    ("缴费人数", "headcount"),
    ("所属年月", "period"),
    ("行业", "industry"),
    ("所处街道", "street"),
    ("当前状态", "registration_status"),
)


def _headcount(one: Held, chance: random.Random) -> str:
    """Another number of people than the registry's."""
    step = max(1, round(one.headcount * 0.2))
    return str(one.headcount + chance.choice((1, 2)) * step)


# ---- 税务


def tax(held: Sequence[Held], *, seed: int, on: dt.date) -> Sheet:
    """Enterprises that pay taxes."""
    chance = random.Random(f"{seed} tax")
    firms = [one for one in held if one.kind == "enterprise"]
    parts = deal(
        [one for one in firms if one.registration_status == "1"],
        chance,
        gone=15,
        people=60,
        phones=14,
        closed=6,
        slips=7,
        codeless=5,
    )
    rest = [*parts["rest"], *(one for one in firms if one.registration_status != "1")]
    rows = [Row("same", _tax_cells(one, chance)) for one in rest]
    rows += [
        Row("changed", _tax_cells(one, chance, headcount=_headcount(one, chance)), fields=1) for one in parts["people"]
    ]
    rows += [Row("changed", _tax_cells(one, chance, phone=_other_phone(one)), fields=1) for one in parts["phones"]]
    rows += [
        Row("changed", _tax_cells(one, chance, registration_status="清税注销"), fields=1) for one in parts["closed"]
    ]
    rows += [Row("repaired", _tax_cells(one, chance, code=market.slipped(one.code, chance))) for one in parts["slips"]]
    rows += [Row("doubt", _tax_cells(one, chance, code="")) for one in parts["codeless"]]
    for row in market.new(held, 18, chance, on)[::2]:
        rows.append(
            Row(
                "new",
                {key: row.cells.get(key, "") for _, key in TAX_COLUMNS}
                | {"registration_status": "正常", "headcount": "3"},
            )
        )
    chance.shuffle(rows)
    made = doubled(rows, 9, chance)
    for number, row in enumerate(made, 1):
        row.cells["number"] = str(number)
    return Sheet(made, gone=len(parts["gone"]))


def _tax_cells(one: Held, chance: random.Random, **instead: str) -> dict[str, str]:
    status = {"1": "正常", "2": "吊销", "4": "注销户", "6": "迁出"}.get(
        one.registration_status, one.registration_status
    )
    day = one.established_on or dt.date(2020, 1, 1)
    return {
        "code": f"{one.code}\t",
        "name": noise.name(one.name, chance) if chance.random() < 0.2 else one.name,
        "taxed_on": noise.date(day + dt.timedelta(days=chance.randint(5, 60)), chance),
        "registration_status": status,
        "office": "示例区税务局第一税务所",
        "address": noise.address(one.address, chance) if one.address else "-",
        "headcount": noise.count(one.headcount, chance),
        "phone": noise.phone(one.phone, chance) if one.phone else "",
    } | instead


def _other_phone(one: Held) -> str:
    """A number one off the known one: still one that nobody has."""
    number = one.phone or f"{words.PHONE_HEAD}0000"
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


# ---- 人社


def social(held: Sequence[Held], *, seed: int, months: tuple[str, str]) -> tuple[Sheet, Sheet]:
    """Insured people per unit and month: enterprises, and below them social organisations under headings of their own.

    Some units stand there for the month before, too; that line says nothing any more.
    """
    chance = random.Random(f"{seed} social")
    listed = [one for one in held if one.registration_status == "1"]
    firms = [one for one in listed if one.kind == "enterprise"]
    parts = deal(firms, chance, gone=12, people=88, slips=5, mangled=4)
    rows = [Row("same", _social_cells(one, chance, months[1])) for one in parts["rest"]]
    rows += [
        Row("changed", _social_cells(one, chance, months[1], headcount=_headcount(one, chance)), fields=1)
        for one in parts["people"]
    ]
    rows += [
        Row("repaired", _social_cells(one, chance, months[1], code=market.slipped(one.code, chance)))
        for one in parts["slips"]
    ]
    rows += [
        Row("doubt", _social_cells(one, chance, months[1], code=noise.mangled(one.code))) for one in parts["mangled"]
    ]
    earlier = chance.sample(parts["rest"], 120)
    rows += [
        Row("duplicate", _social_cells(one, chance, months[0], headcount=_headcount(one, chance))) for one in earlier
    ]
    chance.shuffle(rows)
    others = [Row("same", _social_cells(one, chance, months[1])) for one in listed if one.kind == "social"]
    return Sheet(rows, gone=len(parts["gone"])), Sheet(others)


def _social_cells(one: Held, chance: random.Random, month: str, **instead: str) -> dict[str, str]:
    return {
        "number": f"SB{chance.randrange(10**8):08}",
        "name": noise.name(one.name, chance) if chance.random() < 0.3 else one.name,
        "code": noise.code(one.code, chance) if chance.random() < 0.3 else one.code,
        "headcount": noise.count(one.headcount, chance),
        "period": month,
        "industry": one.industry_label,
        "street": "示例街道",
        "registration_status": "参保",
    } | instead
