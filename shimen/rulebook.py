"""A rule book: numbers that decide something, each with its default, its source and how sure that is. Pure.

An app declares its book once; a street may set another value from a day on, and what held before that day keeps holding
for what happened then. Nothing in the code compares with a number that is not read from a book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """How sure the source of a default is."""

    CONSTITUTION = "党章"
    SEED = "街道的做法"
    SECONDARY = "公开资料转述，以上级文件为准"
    INFERRED = "参照同类推定，以上级文件为准"


@dataclass(frozen=True, slots=True)
class RuleKind:
    """One number: what it decides (a Chinese sentence), in which unit, its default and the least and most it may be."""

    key: str
    title: str
    unit: str
    default: int
    source: str
    certainty: Certainty
    least: int = 0
    most: int = 999


def as_book(*rooms: Iterable[RuleKind]) -> Mapping[str, RuleKind]:
    """The rules of several rooms by key, in order; a key said twice is a mistake."""
    book: dict[str, RuleKind] = {}
    for rule in (rule for room in rooms for rule in room):
        if rule.key in book:
            raise ValueError(f"two rules have the key {rule.key}")
        book[rule.key] = rule
    return book


@dataclass(frozen=True, slots=True)
class Set:
    """A value that a street set, from a day on."""

    key: str
    value: int
    since: dt.date


class Rules:
    """The rules of a book as they stand on one day."""

    def __init__(self, chosen: Iterable[Set], *, on: dt.date, book: Mapping[str, RuleKind]) -> None:
        self.on, self.book = on, book
        self._values = {key: rule.default for key, rule in book.items()}
        for each in sorted(chosen, key=lambda each: each.since):
            if each.since <= on and each.key in book:
                self._values[each.key] = each.value

    def __getitem__(self, key: str) -> int:
        return self._values[key]

    def sentence(self, key: str) -> str:
        """The rule as it is said to a person: 成立党支部至少要有正式党员 3 名（《中国共产党章程》第三十条）。"""
        rule = self.book[key]
        return f"{rule.title} {self[key]} {rule.unit}".rstrip() + f"（{rule.source}）"
