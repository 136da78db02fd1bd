"""What Celery wakes in the grid. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations

from celery import shared_task

from grid.handover import sending
from grid.meetings import due
from grid.opinions import digests
from shimen import clock


@shared_task(name="grid.tasks.make_due_digests")
def make_due_digests() -> None:
    """Make the digests of the weeks that are over."""
    digests.ensure_due(on=clock.today(), at=clock.now())


@shared_task(name="grid.tasks.ensure_due_meetings")
def ensure_due_meetings() -> None:
    """Make the grid meetings that the calendar asks for."""
    due.ensure_due(on=clock.today(), at=clock.now())


@shared_task(name="grid.tasks.ask_district")
def ask_district() -> None:
    """Promise a look at what the district's platform has said."""
    sending.ask_due(at=clock.now())
