"""What Celery wakes in coverage. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations

from celery import shared_task

from coverage.differences import ageing, asking
from coverage.rounds import rounds
from shimen import clock
from shimen.territory.models import Street


@shared_task(name="coverage.tasks.ensure_due_rounds")
def ensure_due_rounds() -> None:
    """Open the rounds that the calendar asks for."""
    rounds.ensure_due(on=clock.today(), at=clock.now())


@shared_task(name="coverage.tasks.follow_differences")
def follow_differences() -> None:
    """Put contradictions to the next visits, and bring forward what waits too long."""
    for street in Street.objects.all():
        asking.ask_about_contradictions(street=street, at=clock.now())
        ageing.escalate_due(street=street, at=clock.now())
