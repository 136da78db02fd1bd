"""The meetings of the trial street's councils: mediations and hearings on what lay before them, reviews afterwards, some held
by several councils together; and two that are planned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from coverage.trial.days import SHANGHAI
from grid.chain.sessions import Kind
from grid.meetings import attendance, calling, handling
from grid.models import AgendaItem, Attendee, Charter, Council, Leg, Meeting, MeetingHost, Vote
from grid.trial.meeting_book import Book, come, ended, resolved

MOST = 36
JOINT = 3
AHEAD = ((3, "mediation", 9), (5, "hearing", 14))


def write(book: Book, legs: dict[Any, list[Leg]]) -> None:
    """From the turns at the second level; nothing where there are no councils."""
    councils = _councils(book)
    if not councils:
        return
    chosen = [leg for rows in legs.values() for leg in rows if _fits(leg, book)]
    step = max(1, len(chosen) // MOST)
    numbers: dict[Any, int] = defaultdict(int)
    joint = 0
    for place, leg in enumerate(sorted(chosen, key=lambda leg: leg.began_at)[::step][:MOST]):
        council = leg.council or _council_of(leg, councils)
        if council is None:
            continue
        kind = (Kind.MEDIATION, Kind.HEARING, Kind.MEDIATION, Kind.REVIEW)[place % 4]
        together = joint < JOINT and leg.matter.is_hard
        joint += together
        numbers[council.pk] += 1
        _held(book, leg, council, kind, numbers[council.pk], _others(council, councils) if together else [])
    _planned(book, councils)


def _councils(book: Book) -> list[Council]:
    rows = Council.objects.filter(street=book.scene.street).standing(book.scene.days.today).select_related("area")
    return list(rows.in_order())


def _fits(leg: Leg, book: Book) -> bool:
    """Ended, after more than two days, so that a meeting fits in between."""
    return (
        leg.ended_at is not None and leg.ended_at - leg.began_at > dt.timedelta(days=2) and leg.ended_at < book.scene.at
    )


def _council_of(leg: Leg, councils: list[Council]) -> Council | None:
    named = [row for row in councils if row.name == leg.body]
    near = [row for row in councils if row.area_id == leg.matter.area_id and row.kind == Council.Kind.STREET]
    return next(iter(named or near), None)


def _others(council: Council, councils: list[Council]) -> list[Council]:
    """A residents' and a building council of the same grid."""
    near = [row for row in councils if row.area_id == council.area_id and row.pk != council.pk]
    found = [next((row for row in near if row.kind == kind), None) for kind in ("residents", "building")]
    return [row for row in found if row is not None] or near[:1]


def _held(book: Book, leg: Leg, council: Council, kind: Kind, number: int, others: list[Council]) -> None:
    assert leg.ended_at is not None  # noqa: S101 - chosen so
    middle = leg.began_at + (leg.ended_at - leg.began_at) * 0.5
    if kind is Kind.REVIEW:
        middle = min(leg.ended_at + dt.timedelta(days=6), book.scene.at - dt.timedelta(days=1))
    day = book.workdays.add_working_days(middle.astimezone(SHANGHAI).date() - dt.timedelta(days=1), 1)
    starts = dt.datetime.combine(day, dt.time(book.chance.choice((9, 14, 18)), 30), SHANGHAI)
    row = _meeting(book, council, kind, number, starts)
    book.meetings.append(row)
    for other in others:
        book.hosts.append(
            MeetingHost(id=book.new("host", starts), street=book.scene.street, meeting=row, council=other)
        )
    roster = _roster(row, council, others)
    row.chair = next((person.name for person in roster if person.role == Attendee.Role.CHAIR), row.chair)
    come(book, row, roster)
    if kind is Kind.REVIEW or starts >= leg.ended_at:
        _reviewed(book, row, leg)
        return
    item, resolution = resolved(book, row, leg, "支部上转")
    item.place = 1
    book.items.append(item)
    ended(book, resolution, leg)
    charter = handling.charter_of(council.pk, starts.date())
    if charter is not None and charter.terms.votes_in(kind.value):
        _vote(book, row, item, charter)


def _meeting(book: Book, council: Council, kind: Kind, number: int, starts: dt.datetime) -> Meeting:
    charter = handling.charter_of(council.pk, starts.date())
    ends = starts + dt.timedelta(hours=1)
    return Meeting(
        id=book.new("meeting", starts - dt.timedelta(days=4)), street=book.scene.street, kind=kind.value, area=council.area,
        council=council, number=number, title=handling.name_of(kind=kind, body=council.name, day=starts.date())[:80],
        starts_at=starts, ends_at=ends, location="议事厅（示例）", chair=_chair(council, starts.date()), recorder="记录人（示例）",
        state=Meeting.State.HELD.value, made_at=starts - dt.timedelta(days=4), called_at=starts - dt.timedelta(days=3),
        begun_at=starts, closed_at=ends + dt.timedelta(hours=1), closed_by=book.scene.users["zhouwuwu"],
        quorum_percent=charter.quorum_percent if charter else 50,
        quorum_source=f"议事规则第 {charter.number} 版" if charter else "没有议事规则，按半数",
    )  # fmt: skip


def _roster(row: Meeting, council: Council, others: list[Council]) -> list[Attendee]:
    """The members of all the councils at the table."""
    found = []
    for each in (council, *others):
        probe = Meeting(street_id=row.street_id, kind=row.kind, area=row.area, council=each, starts_at=row.starts_at)
        found += attendance.people_of(probe)
    by_account = {person.user_id: person for person in reversed(found) if person.user_id is not None}
    return [person for person in found if person.user_id is None or by_account[person.user_id] is person]


def _reviewed(book: Book, row: Meeting, leg: Leg) -> None:
    book.items.append(
        AgendaItem(
            id=book.new("item", row.starts_at), street=book.scene.street, meeting=row, key=f"matter:{leg.matter_id}", place=1,
            title=leg.matter.title, why="办后评议", matter=leg.matter, lead=leg.owner[:80], minutes=20,
            text="提出人和邻里都说了看法，多数满意；请承办的人隔一个月再去看一次。", version=1, saved_at=row.ends_at,
            saved_by=row.closed_by, outcome=AgendaItem.Outcome.HEARD,
        )
    )  # fmt: skip


def _vote(book: Book, row: Meeting, item: AgendaItem, charter: Charter) -> None:
    present = row.present or 1
    nays = book.chance.choice((0, 0, 1, 2)) if present > 6 and charter.passing_percent < 70 else 0
    percent = charter.passing_percent
    ayes = present - nays
    book.votes.append(
        Vote(
            id=book.new("vote", row.starts_at), street=book.scene.street, meeting=row, item=item, motion=item.title, ayes=ayes,
            nays=nays, abstained=0, present=present, passing_percent=percent, source=row.quorum_source, at=row.ends_at,
            is_passed=charter.terms.carries(in_favour=ayes, present=present), by=row.closed_by,
        )
    )  # fmt: skip


def _chair(council: Council, day: dt.date) -> str:
    """Who convened the council on a day."""
    return next((row.name for row in council.members.on(day).filter(is_convener=True)), "召集人（示例）")


def _planned(book: Book, councils: list[Council]) -> None:
    """Two that are coming, the second a joint one."""
    office, at = book.scene.users["zhouwuwu"], book.scene.at
    hubs = [row for row in councils if row.kind == Council.Kind.STREET]
    for number, ((days, kind, hour), council) in enumerate(zip(AHEAD, hubs, strict=False)):
        day = book.workdays.add_working_days(book.scene.days.today, days)
        starts = dt.datetime.combine(day, dt.time(hour, 30), SHANGHAI)
        chair = _chair(council, day)
        time = calling.Time(starts, starts + dt.timedelta(hours=1), "议事厅（示例）", chair)
        row = calling.plan(council=council, kind=kind, time=time, actor=office, at=at)
        for other in _others(council, councils) if number else []:
            calling.join(meeting=row, council=other, actor=office, at=at)
