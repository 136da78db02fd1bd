"""Lecturers who can be booked. Those of the training catalogue are kept in step by the app that looks after them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from supply.models import Speaker

TOPICS = 120  # of what they speak about, so many characters are kept


@transaction.atomic
def keep(
    *, source: uuid.UUID, street_id: uuid.UUID, name: str, unit: str, topics: str, retired_on: dt.date | None
) -> Speaker:
    """What is known of a lecturer, new or not. Runs inside a verb of the app above, whose line tells what happened."""
    row, _ = Speaker.objects.update_or_create(
        source=source,
        defaults={
            "street_id": street_id,
            "name": name,
            "unit": unit,
            "topics": topics[:TOPICS],
            "retired_on": retired_on,
        },
    )
    return row
