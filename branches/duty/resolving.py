"""Which row of a partition holds for a room, and how an entity is covered by what is known of it. Pure.

Floors are half-open pairs `[low, high)`, None = unbounded, as the database keeps them. A basement is a negative floor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Holder = TypeVar("Holder")

SINGLE, JOINT, STREET_BLOCK, BUILDING, INSTRUCTOR = "single", "joint", "street_block", "building", "instructor"


@dataclass(frozen=True, slots=True)
class Floors:
    """Floors of a place: from `low` to below `high`."""

    low: int | None = None
    high: int | None = None

    @property
    def is_every(self) -> bool:
        return self.low is None and self.high is None

    def hold(self, floor: int | None) -> bool:
        """Whether a floor lies within; of an unknown floor only the whole place can tell."""
        if floor is None:
            return self.is_every
        return (self.low is None or self.low <= floor) and (self.high is None or floor < self.high)


@dataclass(frozen=True, slots=True)
class Row(Generic[Holder]):
    """A row of the partition that holds on the day asked for: whose the floors of a place are."""

    holder: Holder
    floors: Floors = Floors()


def resolve(
    own: Iterable[Row[Holder]], building: Iterable[Row[Holder]] = (), *, floor: int | None = None
) -> Holder | None:
    """Who answers for a place: its own row, else its building's row that contains its floor, else nobody.

    A room whose floor is not known is answered for only by a row that names the whole place: nothing is guessed.
    """
    for rows in (own, building):
        for row in rows:
            if row.floors.hold(floor):
                return row.holder
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """What decides how an entity is covered. `units` counts the units of the organisation it helped to found, 0 = none;
    `members` counts the party members known with consent; `area_kind` is the kind of the branch at its place, '' = none."""

    units: int = 0
    is_joint: bool = False
    members: int = 0
    area_kind: str = ""


def way_of(known: Known, *, founding: int) -> str:
    """How an entity is covered by itself, '' where nobody answers for it. `founding` is the rule `founding_members`.

    A unit of an organisation is organised, alone or jointly. In the area of a branch an entity with some members, fewer than
    may found a branch, is organised jointly with its neighbours. With none, or with enough for a branch of its own that has
    not been founded, the branch only reaches it.
    """
    if known.units:
        return JOINT if known.is_joint or known.units > 1 else SINGLE
    if not known.area_kind:
        return ""
    if 0 < known.members < founding:
        return JOINT
    return BUILDING if known.area_kind == "building" else STREET_BLOCK
