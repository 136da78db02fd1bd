"""What a row is that no code of the registry answers to as written: repaired, new, doubtful or refused. Pure.

Matching never guesses. A damaged code is repaired only where exactly one entity is one slip away and its name (or its
address and its person) agrees; a code that holds and resembles nothing is new; all else waits for a person with its
candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coverage.matching import codes, names
from coverage.matching.evidence import FOR, Known, Written, weigh
from coverage.matching.firm_names import Core, Tail, difference, parts
from coverage.matching.linker import DOUBTFUL, PRETICKED, Link, Linker, Reason, against, reasons
from coverage.matching.profile import Record
from coverage.matching.weights import BUILT_IN, Weights
from shimen.territory import addresses

LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a row may be. `score` from 0 to 1; `is_preticked` where a person only has to agree."""

    known: Known
    score: float
    reasons: tuple[Reason, ...]
    features: Mapping[str, float] = field(default_factory=dict)  # what calibration learns from

    @property
    def points(self) -> int:
        """The score as it is shown, 1 to 99."""
        return min(99, max(1, int(100 * self.score)))

    @property
    def is_preticked(self) -> bool:
        return self.score >= PRETICKED


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdict` is match, repaired, new, doubt or refused; `code` is canonical; `reason` a Chinese sentence or ''."""

    verdict: str
    code: str = ""
    entity_id: str = ""
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(slots=True)
class Wanted:
    """What to look up in the registry for rows that no raw code matched."""

    codes: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    old_numbers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    doors: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    needs_all: bool = False  # a row has no code that holds: it may be found by what is alike only


def wanted(rows: Iterable[Written]) -> Wanted:
    """The codes, organisation codes, old numbers and names by which `rows` may be found."""
    found = Wanted()
    for row in rows:
        code = codes.normalise(row.code)
        kind = codes.kind(code)
        if kind is codes.Kind.CREDIT:
            found.codes.add(code)
        if not (kind is codes.Kind.CREDIT and codes.checksum_holds(code)):
            found.needs_all = True
            found.doors.update(filter(None, (addresses.key(row.address),)))
            found.persons.update(filter(None, (names.person(row.legal_person),)))
        if kind in {codes.Kind.REGISTRATION, codes.Kind.TAX}:
            found.old_numbers.add(code)
        if old := codes.normalise(row.old_number):
            found.old_numbers.add(old)
        found.bodies.update(filter(None, (codes.organisation_code(code), codes.organisation_code(old))))
        found.codes.update(repair.code for repair in codes.repairs(code))
        if name := names.canonical(row.name):
            found.names.add(name)
            found.loose.add(names.loose(name))
    return found


class Directory:
    """The entities that `wanted` found, by code; and by whatever a row may resemble, indexed when first asked."""

    def __init__(self, entities: Iterable[Known], *, worth: Weights = BUILT_IN) -> None:
        self.by_id: dict[str, Known] = {known.id: known for known in entities}
        self.by_code: dict[str, Known] = {known.code: known for known in self.by_id.values() if known.code}
        self.keys: set[str] = set()
        for known in self.by_id.values():
            self.keys.update((known.name, names.loose(known.name), known.organisation_code, known.old_number))
        self.keys.discard("")
        self.worth = worth
        self._linker: Linker | None = None

    def may_hold(self, row: Written, code: str) -> bool:
        """Whether an entity has the name, the organisation code or the old number of a row: a quick look, before the
        slow one at what only resembles. Enough for a row whose code holds; a first workbook has sixty thousand."""
        name, old = names.canonical(row.name), codes.normalise(row.old_number)
        found = (name, names.loose(name), codes.organisation_code(code), old, codes.organisation_code(old))
        return not self.keys.isdisjoint(found)

    def candidates(self, row: Written) -> tuple[Candidate, ...]:
        """The likeliest entities first, at most five, none below the score under which a row counts as new."""
        if not self.by_id:
            return ()
        if self._linker is None:
            self._linker = Linker((record_of(known) for known in self.by_id.values()), worth=self.worth)
        return tuple(self._candidate(link) for link in self._linker.link(as_record(row)) if link.score >= DOUBTFUL)

    def _candidate(self, link: Link) -> Candidate:
        return Candidate(self.by_id[link.id], link.score, reasons(link, self.worth), link.features)


def record_of(known: Known) -> Record:
    """An entity as the linker takes it."""
    return Record(known.id, known.code, known.old_number, known.name, known.legal_person, known.address)


def as_record(row: Written) -> Record:
    """A row of a workbook as the linker takes it."""
    return Record(str(row.line), row.code, row.old_number, row.name, row.legal_person, row.address)


def _shifted(code: str, name: str) -> bool:
    """Whether the columns of a row have slipped: a code where the name stands, words where the code stands."""
    return codes.kind(codes.normalise(name)) is codes.Kind.CREDIT and codes.kind(code) is codes.Kind.OTHER


def refusal(row: Written) -> str:
    """Why a row cannot be taken at all, '' if it can."""
    code, name = codes.normalise(row.code), names.canonical(row.name)
    if row.code.startswith("=") or row.name.startswith("="):
        return "单元格里是公式，没有结果。请把公式粘贴成数值再传"
    if not name and codes.kind(code) in {codes.Kind.EMPTY, codes.Kind.OTHER, codes.Kind.MANGLED}:
        return "没有可用的代码，也没有名称，认不出是哪一家"
    if len(name) > LONGEST_NAME:
        return f"名称有 {len(name)} 个字，多半是列错了位"
    if _shifted(code, row.name):
        return "代码和名称两列像是错了位，请核对原表"
    return ""


_MISWRITTEN = {Core.SOUND, Core.SLIP, Core.SHORTER, Core.REWORDED}


def _agrees(row: Written, known: Known, slip: str) -> bool:
    """Whether the other fields say that a damaged code is this entity's: its name, or address and person together.

    Not where the names have different words, or another tail: an owner's next firm in the same house has the next code.
    """
    how = None
    if names.canonical(row.name):
        how = difference(parts(row.name), parts(known.name))
        if how.tail not in {Tail.NONE, Tail.SAME} or how.place_differs:
            return False
        if how.core in {Core.SAME, Core.BRACKETS}:
            return True
    _, found = weigh(row, known, slip=slip)
    spoken = [reason.sentence for reason in found if reason.tone == FOR]
    placed = any(s.startswith(("地址相同", "同一处")) for s in spoken) and any("法定代表人" in s for s in spoken)
    return placed and (how is None or how.core in _MISWRITTEN)


def _confirmed(row: Written, code: str, directory: Directory) -> Known | None:
    """The one entity that a damaged code is a slip of, if its other fields agree."""
    slips = {repair.code: repair.slip for repair in codes.repairs(code)}
    near = [directory.by_code[repaired] for repaired in slips if repaired in directory.by_code]
    agreeing = [known for known in near if _agrees(row, known, slips[known.code])]
    return agreeing[0] if len(agreeing) == 1 else None


_WHY_DOUBT = {
    codes.Kind.EMPTY: "没有代码",
    codes.Kind.MANGLED: "代码被表格软件改成了数字，后几位已丢失",
    codes.Kind.DAMAGED: "代码损坏",
    codes.Kind.OTHER: "代码不成样子",
    codes.Kind.ORGANISATION: "只有 9 位组织机构代码",
    codes.Kind.TAX: "只有 15 位税号",
    codes.Kind.REGISTRATION: "只有旧注册号",
}


def _doubt(code: str, found: tuple[Candidate, ...]) -> str:
    kind = codes.kind(code)
    if kind is codes.Kind.CREDIT:
        why = "代码对得上校验，名册里没有" if codes.checksum_holds(code) else "代码校验不过"
    else:
        why = _WHY_DOUBT[kind]
    if not found:
        return f"{why}，名册里没有相近的"
    return f"{why}，和名册里 {len(found)} 家相近"


def judge(row: Written, directory: Directory, *, taken: frozenset[str] = frozenset()) -> Judgement:
    """What a row is that no code matched as written; `taken` are ids that another row of the sheet has by its code."""
    if sentence := refusal(row):
        return Judgement("refused", reason=sentence)
    code = codes.normalise(row.code)
    if known := directory.by_code.get(code):
        return Judgement("match", code, known.id)
    kind = codes.kind(code)
    if kind is codes.Kind.EMPTY and codes.kind(codes.normalise(row.old_number)) is not codes.Kind.EMPTY:
        code, kind = codes.normalise(row.old_number), codes.kind(codes.normalise(row.old_number))
    repaired = _confirmed(row, code, directory)
    if repaired is not None and repaired.id not in taken:
        return Judgement("repaired", repaired.code, repaired.id, f"表里写的是 {row.code[:20]}，名称核对相符")
    holds = kind is codes.Kind.CREDIT and codes.checksum_holds(code)
    found = directory.candidates(row) if not holds or directory.may_hold(row, code) else ()
    if not found and holds and names.canonical(row.name):
        return Judgement("new", code)
    if kind is codes.Kind.CREDIT and not names.canonical(row.name) and not found:
        return Judgement("refused", code, reason="名册里没有这个代码，表里又没有写名称")
    return Judgement("doubt", code, reason=_doubt(code, found), candidates=found)


def branch_doubt(row: Written, known: Known) -> Judgement:
    """A row with the right code whose name has a tail after 公司: a branch under its parent's code, for a person."""
    link = against(as_record(row), record_of(known))
    tail = names.branch_tail(row.name)
    return Judgement(
        "doubt",
        known.code,
        reason=f"代码是{known.name[:60]}的，名称多出“{tail[:40]}”，可能是分支机构",
        candidates=(Candidate(known, max(link.score, DOUBTFUL), reasons(link), link.features),),
    )
