"""Factories of the room of meetings: grids' and councils', with people, an agenda and something resolved."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from grid.chain.levels import Level
from grid.matters import raising
from grid.meetings import agenda, attendance, calling, due, resolutions
from grid.models import AgendaItem, Attendee, Charter, Council, CouncilMember, Matter, Meeting, MeetingHost, Resolution
from shimen import clock
from shimen.accounts.models import User
from tests import make

_next = itertools.count(1).__next__
FOREVER = DateRange(make.LONG_AGO, None)
# The grid meeting of the fortnight that holds make.AT is on Wednesday 2026-11-25 at 14:00.
MEETING_AT = dt.datetime(2026, 11, 25, 14, 0, tzinfo=clock.SHANGHAI)
DURING = MEETING_AT + dt.timedelta(minutes=20)
DUE = dt.date(2026, 12, 1)


def grid_meeting(town: make.Town, **values: Any) -> Meeting:
    """The meeting of the first grid as the calendar makes it, with a place, a chair and three who count."""
    due.ensure_due(on=make.TODAY, at=make.AT, street=town.street)
    row = Meeting.objects.get(area=town.first_grid, period_start=dt.date(2026, 11, 16))
    given = {"location": "一站网格议事厅", "chair": "周戊五"} | values
    Meeting.objects.filter(pk=row.pk).update(**given)
    row.refresh_from_db()
    for name in ("吴长甲", "郑长乙"):
        attendance.ask(
            meeting=row, name=name, unit="示例中队", role="department", counts=True, actor=town.staff, at=make.AT
        )
    return row


def under_way(town: make.Town, meeting: Meeting | None = None, *, at: dt.datetime = DURING) -> Meeting:
    """A meeting that has begun, with everybody there."""
    row = calling.begin(meeting=meeting or grid_meeting(town), actor=town.staff, at=at)
    everybody(row, town.staff, at)
    return row


def everybody(meeting: Meeting, actor: User, at: dt.datetime = DURING) -> None:
    marks = {str(row.pk): (str(Attendee.State.PRESENT), "") for row in meeting.attendees.all()}
    attendance.mark_all(meeting=meeting, marks=marks, actor=actor, at=at)


def matter(town: make.Town, words: str = "早上送货的车进不来，能不能错开用？", **given: Any) -> Matter:
    """Something open on the level of the grid."""
    values = {"area": town.first_grid, "level": 3, "actor": town.staff, "at": make.AT} | given
    values["level"] = Level(values["level"])
    return raising.raise_matter(street_id=town.street.pk, words=words, **values)


def item(meeting: Meeting, key: str = "") -> AgendaItem:
    """A line of a settled agenda: the one of that key, or the first."""
    rows = meeting.items.filter(is_dropped=False).order_by("place")
    found = rows.filter(key=key).first() if key else rows.first()
    assert found is not None
    return found


def resolution(of: AgendaItem, town: make.Town, **given: Any) -> Resolution:
    values = {"text": "六个车位错时开放", "owner": "示例中队 何戌一", "due_on": DUE, "actor": town.staff, "at": DURING}
    return resolutions.resolve(item=of, **(values | given))


def council(town: make.Town, *, members: int = 3, **given: Any) -> Council:
    """A street council of the first grid with a charter that votes in hearings, and so many members."""
    n = _next()
    defaults: dict[str, Any] = {
        "kind": "street",
        "name": f"示例路街委会{n}",
        "area": town.first_grid,
        "founded_on": make.LONG_AGO,
    }
    row = Council.objects.create(street=town.street, **(defaults | given))
    Charter.objects.create(
        street=town.street,
        council=row,
        number=1,
        text="示例",
        quorum_percent=50,
        passing_percent=50,
        voting=["hearing"],
        valid=FOREVER,
    )
    for number in range(members):
        CouncilMember.objects.create(
            street=town.street, council=row, role="merchant", name=f"商某{n}{number}", unit=f"示例小店{number}",
            is_convener=number == 0, valid=FOREVER,
        )  # fmt: skip
    return row


def time(**given: Any) -> calling.Time:
    starts = given.pop("starts_at", MEETING_AT + dt.timedelta(days=1))
    ends = given.pop("ends_at", starts + dt.timedelta(hours=1))
    return calling.Time(starts, ends, **({"location": "示例议事厅", "chair": "商某"} | given))


def council_meeting(town: make.Town, of: Council | None = None, kind: str = "hearing", **given: Any) -> Meeting:
    """On the day of the grid meeting, unless told otherwise."""
    when = time(**({"starts_at": MEETING_AT} | given))
    return calling.plan(council=of or council(town), kind=kind, time=when, actor=town.staff, at=make.AT)


def host(meeting: Meeting, town: make.Town) -> MeetingHost:
    """A council that joins."""
    return MeetingHost.objects.create(street=town.street, meeting=meeting, council=council(town))


def kept_resolution(meeting: Meeting, town: make.Town) -> Resolution:
    """Something resolved, whatever the state of its meeting."""
    line = agenda.put(meeting=meeting, key="hand:sample", title="示例议题", actor=town.staff, at=make.AT)
    return Resolution.objects.create(
        street=town.street,
        meeting=meeting,
        item=line,
        number=1,
        text="示例议定事项",
        owner="示例中队",
        due_on=DUE,
        made_at=make.AT,
    )
