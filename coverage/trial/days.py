"""The trial's calendar: whenever it is loaded, the eighth round is in its second week. Pure."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPEN_ROUND = 8
FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted from the Monday on which round 1 began."""

    today: dt.date

    @property
    def first(self) -> dt.date:
        """The Monday of round 1: seven fortnights before the Monday of last week."""
        monday = self.today - dt.timedelta(days=self.today.weekday())
        return monday - dt.timedelta(days=7 + FORTNIGHT * (OPEN_ROUND - 1))

    def day(self, number: int) -> dt.date:
        return self.first + dt.timedelta(days=number)

    def at(self, number: int, hour: int = 9, minute: int = 0, second: int = 0) -> dt.datetime:
        """An instant on a day of the count, by the clock of Shanghai."""
        day = self.day(number)
        return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)

    def number(self, day: dt.date) -> int:
        return (day - self.first).days


class Ids:
    """Version 7 UUIDs from a seed: the same street has the same ids wherever it is loaded on that day."""

    def __init__(self, seed: int, table: str) -> None:
        self._chance = random.Random(f"{seed} {table}")

    def at(self, instant: dt.datetime) -> uuid.UUID:
        """An id that sorts by `instant`, to the millisecond."""
        millis = int(instant.timestamp() * 1000) & (1 << 48) - 1
        chance = self._chance.getrandbits(74)
        value = millis << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
        return uuid.UUID(int=value)
