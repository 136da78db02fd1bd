"""The outbox's side of the handover: delivering cases, taking them back, asking for answers.

A case is delivered under its own number, so that a delivery whose answer was lost is repeated without a second case.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from grid.handover import answers, cases, platform
from grid.handover.client import Refused, Unreachable
from grid.models import DistrictCase, DistrictPlatform
from shimen import outbox
from shimen.audit.record import record
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.privacy import register as privacy_register

ASK = "handover.ask"
EVERY = dt.timedelta(minutes=15)
PAGES = 50  # in one go


def deliver(*, job: Job, at: dt.datetime) -> None:
    """Send a case. What the platform refuses waits for a person; what does not reach it is tried again by the outbox."""
    case = DistrictCase.objects.select_related("matter", "area", "street").get(pk=job.payload["case"])
    if not case.is_live or case.delivery != DistrictCase.Delivery.WAITING:
        return
    link = platform.link(platform.of(case.street_id), at=at)
    try:
        number, trouble = link.hand_over(number=case.number, case=sheet(case)), ""
    except Refused as refused:
        number, trouble = "", refused.sentence
    with jobs.finishing(job=job, at=at):
        _note_delivery(case, number, trouble, at)


def _note_delivery(case: DistrictCase, number: str, trouble: str, at: dt.datetime) -> None:
    row = DistrictCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.delivery != DistrictCase.Delivery.WAITING:
        return
    is_taken = DistrictCase.objects.filter(street=row.street_id, platform_number=number).exclude(pk=row.pk).exists()
    if number and is_taken:
        trouble = f"平台给的编号 {number} 已经记在另一件案件上。"
    row.delivery = DistrictCase.Delivery.REFUSED if trouble else DistrictCase.Delivery.SENT
    row.platform_number = row.platform_number or ("" if is_taken else number)
    row.trouble = trouble[:300]
    row.save(update_fields=["delivery", "platform_number", "trouble"])
    record(verb="grid.deliver_case", target=row, actor=None, at=at,
           after={"delivery": row.delivery, "platform_number": row.platform_number}, reason=trouble)  # fmt: skip


def recall(*, job: Job, at: dt.datetime) -> None:
    """Tell the platform that the street took a case back."""
    case = DistrictCase.objects.get(pk=job.payload["case"])
    way = platform.of(case.street_id)
    if way.is_online:
        platform.link(way, at=at).recall(number=case.number, why=case.result)


def ask(*, job: Job, at: dt.datetime) -> None:
    """Fetch what the platform has said and apply it, page by page. An answer that is applied twice does nothing more, so
    that the cursor may be written after its page; of two that ask at once the slower one's cursor is not written."""
    way = platform.of(job.street_id)
    if not way.is_online:
        return
    link = platform.link(way, at=at)
    for _ in range(PAGES):
        try:
            found, cursor = link.answers(after=way.cursor)
        except Unreachable as trouble:
            DistrictPlatform.objects.filter(pk=way.pk).update(trouble=str(trouble)[:300])
            raise
        for given in found:
            heard = answers.read(given, at=at)
            if heard is not None:
                answers.take(street=job.street, heard=heard, at=at)
        mine = DistrictPlatform.objects.filter(pk=way.pk, cursor=way.cursor, endpoint=way.endpoint)
        if not mine.update(cursor=cursor, asked_at=at, trouble="") or not found or cursor == way.cursor:
            return
        way.cursor = cursor


def ask_due(*, at: dt.datetime) -> None:
    """Promise a look at every platform, once per quarter of an hour; safe to call by any number of clocks."""
    turn = int(at.timestamp() // EVERY.total_seconds())
    for way in DistrictPlatform.objects.exclude(endpoint="").select_related("street"):
        with transaction.atomic():
            outbox.enqueue(kind=ASK, payload={}, effect_key=f"{ASK}:{way.pk}:{turn}", street=way.street, at=at)


def sheet(case: DistrictCase) -> dict[str, Any]:
    """What the platform is told of a case: the problem and what was tried, nobody's name or telephone number."""
    matter = case.matter
    place = matter.place if matter is not None else None
    legs = [] if matter is None else list(matter.legs.filter(ended_at__isnull=False).order_by("number"))
    return {
        "number": case.number, "title": case.title, "words": matter.words if matter is not None else "",
        "category": case.category_code, "region": case.region_code, "street": case.street.name,
        "area": case.area.name if case.area else "", "place": str(place) if place else "",
        "opened_on": case.opened_on.isoformat(), "due_on": case.due_on.isoformat() if case.due_on else None,
        "is_hard": bool(matter and matter.is_hard),
        "tried": [{"level": leg.get_level_display(), "body": leg.body, "tried": leg.tried, "left_open": leg.left_open}
                  for leg in legs if leg.tried],
    }  # fmt: skip


def register() -> None:
    """Called once from `GridConfig.ready()`."""
    privacy_register.declare_secret("grid.DistrictPlatform", "key_sealed")
    outbox.handle(cases.SEND, deliver, long=True)
    outbox.handle(cases.RECALL, recall, long=True)
    outbox.handle(ASK, ask, long=True)
