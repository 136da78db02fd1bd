"""What the sign-in page shows beside the form."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from shimen import clock
from shimen.figures.registry import find
from shimen.figures.values import Value, values
from shimen.territory.models import Street

register = template.Library()

SHOWN = ("entities", "workers", "street_shops")


@register.simple_tag
def trial_street() -> dict[str, Any] | None:
    """The trial street with three of its figures; None in production, which tells strangers no number."""
    street = Street.objects.filter(is_trial=True).first() if settings.SHIMEN_MODE != "production" else None
    if street is None:
        return None
    known = [key for key in SHOWN if find(key)]
    counted: list[Value] = list(values(street=street, on=clock.today(), keys=known).values())
    return {"street": street, "figures": counted, "as_of": clock.today()}
