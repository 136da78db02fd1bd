"""A Celery app with one extra kind of job, for a real worker process: `celery --app tests.outbox.recording worker`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.db import connection

from shimen import outbox
from shimen.celery import app  # noqa: F401 - Celery looks for it here

if TYPE_CHECKING:
    from shimen.outbox.models import Job

KIND = "test.record"
LEASE = dt.timedelta(seconds=1)

if not apps.ready:
    django.setup()


def leave_a_mark(*, job: Job, at: dt.datetime) -> None:
    """Take long enough to be killed in the middle; the mark is written before the end, so half work would show."""
    from shimen.audit.record import record

    record(verb=KIND, target=job, actor=None, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.08)")


outbox.handle(KIND, leave_a_mark, lease=LEASE)
