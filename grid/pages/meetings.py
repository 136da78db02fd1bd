"""What the pages of meetings show beyond a row: the agenda with why each line is there, what became of the last resolutions,
who is asked, and what may be done next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from branches.pages import home_parts
from grid.chain.quorum import Quorum
from grid.chain.sessions import PURPOSES, Kind, Verb
from grid.chain.transitions import State as MatterState
from grid.meetings import agenda, attendance, handling, rooms
from grid.models import AgendaItem, Attendee, Council, Matter, Meeting, Resolution
from grid.models.meetings import MeetingQuerySet
from grid.models.resolutions import ResolutionQuerySet
from grid.pages import parts
from shimen import clock, ics, overview, waiting
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role
from shimen.overview import Work
from supply.models import Booking
from supply.rules.booking_states import State as BookingState

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Area

VIEWS = {"": "待开", "held": "已开", "undone": "过期未开", "cancelled": "不开的", "all": "全部"}
RESOLUTION_VIEWS = {"": "在办", "late": "超期", "done": "已落实", "all": "全部"}
COLUMNS = (
    "会议",
    "类别",
    "网格",
    "议事会",
    "时间",
    "地点",
    "主持",
    "状态",
    "应到",
    "实到",
    "请假",
    "议定事项",
    "未落实",
)
LAST_SHOWN = 5
PEOPLE_SHOWN = 3


# ---- lists


def rows_of(view: str, seen: MeetingQuerySet, now: dt.datetime) -> MeetingQuerySet:
    """The meetings of a tab of the list, in its order; those of the first tab for a key that is none."""
    match view:
        case "held":
            return seen.held().newest_first()
        case "undone":
            return seen.overdue(now).newest_first()
        case "cancelled":
            return seen.filter(state="cancelled").newest_first()
        case "all":
            return seen.newest_first()
    return seen.open().order_by("starts_at", "area__sort", "pk")


def views(seen: MeetingQuerySet, now: dt.datetime) -> list[tuple[str, str, int]]:
    """The tabs: key, title and count."""
    return [(key, title, rows_of(key, seen, now).order_by().count()) for key, title in VIEWS.items()]


def resolutions_of(view: str, seen: ResolutionQuerySet, on: dt.date) -> ResolutionQuerySet:
    """The resolutions of a tab."""
    match view:
        case "late":
            return seen.overdue(on).by_due()
        case "done":
            return seen.filter(state="done").order_by("-ended_at", "-pk")
        case "all":
            return seen.standing().order_by("-made_at", "-pk")
    return seen.open().by_due()


def resolution_views(seen: ResolutionQuerySet, on: dt.date) -> list[tuple[str, str, int]]:
    return [(key, title, resolutions_of(key, seen, on).order_by().count()) for key, title in RESOLUTION_VIEWS.items()]


def cells(row: Any) -> list[Any]:
    """A line of the export, in the order of `COLUMNS`; the row carries the counts of `with_counts`."""
    return [
        row.title, row.get_kind_display(), row.area, row.council or "", row.starts_at, row.location, row.chair,
        row.get_state_display(), row.due, row.present, row.excused, row.decided, row.undone,
    ]  # fmt: skip


# ---- one meeting


@dataclass(frozen=True, slots=True)
class LastTime:
    """What became of what the last meeting resolved."""

    meeting: Meeting
    rows: list[Resolution]
    counts: Counter[str]
    late: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.counts["done"]

    @property
    def bar(self) -> list[tuple[int, str]]:
        """Parts of the bar: number and shade."""
        running = self.counts["open"] - self.late
        return [(self.done, "s3"), (self.late, "s4"), (running, "s1"), (self.counts["dropped"], "s0")]

    @property
    def words(self) -> str:
        """What the bar says to those who do not see it."""
        running = self.counts["open"] - self.late
        return f"已办 {self.done}，超期 {self.late}，在办 {running}，不再办 {self.counts['dropped']}"


class MeetingPage:
    """One meeting as a person sees it on a day."""

    def __init__(self, meeting: Meeting, user: User, now: dt.datetime, *, key: str = "") -> None:
        self.meeting, self.user, self.now = meeting, user, now
        self.on = clock.day_of(now)
        self.key = key

    @cached_property
    def may(self) -> dict[str, bool]:
        """The verbs that fit the state and the person, by name."""
        offered = handling.offered(self.user, self.meeting)
        return {verb.value: verb in offered for verb in Verb}

    @cached_property
    def lines(self) -> list[AgendaItem]:
        found = agenda.lines(self.meeting, self.on)
        for place, line in enumerate(found, start=1):
            line.place = place
        return found

    @cached_property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @cached_property
    def fresh(self) -> list[AgendaItem]:
        return agenda.fresh(self.meeting, self.on)

    @cached_property
    def dropped(self) -> list[AgendaItem]:
        return list(self.meeting.items.filter(is_dropped=True).order_by("pk"))

    @cached_property
    def item(self) -> AgendaItem | None:
        """The line that is open on the page: the one asked for, else the first without a result."""
        found = next((line for line in self.lines if line.key == self.key), None)
        if found is None and not self.key:
            found = next((line for line in self.lines if not line.outcome), None) or next(iter(self.lines), None)
        return found

    @cached_property
    def next_key(self) -> str:
        """The key of the line after the open one; "" at the end."""
        keys = [line.key for line in self.lines]
        at = keys.index(self.item.key) + 1 if self.item is not None else len(keys)
        return keys[at] if at < len(keys) else ""

    @cached_property
    def resolutions(self) -> list[Resolution]:
        return list(self.meeting.resolutions.standing().select_related("item").order_by("number"))

    @cached_property
    def of_item(self) -> list[Resolution]:
        return [row for row in self.resolutions if self.item is not None and row.item_id == self.item.pk]

    @cached_property
    def votes(self) -> list[Any]:
        if self.item is None or self.item._state.adding:
            return []
        return list(self.item.votes.order_by("at"))

    @cached_property
    def rule(self) -> handling.Charted:
        return handling.charted(self.meeting)

    @cached_property
    def undecided(self) -> int:
        return sum(not line.outcome for line in self.lines)

    @cached_property
    def last(self) -> LastTime | None:
        """The meeting before this one that was held, and what became of its resolutions."""
        before = Meeting.objects.before(self.meeting).held().first()
        if before is None:
            return None
        standing = before.resolutions.standing()
        counts = Counter(standing.values_list("state", flat=True))
        rows = sorted(standing.select_related("matter"), key=lambda row: (row.state != "open", row.due_on, row.number))
        late = sum(row.state == "open" and row.due_on < self.on for row in rows)
        return LastTime(before, rows[:LAST_SHOWN], counts, late)

    @cached_property
    def quorum(self) -> Quorum:
        return attendance.count(self.meeting)

    @cached_property
    def quorum_words(self) -> str:
        return attendance.sentence(self.meeting)

    @cached_property
    def people(self) -> list[Attendee]:
        return list(self.meeting.attendees.select_related("user", "member").order_by("pk"))

    @property
    def answered(self) -> int:
        return sum(row.state != Attendee.State.ASKED for row in self.people)

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Who is asked, by role: the first names and how many more."""
        found = []
        for role in Attendee.Role:
            names = [row.name for row in self.people if row.role == role]
            if names:
                more = f" 等 {len(names)} 人" if len(names) > PEOPLE_SHOWN else ""
                found.append((str(role.label).removesuffix("成员"), "、".join(names[:PEOPLE_SHOWN]) + more))
        return found

    @cached_property
    def hosts(self) -> list[Any]:
        return list(self.meeting.hosts.select_related("council").order_by("pk"))

    @property
    def room_trouble(self) -> str:
        """What is wrong with the space that was booked."""
        return rooms.sentence(self.meeting)

    @property
    def room(self) -> Booking | None:
        """The booking of the space, while it stands."""
        return rooms.standing(self.meeting)

    @property
    def awaits_consent(self) -> bool:
        return self.room is not None and self.room.state == BookingState.PENDING

    @property
    def purpose(self) -> str:
        return PURPOSES[Kind(self.meeting.kind)]

    @property
    def before(self) -> Meeting | None:
        return self.last.meeting if self.last is not None else None

    @property
    def is_day(self) -> bool:
        return clock.day_of(self.meeting.starts_at) <= self.on

    @property
    def is_time(self) -> bool:
        return self.meeting.starts_at <= self.now

    @property
    def is_overdue(self) -> bool:
        return self.meeting.state in ("draft", "called") and self.meeting.ends_at < self.now


def councils_to_call(user: User) -> QuerySet[Council]:
    """Those whose meetings a person may plan: staff those of their areas, a convener their own and those without one."""
    rows = Council.objects.visible_to(user).standing(clock.today()).in_order()
    return rows if scope_of(user).has(Role.STAFF) else rows.filter(Q(convener=user.pk) | Q(convener=None))


def councils_to_join(meeting: Meeting) -> QuerySet[Council]:
    """Those that could hold a meeting too: of the whole street, because a joint session looks beyond one's own area."""
    day = clock.day_of(meeting.starts_at)
    rows = Council.objects.filter(street=meeting.street_id).standing(day).exclude(pk=meeting.council_id)
    return rows.exclude(joined_meetings__meeting=meeting).in_order()  # type: ignore[no-any-return]


def event(meeting: Meeting) -> ics.Event:
    """The meeting for a calendar; names of people stay out of it."""
    return ics.Event(
        uid=str(meeting.pk), title=meeting.title, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        changed_at=meeting.called_at or meeting.made_at, location=meeting.location,
        words="" if not meeting.cancelled_reason else f"不开了：{meeting.cancelled_reason}", revision=meeting.revision,
        is_cancelled=meeting.state == Meeting.State.CANCELLED,
    )  # fmt: skip


def _near(user: User) -> MeetingQuerySet:
    """Meetings of the next three days, and those whose time is over."""
    rows: MeetingQuerySet = Meeting.objects.visible_to(user).open()
    return rows.filter(starts_at__lt=clock.now() + dt.timedelta(days=3))


def _to_note(user: User) -> ResolutionQuerySet:
    """What was resolved for a person to do, due by tomorrow."""
    rows: ResolutionQuerySet = Resolution.objects.visible_to(user).filter(owner_user=user.pk)
    return rows.open().filter(due_on__lte=clock.today() + dt.timedelta(days=1))


def work(user: User) -> list[Work]:
    """What meetings ask of a person today: those to be called, begun or closed, and resolutions that are late."""
    now = clock.now()
    on = clock.day_of(now)
    rows = _near(user).select_related("area", "council").order_by("starts_at")
    near = rows[:20] if waiting.how_many(user, "meetings_near") else ()
    found = [_work_of(row, now) for row in near if handling.is_for(user, Verb.CALL, row)]
    found += [
        Work(
            title=f"记落实情况：{row.text}", url=reverse("grid:resolution", args=[row.pk]), icon="gavel", reason="会上议定由您办",
            due=row.due_on, alarm=row.due_on < on,
        )
        for row in (_to_note(user).by_due()[:10] if waiting.how_many(user, "resolutions_due") else ())
    ]  # fmt: skip
    return found


def _work_of(row: Meeting, now: dt.datetime) -> Work:
    url, due = reverse("grid:meeting", args=[row.pk]), clock.day_of(row.starts_at)
    if row.state == Meeting.State.UNDER_WAY:
        return Work(f"纪要定稿：{row}", url, "gavel", "会开过了，逐项选结果再定稿", due=due, alarm=row.ends_at < now)
    if row.ends_at < now:
        return Work(f"{row}过了时间", url, "gavel", "开过就补记，没开就写原因", due=due, alarm=True)
    if row.state == Meeting.State.DRAFT:
        return Work(f"审议程、发通知：{row}", url, "gavel", "议程已经按事项排好", due=due)
    return Work(f"开会：{row}", url, "gavel", row.location, due=due)


# ---- on other pages


def of_matter(user: User, matter: Matter, on: dt.date) -> list[AgendaItem]:
    """Where a matter was on the agenda or will be, the latest first; of a draft the line is not saved yet."""
    saved = matter.agenda_items.filter(is_dropped=False).select_related("meeting").order_by("-meeting__starts_at")
    found = list(saved[:BODY_SHOWN])
    if matter.state != MatterState.OPEN or matter.area is None:
        return found
    drafts = Meeting.objects.visible_to(user).filter(
        state="draft", area__in=matter.area.lineage, ends_at__gte=clock.now()
    )
    for draft in drafts.exclude(pk__in=[item.meeting_id for item in found]).order_by("-starts_at")[:BODY_SHOWN]:
        found[:0] = [line for line in agenda.lines(draft, on) if line.matter_id == matter.pk][:1]
    return found


BODY_SHOWN = 5


def of_council(user: User, council: Council, on: dt.date) -> dict[str, Any] | None:
    """The part of a council's page: the meetings ahead and the last ones."""
    return _of_body(Meeting.objects.visible_to(user).of_council(council))


def of_grid(user: User, grid: Area, on: dt.date) -> dict[str, Any] | None:
    """The part of a grid's board."""
    return _of_body(Meeting.objects.visible_to(user).of_grids().filter(area=grid))


def of_person(user: User, _: Any, on: dt.date) -> dict[str, Any] | None:
    """The part of the first page of a convener or of somebody lent to a grid: the meetings ahead that ask for them."""
    asked = Attendee.objects.filter(user=user.pk).values("meeting")
    rows = Meeting.objects.visible_to(user).open().filter(pk__in=asked, ends_at__gte=clock.now())
    found = list(rows.with_counts().order_by("starts_at", "pk")[:BODY_SHOWN])
    return {"meetings": found} if found else None


def _of_body(rows: MeetingQuerySet) -> dict[str, Any] | None:
    found = list(rows.standing().with_counts().newest_first()[:BODY_SHOWN])
    return {"meetings": found} if found else None


def gaps(user: User, grid: Area, on: dt.date) -> list[Work]:
    """What a grid's board says is missing: a meeting whose time is over, a place or a chair for the next one."""
    found = []
    rows = Meeting.objects.visible_to(user).of_grids().filter(area=grid, state__in=["draft", "called"])
    for row in rows.order_by("starts_at")[:3]:
        url, day = reverse("grid:meeting", args=[row.pk]), clock.day_of(row.starts_at)
        if day < on:
            found.append(Work(f"{row}过了时间", url, "gavel", "开过就补记，没开就写原因", due=day, alarm=True))
        elif not row.location or not row.chair:
            found.append(Work(f"{row}还没有定地点或主持", url, "gavel", "补上才能发通知", due=day))
    return found


def tasks(user: User, on: dt.date) -> list[Work]:
    """For the home of a convener or of somebody lent to a grid."""
    return work(user)


def tasks_of_secretary(user: User, led: Any, on: dt.date) -> list[Work]:
    """For the home of a secretary: what meetings resolved for them to do."""
    return work(user)


def declare() -> None:
    """What meetings bring to other pages; called once from `GridConfig.ready()`."""
    overview.add_work(work)
    waiting.about(meetings_near=_near, resolutions_due=_to_note)
    parts.add_tasks(tasks)
    home_parts.add_tasks(tasks_of_secretary)
    parts.add_gaps(gaps)
    parts.add(parts.HOME, parts.Part("请您参加的会", "grid/body_meetings.html", of_person, place=20))
    parts.add(parts.COUNCIL, parts.Part("会议", "grid/body_meetings.html", of_council, place=20))
    parts.add(parts.GRID, parts.Part("网格例会", "grid/body_meetings.html", of_grid, place=20))
