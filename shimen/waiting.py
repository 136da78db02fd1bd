"""How much waits for a person, counted for all rooms in one query a page.

    waiting.about(volunteers=lambda user: Volunteer.objects.visible_to(user).filter(state="waiting"))   # from ready()
    if waiting.how_many(user, "volunteers"): …

The rooms that say what asks to be done (see `shimen.overview`) ask here first, and fetch rows only where there are any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from shimen import remember
from shimen.figures.values import count

if TYPE_CHECKING:
    from shimen.accounts.models import User

_rows: dict[str, Callable[[User], QuerySet[Any]]] = {}


def about(**rows: Callable[[User], QuerySet[Any]]) -> None:
    """Let `rows(user)` be counted under a name, along with those of the other rooms."""
    _rows.update(rows)


def how_many(user: User, name: str) -> int:
    """How many rows wait under a name; nothing for those without a street. Unknown names raise KeyError."""
    if user.street_id is None:
        return 0
    return _all(user)[name] if remember.is_drawing() else _rows[name](user).count()


@remember.for_one_page
def _all(user: User) -> dict[str, int]:
    counted = {name: rows(user) for name, rows in _rows.items()}
    return count(user.street, **counted) if user.street is not None else dict.fromkeys(counted, 0)
