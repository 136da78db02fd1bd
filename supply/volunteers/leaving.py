"""Leaving the roster: taking the consent back, erasing, and letting go of what was not renewed.

As with the collection of codes: the consent ends at once, a job erases, a trace without a name remains, and three years later
the emptied row goes as well.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet

from shimen import clock, outbox
from shimen.accounts.models import User
from shimen.audit.record import origin, record
from shimen.outbox.models import Job
from shimen.privacy.models import Erasure
from shimen.privacy.register import Basis, PersonalField
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street
from supply.models import CallAnswer, Coupon, Volunteer
from supply.volunteers.roster import SHORTEST_REASON, VolunteerError

KIND = "volunteers.erase"
ERASE_WITHIN = dt.timedelta(days=7)
PROOF = dt.timedelta(days=3 * 365)
UNDECIDED = 30
State = Volunteer.State


def _field(name: str, label: str, purpose: str, *, sealed: bool) -> PersonalField:
    return PersonalField(
        model="supply.Volunteer",
        name=name,
        label=label,
        whose="新就业群体志愿者",
        purpose=purpose,
        basis=Basis.CONSENT,
        retention_days=730,  # the notice to which a person agreed says the days; this is its default
        counts_from="最近一次同意",
        sealed=f"{name}_sealed" if sealed else "",
        mask=f"{name}_mask" if sealed else "",
    )


FIELDS = (
    _field("name", "姓名", "要人手时联系", sealed=True),
    _field("phone", "电话", "要人手时联系，不重复登记", sealed=True),
    _field("helps", "做哪一行、能帮什么、常在哪个网格", "按需要找到合适的人", sealed=False),
)


@transaction.atomic
def withdraw(*, volunteer: Volunteer, actor: User | None, at: dt.datetime, reason: str = "") -> Volunteer:
    """Take the consent back: by the person with the receipt number (no actor), or by staff whom they asked.

    From here nobody can use it. Asking again changes nothing.
    """
    row = Volunteer.objects.select_for_update(of=("self",)).select_related("street").get(pk=volunteer.pk)
    if row.state in {State.WITHDRAWN, State.DELETED}:
        return row
    if actor is not None and len(reason.strip()) < SHORTEST_REASON:
        raise VolunteerError("写一句本人怎么提出的，至少 4 个字，例如“本人来电要求”。", field="reason")
    row.erasure = Erasure.objects.create(
        street_id=row.street_id,
        key=f"volunteer:{row.pk}",
        cause=Erasure.Cause.ASKED if actor else Erasure.Cause.WITHDRAWN,
        label="志愿者名册里的信息",
        asked_at=at,
        due_on=clock.day_of(at) + ERASE_WITHIN,
        handled_by=actor,
    )
    row.state, row.left_at = State.WITHDRAWN, at
    row.save(update_fields=["state", "left_at", "erasure"])
    outbox.enqueue(
        kind=KIND, payload={"volunteer": str(row.pk)}, effect_key=f"erase-volunteer:{row.pk}", street=row.street, at=at
    )
    token = origin.set("") if actor is None else None
    try:
        record(verb="volunteers.withdraw", target=row, actor=actor, at=at, reason=reason.strip())
    finally:
        if token is not None:
            origin.reset(token)
    return row


@transaction.atomic
def erase(*, volunteer_id: uuid.UUID, at: dt.datetime) -> Volunteer:
    """Do what a withdrawal promised; a second time there is nothing left to do."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("erasure")
    row = rows.get(pk=volunteer_id)
    if row.state != State.WITHDRAWN:
        return row
    what = empty(row, at)
    trace = row.erasure
    if trace is not None:
        trace.what, trace.rows, trace.done_at = what, 1, at
        trace.save(update_fields=["what", "rows", "done_at"])
        record(verb="volunteers.erase", target=row, actor=None, at=at, after={"what": what})
    return row


def empty(row: Volunteer, at: dt.datetime) -> list[str]:
    """Empty a person's row and save it; labels of what it held. What they did stays, without them: hours come off it only
    in that nobody can say whose they were. Coupons in their hands count on."""
    held = [label for label, kept in (("姓名", row.name_sealed), ("电话", row.phone_sealed)) if kept]
    held += [label for label, kept in (("能帮什么", row.helps), ("网格", row.area_id)) if kept]
    row.name_sealed = row.phone_sealed = row.phone_index = row.area = None
    row.name_mask = row.phone_mask = ""
    row.group, row.helps, row.state, row.emptied_at = Volunteer.Group.OTHER, [], State.DELETED, at
    row.left_at = row.left_at or at
    row.save()
    row.answers.exclude(state=CallAnswer.State.CAME).delete()
    Coupon.objects.filter(volunteer=row).update(volunteer=None)
    return held


def erase_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one withdrawal."""
    erase(volunteer_id=uuid.UUID(job.payload["volunteer"]), at=at)


# ---- what is let go by itself


def _lapsed(street: Street, on: dt.date) -> QuerySet[Volunteer]:
    """Those whose consent is older than its notice promised, and those nobody took in."""
    end = ExpressionWrapper(F("consented_on") + F("notice__retention_days"), output_field=DateField())
    over = Volunteer.objects.annotate(ends=end).filter(street=street, state=State.STANDING, ends__lte=on)
    waits = Q(state=State.WAITING, joined_at__lt=_end_of(on - dt.timedelta(days=UNDECIDED)))
    return Volunteer.objects.filter(Q(pk__in=over.values("pk")) | waits, street=street)


def _proof(street: Street, on: dt.date) -> QuerySet[Volunteer]:
    return Volunteer.objects.filter(street=street, state=State.DELETED, emptied_at__lt=_end_of(on - PROOF))


def _end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in Shanghai."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)


def expire(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Let go of people whose consent was not renewed. The day's trace is the caller's."""
    for row in Volunteer.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        empty(row, at)


def drop_proof(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Delete what is left of emptied rows, what they answered among it."""
    Volunteer.objects.filter(pk__in=ids, state=State.DELETED).delete()


def declare() -> None:
    """Called once from `supply.views.stand_parts.declare`."""
    outbox.handle(KIND, erase_job)
    fields = tuple(("supply.Volunteer", name) for name in ("name", "phone", "helps"))
    declare_rules(
        Rule("volunteer.lapsed", "志愿者：同意到期没有续、没有核对的", fields, _lapsed, expire),
        Rule("volunteer.proof", "志愿者的同意记录（不含姓名）", (), _proof, drop_proof),
    )
