"""What Celery wakes in branches. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations

from celery import shared_task

from branches.duty import checking
from shimen import clock


@shared_task(name="branches.tasks.check_coverings")
def check_coverings() -> None:
    """Promise tonight's check of coverings, once per street and day."""
    checking.ensure_due(on=clock.today(), at=clock.now())
