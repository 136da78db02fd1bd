"""The life of a meeting: from which state which verb leads where, and who may do it. Pure.

A grid meeting comes as a draft from the calendar, a council's meeting from whoever plans it. Called means that the agenda is
settled and the invitation is out; under way means that minutes are taken; held means that they are final.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """What a meeting is for. 听证, 协调 and 评议 are the three kinds of a council's meeting."""

    GRID = "grid"
    HEARING = "hearing"
    MEDIATION = "mediation"
    REVIEW = "review"

    @property
    def words(self) -> str:
        """As it is called."""
        return KINDS[self]


KINDS: dict[Kind, str] = {
    Kind.GRID: "网格例会",
    Kind.HEARING: "听证会",
    Kind.MEDIATION: "协调会",
    Kind.REVIEW: "评议会",
}
PURPOSES: dict[Kind, str] = {
    Kind.GRID: "每双周一次，会商支部和议事会没解决的事",
    Kind.HEARING: "定之前听意见",
    Kind.MEDIATION: "有争议时商量",
    Kind.REVIEW: "办完之后评一评",
}


class State(StrEnum):
    """Where a meeting stands."""

    DRAFT = "draft"
    CALLED = "called"
    UNDER_WAY = "under_way"
    HELD = "held"
    CANCELLED = "cancelled"


STATES: dict[State, str] = {
    State.DRAFT: "议程待审",
    State.CALLED: "已通知",
    State.UNDER_WAY: "正在开",
    State.HELD: "已召开",
    State.CANCELLED: "不开了",
}


class Verb(StrEnum):
    """What can be done with a meeting."""

    EDIT = "edit"
    ARRANGE = "arrange"  # the agenda
    CALL = "call"
    BEGIN = "begin"
    NOTE = "note"  # minutes of an item
    ATTEND = "attend"
    RESOLVE = "resolve"
    VOTE = "vote"
    CLOSE = "close"
    CANCEL = "cancel"
    RESTORE = "restore"
    REOPEN = "reopen"
    ADD = "add"  # something to minutes that are final
    FOLLOW = "follow"  # what became of an earlier resolution


_BEFORE = frozenset({State.DRAFT, State.CALLED})
_OPEN = _BEFORE | {State.UNDER_WAY}

TRANSITIONS: dict[Verb, tuple[frozenset[State], State | None]] = {
    Verb.EDIT: (_BEFORE, None),
    Verb.ARRANGE: (_OPEN, None),
    Verb.CALL: (frozenset({State.DRAFT}), State.CALLED),
    Verb.BEGIN: (_BEFORE, State.UNDER_WAY),
    Verb.NOTE: (_OPEN, None),
    Verb.ATTEND: (_OPEN, None),
    Verb.RESOLVE: (frozenset({State.UNDER_WAY}), None),
    Verb.VOTE: (frozenset({State.UNDER_WAY}), None),
    Verb.CLOSE: (frozenset({State.UNDER_WAY}), State.HELD),
    Verb.CANCEL: (_BEFORE, State.CANCELLED),
    Verb.RESTORE: (frozenset({State.CANCELLED}), State.DRAFT),
    Verb.REOPEN: (frozenset({State.HELD}), State.UNDER_WAY),
    Verb.ADD: (frozenset({State.HELD}), None),
    Verb.FOLLOW: (frozenset({State.UNDER_WAY, State.HELD}), None),
}

_INSTEAD: dict[Verb, dict[State, str]] = {
    Verb.NOTE: {State.CANCELLED: "这次会不开了，没有纪要可记。", State.HELD: "纪要已定稿，只能补记。"},
    Verb.RESOLVE: {
        State.CANCELLED: "这次会不开了，没有决议可记。",
        State.HELD: "纪要已定稿，不能再加决议。",
        State.DRAFT: "会还没有开始，先点“开始开会”，再记决议。",
        State.CALLED: "会还没有开始，先点“开始开会”，再记决议。",
    },
    Verb.VOTE: {
        State.DRAFT: "会还没有开始，先点“开始开会”，再表决。",
        State.CALLED: "会还没有开始，先点“开始开会”，再表决。",
    },
    Verb.CLOSE: {
        State.DRAFT: "会还没有开，不能定稿。",
        State.CALLED: "会还没有开，不能定稿。",
        State.CANCELLED: "这次会不开了，没有纪要可定稿。",
    },
    Verb.ARRANGE: {State.HELD: "纪要已定稿，议程不能再改。"},
    Verb.ATTEND: {State.HELD: "纪要已定稿，到会情况不能再改。"},
    Verb.CALL: {State.CALLED: "通知已经发过。", State.UNDER_WAY: "会已经开始，不用再通知。"},
    Verb.BEGIN: {State.UNDER_WAY: "会已经开始。"},
    Verb.CANCEL: {State.UNDER_WAY: "会已经开始，不能改成不开。开完定稿，或在纪要里写明中止。"},
    Verb.RESTORE: {State.DRAFT: "这次会照常开，不用恢复。"},
    Verb.REOPEN: {State.UNDER_WAY: "纪要还没有定稿，直接改。"},
    Verb.ADD: {State.UNDER_WAY: "纪要还没有定稿，直接改，不用补记。"},
}
_ELSE: dict[State, str] = {
    State.DRAFT: "会还没有通知。",
    State.CALLED: "会还没有开。",
    State.UNDER_WAY: "会已经开始，这一步过了。",
    State.HELD: "会已经开过，纪要定稿了。",
    State.CANCELLED: "这次会不开了。要开，先恢复。",
}


def target(verb: Verb, state: State) -> State:
    """The state after a verb. Raises `ValueError` with a Chinese sentence where the verb does not fit the state."""
    states, to = TRANSITIONS[verb]
    if state not in states:
        raise ValueError(_INSTEAD.get(verb, {}).get(state, _ELSE[state]))
    return to or state


def fits(verb: Verb, state: State) -> bool:
    return state in TRANSITIONS[verb][0]


STAFF, SECRETARY, CONVENER = "staff", "secretary", "convener"
# Secretaries of a grid take notes and put things on its agenda; calling, resolving and closing are for those who run it.
_HELPING = frozenset({Verb.NOTE, Verb.ARRANGE, Verb.ATTEND, Verb.FOLLOW})


def may(verb: Verb, *, kind: Kind, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles over a meeting's area may do this: staff everything, conveners run the meetings of
    councils, secretaries help with both."""
    for role in roles:
        if role == STAFF or (role == CONVENER and kind is not Kind.GRID):
            return True
        if role in (SECRETARY, CONVENER) and verb in _HELPING:
            return True
    return False
