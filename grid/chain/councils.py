"""What a council's charter says in numbers: which meetings vote, how many must be there, what carries. Pure.

三会 has two meanings here (see the glossary): the three bodies 居委会、楼务会、街委会 are kinds of council, the three kinds of
meeting 听证会、协调会、评议会 are sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Session(StrEnum):
    """A kind of meeting of a council."""

    HEARING = "hearing"
    MEDIATION = "mediation"
    REVIEW = "review"


SESSIONS: dict[Session, str] = {
    Session.HEARING: "听证会",
    Session.MEDIATION: "协调会",
    Session.REVIEW: "评议会",
}
SESSION_HINTS: dict[Session, str] = {
    Session.HEARING: "决定以前，听各方意见",
    Session.MEDIATION: "有争议，坐下来商量",
    Session.REVIEW: "办完以后，评一评办得怎样",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of a charter. Shares are whole percents, 1 to 100; a quorum is of the members, a majority of those present."""

    quorum_percent: int
    passing_percent: int
    voting: frozenset[str] = frozenset()

    def votes_in(self, session: str) -> bool:
        """Whether this kind of meeting ends in a vote."""
        return session in self.voting

    def needed(self, members: int) -> int:
        """How many of so many members must be there: the share, rounded up; never fewer than one.

        >>> Terms(50, 50).needed(9)
        5
        """
        return max(1, -(-members * self.quorum_percent // 100))

    def carries(self, *, in_favour: int, present: int) -> bool:
        """Whether a vote carries: more than the share of those present; at 100 percent, all of them.

        >>> Terms(50, 50).carries(in_favour=5, present=10)
        False
        """
        if present <= 0 or in_favour > present:
            return False
        share = in_favour * 100
        return share == present * 100 if self.passing_percent == 100 else share > present * self.passing_percent

    def sentence(self) -> str:
        """The numbers as they are said: 到会过 50 % 才开会，听证会要表决，到会的过 50 % 赞成才通过。"""
        named = [title for session, title in SESSIONS.items() if session in self.voting]
        quorum = f"应到的 {self.quorum_percent} % 到会才能开会"
        if not named:
            return f"{quorum}；协商一致，不表决。"
        carried = "到会的全部赞成" if self.passing_percent == 100 else f"到会的超过 {self.passing_percent} % 赞成"
        return f"{quorum}；{'、'.join(named)}要表决，{carried}才通过。"
