"""Recipients: one row per organisation, written by the app that knows organisations, never by hand.

These verbs leave no line in the log: they run inside a verb of the app above, whose line tells what happened.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db import transaction

from supply.models import Recipient


@dataclass(frozen=True, slots=True)
class Facts:
    """What supply knows of an organisation: ids of street, grid and place, names, the kind's word, the days it stands."""

    id: uuid.UUID
    street_id: uuid.UUID
    name: str
    short_name: str
    pinyin: str
    initials: str
    kind: str
    is_emerging: bool
    area_id: uuid.UUID | None
    place_id: uuid.UUID | None
    since: dt.date
    until: dt.date | None


COLUMNS = tuple(field.name for field in fields(Facts))


@transaction.atomic
def keep(facts: Facts) -> Recipient:
    """Write what is known of an organisation, new or not. Safe to repeat."""
    row, _ = Recipient.objects.update_or_create(
        id=facts.id, defaults={name: getattr(facts, name) for name in COLUMNS if name != "id"}
    )
    return row


@transaction.atomic
def end(*, recipient_id: uuid.UUID, on: dt.date | None = None) -> None:
    """From a day on nothing is brought there any more; without a day it never stood. What was brought stays on record."""
    row = Recipient.objects.select_for_update().filter(pk=recipient_id).first()
    if row is not None:
        row.until = max(on, row.since) if on else row.since
        row.save(update_fields=["until"])


def known(street_id: uuid.UUID) -> dict[uuid.UUID, Facts]:
    """What is known of every organisation of a street, by id (one query)."""
    rows = Recipient.objects.filter(street_id=street_id).values_list(*COLUMNS)
    return {row[0]: Facts(*row) for row in rows}


def write(facts: Iterable[Facts]) -> None:
    """Many at once, for a street that has none yet."""
    Recipient.objects.bulk_create(Recipient(**{name: getattr(each, name) for name in COLUMNS}) for each in facts)
