"""Who of a list is whom of the registry, employer by employer. Pure; never guesses.

The same name and number is the same person. The same name alone counts where both sides have it once and no number
speaks against it; a name that a department has masked (张*) finds a person but never makes one. The same number under
another name, and the same name under another number, wait for a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coverage.matching import names

SAME, NEW, CHANGED, LEFT, BACK = "same", "new", "changed", "left", "back"
DOUBT, REFUSED, DUPLICATE = "doubt", "refused", "duplicate"


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the list. `index` is the keyed hash of the number, None without one; `employer` an id, '' if unknown."""

    line: int
    employer: str
    name: str
    index: bytes | None = None
    post: str = ""
    why_no_employer: str = ""

    @property
    def is_masked(self) -> bool:
        return "*" in self.name


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the registry. `is_theirs` where this department has vouched for them before."""

    id: str
    employer: str
    name: str
    index: bytes | None = None
    post: str = ""
    has_left: bool = False
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row is, or what became of a person whom no row names (`line` is None)."""

    kind: str
    line: int | None
    employer: str
    person: str = ""
    fields: tuple[str, ...] = ()
    reason: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class _Employer:
    """The rows and the people of one employer that are not settled yet."""

    rows: list[Said] = field(default_factory=list)
    people: dict[str, Known] = field(default_factory=dict)
    former: list[Known] = field(default_factory=list)


def compare(said: Sequence[Said], known: Iterable[Known], *, is_full: bool) -> list[Finding]:
    """One finding per row, and one per person who is not named any more (in a full list, of employers that it names)."""
    employers: dict[str, _Employer] = {}
    found: list[Finding] = []
    for row in said:
        if reason := _refusal(row):
            found.append(Finding(REFUSED, row.line, row.employer, reason=reason))
        else:
            employers.setdefault(row.employer, _Employer()).rows.append(row)
    elsewhere: dict[tuple[str, bytes], str] = {}
    for person in known:
        if person.index and not person.has_left:
            elsewhere[person.name, person.index] = person.employer
        if employer := employers.get(person.employer):
            if person.has_left:
                employer.former.append(person)
            else:
                employer.people[person.id] = person
    for employer in employers.values():
        found += _settle(employer, elsewhere)
        if is_full:
            missing = [person for person in employer.people.values() if person.is_theirs]
            found += [Finding(LEFT, None, person.employer, person.id) for person in missing]
    return sorted(found, key=lambda finding: (finding.line is None, finding.line or 0, finding.person))


def _refusal(row: Said) -> str:
    if not row.name:
        return "没有姓名"
    if not row.employer:
        return row.why_no_employer or "没有写单位"
    if len(row.name) > 60:
        return f"姓名有 {len(row.name)} 个字，多半是列错了位"
    return ""


def _settle(employer: _Employer, elsewhere: Mapping[tuple[str, bytes], str]) -> list[Finding]:
    found = _twice(employer)
    for way in (_by_number, _by_name, _masked):
        found += way(employer)
    for row in employer.rows:
        found.append(_alone(row, employer, elsewhere))
    return found


def _twice(employer: _Employer) -> list[Finding]:
    """Rows that say the same of the same person; of one name without a number, where the post does not tell them apart."""
    first: dict[tuple[str, bytes | str], Said] = {}
    found, kept = [], []
    for row in employer.rows:
        known = first.setdefault((row.name, row.index or row.post), row)
        if known is row or row.is_masked:
            kept.append(row)
        else:
            found.append(Finding(DUPLICATE, row.line, row.employer, reason=f"与第 {known.line} 行相同"))
    employer.rows = kept
    return found


def _pair(employer: _Employer, row: Said, person: Known) -> Finding:
    del employer.people[person.id]
    changed = []
    if row.index and row.index != person.index:
        changed.append("phone")
    if row.post and row.post != person.post:
        changed.append("post")
    return Finding(CHANGED if changed else SAME, row.line, row.employer, person.id, tuple(changed))


def _by_number(employer: _Employer) -> list[Finding]:
    found, left = [], []
    by_index: dict[bytes, list[Known]] = {}
    for person in employer.people.values():
        if person.index:
            by_index.setdefault(person.index, []).append(person)
    for row in employer.rows:
        near = [person for person in by_index.get(row.index or b"", ()) if person.id in employer.people]
        same = [person for person in near if names.persons_agree(person.name, row.name)]
        if len(same) == 1:
            found.append(_pair(employer, row, same[0]))
        elif near:
            ids = tuple(person.id for person in near)
            reason = "电话和名册里的一位相同，姓名不同" if not same else "名册里有几位同名同号的人"
            found.append(Finding(DOUBT, row.line, row.employer, reason=reason, candidates=ids))
            _set_aside(employer, ids)
        else:
            left.append(row)
    employer.rows = left
    return found


def _set_aside(employer: _Employer, ids: Iterable[str]) -> None:
    """People whom a doubtful row may mean are neither paired with another row nor missing."""
    for pk in ids:
        employer.people.pop(pk, None)


def _by_name(employer: _Employer) -> list[Finding]:
    found, left = [], []
    rows = Counter(row.name for row in employer.rows)
    by_name: dict[str, list[Known]] = {}
    for person in employer.people.values():
        by_name.setdefault(person.name, []).append(person)
    for row in employer.rows:
        near = [] if row.is_masked else by_name.get(row.name, [])
        if not near:
            left.append(row)
            continue
        ids = tuple(person.id for person in near)
        if len(near) > 1 or rows[row.name] > 1:
            found.append(
                Finding(DOUBT, row.line, row.employer, reason="这家有同名的人，分不清是哪一位", candidates=ids)
            )
        elif row.index and near[0].index:
            reason = "同名，电话不同：换了号码，还是另一个人"
            found.append(Finding(DOUBT, row.line, row.employer, reason=reason, candidates=ids))
        else:
            found.append(_pair(employer, row, near[0]))
    for finding in found:
        _set_aside(employer, finding.candidates)
    employer.rows = left
    return found


def _masked(employer: _Employer) -> list[Finding]:
    found, left = [], []
    for row in employer.rows:
        if not row.is_masked:
            left.append(row)
            continue
        near = [person for person in employer.people.values() if names.persons_agree(person.name, row.name)]
        rivals = sum(1 for other in employer.rows if other.is_masked and other.name == row.name)
        if len(near) == 1 and rivals == 1:
            found.append(_pair(employer, row, near[0]))
        elif near:
            ids = tuple(person.id for person in near)
            reason = "姓名打了码，分不清是哪一位"
            found.append(Finding(DOUBT, row.line, row.employer, reason=reason, candidates=ids))
            _set_aside(employer, ids)
        else:
            reason = "姓名打了码，名册里这家没有对得上的人，不能登记"
            found.append(Finding(REFUSED, row.line, row.employer, reason=reason))
    employer.rows = left
    return found


def _alone(row: Said, employer: _Employer, elsewhere: Mapping[tuple[str, bytes], str]) -> Finding:
    """Somebody who has come back, or is new."""
    former = [
        person
        for person in employer.former
        if person.name == row.name and (not row.index or not person.index or row.index == person.index)
    ]
    if len(former) == 1:
        employer.former.remove(former[0])
        return Finding(BACK, row.line, row.employer, former[0].id, _said_fields(row, former[0]))
    told = elsewhere.get((row.name, row.index)) if row.index else None
    reason = "同名同号的人在另一家也登记着" if told and told != row.employer else ""
    return Finding(NEW, row.line, row.employer, reason=reason)


def _said_fields(row: Said, person: Known) -> tuple[str, ...]:
    said = (("phone", row.index, person.index), ("post", row.post, person.post))
    return tuple(name for name, new, old in said if new and new != old)
