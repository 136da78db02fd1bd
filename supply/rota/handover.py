"""What one master leaves to the next: one note per venue and day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from supply.models import HandoverNote, Venue
from supply.rota.shifts import RotaError, locked

LONGEST = 2000


@transaction.atomic
def write(*, venue: Venue, text: str, actor: User, at: dt.datetime) -> HandoverNote:
    """Today's note, new or reworded; the one before is kept in the log's length only. Raises `RotaError`."""
    row, day = locked(venue), clock.day_of(at)
    said = text.strip()
    if not said:
        raise RotaError("写一句交接的事；没有事就写“无”。", field="text")
    if len(said) > LONGEST:
        raise RotaError(f"最多 {LONGEST} 字，现在 {len(said)} 字。", field="text")
    note, is_new = HandoverNote.objects.update_or_create(
        venue=row,
        day=day,
        defaults={
            "street_id": row.street_id, "text": said, "written_by": actor, "written_at": at, "read_at": None,
        },
    )  # fmt: skip
    record(verb="rota.hand_over", target=note, actor=actor, at=at, after={"length": len(said), "new": is_new})
    return note


@transaction.atomic
def mark_read(*, note: HandoverNote, actor: User, at: dt.datetime) -> HandoverNote:
    """The next master has read it. Said twice it holds once."""
    row = HandoverNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
        record(verb="rota.read_handover", target=row, actor=actor, at=at)
    return row
