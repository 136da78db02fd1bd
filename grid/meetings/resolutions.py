"""What a meeting resolves: with an owner and a day, written back to the matter, and asked about at the next meeting."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from grid.chain.sessions import Verb
from grid.chain.transitions import State as MatterState
from grid.matters import handling, moving
from grid.meetings import agenda
from grid.meetings.handling import MeetingError, hold, said
from grid.models import AgendaItem, FollowUp, Matter, Meeting, Resolution
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.territory import calendar


@transaction.atomic
def resolve(
    *,
    item: AgendaItem,
    text: str,
    owner: str,
    due_on: dt.date | None,
    actor: User,
    at: dt.datetime,
    owner_user: User | None = None,
) -> Resolution:
    """Write down what is to be done under an item; its matter gets the owner, the task and the day. Pressed twice it is one.

    Raises `MeetingError`: nothing said, no owner, no day, a day before today or on a day off; `MatterError` where the matter
    was moved on meanwhile.
    """
    meeting = hold(meeting=item.meeting, verb=Verb.RESOLVE, actor=actor)
    row = agenda.saved(item, clock.day_of(at))
    if row.outcome in (AgendaItem.Outcome.SOLVED, AgendaItem.Outcome.UP):
        raise MeetingError(f"这一项已经记为“{row.get_outcome_display()}”，不再加议定事项。")
    text, owner, due_on = _said(text, owner, owner_user, due_on, at)
    twice: Resolution | None = row.resolutions.standing().filter(text=text, owner=owner, due_on=due_on).first()
    if twice is not None:
        return twice
    number = (meeting.resolutions.aggregate(n=Max("number"))["n"] or 0) + 1
    made = Resolution.objects.create(
        street_id=row.street_id, meeting=meeting, item=row, matter=row.matter, number=number, text=text, owner=owner,
        owner_user=owner_user, due_on=due_on, made_at=at, made_by=actor,
    )  # fmt: skip
    _write_back(made, actor=actor, at=at)
    if row.outcome != AgendaItem.Outcome.RESOLVED:
        row.outcome = AgendaItem.Outcome.RESOLVED
        row.save(update_fields=["outcome"])
    after = {"text": text, "due_on": str(due_on)}
    record(verb="meetings.resolve", target=meeting, actor=actor, at=at, after=after)
    return made


def _said(
    text: str, owner: str, owner_user: User | None, due_on: dt.date | None, at: dt.datetime
) -> tuple[str, str, dt.date]:
    text = said(text, "写议定了什么：办什么事。", field="text")
    owner = owner.strip() or (str(owner_user.display_name) if owner_user is not None else "")
    owner = said(owner, "写明责任人：单位和姓名。", field="owner", longest=60)
    return text, owner, checked_day(due_on, at)


def checked_day(due_on: dt.date | None, at: dt.datetime) -> dt.date:
    """A due date fit to be resolved. Raises `MeetingError`: none, before today, or a day off."""
    if due_on is None:
        raise MeetingError("选期限，到哪天办好。", field="due_on")
    if due_on < clock.day_of(at):
        raise MeetingError("期限不能早于今天。", field="due_on")
    if not calendar.is_working(due_on):
        following = calendar.add_working_days(due_on, 1)
        raise MeetingError(f"{due_on:%m-%d} 是休息日，选工作日，如 {following:%m-%d}。", field="due_on")
    return due_on


def _write_back(row: Resolution, *, actor: User, at: dt.datetime) -> None:
    """Give the matter its owner, task and day, by the matter's own verb."""
    if row.matter is None or row.matter.state != MatterState.OPEN:
        return
    moving.assign(
        matter=row.matter,
        owner=row.owner,
        owner_user=row.owner_user,
        task=row.text,
        due_on=row.due_on,
        actor=actor,
        at=at,
    )


@transaction.atomic
def change(
    *,
    resolution: Resolution,
    text: str,
    owner: str,
    due_on: dt.date | None,
    actor: User,
    at: dt.datetime,
    owner_user: User | None = None,
) -> Resolution:
    """Put a resolution of a meeting under way differently; the matter follows."""
    meeting = hold(meeting=resolution.meeting, verb=Verb.RESOLVE, actor=actor)
    row = _open(resolution)
    before = {"text": row.text, "due_on": str(row.due_on)}
    row.text, row.owner, row.due_on = _said(text, owner, owner_user, due_on, at)
    row.owner_user = owner_user
    row.save()
    _write_back(row, actor=actor, at=at)
    after = {"text": row.text, "due_on": str(row.due_on)}
    record(verb="meetings.change_resolution", target=meeting, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def withdraw(*, resolution: Resolution, actor: User, at: dt.datetime) -> Resolution:
    """Take a resolution back while the meeting is under way; the matter keeps its owner until somebody names another."""
    meeting = hold(meeting=resolution.meeting, verb=Verb.RESOLVE, actor=actor)
    row = _open(resolution)
    row.state, row.ended_at = Resolution.State.WITHDRAWN, at
    row.save(update_fields=["state", "ended_at"])
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=row.item_id)
    if item.outcome == AgendaItem.Outcome.RESOLVED and not item.resolutions.standing().exists():
        item.outcome = AgendaItem.Outcome.OPEN
        item.save(update_fields=["outcome"])
    record(verb="meetings.withdraw_resolution", target=meeting, actor=actor, at=at, before={"text": row.text})
    return row


@transaction.atomic
def follow_up(
    *,
    resolution: Resolution,
    said: str,
    actor: User,
    at: dt.datetime,
    note: str = "",
    due_on: dt.date | None = None,
    meeting: Meeting | None = None,
) -> FollowUp:
    """Say what became of a resolution: done, not yet (with the reason, perhaps with a new day), or given up.

    Its owner may say so whatever their role; at a later meeting, `meeting` is that one. The matter's story gets a line.
    Raises `MeetingError`: already ended, no reason, a day before today, not for this person.
    """
    row = _open(resolution)
    _for(row, meeting, actor)
    note = " ".join(note.replace("\x00", "").split())[:300]
    if said not in FollowUp.Said.values:
        raise MeetingError("选落实情况。", field="said")
    if said != FollowUp.Said.DONE and not note:
        raise MeetingError("没有落实的，写明原因。", field="note")
    if said == FollowUp.Said.NOT_YET and due_on is not None:
        row.due_on = checked_day(due_on, at)
    elif said != FollowUp.Said.NOT_YET:
        row.state, row.ended_at = said, at
    row.save()
    made = FollowUp.objects.create(
        street_id=row.street_id, resolution=row, meeting=meeting, said=said, note=note, at=at, by=actor,
        due_on=due_on if said == FollowUp.Said.NOT_YET else None,
    )  # fmt: skip
    _tell(row, made, actor=actor, at=at)
    if meeting is not None:
        AgendaItem.objects.filter(meeting=meeting, carried=row, outcome="").update(outcome=AgendaItem.Outcome.HEARD)
    record(verb="meetings.follow_up", target=row, actor=actor, at=at, after={"said": said}, reason=note)
    return made


def _for(row: Resolution, meeting: Meeting | None, actor: User) -> None:
    """Raises `MeetingError` where it is not for this person to say."""
    if meeting is not None:
        hold(meeting=meeting, verb=Verb.FOLLOW, actor=actor)
    elif row.owner_user_id != actor.pk:
        hold(meeting=row.meeting, verb=Verb.FOLLOW, actor=actor)


def _tell(row: Resolution, made: FollowUp, *, actor: User, at: dt.datetime) -> None:
    if row.matter is None:
        return
    sentence = f"议定事项{made.get_said_display()}：{row.text}"
    tone = "good" if made.said == FollowUp.Said.DONE else "alarm"
    handling.tell(
        matter=row.matter, verb="follow_up", sentence=sentence, at=at, actor=actor, words=made.note, tone=tone
    )


def _open(resolution: Resolution) -> Resolution:
    rows = Resolution.objects.select_for_update(of=("self",)).select_related("matter", "meeting")
    row: Resolution = rows.get(pk=resolution.pk)
    if row.state != Resolution.State.OPEN:
        raise MeetingError(f"这一项已经记为“{row.get_state_display()}”，不用再记。")
    return row


def of_matter(matter: Matter) -> list[Resolution]:
    """What meetings resolved on a matter, newest first."""
    rows = Resolution.objects.filter(matter=matter).standing().select_related("meeting").order_by("-made_at")
    return list(rows)
