"""Whether a department's full workbook still names an entity. No source's word decides it: it is counted, or looked at."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coverage.models import Entity
from coverage.registry.entities import locked
from coverage.registry.versions import history
from shimen.accounts.models import User
from shimen.audit.record import record


@transaction.atomic
def set_missing(*, entity: Entity, since: dt.date | None, actor: User | None, at: dt.datetime) -> Entity:
    """Say since when an entity is no longer named, None when somebody has seen that it is there. Raises `RegistryError`."""
    row = locked(entity)
    if row.missing_since == since:
        return row
    before, row.missing_since = row.missing_since, since
    with history(actor=actor, verb="coverage.set_missing"):
        row.save(update_fields=["missing_since"])
    record(
        verb="coverage.set_missing",
        target=row,
        actor=actor,
        at=at,
        before={"missing_since": before.isoformat() if before else ""},
        after={"missing_since": since.isoformat() if since else ""},
    )
    return row
