"""The sum that must come out even: what a round owed, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Numbers of stops by outcome. `carried` (from earlier rounds) is within the sum, `found` outside it.

    `frozen` is the number written down when the roster was frozen; None where a part of the street is looked at.
    """

    visited: int = 0
    no_answer: int = 0
    exempt: int = 0
    closed: int = 0
    moved: int = 0
    unvisited: int = 0
    carried: int = 0
    found: int = 0
    frozen: int | None = None

    @classmethod
    def of(cls, counts: Mapping[str, int], *, found: int = 0, frozen: int | None = None) -> Balance:
        """From counts per outcome of `Stop`, with `carried` among them."""
        known = {k: counts.get(k, 0) for k in ("visited", "no_answer", "exempt", "closed", "moved", "carried")}
        return cls(**known, unvisited=counts.get("due", 0), found=found, frozen=frozen)

    @property
    def parts(self) -> int:
        return self.visited + self.no_answer + self.exempt + self.closed + self.moved + self.unvisited

    @property
    def due(self) -> int:
        """应访: the frozen number where it is known, so that a lost or added row shows."""
        return self.parts if self.frozen is None else self.frozen

    @property
    def is_even(self) -> bool:
        return self.due == self.parts

    @property
    def reached(self) -> int:
        """Stops with any result."""
        return self.parts - self.unvisited

    def as_json(self) -> dict[str, int | None]:
        """What is kept on a closed round."""
        return asdict(self) | {"due": self.due}
