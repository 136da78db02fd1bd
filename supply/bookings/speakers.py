"""Lecturers who can be booked. Those of the training catalogue are kept in step by the app that looks after them.

A lecturer is one person wherever they are asked for: that app says when it has them elsewhere (`let_know`, from its
`AppConfig.ready()`), and asks here before it takes them (`booked`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from supply.models import Hold, Speaker

TOPICS = 120  # of what they speak about, so many characters are kept
Elsewhere = Callable[[uuid.UUID, dt.datetime, dt.datetime], str]
_elsewhere: list[Elsewhere] = []


def let_know(answer: Elsewhere) -> None:
    """Let `answer(source, starts_at, ends_at)` say where a lecturer is at that time; '' where it does not have them."""
    if answer not in _elsewhere:
        _elsewhere.append(answer)


def elsewhere(speaker: Speaker, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """Where the app above has this lecturer at that time; '' where it does not."""
    if speaker.source is None:
        return ""
    return next((words for answer in _elsewhere if (words := answer(speaker.source, starts_at, ends_at))), "")


def booked(*, source: uuid.UUID, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """For what this lecturer is booked at that time, and where; '' for nothing. The lecturer is held until the transaction
    ends, as by whoever books them, so that the two come one after the other."""
    speaker = Speaker.objects.select_for_update(no_key=True, of=("self",)).filter(source=source).first()
    if speaker is None:
        return ""
    rows = Hold.objects.filter(speaker=speaker, stands=True, during__overlap=DateTimeTZRange(starts_at, ends_at))
    hold = rows.select_related("booking__space__venue").order_by("booking__starts_at").first()
    return f"“{hold.booking}”（{hold.booking.space.venue} {hold.booking.space}）" if hold is not None else ""


@transaction.atomic
def keep(
    *, source: uuid.UUID, street_id: uuid.UUID, name: str, unit: str, topics: str, retired_on: dt.date | None
) -> Speaker:
    """What is known of a lecturer, new or not. Runs inside a verb of the app above, whose line tells what happened."""
    row, _ = Speaker.objects.update_or_create(
        source=source,
        defaults={
            "street_id": street_id, "name": name, "unit": unit, "topics": topics[:TOPICS], "retired_on": retired_on
        },
    )  # fmt: skip
    return row
