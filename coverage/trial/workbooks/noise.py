"""The same fact in another notation, as departments write it: what a person would not call a change. Pure.

Each function takes a canonical value and a stream of chance and gives one of its usual spellings.
"""

from __future__ import annotations

import datetime as dt
import random

_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_NUMERALS = "〇一二三四五六七八九"

STATUS = {
    "1": ("存续", "存续（在营、开业、在册）", "在营", "开业", "在册", "1"),
    "2": ("吊销", "吊销，未注销", "2"),
    "3": ("吊销，已注销", "3"),
    "4": ("注销", "已注销", "4"),
    "5": ("撤销", "5"),
    "6": ("迁出", "已迁出", "6"),
    "9": ("其他", "9"),
}
EMPTY = ("", "-", "无", "\\N", "N/A", "/")


def wide(text: str) -> str:
    """Full-width letters and digits."""
    return text.translate(_WIDE)


def code(text: str, chance: random.Random) -> str:
    """Lower case, full width, a tab or blank behind, blanks in groups of four, a quotation mark in front."""
    blocks = " ".join(text[at : at + 4] for at in range(0, len(text), 4))
    return chance.choice((text.lower(), wide(text), f"{text}\t", f" {text} ", blocks, f"'{text}"))


def name(text: str, chance: random.Random) -> str:
    """Half-width or square brackets, blanks around and inside."""
    half = text.replace("（", "(").replace("）", ")")
    square = text.replace("（", "【").replace("）", "】")
    middle = len(text) // 2
    return chance.choice((half, half, square, f"{text} ", f"　{text}", f"{text[:middle]} {text[middle:]}"))


def person(text: str, chance: random.Random) -> str:
    return chance.choice((f"{text[0]} {text[1:]}", f"{text[0]}　{text[1:]}", f"{text} "))


def address(text: str, chance: random.Random) -> str:
    """City, district and sub-district in front, full-width digits, blanks, a bracketed remark, 室 in other words."""
    lead = chance.choice(("上海市示例区", "示例区", "上海市示例区示例街道", "示例区示例街道", "上海市", ""))
    body = chance.choice((text, text, wide(text), text.replace("号", "号 ", 1), _in_numerals(text)))
    tail = chance.choice(("", "", "（示例）", "（自主申报）"))
    return f"{lead}{body}{tail}"


def _in_numerals(text: str) -> str:
    """Chinese numerals for a short lane number: 12弄 → 十二弄; other texts as they are."""
    head, found, tail = text.partition("弄")
    digits = ""
    while head and head[-1].isdigit():
        digits, head = head[-1] + digits, head[:-1]
    if not found or len(digits) != 2:
        return text
    tens = "" if digits[0] == "1" else _NUMERALS[int(digits[0])]
    ones = "" if digits[1] == "0" else _NUMERALS[int(digits[1])]
    return f"{head}{tens}十{ones}弄{tail}"


def date(day: dt.date, chance: random.Random) -> str:
    return chance.choice(
        (
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month:02}.{day.day:02}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f"{day:%Y-%m-%d} 00:00:00",
            f"{day.year}-{day.month}-{day.day}",
        )
    )


def money(amount: str, chance: random.Random) -> str:
    """万元 in some of its twenty spellings; `amount` as the registry keeps it, with four decimals."""
    whole = int(float(amount))
    if whole != float(amount):
        return amount
    return chance.choice(
        (
            str(whole),
            f"{whole:,}",
            f"{whole}万元人民币",
            f"{whole}(万元人民币)",
            f"{whole:.6f}",
            f"人民币{whole}万元",
            f"{whole}0000元",
        )
    )


def scope(text: str, chance: random.Random) -> str:
    return chance.choice((f"{text} ", text.replace("、", "、 "), f" {text}"))


def count(number: int, chance: random.Random) -> str:
    return chance.choice((str(number), f"{number}人", f"{number}.0", f" {number}"))


def industry_code(text: str, chance: random.Random) -> str:
    """F5137, 5137, 5137.0."""
    return chance.choice((text, text[1:], f"{text[1:]}.0"))


def phone(number: str, chance: random.Random) -> str:
    return chance.choice(
        (
            number,
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"+86 {number}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
        )
    )


def slip(text: str, chance: random.Random) -> str:
    """A code with one slip of the hand in its last ten places: wrong, swapped, lost or doubled."""
    place = chance.randrange(9, 16)
    how = chance.choice(("wrong", "wrong", "swapped", "lost", "doubled"))
    if how == "swapped" and text[place] != text[place + 1]:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if how == "lost":
        return text[:place] + text[place + 1 :]
    if how == "doubled":
        return text[: place + 1] + text[place:]
    other = chance.choice([c for c in "0123456789" if c != text[place]])
    return text[:place] + other + text[place + 1 :]


def mangled(text: str) -> str:
    """A code that a spreadsheet turned into a number: 9.13101E+17 and the like."""
    return f"{text[0]}.{text[1:6]}E+17"
