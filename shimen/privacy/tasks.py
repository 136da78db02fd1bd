"""What Celery wakes here: the daily promise to let go of what has been kept long enough."""

from __future__ import annotations

from celery import shared_task

from shimen import clock
from shimen.privacy import retention


@shared_task(name="privacy.ensure_retention")
def ensure_retention() -> None:
    """One job per street and day; asking again does nothing."""
    retention.ensure_due(on=clock.today(), at=clock.now())
