"""The verbs on call-ups: asking volunteers to come, what they answer, who came and for how long.

One address per call-up goes into whatever group the people have; there they answer with their number. Whether a number is on
the roster is never said. Hours are noted per call-up; there is no sum that is compared between people.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from coverage.collection import numbers
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.errors import DomainError
from shimen.privacy.sealing import phone_index
from shimen.territory.models import Area, Street
from supply.models import CallAnswer, CallUp, SupplyRule, Volunteer

SHORTEST_REASON = 4
MOST = 500
State = CallUp.State
Answer = CallAnswer.State


class CallError(DomainError):
    """This call-up cannot be made, answered or closed like this."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is for: the kind, id and title of a row of an app above."""

    kind: str
    id: uuid.UUID
    title: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is asked, where, when, of how many; `area`, `groups` and `helps` narrow whom it is for."""

    title: str
    location: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    wanted: int
    words: str = ""
    area: Area | None = None
    groups: Sequence[str] = ()
    helps: Sequence[str] = ()


@transaction.atomic
def call(*, street: Street, said: Said, actor: User | None, at: dt.datetime, subject: Subject | None = None) -> CallUp:
    """Ask volunteers to come. Raises `CallError` for a time that is past, too long or the wrong way round."""
    row = CallUp(street=street, token=numbers.new_token(), made_at=at, made_by=actor)
    if subject is not None:
        row.subject_kind, row.subject_id, row.subject_title = subject.kind, subject.id, subject.title[:80]
    _write(row, said, at)
    after = {"wanted": row.wanted, "starts_at": _moment(row.starts_at), "subject": row.subject_title}
    record(verb="volunteers.call", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def change(*, call: CallUp, said: Said, actor: User, at: dt.datetime) -> CallUp:
    """Change what is asked, as long as it has not begun."""
    row = _held(call)
    if row.state != State.OPEN or row.starts_at <= at:
        raise CallError("已经开始或了结的召集不能再改。")
    before = {"wanted": row.wanted, "starts_at": _moment(row.starts_at), "location": row.location}
    _write(row, said, at)
    after = {"wanted": row.wanted, "starts_at": _moment(row.starts_at), "location": row.location}
    record(verb="volunteers.change_call", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def cancel(*, call: CallUp, reason: str, actor: User, at: dt.datetime) -> CallUp:
    """It does not take place; whoever opens its address reads why."""
    row = _held(call)
    if row.state != State.OPEN:
        raise CallError(f"这次召集{row.get_state_display()}。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise CallError("写一句为什么取消，至少 4 个字，例如“下雨改期”。", field="reason")
    row.state, row.cancel_reason, row.closed_at = State.CANCELLED, reason.strip()[:120], at
    row.save(update_fields=["state", "cancel_reason", "closed_at"])
    record(verb="volunteers.cancel_call", target=row, actor=actor, at=at, reason=row.cancel_reason)
    return row


def find(token: str) -> CallUp | None:
    """The call-up of a public address."""
    if not numbers.is_token(token):
        return None
    return CallUp.objects.select_related("street", "area").filter(token=token).first()


@transaction.atomic
def answer_by_phone(*, call: CallUp, phone: str, comes: bool, at: dt.datetime) -> None:
    """Somebody answers with their number. Nothing tells whether the number is on the roster."""
    row = _held(call)
    _must_be_answerable(row, at)
    index = phone_index(phone)
    if index is None:
        raise CallError("写 11 位手机号。", field="phone")
    found = Volunteer.objects.standing().filter(street_id=row.street_id, phone_index=index).first()
    if found is not None:
        _note(row, found, comes=comes, at=at)
    token = origin.set("")
    try:
        record(verb="volunteers.answer", target=row, actor=None, at=at)
    finally:
        origin.reset(token)


@transaction.atomic
def answer(*, call: CallUp, volunteer: Volunteer, comes: bool, actor: User, at: dt.datetime) -> CallAnswer:
    """What a volunteer said on the telephone, written down by whoever called."""
    row = _held(call)
    _must_be_answerable(row, at, by_staff=True)
    if volunteer.state != Volunteer.State.STANDING or volunteer.street_id != row.street_id:
        raise CallError("这一位不在名册里，不能登记答复。")
    done = _note(row, volunteer, comes=comes, at=at)
    record(
        verb="volunteers.answer",
        target=row,
        actor=actor,
        at=at,
        after={"who": str(volunteer), "state": done.get_state_display()},
    )
    return done


@transaction.atomic
def close(
    *, call: CallUp, came: Mapping[uuid.UUID, Decimal], among: Collection[uuid.UUID], actor: User, at: dt.datetime
) -> CallUp:
    """Write down who came, by the ids of volunteers, and for how many hours; once it has begun. Raises `CallError`.

    Whoever is `among` those the actor looked at and is not named did not come; others are left as they are. Closing again
    corrects what was written.
    """
    row = _held(call)
    if row.state == State.CANCELLED:
        raise CallError("这次召集取消了。")
    if row.starts_at > at:
        raise CallError(f"{_moment(row.starts_at)} 才开始，到时候再记。")
    known = {v.pk: v for v in Volunteer.objects.filter(street_id=row.street_id, pk__in=list(came)).reached()}
    if known.keys() != came.keys():
        raise CallError("名单里有人已经退出，刷新后再记。")
    for pk, hours in came.items():
        if not Decimal(0) < hours <= Decimal(24):
            raise CallError(f"{known[pk]}的小时要在 0 和 24 之间。", field="hours")
    gone = row.answers.filter(state=Answer.CAME, volunteer__in=list(among)).exclude(volunteer__in=list(came))
    gone.update(state=Answer.ACCEPTED, hours=None)
    rows = [
        CallAnswer(street_id=row.street_id, call=row, volunteer_id=pk, state=Answer.CAME, hours=hours, answered_at=at)
        for pk, hours in came.items()
    ]
    CallAnswer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["call", "volunteer"], update_fields=["state", "hours"]
    )
    row.state, row.closed_at = State.CLOSED, at
    row.save(update_fields=["state", "closed_at"])
    after = {"came": len(came), "hours": str(sum(came.values(), Decimal(0)))}
    record(verb="volunteers.close_call", target=row, actor=actor, at=at, after=after)
    return row


def _write(row: CallUp, said: Said, at: dt.datetime) -> None:
    if not 2 <= len(said.title.strip()) <= 60:
        raise CallError("写清做什么，2 到 60 个字。", field="title")
    if not said.location.strip():
        raise CallError("写在哪里集合。", field="location")
    if said.starts_at <= at:
        raise CallError("开始时间已经过去，写现在以后的时间。", field="starts_at")
    if said.ends_at <= said.starts_at:
        raise CallError("结束要晚于开始。", field="ends_at")
    longest = SupplyRule.objects.book(street=row.street_id, on=clock.day_of(at))["callup_longest_hours"]
    if said.ends_at - said.starts_at > dt.timedelta(hours=longest):
        raise CallError(f"一次召集最长 {longest} 小时，几天的分开发。", field="ends_at")
    if not 1 <= said.wanted <= MOST:
        raise CallError(f"人数在 1 和 {MOST} 之间。", field="wanted")
    if said.area is not None and said.area.street_id != row.street_id:
        raise CallError("这个网格不在本街道。", field="area")
    row.title, row.words, row.location = said.title.strip(), said.words.strip(), said.location.strip()
    row.starts_at, row.ends_at, row.wanted, row.area = said.starts_at, said.ends_at, said.wanted, said.area
    row.groups, row.helps = list(said.groups), list(said.helps)
    row.save()


def _note(row: CallUp, volunteer: Volunteer, *, comes: bool, at: dt.datetime) -> CallAnswer:
    state = Answer.ACCEPTED if comes else Answer.DECLINED
    made, _ = CallAnswer.objects.update_or_create(
        call=row, volunteer=volunteer,
        defaults={"street_id": row.street_id, "state": state, "answered_at": at, "hours": None},
    )  # fmt: skip
    return made


def _must_be_answerable(row: CallUp, at: dt.datetime, *, by_staff: bool = False) -> None:
    """People answer until it is over, staff until it is written down who came."""
    if row.state == State.CANCELLED:
        raise CallError("这次召集取消了。")
    if row.state == State.CLOSED or (row.ends_at <= at and not by_staff):
        raise CallError("这次召集已经结束，不用再答复。")


def _held(call: CallUp) -> CallUp:
    return CallUp.objects.select_for_update(of=("self",)).get(pk=call.pk)


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"
