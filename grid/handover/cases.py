"""Cases of the district: opened with the matter's turn at the district, ended with it, or by what the platform says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from grid.chain.cases import STATES, WORDS, CaseState, Said, after, needs_reason
from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.handover import platform
from grid.matters import ending, handling, moving
from grid.models import CaseStep, DistrictCase, Leg, Matter
from shimen import clock, outbox
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role, User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.outbox.models import Job

SEND, RECALL = "handover.send", "handover.recall"
LONGEST = 1000


class CaseError(DomainError):
    """A case of the district cannot be treated as asked."""


# ---- with the matter


def hear_leg_begun(*, leg: Leg, matter: Matter, at: dt.datetime, **_: Any) -> None:
    """A matter came to the district: its case is opened in the same transaction."""
    if leg.level == Level.DISTRICT:
        _open(leg=leg, matter=matter, at=at)


def hear_leg_ended(*, leg: Leg, actor: User | None, at: dt.datetime, **_: Any) -> None:
    """A matter left the district by somebody's hand here: its case ends too, and the platform is told."""
    if leg.level != Level.DISTRICT:
        return
    case = DistrictCase.objects.select_for_update(of=("self",)).filter(leg=leg).first()
    if case is None or not case.is_live:
        return
    if leg.end == Leg.End.SOLVED:
        _end(case, CaseState.FINISHED, leg.tried, at)
        _write_step(case, said=Said.FINISHED, words=leg.tried, at=at, by=actor)
    else:
        _end(case, CaseState.RECALLED, leg.why, at)
        _write_step(case, said="recalled", words=leg.why, at=at, by=actor)
        _promise_recall(case, at)
    case.save()
    record(verb="grid.end_case", target=case, actor=actor, at=at, after={"state": case.state})


def _open(*, leg: Leg, matter: Matter, at: dt.datetime) -> DistrictCase:
    way = platform.of(matter.street_id)
    day = clock.day_of(at)
    last = matter.legs.filter(number=leg.number - 1).select_related("ended_by").first()
    actor = last.ended_by if last is not None else matter.raised_by
    case = DistrictCase.objects.create(
        street_id=matter.street_id, number=_number(matter, day.year), matter=matter, leg=leg, title=matter.title,
        category=matter.category, category_code=way.category_codes.get(matter.category, "") or way.other_code,
        region_code=way.area_codes.get(str(matter.area_id), "") or way.region_code, area=matter.area, opened_on=day,
        opened_at=at, opened_by=actor, due_on=leg.due_on,
        delivery=DistrictCase.Delivery.WAITING if way.is_online else DistrictCase.Delivery.HAND,
    )  # fmt: skip
    _write_step(case, said="opened", words=last.left_open if last is not None else "", at=at, by=actor)
    if way.is_online:
        _promise_sending(case, at)
    record(verb="grid.open_case", target=case, actor=actor, at=at, after={"delivery": case.delivery})
    return case


def _number(matter: Matter, year: int) -> str:
    """The street's next number of the year; whoever else asks waits until this transaction has ended."""
    street = matter.street
    start = f"{street.code}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"case {start}"])
    rows = DistrictCase.objects.filter(street=street, number__startswith=start, origin=DistrictCase.Origin.MATTER)
    last = rows.aggregate(last=Max("number"))["last"]
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:05}"


def _promise_sending(case: DistrictCase, at: dt.datetime, *, again: str = "") -> None:
    key = f"{SEND}:{case.pk}{again}"
    outbox.enqueue(kind=SEND, payload={"case": str(case.pk)}, effect_key=key, street=case.street, at=at)


def _promise_recall(case: DistrictCase, at: dt.datetime) -> None:
    """The platform is told even while the case is on its way to it: which of the two arrives first is not known."""
    if case.delivery in (DistrictCase.Delivery.WAITING, DistrictCase.Delivery.SENT):
        payload = {"case": str(case.pk)}
        outbox.enqueue(kind=RECALL, payload=payload, effect_key=f"{RECALL}:{case.pk}", street=case.street, at=at)


# ---- what is said of it


@transaction.atomic
def hear(
    *,
    case: DistrictCase,
    said: Said,
    words: str,
    at: dt.datetime,
    heard_at: dt.datetime,
    event: str = "",
    due_on: dt.date | None = None,
    platform_number: str = "",
    actor: User | None = None,
) -> CaseStep:
    """Take what the platform said of a case; the same `event` again is the same answer and does nothing more.

    A case that has ended keeps it in its history without being moved. Finished solves the matter, returned gives it back to
    the grid with the reason, extended defers it.
    """
    row = _locked(case)
    known = row.steps.filter(event=event).first() if event else None
    if known is not None:
        return known
    words = words.strip()[:LONGEST]
    if platform_number and not row.platform_number:
        with as_sentences(CaseError, field="platform_number"):
            row.platform_number = platform_number[:60]
            row.save(update_fields=["platform_number"])
    step = _write_step(row, said=said, words=words, at=at, heard_at=heard_at, by=actor, event=event, due_on=due_on)
    try:
        state = after(row.stage, said)
    except ValueError as late:
        step.is_applied, step.why_not = False, str(late)[:200]
        step.save(update_fields=["is_applied", "why_not"])
    else:
        _move(row, said, state, words, due_on, heard_at, actor)
    record(verb="grid.hear_case", target=row, actor=actor, at=heard_at,
           after={"said": said.value, "state": row.state, "event": event})  # fmt: skip
    return step


def _move(
    row: DistrictCase, said: Said, state: CaseState, words: str, due_on: dt.date | None, at: dt.datetime,
    actor: User | None,
) -> None:  # fmt: skip
    if state in (CaseState.FINISHED, CaseState.RETURNED):
        _end(row, state, words, at)
    elif said is Said.EXTENDED:
        row.extensions += 1
        row.due_on = due_on or row.due_on
    row.state = state.value
    row.save()
    matter = row.matter
    if matter is None or not _is_there(row, matter):
        return
    _MOVES.get(said, _tell)(matter, said, words, due_on, at, actor)


def _is_there(row: DistrictCase, matter: Matter) -> bool:
    """Whether the matter is still on the turn for which the case was opened."""
    return matter.state == State.OPEN and matter.legs.filter(case=row, ended_at__isnull=True).exists()


def _solve(matter: Matter, _: Said, words: str, __: dt.date | None, at: dt.datetime, ___: User | None) -> None:
    ending.solve(matter=matter, how=words or "区级平台结案。", actor=None, at=at)


def _give_back(matter: Matter, _: Said, words: str, __: dt.date | None, at: dt.datetime, ___: User | None) -> None:
    moving.pass_down(matter=matter, why=f"区级平台退单：{words}"[:300] if words else "区级平台退单", actor=None, at=at)


def _defer(matter: Matter, said: Said, words: str, due_on: dt.date | None, at: dt.datetime, actor: User | None) -> None:
    is_later = due_on is not None and due_on >= clock.day_of(at) and (matter.due_on is None or due_on > matter.due_on)
    if not is_later:
        _tell(matter, said, words, due_on, at, actor)
        return
    moving.defer(matter=matter, due_on=due_on, why=f"区级平台延期：{words}"[:300], actor=None, at=at)


def _tell(matter: Matter, said: Said, words: str, due_on: dt.date | None, at: dt.datetime, actor: User | None) -> None:
    sentence = f"区级平台{WORDS[said]}" + (f"到 {due_on:%m-%d}" if due_on and said is Said.EXTENDED else "")
    handling.tell(matter=matter, verb="district", sentence=sentence, at=at, actor=actor, words=words)


_MOVES: dict[Said, Callable[[Matter, Said, str, dt.date | None, dt.datetime, User | None], None]] = {
    Said.FINISHED: _solve,
    Said.RETURNED: _give_back,
    Said.EXTENDED: _defer,
}


def _end(row: DistrictCase, state: CaseState, words: str, at: dt.datetime) -> None:
    row.state, row.result, row.ended_at = state.value, words[:2000], at


def _write_step(
    row: DistrictCase, *, said: str, at: dt.datetime, heard_at: dt.datetime | None = None, **more: Any
) -> CaseStep:
    more["words"] = str(more.get("words", ""))[:LONGEST]
    return CaseStep.objects.create(
        street_id=row.street_id, case=row, said=str(said), at=at, heard_at=heard_at or at, **more
    )


# ---- by hand


@transaction.atomic
def note(
    *,
    case: DistrictCase,
    said: str,
    words: str,
    actor: User,
    at: dt.datetime,
    due_on: dt.date | None = None,
    platform_number: str = "",
) -> CaseStep:
    """Type what the platform said, where no endpoint brings it.

    Raises `CaseError`: not for this person; an endpoint brings the answers; ended; no reason for a return or an extension.
    """
    row = _held(case, actor)
    if row.delivery == DistrictCase.Delivery.SENT:
        raise CaseError("这件由平台回传，不用手工记。")
    told = _told(said)
    if not row.is_live:
        raise CaseError(f"这件已{STATES[row.stage]}，不再变动。")
    if needs_reason(told) and not words.strip():
        raise CaseError(f"{WORDS[told]}要写明原因。", field="words")
    if told is Said.EXTENDED and (due_on is None or due_on < clock.day_of(at)):
        raise CaseError("写新的期限，不能早于今天。", field="due_on")
    if told is Said.FINISHED and not words.strip():
        raise CaseError("写明怎么解决的。", field="words")
    handling.said(words or "无", "", field="words", longest=LONGEST)
    return hear(
        case=row, said=told, words=words, at=at, heard_at=at, due_on=due_on, platform_number=platform_number.strip(),
        actor=actor,
    )  # fmt: skip


def _told(said: str) -> Said:
    try:
        return Said(said)
    except ValueError:
        raise CaseError("选平台的答复。", field="said") from None


@transaction.atomic
def send_again(*, case: DistrictCase, actor: User, at: dt.datetime) -> DistrictCase:
    """Try once more to deliver a case that the platform refused, or that could not be delivered."""
    row = _held(case, actor)
    stopped = row.delivery in (DistrictCase.Delivery.REFUSED, DistrictCase.Delivery.HAND)
    if not row.is_live or not (stopped or given_up(row)):
        raise CaseError("这件不用再送。")
    if not platform.of(row.street_id).is_online:
        raise CaseError("还没有接上区级平台，先由系统管理员填接口。")
    if row.steps.filter(is_applied=True).exclude(said="opened").exists():
        raise CaseError("已经手工记过平台的答复，接着手工记。")
    row.delivery, row.trouble = DistrictCase.Delivery.WAITING, ""
    row.save(update_fields=["delivery", "trouble"])
    _promise_sending(row, at, again=f":{at.isoformat()}")
    record(verb="grid.send_case", target=row, actor=actor, at=at)
    return row


def given_up(case: DistrictCase) -> str:
    """Why a case that waits for its delivery will not be delivered by itself any more; '' while it is on its way."""
    if case.delivery != DistrictCase.Delivery.WAITING:
        return ""
    tries = Job.objects.filter(kind=SEND, payload__case=str(case.pk))
    if tries.exclude(state=Job.State.FAILED).exists():
        return ""
    last = tries.order_by("-enqueued_at").first()
    return last.error if last is not None else "没有排上送达"


@transaction.atomic
def go_on_by_hand(*, case: DistrictCase, actor: User, at: dt.datetime) -> DistrictCase:
    """The platform cannot be reached or will not have it: what it says is typed from now on."""
    row = _held(case, actor)
    if not row.is_live or row.delivery == DistrictCase.Delivery.HAND:
        raise CaseError("这件不用改成手工办理。")
    before = row.delivery
    row.delivery, row.trouble = DistrictCase.Delivery.HAND, ""
    row.save(update_fields=["delivery", "trouble"])
    record(verb="grid.case_by_hand", target=row, actor=actor, at=at, before={"delivery": before})
    return row


def _held(case: DistrictCase, actor: User) -> DistrictCase:
    """The case, locked; for staff over its area."""
    row = _locked(case)
    if not scope_of(actor).covers(row.street_id, row.area_id, role=Role.STAFF):
        raise CaseError("上报区级的案件由街道办理。")
    return row


def _locked(case: DistrictCase) -> DistrictCase:
    """The case, locked after its matter: whoever moves the matter takes the two in this order too."""
    if case.matter_id is not None:
        Matter.objects.select_for_update(of=("self",)).get(pk=case.matter_id)
    return DistrictCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
