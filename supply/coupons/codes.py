"""What stands on a coupon: the mark of its page, the changing mark in its picture, the four digits to type. Pure.

All of it is an HMAC of the coupon's id with a key that only the server has; nothing is stored. The changing ones are new every
minute and count for `SLOW` minutes more, so a picture of somebody's coupon is soon worth nothing. What a merchant's phone
says is either what the picture holds (`K7M2P9Q` + 12 signs, also inside an address) or what was typed (`K7M2P9Q` + 4 digits).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from enum import StrEnum

from coverage.collection.numbers import ALPHABET, tidy

SECONDS = 60
SLOW = 2  # minutes before the present one that still count
REMEMBERED = 24 * 60  # minutes for which an old code is recognised as old, not taken for a forged one
SHORT = 7
MARK = 12
DIGITS = 4
PAGE = 16


class Fit(StrEnum):
    """How a code fits a coupon now."""

    GOOD = "good"
    OLD = "old"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Said:
    """A code as it was scanned or typed: the coupon's number, and what proves that it was just shown."""

    short: str
    proof: str


def read(text: str) -> Said | None:
    """What was scanned (an address, or its last part) or typed; None when it is no code of ours by its shape.

    >>> read("https://example.test/supply/m/c/K7M2P9QABCDEFGHJKMN/")
    Said(short='K7M2P9Q', proof='ABCDEFGHJKMN')
    >>> read("k7m2p9q 4821")
    Said(short='K7M2P9Q', proof='4821')
    """
    last = text.strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    signs = tidy(last)
    short, proof = signs[:SHORT], signs[SHORT:]
    if len(short) != SHORT or set(short) - set(ALPHABET):
        return None
    if (len(proof) == DIGITS and proof.isdigit()) or (len(proof) == MARK and not set(proof) - set(ALPHABET)):
        return Said(short, proof)
    return None


def page_mark(*, key: bytes, coupon: uuid.UUID) -> str:
    """What makes the address of a coupon's page known to its holder only."""
    return _signs(key, f"page {coupon.hex}", PAGE)


def picture(*, key: bytes, coupon: uuid.UUID, short: str, at: dt.datetime) -> str:
    """What the coupon's picture holds in this minute."""
    return short + _mark(key, coupon, _minute(at))


def typed(*, key: bytes, coupon: uuid.UUID, at: dt.datetime) -> str:
    """The four digits of this minute, for where no camera is at hand."""
    return _digits(key, coupon, _minute(at))


def left(at: dt.datetime) -> int:
    """Seconds until the next code."""
    return SECONDS - int(at.timestamp()) % SECONDS


def fit(proof: str, *, key: bytes, coupon: uuid.UUID, at: dt.datetime) -> Fit:
    """Whether what was said beside the number was shown just now, some time today, or never.

    Four digits are looked for in the last minutes only: among a day's they would fit by chance."""
    now = _minute(at)
    make = _mark if len(proof) == MARK else _digits
    if any(hmac.compare_digest(make(key, coupon, now - back), proof) for back in range(SLOW + 1)):
        return Fit.GOOD
    reach = REMEMBERED if len(proof) == MARK else 30
    if any(hmac.compare_digest(make(key, coupon, now - back), proof) for back in range(SLOW + 1, reach)):
        return Fit.OLD
    return Fit.FORGED


def person(*, key: bytes, batch: uuid.UUID, who: str) -> bytes:
    """A digest of who holds a coupon of a batch; it does not tell the same person in two batches."""
    return hmac.digest(key, f"coupon person {batch.hex} {who}".encode(), hashlib.sha256)[:16]


def _minute(at: dt.datetime) -> int:
    return int(at.timestamp()) // SECONDS


def _mark(key: bytes, coupon: uuid.UUID, minute: int) -> str:
    return _signs(key, f"picture {coupon.hex} {minute}", MARK)


def _digits(key: bytes, coupon: uuid.UUID, minute: int) -> str:
    value = int.from_bytes(hmac.digest(key, f"coupon digits {coupon.hex} {minute}".encode(), hashlib.sha256)[:8], "big")
    return f"{value % 10**DIGITS:0{DIGITS}d}"


def _signs(key: bytes, what: str, length: int) -> str:
    digest = hmac.digest(key, f"coupon {what}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])
