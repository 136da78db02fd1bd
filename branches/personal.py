"""The personal information that branches keep, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import Basis, PersonalField, declare

_THREE_YEARS = 3 * 365

FIELDS = (
    PersonalField(
        model="branches.Member",
        name="name",
        label="党员姓名",
        whose="党员",
        purpose="党员管理，组织生活",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="离开党组织",
        is_sensitive=True,
        sealed="name_sealed",
        mask="name_mask",
    ),
    PersonalField(
        model="branches.Member",
        name="phone",
        label="党员电话",
        whose="党员",
        purpose="通知组织生活，避免重复编入",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="离开党组织",
        is_sensitive=True,
        sealed="phone_sealed",
        mask="phone_mask",
    ),
)


def declare_fields() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare(*FIELDS)
