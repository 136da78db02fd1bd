"""What the broker delivers: an id, never the work itself."""

from __future__ import annotations

import uuid

from celery import shared_task

from shimen import clock
from shimen.outbox import jobs


@shared_task(name="outbox.run")
def run_job(job_id: str) -> None:
    """Do one job, or find that there is nothing left to do."""
    jobs.run(job_id=uuid.UUID(job_id), at=clock.now())


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Send again whatever is overdue; a job delivered twice is done once."""
    for job_id in jobs.overdue():
        jobs.send(job_id)
