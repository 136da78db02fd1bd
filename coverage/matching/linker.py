"""Which entity of a registry a doubtful row is: candidates with a score from 0 to 1 and the reasons. Pure.

Candidates come from the blocks of `index`, are compared field by field (`comparing`), and what is found is added up with
the table of `weights`. A row is one entity or none, so the odds of its candidates share one cake:

    score of i = e^total(i) / (1 + sum of e^total(j))

Two sister branches that fit equally well thus halve the certainty, and a person chooses. A score of .99 is pre-ticked, but
never where only one field agrees, or where a branch, an ordinal or another valid code speaks against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coverage.matching import codes, weights
from coverage.matching.comparing import compare
from coverage.matching.index import Index
from coverage.matching.profile import Profile, Record
from coverage.matching.weights import AGAINST, BASE, BUILT_IN, BY_KEY, FOR, SILENT, Weights

PRETICKED = 0.99
LIKELIER = 0.5  # the best candidate is taken for the row's entity in lists without a person
DOUBTFUL = 0.05
CAPPED = 0.98
SHOWN = 5

SLIPS = {
    "wrong": "代码只差一位",
    "swapped": "代码有两位写颠倒",
    "lost": "代码少抄了一位",
    "doubled": "代码多抄了一位",
    "lookalike": "代码里的字母和数字写混了",
}

# Of the fields code, name, person, address, telephone: what counts as agreeing, for the rule that one field is not enough.
_AGREEING = (
    ("code_same", "code_body", "code_slip", "number_same"),
    ("name_same", "name_core", "name_typo", "name_sound", "name_slip"),
    ("person_same", "person_masked"),
    ("address_same", "address_door", "address_alike"),
    ("phone_same",),
    ("founded_same",),
)
_NEVER_PRETICKED = (
    "code_differs", "code_parent", "name_apart", "tail_near", "tail_missing", "tail_differs", "place_differs",
)  # fmt: skip
_RENAMED = ("name_split", "name_reworded")  # only where an identifier and two more fields agree


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing compared: a sentence, which way it speaks, and its points (tenths of the natural logarithm of odds)."""

    sentence: str
    tone: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An entity that a row may be."""

    entity: Profile
    score: float
    features: Mapping[str, float]
    slip: str = ""

    @property
    def id(self) -> str:
        return self.entity.id

    @property
    def is_preticked(self) -> bool:
        return self.score >= PRETICKED


def total(features: Mapping[str, float], worth: Weights) -> float:
    """The natural logarithm of the odds that a candidate is the row's entity, before they share."""
    return sum(worth[key] * value for key, value in features.items())


class Linker:
    """A registry that can be asked which entity a row is."""

    def __init__(self, registry: Iterable[Record] | Index, *, worth: Weights = BUILT_IN) -> None:
        self.index = registry if isinstance(registry, Index) else Index(registry)
        self.worth = worth

    def compared(self, row: Profile) -> list[Link]:
        """Every candidate with its features, not yet scored."""
        slips = {repair.code: repair.slip for repair in codes.repairs(row.code)}
        return [
            Link(entity, 0.0, compare(row, entity, self.index, slips=slips), slips.get(entity.code, ""))
            for entity in self.index.find(row, slips)
        ]

    def link(self, record: Record) -> list[Link]:
        """The likeliest entities first, at most five; an empty list where nothing resembles."""
        return scored(self.compared(Profile(record)), self.worth)[:SHOWN]


def against(record: Record, known: Record, *, worth: Weights = BUILT_IN) -> Link:
    """A row beside the one entity that it is taken for, whatever led there."""
    linker = Linker([known], worth=worth)
    row = Profile(record)
    slips = {repair.code: repair.slip for repair in codes.repairs(row.code)}
    entity = linker.index.entities[0]
    found = compare(row, entity, linker.index, slips=slips)
    return scored([Link(entity, 0.0, found, slips.get(entity.code, ""))], worth)[0]


def scored(links: Sequence[Link], worth: Weights) -> list[Link]:
    """Candidates with their scores, the likeliest first."""
    if not links:
        return []
    totals = [total(link.features, worth) for link in links]
    doubles = _doubles(links)
    top = max(0.0, *totals)
    odds = [math.exp(value - top) for value in totals]
    cake = math.exp(-top) + sum(share for place, share in enumerate(odds) if place not in doubles)
    found = [
        Link(link.entity, _capped(share / cake, link.features), link.features, link.slip)
        for place, (link, share) in enumerate(zip(links, odds, strict=True))
        if place not in doubles
    ]
    found.sort(key=lambda link: (-link.score, link.entity.code, link.id))
    return found


def agreeing(features: Mapping[str, float]) -> int:
    """In how many of the fields code, name, person, address, telephone and founding day two sides agree."""
    return sum(any(key in features for key in field) for field in _AGREEING)


def _doubles(links: Sequence[Link]) -> set[int]:
    """Candidates that the registry holds twice: the same code and the same name."""
    seen: set[tuple[str, str]] = set()
    doubles = set()
    for place, link in enumerate(links):
        key = (link.entity.code, link.entity.name.text)
        if link.entity.code and key in seen:
            doubles.add(place)
        seen.add(key)
    return doubles


def _capped(score: float, features: Mapping[str, float]) -> float:
    """Below the line of pre-ticking where only one field agrees, or where something always needs a person's eye."""
    if score < PRETICKED:
        return score
    if any(key in features for key in _NEVER_PRETICKED):
        return CAPPED
    agreed = agreeing(features)
    contradicted = sum(key.endswith("_differs") for key in features)
    is_identified = any(key in features for key in _AGREEING[0])
    if any(key in features for key in _RENAMED) and not (is_identified and agreed >= 3):
        return CAPPED
    is_code_alone = "code_same" in features and not contradicted
    return score if agreed >= 2 or is_code_alone else CAPPED


def reasons(link: Link, worth: Weights = BUILT_IN) -> tuple[Reason, ...]:
    """What was compared, in the order of the table, in words that a person can weigh."""
    entity = link.entity
    words = {
        "code": entity.code,
        "name": entity.written.name,
        "address": entity.written.address,
        "person": entity.written.legal_person,
        "door": entity.address.door or entity.written.address,
        "founded": entity.founded,
        "tail": entity.name.tail,
        "slip": SLIPS.get(link.slip, ""),
    }
    found = []
    for key in weights.KEYS:
        if key == BASE or key not in link.features:
            continue
        points = round(10 * worth[key] * link.features[key])
        if not points and key.startswith("name_"):
            continue
        tone = FOR if points > 0 else AGAINST if points < 0 else SILENT
        found.append(Reason(BY_KEY[key].sentence.format(**words), tone, points))
    return tuple(found)
