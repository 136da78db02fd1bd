"""Making the four workbooks from the registry as it stands, with what should be found in each beside it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path

from coverage.models import Entity
from coverage.reading import fields
from coverage.trial.workbooks import files, market, offices, signs
from coverage.trial.workbooks.rows import KINDS, TITLES, Held
from shimen.privacy.sealing import open_sealed
from shimen.territory.models import Street


@dataclass(frozen=True)
class Made:
    """A workbook: its file, the department that sends it, and what comparing should count.

    `columns` (heading → field, '' = not read) where nobody knows the department yet: its columns have to be told first.
    """

    name: str
    department: str
    as_of: dt.date
    content: bytes
    counts: dict[str, int]
    columns: dict[str, str] = field(default_factory=dict)

    def expectation(self) -> dict[str, object]:
        """What stands in the `.expect.json` beside the file."""
        return {
            "file": self.name,
            "department": self.department,
            "as_of": self.as_of.isoformat(),
            "counts": self.counts,
            **({"columns": self.columns} if self.columns else {}),
        }

    def in_words(self) -> str:
        """The same for a person who tries the import."""
        counts = self.counts
        parts = "".join(f"  {TITLES[kind]} {counts[kind]:,}\n" for kind in KINDS)
        return (
            f"{self.name}\n全部虚构，给第一次试用“数据比对”的人。\n\n"
            f"{self._way()}\n\n"
            f"比对以后应当看到（共 {counts['rows']:,} 行，各项相加正好）：\n{parts}"
            f"{self._missing()}"
            f"  改动落在 {counts['fields_changed']} 格上；{counts['cells_refused']} 格看不懂，没有采用，其余照收\n\n"
            "同一件事换了写法不算变更：全角半角、空格、括号、日期和金额的不同写法、地址前面带不带区和街道。\n"
        )

    def _way(self) -> str:
        if not self.columns:
            return f"怎么用：数据比对 → 上传表格 → 部门选对、数据截至 {self.as_of.isoformat()} → 等比对完成。"
        said = "\n".join(f"  {heading}  {fields.TITLES.get(key, '不读')}" for heading, key in self.columns.items())
        return (
            f"这个部门名册里还没有，表头也没有见过。怎么用：\n"
            f"  数据比对 → 登记一个部门（代码 {self.department}，名称 城管）→ 上传它的表，数据截至 {self.as_of.isoformat()}\n"
            f"  → 在“这些列是什么”看一眼猜得对不对 → 照此比对 → 应用。\n\n各列应当是：\n{said}"
        )

    def _missing(self) -> str:
        if self.columns:
            return "  没有疑似消失：登记部门时没有说它的名册覆盖哪些主体\n"
        return f"  另有 {self.counts['gone']} 家名册里有、表里没有（疑似消失，不会自动注销，交支部上门看）\n"


def held_by(street: Street) -> list[Held]:
    """The registry as plain values, in the order of codes. Telephone numbers are opened: these are nobody's."""
    return [_held(entity) for entity in Entity.objects.filter(street=street).listed().order_by("code", "pk")]


def _held(entity: Entity) -> Held:
    phone = ""
    if entity.phone_sealed:
        phone = open_sealed(bytes(entity.phone_sealed), table="coverage_entity", column="phone_sealed", row=entity.pk)
    return Held(
        code=entity.code,
        name=entity.name,
        kind=entity.kind,
        legal_person=entity.legal_person,
        registration_status=entity.registration_status,
        industry_code=entity.industry_code,
        industry=entity.industry,
        industry_label=entity.get_industry_display(),
        scope=entity.scope,
        address=entity.address,
        established_on=entity.established_on,
        capital=f"{entity.capital:.4f}" if entity.capital is not None else "",
        headcount=entity.headcount or 0,
        phone=phone,
    )


def make(street: Street, *, seed: int, on: dt.date) -> list[Made]:
    """The four workbooks for a street and a day."""
    held = held_by(street)
    half = "上" if on.day <= 15 else "下"
    return [
        _market(held, seed, on, f"{on:%Y%m}{half}"),
        _tax(held, seed, on),
        _social(held, seed, on),
        _signs(held, seed, on),
    ]


def _market(held: list[Held], seed: int, on: dt.date, half: str) -> Made:
    sheet = market.sheet(held, seed=seed, on=on)
    titles = ("示例区市场监督管理局市场主体名册", f"填报日期：{on.year}年{on.month}月{on.day}日    数据范围：示例街道")
    content = files.market_xlsx(sheet.rows, market.COLUMNS, titles=titles, maker="填表人：示例    复核人：示例")
    return Made(f"市监主体名册_{half}.xlsx", "market", on, content, sheet.counts())


def _tax(held: list[Held], seed: int, on: dt.date) -> Made:
    sheet = offices.tax(held, seed=seed, on=on)
    content = files.tax_csv(sheet.rows, offices.TAX_COLUMNS)
    return Made(f"税务纳税人_{on:%Y%m}.csv", "tax", on, content, sheet.counts())


def _social(held: list[Held], seed: int, on: dt.date) -> Made:
    last = on.replace(day=1) - dt.timedelta(days=1)
    before = last.replace(day=1) - dt.timedelta(days=1)
    firms, others = offices.social(held, seed=seed, months=(f"{before:%Y%m}", f"{last:%Y%m}"))
    content = files.social_xlsx(firms.rows, others.rows, offices.SOCIAL_COLUMNS, title="示例街道参保单位情况表")
    one, other = firms.counts(), others.counts()
    counts = {key: one[key] + other[key] for key in one}
    return Made(f"人社参保单位_{last:%Y%m}.xlsx", "social", on, content, counts)


def _signs(held: list[Held], seed: int, on: dt.date) -> Made:
    sheet = signs.sheet(held, seed=seed, on=on)
    titles = ("示例区城市管理局店招备案表", f"填报日期：{on.year}年{on.month}月{on.day}日")
    content = files.signs_xlsx(sheet.rows, signs.COLUMNS, titles=titles)
    return Made(f"城管店招备案_{on:%Y%m}.xlsx", "chengguan", on, content, sheet.counts(), signs.answer())


def write(street: Street, folder: Path, *, seed: int, on: dt.date) -> list[Made]:
    """Write each workbook with its `.expect.json` and its explanation into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = make(street, seed=seed, on=on)
    for one in made:
        (folder / one.name).write_bytes(one.content)
        expectation = json.dumps(one.expectation(), ensure_ascii=False, indent=1)
        (folder / f"{one.name}.expect.json").write_text(expectation, "utf-8")
        (folder / f"{one.name}.说明.txt").write_text(one.in_words(), "utf-8")
    return made
