"""The personal information that branches keep, declared for the register of `shimen.privacy`."""

from __future__ import annotations

from branches.life.forgetting import FIELDS as LIFE
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
    PersonalField(
        model="branches.RosterRow",
        name="sealed",
        label="党员名册表格里的姓名、电话、党员类别",
        whose="党员",
        purpose="和名册比对，写入后撤销",
        basis=Basis.DUTY,
        retention_days=90,
        counts_from="收到名册",
        is_sensitive=True,
        sealed="sealed",
        mask="name_mask",
    ),
    PersonalField(
        model="branches.FoundingDocument",
        name="content",
        label="成立材料（申请、批复、选举结果里的党员姓名）",
        whose="党员",
        purpose="党组织成立的依据",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from="党组织撤销、不同意成立",
        is_sensitive=True,
        sealed="content",
    ),
)


# The notice to which a person consented says the days; this is its default.
_POOL = 730


def _talent(name: str, label: str, purpose: str, *, sealed: bool) -> PersonalField:
    return PersonalField(
        model="branches.Talent",
        name=name,
        label=label,
        whose="能人达人",
        purpose=purpose,
        basis=Basis.CONSENT,
        retention_days=_POOL,
        counts_from="最近一次同意",
        sealed=f"{name}_sealed" if sealed else "",
        mask=f"{name}_mask" if sealed else "",
    )


def _in_office(model: str, name: str, label: str, whose: str, counts_from: str) -> PersonalField:
    return PersonalField(
        model=model,
        name=name,
        label=label,
        whose=whose,
        purpose="安排培训和传帮带",
        basis=Basis.DUTY,
        retention_days=_THREE_YEARS,
        counts_from=counts_from,
    )


PEOPLE = (
    _talent("name", "姓名", "有人需要帮忙时联系", sealed=True),
    _talent("phone", "电话", "有人需要帮忙时联系", sealed=True),
    _talent("skill", "专长、在哪里工作、什么时候有空", "按需要找到能帮忙的人", sealed=False),
    _in_office("branches.MentorPair", "mentor", "传帮带书记的姓名", "传帮带书记", "结对结束"),
    _in_office("branches.MentorPair", "learner", "结对对象的姓名、职务", "结对对象", "结对结束"),
    _in_office("branches.Lecturer", "name", "老师的姓名、单位", "授课老师", "停用"),
    PersonalField(
        model="branches.Certificate",
        name="name",
        label="学习证明上的姓名",
        whose="参加培训的人",
        purpose="发学习证明，核对真伪",
        basis=Basis.DUTY,
        retention_days=2 * _THREE_YEARS,
        counts_from="发放",
        sealed="name_sealed",
        mask="name_mask",
    ),
)

COMMITTEES = (
    PersonalField(
        model="branches.Seat",
        name="name",
        label="班子成员姓名",
        whose="班子成员",
        purpose="班子公示，换届，联系支部",
        basis=Basis.DUTY,
        retention_days=10 * 365,
        counts_from="离任",
    ),
    PersonalField(
        model="branches.CommitteeSheetRow",
        name="said",
        label="班子表格里的班子成员姓名",
        whose="班子成员",
        purpose="和在任的班子比对，写入后撤销",
        basis=Basis.DUTY,
        retention_days=90,
        counts_from="收到表格",
    ),
)


def declare_fields() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare(*FIELDS, *COMMITTEES, *PEOPLE, *LIFE)
