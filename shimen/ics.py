"""What happens when and where as iCalendar (RFC 5545): one entry for a telephone, or a calendar to subscribe to. Pure.

Names of people are left out: a calendar travels through programmes that are not ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

CONTENT_TYPE = "text/calendar; charset=utf-8"
_FOLD = 75  # octets in a line, by RFC 5545 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `uid` stays the same whatever changes, so that the newer one takes its place; instants are aware.

    `revision` counts the changes, `changed_at` is when the last one was made.
    """

    uid: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    changed_at: dt.datetime
    location: str = ""
    words: str = ""
    revision: int = 0
    is_cancelled: bool = False


def calendar(events: Iterable[Event], *, name: str, is_withdrawal: bool = False) -> bytes:
    """A whole file: CRLF, folded by octets, UTF-8. `is_withdrawal`: sent to take its entries out of calendars."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Shimen//Shimen//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if is_withdrawal else 'PUBLISH'}",
    ]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for event in events:
        lines += _lines(event)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines).encode()


def _lines(event: Event) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}@shimen",
        f"DTSTAMP:{_instant(event.changed_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SEQUENCE:{event.revision}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.title)}",
        f"LOCATION:{escaped(event.location)}",
        f"DESCRIPTION:{escaped(event.words)}",
        "END:VEVENT",
    ]


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Text as a value: backslash, comma, semicolon and line breaks are written out; control signs are dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign == "\n" or ord(sign) >= 32)
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(line: str) -> str:
    """A line broken after at most 75 octets, never inside a character; what follows begins with a blank."""
    parts: list[str] = []
    current, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > (_FOLD if not parts else _FOLD - 1):
            parts.append(current)
            current, size = "", 0
        current, size = current + sign, size + width
    return "\r\n ".join([*parts, current])
