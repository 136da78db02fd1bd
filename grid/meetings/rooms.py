"""Where a meeting is held: a space of a venue, booked by the verbs of bookings, or any other place in words.

The booking goes with the meeting: made when a space is chosen, moved when the meeting moves, given up when another place is
chosen or the meeting is called off, checked in when it begins. What becomes of a booking otherwise (the master of the venue
refuses, somebody moves it) changes no meeting: its page and `sentence` say so, and a person chooses again.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from grid.meetings.handling import MeetingError
from grid.models import Meeting
from shimen import clock
from shimen.accounts.models import User
from supply.bookings import booking as bookings
from supply.bookings import door, waiting
from supply.bookings.wanted import BookingError, Wanted
from supply.models import Booking, Space
from supply.rules.booking_states import STANDING, State, allowed
from supply.venues.hours import span_of

# What the verbs of bookings call a field, and what the form of a meeting calls it.
FIELDS = {"day": "day", "opens": "starts", "closes": "ends"}


def standing(meeting: Meeting) -> Booking | None:
    """The booking that holds the meeting's space now."""
    row = meeting.booking
    return row if row is not None and row.state in STANDING else None


def settle(*, row: Meeting, space: Space | None, actor: User | None, at: dt.datetime) -> None:
    """Book, move or give up the space so that it fits the meeting; the caller saves the meeting.

    Raises `MeetingError` with the sentence of bookings: who has the space, and when it is free.
    """
    held = standing(row)
    try:
        if space is None:
            _give_up(held, f"{row.title}换了地方"[:200], actor, at)
            row.booking = None
            return
        wanted = _wanted(row, space)
        if held is None:
            row.booking = bookings.book(wanted=wanted, actor=actor, at=at)
        elif _differs(held, wanted):
            row.booking = waiting.shift(booking=held, wanted=wanted, actor=actor, at=at)
    except BookingError as refused:
        field = "space" if refused.is_taken else FIELDS.get(refused.field or "", "space")
        raise MeetingError(refused.sentence, field=field) from refused
    row.location = f"{space.venue} {space}"[:100]


def like_last_time(*, row: Meeting, last: Meeting | None, at: dt.datetime) -> None:
    """The space of the meeting before, where it is free; otherwise the place stays empty for a person to choose."""
    before = standing(last) if last is not None else None
    if before is None:
        return
    row.location = ""
    try:
        with transaction.atomic():
            settle(row=row, space=before.space, actor=None, at=at)
    except MeetingError:
        row.booking = None
    row.save(update_fields=["location", "booking"])


def leave(*, row: Meeting, reason: str, actor: User | None, at: dt.datetime) -> None:
    """The meeting is not held: its space is free again."""
    _give_up(standing(row), f"不开了：{reason}"[:200], actor, at)


def come_in(*, row: Meeting, actor: User | None, at: dt.datetime) -> None:
    """The meeting begins: whoever begins it is there, so that the space is not given to others."""
    held = standing(row)
    if held is None or held.state != State.CONFIRMED:
        return
    try:
        with transaction.atomic():
            door.check_in(booking=held, actor=actor, at=at)
    except BookingError:
        return  # minutes that are begun on another day: nobody is at the door


def sentence(meeting: Meeting) -> str:
    """What is wrong with the space of a meeting that is ahead; "" where nothing is."""
    row = meeting.booking
    if row is None or meeting.state not in (Meeting.State.DRAFT, Meeting.State.CALLED):
        return ""
    if row.state not in STANDING:
        why = f"（{row.reason}）" if row.reason else ""
        return f"{row.space}的预订{State(row.state).words}{why}，重新选地点。"
    if (row.starts_at, row.ends_at) != (meeting.starts_at, meeting.ends_at):
        span = span_of(row.starts_at, row.ends_at).words
        return f"{row.space}订的是 {clock.day_of(row.starts_at):%m-%d} {span}，和开会时间不一样，改时间或重新选地点。"
    return ""


def _give_up(held: Booking | None, reason: str, actor: User | None, at: dt.datetime) -> None:
    if held is not None and allowed(held.state, "cancel") and held.ends_at > at:
        waiting.cancel(booking=held, reason=reason, actor=actor, at=at)


def _wanted(row: Meeting, space: Space) -> Wanted:
    people = max(row.attendees.count(), 1)
    if people > space.capacity:
        raise MeetingError(
            f"{space}最多容纳 {space.capacity} 人，参会名单有 {people} 人；换大一点的空间，或先改名单。", field="space"
        )
    return Wanted(
        space=space, day=clock.day_of(row.starts_at), span=span_of(row.starts_at, row.ends_at), title=row.title[:60],
        people=people,
    )  # fmt: skip


def _differs(held: Booking, wanted: Wanted) -> bool:
    return (held.space_id, held.starts_at, held.ends_at) != (wanted.space.pk, wanted.starts_at, wanted.ends_at)
