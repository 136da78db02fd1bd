"""The personal information that the grid keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import Basis, PersonalField, declare

_THREE_YEARS = 3 * 365


def _in_office(model: str, label: str, whose: str, purpose: str, counts_from: str) -> PersonalField:
    """The name of somebody in an office that is made known; kept in clear (docs/decisions/0020)."""
    return PersonalField(
        model=model,
        name="name",
        label=label,
        whose=whose,
        purpose=purpose,
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from=counts_from,
    )


COUNCILS = (
    _in_office("grid.CouncilMember", "议事会成员姓名", "议事会成员", "议事会公示，通知开会，联系成员", "离任"),
    _in_office("grid.GridMember", "网格成员姓名", "网格成员", "公示网格力量，派事项", "离任"),
    _in_office("grid.Secondment", "下沉人员姓名", "下沉人员", "公示网格力量，派事项，核对下沉期", "下沉结束"),
)


def declare_fields() -> None:
    """Called once from `GridConfig.ready()`."""
    declare(*COUNCILS)
