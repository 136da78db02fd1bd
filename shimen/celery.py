"""The Celery app and the whole beat schedule.

The broker is only a wake-up: whatever must happen is a row of the outbox, and every task here is safe to run twice or
not at all. Hence any number of workers and beats may run side by side.
"""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_process_init

from shimen.embedded.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shimen.settings")

app = Celery("shimen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A worker killed in the middle gives its task back.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Kombu looks for unacknowledged tasks only every tenth time unless told otherwise.
    broker_transport_options={
        "visibility_timeout": 300,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 30,
    },
    broker_connection_retry_on_startup=True,
    # A web request never waits for a broker that is away: the sweeper sends again.
    task_publish_retry=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=30 * 60,
    task_soft_time_limit=25 * 60,
    worker_soft_shutdown_timeout=3,
    worker_max_tasks_per_child=200,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "opinions-digests": {"task": "grid.tasks.make_due_digests", "schedule": timedelta(hours=1)},
        "meetings-ensure-due": {"task": "grid.tasks.ensure_due_meetings", "schedule": timedelta(hours=1)},
        "outbox-sweep": {"task": "outbox.sweep", "schedule": timedelta(minutes=1)},
        "audit-seal": {"task": "audit.seal", "schedule": timedelta(hours=1)},
        "coverings-check": {"task": "branches.tasks.check_coverings", "schedule": timedelta(hours=1)},
        "differences-follow": {"task": "coverage.tasks.follow_differences", "schedule": timedelta(hours=1)},
        "menus-run": {"task": "supply.tasks.run_menus", "schedule": timedelta(minutes=10)},
        "rounds-ensure-due": {"task": "coverage.tasks.ensure_due_rounds", "schedule": timedelta(hours=1)},
        "bookings-settle": {"task": "supply.tasks.settle_bookings", "schedule": timedelta(minutes=2)},
        "rotas-plan": {"task": "supply.tasks.plan_rotas", "schedule": timedelta(hours=1)},
        "district-ask": {"task": "grid.tasks.ask_district", "schedule": timedelta(minutes=15)},
        "privacy-retention": {"task": "privacy.ensure_retention", "schedule": timedelta(hours=1)},
    },
)
app.autodiscover_tasks()


@beat_init.connect
def _catch_up(sender: Any = None, **_: Any) -> None:
    """What fell due while nothing ran is looked for at once, not an hour later."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])


@worker_process_init.connect
def _go_with_the_worker(**_: Any) -> None:
    """A pool process whose worker was killed would go on with work that is nobody's."""
    die_with_parent(signal.SIGKILL)
