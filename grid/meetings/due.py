"""Grid meetings come from the calendar: one per grid and fortnight, whoever asks for them and however late."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection, transaction
from django.db.models import Max

from branches.models import Rule
from branches.rules.book import Rules
from coverage.planning import period as periods
from coverage.planning.period import Period
from grid.chain.sessions import Kind, State
from grid.meetings import attendance, rooms
from grid.meetings.handling import name_of
from grid.models import GridMember, Meeting
from shimen import clock
from shimen.audit.record import record
from shimen.territory import calendar
from shimen.territory.models import Area, Street

LASTS = dt.timedelta(minutes=90)
MOST_MISSED = 26  # a clock that was wrong for years must not fill the list
MISSED = "这一双周没有排上，系统补记"


def ensure_due(*, on: dt.date, at: dt.datetime, street: Street | None = None) -> list[Meeting]:
    """Make every grid meeting that is due by `on` and does not exist yet. Returns the new ones.

    The calendar decides, not the caller. A grid begins with the fortnight of `on`; fortnights that passed since its first
    meeting while nothing ran are written down as not held, so that none is missing. Any number of callers at once make each
    meeting once. Where a wrong clock wrote the present fortnight down as missed, it is put right.
    """
    streets = [street] if street is not None else list(Street.objects.order_by("code"))
    return [made for each in streets for made in _ensure_due(street=each, on=on, at=at)]


@transaction.atomic
def _ensure_due(*, street: Street, on: dt.date, at: dt.datetime) -> list[Meeting]:
    current = periods.holding(on, anchor=street.rounds_from)
    if current is None:
        return []
    _take_turn(street)
    known = _known(street)
    rules = Rule.objects.book(street=street.pk, on=on)
    made = []
    for grid in Area.objects.filter(street=street).grids().in_order():
        have = known.get(grid.pk, set())
        made += [_make(grid, period, current, rules, at) for period in _wanted(street, current, have)]
        if current.start in have:
            _put_right(grid, current, at)
    return made


def _wanted(street: Street, current: Period, have: set[dt.date]) -> list[Period]:
    """The fortnights without a meeting, from the first that has one to the current one; not too many of the past."""
    if not have:
        return [current]
    first = periods.holding(min(have), anchor=street.rounds_from)
    start = max(first.number if first else current.number, current.number - MOST_MISSED)
    span = [periods.nth(number, anchor=street.rounds_from) for number in range(start, current.number + 1)]
    return [period for period in span if period.start not in have]


def _known(street: Street) -> dict[uuid.UUID, set[dt.date]]:
    """The fortnights that each grid has a meeting for."""
    found: dict[uuid.UUID, set[dt.date]] = {}
    rows = Meeting.objects.filter(street=street).of_grids()
    for area, start in rows.values_list("area_id", "period_start"):
        found.setdefault(area, set()).add(start)
    return found


def _make(grid: Area, period: Period, current: Period, rules: Rules, at: dt.datetime) -> Meeting:
    starts = planned(period, rules)
    last = Meeting.objects.filter(area=grid).of_grids().aggregate(n=Max("number"))["n"] or 0
    like = Meeting.objects.filter(area=grid).of_grids().standing().newest_first().first()
    is_missed = period.start < current.start
    row = Meeting.objects.create(
        street_id=grid.street_id, kind=Kind.GRID.value, area=grid, number=last + 1, period_start=period.start,
        title=name_of(kind=Kind.GRID, body=str(grid), day=clock.day_of(starts)), starts_at=starts, ends_at=starts + LASTS,
        location=like.location if like else "", chair=like.chair if like else _head(grid, starts), made_at=at, is_missed=is_missed,
        state=(State.CANCELLED if is_missed else State.DRAFT).value, cancelled_reason=MISSED if is_missed else "",
    )  # fmt: skip
    if not is_missed:
        attendance.propose(meeting=row)
        rooms.like_last_time(row=row, last=like, at=at)
    record(verb="meetings.due", target=row, actor=None, at=at, after={"period_start": str(period.start)})
    return row


def _head(grid: Area, starts: dt.datetime) -> str:
    """The head of the grid, who takes the chair where nobody else has."""
    row = GridMember.objects.on(clock.day_of(starts)).filter(grid=grid, role=GridMember.Role.HEAD).first()
    return row.name if row is not None else ""


def _put_right(grid: Area, current: Period, at: dt.datetime) -> None:
    """The present fortnight was taken for a past one by a clock that ran ahead: the meeting is on after all."""
    row = Meeting.objects.filter(area=grid, period_start=current.start, is_missed=True, state="cancelled").first()
    if row is None:
        return
    row.state, row.is_missed, row.cancelled_reason = State.DRAFT.value, False, ""
    row.save(update_fields=["state", "is_missed", "cancelled_reason"])
    attendance.propose(meeting=row)
    record(verb="meetings.due", target=row, actor=None, at=at, after={"period_start": str(current.start)})


def planned(period: Period, rules: Rules) -> dt.datetime:
    """When the meeting of a fortnight begins: the day and hour of the rule, or the next working day inside it."""
    day = period.start + dt.timedelta(days=rules["grid_meeting_day"] - 1)
    working = calendar.working_days(period.start, period.end)
    later, earlier = [each for each in working if each >= day], [each for each in working if each < day]
    chosen = later[0] if later else earlier[-1] if earlier else day
    return dt.datetime.combine(chosen, dt.time(rules["grid_meeting_hour"]), clock.SHANGHAI)


def _take_turn(street: Street) -> None:
    """One maker per street at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"meetings:{street.pk}"])
