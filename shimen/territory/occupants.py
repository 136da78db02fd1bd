"""Who stands at places and in areas, as told by the apps above; they register in `AppConfig.ready()`.

    occupants.register(Occupants(key="entities", title="市场主体", unit="家", in_areas=…, at_places=…, …))

The ground knows of doors and borders only. Before something is closed it asks how much still stands there, and its pages
list what it is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Area, Place

Counts = Mapping[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that stands at a place, in a list."""

    title: str
    text: str = ""
    url: str = ""
    where: uuid.UUID | None = None  # the place


def _none(_: Collection[uuid.UUID]) -> Counts:
    return {}


@dataclass(frozen=True, slots=True)
class Occupants:
    """A kind of thing that stands somewhere.

    `in_areas` and `at_places` count by area and by place, for whoever keeps the ground: everything that would be left
    without one. `listed` says what stands at some places as far as a person may see it; `charged` who looks after an
    area; `area_url` is the list of what stands in an area.
    """

    key: str
    title: str
    unit: str
    in_areas: Callable[[Collection[uuid.UUID]], Counts] = _none
    at_places: Callable[[Collection[uuid.UUID]], Counts] = _none
    listed: Callable[[User, Collection[uuid.UUID]], Iterable[Line]] = lambda *_: ()
    charged: Callable[[User, Area], Iterable[Line]] = lambda *_: ()
    area_url: Callable[[Area], str] = lambda _: ""
    order: int = 50


_registered: dict[str, Occupants] = {}


def register(*kinds: Occupants) -> None:
    """Tell of what stands somewhere; one with the key of an earlier one takes its place."""
    for kind in kinds:
        _registered[kind.key] = kind


def every() -> list[Occupants]:
    """All kinds in the order in which they are shown."""
    return sorted(_registered.values(), key=lambda kind: (kind.order, kind.key))


def left_in(area: Area) -> list[str]:
    """What still stands in an area, in words: 12 家市场主体."""
    return _in_words((kind, kind.in_areas([area.pk]).get(area.pk, 0)) for kind in every())


def left_at(place: Place) -> list[str]:
    """What still stands at a place, in words."""
    return _in_words((kind, kind.at_places([place.pk]).get(place.pk, 0)) for kind in every())


def _in_words(counted: Iterable[tuple[Occupants, int]]) -> list[str]:
    return [f"{count:,} {kind.unit}{kind.title}" for kind, count in counted if count]
