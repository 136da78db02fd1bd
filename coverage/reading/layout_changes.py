"""How one header row differs from an earlier one: columns added, removed, renamed, moved. Pure.

A column that is gone and one that is new count as one renamed column where both stand for the same field, or where they
stand between the same neighbours and their headings have two characters in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Column = tuple[str, str]  # heading key, field ('' = none)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Change:
    """Heading keys, but `lost`: fields that were read before and are not any more."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.moved)

    @property
    def sentence(self) -> str:
        """What changed, in words; '' for nothing."""
        words = []
        if self.added:
            words.append(f"多了{_quoted(self.added)}")
        if self.removed:
            words.append(f"少了{_quoted(self.removed)}")
        words += [f"“{old}”改成了“{new}”" for old, new in self.renamed[:SHOWN]]
        if self.moved:
            words.append(f"{_quoted(self.moved)}换了位置" if len(self.moved) <= 2 else f"{len(self.moved)} 列换了位置")
        return "，".join(words)


def _quoted(keys: Sequence[str]) -> str:
    shown = "".join(f"“{key}”" for key in keys[:SHOWN])
    return f"{shown}等 {len(keys)} 列" if len(keys) > SHOWN else shown


def compare(before: Sequence[Column], now: Sequence[Column]) -> Change:
    """The change from one list of columns to another, each in the order of its sheet."""
    old, new = dict(before), dict(now)
    removed = [key for key, _ in before if key not in new]
    added = [key for key, _ in now if key not in old]
    renamed = []
    for gone in list(removed):
        match = next((key for key in added if _is_renamed(gone, key, before, now)), None)
        if match is not None:
            renamed.append((gone, match))
            removed.remove(gone)
            added.remove(match)
    read = {field for _, field in now}
    return Change(
        added=tuple(added),
        removed=tuple(removed),
        renamed=tuple(renamed),
        moved=_moved([key for key, _ in before if key in new], [key for key, _ in now if key in old]),
        lost=tuple(dict.fromkeys(field for _, field in before if field and field not in read)),
    )


def _is_renamed(gone: str, fresh: str, before: Sequence[Column], now: Sequence[Column]) -> bool:
    field = dict(before)[gone]
    if field and field == dict(now)[fresh]:
        return True
    if dict(now)[fresh]:
        return False
    alike = len(set(gone) & set(fresh)) >= 2
    return alike and _neighbours(gone, before) == _neighbours(fresh, now)


def _neighbours(key: str, columns: Sequence[Column]) -> tuple[str, str]:
    keys = ["", *(name for name, _ in columns), ""]
    place = keys.index(key, 1)
    return keys[place - 1], keys[place + 1]


def _moved(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The fewest columns that must be taken out so that the others stand in the same order: all but a longest common run."""
    place = {key: index for index, key in enumerate(before)}
    best: list[list[str]] = []
    for index, key in enumerate(now):
        earlier = [best[other] for other in range(index) if place[now[other]] < place[key]]
        best.append([*_longest(earlier), key])
    kept = set(_longest(best))
    return tuple(key for key in now if key not in kept)


def _longest(runs: Sequence[list[str]]) -> list[str]:
    longest: list[str] = []
    for run in runs:
        longest = run if len(run) > len(longest) else longest
    return longest
