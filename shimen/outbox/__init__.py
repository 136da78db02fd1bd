"""Work that must not be lost: job rows written in the business transaction, and the sweeper that re-sends them.

    outbox.enqueue(kind="feeds.stage", payload={"batch": str(batch.pk)}, effect_key=f"stage:{batch.pk}",
                   street=batch.street, at=at)

and once, in the app's `AppConfig.ready()`:

    outbox.handle("feeds.stage", stage_job)          # stage_job(*, job, at)

A handler's writes and the job's completion are one transaction, so the effect happens once however often the broker
delivers. A handler that runs for long registers with `long=True`, works outside a transaction, reports with
`jobs.progress(...)` and puts its final writes into `with jobs.finishing(job=job, at=at):`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from shimen.outbox.handlers import handle

if TYPE_CHECKING:
    from shimen.outbox.models import Job
    from shimen.territory.models import Street

__all__ = ["enqueue", "handle"]


def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    effect_key: str,
    street: Street,
    at: dt.datetime,
    delay: dt.timedelta = dt.timedelta(0),
) -> Job:
    """Promise a piece of work inside the caller's transaction; the same effect key again is the same promise."""
    from shimen.outbox import jobs

    return jobs.enqueue(kind=kind, payload=payload, effect_key=effect_key, street=street, at=at, delay=delay)
