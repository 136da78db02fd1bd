"""A year of the trial street's meetings: each grid every fortnight, councils in their three kinds, some of them together.

Written from the matters as they are: what lay with a grid on the day of its meeting was on the agenda, what its people did
about it is what was resolved, and it is done when the matter's turn there ended.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

from django.db import transaction

from branches.models import Rule
from coverage.planning import period as periods
from coverage.planning.period import Period
from coverage.trial.days import SHANGHAI
from coverage.trial.load import Scene
from grid.chain.levels import Level
from grid.chain.sessions import Kind
from grid.meetings import attendance, due, handling, rooms
from grid.models import AgendaItem, Attendee, FollowUp, Leg, Meeting, Resolution
from grid.trial import councils_meet
from grid.trial.meeting_book import Book, come, ended, resolved
from shimen.territory import calendar
from shimen.territory.models import Area
from supply.models import Booking, Space
from supply.rules.booking_states import State as BookingState

FORTNIGHTS = 26
PLACES = ("一站网格议事厅（示例）", "二站网格议事厅（示例）", "三站网格议事厅（示例）")
DEPARTMENTS = (
    ("何戌一", "城管中队（示例）"),
    ("吕子三", "城运中心（示例）"),
    ("于丑四", "市场监管所（示例）"),
    ("史寅五", "派出所（示例）"),
)
CALLED_OFF = {(1, 7): "防汛值守，和下一次并开（示例）", (2, 15): "到会部门当天有联合检查，改到下一次（示例）"}
ROUTINE = (
    "本轮走访按计划进行，没人应的改在 17:00 后再上门。",
    "本轮新提的诉求支部当场解决一多半，其余已登记。",
    "顺延两轮的几家由书记带队走。",
)
NOT_YET = ("等材料，已经下单", "产权单位还在会签", "商户意见还没统一，再谈一次", "夜间施工要排期")


def write(scene: Scene) -> None:
    """The year's meetings, and the one that comes next as the calendar makes it."""
    today = scene.days.today
    days = calendar.load(today - dt.timedelta(days=400), today + dt.timedelta(days=60))
    book = Book(scene, random.Random(f"{scene.seed} meetings"), days)
    legs = _legs(scene, Level.GRID)
    for number, grid in enumerate(scene.grids):
        _grid_year(book, number, grid, legs[grid.pk])
    councils_meet.write(book, _legs(scene, Level.COUNCIL))
    book.save()
    due.ensure_due(on=today, at=scene.at, street=scene.street)
    for number, grid in enumerate(scene.grids):
        given = {"location": PLACES[number % 3], "chair": "周戊五", "recorder": "吴己六"}
        Meeting.objects.filter(area=grid, state="draft", chair="").update(**given)
        for row in Meeting.objects.filter(area=grid, state="draft", council=None):
            _in_the_hall(row, PLACES[number % 3], scene)
    scene.say(f"会议 {len(book.meetings)} 次，议定 {len(book.resolutions)} 项")


def _in_the_hall(row: Meeting, else_at: str, scene: Scene) -> None:
    """The meeting that comes next is in the hall of its grid, booked; where that is taken, somewhere in words."""
    row.location = else_at
    hall = Space.objects.bookable().filter(venue__area=row.area, kind=Space.Kind.GRID_HALL).in_order().first()
    if hall is not None:
        # The year of the hall's calendar has the grid's meetings already; the next one is this meeting's.
        row.booking = Booking.objects.filter(
            space=hall, title="网格例会", state=BookingState.CONFIRMED, starts_at=row.starts_at
        ).first()
        try:
            with transaction.atomic():
                rooms.settle(row=row, space=hall, actor=None, at=scene.at)
        except handling.MeetingError:
            row.booking = None
    row.save(update_fields=["location", "booking"])


def _legs(scene: Scene, level: Level) -> dict[Any, list[Leg]]:
    """The turns of a level by grid, with their matters, and what the turn before had tried."""
    rows = Leg.objects.filter(street=scene.street, level=level.value).select_related("matter", "council")
    found: dict[Any, list[Leg]] = defaultdict(list)
    for leg in rows.order_by("began_at", "pk"):
        found[leg.matter.area_id].append(leg)
    return found


# ---- a grid's year


def _grid_year(book: Book, number: int, grid: Area, legs: list[Leg]) -> None:
    anchor = book.scene.street.rounds_from
    current = periods.holding(book.scene.days.today, anchor=anchor)
    if current is None:
        return
    spans = [_earlier(current, back) for back in range(FORTNIGHTS, 0, -1)]
    rules = Rule.objects.book(street=book.scene.street.pk, on=book.scene.days.today)
    roster = _roster(book, grid)
    held = []
    for place, span in enumerate(spans):
        row = _meeting(book, grid, place + 1, span, due.planned(span, rules), PLACES[number % 3])
        off = CALLED_OFF.get((number, place), "")
        if off:
            row.state, row.cancelled_reason = Meeting.State.CANCELLED.value, off
        else:
            held.append(row)
            come(book, row, roster)
        book.meetings.append(row)
    _agendas(book, held, legs)


def _earlier(current: Period, back: int) -> Period:
    start = current.start - dt.timedelta(days=periods.LENGTH * back)
    return Period(0, start, start + dt.timedelta(days=periods.LENGTH - 1))


def _meeting(book: Book, grid: Area, number: int, span: Period, starts: dt.datetime, location: str) -> Meeting:
    ends = starts + due.LASTS
    made = dt.datetime.combine(span.start, dt.time(6), SHANGHAI)
    return Meeting(
        id=book.new("meeting", made), street=book.scene.street, kind=Kind.GRID.value, area=grid, number=number,
        title=handling.name_of(kind=Kind.GRID, body=str(grid), day=starts.date()), period_start=span.start, starts_at=starts,
        ends_at=ends, location=location, chair="周戊五", recorder="吴己六", state=Meeting.State.HELD.value, made_at=made,
        called_at=starts - dt.timedelta(days=2), begun_at=starts + dt.timedelta(minutes=3),
        closed_at=ends + dt.timedelta(hours=2), closed_by=book.scene.users["zhouwuwu"], quorum_percent=50,
        quorum_source=handling.GRID_RULE,
    )  # fmt: skip


def _roster(book: Book, grid: Area) -> list[Attendee]:
    """Who belongs to the grid today, and one of each department where nobody is lent."""
    probe = Meeting(street=book.scene.street, kind=Kind.GRID.value, area=grid, starts_at=book.scene.at)
    people = attendance.people_of(probe)
    known = {row.name for row in people}
    return people + [
        Attendee(name=name, unit=unit, role=Attendee.Role.DEPARTMENT) for name, unit in DEPARTMENTS if name not in known
    ]


def _agendas(book: Book, held: list[Meeting], legs: list[Leg]) -> None:
    """Each turn at the grid comes before the first meeting after it began; until it ends, the next ones ask about it."""
    lines: dict[Any, list[AgendaItem]] = defaultdict(list)
    for leg in legs:
        at = [
            row
            for row in held
            if row.starts_at > leg.began_at and (leg.ended_at is None or leg.ended_at > row.starts_at)
        ]
        if not at:
            continue
        item, resolution = resolved(book, at[0], leg, "议事会上转")
        lines[at[0].pk].append(item)
        for row in at[1:4]:
            lines[row.pk].append(_asked_again(book, row, resolution))
        ended(book, resolution, leg)
    for row in held:
        lines[row.pk].append(_routine(book, row))
        own = sorted(lines[row.pk], key=lambda item: (item.carried is None, item.key.startswith("routine")))
        for place, item in enumerate(own, start=1):
            item.place = place
        book.items += own


def _asked_again(book: Book, meeting: Meeting, row: Resolution) -> AgendaItem:
    """At a later meeting it was not done yet."""
    late = (meeting.starts_at.date() - row.due_on).days
    note = book.chance.choice(NOT_YET)
    book.follow_ups.append(
        FollowUp(
            id=book.new("follow", meeting.ends_at), street=book.scene.street, resolution=row, meeting=meeting,
            said=FollowUp.Said.NOT_YET, note=note, at=meeting.ends_at, by=meeting.closed_by,
        )
    )  # fmt: skip
    return AgendaItem(
        id=book.new("item", meeting.starts_at), street=book.scene.street, meeting=meeting, key=f"resolution:{row.pk}",
        title=row.text[:120], why=f"决议超期 {late} 天" if late > 0 else "上次决议", tone="r" if late > 0 else "y", lead=row.owner,
        minutes=5, matter=row.matter, carried=row, text=f"{row.owner}：{note}。", version=1, saved_at=meeting.ends_at,
        saved_by=meeting.closed_by, outcome=AgendaItem.Outcome.HEARD,
    )  # fmt: skip


def _routine(book: Book, meeting: Meeting) -> AgendaItem:
    return AgendaItem(
        id=book.new("item", meeting.starts_at), street=book.scene.street, meeting=meeting, key="routine:round",
        title="走访轮次进展", why="例行", minutes=5, text=book.chance.choice(ROUTINE), version=1, saved_at=meeting.ends_at,
        saved_by=meeting.closed_by, outcome=AgendaItem.Outcome.HEARD,
    )  # fmt: skip
