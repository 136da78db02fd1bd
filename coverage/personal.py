"""The personal information that coverage keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import Basis, PersonalField, declare

_THREE_YEARS = 3 * 365


FIELDS = (
    PersonalField(
        model="coverage.Entity",
        name="legal_person",
        label="法定代表人（经营者）姓名",
        whose="市场主体负责人",
        purpose="核对登记信息，走访时知道找谁",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="主体移出名册",
    ),
    PersonalField(
        model="coverage.Entity",
        name="phone",
        label="联系电话",
        whose="市场主体联系人",
        purpose="走访前联系、诉求办结后告知",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="主体移出名册",
        sealed="phone_sealed",
        mask="phone_mask",
    ),
    PersonalField(
        model="coverage.Worker",
        name="name",
        label="姓名",
        whose="从业人员",
        purpose="掌握从业人员底数，联系服务",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="离开所在单位",
    ),
    PersonalField(
        model="coverage.Worker",
        name="post",
        label="岗位",
        whose="从业人员",
        purpose="区分负责人和员工，联系服务",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="离开所在单位",
    ),
    PersonalField(
        model="coverage.Worker",
        name="phone",
        label="电话",
        whose="从业人员",
        purpose="联系服务，避免重复登记",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="离开所在单位",
        sealed="phone_sealed",
        mask="phone_mask",
    ),
    PersonalField(
        model="coverage.Worker",
        name="standing",
        label="政治面貌、组织关系是否在外",
        whose="从业人员",
        purpose="查找流动党员，就近纳入党组织",
        basis=Basis.SEPARATE_CONSENT,
        retention_days=365,
        counts_from="离开所在单位",
        is_sensitive=True,
    ),
    PersonalField(
        model="coverage.VisitAnswer",
        name="sealed",
        label="走访时说的电话（待核对、没记入或更正前的）",
        whose="市场主体联系人、从业人员",
        purpose="核对两次走访的不同说法，撤回走访时复原",
        basis=Basis.DUTY,
        retention_days=365,
        counts_from="走访",
        sealed="sealed",
    ),
)


def declare_fields() -> None:
    """Called once from `CoverageConfig.ready()`."""
    declare(*FIELDS)
