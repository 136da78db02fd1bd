"""Nothing waits for two rounds unseen: what does is brought forward once, and shown wherever somebody could answer it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from coverage.models import Discrepancy, DiscrepancyStep
from shimen import clock, outbox
from shimen.audit.record import record
from shimen.outbox.models import Job
from shimen.territory.models import Street

KIND = "differences.escalate"


@transaction.atomic
def escalate_due(*, street: Street, at: dt.datetime) -> bool:
    """Promise to bring forward what has waited for two rounds by now; at most once a day. True if there is anything."""
    on = clock.day_of(at)
    if not _due(street.pk, on).exists():
        return False
    payload = {"street": str(street.pk), "on": on.isoformat()}
    outbox.enqueue(kind=KIND, payload=payload, effect_key=f"{KIND}:{street.pk}:{on}", street=street, at=at)
    return True


def escalate_job(*, job: Job, at: dt.datetime) -> None:
    """`differences.escalate`: each difference is brought forward once in its life, however often this runs."""
    street, on = uuid.UUID(job.payload["street"]), dt.date.fromisoformat(job.payload["on"])
    pks = list(_due(street, on).select_for_update().values_list("pk", flat=True))
    Discrepancy.objects.filter(pk__in=pks).update(escalated_at=at)
    words = "两轮没有答复"
    DiscrepancyStep.objects.bulk_create(
        [DiscrepancyStep(discrepancy_id=pk, verb=DiscrepancyStep.Verb.ESCALATE, at=at, words=words) for pk in pks]
    )
    if pks:
        record(verb=KIND, target=Street.objects.get(pk=street), actor=None, at=at, after={"rows": len(pks)})


def _due(street_id: uuid.UUID, on: dt.date):  # type: ignore[no-untyped-def]
    return Discrepancy.objects.filter(street_id=street_id, escalated_at=None).overdue(on)
