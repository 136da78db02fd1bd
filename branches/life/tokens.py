"""The code on the screen of a meeting: a signed token for the picture and six digits to type, new every minute.

Both are made from a secret of that one activity, so that switching the code off (or making a new one) ends all that were
ever shown. The code of the minute before still counts, for whoever was slow.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

from coverage.collection.numbers import ALPHABET

SECONDS = 60
SLOW = 1  # windows before the present one that still count
DIGITS = 6
LENGTH = 16
_SALT = "branches.life.attendance"


def new_secret() -> str:
    """A fresh secret for an activity."""
    return secrets.token_hex(16)


def window(at: dt.datetime) -> int:
    """The number of the minute that an instant lies in."""
    return int(at.timestamp()) // SECONDS


def ends_at(at: dt.datetime) -> dt.datetime:
    """When the present code makes way for the next."""
    return dt.datetime.fromtimestamp((window(at) + 1) * SECONDS, dt.UTC)


def token(*, activity: uuid.UUID, secret: str, at: dt.datetime) -> str:
    """What stands in the picture: the activity and a mark of this minute."""
    return f"{activity.hex}{_mark(activity, secret, window(at))}"


def code(*, activity: uuid.UUID, secret: str, at: dt.datetime) -> str:
    """What is typed: six digits."""
    return _digits(activity, secret, window(at))


def activity_of(token: str) -> uuid.UUID | None:
    """Which activity a token speaks of; None when it is none of ours by its shape."""
    head = token[:32]
    if len(token) != 32 + LENGTH or set(head) - set("0123456789abcdef"):
        return None
    return uuid.UUID(hex=head)


def is_token(token: str, *, activity: uuid.UUID, secret: str, at: dt.datetime) -> bool:
    """Whether a token was made with this secret in this minute or the one before."""
    return _is_one(token[32:], [_mark(activity, secret, number) for number in _recent(at)]) and bool(secret)


def is_code(typed: str, *, activity: uuid.UUID, secret: str, at: dt.datetime) -> bool:
    """The same for six digits."""
    return _is_one(typed, [_digits(activity, secret, number) for number in _recent(at)]) and bool(secret)


def _recent(at: dt.datetime) -> list[int]:
    now = window(at)
    return [now - back for back in range(SLOW + 1)]


def _is_one(said: str, known: list[str]) -> bool:
    return any(constant_time_compare(said, each) for each in known)


def _digest(activity: uuid.UUID, secret: str, number: int, what: str) -> bytes:
    key = salted_hmac(_SALT, secret, algorithm="sha256").digest()
    return hmac.new(key, f"{what}:{activity.hex}:{number}".encode(), hashlib.sha256).digest()


def _mark(activity: uuid.UUID, secret: str, number: int) -> str:
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in _digest(activity, secret, number, "mark")[:LENGTH])


def _digits(activity: uuid.UUID, secret: str, number: int) -> str:
    value = int.from_bytes(_digest(activity, secret, number, "code")[:8], "big")
    return f"{value % 10**DIGITS:0{DIGITS}d}"
