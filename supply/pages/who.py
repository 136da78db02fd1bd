"""Who does what in the rooms of venues, bookings and the rota, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shimen.accounts.access import EVERY_WORKER, scope_of
from shimen.accounts.models import Role

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from supply.models import Booking, Venue

READERS = EVERY_WORKER
BOOKERS = (Role.STAFF, Role.SECRETARY, Role.STATION_MASTER, Role.CONVENER)
KEEPERS = (Role.STAFF, Role.STATION_MASTER)


def keeps(user: User, venue: Venue) -> bool:
    """Whether somebody looks after a venue."""
    scope = scope_of(user)
    return any(scope.covers(venue.street_id, venue.area_id, role=role) for role in KEEPERS)


def may_change(user: User, booking: Booking) -> bool:
    """Whether somebody made a booking or looks after its venue, and it is not the menu's."""
    if hasattr(booking, "menu_item"):
        return False
    return booking.made_by_id == user.pk or keeps(user, booking.space.venue)
