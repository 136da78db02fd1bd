"""The book in which the trial's meetings are written before they are saved, and what grids' and councils' have in common."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.models import AgendaItem, Attendee, FollowUp, Leg, Meeting, MeetingHost, Resolution, Vote
from shimen.territory.workdays import WorkingCalendar

EXCUSED = ("出差（示例）", "值班（示例）", "参加区里会议（示例）", "")
SAID = (
    "{lead}介绍现场情况。{other}说白天人手够、晚上不够。商量下来：{text}。",
    "先看了走访照录的原话，再由{lead}说办法。{other}愿意配合。议定：{text}。",
    "{other}提出要先和商户说清楚。{lead}同意先试两周再看。议定：{text}。",
    "上一级试过的办法都听了一遍，卡在分工。当场把分工定下来：{text}。",
)
GIVEN_UP = "转到别处办，这里不再跟"


@dataclass(slots=True)
class Book:
    """The rows of all meetings before they are written."""

    scene: Scene
    chance: random.Random
    workdays: WorkingCalendar
    meetings: list[Meeting] = field(default_factory=list)
    hosts: list[MeetingHost] = field(default_factory=list)
    people: list[Attendee] = field(default_factory=list)
    items: list[AgendaItem] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    ids: dict[str, Ids] = field(default_factory=dict)

    def new(self, table: str, at: dt.datetime) -> Any:
        """The next id of a table; the same on every loading of that day."""
        if table not in self.ids:
            self.ids[table] = Ids(self.scene.seed, f"meetings {table}")
        return self.ids[table].at(at)

    def save(self) -> None:
        # A line may follow up a resolution, and a resolution stands under a line: lines first, then what they carry.
        carried = {item.pk: item.carried for item in self.items}
        for item in self.items:
            item.carried = None
        every: tuple[tuple[Any, list[Any]], ...] = (
            (Meeting, self.meetings), (MeetingHost, self.hosts), (Attendee, self.people), (AgendaItem, self.items),
            (Resolution, self.resolutions), (FollowUp, self.follow_ups), (Vote, self.votes),
        )  # fmt: skip
        for model, rows in every:
            model.objects.bulk_create(rows)
        late = [item for item in self.items if carried[item.pk] is not None]
        for item in late:
            item.carried = carried[item.pk]
        AgendaItem.objects.bulk_update(late, ["carried"])


def come(book: Book, meeting: Meeting, roster: Iterable[Attendee]) -> None:
    """Most of a roster came to a meeting, one or two were excused; the count is frozen."""
    rows = list(roster)
    away = (
        set(book.chance.sample(range(len(rows)), min(len(rows) // 4, book.chance.choice((0, 1, 1, 2)))))
        if rows
        else set()
    )
    for place, row in enumerate(rows):
        state = Attendee.State.EXCUSED if place in away else Attendee.State.PRESENT
        book.people.append(
            Attendee(
                id=book.new("people", meeting.starts_at), street=book.scene.street, meeting=meeting, name=row.name,
                unit=row.unit, role=row.role, user=row.user, member=row.member, counts=row.counts, state=state,
                reason=book.chance.choice(EXCUSED) if place in away else "", marked_at=meeting.begun_at,
                marked_by=meeting.closed_by,
            )
        )  # fmt: skip
    counted = [place for place, row in enumerate(rows) if row.counts]
    meeting.due, meeting.excused = len(counted), len(away & set(counted))
    meeting.present = meeting.due - meeting.excused


def resolved(book: Book, meeting: Meeting, leg: Leg, why: str) -> tuple[AgendaItem, Resolution]:
    """The line of a turn, and what the meeting resolved about it."""
    matter, owner = leg.matter, leg.owner or leg.body
    text = (matter.how_solved or f"{matter.title}：{leg.task or '拿出办法'}").split("\n")[0][:280].rstrip("。")
    said = book.chance.choice(SAID).format(lead=owner, other=leg.helpers or "街区党支部", text=text)
    item = AgendaItem(
        id=book.new("item", meeting.starts_at), street=book.scene.street, meeting=meeting, key=f"matter:{matter.pk}",
        title=matter.title, why=why, tone="b", lead=owner[:80], minutes=book.chance.choice((8, 10, 10, 15)), matter=matter,
        text=said, version=1, saved_at=meeting.ends_at, saved_by=meeting.closed_by, outcome=AgendaItem.Outcome.RESOLVED,
    )  # fmt: skip
    resolution = Resolution(
        id=book.new("resolution", meeting.ends_at), street=book.scene.street, meeting=meeting, item=item, matter=matter,
        number=1 + sum(row.meeting is meeting for row in book.resolutions), text=text, owner=owner[:60],
        owner_user_id=leg.owner_user_id, due_on=_day(book, meeting, leg), made_at=meeting.ends_at, made_by=meeting.closed_by,
    )  # fmt: skip
    book.resolutions.append(resolution)
    return item, resolution


def _day(book: Book, meeting: Meeting, leg: Leg) -> dt.date:
    """The day of the turn where it still holds and lies after the meeting, else ten working days on."""
    day = meeting.starts_at.astimezone(SHANGHAI).date()
    if leg.ended_at is None and leg.due_on is not None and leg.due_on > day:
        return leg.due_on
    return book.workdays.add_working_days(day, book.chance.choice((5, 7, 10)))


def ended(book: Book, row: Resolution, leg: Leg) -> None:
    """A resolution ends with the turn: done where it was solved there, given up where the matter went elsewhere."""
    if leg.ended_at is None or row.made_at is None:
        return
    is_done = leg.end == Leg.End.SOLVED
    row.state = Resolution.State.DONE if is_done else Resolution.State.DROPPED
    row.ended_at = max(leg.ended_at, row.made_at + dt.timedelta(minutes=30))
    book.follow_ups.append(
        FollowUp(
            id=book.new("follow", row.ended_at), street=book.scene.street, resolution=row, at=row.ended_at, by=row.made_by,
            said=FollowUp.Said.DONE if is_done else FollowUp.Said.DROPPED, note="" if is_done else GIVEN_UP,
        )
    )  # fmt: skip
