"""When a department's next workbook is due. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

SOON = 3  # days


@dataclass(frozen=True, slots=True)
class Awaited:
    """`due` is None where nothing has come yet: nobody knows when the first will. `days` to go, negative when overdue."""

    last: dt.date | None
    due: dt.date | None
    days: int | None

    @property
    def is_late(self) -> bool:
        return self.days is not None and self.days < 0

    @property
    def is_soon(self) -> bool:
        return self.days is not None and 0 <= self.days <= SOON

    @property
    def is_awaited(self) -> bool:
        """Whether it belongs before the others: late, due within days, or never come."""
        return self.due is None or self.is_late or self.is_soon

    @property
    def sentence(self) -> str:
        if self.due is None or self.days is None:
            return "还没有收到过"
        if self.days < 0:
            return f"该在 {self.due.month} 月 {self.due.day} 日到，超 {-self.days} 天"
        when = {0: "今天", 1: "明天", 2: "后天"}.get(self.days)
        return f"{when}该到" if when else f"{self.due.month} 月 {self.due.day} 日该到，还有 {self.days} 天"


def awaited(last: dt.date | None, *, every: int, today: dt.date) -> Awaited:
    """`last` is the day on which the last workbook came that could be used, `every` the days between two."""
    if last is None:
        return Awaited(None, None, None)
    due = last + dt.timedelta(days=every)
    return Awaited(last, due, (due - today).days)
