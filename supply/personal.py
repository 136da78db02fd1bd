"""The personal information that supply keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import Basis, PersonalField, declare
from supply.coupons.forgetting import FIELDS as COUPONS
from supply.volunteers.leaving import FIELDS as VOLUNTEERS

_THREE_YEARS = 3 * 365


def _name(model: str, label: str, whose: str, purpose: str, counts_from: str) -> PersonalField:
    return PersonalField(
        model=model, name="name", label=label, whose=whose, purpose=purpose, basis=Basis.DUTY,
        retention_days=_THREE_YEARS, counts_from=counts_from,
    )  # fmt: skip


FIELDS: tuple[PersonalField, ...] = (
    _name("supply.StationMaster", "轮值站长的姓名、单位", "轮值站长", "排班，值班公示，交接", "退出轮值"),
    _name("supply.Speaker", "讲师的姓名、单位", "讲师", "预订讲师", "停用"),
)


def declare_fields() -> None:
    """Called once from `SupplyConfig.ready()`."""
    declare(*FIELDS, *COUPONS, *VOLUNTEERS)
