"""The personal information that supply keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import PersonalField, declare

FIELDS: tuple[PersonalField, ...] = ()


def declare_fields() -> None:
    """Called once from `SupplyConfig.ready()`."""
    declare(*FIELDS)
