"""The life of a booking: one table of what leads where. Pure.

waiting ──offer──▶ offered ──take──▶ pending / confirmed ──check in──▶ used
                      │ lapse            │ refuse, cancel     │ release (nobody came)
                      ▼                  ▼                    ▼
                    lapsed        refused, cancelled       released
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a booking stands; the value is kept, `words` are shown."""

    WAITING = "waiting"
    OFFERED = "offered"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    USED = "used"
    RELEASED = "released"
    LAPSED = "lapsed"
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return WORDS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, WORDS[state]) for state in cls]


WORDS: Mapping[State, str] = {
    State.WAITING: "候补",
    State.OFFERED: "轮到了，待确认",
    State.PENDING: "待站长同意",
    State.CONFIRMED: "已订",
    State.USED: "已签到",
    State.RELEASED: "没来，已释放",
    State.LAPSED: "候补过期",
    State.REFUSED: "未同意",
    State.CANCELLED: "已取消",
}

# While a booking is in one of these, nobody else can have what it holds.
STANDING: tuple[State, ...] = (State.OFFERED, State.PENDING, State.CONFIRMED, State.USED)

# By what is done: the states from which it may be done, and where it leads (None: decided by what the space asks for).
MOVES: Mapping[str, tuple[frozenset[State], State | None]] = {
    "offer": (frozenset({State.WAITING}), State.OFFERED),
    "take": (frozenset({State.OFFERED}), None),
    "lapse": (frozenset({State.OFFERED, State.WAITING, State.PENDING}), State.LAPSED),
    "agree": (frozenset({State.PENDING}), State.CONFIRMED),
    "refuse": (frozenset({State.PENDING}), State.REFUSED),
    "move": (frozenset({State.PENDING, State.CONFIRMED}), None),
    "cancel": (frozenset({State.WAITING, State.OFFERED, State.PENDING, State.CONFIRMED}), State.CANCELLED),
    "check_in": (frozenset({State.CONFIRMED}), State.USED),
    "release": (frozenset({State.CONFIRMED}), State.RELEASED),
    "take_place": (frozenset({State.CONFIRMED}), State.USED),
}


def allowed(state: State | str, move: str) -> bool:
    """Whether that may be done to a booking in that state."""
    return State(state) in MOVES[move][0]
