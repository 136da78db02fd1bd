"""What goes into a division and what comes out: plain frozen values, no database and no clock.

Coordinates are metres in a local plane (x east, y north); every length is a walking length in metres along the street.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shimen.territory import geo

TOLERANCE = 0.02
# What it is worth, in walking metres per shop, that a shop keeps the branch it knows, and that a grid stays whole.
PRICE_OF_CHANGE = 400.0
PRICE_OF_CUT = 300.0


class NotDivisible(ValueError):  # noqa: N818  (a refusal is named for what it says)
    """What was asked cannot be done; `sentence` says why in Chinese, fit for the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Measure(enum.StrEnum):
    """What is shared out evenly."""

    SHOPS = "shops"
    WORKERS = "workers"
    VISITS = "visits"

    @property
    def label(self) -> str:
        return {"shops": "商铺数", "workers": "从业人数", "visits": "走访次数"}[self.value]


class Reason(enum.StrEnum):
    """Why a shop is where it is."""

    NEAREST = "nearest"
    BALANCE = "balance"
    KEPT = "kept"
    GRID = "grid"
    WHOLE = "whole"
    PINNED = "pinned"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.NEAREST: "离本片中心最近",
    Reason.BALANCE: "离另一片更近，那一片已满",
    Reason.KEPT: "维持现有归属",
    Reason.GRID: "与所在网格一致",
    Reason.WHOLE: "避免成为飞地",
    Reason.PINNED: "人工指定",
}


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop. Shops with the same `place` stand behind one door and always stay together.

    `street` is the road's (or lane's) full name, "" when unknown; `workers` and `visits` are whole numbers, 0 when unknown;
    `area` is the key of the area to which it belongs today; `pinned` the key of the one a person has put it in.
    """

    key: str
    x: float
    y: float
    street: str = ""
    place: str = ""
    workers: int = 0
    visits: int = 0
    grid: str = ""
    area: str | None = None
    pinned: str | None = None

    def load(self, measure: Measure) -> int:
        """How much it weighs in that measure."""
        return 1 if measure is Measure.SHOPS else self.workers if measure is Measure.WORKERS else self.visits


@dataclass(frozen=True, slots=True)
class Area:
    """One area to be made: a branch, or a member's responsibility area.

    With `x` and `y` (metres) its centre is given, for instance the branch's venue; otherwise it is the door from which
    its shops are nearest on the whole.
    """

    key: str
    x: float | None = None
    y: float | None = None

    @property
    def is_fixed(self) -> bool:
        return self.x is not None and self.y is not None


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a division.

    `tolerance` is how far the load of an area may be from an equal share of `measure`, as a part of that share; infinity
    asks for no balance. Where whole shops cannot be that even (20 shops in 3 areas) the two whole numbers around the share
    are allowed. `price_of_change` and `price_of_cut` are walking metres that a shop may have to walk further in order to
    keep its area and to be in the same area as most of its grid. Joining an area that has no shop today costs nothing.
    Unless `is_whole` is off, shops that were cut off from their area go to a neighbouring one, before balance.
    """

    measure: Measure = Measure.SHOPS
    tolerance: float = TOLERANCE
    price_of_change: float = 0.0
    price_of_cut: float = 0.0
    is_whole: bool = True

    def __post_init__(self) -> None:
        if min(self.tolerance, self.price_of_change, self.price_of_cut) < 0:
            raise ValueError("tolerance and prices are not negative")

    def band(self, total: int, areas: int) -> tuple[int, int]:
        """Least and greatest load of an area, both attainable in whole numbers."""
        share = total / areas
        if math.isinf(self.tolerance):
            return 0, total
        low = math.ceil(share * (1 - self.tolerance) - 1e-9)
        high = math.floor(share * (1 + self.tolerance) + 1e-9)
        return max(0, min(low, math.floor(share))), max(high, math.ceil(share))


STANDARD = Rules()


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area. Lengths in walking metres from its centre (`x`, `y`) to its shops: mean, nine in ten, farthest.

    `load` is in the measure that was balanced, `streets` and `grids` count those that it touches, `pieces` the parts into
    which it falls along the street (1 is whole), `arrived` and `left` the shops that changed.
    """

    key: str
    x: float
    y: float
    load: int
    shops: int
    workers: int
    visits: int
    mean: float
    nine_in_ten: float
    farthest: float
    streets: int
    grids: int
    pieces: int
    arrived: int
    left: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a division is worth.

    `imbalance` is the largest distance of a load from the equal share, as a part of that share, `is_balanced` whether all
    loads lie within the rules; `spread` is the greatest less the smallest load; `mean` the walking metres of all shops to
    their centres; `cut_streets`, `cut_grids` how many lie in more than one area; `moved` how many shops leave the area
    they have today, `moved_between` those of them that do not go to a new area; `cut_off_pieces` the parts of areas that
    hang together with the rest of their area only through another one.
    """

    areas: tuple[AreaFigures, ...]
    imbalance: float
    is_balanced: bool
    spread: int
    mean: float
    cut_streets: int
    cut_grids: int
    moved: int
    moved_between: int
    cut_off_pieces: int


@dataclass(frozen=True, slots=True)
class Division:
    """Area by shop, with the reason for each shop and the figures; `areas` in the order of the keys."""

    areas: tuple[str, ...]
    area_of: Mapping[str, str]
    reason_of: Mapping[str, Reason]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several proposals: a short name for the code, a Chinese label, the rules it followed."""

    name: str
    label: str
    rules: Rules
    division: Division


def in_metres(shops: Sequence[Shop]) -> list[Shop]:
    """Shops whose `x` and `y` are longitude and latitude in degrees, put into a plane with its origin south-west of them."""
    if not shops:
        return []
    flat = geo.flat(((s.x, s.y) for s in shops), (min(s.x for s in shops), min(s.y for s in shops)))
    return [replace(shop, x=x, y=y) for shop, (x, y) in zip(shops, flat, strict=True)]
