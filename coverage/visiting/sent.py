"""What a phone sends about a door, and the digest by which the same sending is known again. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import unicodedata
import uuid
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """The answer to one fact: `shown` was on the screen; `value` is what it is instead, when `is_right` is false.

    Values are text as typed; a telephone number is shown as its mask.
    """

    field: str
    is_right: bool
    shown: str = ""
    value: str = ""

    @property
    def meant(self) -> str:
        """The value for which the visitor vouches, '' when only the old one was found wrong."""
        return self.shown if self.is_right else self.value


@dataclass(frozen=True)
class Wish:
    """A demand in the shop's own words."""

    words: str
    category: str = "other"
    is_solved: bool = False
    how: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody met at the door who is not in the registry yet."""

    name: str
    post: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Shop:
    """A shop outside the roster and outside the registry."""

    trade_sign: str
    address: str
    name: str = ""
    legal_person: str = ""
    phone: str = ""
    headcount: str = ""
    kind: str = "sole_trader"


@dataclass(frozen=True)
class Sent:
    """Everything one visit says. `visited_at` is None where no script ran: the server's time counts then."""

    visitor: uuid.UUID
    outcome: str
    entity: uuid.UUID | None = None
    shop: Shop | None = None
    stop: uuid.UUID | None = None
    answers: tuple[Said, ...] = ()
    demand: Wish | None = None
    people: tuple[Person, ...] = ()
    told: tuple[uuid.UUID, ...] = ()
    reason: str = ""
    note: str = ""
    visited_at: dt.datetime | None = None


def tidy(text: str) -> str:
    """Text as it is compared: composed, one kind of line end, no blanks around it.

    A form sends CRLF where a script sends LF, and some keyboards send decomposed letters; neither is a difference.
    """
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def digest(sent: Sent, *, key: bytes) -> str:
    """64 hexadecimal digits, the same for the same content in whatever order its answers and tellings came.

    Keyed, because what was sent may hold a telephone number that a plain hash would give away to whoever tries all
    eleven-digit numbers. Raises ValueError for a time without its zone.
    """
    if sent.visited_at is not None and sent.visited_at.tzinfo is None:
        raise ValueError("visited_at needs a time zone")
    content = _plain(asdict(sent))
    content["answers"].sort(key=lambda said: json.dumps(said, sort_keys=True))
    content["told"].sort()
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
