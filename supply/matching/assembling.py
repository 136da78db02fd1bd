"""Which offers stand on a week's menu, and to whom each is proposed first. Pure; the rule is told in docs/menu.md.

1. Those served stand in a row, whoever has waited longest in front; of equals it begins one further each week.
2. Each in turn is proposed the offer that suits it best: what answers its own need, then a kind of thing it has not had
   lately, then its own grid, then what has not been on a menu for longest. Of an offer at most half of the places are kept.
3. The rest of the menu is filled so that kinds alternate: what answers more needs first, then what has not been on for longest.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

NEVER = 10_000  # weeks, for whoever or whatever has never had a turn


@dataclass(frozen=True, slots=True)
class Offer:
    """A resource or project that can be put on the menu. `weeks` since it stood on one; `needs` how many open needs it
    answers; `share` how many places one organisation is kept (people come in small groups)."""

    key: Hashable
    category: str
    audiences: frozenset[str] = frozenset()
    area: Hashable = None
    quota: int = 8
    share: int = 1
    weeks: int = NEVER
    needs: int = 0

    @property
    def most(self) -> int:
        """To how many it may be proposed: places for half of its quota, and to one at least."""
        return max(1, self.quota // 2 // self.share)


@dataclass(frozen=True, slots=True)
class Taker:
    """An organisation. `weeks` without anything; `wants` the offers that answer its own open needs, with their scores;
    `had` the categories of the last quarter; `audiences` whom it has, empty for unknown."""

    key: Hashable
    weeks: int = NEVER
    area: Hashable = None
    wants: Mapping[Hashable, int] = field(default_factory=dict)
    had: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposed:
    """An offer kept for an organisation: `by_need` says that it answers a need of its own."""

    offer: Hashable
    taker: Hashable
    weeks: int
    by_need: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The offers of a menu in the order in which they were chosen, and the proposals in the order of the row."""

    offers: tuple[Hashable, ...]
    proposals: tuple[Proposed, ...]


def in_row(takers: Sequence[Taker], turn: int) -> list[Taker]:
    """Whoever has waited longest in front; of equals the one at place `turn` begins, so that none is always last."""
    if not takers:
        return []
    start = turn % len(takers)
    turned = [*takers[start:], *takers[:start]]
    return sorted(turned, key=lambda taker: -taker.weeks)


def assemble(offers: Sequence[Offer], takers: Sequence[Taker], *, most: int, from_weeks: int, turn: int = 0) -> Draft:
    """A menu of at most `most` offers; proposals go to those who have waited for `from_weeks` weeks or more."""
    chosen: dict[Hashable, Offer] = {}
    kept: dict[Hashable, int] = {}
    proposals: list[Proposed] = []
    for taker in in_row(takers, turn):
        if taker.weeks < from_weeks:
            break
        open_to = [o for o in offers if kept.get(o.key, 0) < o.most and (o.key in chosen or len(chosen) < most)]
        best = best_for(taker, open_to)
        if best is not None:
            chosen.setdefault(best.key, best)
            kept[best.key] = kept.get(best.key, 0) + 1
            proposals.append(Proposed(best.key, taker.key, taker.weeks, best.key in taker.wants))
    _fill(chosen, offers, most)
    return Draft(tuple(chosen), tuple(proposals))


def suits(taker: Taker, offer: Offer) -> bool:
    """Whether an offer is for this organisation at all: its people, and its grid or the whole street."""
    if offer.key in taker.wants:
        return True
    is_for_them = not offer.audiences or not taker.audiences or not offer.audiences.isdisjoint(taker.audiences)
    return is_for_them and (offer.area is None or taker.area is None or offer.area == taker.area)


def best_for(taker: Taker, offers: Sequence[Offer]) -> Offer | None:
    """The offer that suits an organisation best; the earlier one of equals. None where nothing is for it."""
    found = [offer for offer in offers if suits(taker, offer)]
    if not found:
        return None
    return max(
        found,
        key=lambda o: (taker.wants.get(o.key, 0), o.category not in taker.had, o.area is not None, o.weeks, o.needs),
    )


def _fill(chosen: dict[Hashable, Offer], offers: Sequence[Offer], most: int) -> None:
    """Add offers until the menu is full: of the category that has fewest on it, the one that answers most."""
    left: dict[str, list[Offer]] = {}
    for offer in sorted(offers, key=lambda o: (-o.needs, -o.weeks)):
        if offer.key not in chosen:
            left.setdefault(offer.category, []).append(offer)
    counts: dict[str, int] = {}
    for offer in chosen.values():
        counts[offer.category] = counts.get(offer.category, 0) + 1
    while len(chosen) < most and left:
        category = min(left, key=lambda name: counts.get(name, 0))
        offer = left[category].pop(0)
        chosen[offer.key] = offer
        counts[category] = counts.get(category, 0) + 1
        if not left[category]:
            del left[category]
