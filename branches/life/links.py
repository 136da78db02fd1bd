"""The verbs on calendar links: a secret address per organisation. Only its hash is kept, so it is shown once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from branches.models import CalendarLink, Organisation
from shimen.accounts.models import User
from shimen.audit.record import record


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue(*, organisation: Organisation, actor: User, at: dt.datetime) -> str:
    """A new address; the one before ends. Returns its token, which nobody can be shown again."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    organisation.calendar_links.standing().update(ended_at=at)
    token = secrets.token_urlsafe(24)
    CalendarLink.objects.create(
        street_id=organisation.street_id,
        organisation=organisation,
        token_hash=hash_of(token),
        made_at=at,
        made_by=actor,
    )
    record(verb="life.issue_calendar", target=organisation, actor=actor, at=at)
    return token


@transaction.atomic
def stop(*, organisation: Organisation, actor: User, at: dt.datetime) -> bool:
    """End the address without a new one; returns whether there was one."""
    ended = organisation.calendar_links.standing().update(ended_at=at)
    if ended:
        record(verb="life.stop_calendar", target=organisation, actor=actor, at=at)
    return bool(ended)


def find(token: str) -> CalendarLink | None:
    """The link behind a token, while it stands."""
    rows = CalendarLink.objects.standing().select_related("organisation")
    return rows.filter(token_hash=hash_of(token)).first() if 16 <= len(token) <= 64 else None
