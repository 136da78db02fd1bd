"""The personal information that coverage keeps, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from shimen.privacy.register import Basis, PersonalField, declare

_THREE_YEARS = 3 * 365
# The notice to which a person consented says the days; these are its defaults.
_WRITTEN_FROM = "离开所在单位（没有采用的，收到后 30 天）"


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
    PersonalField(
        model="coverage.Submission",
        name="name",
        label="扫码填写的姓名",
        whose="扫码填写的人",
        purpose="联系参加组织生活，转接组织关系",
        basis=Basis.CONSENT,
        retention_days=180,
        counts_from=_WRITTEN_FROM,
        sealed="name_sealed",
        mask="name_mask",
    ),
    PersonalField(
        model="coverage.Submission",
        name="phone",
        label="扫码填写的手机号",
        whose="扫码填写的人",
        purpose="核对是不是同一个人，回复",
        basis=Basis.CONSENT,
        retention_days=180,
        counts_from=_WRITTEN_FROM,
        sealed="phone_sealed",
        mask="phone_mask",
    ),
    PersonalField(
        model="coverage.Submission",
        name="post",
        label="扫码填写的岗位、店名",
        whose="扫码填写的人",
        purpose="核对是哪家店的人",
        basis=Basis.CONSENT,
        retention_days=180,
        counts_from=_WRITTEN_FROM,
    ),
    PersonalField(
        model="coverage.Submission",
        name="standing",
        label="扫码填写的“是不是党员”",
        whose="扫码填写的人",
        purpose="联系参加组织生活，转接组织关系",
        basis=Basis.SEPARATE_CONSENT,
        retention_days=180,
        counts_from=_WRITTEN_FROM,
        is_sensitive=True,
        sealed="standing_sealed",
    ),
    PersonalField(
        model="coverage.Submission",
        name="before",
        label="采用扫码信息前名册里的电话、岗位、政治面貌",
        whose="从业人员",
        purpose="本人撤回时恢复原来的登记",
        basis=Basis.DUTY,
        retention_days=180,
        counts_from=_WRITTEN_FROM,
        is_sensitive=True,
        sealed="before_sealed",
    ),
)


def declare_fields() -> None:
    """Called once from `CoverageConfig.ready()`."""
    declare(*FIELDS)
