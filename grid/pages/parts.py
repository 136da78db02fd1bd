"""What other rooms put on the pages of a council, of a grid, and of those who work in one; the pages know none of them.

    parts.add(parts.COUNCIL, Part("会议", "grid/council_meetings.html", meetings_part, place=20))

A part's template is drawn as a card's body; it reads what `context(user, subject, on)` returns as `part.…`. None leaves the part
out. The subject is the council, the grid (an area), or the person whose home it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shimen.overview import Work

if TYPE_CHECKING:
    from shimen.accounts.models import User

COUNCIL, GRID, HOME = "council", "grid", "home"

Context = Callable[["User", Any, dt.date], dict[str, Any] | None]
Tasks = Callable[["User", dt.date], Iterable[Work]]
Gaps = Callable[["User", Any, dt.date], Iterable[Work]]


@dataclass(frozen=True, slots=True)
class Part:
    """A card of a page."""

    title: str
    template: str
    context: Context
    place: int = 50


_parts: dict[tuple[str, str], Part] = {}
_tasks: list[Tasks] = []
_gaps: list[Gaps] = []


def add(page: str, part: Part) -> None:
    """Put a part on a page; one with the template of an earlier one takes its place."""
    _parts[page, part.template] = part


def add_tasks(source: Tasks) -> None:
    """Let `source(user, on)` say what asks a convener or somebody lent to a grid to act."""
    if source not in _tasks:
        _tasks.append(source)


def add_gaps(source: Gaps) -> None:
    """Let `source(user, grid, on)` say what is missing in a grid."""
    if source not in _gaps:
        _gaps.append(source)


def drawn(page: str, user: User, subject: Any, on: dt.date) -> list[dict[str, Any]]:
    """The parts of a page with something to say, by place: title, template, and their context."""
    found = []
    for part in sorted((part for (at, _), part in _parts.items() if at == page), key=lambda part: part.place):
        context = part.context(user, subject, on)
        if context is not None:
            found.append({"title": part.title, "template": part.template, **context})
    return found


def tasks(user: User, on: dt.date) -> list[Work]:
    """What asks to be done: the late first, then by day."""
    return sorted(
        (work for source in _tasks for work in source(user, on)),
        key=lambda work: (not work.alarm, work.due or dt.date.max),
    )


def gaps(user: User, grid: Any, on: dt.date) -> list[Work]:
    """What is missing in a grid, alarms first."""
    return sorted((gap for source in _gaps for gap in source(user, grid, on)), key=lambda gap: not gap.alarm)
