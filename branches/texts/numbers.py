"""Certificate numbers: the year, eight random signs and a check sign, e.g. 2026-K7M2P9QX-D. Pure.

The alphabet leaves out what looks alike on paper. Whoever mistypes one sign, or exchanges two neighbours, is told that the
number is mistyped and not that the certificate is false.
"""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_SIGNS = 8
_SHAPE = re.compile(rf"(\d{{4}})([{ALPHABET}]{{{RANDOM_SIGNS}}})([{ALPHABET}])")


def number(year: int, signs: str) -> str:
    """The number of a certificate of `year` with `signs` (eight of the alphabet, drawn at random)."""
    return f"{year:04d}-{signs}-{_check(f'{year:04d}', signs)}"


def _check(year: str, signs: str) -> str:
    # Digits of the year count by their value, so that a wrong year is noticed as well.
    values = [int(digit) for digit in year] + [ALPHABET.index(sign) for sign in signs]
    return ALPHABET[-sum(weight * value for weight, value in enumerate(values, 2)) % len(ALPHABET)]


def tidy(typed: str) -> str:
    """What was typed as a number; '' where it has not the shape or the check sign is wrong.

    >>> tidy(" 2026 k7m2p9qx t ")
    '2026-K7M2P9QX-T'
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    bare = "".join(sign for sign in text if sign.isascii() and sign.isalnum())
    found = _SHAPE.fullmatch(bare)
    if found is None or _check(found[1], found[2]) != found[3]:
        return ""
    return f"{found[1]}-{found[2]}-{found[3]}"
