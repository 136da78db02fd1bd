"""The facts that the registry keeps of an entity: their names, how each is read, and how each stands as text. Pure.

A fact has one canonical text ('' for nothing): what `EntitySource.value`, `Difference.old` and history compare.
`read` makes it of what somebody wrote; `parse` makes of it what the column holds. A telephone number's text is its mask
and the hex of its index ("199****0017 9f86…"): equal numbers have equal texts and nothing can be read from them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from coverage.matching import codes, names, values
from shimen.territory import addresses

_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?")


class Shape(StrEnum):
    """What the column holds."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"
    FLAG = "flag"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `read` raises `values.UnreadableError`; `longest` is in characters of canonical text."""

    key: str
    label: str
    shape: Shape
    read: Callable[[str], str]
    longest: int
    is_required: bool = False


def _flag(raw: str) -> str:
    return "1" if raw.strip() in {"1", "是", "true", "True", "on"} else ""


FACTS: tuple[Fact, ...] = (
    Fact("code", "统一代码", Shape.TEXT, codes.normalise, 18),
    Fact("old_number", "旧注册号", Shape.TEXT, codes.normalise, 20),
    Fact("name", "名称", Shape.TEXT, names.canonical, 160, is_required=True),
    Fact("trade_sign", "招牌", Shape.TEXT, names.canonical, 80),
    Fact("kind", "类型", Shape.CHOICE, values.kind, 12, is_required=True),
    Fact("legal_person", "经营者", Shape.TEXT, names.person, 80),
    Fact("registration_status", "登记状态", Shape.CHOICE, values.status, 1, is_required=True),
    Fact("is_suspended", "歇业", Shape.FLAG, _flag, 1),
    Fact("is_irregular", "列入经营异常", Shape.FLAG, _flag, 1),
    Fact("address", "经营地址", Shape.TEXT, addresses.canonical, 200),
    Fact("industry", "行业门类", Shape.CHOICE, values.industry, 1),
    Fact("industry_code", "行业代码", Shape.TEXT, values.industry_code, 6),
    Fact("scope", "经营范围", Shape.TEXT, values.text, 4000),
    Fact("established_on", "成立日期", Shape.DATE, values.iso_date, 10),
    Fact("capital", "注册资本（万元）", Shape.AMOUNT, values.money, 22),
    Fact("headcount", "从业人数", Shape.COUNT, values.count, 7),
    Fact("phone", "联系电话", Shape.PHONE, str.strip, 40),
    Fact("opening_hours", "营业时间", Shape.TEXT, values.plain, 60),
)
BY_KEY = {fact.key: fact for fact in FACTS}
# What is known of an entity but not read from a cell.
LABELS = {fact.key: fact.label for fact in FACTS} | {
    "presence": "实地情况",
    "place": "地点",
    "area": "网格",
    "removed_at": "移出名册",
    "removed_reason": "移出原因",
    "missing_since": "部门名册中不再出现",
    "phone_mask": "联系电话",
    "presence_on": "实地情况截至",
}


def read(key: str, raw: object, *, choices: frozenset[str] = frozenset()) -> str:
    """The canonical text of what was written or chosen for a fact. Raises `values.UnreadableError` with a sentence."""
    fact = BY_KEY[key]
    written = as_text(raw)
    if written in choices:
        return written
    text = fact.read(written) if written else ""
    if choices and text and text not in choices:
        raise values.UnreadableError(f"没有“{written[:20]}”这一种{fact.label}")
    if len(text) > fact.longest:
        raise values.UnreadableError(f"{fact.label}最多 {fact.longest} 个字，现在 {len(text)} 个")
    if fact.is_required and not text:
        raise values.UnreadableError(f"{fact.label}不能为空")
    return text


def as_text(value: object) -> str:
    """What a column holds as canonical text: dates ISO, amounts with four decimals, flags 1 or ''."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    return str(value)


def parse(key: str, text: str) -> Any:
    """What the column of a fact holds for its canonical text (not for phones, whose text cannot be opened)."""
    match BY_KEY[key].shape:
        case Shape.DATE:
            return dt.date.fromisoformat(text) if text else None
        case Shape.AMOUNT:
            return Decimal(text) if text else None
        case Shape.COUNT:
            return int(text) if text else None
        case Shape.FLAG:
            return text == "1"
        case _:
            return text


def phone_text(mask: str, index: bytes | memoryview | None) -> str:
    """The canonical text of a sealed number."""
    return f"{mask} {bytes(index).hex()}" if index else ""


def shown(key: str, text: str) -> str:
    """Canonical text as people read it; choices are worded by the model, not here."""
    fact = BY_KEY.get(key)
    if fact is None or not text:
        return text
    if fact.shape is Shape.PHONE:
        return text.partition(" ")[0]
    if fact.shape is Shape.FLAG:
        return "是"
    if fact.shape is Shape.AMOUNT and _AMOUNT.fullmatch(text):  # a cell that could not be read stands as it was written
        return f"{Decimal(text):,.4f}".rstrip("0").rstrip(".")
    return addresses.spaced(text) if key == "address" else text


def derived(changed: dict[str, str]) -> dict[str, str]:
    """The key columns that follow from changed facts: organisation code, name key, address key, section of industry."""
    found: dict[str, str] = {}
    if "code" in changed:
        found["organisation_code"] = codes.organisation_code(changed["code"])
    if "name" in changed:
        found["name_key"] = names.canonical(changed["name"])
    if "address" in changed:
        found["address_key"] = addresses.key(changed["address"])[:120]
    if changed.get("industry_code") and "industry" not in changed:
        found["industry"] = changed["industry_code"][:1]
    return found


def code_warning(code: str) -> str:
    """What is odd about a code, '' for nothing. A warning, never a rejection: real early codes fail the standard."""
    kind = codes.kind(code)
    if kind is codes.Kind.EMPTY:
        return ""
    if kind is codes.Kind.MANGLED:
        return "这个代码被表格软件改成了数字，后几位已丢失，请照执照重填。"
    if kind in {codes.Kind.REGISTRATION, codes.Kind.ORGANISATION, codes.Kind.TAX}:
        return f"这是 {len(code)} 位的旧号，不是 18 位统一代码；查到新代码后再更正。"
    if len(code) != codes.LENGTH:
        return f"应为 18 位，现在 {len(code)} 位。"
    if kind is not codes.Kind.CREDIT or not codes.checksum_holds(code):
        return "校验位不符，可能抄错一位。请对照执照。"
    return ""
