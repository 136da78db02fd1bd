"""Links between organisations (治立方): a hub, usually the street-block branch, and those linked with it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branches.bodies.organisations import checked_reason, end_row, locked
from branches.models import Organisation, Tie
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError


class TieError(DomainError):
    """Two organisations cannot be linked so, or a link cannot be ended."""


@transaction.atomic
def tie(
    *, hub: Organisation, other: Organisation, kind: str, since: dt.date, actor: User, at: dt.datetime, note: str = ""
) -> Tie:
    """Link `other` with `hub` from a day on. Raises `TieError` (with itself, twice in one way, either not founded)."""
    # In one order, so that two people who link the same two do not wait for one another.
    held = {each.pk: locked(each, error=TieError) for each in sorted((hub, other), key=lambda each: each.pk)}
    hub, other = held[hub.pk], held[other.pk]
    if hub.pk == other.pk or hub.street_id != other.street_id:
        raise TieError("选本街道的另一个党组织。", field="other")
    if kind not in Tie.Kind.values:
        raise TieError("没有这种联建方式。", field="kind")
    if since > clock.day_of(at):
        raise TieError("起始日不能晚于今天。", field="since")
    for each in (hub, other):
        if each.founded_on is None or each.founded_on > since:
            raise TieError(f"那一天“{each}”还没有成立。", field="since")
    both_ways = Tie.objects.filter(hub=other, other=hub, kind=kind).on(since)
    if both_ways.exists():
        raise TieError(f"“{other}”作枢纽时已经和“{hub}”这样联建。", field="other")
    link = Tie(
        street_id=hub.street_id, hub=hub, other=other, kind=kind, valid=DateRange(since, None),
        note=" ".join(note.split())[:200],
    )  # fmt: skip
    with as_sentences(TieError, field="other"):
        link.save(force_insert=True)
    after = {"hub": str(hub), "organisation": str(other), "type": link.get_kind_display(), "since": since.isoformat()}
    record(verb="organisation.tie", target=hub, actor=actor, at=at, after=after)
    return link


@transaction.atomic
def untie(*, link: Tie, on: dt.date, reason: str, actor: User, at: dt.datetime) -> Tie:
    """End a link. Raises `TieError`."""
    hub = locked(link.hub, error=TieError)
    reason = checked_reason(reason, error=TieError)
    end_row(link, on=on, today=clock.day_of(at), what="联建", error=TieError)
    after = {"hub": str(hub), "organisation": str(link.other), "until": on.isoformat()}
    record(verb="organisation.untie", target=hub, actor=actor, at=at, after=after, reason=reason)
    return link
