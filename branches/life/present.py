"""Who is due at an activity and who came: read from memberships as they stood on its day, for its minutes only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from branches.models import Activity, Attendance, Member, Rule, Seat
from branches.rules import meetings
from branches.rules.book import Rules
from shimen import clock


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is due: a member, or a cadre who sits on the committee without being one. `id` is that row's."""

    id: uuid.UUID
    row: Member | Seat
    organisation: str
    is_full: bool
    words: str

    def name(self) -> str:
        """In clear; for the list of one's own meeting only."""
        return self.row.name() if isinstance(self.row, Member) else self.row.name

    @property
    def mask(self) -> str:
        return self.row.name_mask if isinstance(self.row, Member) else self.row.name


@dataclass(frozen=True, slots=True)
class Count:
    """Those with a vote (full members; at a committee's meeting its seats) due and present, and the others who came."""

    due: int
    present: int
    excused: int
    others: int
    percent: int

    @property
    def has_quorum(self) -> bool:
        return meetings.has_quorum(due=self.due, present=self.present, percent=self.percent)


def rules_for(activity: Activity) -> Rules:
    """The rule book as it stood on the day of the activity."""
    return Rule.objects.book(street=activity.street_id, on=clock.day_of(activity.starts_at))


def members(activity: Activity) -> QuerySet[Member]:
    """The members of the hosts on its day, by organisation and day of joining."""
    hosts = activity.hosts.values("organisation")
    rows: QuerySet[Member] = Member.objects.filter(organisation__in=hosts, street_id=activity.street_id)
    rows = rows.filter(valid__contains=clock.day_of(activity.starts_at))
    return rows.order_by("organisation__pinyin", "organisation_id", "valid", "pk")


def invited(activity: Activity) -> list[Person]:
    """Who is due. A committee's meeting where nobody was elected yet lists everybody; see `knows_committee`."""
    rows = members(activity).select_related("organisation")
    if activity.audience != Activity.Audience.COMMITTEE:
        return [_of_member(member) for member in rows]
    seats = _seats(activity)
    if not seats:
        return [_of_member(member) for member in rows]
    return [_of_seat(seat) for seat in seats]


def knows_committee(activity: Activity) -> bool:
    """Whether the hosts have a committee on the day of the activity."""
    return bool(_seats(activity))


def _seats(activity: Activity) -> list[Seat]:
    hosts = activity.hosts.values("organisation")
    day: dt.date = clock.day_of(activity.starts_at)
    rows = Seat.objects.held(day).filter(organisation__in=hosts, street_id=activity.street_id)
    return list(rows.in_order().select_related("organisation", "member"))


def _of_member(member: Member) -> Person:
    full = member.standing == Member.Standing.FULL
    words = member.get_standing_display() if not full else ""
    return Person(member.pk, member, str(member.organisation), full, words)


def _of_seat(seat: Seat) -> Person:
    """Everybody who sits on the committee has a vote in it, a cadre sent in as well: they are full members at home."""
    member = seat.member
    if member is None:
        return Person(seat.pk, seat, str(seat.organisation), True, f"{seat.duties}，{seat.home_unit}".rstrip("，"))
    return Person(member.pk, member, str(seat.organisation), True, seat.duties)


def marks(activity: Activity) -> Mapping[uuid.UUID, Attendance]:
    """What is noted, by the id of the person; what was taken back is among it as blank."""
    return {row.person_id: row for row in activity.attendance.all()}


def count(activity: Activity, *, people: list[Person] | None = None) -> Count:
    """How many are due and came, now; what `hold` froze stands in the activity itself."""
    due = people if people is not None else invited(activity)
    noted = {pk: row.state for pk, row in marks(activity).items()}
    full = {person.id for person in due if person.is_full}
    here = {pk for pk, state in noted.items() if state == Attendance.State.PRESENT}
    away = {pk for pk, state in noted.items() if state == Attendance.State.EXCUSED}
    return Count(
        due=len(full),
        present=len(full & here),
        excused=len(full & away),
        others=len(here - full),
        percent=rules_for(activity)[activity.meeting.quorum_rule or "quorum_percent"],
    )
