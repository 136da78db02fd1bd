"""The minutes of a meeting (会议纪要) as one paper: what the page prints and what the Word file holds.

In the usual form: title, time, place, chair, who came, who was excused, the items with what was said, what was resolved with
who does it until when, votes, what became of the last resolutions, what was added afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from grid.meetings import attendance
from grid.meetings.votes import rule_of
from grid.models import AgendaItem, Attendee, FollowUp, Meeting, Resolution
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record

WEEKDAYS = "一二三四五六日"
DRAFT_NOTE = "还没有定稿"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A line of the table of resolutions."""

    number: int
    text: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class Section:
    """One item: its title, who reported, what was said, how it was voted, what came of it."""

    number: int
    title: str
    lead: str
    text: tuple[str, ...]
    votes: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole. `facts` are the lines of the head in order: word and value."""

    title: str
    subtitle: str
    facts: list[tuple[str, str]]
    quorum: str
    sections: list[Section]
    resolved: list[Resolved]
    followed: list[str] = field(default_factory=list)
    addenda: list[str] = field(default_factory=list)
    is_final: bool = False
    signed: str = ""


def paper(meeting: Meeting) -> Paper:
    """The minutes as they stand; those of a meeting that is not closed say so."""
    items = list(meeting.items.filter(is_dropped=False).prefetch_related("votes").order_by("place"))
    is_final = meeting.state == Meeting.State.HELD
    closed = f"{_day(meeting.closed_at)}定稿" if meeting.closed_at else DRAFT_NOTE
    return Paper(
        title=f"{meeting.council or meeting.area}{'例会' if meeting.is_of_grid else meeting.session.words}纪要",
        subtitle=f"第 {meeting.number} 次，{closed}",
        facts=_facts(meeting),
        quorum=attendance.sentence(meeting),
        sections=[_section(item) for item in items],
        resolved=[_resolved(row) for row in meeting.resolutions.standing().order_by("number")],
        followed=_followed(meeting),
        addenda=[
            f"{row.text}（{row.by}，{_moment(row.at)}补记）"
            for row in meeting.addenda.select_related("by").order_by("at")
        ],
        is_final=is_final,
        signed=meeting.recorder,
    )


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    people = list(meeting.attendees.order_by("pk"))
    starts, ends = meeting.starts_at.astimezone(clock.SHANGHAI), meeting.ends_at.astimezone(clock.SHANGHAI)
    hosts = [
        str(meeting.council or meeting.area),
        *(str(host.council) for host in meeting.hosts.select_related("council")),
    ]
    found = [
        ("时间", f"{_day(starts)}（星期{WEEKDAYS[starts.weekday()]}）{starts:%H:%M} 至 {ends:%H:%M}"),
        ("地点", meeting.location or "未写"),
        ("主持", meeting.chair or "未写"),
        ("联席", "、".join(hosts) if len(hosts) > 1 else ""),
        ("出席", _names(people, Attendee.State.PRESENT, guests=False)),
        ("列席", _names(people, Attendee.State.PRESENT, guests=True)),
        ("请假", _names(people, Attendee.State.EXCUSED)),
        ("缺席", _names(people, Attendee.State.ABSENT)),
        ("记录", meeting.recorder),
    ]
    return [(word, value) for word, value in found if value or word in ("出席", "请假")]


def _names(people: Iterable[Attendee], state: str, *, guests: bool | None = None) -> str:
    """Names with their units, one after another; guests are those who do not count."""
    chosen = [row for row in people if row.state == state and (guests is None or row.counts is not guests)]
    names = [f"{row}{'，' + row.reason if row.reason else ''}" for row in chosen]
    return "、".join(names) or ("无" if guests is not True and state != Attendee.State.ABSENT else "")


def _section(item: AgendaItem) -> Section:
    votes = [
        f"表决“{row.motion}”：赞成 {row.ayes} 票，不赞成 {row.nays} 票，弃权 {row.abstained} 票；{rule_of(row)}，"
        f"{'通过' if row.is_passed else '没有通过'}。"
        for row in sorted(item.votes.all(), key=lambda row: row.at)
    ]
    lines = tuple(line.strip() for line in item.text.splitlines() if line.strip())
    return Section(item.place, item.title, item.lead, lines, tuple(votes), str(item.get_outcome_display()))


def _resolved(row: Resolution) -> Resolved:
    return Resolved(row.number, row.text, row.owner, f"{row.due_on:%Y-%m-%d}", str(row.get_state_display()))


def _followed(meeting: Meeting) -> list[str]:
    rows = FollowUp.objects.filter(meeting=meeting).select_related("resolution").order_by("at")
    return [
        f"{row.resolution.text}（{row.resolution.owner}）：{row.get_said_display()}{'，' + row.note if row.note else ''}"
        for row in rows
    ]


def taken(*, meeting: Meeting, actor: User, at: dt.datetime, digest: str) -> None:
    """Note in the log that the minutes left the house as a file."""
    record(verb="meetings.exported", target=meeting, actor=actor, at=at, after={"digest": digest}, reason="会议纪要")


def _day(at: dt.datetime) -> str:
    day = at.astimezone(clock.SHANGHAI)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
