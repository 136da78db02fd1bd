"""What comes before a meeting. While it is a draft, the agenda is worked out each time somebody looks; calling settles it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery

from grid.chain.agenda import MINUTES, Case, Line, Rank, drafted, moved, routines
from grid.chain.levels import Level
from grid.chain.sessions import State, Verb
from grid.meetings.handling import MeetingError, hold, said
from grid.models import AgendaItem, Leg, Matter, Meeting, Resolution
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record

MOST = 60
LONGEST_ITEM = 240
# Other rooms bring lines of their own (topics): each is asked for those of one meeting.
_sources: list[Callable[[Meeting], Iterable[Line]]] = []


def add_source(source: Callable[[Meeting], Iterable[Line]]) -> None:
    """Let `source(meeting)` propose lines for the drafts of meetings; called from `AppConfig.ready()`."""
    if source not in _sources:
        _sources.append(source)


# ---- reading


def lines(meeting: Meeting, on: dt.date) -> list[AgendaItem]:
    """The agenda in its order. Of a draft, what the present state of matters asks for is among it, not yet saved."""
    related = ("matter", "carried__meeting", "carried__matter", "saved_by")
    rows = list(meeting.items.select_related(*related).order_by("place", "pk"))
    if meeting.state == State.DRAFT:
        rows = _merged(meeting, rows, on)
    return [row for row in rows if not row.is_dropped]


def find(meeting: Meeting, key: str, on: dt.date) -> AgendaItem | None:
    """The line of that key; of a draft it may not be saved yet."""
    return next((row for row in lines(meeting, on) if row.key == key), None)


def saved(item: AgendaItem, on: dt.date) -> AgendaItem:
    """The row of a line, locked; a draft is saved as it stands when somebody writes under one of its lines. The caller
    holds the meeting. Raises `MeetingError` where the line has gone."""
    if item._state.adding:
        settle(item.meeting, on)
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("saved_by", "matter", "meeting")
    found: AgendaItem | None = rows.filter(meeting=item.meeting_id, key=item.key, is_dropped=False).first()
    if found is None:
        raise MeetingError("这一项已经拿下议程。")
    return found


def fresh(meeting: Meeting, on: dt.date) -> list[AgendaItem]:
    """What has come up since the agenda was settled."""
    if meeting.state not in (State.CALLED, State.UNDER_WAY):
        return []
    have = set(meeting.items.values_list("key", flat=True))
    subjects = set(meeting.items.filter(matter__isnull=False).values_list("matter_id", flat=True))
    return [row for row in _asked(meeting, on) if row.key not in have and row.matter_id not in subjects]


def _merged(meeting: Meeting, rows: list[AgendaItem], on: dt.date) -> list[AgendaItem]:
    """Saved lines in their order, with the reasons of today and without what has been settled meanwhile; then new ones."""
    asked = {row.key: row for row in _asked(meeting, on)}
    kept = [row for row in rows if row.is_dropped or row.text or row.key in asked or not _is_over(row)]
    for row in kept:
        now = asked.get(row.key)
        if now is not None:
            row.why, row.tone, row.tried = now.why, now.tone, now.tried
    have = {row.key for row in kept}
    subjects = {row.matter_id for row in kept if row.matter_id is not None}
    start = max((row.place for row in kept), default=0)
    added = [row for row in asked.values() if row.key not in have and row.matter_id not in subjects]
    for place, row in enumerate(added, start=start + 1):
        row.place = place
    return kept + added


def _is_over(row: AgendaItem) -> bool:
    """What a line stands for has ended before the meeting."""
    if row.carried is not None:
        return row.carried.state != Resolution.State.OPEN
    return row.matter is not None and row.matter.state != Matter.State.OPEN


def _asked(meeting: Meeting, on: dt.date) -> list[AgendaItem]:
    """What the present state of things asks for, as lines that are not saved."""
    carried = open_before(meeting)
    resolved = {row.matter_id for row in carried if row.matter_id is not None}
    matters = {f"matter:{row.pk}": row for row in _matters(meeting) if row.pk not in resolved}
    follows = {f"resolution:{row.pk}": row for row in carried}
    cases = [_case(meeting, row) for row in matters.values()]
    others = [_line_of(row, on) for row in carried] + (routines() if meeting.is_of_grid else [])
    others += [line for source in _sources for line in source(meeting)]
    return [
        _item(meeting, line, place, follows.get(line.key), matters.get(line.key))
        for place, line in enumerate(drafted(cases, others, on)[:MOST], start=1)
    ]


def _item(
    meeting: Meeting, line: Line, place: int, carried: Resolution | None, matter: Matter | None, by: User | None = None
) -> AgendaItem:
    return AgendaItem(
        street_id=meeting.street_id, meeting=meeting, key=line.key, place=place, title=line.title[:120], why=line.why[:40],
        tone=line.tone, tried=line.tried[:300], lead=line.lead[:80], minutes=line.minutes, carried=carried,
        matter=matter or (carried.matter if carried is not None else None), put_by=by,
    )  # fmt: skip


def open_before(meeting: Meeting) -> list[Resolution]:
    """What earlier meetings of the same body resolved and nobody has done, the most urgent first."""
    earlier = Meeting.objects.before(meeting).values("pk")
    rows = Resolution.objects.open().filter(meeting__in=earlier).select_related("meeting", "matter").by_due()
    return list(rows[:MOST])


def _line_of(row: Resolution, on: dt.date) -> Line:
    late = (on - row.due_on).days
    why = f"决议超期 {late} 天" if late > 0 else "上次决议"
    return Line(
        f"resolution:{row.pk}", row.text, Rank.RESOLVED_BEFORE, why, "r" if late > 0 else "y",
        MINUTES[Rank.RESOLVED_BEFORE], lead=row.owner, due_on=row.due_on,
    )  # fmt: skip


def _matters(meeting: Meeting) -> list[Matter]:
    """The open matters that may come before a meeting: of its grid, or before its councils, with their last legs."""
    legs = Leg.objects.filter(matter=OuterRef("pk"))
    below = legs.filter(end=Leg.End.UP).order_by("-number")
    now = legs.filter(ended_at__isnull=True)
    rows = Matter.objects.filter(street=meeting.street_id).open().annotate(
        below_level=Subquery(below.values("level")[:1]), below_tried=Subquery(below.values("tried")[:1]),
        now_owner=Subquery(now.values("owner")[:1]), now_body=Subquery(now.values("body")[:1]),
    )  # fmt: skip
    if meeting.council_id is None:
        rows = rows.filter(area__lineage__contains=[meeting.area_id], level__lt=Level.DISTRICT.value)
    else:
        councils = [meeting.council_id, *meeting.hosts.values_list("council_id", flat=True)]
        mine = Leg.objects.filter(ended_at__isnull=True).filter(
            Q(council__in=councils) | Q(joined__council__in=councils)
        )
        rows = rows.filter(level=Level.COUNCIL.value, pk__in=mine.values("matter"))
    return list(rows.by_due())


def _case(meeting: Meeting, row: Any) -> Case:
    here = Level.COUNCIL if meeting.council_id is not None else Level.GRID
    from_below = ""
    if row.level == here and row.below_level is not None and row.below_level < here:
        from_below = "议事会" if row.below_level == Level.COUNCIL else "支部"
    return Case(
        key=f"matter:{row.pk}", title=row.title, raised_on=clock.day_of(row.raised_at), due_on=row.due_on,
        deferrals=row.deferrals, here=row.level == here, from_below=from_below, tried=row.below_tried or "",
        lead=row.now_owner or row.now_body or "",
    )  # fmt: skip


# ---- writing


def settle(meeting: Meeting, on: dt.date) -> list[AgendaItem]:
    """Save the agenda as it stands now, with its places; the caller holds the meeting. Returns all lines of it."""
    rows = list(
        meeting.items.select_for_update(of=("self",)).select_related("matter", "carried").order_by("place", "pk")
    )
    wanted = _merged(meeting, rows, on)
    gone = {row.pk for row in rows} - {row.pk for row in wanted}
    AgendaItem.objects.filter(pk__in=gone).delete()
    place = 0
    for row in wanted:
        place += not row.is_dropped
        row.place = place
    known = {row.pk for row in rows}
    AgendaItem.objects.bulk_update([row for row in wanted if row.pk in known], ["place", "why", "tone", "tried"])
    AgendaItem.objects.bulk_create([row for row in wanted if row.pk not in known])
    return [row for row in wanted if not row.is_dropped]


def _saved(meeting: Meeting, on: dt.date) -> list[AgendaItem]:
    """The lines of a held meeting, all with rows: a draft is saved as it stands, a settled agenda is left alone."""
    if meeting.state == State.DRAFT:
        return settle(meeting, on)
    return list(meeting.items.select_for_update(of=("self",)).filter(is_dropped=False).order_by("place", "pk"))


@transaction.atomic
def refresh(*, meeting: Meeting, actor: User | None, at: dt.datetime) -> int:
    """Put what has come up since on a settled agenda, at its end. Returns how many lines."""
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    added = append_fresh(row, clock.day_of(at))
    if added:
        record(verb="meetings.refresh", target=row, actor=actor, at=at, after={"added": added})
    return added


def append_fresh(meeting: Meeting, on: dt.date) -> int:
    """The writing part of `refresh`; the caller holds the meeting."""
    found = fresh(meeting, on)
    start = meeting.items.filter(is_dropped=False).count()
    for place, row in enumerate(found, start=start + 1):
        row.place = place
    AgendaItem.objects.bulk_create(found)
    return len(found)


@transaction.atomic
def put(
    *,
    meeting: Meeting,
    key: str,
    title: str,
    actor: User | None,
    at: dt.datetime,
    why: str = "议题共创",
    lead: str = "",
    minutes: int = MINUTES[Rank.PROPOSED],
    matter: Matter | None = None,
) -> AgendaItem:
    """Put something on an agenda; the same key again is the same line, a dropped one comes back.

    `key` says what it stands for ("topic:<id>"). Raises `MeetingError` where the agenda is closed or full.
    """
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    title = said(title, "写议题，一句话。", field="title", longest=120)
    known = row.items.filter(key=key).first()
    if known is not None:
        if known.is_dropped:
            known.is_dropped = False
            known.save(update_fields=["is_dropped"])
        return known
    present = _saved(row, clock.day_of(at))
    again = next((item for item in present if item.key == key), None)
    if again is not None:
        return again
    if len(present) >= MOST:
        raise MeetingError(f"议程已有 {MOST} 项，排不下了。先拿掉几项。")
    line = Line(key, title, Rank.PROPOSED, why, "", _minutes(minutes), lead=lead.strip())
    made = _item(row, line, len(present) + 1, None, matter, actor)
    made.save(force_insert=True)
    record(verb="meetings.put", target=row, actor=actor, at=at, after={"title": title})
    return made


@transaction.atomic
def put_matter(*, meeting: Meeting, matter: Matter, actor: User, at: dt.datetime) -> AgendaItem:
    """Put a matter on an agenda that the draft does not bring by itself. Raises `MeetingError` for one that is not open."""
    if matter.state != Matter.State.OPEN:
        raise MeetingError(f"{matter.number} 已经不在办，不用上会。", field="matter")
    return put(
        meeting=meeting,
        key=f"matter:{matter.pk}",
        title=matter.title,
        why="提请上会",
        matter=matter,
        actor=actor,
        at=at,
    )


@transaction.atomic
def propose(
    *, meeting: Meeting, title: str, actor: User, at: dt.datetime, lead: str = "", minutes: int = 8
) -> AgendaItem:
    """Put an item on the agenda by hand."""
    key = f"hand:{uuid.uuid4()}"
    return put(meeting=meeting, key=key, title=title, why="临时议题", lead=lead, minutes=minutes, actor=actor, at=at)


@transaction.atomic
def move(*, meeting: Meeting, key: str, to: int, actor: User, at: dt.datetime) -> None:
    """Put a line at place `to`, counted from 1; the order stays from then on."""
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    items = _saved(row, clock.day_of(at))
    try:
        order = moved([item.key for item in items], key, to - 1)
    except ValueError as gone:
        raise MeetingError("这一项已经不在议程上，刷新看看。") from gone
    for item in items:
        item.place = order.index(item.key) + 1
    AgendaItem.objects.bulk_update(items, ["place"])
    record(verb="meetings.move_item", target=row, actor=actor, at=at, after={"to": to})


@transaction.atomic
def drop(*, meeting: Meeting, key: str, actor: User, at: dt.datetime) -> AgendaItem:
    """Take a line off the agenda. Raises `MeetingError` where something was said, voted or resolved under it."""
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    item = _line(row, key, at)
    if item.text or item.outcome or item.resolutions.exists() or item.votes.exists():
        raise MeetingError("这一项已经有记录，不能拿下。没议成就选“下次再议”。")
    item.is_dropped = True
    item.save(update_fields=["is_dropped"])
    record(verb="meetings.drop_item", target=row, actor=actor, at=at, after={"title": item.title})
    return item


@transaction.atomic
def bring_back(*, meeting: Meeting, key: str, actor: User, at: dt.datetime) -> AgendaItem:
    """Put a dropped line on the agenda again."""
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    item: AgendaItem | None = row.items.filter(key=key).first()
    if item is None:
        raise MeetingError("这一项已经不在了，刷新看看。")
    item.is_dropped, item.place = False, (row.items.aggregate(n=Max("place"))["n"] or 0) + 1
    item.save(update_fields=["is_dropped", "place"])
    record(verb="meetings.put", target=row, actor=actor, at=at, after={"title": item.title})
    return item


@transaction.atomic
def word(
    *, meeting: Meeting, key: str, title: str, lead: str, minutes: int, actor: User, at: dt.datetime
) -> AgendaItem:
    """Change how a line reads: its title, who reports, how many minutes."""
    row = hold(meeting=meeting, verb=Verb.ARRANGE, actor=actor)
    item = _line(row, key, at)
    item.title = said(title, "写议题，一句话。", field="title", longest=120)
    item.lead, item.minutes = lead.strip()[:80], _minutes(minutes)
    item.save(update_fields=["title", "lead", "minutes"])
    record(verb="meetings.word_item", target=row, actor=actor, at=at, after={"title": item.title})
    return item


def _line(meeting: Meeting, key: str, at: dt.datetime) -> AgendaItem:
    """The line of a held meeting by its key; the agenda is saved as it stands, so that every line has a row."""
    for item in _saved(meeting, clock.day_of(at)):
        if item.key == key:
            return item
    raise MeetingError("这一项已经不在议程上，刷新看看。")


def _minutes(value: int) -> int:
    if not 1 <= value <= LONGEST_ITEM:
        raise MeetingError(f"分钟数在 1 到 {LONGEST_ITEM} 之间。", field="minutes")
    return value
