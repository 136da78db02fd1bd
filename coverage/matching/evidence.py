"""What speaks for and against a row of a workbook being an entity of the registry, in words a person can weigh.

Points only order the candidates of one row; nothing is decided by them.
"""

from __future__ import annotations

from dataclasses import dataclass

from coverage.matching import codes, names
from shimen.territory import addresses

FOR, AGAINST, SILENT = "for", "against", "silent"

SLIPS = {
    "wrong": "代码只差一位",
    "swapped": "代码有两位写颠倒",
    "lost": "代码少抄了一位",
    "doubled": "代码多抄了一位",
    "lookalike": "代码里的字母和数字写混了",
}


@dataclass(frozen=True, slots=True)
class Known:
    """An entity as far as matching needs it; texts are canonical."""

    id: str
    code: str
    organisation_code: str
    old_number: str
    name: str
    legal_person: str
    address: str


@dataclass(frozen=True, slots=True)
class Written:
    """A row of a workbook; texts as they were written."""

    line: int
    code: str
    old_number: str = ""
    period: str = ""
    name: str = ""
    legal_person: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing compared: a sentence, which way it speaks, and its points."""

    sentence: str
    tone: str
    points: int = 0


def weigh(row: Written, known: Known, *, slip: str = "") -> tuple[int, tuple[Reason, ...]]:
    """Points and reasons for `row` being `known`; `slip` names how the written code differs, '' if that is unknown."""
    reasons = [
        reason
        for reason in (_code(row, known, slip), _name(row, known), _address(row, known), _person(row, known))
        if reason is not None
    ]
    return min(99, sum(reason.points for reason in reasons)), tuple(reasons)


def _code(row: Written, known: Known, slip: str) -> Reason | None:
    written = codes.normalise(row.code)
    if slip:
        return Reason(SLIPS[slip], FOR, 35)
    if written and written == known.code:
        return Reason("统一代码相同", FOR, 45)
    old = codes.normalise(row.old_number) or written
    if known.old_number and old == known.old_number:
        return Reason("旧注册号相同", FOR, 40)
    body = codes.organisation_code(written) or codes.organisation_code(old)
    if body and body == known.organisation_code:
        return Reason("代码里的组织机构代码相同", FOR, 30)
    if codes.kind(written) is codes.Kind.CREDIT and known.code:
        return Reason(f"统一代码不同：{known.code}", AGAINST)
    return None


def _name(row: Written, known: Known) -> Reason | None:
    written = names.canonical(row.name)
    if not written:
        return None
    if written == known.name:
        return Reason("名称相同", FOR, 30)
    if names.reported_under_parent(known.name, written):
        return Reason(f"表里名称多出“{names.branch_tail(written)}”，像是分支机构", AGAINST)
    if names.loose(written) == names.loose(known.name):
        return Reason("名称去掉括号后相同", FOR, 24)
    return Reason(f"名称不同：{known.name}", AGAINST)


def _address(row: Written, known: Known) -> Reason | None:
    written = addresses.parse(row.address)
    if not written.text or not known.address:
        return None
    stored = addresses.parse(known.address)
    if written.text == stored.text:
        return Reason("地址相同", FOR, 15)
    if written.key and written.key == stored.key:
        return Reason(f"同一处：{stored.key}", FOR, 12)
    if written.door and written.door == stored.door:
        return Reason(f"同一门牌：{stored.door}", FOR, 8)
    if written.road and written.road == stored.road and written.lane and written.lane == stored.lane:
        return Reason(f"同一弄：{stored.road}{stored.lane}弄", FOR, 4)
    return Reason(f"地址不同：{known.address}", AGAINST)


def _person(row: Written, known: Known) -> Reason | None:
    agree = names.persons_agree(row.legal_person, known.legal_person)
    if agree is None:
        return Reason("没有写法定代表人，无从核对", SILENT) if known.legal_person else None
    if agree:
        return Reason(f"法定代表人同为{known.legal_person}", FOR, 10)
    return Reason(f"法定代表人不同：{known.legal_person}", AGAINST)
