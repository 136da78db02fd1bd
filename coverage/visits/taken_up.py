"""What a demand has become in an app above: where it goes on, it is answered there, and here one reads how it stands.

Asked for by a signal, because coverage knows nothing of what stands above it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from coverage import signals
from coverage.models import Demand


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it was given: the words, when, and by whom and how in one phrase."""

    words: str
    at: dt.datetime
    how: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """`title` names what the demand has become, `state` says where that stands (`tone` as of a chip), `url` is its page.

    `answers` are those given there, the newest first; lists leave them out.
    """

    title: str
    state: str
    tone: str
    url: str
    answers: list[Said] = field(default_factory=list)
    receipt: str = ""  # where whoever raised it reads and rates it without an account


def of_many(demands: Iterable[Demand]) -> dict[uuid.UUID, TakenUp]:
    """By the demand's id, those that go on elsewhere; one question for all of them."""
    ids = [demand.pk for demand in demands]
    return _asked(ids, in_full=False) if ids else {}


def of(demand: Demand) -> TakenUp | None:
    """What one demand has become, with the answers given there; None where it is answered here."""
    return _asked([demand.pk], in_full=True).get(demand.pk)


def _asked(ids: list[uuid.UUID], *, in_full: bool) -> dict[uuid.UUID, TakenUp]:
    found: dict[uuid.UUID, TakenUp] = {}
    for _, answer in signals.demands_taken_up.send(sender=Demand, ids=ids, in_full=in_full):
        if isinstance(answer, dict):
            found.update(answer)
    return found
