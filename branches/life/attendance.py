"""The verbs on attendance: marked by hand, or signed in by the member with the code on the screen.

Whether a telephone number belongs to a member is sensitive, so signing in by number never says whether it was found: the
answer is the same, and the secretary's list shows who came.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet

from branches.life import present, tokens
from branches.life.present import Person
from branches.models import Activity, Attendance, Member
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.privacy.sealing import phone_index

# The code may be shown from so long before the beginning, and so long after the end.
EARLY, LATE = dt.timedelta(hours=1), dt.timedelta(hours=2)


class AttendanceError(DomainError):
    """Attendance cannot be marked so."""


@transaction.atomic
def mark(*, activity: Activity, marks: dict[uuid.UUID, str], actor: User, at: dt.datetime) -> int:
    """Note by hand who came, who was excused, or that nothing is known; returns how many changed.

    `marks` are members and states. The list is open from an hour before until the minutes are settled.
    """
    activity = _open(activity, at)
    people = {person.id: person for person in present.invited(activity)}
    if strangers := set(marks) - set(people):
        raise AttendanceError(f"有 {len(strangers)} 人不在这场活动的名单里，重新打开这一页。")
    if wrong := set(marks.values()) - set(Attendance.State.values):
        raise AttendanceError(f"没有“{wrong.pop()}”这种情况。")
    rows = present.marks(activity)
    changed = [
        _set(activity, people[pk], state, rows.get(pk), actor, at)
        for pk, state in marks.items()
        if _is_new(rows.get(pk), state)
    ]
    if changed:
        _recount(activity)
        states = {state: sum(row.state == state for row in changed) for state in {row.state for row in changed}}
        record(verb="life.mark", target=activity, actor=actor, at=at, after=states)
    return len(changed)


def _is_new(row: Attendance | None, state: str) -> bool:
    return (row.state if row else Attendance.State.BLANK) != state


def _set(
    activity: Activity, person: Person, state: str, row: Attendance | None, actor: User | None, at: dt.datetime
) -> Attendance:
    row = row or Attendance(street_id=activity.street_id, activity=activity)
    row.member, row.seat = (person.row, None) if isinstance(person.row, Member) else (None, person.row)
    row.state, row.marked_at, row.marked_by = state, at, actor
    row.how = Attendance.How.HAND
    row.save()
    return row


@transaction.atomic
def show_code(*, activity: Activity, actor: User, at: dt.datetime) -> Activity:
    """Begin to show a code, or exchange the one that is shown: all that were shown before end at once."""
    activity = _open(activity, at)
    if activity.state != Activity.State.PLANNED:
        raise AttendanceError("已经记为举行，不再签到；漏记的在名单上点一下。")
    if at > activity.ends_at + LATE:
        raise AttendanceError("活动早已结束，不再签到；漏记的在名单上点一下。")
    activity.code_secret, activity.code_until = tokens.new_secret(), activity.ends_at + LATE
    activity.save(update_fields=["code_secret", "code_until"])
    record(verb="life.show_code", target=activity, actor=actor, at=at)
    return activity


@transaction.atomic
def hide_code(*, activity: Activity, actor: User, at: dt.datetime) -> Activity:
    """End the code; the list stays open."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if not activity.code_secret:
        return activity
    activity.code_secret = ""
    activity.save(update_fields=["code_secret"])
    record(verb="life.hide_code", target=activity, actor=actor, at=at)
    return activity


def find_by_token(token: str, *, at: dt.datetime) -> Activity | None:
    """The activity whose code shows this token now."""
    pk = tokens.activity_of(token)
    activity = _showing(at).filter(pk=pk).first() if pk else None
    if activity and tokens.is_token(token, activity=activity.pk, secret=activity.code_secret, at=at):
        return activity
    return None


def find_by_code(typed: str, *, at: dt.datetime) -> Activity | None:
    """The activity whose code these six digits are now; none when two show the same (they scan instead)."""
    if len(typed) != tokens.DIGITS or not typed.isdigit():
        return None
    found = [
        activity
        for activity in _showing(at)
        if tokens.is_code(typed, activity=activity.pk, secret=activity.code_secret, at=at)
    ]
    return found[0] if len(found) == 1 else None


def _showing(at: dt.datetime) -> QuerySet[Activity]:
    rows: QuerySet[Activity] = Activity.objects.exclude(code_secret="").filter(
        code_until__gte=at, state=Activity.State.PLANNED
    )
    return rows.select_related("lead", "street")


@transaction.atomic
def sign_in(*, activity: Activity, user: User | None, phone: str, at: dt.datetime) -> Member | None:
    """A member signs in with the code: known by their account or by their number. None when nobody on the list is that;
    whoever asks is told nothing of it."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state != Activity.State.PLANNED or not activity.code_secret:
        return None
    member = _who(activity, user, phone)
    if member is None:
        return None
    row = activity.attendance.filter(member=member).first()
    if row is None or row.state != Attendance.State.PRESENT:
        row = row or Attendance(street_id=activity.street_id, activity=activity, member=member)
        row.state, row.how, row.marked_at, row.marked_by = Attendance.State.PRESENT, Attendance.How.CODE, at, user
        row.save()
        record(verb="life.sign_in", target=activity, actor=user, at=at, after={"rows": 1})
    return member


def _who(activity: Activity, user: User | None, phone: str) -> Member | None:
    """The member of the hosts with this account or number, if they are due."""
    rows = present.members(activity)
    if user is not None:
        member = rows.filter(user=user).first()
    else:
        index = phone_index(phone)
        member = rows.filter(phone_index=index).first() if index else None
    due = {person.id for person in present.invited(activity)} if member else set()
    return member if member and member.pk in due else None


def _open(activity: Activity, at: dt.datetime) -> Activity:
    """The activity, locked, if its list may be written."""
    activity = Activity.objects.select_for_update(of=("self",)).select_related("lead").get(pk=activity.pk)
    if activity.state == Activity.State.CANCELLED:
        raise AttendanceError("这场活动已经取消，不记到会。")
    if activity.starts_at - EARLY > at:
        begin = (activity.starts_at - EARLY).astimezone(clock.SHANGHAI)
        raise AttendanceError(f"{begin:%m-%d %H:%M} 起才能记到会。")
    minutes = getattr(activity, "minutes", None)
    if minutes is not None and minutes.settled_at is not None:
        raise AttendanceError("会议记录已定稿，不能再改到会。要改先退回记录。")
    return activity


def _recount(activity: Activity) -> None:
    """After it was held the frozen counts follow the list until the minutes are settled."""
    if activity.state == Activity.State.HELD:
        count = present.count(activity)
        activity.full_due, activity.full_present = count.due, count.present
        activity.save(update_fields=["full_due", "full_present"])
