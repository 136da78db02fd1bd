"""Who leads what on a day: read from the seats, for every room that needs to know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from branches.models import Committee, Organisation, Seat
from branches.models.committees import SeatQuerySet
from branches.models.organisations import OrganisationQuerySet

if TYPE_CHECKING:
    from shimen.accounts.models import User


def committee_of(organisation: Organisation, on: dt.date) -> Committee | None:
    """The committee that leads an organisation on a day; None where nobody was elected."""
    return Committee.objects.in_office(on).filter(organisation=organisation).first()


def seats_of(organisation: Organisation, on: dt.date) -> SeatQuerySet:
    """The seats held on a day, in the order of the roles."""
    return Seat.objects.held(on).filter(organisation=organisation).in_order()


def secretary_of(organisation: Organisation, on: dt.date) -> Seat | None:
    """The seat of an organisation's secretary on a day, with the account if one is linked; None while it is vacant."""
    return Seat.objects.held(on).secretaries().filter(organisation=organisation).select_related("user").first()


def organisations_led_by(user: User, on: dt.date) -> OrganisationQuerySet:
    """The organisations whose secretary's seat a person holds on a day by their account, in order."""
    led = Seat.objects.held(on).secretaries().filter(user=user).values("organisation")
    return Organisation.objects.filter(pk__in=led).standing(on).in_order()


def is_secretary_of(user: User, organisation: Organisation, on: dt.date) -> bool:
    """Whether a person leads this organisation on a day."""
    return Seat.objects.held(on).secretaries().filter(user=user, organisation=organisation).exists()
