"""Names that nobody bears: firms named by heavenly stems and earthly branches, people by surname, stem and numeral.

Every name shows at sight that it is made up.
"""

from __future__ import annotations

import random
import re

from coverage.matching import codes

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
CYCLE = STEMS + BRANCHES
NUMERALS = "一二三四五六七八九十"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋"
)
MARK = "（示例）"
DIVISION = "990199"
PHONE_HEAD = "1990000"

PERSON = re.compile(rf"^[{SURNAMES}][{CYCLE}][{NUMERALS}]$")
FIRM = re.compile(rf"示例|天干|地支|[{CYCLE}]{{2}}")


def person(chance: random.Random) -> str:
    """A made-up person's name of three characters: 孙丙三."""
    return chance.choice(SURNAMES) + chance.choice(CYCLE) + chance.choice(NUMERALS)


class Namer:
    """Hands out distinct runs of stems and branches: pairs for shops, triples for firms."""

    def __init__(self, chance: random.Random, taken: set[str]) -> None:
        self._pools: dict[int, list[str]] = {}
        for length in (2, 3):
            runs = [""]
            for _ in range(length):
                runs = [run + character for run in runs for character in CYCLE if character not in run]
            chance.shuffle(runs)
            self._pools[length] = [run for run in runs if run not in taken]

    def take(self, length: int) -> str:
        return self._pools[length].pop()


class Coder:
    """Hands out distinct codes of GB 32100 that hold their checks, in a division that does not exist."""

    def __init__(self, chance: random.Random, taken: set[str]) -> None:
        self._taken = {code[8:17] for code in taken}
        self._stems = [f"MA0T{number:04}" for number in range(10_000)]
        chance.shuffle(self._stems)

    def take(self, head: str) -> str:
        """An 18-character code; `head` is authority and type: 91 company, 92 sole trader, 31 law firm, 52 social."""
        while True:
            stem = self._stems.pop()
            body = stem + codes.organisation_check(stem)
            if body not in self._taken:
                self._taken.add(body)
                code = f"{head}{DIVISION}{body}"
                return code + codes.check_character(code)


class Phones:
    """Hands out distinct numbers 1990000xxxx, ten thousand of them."""

    def __init__(self, chance: random.Random, taken: set[str]) -> None:
        self._left = [f"{PHONE_HEAD}{number:04}" for number in range(10_000)]
        chance.shuffle(self._left)
        self._left = [number for number in self._left if number not in taken]

    def take(self) -> str:
        return self._left.pop()

    def __len__(self) -> int:
        return len(self._left)
