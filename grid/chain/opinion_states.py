"""What becomes of an opinion (街情气象站): the one table of its states, and who may decide on it. Pure.

An opinion waits until somebody sorts it: it becomes a matter, joins a topic, is answered at once, is not ours, or says what
another one said before. A decision can be taken back as long as nothing has been built on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """Where an opinion stands."""

    WAITING = "waiting"
    MATTER = "matter"
    TOPIC = "topic"
    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done with an opinion."""

    TO_MATTER = "matter"
    TO_TOPIC = "topic"
    ANSWER = "answer"
    ELSEWHERE = "elsewhere"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


TITLES: dict[State, str] = {
    State.WAITING: "待分拣",
    State.MATTER: "已转事项",
    State.TOPIC: "已转议题",
    State.ANSWERED: "已直接答复",
    State.ELSEWHERE: "已告知去处",
    State.DUPLICATE: "与另一条相同",
    State.WITHDRAWN: "已撤回",
}
# Decided by a word, so that nothing else waits for it.
SAID = frozenset({State.ANSWERED, State.ELSEWHERE, State.DUPLICATE})

_SORTED = frozenset({State.MATTER, State.TOPIC, *SAID})
TRANSITIONS: dict[Verb, tuple[frozenset[State], State]] = {
    Verb.TO_MATTER: (frozenset({State.WAITING}), State.MATTER),
    Verb.TO_TOPIC: (frozenset({State.WAITING}), State.TOPIC),
    Verb.ANSWER: (frozenset({State.WAITING}), State.ANSWERED),
    Verb.ELSEWHERE: (frozenset({State.WAITING}), State.ELSEWHERE),
    Verb.DUPLICATE: (frozenset({State.WAITING}), State.DUPLICATE),
    Verb.REOPEN: (_SORTED, State.WAITING),
    Verb.WITHDRAW: (_SORTED | {State.WAITING}, State.WITHDRAWN),
}

STAFF, SECRETARY = "staff", "secretary"
_SORTING = frozenset({*TRANSITIONS} - {Verb.WITHDRAW})
_MAY: dict[str, frozenset[Verb]] = {STAFF: _SORTING | {Verb.WITHDRAW}, SECRETARY: _SORTING}


def target(verb: Verb, state: State) -> State:
    """The state after a verb. Raises `ValueError` with a Chinese sentence where the verb does not fit the state."""
    states, to = TRANSITIONS[verb]
    if state in states:
        return to
    if state is State.WITHDRAWN:
        raise ValueError("本人已经撤回，这一条不能再处理。")
    if state is State.WAITING:
        raise ValueError("这一条还没有分拣，没有可退回的。")
    raise ValueError(f"这一条{TITLES[state]}，不能再这样处理。先“退回待分拣”。")


def may(verb: Verb, *, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles over the opinion's area may do this with it."""
    return any(verb in _MAY.get(role, frozenset()) for role in roles)
