"""From which state a matter may be moved by which verb, and where to: the one table.

A matter is open on one level at a time. Solved means that the result is written and the one who raised it waits for the
answer; closed means that they have it. Merged and withdrawn are ends as well, and each can be taken back.
"""

from __future__ import annotations

from enum import StrEnum

from grid.chain.levels import Level


class State(StrEnum):
    """Where a matter stands."""

    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done with a matter that stands."""

    ASSIGN = "assign"
    REPORT = "report"
    URGE = "urge"
    DEFER = "defer"
    UP = "up"
    DOWN = "down"
    ALONG = "along"
    SOLVE = "solve"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    MARK = "mark"
    AMEND = "amend"
    JOIN = "join"
    # Done with a receipt by whoever raised it; nobody inside is offered it.
    RATE = "rate"


TITLES: dict[State, str] = {
    State.OPEN: "办理中",
    State.SOLVED: "已解决，待答复",
    State.CLOSED: "已办结",
    State.MERGED: "已并入",
    State.WITHDRAWN: "已撤回",
}

_LIVE = frozenset({State.OPEN, State.SOLVED})

TRANSITIONS: dict[Verb, tuple[frozenset[State], State | None]] = {
    Verb.ASSIGN: (frozenset({State.OPEN}), None),
    Verb.REPORT: (frozenset({State.OPEN}), None),
    Verb.URGE: (frozenset({State.OPEN}), None),
    Verb.DEFER: (frozenset({State.OPEN}), None),
    Verb.UP: (frozenset({State.OPEN}), None),
    Verb.DOWN: (frozenset({State.OPEN}), None),
    Verb.ALONG: (frozenset({State.OPEN}), None),
    Verb.SOLVE: (frozenset({State.OPEN}), State.SOLVED),
    # A closed one is answered once more where whoever raised it says that they are not satisfied.
    Verb.ANSWER: (_LIVE | {State.CLOSED}, None),
    Verb.CLOSE: (frozenset({State.SOLVED}), State.CLOSED),
    Verb.REOPEN: (frozenset({State.SOLVED, State.CLOSED}), State.OPEN),
    Verb.MERGE: (frozenset({State.OPEN}), State.MERGED),
    Verb.UNMERGE: (frozenset({State.MERGED}), State.OPEN),
    Verb.WITHDRAW: (_LIVE, State.WITHDRAWN),
    Verb.MARK: (_LIVE, None),
    Verb.AMEND: (_LIVE, None),
    Verb.JOIN: (frozenset({State.OPEN}), None),
    Verb.RATE: (frozenset({State.SOLVED, State.CLOSED}), None),
}

_WORDS = {
    State.OPEN: "还在办",
    State.SOLVED: "已经解决，在等答复",
    State.CLOSED: "已经办结",
    State.MERGED: "已并入另一件",
    State.WITHDRAWN: "已撤回",
}


def target(verb: Verb, state: State) -> State:
    """The state after a verb. Raises `ValueError` with a Chinese sentence where the verb does not fit the state."""
    states, to = TRANSITIONS[verb]
    if state not in states:
        raise ValueError(f"这件事{_WORDS[state]}，{_INSTEAD[verb]}")
    return to or state


_INSTEAD = {
    Verb.ASSIGN: "不用再派。",
    Verb.REPORT: "不用再写进展。",
    Verb.URGE: "不用再催。",
    Verb.DEFER: "不用再延期。",
    Verb.UP: "不能转上一级。",
    Verb.DOWN: "不能退回下一级。",
    Verb.ALONG: "不能转给别处。",
    Verb.SOLVE: "不用再写结果。",
    Verb.ANSWER: "不用再答复。",
    Verb.CLOSE: "写了办理结果才能办结。",
    Verb.REOPEN: "不用重办。",
    Verb.MERGE: "不能并入别的事项。",
    Verb.UNMERGE: "没有可拆开的。",
    Verb.WITHDRAW: "不能撤回。",
    Verb.MARK: "不能改标记。",
    Verb.AMEND: "不能更正。",
    Verb.JOIN: "不用再请别的议事会。",
    Verb.RATE: "有了结果再评价。",
}


def offered(state: State, level: Level) -> list[Verb]:
    """The verbs that fit, in the order of a page: results first."""
    order = (
        Verb.SOLVE, Verb.CLOSE, Verb.UP, Verb.ASSIGN, Verb.REPORT, Verb.JOIN, Verb.DEFER, Verb.ALONG, Verb.DOWN,
        Verb.URGE, Verb.ANSWER, Verb.REOPEN, Verb.MERGE, Verb.UNMERGE, Verb.MARK, Verb.AMEND, Verb.WITHDRAW,
    )  # fmt: skip
    fits = [verb for verb in order if state in TRANSITIONS[verb][0]]
    without = {Verb.UP} if level.above is None else {Verb.DOWN} if level.below is None else set()
    if level is not Level.COUNCIL:
        without.add(Verb.JOIN)
    if state is State.CLOSED:
        without.add(Verb.ANSWER)
    return [verb for verb in fits if verb not in without]
