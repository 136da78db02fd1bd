"""One event as an iCalendar file (RFC 5545), for the calendar of a telephone. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

LONGEST = 75  # octets of a line; longer ones are folded (RFC 5545, 3.1)


@dataclass(frozen=True, slots=True)
class Event:
    """`uid` stays the same for the event, so that an update replaces it. Instants are aware."""

    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    where: str = ""
    text: str = ""
    is_cancelled: bool = False


def written(event: Event, *, at: dt.datetime) -> bytes:
    """The file, with CRLF line ends, in UTF-8. `at` is when it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shimen//training//ZH",
        f"METHOD:{'CANCEL' if event.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_instant(at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(event.where)}",
        f"DESCRIPTION:{_text(event.text)}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(plain, escaped)
    return "".join(sign for sign in value if sign >= " ")


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, never cut inside a character; the pieces after the first begin with a blank."""
    pieces: list[bytes] = []
    piece = b""
    for sign in line:
        octets = sign.encode()
        limit = LONGEST if not pieces else LONGEST - 1
        if len(piece) + len(octets) > limit:
            pieces.append(piece)
            piece = b""
        piece += octets
    pieces.append(piece)
    return b"\r\n ".join(pieces)
