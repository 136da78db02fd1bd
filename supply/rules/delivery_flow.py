"""How a direct delivery moves: which verb leads from which state to which, and who may do it. Pure.

requested → accepted → dispatched → delivered → rated; refused and cancelled are ends of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    RATED = "rated"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    PLAN = "plan"  # another day
    DISPATCH = "dispatch"
    BACK = "back"  # nobody was there: it goes out another day
    DELIVER = "deliver"
    RATE = "rate"
    CANCEL = "cancel"


TITLES: Mapping[State, str] = {
    State.REQUESTED: "等接单",
    State.ACCEPTED: "已接单",
    State.DISPATCHED: "在路上",
    State.DELIVERED: "已送达",
    State.RATED: "已评价",
    State.REFUSED: "没接",
    State.CANCELLED: "已取消",
}
WORDS: Mapping[Verb, str] = {
    Verb.ACCEPT: "接单",
    Verb.REFUSE: "回绝",
    Verb.PLAN: "改日子",
    Verb.DISPATCH: "出发",
    Verb.BACK: "改天再送",
    Verb.DELIVER: "登记送达",
    Verb.RATE: "评价",
    Verb.CANCEL: "取消",
}


class Side(StrEnum):
    """On which side of the door somebody stands."""

    GIVING = "giving"  # the office, the station master
    TAKING = "taking"  # who speaks for the organisation


@dataclass(frozen=True, slots=True)
class Move:
    """What a verb does: from these states to that one, by these sides."""

    sources: frozenset[State]
    target: State
    sides: frozenset[Side]


def _move(target: State, *sources: State, by: Collection[Side]) -> Move:
    return Move(frozenset(sources), target, frozenset(by))


_GIVING, _TAKING = (Side.GIVING,), (Side.TAKING, Side.GIVING)
MOVES: Mapping[Verb, Move] = {
    Verb.ACCEPT: _move(State.ACCEPTED, State.REQUESTED, by=_GIVING),
    Verb.REFUSE: _move(State.REFUSED, State.REQUESTED, by=_GIVING),
    Verb.DISPATCH: _move(State.DISPATCHED, State.ACCEPTED, by=_GIVING),
    Verb.PLAN: _move(State.ACCEPTED, State.ACCEPTED, by=_GIVING),
    Verb.DELIVER: _move(State.DELIVERED, State.DISPATCHED, by=_GIVING),
    Verb.BACK: _move(State.ACCEPTED, State.DISPATCHED, by=_GIVING),
    # Who brought it does not rate it.
    Verb.RATE: _move(State.RATED, State.DELIVERED, by=(Side.TAKING,)),
    Verb.CANCEL: _move(State.CANCELLED, State.REQUESTED, State.ACCEPTED, by=_TAKING),
}


def target(verb: Verb, state: State) -> State:
    """The state after `verb`. Raises `ValueError` with a sentence where the state does not allow it.

    >>> target(Verb.ACCEPT, State.REQUESTED).value
    'accepted'
    """
    move = MOVES[verb]
    if state not in move.sources:
        raise ValueError(f"这一单{TITLES[state]}，不能再{WORDS[verb]}。")
    return move.target


def offered(state: State, sides: Collection[Side]) -> list[Verb]:
    """The verbs that somebody on these sides may use on a delivery in this state, in the order of the flow."""
    return [verb for verb, move in MOVES.items() if state in move.sources and not move.sides.isdisjoint(sides)]


def steps(state: State) -> tuple[tuple[str, ...], int]:
    """The five steps as they are drawn, and which of them is waited for: what has happened is behind it."""
    flow = (State.REQUESTED, State.ACCEPTED, State.DISPATCHED, State.DELIVERED, State.RATED)
    words = ("申请", "接单", "出发", "送达", "评价")
    return words, flow.index(state) + 1 if state in flow else 0
