"""Who looks after an organisation: the street's staff, and its own people who hold the role of secretary there.

A secretary of a grid sees every organisation of the grid; the names of members are opened only in their own one, where
their account stands on the roster or on the committee in office.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from branches.models import Member, Organisation, Seat
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from shimen.accounts.models import User


def looks_after(user: User | AnonymousUser, organisation: Organisation, on: dt.date) -> bool:
    """Whether a person keeps the roster of an organisation on a day and may read its names (two queries at most)."""
    scope = scope_of(user)
    if scope.covers(organisation.street_id, organisation.area_id, role=Role.STAFF):
        return True
    if not scope.covers(organisation.street_id, organisation.area_id, role=Role.SECRETARY):
        return False
    if Member.objects.of(organisation).on(on).filter(user=user.pk).exists():
        return True
    held: bool = Seat.objects.held(on).filter(organisation=organisation, user=user.pk).exists()
    return held
