"""What a plan is worth, in figures that can be compared from round to round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.planning.problem import Plan, Stop


@dataclass(frozen=True, slots=True)
class Worth:
    """Walking metres of the whole round; load spread in visits (largest minus smallest member); kept share 0..1.

    `kept` counts the stops that had a visitor before; it is None when no stop had one. `saving` is the share of
    walking saved against the baseline, None without one.
    """

    metres: float
    load_spread: int
    kept: float | None
    saving: float | None
    walks: int
    stops: int


def worth(plan: Plan, stops: Sequence[Stop], *, baseline: Plan | None = None) -> Worth:
    """Figures of `plan` for `stops`; `baseline` is what it is compared with, usually `address_order`."""
    load = Counter[str]()
    visitor: dict[str, str] = {}
    for walk in plan.walks:
        load[walk.member] += len(walk.stops)
        visitor.update(dict.fromkeys(walk.stops, walk.member))
    had = [s for s in stops if s.owner is not None and s.key in visitor]
    before = baseline.metres if baseline is not None else 0.0
    return Worth(
        metres=plan.metres,
        load_spread=max(load.values()) - min(load.values()) if load else 0,
        kept=sum(visitor[s.key] == s.owner for s in had) / len(had) if had else None,
        saving=1 - plan.metres / before if before > 0 else None,
        walks=len(plan.walks),
        stops=len(visitor),
    )
