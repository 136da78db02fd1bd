"""Two versions of a book side by side: which sections came, went, moved, and which words changed. Pure.

Sections are recognised by their key, not by their title, so that a renamed section is a changed one. Words are compared
by character in Chinese and by run in Latin letters and digits: that is how people read the difference.
"""

from __future__ import annotations

import difflib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_PIECES = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# Above this many pieces the comparison goes by line first: difflib is quadratic in the worst case.
LONG = 4_000


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it is compared."""

    key: uuid.UUID
    label: str
    title: str
    body: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text: `kind` is same, added or removed."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one section. `has_moved` when it stands elsewhere among those that stayed."""

    kind: Kind
    old: Section | None
    new: Section | None
    title: tuple[Run, ...] = ()
    body: tuple[Run, ...] = ()
    has_moved: bool = False


def runs(old: str, new: str) -> tuple[Run, ...]:
    """`old` and `new` as runs: same and removed ones joined are `old`, same and added ones `new`.

    >>> [(run.kind.value, run.text) for run in runs("三名党员", "3名党员")]
    [('removed', '三'), ('added', '3'), ('same', '名党员')]
    """
    if old == new:
        return (Run(Kind.SAME, old),) if old else ()
    before, after = _pieces(old), _pieces(new)
    if len(before) + len(after) > LONG:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Run] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Run(Kind.SAME, "".join(before[a:b])))
            continue
        if b > a:
            found.append(Run(Kind.REMOVED, "".join(before[a:b])))
        if d > c:
            found.append(Run(Kind.ADDED, "".join(after[c:d])))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    return _PIECES.findall(text)


def compare(old: Sequence[Section], new: Sequence[Section]) -> list[Change]:
    """Every section of either version, in the order of the new one; those that went stand where they stood."""
    before, after = {s.key: s for s in old}, {s.key: s for s in new}
    stayed = [s.key for s in old if s.key in after]
    kept_in_order = set(_longest_in_order(stayed, [s.key for s in new if s.key in before]))
    changes = [_change(before.get(s.key), s, s.key in before and s.key not in kept_in_order) for s in new]
    return _with_removed(changes, old, after.keys())


def _change(old: Section | None, new: Section, has_moved: bool) -> Change:
    if old is None:
        return Change(Kind.ADDED, None, new, runs("", new.title), runs("", new.body))
    same = (old.title, old.body) == (new.title, new.body)
    kind = Kind.SAME if same else Kind.CHANGED
    return Change(kind, old, new, runs(old.title, new.title), runs(old.body, new.body), has_moved)


def _longest_in_order(old: list[uuid.UUID], new: list[uuid.UUID]) -> list[uuid.UUID]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [key for block in matcher.get_matching_blocks() for key in old[block.a : block.a + block.size]]


def _with_removed(changes: list[Change], old: Sequence[Section], left: object) -> list[Change]:
    """Put what went behind the section that stood before it."""
    follows: dict[uuid.UUID | None, list[Change]] = {}
    anchor: uuid.UUID | None = None
    for section in old:
        if section.key in left:  # type: ignore[operator]
            anchor = section.key
        else:
            gone = Change(Kind.REMOVED, section, None, runs(section.title, ""), runs(section.body, ""))
            follows.setdefault(anchor, []).append(gone)
    found = follows.get(None, [])
    for change in changes:
        found.append(change)
        found += follows.get(change.old.key, []) if change.old else []
    return found


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many sections were added, removed, changed (a section that only moved counts as moved), and stayed."""
    moved = sum(change.has_moved and change.kind == Kind.SAME for change in changes)
    found = {kind.value: sum(change.kind == kind for change in changes) for kind in Kind}
    return found | {"same": found["same"] - moved, "moved": moved}
