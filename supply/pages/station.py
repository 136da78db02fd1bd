"""The station master's day on one screen: who is on, what is booked, what was handed over; and parts that other rooms bring.

    station.add(station.Part("今天的配送", "supply/station_deliveries.html", context, place=40))

`context(user, venue, on)` returns what the template needs, or None to leave the part out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from shimen import clock
from supply.models import Booking, HandoverNote, Shift, Swap, Venue
from supply.pages.calendars import ONE
from supply.rules.booking_states import State
from supply.venues import hours

if TYPE_CHECKING:
    from shimen.accounts.models import User

PENDING_SHOWN = 3  # the whole day is one screen; the rest is a link away
Context = Callable[["User", Venue, dt.date], "dict[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Part:
    """A card of the day: heading, template, what it needs; small `place` first."""

    title: str
    template: str
    context: Context
    place: int = 50


_parts: list[Part] = []


def add(*parts: Part) -> None:
    """Bring cards of another room."""
    _parts.extend(part for part in parts if part not in _parts)
    _parts.sort(key=lambda part: part.place)


def parts_of(user: User, venue: Venue, on: dt.date) -> list[tuple[str, SafeString]]:
    """The cards that have something to say, drawn."""
    found = []
    for part in _parts:
        context = part.context(user, venue, on)
        if context is not None:
            found.append((part.title, render_to_string(part.template, context | {"venue": venue})))
    return found


def venues_of(user: User) -> list[Venue]:
    """The venues that somebody looks after; those where they take turns come first."""
    rows = Venue.objects.run_by(user).standing().select_related("area").defer("picture")
    own = set(Shift.objects.held_by(user).values_list("venue_id", flat=True))
    return sorted(rows.in_order(), key=lambda row: row.pk not in own)


def day_of(venue: Venue, *, user: User, on: dt.date) -> dict[str, Any]:
    """Everything of a venue's day. Not more queries for more bookings."""
    since = dt.datetime.combine(on, dt.time.min, clock.SHANGHAI)
    rows = list(Booking.objects.filter(space__venue=venue).shown().between(since, since + ONE).with_all().in_order())
    shifts = {row.day: row for row in Shift.objects.filter(venue=venue).between(on, on + ONE).select_related("master")}
    pending = list(
        Booking.objects.filter(space__venue=venue, state=State.PENDING, starts_at__gt=clock.now()).with_all().in_order()
    )
    notes = HandoverNote.objects.filter(venue=venue, day__lte=on).order_by("-day").select_related("written_by")[:2]
    spaces = list(venue.spaces.in_use().order_by("place", "pk"))
    weeks = hours.weeks_of(spaces, first=on, last=on)
    by_day = {note.day: note for note in notes}
    return {
        "venue": venue,
        "bookings": rows,
        "used": sum(row.state == State.USED for row in rows),
        "master": shifts.get(on),
        "next_master": shifts.get(on + ONE),
        "pending": pending[:PENDING_SHOWN],
        "pending_more": max(len(pending) - PENDING_SHOWN, 0),
        "own_note": by_day.get(on),
        "last_note": next((note for note in notes if note.day < on), None),
        "swaps": list(Swap.objects.open().filter(shift__venue=venue).select_related("shift__master", "to", "instead")),
        "open_spaces": [(space, weeks[space.pk].words(on)) for space in spaces],
        "single": venue.day_hours.filter(day=on).select_related("space"),
        "parts": parts_of(user, venue, on),
    }
