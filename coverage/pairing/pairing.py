"""Which line of one workbook speaks of the same entity as which line of another. Pure.

In this order, and never guessing: the credit code (or old number) as written, in one form; a damaged code that is one
slip away from a line of the other workbook whose name, or address and person, agree; a code that a table program turned
into a number, for the one line of that name whose code begins like it; without a code the one line of the same name
and address, or of the same name and person, or of a name that nothing speaks against. Two codes that both hold are two
entities, whatever the names.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from coverage.matching import codes, names
from coverage.matching.evidence import Written
from coverage.matching.judge import refusal
from coverage.reading import fields
from coverage.reading.contents import Contents
from shimen.territory import addresses

_OLD_KINDS = frozenset({codes.Kind.REGISTRATION, codes.Kind.TAX, codes.Kind.ORGANISATION})
_BAD_KINDS = frozenset({codes.Kind.DAMAGED, codes.Kind.MANGLED, codes.Kind.OTHER})
_USUAL = re.compile(r"^\d{8}[0-9A-HJ-NP-RTUWXY]{10}$")
_FIGURES = re.compile(r"^(\d)(?:\.(\d+))?E\+?(\d{2})$")
SLIPS = {
    "wrong": "一位写错",
    "swapped": "两位写颠倒",
    "lost": "少抄一位",
    "doubled": "多抄一位",
    "lookalike": "字母和数字写混",
}


@dataclass(slots=True)
class Line:
    """A data row with what it is recognised by. `code` and `old_number` are normalised; the rest is read when asked."""

    number: int
    cells: list[str]
    code: str = ""
    kind: codes.Kind = codes.Kind.EMPTY
    old_number: str = ""
    period: str = ""

    @property
    def holds(self) -> bool:
        """Whether the code is a credit code whose check character holds."""
        return self.kind is codes.Kind.CREDIT and codes.checksum_holds(self.code)

    @property
    def is_bad(self) -> bool:
        """Whether the code is no code as it stands, or fails its check."""
        return self.kind in _BAD_KINDS or (self.kind is codes.Kind.CREDIT and not codes.checksum_holds(self.code))


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged code, the right one as far as it can be told ('' where not), and why.

    `is_sure`: damaged beyond doubt. A code that merely fails its check and resembles no other may be as it was issued:
    real early codes fail the standard.
    """

    written: str
    proposed: str
    reason: str
    is_sure: bool = True


@dataclass(slots=True)
class Side:
    """One workbook's lines, where its columns are, and what became of lines that take no part."""

    contents: Contents
    lines: list[Line] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    duplicates: dict[int, tuple[int, bool]] = field(default_factory=dict)  # line → first of its kind, word for word?
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {column.key: place for place, column in enumerate(self.contents.columns)}
        for number, cells in self.contents.rows:
            self._add(number, cells)

    def cell(self, line: Line, key: str) -> str:
        """A cell as it was written, '' where the workbook has no such column."""
        place = self.places.get(key)
        return "" if place is None else line.cells[place]

    def _add(self, number: int, cells: list[str]) -> None:
        line = Line(number, cells)
        raw = self.cell(line, fields.CODE)
        if _USUAL.match(raw) and not raw.endswith("000"):
            line.code, line.kind = raw, codes.Kind.CREDIT
        else:
            line.code = codes.normalise(raw)
            line.kind = codes.kind(line.code)
        if old := self.cell(line, fields.OLD_NUMBER):
            line.old_number = codes.normalise(old)
        if line.kind in _OLD_KINDS:
            line.old_number = line.old_number or line.code
        line.period = self.cell(line, fields.PERIOD)
        if not (line.kind is codes.Kind.CREDIT and self.cell(line, "name")):
            if reason := refusal(self.written(line)):
                self.refused[number] = reason
                return
        elif reason := self._odd_name(line):
            self.refused[number] = reason
            return
        self.lines.append(line)

    def _odd_name(self, line: Line) -> str:
        """The refusals that a row with a code and a name can meet, without reading every name."""
        name = self.cell(line, "name")
        return refusal(self.written(line)) if len(name) > 80 or name.startswith("=") else ""

    def written(self, line: Line) -> Written:
        """The row as matching knows rows."""
        cells = {key: self.cell(line, key) for key in (fields.OLD_NUMBER, "name", "legal_person", "address")}
        return Written(line=line.number, code=self.cell(line, fields.CODE), **cells)

    def name(self, line: Line) -> str:
        return names.canonical(self.cell(line, "name"))

    def door(self, line: Line) -> str:
        return addresses.canonical(self.cell(line, "address"))


@dataclass(slots=True)
class Pairs:
    """Lines of both workbooks that belong together, and those left alone on each side."""

    pairs: list[tuple[Line, Line]] = field(default_factory=list)
    damage: dict[tuple[str, int], Damage] = field(default_factory=dict)  # ("old" or "new", line) → what is wrong
    gone: list[Line] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)


Key = tuple[str, ...]


class Pairing:
    """Pairs two sides; `content(side, line)` is what a line says, for telling whether two say the same."""

    def __init__(self, old: Side, new: Side, content: Callable[[Side, Line], tuple[str, ...]]) -> None:
        self.old, self.new, self.content = old, new, content
        self.found = Pairs()
        self._by_period = any(_several_periods(side.lines) for side in (old, new))

    def run(self) -> Pairs:
        """All pairs. Every line of both sides is in `pairs`, `gone`, `new`, the side's `duplicates` or `refused`."""
        left_old, left_new = self._match_groups(self._by_key(self.old), self._by_key(self.new))
        left_old, left_new = self._without_twins(self.old, left_old), self._without_twins(self.new, left_new)
        for way in (self._by_old_number, self._repair, self._unmangle, self._by_name):
            left_old, left_new = way(left_old, left_new)
        self.found.gone, self.found.new = left_old, left_new
        self._note_damage(self.old, self.found.gone, "old")
        self._note_damage(self.new, self.found.new, "new")
        self.found.pairs.sort(key=lambda pair: pair[1].number)
        return self.found

    # By code.

    def _period(self, line: Line) -> str:
        return line.period if self._by_period else ""

    def _by_key(self, side: Side) -> dict[Key, list[Line]]:
        groups: dict[Key, list[Line]] = {}
        for line in side.lines:
            found = _own_key(line) or (_door_key(side, line) if line.kind is codes.Kind.EMPTY else ())
            groups.setdefault((*found, self._period(line)) if found else ("", str(line.number)), []).append(line)
        return groups

    def _match_groups(self, olds: dict[Key, list[Line]], news: dict[Key, list[Line]]) -> tuple[list[Line], list[Line]]:
        left_old: list[Line] = []
        left_new: list[Line] = []
        for key, group in olds.items():
            others = news.pop(key, []) if key[0] else []
            if len(group) == 1 and len(others) == 1:
                self.found.pairs.append((group[0], others[0]))
                continue
            rest_old, rest_new = self._match_group(group, others)
            left_old += rest_old
            left_new += rest_new
        for key, group in news.items():
            left_new += self._match_group([], group)[1] if key[0] else group
        return left_old, left_new

    def _match_group(self, olds: list[Line], news: list[Line]) -> tuple[list[Line], list[Line]]:
        """Lines of one code: word for word first, then by name; what is left of a name already there is said twice."""
        olds, news = self._once(self.old, olds), self._once(self.new, news)
        pairs: list[tuple[Line, Line]] = []
        for same in (self.content, _name_of):
            others = {same(self.new, line): line for line in reversed(news)}
            for line in list(olds):
                other = others.pop(same(self.old, line), None)
                if other is not None:
                    pairs.append((line, other))
                    olds.remove(line)
                    news.remove(other)
        if len(olds) == 1 and len(news) > 1:
            news.sort(key=lambda line: names.reported_under_parent(self.old.name(olds[0]), self.new.name(line)))
        if len(news) == 1 and len(olds) > 1:
            olds.sort(key=lambda line: names.reported_under_parent(self.new.name(news[0]), self.old.name(line)))
        if olds and news and min(len(olds), len(news)) == 1:
            pairs.append((olds.pop(0), news.pop(0)))
        self.found.pairs += pairs
        left_old = self._contradicting(self.old, olds, [pair[0] for pair in pairs])
        return left_old, self._contradicting(self.new, news, [pair[1] for pair in pairs])

    def _once(self, side: Side, lines: list[Line]) -> list[Line]:
        """One of each; the others are noted as word-for-word duplicates of the first."""
        if len(lines) < 2:
            return list(lines)
        first: dict[tuple[str, ...], Line] = {}
        for line in lines:
            known = first.setdefault(self.content(side, line), line)
            if known is not line:
                side.duplicates[line.number] = (known.number, True)
        return list(first.values())

    @staticmethod
    def _contradicting(side: Side, left: list[Line], paired: list[Line]) -> list[Line]:
        """Of lines left over, those whose name another line of the code has already are noted as its duplicates."""
        here = {side.name(line): line for line in paired} if left else {}
        kept = []
        for line in left:
            known = here.setdefault(side.name(line), line)
            if known is line:
                kept.append(line)
            else:
                side.duplicates[line.number] = (known.number, False)
        return kept

    # By what is left when codes differ.

    def _pair_up(
        self,
        olds: list[Line],
        news: list[Line],
        find: Callable[[Line], tuple[Line, Damage | None, str] | None],
    ) -> tuple[list[Line], list[Line]]:
        """Pair each new line with the old one that `find` names, once; gives those left over."""
        taken: set[int] = set()
        left = []
        for line in news:
            hit = find(line)
            if hit is None or hit[0].number in taken:
                left.append(line)
                continue
            other, damage, side = hit
            taken.add(other.number)
            self.found.pairs.append((other, line))
            if damage is not None:
                self.found.damage[side, line.number if side == "new" else other.number] = damage
        return [line for line in olds if line.number not in taken], left

    def _by_old_number(self, olds: list[Line], news: list[Line]) -> tuple[list[Line], list[Line]]:
        by_number = _unique(olds, lambda line: line.old_number)

        def find(line: Line) -> tuple[Line, None, str] | None:
            other = by_number.get(line.old_number) if line.old_number else None
            if other is None or (line.holds and other.holds and line.code != other.code):
                return None
            return other, None, ""

        return self._pair_up(olds, news, find)

    def _repair(self, olds: list[Line], news: list[Line]) -> tuple[list[Line], list[Line]]:
        """Damaged codes on either side that are one slip away from a right one on the other side."""
        right = _unique(olds, lambda line: line.code if line.holds else "")

        def new_is_bad(line: Line) -> tuple[Line, Damage, str] | None:
            hit = self._slip(self.new, line, right, self.old) if line.is_bad else None
            return (hit[0], hit[1], "new") if hit else None

        olds, news = self._pair_up(olds, news, new_is_bad)
        wrong: dict[str, list[Line]] = {}
        for line in olds:
            if line.is_bad:
                for repair in codes.repairs(line.code):
                    wrong.setdefault(repair.code, []).append(line)

        def old_is_bad(line: Line) -> tuple[Line, Damage, str] | None:
            near = wrong.get(line.code, []) if line.holds else []
            hits = [(other, self._slip(self.old, other, {line.code: line}, self.new)) for other in near]
            good = [(other, hit[1]) for other, hit in hits if hit]
            return (*good[0], "old") if len(good) == 1 else None

        return self._pair_up(olds, news, old_is_bad)

    def _slip(self, side: Side, line: Line, right: dict[str, Line], other_side: Side) -> tuple[Line, Damage] | None:
        """The one line with the right code whose name, or address and person, agree."""
        agreeing = [
            (right[repair.code], repair)
            for repair in codes.repairs(line.code)
            if repair.code in right and self._agree(side, line, other_side, right[repair.code])
        ]
        if len(agreeing) != 1:
            return None
        other, repair = agreeing[0]
        reason = f"{SLIPS[repair.slip]}，名称或地址核对相符"
        return other, Damage(side.cell(line, fields.CODE), repair.code, reason)

    @staticmethod
    def _agree(side: Side, line: Line, other_side: Side, other: Line) -> bool:
        if (name := side.name(line)) and name == other_side.name(other):
            return True
        loose = names.loose(name) if name else ""
        person = names.persons_agree(side.cell(line, "legal_person"), other_side.cell(other, "legal_person"))
        door = side.door(line)
        same_door = bool(door) and door == other_side.door(other)
        return bool(person and same_door) or bool(
            loose and loose == names.loose(other_side.name(other)) and (person or same_door)
        )

    def _unmangle(self, olds: list[Line], news: list[Line]) -> tuple[list[Line], list[Line]]:
        """Codes that lost digits as numbers, on either side: the one line of that name whose code begins like it."""
        by_name = _unique(olds, self.old.name)

        def find(line: Line) -> tuple[Line, Damage, str] | None:
            name = self.new.name(line)
            other = by_name.get(name) if name else None
            if other is None:
                return None
            for mine, right, side, own in ((line, other, "new", self.new), (other, line, "old", self.old)):
                if mine.kind is codes.Kind.MANGLED and right.holds and begins_like(right.code, mine.code):
                    reason = "被表格软件改成了数字，按名称和前几位找到"
                    return other, Damage(own.cell(mine, fields.CODE), right.code, reason), side
            return None

        alone = {line.number for line in _unique(news, self.new.name).values()} if olds else set()
        olds, left = self._pair_up(olds, [line for line in news if line.number in alone], find)
        unpaired = {line.number for line in left}
        return olds, [line for line in news if line.number not in alone or line.number in unpaired]

    def _by_name(self, olds: list[Line], news: list[Line]) -> tuple[list[Line], list[Line]]:
        """Lines of which at least one has no usable code: the same name and address, else the same name and person, else
        a name that only one line of each side has, where neither address nor person speaks against it."""
        for second in ("address", "legal_person", ""):
            known = _unique(olds, functools.partial(_called, self.old, second))
            alone = _unique(news, functools.partial(_called, self.new, second))
            pairs = {line.number: known[text] for text, line in alone.items() if text in known}

            def find(line: Line, pairs: dict[int, Line] = pairs) -> tuple[Line, Damage | None, str] | None:
                other = pairs.get(line.number)
                if other is None or (line.holds and other.holds) or self._period(line) != self._period(other):
                    return None
                return None if self._contradict(line, other) else self._with_damage(line, other)

            olds, news = self._pair_up(olds, news, find)
        return olds, news

    def _contradict(self, line: Line, other: Line) -> bool:
        """Whether address and person, as far as both lines write them, all differ."""
        same = []
        for name in ("address", "legal_person"):
            read = fields.BY_KEY[name].read
            mine, theirs = read(self.new.cell(line, name)), read(self.old.cell(other, name))
            if mine and theirs:
                same.append(mine == theirs)
        return bool(same) and not any(same)

    def _with_damage(self, line: Line, other: Line) -> tuple[Line, Damage | None, str]:
        reason = "名称和另一份表的一行相同，代码以那一行为准"
        if line.is_bad and other.holds:
            return other, Damage(self.new.cell(line, fields.CODE), other.code, reason), "new"
        if other.is_bad and line.holds:
            return other, Damage(self.old.cell(other, fields.CODE), line.code, reason), "old"
        return other, None, ""

    # What is left.

    def _without_twins(self, side: Side, lines: list[Line]) -> list[Line]:
        """Lines that stand alone, once each: rows without a code that come word for word again are duplicates."""
        first: dict[tuple[str, ...], Line] = {}
        kept = []
        for line in lines:
            if line.holds:
                kept.append(line)
                continue
            known = first.setdefault(self.content(side, line), line)
            if known is line:
                kept.append(line)
            else:
                side.duplicates[line.number] = (known.number, True)
        return kept

    def _note_damage(self, side: Side, lines: Iterable[Line], which: str) -> None:
        """Bad codes for which the other workbook has no line to spare: the right one may still be known from another."""
        lines = [line for line in lines if line.is_bad]
        everyone = [(whole, line) for whole in (self.new, self.old) for line in whole.lines] if lines else []
        right = {line.code: (whole, line) for whole, line in everyone if line.holds}
        for line in lines:
            hits = [right[repair.code] for repair in codes.repairs(line.code) if repair.code in right]
            good = {other.code for whole, other in hits if self._agree(side, line, whole, other)}
            if len(good) == 1:
                reason = "另有一行写着对的代码，名称或地址核对相符"
                self.found.damage[which, line.number] = Damage(side.cell(line, fields.CODE), good.pop(), reason)
            else:
                lost = line.kind is codes.Kind.MANGLED
                reason = "被表格软件改成了数字，后几位已丢失" if lost else "校验不过，也找不到只差一处的代码"
                self.found.damage[which, line.number] = Damage(
                    side.cell(line, fields.CODE), "", reason, is_sure=lost or len(line.code) != codes.LENGTH
                )


def _own_key(line: Line) -> Key:
    """What names a line by itself: its code in one form, else its old number; nothing for a code that is no code."""
    if line.kind in {codes.Kind.CREDIT, codes.Kind.DAMAGED}:
        return ("code", line.code)
    if line.kind in _OLD_KINDS:
        return ("old", line.code)
    return ("old", line.old_number) if line.old_number and line.kind is codes.Kind.EMPTY else ()


def _door_key(side: Side, line: Line) -> Key:
    """Of a line without a code: its name and address, nothing where it lacks one of them."""
    name, door = side.name(line), side.door(line)
    return ("name", name, door) if name and door else ()


def _name_of(side: Side, line: Line) -> tuple[str, ...]:
    return (side.name(line),)


def _several_periods(lines: Iterable[Line]) -> bool:
    """Whether an entity has lines of several periods (one line per entity and year)."""
    seen: dict[str, str] = {}
    return any(line.code and line.period and seen.setdefault(line.code, line.period) != line.period for line in lines)


def _unique(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, Line]:
    """Lines by key where only one line has it; '' is no key."""
    found: dict[str, Line | None] = {}
    for line in lines:
        if text := key(line):
            found[text] = None if text in found else line
    return {text: line for text, line in found.items() if line is not None}


def _called(side: Side, second: str, line: Line) -> str:
    """The name of a line, with its address or person where `second` asks for one; '' where it does not write them."""
    name = side.name(line)
    if not second or not name:
        return name
    other = fields.BY_KEY[second].read(side.cell(line, second))
    return f"{name}\x00{other}" if other else ""


def begins_like(code: str, mangled: str) -> bool:
    """Whether a code, taken for a number and rounded, would be written as `mangled` (9.13101E+17, 913101060000000000)."""
    if not code.isdigit():
        return False
    match = _FIGURES.match(mangled)
    figures = match[1] + (match[2] or "") if match else mangled.rstrip("0")
    if match and int(match[3]) != len(code) - 1:
        return False
    figures = figures[:15]
    kept = max(1, len(figures))
    rounded = str(round(int(code), kept - len(code)))[:kept]
    return figures in {code[:kept], rounded}
