"""Leaving the talent pool: taking the consent back, erasing, and letting go of what was not renewed.

As with the collection of codes: the consent ends at once, a job erases, a trace without a name remains, and three years
later the emptied row goes as well.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet

from branches.models import Certificate, HelpRequest, Lecturer, MentorPair, Talent, TalentConsent
from branches.people.talents import SHORTEST_REASON, TalentError
from shimen import clock, outbox
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.outbox.models import Job
from shimen.privacy.models import Erasure
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street

KIND = "talents.erase"
ERASE_WITHIN = dt.timedelta(days=7)
PROOF = dt.timedelta(days=3 * 365)
GONE = "（已删除）"
THREE_YEARS = 3 * 365
UNDECIDED = 30
State = Talent.State


@transaction.atomic
def withdraw(*, talent: Talent, actor: User | None, at: dt.datetime, reason: str = "") -> Talent:
    """Take the consent back: by the person with the receipt number (no actor), or by staff whom they asked.

    From here nobody can use it. Asking again changes nothing.
    """
    row = Talent.objects.select_for_update(of=("self",)).select_related("street").get(pk=talent.pk)
    if row.state in {State.WITHDRAWN, State.DELETED}:
        return row
    if actor is not None and len(reason.strip()) < SHORTEST_REASON:
        raise TalentError("写一句本人怎么提出的，至少 4 个字，例如“本人来电要求”。", field="reason")
    row.erasure = Erasure.objects.create(
        street_id=row.street_id,
        key=f"talent:{row.pk}",
        cause=Erasure.Cause.ASKED if actor else Erasure.Cause.WITHDRAWN,
        label="能人库里的信息",
        asked_at=at,
        due_on=clock.day_of(at) + ERASE_WITHIN,
        handled_by=actor,
    )
    row.state = State.WITHDRAWN
    row.save(update_fields=["state", "erasure"])
    row.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    _close_requests([row.pk], at)
    outbox.enqueue(
        kind=KIND, payload={"talent": str(row.pk)}, effect_key=f"erase-talent:{row.pk}", street=row.street, at=at
    )
    record(verb="talents.withdraw", target=row, actor=actor, at=at, reason=reason.strip())
    return row


def _close_requests(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """What was still being asked of them cannot go on."""
    rows = HelpRequest.objects.filter(talent__in=ids).open()
    rows.update(state=HelpRequest.State.CANCELLED, outcome="本人已退出能人库", closed_at=at)


@transaction.atomic
def erase(*, talent_id: uuid.UUID, at: dt.datetime) -> Talent:
    """Do what a withdrawal promised; a second time there is nothing left to do."""
    row = Talent.objects.select_for_update(of=("self",)).select_related("erasure").get(pk=talent_id)
    if row.state != State.WITHDRAWN:
        return row
    what = empty(row, at)
    trace = row.erasure
    if trace is not None:
        trace.what, trace.rows, trace.done_at = what, 1, at
        trace.save(update_fields=["what", "rows", "done_at"])
        record(verb="talents.erase", target=row, actor=None, at=at, after={"what": what})
    return row


def empty(row: Talent, at: dt.datetime) -> list[str]:
    """Empty a person's row and save it; labels of what it held."""
    held = [label for label, kept in (("姓名", row.name_sealed), ("电话", row.phone_sealed)) if kept]
    held += [label for label, kept in (("专长", row.skill), ("在哪里工作", row.where), ("时间", row.times)) if kept]
    row.name_sealed = row.phone_sealed = row.phone_index = row.worker = row.entity = row.organisation = None
    row.name_mask = row.phone_mask = row.skill = row.workplace = row.times_note = row.search = ""
    row.times, row.state, row.emptied_at = [], State.DELETED, at
    row.save()
    row.fields.clear()
    return held


def erase_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one withdrawal."""
    erase(talent_id=uuid.UUID(job.payload["talent"]), at=at)


# ---- what is let go by itself


def _lapsed(street: Street, on: dt.date) -> QuerySet[Talent]:
    """Those whose consent is older than its notice promised, and those nobody took in."""
    end = ExpressionWrapper(F("given_on") + F("notice__retention_days"), output_field=DateField())
    over = TalentConsent.objects.annotate(ends=end).filter(street=street, withdrawn_at__isnull=True, ends__lte=on)
    waits = Q(state=State.WAITING, registered_at__lt=_end_of(on - dt.timedelta(days=UNDECIDED)))
    return Talent.objects.filter(Q(state=State.STANDING, pk__in=over.values("talent")) | waits, street=street)


def _proof(street: Street, on: dt.date) -> QuerySet[Talent]:
    rows = Talent.objects.filter(street=street, state=State.DELETED, emptied_at__lt=_end_of(on - PROOF))
    return rows.filter(requests__isnull=True)


def _end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in Shanghai."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)


def expire(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of people whose consent was not renewed. The day's trace is the caller's."""
    TalentConsent.objects.filter(talent__in=ids, withdrawn_at__isnull=True).update(withdrawn_at=at)
    _close_requests(ids, at)
    for row in Talent.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        empty(row, at)


def drop_proof(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Delete what is left of emptied rows: when, and the consents without a name."""
    Talent.objects.filter(pk__in=ids, state=State.DELETED).delete()


def _pairs(street: Street, on: dt.date) -> QuerySet[MentorPair]:
    rows = MentorPair.objects.filter(street=street, valid__endswith__lte=on - dt.timedelta(days=THREE_YEARS))
    return rows.exclude(mentor=GONE)


def _forget_pairs(ids: list[uuid.UUID], at: dt.datetime) -> None:
    for row in MentorPair.objects.filter(pk__in=ids).order_by("pk"):
        row.mentor, row.learner, row.learner_post = GONE, f"{GONE}{row.pk.hex[-6:]}", ""
        row.save(update_fields=["mentor", "learner", "learner_post"])


def _lecturers(street: Street, on: dt.date) -> QuerySet[Lecturer]:
    last = _end_of(on - dt.timedelta(days=THREE_YEARS))
    return Lecturer.objects.filter(street=street, retired_at__lt=last).exclude(name=GONE)


def _forget_lecturers(ids: list[uuid.UUID], at: dt.datetime) -> None:
    Lecturer.objects.filter(pk__in=ids).update(name=GONE, pinyin="", unit="")


def _certificates(street: Street, on: dt.date) -> QuerySet[Certificate]:
    last = on - dt.timedelta(days=2 * THREE_YEARS)
    return Certificate.objects.filter(street=street, name_sealed__isnull=False, issued_on__lte=last)


def _forget_certificates(ids: list[uuid.UUID], at: dt.datetime) -> None:
    Certificate.objects.filter(pk__in=ids).update(name_sealed=None, name_mask=GONE)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    talent = tuple(("branches.Talent", name) for name in ("name", "phone", "skill"))
    pair = tuple(("branches.MentorPair", name) for name in ("mentor", "learner"))
    declare_rules(
        Rule("talent.lapsed", "能人库：同意到期没有续、没有核对的", talent, _lapsed, expire),
        Rule("talent.proof", "能人库的同意记录（不含姓名）", (), _proof, drop_proof),
        Rule("mentoring.ended", "结束的传帮带：双方姓名", pair, _pairs, _forget_pairs),
        Rule("lecturer.retired", "停用的师资：姓名", (("branches.Lecturer", "name"),), _lecturers, _forget_lecturers),
        Rule(
            "certificate.old",
            "学习证明：姓名",
            (("branches.Certificate", "name"),),
            _certificates,
            _forget_certificates,
        ),
    )
