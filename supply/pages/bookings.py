"""What the pages of bookings show beyond a row."""

from __future__ import annotations

from typing import Any

from shimen import clock
from shimen.ics import Event
from supply.bookings.wanted import Wanted
from supply.models import Booking, BookingSeries
from supply.rules.booking_states import State
from supply.timing import series
from supply.timing.opening import WEEKDAY_NAMES
from supply.timing.series import Frequency, Pattern

TONES = {
    State.WAITING: "", State.OFFERED: "y", State.PENDING: "y", State.CONFIRMED: "b", State.USED: "g",
    State.RELEASED: "", State.LAPSED: "", State.REFUSED: "r", State.CANCELLED: "",
}  # fmt: skip
_SAID = {
    State.CONFIRMED: "订上了。入场码在下面，到了门口扫码输入",
    State.PENDING: "已经占住时段，等站长同意",
    State.WAITING: "排上候补了，轮到会提醒您",
}


def said_after(booking: Booking) -> str:
    """What is said once it is booked."""
    return _SAID.get(State(booking.state), "已办好")


def as_typed(wanted: Wanted) -> dict[str, Any]:
    """A booking as its form shows it."""
    return {
        "space": wanted.space.pk, "day": wanted.day, "opens": wanted.span.opens, "closes": wanted.span.closes,
        "title": wanted.title, "people": wanted.people, "recipient": wanted.recipient, "note": wanted.note,
        "equipment": [thing.pk for thing in wanted.equipment], "speakers": [thing.pk for thing in wanted.speakers],
    }  # fmt: skip


def event(booking: Booking) -> Event:
    """A booking as a calendar shows it; without the names of people and without its code."""
    words = [State(booking.state).words]
    if booking.recipient:
        words.append(booking.recipient.name)
    gone = booking.state in {State.CANCELLED, State.REFUSED, State.RELEASED, State.LAPSED}
    return Event(
        uid=f"booking-{booking.pk}", title=booking.title, starts_at=booking.starts_at, ends_at=booking.ends_at,
        changed_at=booking.changed_at, location=f"{booking.space.venue} {booking.space}，{booking.space.venue.address}",
        words="\n".join(words), revision=booking.revision, is_cancelled=gone,
    )  # fmt: skip


def series_words(row: BookingSeries) -> str:
    """每周的周二，到 2027-01-31."""
    pattern = Pattern(
        Frequency(row.frequency), row.first, row.until, frozenset(row.weekdays), row.interval, row.nth
    )  # fmt: skip
    return series.in_words(pattern, WEEKDAY_NAMES)


def when(booking: Booking) -> str:
    """11-24 09:00 至 11:00"""
    begin, end = booking.starts_at.astimezone(clock.SHANGHAI), booking.ends_at.astimezone(clock.SHANGHAI)
    return f"{begin:%m-%d %H:%M} 至 {end:%H:%M}"
