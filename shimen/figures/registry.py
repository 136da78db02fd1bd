"""Which numbers are published, and what each of them means.

A figure is a definition in Chinese and a queryset: its value is never written down, only counted from those rows.
Apps register theirs in `AppConfig.ready()`; this module knows none of them and imports no model.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

    from shimen.territory.models import Street


class Pillar(enum.StrEnum):
    """The three pillars by which the overview is laid out."""

    COVERAGE = "覆盖"
    INTEGRATION = "融合"
    EMPOWERMENT = "赋能"


class Qualifier(enum.StrEnum):
    """How exact a published number is; the value is the word that stands before it."""

    EXACT = ""
    AT_LEAST = "不少于"
    ABOUT = "约"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the rows behind a figure: heading, and the path from the row (`entity.name`, `get_kind_display`)."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A published number.

    rows      the rows behind it in a street; a queryset of a model with `visible_to`
    past      the same as it stood at the end of an earlier day, only where rows tell it truthfully
    ever      every row that was ever counted, and `held`, the condition by which a day's are told among them: where both
              are given, the whole course is counted in one pass instead of one per day (`past` says the same of a single day)
    measure   the column to add up; '' counts rows
    is_largest  the value is the largest of `measure`, not its sum
    per       key of the figure of which this one is a share: the value is then a percentage
    columns   how a row is shown and exported; `related` is what to fetch with it, `order` how rows are sorted
    row_url   URL name of a row's own page and the path to its id, e.g. ("coverage:entity", "entity_id")
    list_url  URL name of the page of the app where the same rows can be worked on
    is_personal  the rows are people: looking at them is recorded, they are not exported from here
    """

    key: str
    title: str
    definition: str
    unit: str
    pillar: Pillar
    rows: Callable[[Street], QuerySet[Any]]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    qualifier: Qualifier = Qualifier.EXACT
    past: Callable[[Street, dt.date], QuerySet[Any]] | None = None
    ever: Callable[[Street], QuerySet[Any]] | None = None
    held: Callable[[dt.date], Q] | None = None
    measure: str = ""
    is_largest: bool = False
    per: str = ""
    related: tuple[str, ...] = ()
    row_url: tuple[str, str] = ("", "")
    list_url: str = ""
    is_personal: bool = False
    place: int = 50


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    """Publish figures; one with the key of an earlier one is a mistake."""
    for figure in figures:
        if figure.key in _figures and _figures[figure.key] != figure:
            raise ValueError(f"two figures have the key {figure.key}")
        _figures[figure.key] = figure


def every() -> list[Figure]:
    """All figures, by pillar and place."""
    order = list(Pillar)
    return sorted(_figures.values(), key=lambda f: (order.index(f.pillar), f.place, f.key))


def find(key: str) -> Figure | None:
    """The figure of that key."""
    return _figures.get(key)
