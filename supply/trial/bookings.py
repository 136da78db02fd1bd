"""A year of bookings on the trial street, by organisations: called when they exist (`branches.trial.load`).

Written in bulk: the exclusion constraint looks at every row, so a mistake here fails the load instead of hiding.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from coverage.trial.days import Ids
from coverage.trial.load import Scene
from supply.models import Booking, BookingSeries, Hold, Recipient, Space
from supply.rules.booking_states import STANDING, State
from supply.timing import series as timing
from supply.timing.opening import Span, Week
from supply.timing.series import Frequency, Pattern
from supply.venues.hours import instants, weeks_of

BACK, AHEAD = 330, 28
ONE = dt.timedelta(days=1)
USES: dict[str, tuple[str, ...]] = {
    Space.Kind.LIFE_ROOM: ("主题党日", "支委会", "党员大会", "党课", "组织生活会"),
    Space.Kind.SECRETARY_STUDIO: ("商户接待", "传帮带", "谈心谈话", "书记碰头"),
    Space.Kind.GRID_HALL: ("停车议事", "街委会", "用工合规问答", "楼务会", "门前共治商量会"),
    Space.Kind.LIVE_STUDIO: ("探店直播", "消费维权直播", "小店开播课", "骑手故事录制"),
}
# Space kind, title, how it comes again, weekdays, hours.
SERIES: tuple[tuple[str, str, Frequency, tuple[int, ...], int, int, Span], ...] = (
    (Space.Kind.GRID_HALL, "网格例会", Frequency.WEEKLY, (2,), 2, 1, Span(840, 960)),
    (Space.Kind.SECRETARY_STUDIO, "书记接待日", Frequency.WEEKLY, (4,), 1, 1, Span(900, 1020)),
    (Space.Kind.LIFE_ROOM, "街区联合党课", Frequency.MONTHLY, (3,), 1, 1, Span(1140, 1260)),
)
BEGINS = (540, 600, 810, 840, 900, 1080, 1140)


def write(scene: Scene) -> None:
    """Series first, then single bookings around them; what lies ahead has some that wait for consent and one waiting list."""
    recipients = list(Recipient.objects.filter(street=scene.street).emerging().in_order())
    spaces = list(Space.objects.filter(street=scene.street, takes_bookings=True).select_related("venue").in_order())
    if not recipients or not spaces:
        return
    today = scene.days.today
    weeks = weeks_of(spaces, first=today - ONE * BACK, last=today + ONE * AHEAD)
    writing = _Writing(scene, recipients)
    for space in spaces:
        writing.series_of(space, weeks[space.pk])
    for number in range(-BACK, AHEAD + 1):
        for space in spaces:
            writing.singles(space, weeks[space.pk], today + ONE * number)
    writing.waiting(spaces)
    writing.save()
    scene.say(f"空间预订 {len(writing.bookings):,} 场")


class _Writing:
    """The rows as they come, and what is taken already."""

    def __init__(self, scene: Scene, recipients: list[Recipient]) -> None:
        self.scene, self.recipients = scene, recipients
        self.chance = random.Random(f"{scene.seed} bookings")
        self.ids = Ids(scene.seed, "booking")
        self.bookings: list[Booking] = []
        self.series: list[BookingSeries] = []
        self.taken: dict[tuple[object, dt.date], list[Span]] = defaultdict(list)
        self.actor = scene.users["yanxinba"]

    def series_of(self, space: Space, week: Week) -> None:
        today = self.scene.days.today
        for kind, title, frequency, weekdays, interval, nth, span in SERIES:
            if kind != space.kind:
                continue
            first = today - ONE * (BACK - 7)
            pattern = Pattern(frequency, first, today + ONE * AHEAD, frozenset(weekdays), interval, nth)
            row = BookingSeries(
                id=self.ids.at(self._at(first)), street=self.scene.street, space=space, title=title, frequency=frequency,
                interval=interval, weekdays=list(weekdays), nth=nth, first=first, until=pattern.until, opens=span.opens,
                closes=span.closes, made_by=self.actor, made_at=self._at(first - ONE),
            )  # fmt: skip
            self.series.append(row)
            for day in timing.days(pattern):
                if not week.is_holiday(day) and week.holds(day, span):
                    self._add(space, day, span, title, None, series=row)

    def singles(self, space: Space, week: Week, day: dt.date) -> None:
        """On two days in five something; on a busy one two things."""
        for _ in range(self.chance.choices((0, 1, 2), (60, 32, 8))[0]):
            begin = self.chance.choice(BEGINS)
            span = Span(begin, begin + self.chance.choice((60, 90, 120)))
            free = all(span.closes <= other.opens or other.closes <= span.opens for other in self.taken[space.pk, day])
            if free and week.holds(day, span):
                self._add(space, day, span, self.chance.choice(USES[space.kind]), self.chance.choice(self.recipients))

    def waiting(self, spaces: list[Space]) -> None:
        """Somebody waits for the next slot of the first space that is taken ahead."""
        now = self.scene.at
        ahead = [row for row in self.bookings if row.space_id == spaces[0].pk and row.starts_at > now + ONE]
        for row in ahead[:1]:
            queued = self._row(row.space, row.starts_at, row.ends_at, "青年学习会", self.recipients[3], State.WAITING)
            queued.made_by = self.scene.users["zhaojiayi"]
            self.bookings.append(queued)

    def save(self) -> None:
        BookingSeries.objects.bulk_create(self.series)
        Booking.objects.bulk_create(self.bookings)
        Hold.objects.bulk_create(self._holds())

    def _holds(self) -> Iterator[Hold]:
        for row in self.bookings:
            during = DateTimeTZRange(row.starts_at, row.ends_at)
            yield Hold(
                street=self.scene.street,
                booking=row,
                space_id=row.space_id,
                during=during,
                stands=row.state in STANDING,
            )

    def _add(
        self, space: Space, day: dt.date, span: Span, title: str, recipient: Recipient | None, **more: BookingSeries
    ) -> None:
        self.taken[space.pk, day].append(span)
        starts_at, ends_at = instants(day, span)
        row = self._row(space, starts_at, ends_at, title, recipient, self._state(space, starts_at, ends_at))
        row.series = more.get("series")
        if row.state == State.USED:
            row.checked_in_at = starts_at + dt.timedelta(minutes=self.chance.randrange(-10, 15))
        self.bookings.append(row)

    def _state(self, space: Space, starts_at: dt.datetime, ends_at: dt.datetime) -> State:
        now = self.scene.at
        if ends_at <= now:
            return self.chance.choices((State.USED, State.RELEASED, State.CANCELLED), (92, 4, 4))[0]
        if starts_at <= now:
            return State.USED
        return State.PENDING if space.needs_consent and self.chance.random() < 0.4 else State.CONFIRMED

    def _row(
        self,
        space: Space,
        starts_at: dt.datetime,
        ends_at: dt.datetime,
        title: str,
        recipient: Recipient | None,
        state: State,
    ) -> Booking:
        made = min(starts_at - dt.timedelta(days=self.chance.randrange(2, 12)), self.scene.at - dt.timedelta(hours=2))
        most = space.capacity
        return Booking(
            id=self.ids.at(made), street=self.scene.street, space=space, title=title, recipient=recipient,
            people=self.chance.randint(min(4, most), most), starts_at=starts_at, ends_at=ends_at, state=state,
            code=f"{self.chance.randrange(1_000_000):06d}", made_by=self.actor, made_at=made, changed_at=made,
            reason="临时改到线上开" if state == State.CANCELLED else "",
        )  # fmt: skip

    def _at(self, day: dt.date) -> dt.datetime:
        return self.scene.days.at(self.scene.days.number(day))
