"""The mark of a beacon organisation: given with its reason, ended with one. No order among those who carry it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branches.bodies.organisations import checked_reason, end_row, locked
from branches.models import Beacon, Organisation
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError


class HonourError(DomainError):
    """The mark cannot be given or ended."""


@transaction.atomic
def give_beacon(*, organisation: Organisation, since: dt.date, reason: str, actor: User, at: dt.datetime) -> Beacon:
    """The organisation carries the mark from a day on. Raises `HonourError` (it carries it, it is not founded)."""
    row = locked(organisation, error=HonourError)
    reason = checked_reason(reason, error=HonourError)
    if since > clock.day_of(at):
        raise HonourError("授予日期不能晚于今天。", field="since")
    if row.founded_on is None or row.founded_on > since:
        raise HonourError(f"那一天“{row}”还没有成立。", field="since")
    if Beacon.objects.filter(organisation=row, valid__endswith__isnull=True).exists():
        raise HonourError(f"“{row}”已经有灯塔型标记。")
    mark = Beacon(street_id=row.street_id, organisation=row, valid=DateRange(since, None), reason=reason)
    with as_sentences(HonourError, field="since"):
        mark.save(force_insert=True)
    after = {"since": since.isoformat()}
    record(verb="organisation.give_beacon", target=row, actor=actor, at=at, after=after, reason=reason)
    return mark


@transaction.atomic
def end_beacon(*, beacon: Beacon, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Beacon:
    """The mark ends; the row stays. Raises `HonourError`."""
    row = locked(beacon.organisation, error=HonourError)
    reason = checked_reason(reason, error=HonourError)
    end_row(beacon, on=on, today=clock.day_of(at), what="标记", error=HonourError)
    after = {"until": on.isoformat()}
    record(verb="organisation.end_beacon", target=row, actor=actor, at=at, after=after, reason=reason)
    return beacon
