"""Which role may do what with a matter on which level. Pure; whether the matter lies in the person's areas is asked elsewhere.

Staff of the street may do everything. Who has a matter in hand (the owner of its open leg) may report and write the result,
whatever their role. Nobody is shown a button that would be refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from grid.chain.levels import Level
from grid.chain.transitions import Verb

STAFF, SECRETARY, CONVENER = "staff", "secretary", "convener"

_HANDLING = frozenset({Verb.ASSIGN, Verb.REPORT, Verb.DEFER, Verb.UP, Verb.ALONG, Verb.SOLVE, Verb.MARK, Verb.AMEND})
_TELLING = frozenset({Verb.ANSWER, Verb.CLOSE, Verb.REOPEN})
_OWNER = frozenset({Verb.REPORT, Verb.SOLVE})

_MAY: dict[tuple[str, Level], frozenset[Verb]] = {
    (SECRETARY, Level.BRANCH): _HANDLING | _TELLING,
    (SECRETARY, Level.COUNCIL): _TELLING | {Verb.REPORT},
    (SECRETARY, Level.GRID): _TELLING | {Verb.REPORT},
    (SECRETARY, Level.DISTRICT): _TELLING | {Verb.REPORT},
    (CONVENER, Level.COUNCIL): _HANDLING | _TELLING | {Verb.DOWN, Verb.JOIN},
}


def may(verb: Verb, *, level: Level, roles: Iterable[str], is_owner: bool = False) -> bool:
    """Whether somebody with these roles over the matter's area may do this with a matter on this level."""
    if is_owner and verb in _OWNER:
        return True
    return any(role == STAFF or verb in _MAY.get((role, level), frozenset()) for role in roles)
