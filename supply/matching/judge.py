"""How well an offer (a resource or a project) answers a need: a score out of 100 and the reasons, each with its points. Pure.

Words 60, category 15, audience 10, dates 5, people 5, grid 5. What cannot be is refused with a sentence instead of a low
score: other people, other dates. Without common words nothing is suggested, whatever else fits. See docs/needs.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from supply.matching import words

WORDS, CATEGORY, AUDIENCE, DATES, PEOPLE, GRID = 60, 15, 10, 5, 5, 5
# Cosine at which two short texts say the same thing as clearly as they ever do.
PLAIN = 0.42
IN_TITLE, CONCEPT, FOR_WHOM = 1.6, 2.0, 0.3
# What lies near one another; everything else of another category brings no points.
NEAR = (
    frozenset({"life", "course"}), frozenset({"life", "culture"}), frozenset({"life", "space"}),
    frozenset({"course", "policy"}), frozenset({"care", "health"}), frozenset({"care", "culture"}),
    frozenset({"care", "space"}), frozenset({"life", "care"}), frozenset({"course", "health"}),
)  # fmt: skip
CLOSE = 0.75  # of the best score, below which others are not shown
ANYBODY = 6  # points where one side names nobody


@dataclass(frozen=True, slots=True)
class Item:
    """A line of one of the lists. `area` any hashable, None for the whole street; `audiences` empty for everybody."""

    key: object
    title: str
    words: str
    category: str
    audiences: frozenset[str] = frozenset()
    capacity: int | None = None
    area: object = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a Chinese sentence and the points it brought."""

    sentence: str
    points: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of laying an offer beside a need; a refused one has score 0 and says why."""

    offer: Item
    score: int
    reasons: tuple[Reason, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    weights: Mapping[str, float]
    norm: float


@dataclass
class Judge:
    """Knows how rare each term is in the lists it was given; judges pairs by that."""

    items: Iterable[Item]
    _rarity: dict[str, float] = field(default_factory=dict)
    _texts: dict[int, _Text] = field(default_factory=dict)
    _kept: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kept = list(self.items)
        documents: dict[str, int] = {}
        for item in self._kept:
            for term in words.terms(f"{item.title}，{item.words}"):
                documents[term] = documents.get(term, 0) + 1
        many = len(self._kept) + 1
        self._rarity = {term: math.log(1 + many / n) for term, n in documents.items()}
        self._unseen = math.log(1 + many)

    def _text(self, item: Item) -> _Text:
        known = self._texts.get(id(item))
        if known is None:
            weights: dict[str, float] = {}
            for part, weight in ((item.title, IN_TITLE), (item.words, 1.0)):
                for term, times in words.terms(part).items():
                    kind = FOR_WHOM if term in words.WHO else CONCEPT if term.startswith("#") else 1.0
                    rarity = self._rarity.get(term, self._unseen)
                    weights[term] = weights.get(term, 0.0) + weight * kind * rarity * (1 + math.log(times))
            norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            known = self._texts[id(item)] = _Text(weights, norm)
            self._kept.append(item)  # keeps the id from being given to another item
        return known

    def alike(self, one: Item, other: Item) -> tuple[float, list[str]]:
        """Cosine of two texts, and the common terms that brought most of it."""
        a, b = self._text(one), self._text(other)
        common = {term: w * b.weights[term] for term, w in a.weights.items() if term in b.weights}
        best = sorted(common, key=lambda term: (-common[term], term))[:3]
        return sum(common.values()) / (a.norm * b.norm), [words.shown(term) for term in best]

    def judge(self, need: Item, offer: Item) -> Verdict:
        """The verdict on one pair."""
        refused = _refusal(need, offer)
        if refused:
            return Verdict(offer, 0, (), refused)
        cosine, common = self.alike(need, offer)
        if not common or all(f"#{term}" in words.WHO for term in common):
            return Verdict(offer, 0, (), "说的不是一件事")
        points = round(WORDS * min(1.0, cosine / PLAIN))
        reasons = [Reason(f"都说到{'、'.join(common)}", points)]
        reasons += [reason for reason in _rest(need, offer) if reason.points]
        return Verdict(offer, sum(reason.points for reason in reasons), tuple(reasons))

    def suggest(self, need: Item, offers: Sequence[Item], *, least: int, most: int) -> list[Verdict]:
        """The offers that answer a need, best first; of equals the one that comes first in the list. What lies far behind
        the best one is left out: where one fits plainly, a faint likeness is noise."""
        found = [verdict for offer in offers if (verdict := self.judge(need, offer)).score >= least]
        found.sort(key=lambda verdict: -verdict.score)
        return [verdict for verdict in found if verdict.score >= CLOSE * found[0].score][:most]


def _refusal(need: Item, offer: Item) -> str:
    if need.audiences and offer.audiences and need.audiences.isdisjoint(offer.audiences):
        return "对象不同"
    if need.until and offer.since and offer.since > need.until:
        return f"{offer.since.isoformat()} 才开始，需求只到 {need.until.isoformat()}"
    if need.since and offer.until and offer.until < need.since:
        return f"{offer.until.isoformat()} 就结束，需求从 {need.since.isoformat()} 起"
    return ""


def _rest(need: Item, offer: Item) -> list[Reason]:
    return [
        _category(need, offer),
        _audience(need, offer),
        _dates(need, offer),
        _people(need, offer),
        _grid(need, offer),
    ]


def _category(need: Item, offer: Item) -> Reason:
    if need.category == offer.category:
        return Reason("类别相同", CATEGORY)
    is_near = frozenset({need.category, offer.category}) in NEAR
    return Reason("类别相近", CATEGORY // 2 if is_near else 0)


def _audience(need: Item, offer: Item) -> Reason:
    if need.audiences and offer.audiences:
        return Reason("对象一致", AUDIENCE)
    return Reason("不限对象", ANYBODY)


def _dates(need: Item, offer: Item) -> Reason:
    return Reason("日期合得上", DATES if (need.since or need.until) and (offer.since or offer.until) else DATES - 2)


def _people(need: Item, offer: Item) -> Reason:
    if not need.capacity or not offer.capacity:
        return Reason("人数没有写", PEOPLE - 3)
    if offer.capacity >= need.capacity:
        return Reason(f"坐得下 {need.capacity} 人", PEOPLE)
    times = math.ceil(need.capacity / offer.capacity)
    return Reason(f"一次 {offer.capacity} 人，要分 {times} 次", max(PEOPLE - times, 0))


def _grid(need: Item, offer: Item) -> Reason:
    if need.area is None or offer.area is None:
        return Reason("全街道都能去", GRID - 2)
    return Reason("同一网格", GRID) if need.area == offer.area else Reason("不在一个网格", 0)
