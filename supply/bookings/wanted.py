"""What somebody wants to book, and whether it may be: hours, size, length, how far ahead. Collisions are looked for under
the lock (`holding`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shimen import clock
from shimen.accounts.models import User
from shimen.errors import DomainError
from shimen.rulebook import Rules
from supply.models import Booking, Equipment, Recipient, Space, Speaker, SupplyRule
from supply.serving import speaking
from supply.timing.free import Slot
from supply.timing.opening import Span, Week
from supply.venues.hours import instants, span_of, weeks_of

# Somebody who stands in the room already may book it from the half hour that has begun.
LATE = dt.timedelta(minutes=30)


class BookingError(DomainError):
    """What stands in the way of a booking. `is_taken`: somebody has it already; `free` are the nearest free slots then."""

    def __init__(
        self, sentence: str, *, field: str | None = None, free: Sequence[Slot] = (), is_taken: bool = False
    ) -> None:
        super().__init__(sentence, field=field)
        self.free, self.is_taken = list(free), is_taken


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking that is asked for: what, when (a stretch of one day), for whom, how many people."""

    space: Space
    day: dt.date
    span: Span
    title: str
    people: int
    recipient: Recipient | None = None
    note: str = ""
    equipment: tuple[Equipment, ...] = ()
    speakers: tuple[Speaker, ...] = ()

    @property
    def slot(self) -> Slot:
        return Slot(self.day, self.span)

    @property
    def starts_at(self) -> dt.datetime:
        return instants(self.day, self.span)[0]

    @property
    def ends_at(self) -> dt.datetime:
        return instants(self.day, self.span)[1]

    def on(self, day: dt.date) -> Wanted:
        """The same on another day."""
        return replace(self, day=day)


def of_booking(booking: Booking) -> Wanted:
    """What a booking asked for."""
    holds = booking.holds.select_related("equipment", "speaker")
    return Wanted(
        space=booking.space,
        day=clock.day_of(booking.starts_at),
        span=span_of(booking.starts_at, booking.ends_at),
        title=booking.title,
        people=booking.people,
        recipient=booking.recipient,
        note=booking.note,
        equipment=tuple(hold.equipment for hold in holds if hold.equipment),
        speakers=tuple(hold.speaker for hold in holds if hold.speaker),
    )


def rules(wanted: Wanted, at: dt.datetime) -> Rules:
    """The street's rules on the day on which somebody books."""
    return SupplyRule.objects.book(street=wanted.space.street_id, on=clock.day_of(at))


def check(wanted: Wanted, *, at: dt.datetime, book: Rules | None = None, week: Week | None = None) -> None:
    """Everything but collisions. Raises `BookingError` with the first thing that is wrong."""
    book = book or rules(wanted, at)
    _check_words(wanted)
    _check_things(wanted)
    length = wanted.span.closes - wanted.span.opens
    if length <= 0:
        raise BookingError("结束要晚于开始。", field="closes")
    if length > book["booking_longest_hours"] * 60:
        raise BookingError(f"一次最长订 {book['booking_longest_hours']} 小时，分成几次订。", field="closes")
    if wanted.starts_at < at - LATE:
        raise BookingError("开始时间已经过去，换一个晚一点的。", field="opens")
    last = clock.day_of(at) + dt.timedelta(days=book["booking_ahead_days"])
    if wanted.day > last:
        raise BookingError(f"最多提前 {book['booking_ahead_days']} 天订，现在订到 {last:%Y-%m-%d}。", field="day")
    week = week or weeks_of([wanted.space], first=wanted.day, last=wanted.day)[wanted.space.pk]
    check_hours(wanted, week)


def check_name(wanted: Wanted, actor: User | None, at: dt.datetime, *, before: Recipient | None = None) -> None:
    """Whether the person may book in this organisation's name; what stood there `before` may stay. Raises `BookingError`."""
    if actor is None or wanted.recipient is None or wanted.recipient == before:
        return
    if not speaking.nameable(actor, clock.day_of(at)).filter(pk=wanted.recipient.pk).exists():
        raise BookingError(f"您不是“{wanted.recipient}”的书记，不能用它的名义订。", field="recipient")


def _check_words(wanted: Wanted) -> None:
    if not wanted.title.strip():
        raise BookingError("写一句用途，例如“主题党日”。", field="title")
    if wanted.people < 1:
        raise BookingError("人数至少 1 人。", field="people")
    if wanted.people > wanted.space.capacity:
        raise BookingError(
            f"{wanted.space}最多容纳 {wanted.space.capacity} 人，现在写了 {wanted.people} 人；换大一点的，或分两批。",
            field="people",
        )


def _check_things(wanted: Wanted) -> None:
    space = wanted.space
    if space.retired_on is not None or space.venue.closed_on is not None:
        raise BookingError(f"{space}已经停用，换一个空间。", field="space")
    if not space.takes_bookings:
        raise BookingError(f"{space}不用预订，开门就能进。", field="space")
    things: list[Equipment | Speaker] = [*wanted.equipment, *wanted.speakers]
    for thing in things:
        if thing.retired_on is not None:
            raise BookingError(f"{thing}已经停用，换一个。")
    if strange := [thing for thing in wanted.equipment if thing.venue_id != space.venue_id]:
        raise BookingError(f"{strange[0]}在别的阵地，借不到这里。", field="equipment")


def check_hours(wanted: Wanted, week: Week) -> None:
    """Whether the space is open all the while. Raises `BookingError`."""
    if week.holds(wanted.day, wanted.span):
        return
    when = f"{wanted.day:%m-%d}（{'节假日' if week.is_holiday(wanted.day) else '周' + '一二三四五六日'[wanted.day.weekday()]}）"
    hours = week.words(wanted.day)
    if hours == "不开放":
        raise BookingError(f"{wanted.space}{when}不开放，换一天。", field="day")
    raise BookingError(f"{wanted.space}{when}开放 {hours}，{wanted.span.words} 不在里面。", field="opens")
