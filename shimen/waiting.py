"""How much waits for a person, and the first of it, read for all rooms in one query a page.

    waiting.about(volunteers=lambda user: Volunteer.objects.visible_to(user).filter(state="waiting"))   # from ready()
    waiting.first_of(opinions=Shown(("received_at", "pk"), words=str, received_at=moment))
    if waiting.how_many(user, "volunteers"): …
    if first := waiting.first(user, "opinions"): first["words"]

The rooms that say what asks to be done (see `shimen.overview`) ask here first, and fetch rows only where there are any and
where more than the first is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from shimen import remember
from shimen.figures.values import glance

if TYPE_CHECKING:
    from shimen.accounts.models import User

moment = dt.datetime.fromisoformat
day = dt.date.fromisoformat


class Shown:
    """What is told of the first row: `order` says which it is, `columns` how each is read from JSON (str, int, `moment`, `day`)."""

    def __init__(self, order: tuple[Any, ...], **columns: Callable[[Any], Any]) -> None:
        self.order, self.columns = order, columns

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        told = JSONObject(**{name: name for name in self.columns})
        return rows.order_by(*self.order).annotate(told=told).values("told")

    def read(self, told: Mapping[str, Any]) -> dict[str, Any]:
        return {name: None if told[name] is None else read(told[name]) for name, read in self.columns.items()}


_rows: dict[str, Callable[[User], QuerySet[Any]]] = {}
_shown: dict[str, Shown] = {}


def about(**rows: Callable[[User], QuerySet[Any]]) -> None:
    """Let `rows(user)` be counted under a name, along with those of the other rooms."""
    _rows.update(rows)


def first_of(**shown: Shown) -> None:
    """Let something be told of the first row of what is counted under a name."""
    _shown.update(shown)


def how_many(user: User, name: str) -> int:
    """How many rows wait under a name; nothing for those without a street. Unknown names raise KeyError."""
    if user.street_id is None:
        return 0
    return _all(user)[0][name] if remember.is_drawing() else _rows[name](user).count()


def first(user: User, name: str) -> dict[str, Any] | None:
    """What was asked to be told of the first row under a name; None where nothing waits. Unknown names raise KeyError."""
    shown = _shown[name]
    if user.street_id is None:
        return None
    told = (
        _all(user)[1][name]
        if remember.is_drawing()
        else shown.of(_rows[name](user)).values_list("told", flat=True).first()
    )
    return None if told is None else shown.read(told)


@remember.for_one_page
def _all(user: User) -> tuple[dict[str, int], dict[str, Any]]:
    counted = {name: rows(user) for name, rows in _rows.items()}
    if user.street is None:
        return dict.fromkeys(counted, 0), dict.fromkeys(_shown)
    return glance(user.street, counted, {name: shown.of(counted[name]) for name, shown in _shown.items()})
