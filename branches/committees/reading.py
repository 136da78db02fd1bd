"""Who leads what on a day: read from the seats, for every room that needs to know."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from branches.models import Committee, Organisation, Seat
from shimen import remember

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User


def committee_of(organisation: Organisation, on: dt.date) -> Committee | None:
    """The committee that leads an organisation on a day; None where nobody was elected."""
    found: Committee | None = Committee.objects.in_office(on).filter(organisation=organisation).first()
    return found


def seats_of(organisation: Organisation, on: dt.date) -> QuerySet[Seat]:
    """The seats held on a day, in the order of the roles."""
    rows: QuerySet[Seat] = Seat.objects.held(on).filter(organisation=organisation).in_order()
    return rows


def secretary_of(organisation: Organisation, on: dt.date) -> Seat | None:
    """The seat of an organisation's secretary on a day, with the account if one is linked; None while it is vacant."""
    led = Seat.objects.held(on).secretaries().filter(organisation=organisation)
    found: Seat | None = led.select_related("user").first()
    return found


def organisations_led_by(user: User, on: dt.date) -> QuerySet[Organisation]:
    """The organisations whose secretary's seat a person holds on a day by their account, in order."""
    led = Seat.objects.held(on).secretaries().filter(user=user).values("organisation")
    rows: QuerySet[Organisation] = Organisation.objects.filter(pk__in=led).standing(on).in_order()
    return rows


@remember.for_one_page
def led_by(user: User, on: dt.date) -> tuple[Organisation, ...]:
    """The same with their areas, asked once for a page."""
    return tuple(organisations_led_by(user, on).select_related("area"))


def ids_led_by(user: User, on: dt.date) -> list[uuid.UUID]:
    """The ids of those; supply asks for whom a person speaks."""
    return [row.pk for row in led_by(user, on)]


def is_secretary_of(user: User, organisation: Organisation, on: dt.date) -> bool:
    """Whether a person leads this organisation on a day."""
    return bool(Seat.objects.held(on).secretaries().filter(user=user, organisation=organisation).exists())
