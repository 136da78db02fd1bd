"""The four levels on which a matter can be solved, lowest first.

支部走访直接解决 → 议事载体协商解决 → 网格会商协同解决 → 上报区级平台. The lower it is solved, the less goes up.
"""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """A level of the chain; its number is its order."""

    BRANCH = 1
    COUNCIL = 2
    GRID = 3
    DISTRICT = 4

    @property
    def solved(self) -> str:
        """支部解决, 议事协商解决."""
        return f"{self.title.removesuffix('直接解决')}解决"

    @property
    def title(self) -> str:
        return TITLES[self]

    @property
    def above(self) -> Level | None:
        return None if self is Level.DISTRICT else Level(self + 1)

    @property
    def below(self) -> Level | None:
        return None if self is Level.BRANCH else Level(self - 1)


TITLES = {
    Level.BRANCH: "支部直接解决",
    Level.COUNCIL: "议事协商",
    Level.GRID: "网格会商",
    Level.DISTRICT: "区级平台",
}
# By which rule of the book a level is given its working days.
LIMIT_KEYS = {
    Level.BRANCH: "matter_branch_days",
    Level.COUNCIL: "matter_council_days",
    Level.GRID: "matter_grid_days",
    Level.DISTRICT: "matter_district_days",
}
