"""What Celery wakes in supply. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations

from celery import shared_task

from shimen import clock
from shimen.territory.models import Street
from supply.bookings import door
from supply.menus import drafting, ordering, publishing, rooms, settling
from supply.rota import shifts


@shared_task(name="supply.tasks.settle_bookings")
def settle_bookings() -> None:
    """Give free what nobody came for, end offers that ran out, offer on."""
    at = clock.now()
    for street in Street.objects.order_by("code"):
        door.settle(street=street, at=at)


@shared_task(name="supply.tasks.plan_rotas")
def plan_rotas() -> None:
    """Keep every venue's rota made as far ahead as the street wants."""
    on, at = clock.today(), clock.now()
    for street in Street.objects.order_by("code"):
        shifts.ensure_planned(street=street, on=on, at=at)


@shared_task(name="supply.tasks.run_menus")
def run_menus() -> None:
    """Menus that are due are drafted and published, kept places opened, what is over counted as brought."""
    at = clock.now()
    drafting.ensure_due(at=at)
    publishing.ensure_published(at=at)
    rooms.give_back_stale(at=at)
    ordering.open_all_kept(at=at)
    settling.settle_all(at=at)
