"""街情气象: what the opinions of a week say about an area, as one word. Pure.

    index = open + late + max(new − solved, 0)

`open` opinions of the area had no result at the end of the week, `late` of them had waited longer than the street's rule
allows (each counts once more), and a week that brought more than it solved adds the difference. The index is compared with
the street's own thresholds; below the first one the sky is clear. The word says how much there is to do, never how well
somebody worked: what is solved never makes it worse, what comes in never makes it better.

Thresholds and the number of days are rules of the street (`branches.rules.book`), and a frozen digest keeps those it used.
Source of the idea: the seed's 街情气象站, which names the station and not the arithmetic; the arithmetic is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weather(StrEnum):
    """The words, the clearest first."""

    SUNNY = "sunny"
    CLOUDY = "cloudy"
    OVERCAST = "overcast"
    RAIN = "rain"
    STORM = "storm"

    @property
    def word(self) -> str:
        return TITLES[self]

    @property
    def rank(self) -> int:
        """0 for the clearest."""
        return list(Weather).index(self)


TITLES = {
    Weather.SUNNY: "晴",
    Weather.CLOUDY: "多云",
    Weather.OVERCAST: "阴",
    Weather.RAIN: "雨",
    Weather.STORM: "雷雨",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which index on the sky is so; and after how many days an open opinion counts twice."""

    cloudy: int
    overcast: int
    rain: int
    storm: int
    late_days: int

    @property
    def in_order(self) -> bool:
        return 0 < self.cloudy <= self.overcast <= self.rain <= self.storm


@dataclass(frozen=True, slots=True)
class Counts:
    """A week of an area: opinions that came, were solved, stood open at its end, and had stood too long by then."""

    new: int = 0
    solved: int = 0
    open: int = 0
    late: int = 0


def index(counts: Counts) -> int:
    """How much there is to do.

    >>> index(Counts(new=5, solved=2, open=4, late=1))
    8
    """
    return counts.open + counts.late + max(counts.new - counts.solved, 0)


def weather(counts: Counts, by: Thresholds) -> Weather:
    """The word for a week.

    >>> weather(Counts(), Thresholds(1, 6, 12, 20, 7)).word
    '晴'
    """
    value = index(counts)
    worst = (
        (by.storm, Weather.STORM),
        (by.rain, Weather.RAIN),
        (by.overcast, Weather.OVERCAST),
        (by.cloudy, Weather.CLOUDY),
    )
    return next((word for since, word in worst if value >= since), Weather.SUNNY)


def explained(by: Thresholds) -> list[str]:
    """How it is computed, in sentences that stand on the page and on paper."""
    return [
        "指数 = 周末还没有结果的意见 + 其中超过期限的再算一次 + 本周新收比有结果的多出来的条数。",
        f"收到后超过 {by.late_days} 天没有结果，算超过期限。转为事项的，事项解决算有结果；转为议题的，议定或说明不列入算有结果。",
        f"不到 {by.cloudy} 是晴，{by.cloudy} 起多云，{by.overcast} 起阴，{by.rain} 起雨，{by.storm} 起雷雨。",
        "天气只说这里还有多少事要办，不评价任何人。",
    ]


def sum_in_words(counts: Counts) -> str:
    """The sum of one area, for its row: 4 + 1 + 3 = 8."""
    return f"{counts.open} + {counts.late} + {max(counts.new - counts.solved, 0)} = {index(counts)}"
