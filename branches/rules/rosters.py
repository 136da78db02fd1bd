"""A roster as it was sent beside the members as they are kept: who is new, changed, not named any more, in doubt. Pure.

The number decides; without one a name that is there once on each side does. Anything else is in doubt and a person says
who it is: matching never guesses. Every row of the sheet ends in exactly one finding.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coverage.matching import values

STANDINGS = {
    "正式党员": "full",
    "正式": "full",
    "中共党员": "full",
    "党员": "full",
    "预备党员": "probationary",
    "预备": "probationary",
}
RELATIONS = {
    "本支部": "here", "组织关系在本支部": "here", "在册": "here", "流动": "floating", "流动党员": "floating",
    "流动党员，组织关系在外": "floating", "组织关系在外": "floating", "下沉": "seconded", "下沉编入": "seconded",
    "下沉编入，组织关系在原单位": "seconded",
}  # fmt: skip
SAME, NEW, CHANGED, GONE, DOUBT, DUPLICATE, REFUSED = "same", "new", "changed", "gone", "doubt", "duplicate", "refused"


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the sheet, read; `problem` is a sentence where it cannot be taken. `phone` is in its written form."""

    line: int
    name: str
    phone: str = ""
    standing: str = "full"
    relation: str = "here"
    home_unit: str = ""
    since: dt.date | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A member as kept, in the clear for as long as the comparison lasts."""

    key: str
    name: str
    phone: str
    standing: str
    relation: str
    home_unit: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a row (`said`), or of a member whom the sheet does not name (`said` None)."""

    kind: str
    said: Said | None = None
    held: Held | None = None
    fields: tuple[str, ...] = ()
    candidates: tuple[Held, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class _Sides:
    """Members still to be named, by number and by name."""

    held: dict[str, Held]
    by_phone: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> list[Held]:
        return [one for one in self.held.values() if one.name == name]


def read_row(line: int, cells: Mapping[str, str], phone: str | None, today: dt.date) -> Said:
    """A row as `Said`. `phone` is the number in its written form, None where it could not be read."""
    name = cells.get("name", "").replace(" ", "")
    standing = STANDINGS.get(cells.get("standing", "") or "正式党员", "")
    relation = RELATIONS.get(cells.get("relation", "") or "本支部", "")
    home_unit, since, problem = cells.get("home_unit", "").strip(), None, ""
    try:
        since = values.read_date(cells.get("since", ""))
    except values.UnreadableError as unread:
        problem = str(unread)
    if not name or "*" in name:
        problem = "没有全名"
    elif phone is None:
        problem = "电话看不出是号码"
    elif not standing:
        problem = f"不认识的党员类别“{cells.get('standing', '')[:12]}”，写正式党员或预备党员"
    elif not relation:
        problem = f"不认识的组织关系“{cells.get('relation', '')[:12]}”，写本支部、流动党员或下沉编入"
    elif relation != "here" and not home_unit:
        problem = "组织关系在外，要写组织关系所在单位"
    elif since is not None and since > today:
        problem = "编入日期在今天以后"
    return Said(
        line,
        name,
        phone or "",
        standing or "full",
        relation or "here",
        home_unit if relation != "here" else "",
        since,
        problem,
    )


def compare(rows: Sequence[Said], members: Sequence[Held], *, is_full: bool) -> list[Finding]:
    """One finding for every row, in their order, then one for every member whom a full roster does not name."""
    sides = _Sides({one.key: one for one in members}, {one.phone: one.key for one in members if one.phone})
    names = Counter(row.name for row in rows if not row.problem)
    seen: set[tuple[str, str]] = set()
    found: list[Finding] = []
    taken: set[str] = set()
    for row in rows:
        finding = _of(row, sides, names, seen)
        if finding.held is not None and finding.held.key in taken:
            finding = Finding(DUPLICATE, row, reason=f"和前面一行是同一位{row.name[:1]}姓党员")
        if finding.held is not None:
            taken.add(finding.held.key)
        taken.update(one.key for one in finding.candidates)
        seen.add((row.name, row.phone))
        found.append(finding)
    if is_full:
        found += [Finding(GONE, held=one) for one in members if one.key not in taken]
    return found


def _of(row: Said, sides: _Sides, names: Counter[str], seen: set[tuple[str, str]]) -> Finding:
    if row.problem:
        return Finding(REFUSED, row, reason=row.problem)
    if (row.name, row.phone) in seen:
        return Finding(DUPLICATE, row, reason="和前面一行重复")
    known = sides.by_phone.get(row.phone) if row.phone else None
    if known is not None:
        held = sides.held[known]
        if held.name == row.name:
            return _beside(row, held)
        return Finding(DOUBT, row, candidates=(held,), reason="号码相同，姓名不同")
    namesakes = sides.named(row.name)
    if not namesakes:
        return Finding(NEW, row)
    if len(namesakes) == 1 and names[row.name] == 1 and (not row.phone or not namesakes[0].phone):
        return _beside(row, namesakes[0])
    reason = "姓名相同，号码不同" if row.phone else "名册里或表里同名的不止一位"
    return Finding(DOUBT, row, candidates=tuple(namesakes), reason=reason)


def differing(row: Said, held: Held) -> tuple[str, ...]:
    """The fields in which a row says something else; a blank number or day says nothing."""
    found = ["name"] if row.name != held.name else []
    if row.phone and row.phone != held.phone:
        found.append("phone")
    found += [key for key in ("standing", "relation", "home_unit") if getattr(row, key) != getattr(held, key)]
    if row.since is not None and row.since != held.since:
        found.append("since")
    return tuple(found)


def _beside(row: Said, held: Held) -> Finding:
    fields = differing(row, held)
    return Finding(CHANGED if fields else SAME, row, held, fields)
