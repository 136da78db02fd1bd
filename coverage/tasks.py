"""What Celery wakes in coverage. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations

from celery import shared_task

from coverage.rounds import rounds
from shimen import clock


@shared_task(name="coverage.tasks.ensure_due_rounds")
def ensure_due_rounds() -> None:
    """Open the rounds that the calendar asks for."""
    rounds.ensure_due(on=clock.today(), at=clock.now())
