"""Calendars of a venue or a space to subscribe to: a secret address of which only a hash is kept, so it is shown once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from shimen.accounts.models import User
from shimen.audit.record import record
from supply.models import CalendarFeed, Space, Venue


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue(*, venue: Venue, space: Space | None = None, actor: User, at: dt.datetime) -> str:
    """A new address; the one before ends. Returns its token, which nobody can be shown again."""
    Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
    venue.feeds.standing().filter(space=space).update(ended_at=at)
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.create(
        street_id=venue.street_id, venue=venue, space=space, token_hash=hash_of(token), made_at=at, made_by=actor
    )
    record(verb="booking.issue_calendar", target=space or venue, actor=actor, at=at)
    return token


@transaction.atomic
def stop(*, venue: Venue, space: Space | None = None, actor: User, at: dt.datetime) -> bool:
    """End the address without a new one; returns whether there was one."""
    ended = venue.feeds.standing().filter(space=space).update(ended_at=at)
    if ended:
        record(verb="booking.stop_calendar", target=space or venue, actor=actor, at=at)
    return bool(ended)


def find(token: str) -> CalendarFeed | None:
    """The calendar behind a token, while it stands."""
    if not 16 <= len(token) <= 64:
        return None
    rows = CalendarFeed.objects.standing().select_related("venue", "space")
    found: CalendarFeed | None = rows.filter(token_hash=hash_of(token), venue__closed_on__isnull=True).first()
    return found
