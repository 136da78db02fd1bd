"""The district platform's states of a case, and which of them may follow which. Pure.

受理 → 立案 → 派遣 → 处置 → 督办 → 核查 → 结案, with 退单 and 延期; the platform may leave states out and go back to 处置 after a
check that failed. What has ended takes nothing more: who answers later is kept in the history and moves nothing.
"""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    URGED = "urged"
    CHECKING = "checking"
    FINISHED = "finished"
    RETURNED = "returned"
    RECALLED = "recalled"


STATES: dict[CaseState, str] = {
    CaseState.WAITING: "待受理",
    CaseState.ACCEPTED: "受理",
    CaseState.FILED: "立案",
    CaseState.DISPATCHED: "派遣",
    CaseState.HANDLING: "处置",
    CaseState.URGED: "督办",
    CaseState.CHECKING: "核查",
    CaseState.FINISHED: "结案",
    CaseState.RETURNED: "退单",
    CaseState.RECALLED: "街道撤回",
}
ENDED = frozenset({CaseState.FINISHED, CaseState.RETURNED, CaseState.RECALLED})
# The way of a case that goes well, as the page and the sheet draw it.
WAY = (
    CaseState.ACCEPTED, CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLING, CaseState.CHECKING, CaseState.FINISHED,
)  # fmt: skip


class Said(StrEnum):
    """What the platform can say of a case: a state, or that it needs more time."""

    ACCEPTED = "accepted"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    URGED = "urged"
    CHECKING = "checking"
    FINISHED = "finished"
    RETURNED = "returned"
    EXTENDED = "extended"


WORDS: dict[Said, str] = {said: STATES[CaseState(said.value)] for said in Said if said is not Said.EXTENDED} | {
    Said.EXTENDED: "延期"
}

_ORDER = {state: place for place, state in enumerate(CaseState)}
_BACK = {(CaseState.CHECKING, CaseState.HANDLING), (CaseState.URGED, CaseState.HANDLING)}


def after(state: CaseState, said: Said) -> CaseState:
    """The state after what the platform said; an older state that comes late changes nothing.

    Raises `ValueError` with a Chinese sentence for a case that has ended.
    """
    if state in ENDED:
        raise ValueError(f"这件已{STATES[state]}，不再变动。")
    if said is Said.EXTENDED:
        return state
    told = CaseState(said.value)
    if told in ENDED or (state, told) in _BACK:
        return told
    return told if _ORDER[told] > _ORDER[state] else state


def needs_reason(said: Said) -> bool:
    """Whether somebody must be told why: what is returned goes back to people, and what takes longer is waited for."""
    return said in {Said.RETURNED, Said.EXTENDED}
