"""What the clock wakes."""

from __future__ import annotations

from celery import shared_task

from shimen import clock
from shimen.audit import sealing


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal the log up to now; a second run on the same day does nothing."""
    sealing.seal(at=clock.now())
