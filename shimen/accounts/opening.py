"""The first hour of an installation: a street, and invitations for its three administrators."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from shimen.accounts import invitations
from shimen.accounts.invitations import Invited
from shimen.accounts.models import SEPARATE_ROLES, Invitation, Role, RoleGrant
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street


class OpeningError(DomainError):
    """A street cannot be opened as asked."""


@transaction.atomic
def open_street(
    *, code: str, name: str, division: str, lon: float, lat: float, rounds_from: dt.date, at: dt.datetime
) -> tuple[Street, list[Invited]]:
    """Make the street (or take the one that is there) and invite those of its administrators who are missing.

    The console is the actor: there is nobody yet. Once a street has an administrator of a kind, further ones come in
    through the pages only.
    """
    if rounds_from.weekday() != 0:
        raise OpeningError("首轮走访起始日要是周一。", field="rounds_from")
    values = {"name": name, "division": division, "lon": lon, "lat": lat, "rounds_from": rounds_from}
    street, created = Street.objects.get_or_create(code=code, defaults=values)
    if street.is_trial:
        raise OpeningError("这个代码是试用街道，换一个空的数据库再开。", field="code")
    if created:
        record(verb="territory.open_street", target=street, actor=None, at=at, after={"code": code, "name": name})
    return street, [_invite(street, role, at) for role in SEPARATE_ROLES if not _has(street, role)]


def _has(street: Street, role: str) -> bool:
    return bool(RoleGrant.objects.standing().filter(street=street, role=role, user__is_active=True).exists())


def _invite(street: Street, role: Role, at: dt.datetime) -> Invited:
    """A fresh link; one that the console made earlier and that nobody used is closed, since it may be lost."""
    username = f"{role.value.replace('_', '-')}-{street.code}"
    Invitation.objects.filter(street=street, username=username, accepted_at=None, revoked_at=None).update(revoked_at=at)
    return invitations.invite(
        street=street, username=username, display_name=str(role.label), role=role, area=None, actor=None, at=at
    )
