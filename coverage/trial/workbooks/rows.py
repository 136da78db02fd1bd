"""A workbook's rows before they are written: what stands in them, and what should be found of each. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

KINDS = ("same", "changed", "new", "repaired", "doubt", "duplicate", "refused")
TITLES = {
    "same": "一致",
    "changed": "变更",
    "new": "新增",
    "repaired": "代码写错、已认出",
    "doubt": "待确认",
    "duplicate": "重复",
    "refused": "拒收",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the registry holds of an entity, in its canonical form ('' for nothing)."""

    code: str
    name: str
    kind: str
    legal_person: str
    registration_status: str
    industry_code: str
    industry: str
    industry_label: str
    scope: str
    address: str
    established_on: dt.date | None
    capital: str
    headcount: int
    phone: str


@dataclass(slots=True)
class Row:
    """One line of a sheet: `cells` by field; `kind` is what should be found; `fields` how many facts differ, `unread`
    how many cells cannot be read."""

    kind: str
    cells: dict[str, str]
    fields: int = 0
    unread: int = 0


@dataclass(slots=True)
class Sheet:
    """All rows of a workbook in their order, and how many entities of the registry it leaves out."""

    rows: list[Row] = field(default_factory=list)
    gone: int = 0

    def counts(self) -> dict[str, int]:
        """What comparing should count, under the names that the product uses."""
        kinds = Counter(row.kind for row in self.rows)
        return {
            "rows": len(self.rows),
            **{kind: kinds[kind] for kind in KINDS},
            "gone": self.gone,
            "fields_changed": sum(row.fields for row in self.rows),
            "cells_refused": sum(row.unread for row in self.rows),
        }


def doubled(rows: list[Row], count: int, chance: random.Random) -> list[Row]:
    """`rows` with `count` of them written a second time further down, to the letter."""
    made = list(rows)
    plain = [row for row in rows if row.kind in {"same", "changed", "new"}]
    for row in chance.sample(plain, count):
        after = next(at for at, one in enumerate(made) if one is row)
        twin = replace(row, kind="duplicate", fields=0, unread=0, cells=dict(row.cells))
        made.insert(chance.randint(after + 1, len(made)), twin)
    return made


def deal(held: Iterable[Held], chance: random.Random, **shares: int) -> dict[str, list[Held]]:
    """Hand out entities to the parts named, `shares` of them each, without any twice; "rest" are the others."""
    left = list(held)
    chance.shuffle(left)
    dealt: dict[str, list[Held]] = {}
    for name, share in shares.items():
        dealt[name], left = left[:share], left[share:]
    dealt["rest"] = left
    return dealt
