"""How a topic (议题共创) goes from a proposal to a resolution: the one table of its states, and who may do what. Pure.

Anybody inside proposes and supports. What goes on an agenda, what is merged or left out, and what was resolved is decided by
the street's staff and by those who convene the meetings of the area.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    RESOLVED = "resolved"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done with a topic."""

    SUPPORT = "support"
    UNSUPPORT = "unsupport"
    PUT_ON = "put_on"
    TAKE_OFF = "take_off"
    RESOLVE = "resolve"
    DECLINE = "decline"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    HEAR = "hear"
    # Minutes that were taken back and closed anew say something else; nobody presses a button for it.
    AMEND = "amend"
    RETRACT = "retract"


TITLES: dict[State, str] = {
    State.PROPOSED: "征集支持",
    State.SCHEDULED: "已列入议程",
    State.RESOLVED: "已议定",
    State.DECLINED: "没有列入",
    State.MERGED: "已并入",
    State.WITHDRAWN: "已撤回",
}

_LIVE = frozenset({State.PROPOSED, State.SCHEDULED})
# Whoever proposed what was merged is told of the result of the other one.
_TOLD = frozenset({State.RESOLVED, State.DECLINED, State.MERGED})

TRANSITIONS: dict[Verb, tuple[frozenset[State], State | None]] = {
    Verb.SUPPORT: (_LIVE, None),
    Verb.UNSUPPORT: (_LIVE, None),
    Verb.PUT_ON: (frozenset({State.PROPOSED}), State.SCHEDULED),
    Verb.TAKE_OFF: (frozenset({State.SCHEDULED}), State.PROPOSED),
    Verb.RESOLVE: (frozenset({State.SCHEDULED}), State.RESOLVED),
    Verb.DECLINE: (frozenset({State.PROPOSED}), State.DECLINED),
    Verb.REOPEN: (frozenset({State.DECLINED}), State.PROPOSED),
    Verb.MERGE: (frozenset({State.PROPOSED}), State.MERGED),
    Verb.UNMERGE: (frozenset({State.MERGED}), State.PROPOSED),
    Verb.WITHDRAW: (frozenset({State.PROPOSED}), State.WITHDRAWN),
    Verb.HEAR: (_TOLD, None),
    Verb.AMEND: (frozenset({State.RESOLVED}), None),
    Verb.RETRACT: (frozenset({State.RESOLVED}), State.PROPOSED),
}

_INSTEAD: dict[Verb, str] = {
    Verb.SUPPORT: "不再征集支持。",
    Verb.UNSUPPORT: "支持不再变动。",
    Verb.PUT_ON: "不能再列入议程。",
    Verb.TAKE_OFF: "没有可撤下的议程。",
    Verb.RESOLVE: "列入议程、开过会才能写议定结果。",
    Verb.DECLINE: "只有还在征集支持的，才能定为不列入。",
    Verb.REOPEN: "不用重新征集。",
    Verb.MERGE: "只有还在征集支持的，才能并入别的议题。",
    Verb.UNMERGE: "没有可拆开的。",
    Verb.WITHDRAW: "列入议程以后不能撤回，请召集人撤下。",
    Verb.HEAR: "还没有结果。",
    Verb.AMEND: "没有议定结果可改。",
    Verb.RETRACT: "没有议定结果可退回。",
}

STAFF, CONVENER = "staff", "convener"
_ANYBODY = frozenset({Verb.SUPPORT, Verb.UNSUPPORT})
_PROPOSER = frozenset({Verb.WITHDRAW, Verb.HEAR})
_CONVENING = frozenset({*TRANSITIONS} - _ANYBODY - _PROPOSER)


def target(verb: Verb, state: State) -> State:
    """The state after a verb. Raises `ValueError` with a Chinese sentence where the verb does not fit the state."""
    states, to = TRANSITIONS[verb]
    if state not in states:
        raise ValueError(f"这个议题{TITLES[state]}，{_INSTEAD[verb]}")
    return to or state


def may(verb: Verb, *, roles: Iterable[str], is_proposer: bool = False) -> bool:
    """Whether somebody with these roles over the topic's area may do this with it."""
    if verb in _PROPOSER:
        return is_proposer
    return verb in _ANYBODY or bool({STAFF, CONVENER} & set(roles))


def offered(state: State) -> list[Verb]:
    """The verbs that fit, in the order of a page."""
    order = (
        Verb.RESOLVE, Verb.PUT_ON, Verb.TAKE_OFF, Verb.MERGE, Verb.UNMERGE, Verb.DECLINE, Verb.REOPEN, Verb.WITHDRAW,
    )  # fmt: skip
    return [verb for verb in order if state in TRANSITIONS[verb][0]]
