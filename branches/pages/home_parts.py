"""What stands on a secretary's home: rooms add their parts in `AppConfig.ready()`, the page knows none of them.

    home_parts.add(Part("组织生活", "branches/home_life.html", life_part, place=40))
    home_parts.add_tasks(due_activities)      # lines of the list at the top: what asks to be done

A part's template is drawn on the phone's page and on the desktop's, so it uses only what both sheets have: `ul.lines` with
`li > a, span.s, span.when`, `p.s`, `b`. It gets what `context` returns, and `title`; None leaves the part out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shimen.overview import Work

if TYPE_CHECKING:
    from branches.models import Organisation
    from shimen.accounts.models import User

Context = Callable[["User", "Sequence[Organisation]", dt.date], dict[str, Any] | None]
Tasks = Callable[["User", "Sequence[Organisation]", dt.date], Iterable[Work]]


@dataclass(frozen=True, slots=True)
class Part:
    """A box of the page. `context(user, led, on)`: the person, the organisations they lead, the day."""

    title: str
    template: str
    context: Context
    place: int = 50


MOST_OF_ONE = 3
_parts: dict[str, Part] = {}
_tasks: list[Tasks] = []


def add(part: Part) -> None:
    """Put a part on the page; one with the template of an earlier one takes its place."""
    _parts[part.template] = part


def add_tasks(source: Tasks) -> None:
    """Let `source(user, led, on)` say what asks to be done."""
    if source not in _tasks:
        _tasks.append(source)


def drawn(user: User, led: Sequence[Organisation], on: dt.date) -> list[dict[str, Any]]:
    """The parts with something to say, by place."""
    found = []
    for part in sorted(_parts.values(), key=lambda part: part.place):
        context = part.context(user, led, on)
        if context is not None:
            found.append({"title": part.title, "template": part.template, **context})
    return found


def tasks(user: User, led: Sequence[Organisation], on: dt.date) -> list[Work]:
    """Everything that asks to be done: the late first, then by day. No room crowds the others out: what one brings beyond
    its `MOST_OF_ONE` most urgent comes after the lines of all."""
    first: list[Work] = []
    rest: list[Work] = []
    for source in _tasks:
        found = sorted(source(user, led, on), key=_urgency)
        first += found[:MOST_OF_ONE]
        rest += found[MOST_OF_ONE:]
    return [*sorted(first, key=_urgency), *sorted(rest, key=_urgency)]


def _urgency(work: Work) -> tuple[bool, dt.date]:
    return (not work.alarm, work.due or dt.date.max)
