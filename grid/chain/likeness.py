"""How alike two things are that people said: shared pairs of neighbouring signs. Pure.

Sørensen–Dice over the sets of two-sign runs, after leaving out what is no letter or digit. Chinese needs no words for that,
and a sentence told twice in other words still shares its nouns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TypeVar

Thing = TypeVar("Thing")

ALIKE = 0.22  # below that, sentences of a street share what every sentence shares


def pairs(words: str) -> frozenset[str]:
    """The two-sign runs of a text.

    >>> sorted(pairs("路灯，不亮"))
    ['不亮', '灯不', '路灯']
    """
    signs = [sign for sign in words if sign.isalnum()]
    return frozenset(map("".join, itertools.pairwise(signs)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0 to 1; 0 where either is empty."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def nearest(words: str, others: Iterable[tuple[Thing, str]], *, most: int) -> list[tuple[Thing, float]]:
    """Those that are alike enough, the most alike first; equals stay in the order given."""
    own = pairs(words)
    found = [(each, likeness(own, pairs(text))) for each, text in others]
    return sorted(((e, s) for e, s in found if s >= ALIKE), key=lambda pair: -pair[1])[:most]
