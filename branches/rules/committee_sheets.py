"""Committees as a workbook names them beside those in office: a new term, changes of the present one, or in doubt. Pure.

A line is a seat; the lines of one organisation are a block and are decided together. Nobody's seat ends because a sheet is
silent: a block that leaves somebody out is in doubt until a person says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from branches.rules.seats import CROSS, INSIDE, ROLES, SECONDED, WORDS
from coverage.matching import values

NEW, CHANGED, SAME, DOUBT, REFUSED = "new", "changed", "same", "doubt", "refused"
ORIGINS = {
    "本支部": INSIDE, "本支部党员": INSIDE, "内": INSIDE, "交叉任职": CROSS, "交叉": CROSS, "下沉": SECONDED, "下沉干部": SECONDED,
    "外": SECONDED,
}  # fmt: skip
VACANT = frozenset({"", "暂缺", "空缺", "缺", "空", "-", "无"})
_ROLES = {word: role for role, word in WORDS.items()} | {
    "支部书记": "secretary", "党支部书记": "secretary", "支部副书记": "deputy", "组织": "organiser", "宣传": "publicity",
    "纪检": "discipline", "统战": "united", "青年": "youth", "支部委员": "member", "支委": "member",
}  # fmt: skip
_SEPARATORS = str.maketrans(dict.fromkeys("，,；;/兼和 ", "、"))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet, read; `name` is empty for a seat left vacant, `origin` where the sheet does not say.
    `problem` is a sentence where it cannot be taken."""

    line: int
    organisation: str
    role: str
    name: str
    also: tuple[str, ...] = ()
    origin: str = ""
    unit: str = ""
    until: dt.date | None = None
    since: dt.date | None = None
    elected_on: dt.date | None = None
    how: str = "elected"
    number: int | None = None
    problem: str = ""

    @property
    def words(self) -> str:
        also = "、".join(WORDS[role] for role in self.also)
        return f"{WORDS.get(self.role, self.role)}{f'兼{also}' if also else ''}"


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one organisation, in their order."""

    organisation: str
    lines: tuple[Line, ...]

    @property
    def line(self) -> int:
        return self.lines[0].line

    @property
    def elected_on(self) -> dt.date | None:
        return next((line.elected_on for line in self.lines if line.elected_on), None)

    @property
    def problem(self) -> str:
        """What is wrong with the lines themselves; "" where nothing is."""
        for line in self.lines:
            if line.problem:
                return f"第 {line.line} 行：{line.problem}。"
        if len({line.elected_on for line in self.lines if line.elected_on}) > 1:
            return "写了两个选举日期。一个党组织只写现任的一届。"
        return ""

    def as_json(self) -> dict[str, Any]:
        """For a row of the database; `from_json` reads it back."""
        return {"organisation": self.organisation, "lines": [_plain(asdict(line)) for line in self.lines]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Block:
        return cls(told["organisation"], tuple(_line(each) for each in told["lines"]))


_DAYS = ("until", "since", "elected_on")


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    return line | {key: line[key].isoformat() if line[key] else None for key in _DAYS}


def _line(told: Mapping[str, Any]) -> Line:
    days = {key: dt.date.fromisoformat(told[key]) if told[key] else None for key in _DAYS}
    return Line(**{**told, **days, "also": tuple(told["also"])})


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat in office."""

    key: str
    role: str
    name: str
    also: tuple[str, ...] = ()
    unit: str = ""
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """What would be written, or why nothing is. `ends` are seats in office that end; `fills` lines that are put into
    seats; `changes` seats whose other facts differ, with their line. `left_out` are those who end without a successor."""

    kind: str
    reason: str = ""
    ends: tuple[HeldSeat, ...] = ()
    fills: tuple[Line, ...] = ()
    changes: tuple[tuple[HeldSeat, Line], ...] = ()
    left_out: tuple[HeldSeat, ...] = ()


# ---- reading


def read_line(line: int, cells: Mapping[str, str], today: dt.date) -> Line:
    """A row as `Line`."""
    name = cells.get("name", "").replace(" ", "")
    said, problem = cells.get("role", "").replace(" ", ""), ""
    words, _, behind = said.partition("兼")
    role = _ROLES.get(words, "")
    also, unknown = _also([*behind.split("、"), *cells.get("also", "").translate(_SEPARATORS).split("、")], role)
    days: dict[str, dt.date | None] = {}
    for key in _DAYS:
        try:
            days[key] = values.read_date(cells.get(key, ""))
        except values.UnreadableError as unread:
            days[key], problem = None, str(unread)
    origin = ORIGINS.get(cells.get("origin", "").strip(), "")
    if not cells.get("organisation", "").strip():
        problem = "没有写党组织"
    elif not role:
        problem = f"不认识的职务“{said[:12]}”，写书记、副书记、组织委员、宣传委员、纪检委员、统战委员、青年委员或委员"
    elif unknown:
        problem = f"不认识的兼任“{unknown[:12]}”"
    elif "*" in name:
        problem = "没有全名"
    elif cells.get("origin", "").strip() and not origin:
        problem = f"不认识的来源“{cells['origin'][:12]}”，写本支部党员、交叉任职或下沉干部"
    elif days["elected_on"] and days["elected_on"] > today:
        problem = "选举日期在今天以后"
    number = cells.get("number", "").strip("第届 ")
    return Line(
        line, cells.get("organisation", "").strip(), role, "" if name in VACANT else name, also, origin,
        cells.get("unit", "").strip(), **days, how="appointed" if "命" in cells.get("how", "") else "elected",
        number=int(number) if number.isdecimal() and 0 < int(number) < 100 else None, problem=problem,
    )  # fmt: skip


def _also(words: Iterable[str], role: str) -> tuple[tuple[str, ...], str]:
    found, unknown = set(), ""
    for word in (word.strip() for word in words):
        if word and word not in VACANT | {"不兼"}:
            also = _ROLES.get(word)
            found |= {also} if also else set()
            unknown = unknown or ("" if also else word)
    return tuple(each for each in ROLES if each in found - {role}), unknown


def blocks(lines: Iterable[Line]) -> list[Block]:
    """The lines by organisation, in the order of their first."""
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.organisation, []).append(line)
    return [Block(name, tuple(rows)) for name, rows in grouped.items()]


# ---- comparing


def compare(block: Block, elected_on: dt.date | None, held: Sequence[HeldSeat]) -> Steps:
    """A block beside the committee in office: the day of its election (None without one) and its seats."""
    if block.problem:
        return Steps(REFUSED, block.problem)
    said = block.elected_on
    if elected_on is None or (said is not None and said > elected_on):
        return Steps(NEW) if said else Steps(REFUSED, "还没有登记过班子。写上选举日期，任期从那一天起算。")
    if said is not None and said < elected_on:
        return Steps(REFUSED, f"写的选举日期早于在任的这一届（{elected_on.isoformat()}），是以前的班子。")
    return _changes(block, held)


def _changes(block: Block, held: Sequence[HeldSeat]) -> Steps:
    named = [line for line in block.lines if line.name]
    twice = [name for name, n in Counter(line.name for line in named).items() if n > 1]
    twice += [name for name, n in Counter(seat.name for seat in held).items() if n > 1]
    if twice:
        return Steps(REFUSED, f"有两个席位都写{twice[0]}，分不清。一个人在一个班子里只占一个席位。")
    known = {seat.name: seat for seat in held}
    fills, changes, stays = [], [], set()
    for line in named:
        seat = known.get(line.name)
        if seat is not None and seat.role == line.role:
            stays.add(seat.key)
            if differing(seat, line):
                changes.append((seat, line))
        else:
            fills.append(line)
    ends = [seat for seat in held if seat.key not in stays]
    roles, names = Counter(line.role for line in fills), {line.name for line in fills}
    left_out = []
    for seat in ends:
        if seat.name not in names and not roles[seat.role]:
            left_out.append(seat)
        roles[seat.role] -= 1 if roles[seat.role] else 0
    if undated := next((line for line in fills if line.since is None), None):
        return Steps(REFUSED, f"第 {undated.line} 行：{undated.name}不在这个席位上，补选要写到任日期。")
    if not (fills or changes or ends):
        return Steps(SAME)
    reason = (
        f"表里没有{'、'.join(f'{s.name}（{WORDS[s.role]}）' for s in left_out)}，采用就是登记离任" if left_out else ""
    )
    kind = DOUBT if left_out else CHANGED
    return Steps(kind, reason, tuple(ends), tuple(fills), tuple(changes), tuple(left_out))


def differing(seat: HeldSeat, line: Line) -> tuple[str, ...]:
    """The facts in which a line says something else of a seat; a blank unit or day says nothing."""
    found = ["also"] if set(seat.also) != set(line.also) else []
    if line.unit and line.unit != seat.unit:
        found.append("unit")
    if line.until and line.until != seat.until:
        found.append("until")
    return tuple(found)
