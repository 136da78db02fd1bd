"""The life of a meeting: planned, called, begun, closed; or called off and taken up again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from grid import signals
from grid.chain.sessions import Kind, State, Verb, may
from grid.matters.handling import TWICE
from grid.meetings import agenda, attendance, rooms
from grid.meetings.handling import MeetingError, charted, hold, name_of, roles_over, said
from grid.models import Addendum, AgendaItem, Council, Meeting, MeetingHost
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from supply.models import Space

LONGEST = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Time:
    """When and where a meeting is, and who is in the chair. A `space` is booked; without one `location` says where."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    location: str
    chair: str
    recorder: str = ""
    space: Space | None = None


@transaction.atomic
def plan(*, council: Council, kind: str, time: Time, actor: User, at: dt.datetime) -> Meeting:
    """Plan a meeting of a council; pressed twice it is one. Raises `MeetingError`: a council that has ended, a time that is
    over or taken by a meeting of the same council, another's council."""
    day = clock.day_of(time.starts_at)
    if kind not in (Kind.HEARING, Kind.MEDIATION, Kind.REVIEW):
        raise MeetingError("选听证会、协调会或评议会。", field="kind")
    is_near = council.street_id == actor.street_id
    if not is_near or not may(Verb.CALL, kind=Kind(kind), roles=roles_over(actor, council.area_id, council)):
        raise MeetingError(f"{council}的会不由您来排。")
    if not council.stands_on(day):
        raise MeetingError(f"{council}在这一天不存在，排不了会。", field="council")
    _check(time, at)
    council = Council.objects.select_for_update(of=("self",)).get(pk=council.pk)
    same: Meeting | None = Meeting.objects.filter(council=council, starts_at=time.starts_at).standing().first()
    if same is not None:
        if same.kind == kind and same.made_by_id == actor.pk and same.made_at > at - TWICE:
            return same
        raise MeetingError(f"{council}这个时间已经排了{same.get_kind_display()}。", field="day")
    last = Meeting.objects.filter(council=council).aggregate(n=Max("number"))["n"] or 0
    row = Meeting.objects.create(
        street_id=council.street_id, kind=kind, area=council.area, council=council, number=last + 1,
        title=name_of(kind=kind, body=council.name, day=day)[:80], starts_at=time.starts_at, ends_at=time.ends_at,
        location=time.location.strip()[:100], chair=time.chair.strip()[:40], recorder=time.recorder.strip()[:40],
        made_by=actor, made_at=at,
    )  # fmt: skip
    attendance.propose(meeting=row)
    if time.space is not None:
        rooms.settle(row=row, space=time.space, actor=actor, at=at)
        row.save(update_fields=["location", "booking"])
    record(verb="meetings.plan", target=row, actor=actor, at=at, after={"kind": kind, "starts_at": str(time.starts_at)})
    return row


@transaction.atomic
def edit(*, meeting: Meeting, time: Time, actor: User, at: dt.datetime) -> Meeting:
    """Change time, place or chair of a meeting that has not begun. A grid meeting stays inside its fortnight."""
    row = hold(meeting=meeting, verb=Verb.EDIT, actor=actor)
    _check(time, at)
    day = clock.day_of(time.starts_at)
    if row.period_start is not None and not row.period_start <= day <= row.period_start + dt.timedelta(days=13):
        last = row.period_start + dt.timedelta(days=13)
        raise MeetingError(
            f"这一次例会在 {row.period_start:%m-%d} 到 {last:%m-%d} 这一双周里开；开不成就写明原因，改成不开。",
            field="day",
        )
    before = {"starts_at": str(row.starts_at), "location": row.location, "chair": row.chair}
    row.starts_at, row.ends_at = time.starts_at, time.ends_at
    row.location, row.chair = time.location.strip()[:100], time.chair.strip()[:40]
    row.recorder = time.recorder.strip()[:40]
    row.title = name_of(kind=row.kind, body=str(row.council or row.area), day=day)[:80]
    rooms.settle(row=row, space=time.space, actor=actor, at=at)
    row.revision += 1
    row.save()
    after = {"starts_at": str(row.starts_at), "location": row.location, "chair": row.chair}
    record(verb="meetings.edit", target=row, actor=actor, at=at, before=before, after=after)
    return row


def _check(time: Time, at: dt.datetime) -> None:
    if time.starts_at <= at:
        raise MeetingError("开会时间已经过了，选现在以后的时间。", field="day")
    if time.ends_at <= time.starts_at:
        raise MeetingError("结束要在开始之后。", field="ends")
    if time.ends_at - time.starts_at > LONGEST:
        raise MeetingError("一次会最长 12 小时。", field="ends")


@transaction.atomic
def call(*, meeting: Meeting, actor: User, at: dt.datetime) -> Meeting:
    """Send the invitation: the agenda is settled, who is asked is known. Raises `MeetingError` where something is missing."""
    row = hold(meeting=meeting, verb=Verb.CALL, actor=actor)
    if row.starts_at <= at:
        raise MeetingError("开会时间已经过了。先改时间，再发通知；已经开过的，直接点“开始开会”补记。")
    _complete(row)
    if wrong := rooms.sentence(row):
        raise MeetingError(f"{wrong[:-1]}，再发通知。", field="space")
    if not row.attendees.exists():
        raise MeetingError("还没有排参会的人，先加人，再发通知。")
    items = agenda.settle(row, clock.day_of(at))
    if not items:
        raise MeetingError("议程是空的，先加议题，或写明原因改成不开。")
    row.called_at, row.revision = at, row.revision + 1
    row.save()
    record(verb="meetings.call", target=row, actor=actor, at=at, after={"items": len(items)})
    return row


def _complete(row: Meeting) -> None:
    for value, words, field in ((row.location, "地点", "location"), (row.chair, "主持人", "chair")):
        if not value:
            raise MeetingError(f"还没有写{words}，先补上。", field=field)


@transaction.atomic
def begin(*, meeting: Meeting, actor: User, at: dt.datetime) -> Meeting:
    """The meeting begins: what came up since the call is put on the agenda, the rule of the quorum is fixed.

    Raises `MeetingError` before its day, because nothing leads back from there.
    """
    was = meeting.state
    row = hold(meeting=meeting, verb=Verb.BEGIN, actor=actor)
    _complete(row)
    on, day = clock.day_of(at), clock.day_of(row.starts_at)
    if on < day:
        raise MeetingError(
            f"会定在 {row.starts_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}，还没到那天。要提前开，先改时间。"
        )
    if was == State.DRAFT:
        agenda.settle(row, on)
    else:
        agenda.append_fresh(row, on)
    rule = charted(row)
    row.begun_at, row.quorum_percent, row.quorum_source = at, rule.percent, rule.source
    row.recorder = row.recorder or str(actor.display_name)[:40]
    row.save()
    rooms.come_in(row=row, actor=actor, at=at)
    record(verb="meetings.begin", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def close(*, meeting: Meeting, actor: User, at: dt.datetime) -> Meeting:
    """The minutes become final. Raises `MeetingError` while an item is undecided, a vote that the charter asks for is
    missing, or nobody is marked as present; without a quorum only what was heard or put off can stand."""
    row = hold(meeting=meeting, verb=Verb.CLOSE, actor=actor)
    items = list(row.items.filter(is_dropped=False).order_by("place"))
    _all_decided(row, items)
    quorum = attendance.count(row)
    if not quorum.present:
        raise MeetingError("还没有记谁到会，先记到会，再定稿。")
    if not quorum.is_met and any(item.outcome == AgendaItem.Outcome.RESOLVED for item in items):
        raise MeetingError(f"到会人数不够，还差 {quorum.missing} 人，不能有议定事项：{attendance.sentence(row)}")
    row.due, row.present, row.excused = quorum.due, quorum.present, quorum.excused
    row.closed_at, row.closed_by = at, actor
    row.save()
    for item in items:
        signals.item_decided.send(
            sender=Meeting, item=item, meeting=row, outcome=item.outcome, words=words_of(item), actor=actor, at=at
        )
    record(
        verb="meetings.close", target=row, actor=actor, at=at, after={"present": quorum.present, "items": len(items)}
    )
    return row


def _all_decided(row: Meeting, items: list[AgendaItem]) -> None:
    undecided = [item for item in items if not item.outcome]
    if undecided:
        first = f"第 {undecided[0].place} 项“{undecided[0].title}”"
        more = f"等 {len(undecided)} 项" if len(undecided) > 1 else ""
        raise MeetingError(f"{first}{more}还没有结果。逐项选会上结果，没议到的选“下次再议”。")
    resolved = [item for item in items if item.outcome == AgendaItem.Outcome.RESOLVED]
    last = dict(row.votes.order_by("at").values_list("item_id", "is_passed"))
    for item in resolved:
        if last.get(item.pk) is False:
            raise MeetingError(
                f"第 {item.place} 项“{item.title}”表决没有通过，不能记为议定。先撤回议定事项，或重新表决。"
            )
    if not charted(row).votes:
        return
    for item in resolved:
        if item.pk not in last and item.carried_id is None:
            raise MeetingError(
                f"按{row.quorum_source}，{Kind(row.kind).words}要表决：第 {item.place} 项“{item.title}”还没有表决。"
            )


def words_of(item: AgendaItem) -> str:
    """What was said of an item and what was resolved, in one text."""
    resolved = [
        f"{row.text}（{row.owner}，{row.due_on:%m-%d} 前）" for row in item.resolutions.standing().order_by("number")
    ]
    return "\n".join(filter(None, [item.text.strip(), *resolved]))


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, actor: User, at: dt.datetime) -> Meeting:
    """The meeting is not held, for a reason. What was on its agenda comes before the next one."""
    row = hold(meeting=meeting, verb=Verb.CANCEL, actor=actor)
    reason = said(reason, "写一句为什么不开，至少 4 个字。", field="reason", longest=200, least=4)
    row.cancelled_reason, row.revision = reason, row.revision + 1
    row.save()
    rooms.leave(row=row, reason=reason, actor=actor, at=at)
    signals.meeting_cancelled.send(sender=Meeting, meeting=row, actor=actor, at=at)
    record(verb="meetings.cancel", target=row, actor=actor, at=at, reason=reason)
    return row


@transaction.atomic
def restore(*, meeting: Meeting, actor: User, at: dt.datetime) -> Meeting:
    """It is held after all: back to a draft, its agenda worked out anew."""
    row = hold(meeting=meeting, verb=Verb.RESTORE, actor=actor)
    row.cancelled_reason, row.is_missed, row.called_at, row.revision = "", False, None, row.revision + 1
    row.save()
    attendance.propose(meeting=row)
    record(verb="meetings.restore", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def reopen(*, meeting: Meeting, reason: str, actor: User, at: dt.datetime) -> Meeting:
    """Take final minutes back, for a reason that the log keeps."""
    row = hold(meeting=meeting, verb=Verb.REOPEN, actor=actor)
    reason = said(reason, "写一句为什么退回，至少 4 个字。", field="reason", longest=200, least=4)
    row.closed_at = row.closed_by = row.due = row.present = row.excused = None
    row.save()
    record(verb="meetings.reopen", target=row, actor=actor, at=at, reason=reason)
    return row


@transaction.atomic
def add_to_minutes(*, meeting: Meeting, text: str, actor: User, at: dt.datetime) -> Addendum:
    """补记: add something to final minutes, with name and time."""
    row = hold(meeting=meeting, verb=Verb.ADD, actor=actor)
    text = said(text, "写要补记什么。", field="text", longest=2000)
    made = Addendum.objects.create(street_id=row.street_id, meeting=row, text=text, at=at, by=actor)
    record(verb="meetings.add_to_minutes", target=row, actor=actor, at=at)
    return made


# ---- several councils at one table (三会协同)


@transaction.atomic
def join(*, meeting: Meeting, council: Council, actor: User, at: dt.datetime) -> MeetingHost:
    """Let a further council hold the meeting too; its members are asked."""
    row = hold(meeting=meeting, verb=Verb.EDIT, actor=actor)
    if row.is_of_grid:
        raise MeetingError("网格例会不设联席；请议事会的人列席。", field="council")
    if council.street_id != row.street_id or not council.stands_on(clock.day_of(row.starts_at)):
        raise MeetingError("这个议事会在开会那天不存在。", field="council")
    if council.pk == row.council_id:
        raise MeetingError(f"{council}就是召集的议事会。", field="council")
    with as_sentences(MeetingError, field="council"):
        made = MeetingHost.objects.create(street_id=row.street_id, meeting=row, council=council)
    attendance.propose(meeting=row)
    row.revision += 1
    row.save(update_fields=["revision"])
    record(verb="meetings.join", target=row, actor=actor, at=at, after={"council": council.name})
    return made


@transaction.atomic
def part(*, host: MeetingHost, actor: User, at: dt.datetime) -> None:
    """Take a council out of a joint session again, and its members off the list."""
    row = hold(meeting=host.meeting, verb=Verb.EDIT, actor=actor)
    row.attendees.filter(member__council=host.council_id).delete()
    name = host.council.name
    host.delete()
    row.revision += 1
    row.save(update_fields=["revision"])
    record(verb="meetings.part", target=row, actor=actor, at=at, before={"council": name})
