"""Telephone numbers: one written form, and what of it may be seen. Pure.

The written form is digits, with a leading + for numbers abroad and `-1234` at the end for an extension. Shanghai's
land lines carry their area code 021 even where people leave it out, so that both notations are found as one number.
"""

from __future__ import annotations

import re
import unicodedata

AREA_CODE = "021"
LONGEST_MASK = 20
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|X|#|,|;)[\s:：.]*(\d{1,6})\D*$")
_DASHED_EXTENSION = re.compile(r"^((?:\(?0\d{2,3}\)?[\s-]*)?\d{3,4}\s?\d{4})\s*-\s*(\d{1,6})$")
_PUNCTUATION = re.compile(r"[\s\-()./·'‘’]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－~", "-"))
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad\u202a\u202c\u202d"))
_EMPTY = frozenset({"", "-", "--", "/", "\\", "N/A", "NULL", "NONE", "无", "空", "暂无", "没有", "不详", "0"})
_MOBILE = re.compile(r"^1\d{10}$")
_LAND_LINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}$")
_AREA = re.compile(r"^(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})$")


class UnreadablePhoneError(ValueError):
    """What was written is not a telephone number; the text is a Chinese sentence."""


def normalise(raw: str) -> str:
    """The written form of a number, '' where nothing was said.

    Reads `199 0000 0017`, `+86-199…`, `０２１－６２５３００１７`, `62530017转8012`. Raises `UnreadablePhoneError`.
    """
    text = unicodedata.normalize("NFKC", raw).translate(_INVISIBLE).translate(_DASHES).strip().upper()
    if text in _EMPTY:
        return ""
    text = text.removesuffix(".0")
    extension = ""
    if match := _EXTENSION.search(text) or _DASHED_EXTENSION.match(text):
        extension = match[match.lastindex or 1]
        text = text[: match.start(match.lastindex or 1)]
        text = re.sub(r"(?:转|分机|EXT\.?|X|#|,|;|-|:|：|\.|\s)+$", "", text)
    number = re.sub(r"^(?:\+|00)86", "", _PUNCTUATION.sub("", text))
    if number.startswith("00"):
        number = "+" + number[2:]
    if re.fullmatch(r"[2-8]\d{7}", number):
        number = AREA_CODE + number
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise UnreadablePhoneError(f"“{raw.strip()[:4]}…”看不出是电话，写手机号或带区号的固定电话")
    return f"{number}-{extension}" if extension else number


def main_number(normal: str) -> str:
    """The number without its extension: what an exact search compares."""
    return normal.partition("-")[0]


def is_mobile(normal: str) -> bool:
    """Whether a written form is a mobile number of the mainland."""
    return bool(_MOBILE.match(normal))


def is_doubtful(normal: str) -> bool:
    """Whether a number has the shape of neither a mobile, a land line, a service number nor one abroad."""
    number = main_number(normal)
    known = _MOBILE.match(number) or _LAND_LINE.match(number) or number.startswith("+")
    return not (known or re.fullmatch(r"[48]00\d{7}|9[56]\d{3,6}|1[02]\d{3}", number))


def mask(normal: str) -> str:
    """What may be seen of a number: 199****0017, 021-****0017, 400***0017, ****23; '' for none.

    At most seven digits are left, never the middle, never an extension.
    """
    number = main_number(normal)
    if not number:
        return ""
    if match := _AREA.match(number):
        return f"{match[1]}-****{number[-4:]}"
    if number.startswith("+"):
        return f"{number[:3]}****{number[-3:]}" if len(number) >= 10 else f"****{number[-2:]}"
    if len(number) >= 10:
        return f"{number[:3]}{'*' * min(len(number) - 7, LONGEST_MASK - 7)}{number[-4:]}"
    if len(number) >= 7:
        return f"****{number[-4:]}"
    return f"****{number[-2:]}"
