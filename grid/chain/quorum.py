"""Whether enough people are there. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quorum:
    """Of those who count: how many were due, came and were excused, and the share that must have come."""

    due: int
    present: int
    excused: int
    percent: int

    @property
    def needed(self) -> int:
        """The least number that reaches the share of those due, at least one.

        >>> Quorum(9, 0, 0, 50).needed
        5
        """
        return max(1, -(-self.due * self.percent // 100))

    @property
    def is_met(self) -> bool:
        return self.due > 0 and self.present >= self.needed

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.present)

    def rule(self, source: str) -> str:
        """Before anybody could come: 应到 14 人；到会要满应到的 50 %（街道的规则），即 7 人。"""
        if not self.due:
            return "还没有应到的人，先排参会名单。"
        away = f"，已请假 {self.excused} 人" if self.excused else ""
        return f"应到 {self.due} 人{away}；到会要满应到的 {self.percent} %（{source}），即 {self.needed} 人。"

    def sentence(self, source: str) -> str:
        """应到 14 人，实到 9 人，请假 2 人；到会要满应到的 50 %（议事规则第 2 版），即 7 人，够了。"""
        if not self.due:
            return "还没有应到的人，先排参会名单。"
        verdict = "够了" if self.is_met else f"还差 {self.missing} 人"
        return (
            f"应到 {self.due} 人，实到 {self.present} 人，请假 {self.excused} 人；"
            f"到会要满应到的 {self.percent} %（{source}），即 {self.needed} 人，{verdict}。"
        )
