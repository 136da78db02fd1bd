"""Telling supply which lecturers there are to book, and the nightly check that it knows what the catalogue says.

The catalogue is the one truth; supply, below, keeps a row of its own per lecturer under the lecturer's id.
"""

from __future__ import annotations

import datetime as dt
import uuid

from branches.models import Lecturer, Training
from shimen import clock
from shimen.audit.record import record
from shimen.territory.models import Street
from supply.bookings import speakers
from supply.models import Speaker


def keep_in_step(row: Lecturer) -> None:
    """Supply knows what holds of this lecturer now. Runs inside the verb that changed it."""
    retired = clock.day_of(row.retired_at) if row.retired_at else None
    speakers.keep(
        source=row.pk, street_id=row.street_id, name=row.name, unit=row.unit, topics=row.topics, retired_on=retired
    )


def teaching(lecturer: uuid.UUID, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """What a lecturer of the catalogue teaches at that time, as supply says it; '' for nothing."""
    rows = Training.objects.filter(
        lecturer=lecturer, cancelled_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    row = rows.select_related("course").order_by("starts_at").first()
    return f"在上“{row}”" if row is not None else ""


def differing(street: Street) -> list[Lecturer]:
    """Lecturers whom supply does not know, or knows otherwise (two queries). Who has retired on both sides is left alone:
    what was kept of them may have been forgotten below."""
    known = {row.source: row for row in Speaker.objects.filter(street=street, source__isnull=False)}
    found = []
    for row in Lecturer.objects.filter(street=street):
        said = known.get(row.pk)
        if row.retired_at is not None:
            differs = said is not None and said.retired_on is None
        else:
            now = (row.name, row.unit, row.topics[: speakers.TOPICS], None)
            differs = said is None or (said.name, said.unit, said.topics, said.retired_on) != now
        if differs:
            found.append(row)
    return found


def put_right(*, street: Street, at: dt.datetime) -> int:
    """Write anew what differs (lecturers entered before supply was told of them) and say so in the log; how many."""
    wrong = differing(street)
    for row in wrong:
        keep_in_step(row)
    if wrong:
        record(verb="training.tell_again", target=Street, actor=None, at=at, after={"count": len(wrong)})
    return len(wrong)
