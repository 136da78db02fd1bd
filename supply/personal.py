"""The personal information that supply keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import PersonalField, declare
from supply.coupons.forgetting import FIELDS as COUPONS
from supply.volunteers.leaving import FIELDS as VOLUNTEERS

FIELDS: tuple[PersonalField, ...] = ()


def declare_fields() -> None:
    """Called once from `SupplyConfig.ready()`."""
    declare(*FIELDS, *COUPONS, *VOLUNTEERS)
