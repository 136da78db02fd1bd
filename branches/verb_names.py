"""What the verbs of branches are called in the log (`shimen.audit.reading`)."""

from __future__ import annotations

VERBS = {
    # committees
    "committees.elect": "登记选举班子",
    "committees.withdraw": "撤销选举的登记",
    "committees.extend": "登记延期换届",
    "committees.fill": "补选",
    "committees.end_seat": "登记离任",
    "committees.resume_seat": "恢复席位",
    "committees.link_account": "关联班子成员的账号",
    # bodies
    "branches.seen": "查看党组织里的个人信息",
    "branches.exported": "导出党组织名单",
    "branches.revealed": "显示党员的姓名、电话",
    "founding.apply": "申请成立党组织",
    "founding.decide": "批复成立",
    "founding.elect": "登记选举",
    "founding.file": "备案成立",
    "founding.step_back": "成立档案退回一步",
    "founding.attach": "放入成立材料",
    "founding.detach": "移出成立材料",
    "founding.put_back": "放回成立材料",
    "founding.opened": "打开成立材料",
    "organisation.correct": "更正党组织资料",
    "organisation.dissolve": "撤销党组织",
    "organisation.restore": "撤回撤销党组织",
    "organisation.set_superior": "登记上级党组织",
    "organisation.add_unit": "登记组建单位",
    "organisation.end_unit": "组建单位退出",
    "organisation.give_beacon": "授予灯塔型标记",
    "organisation.end_beacon": "取消灯塔型标记",
    "organisation.tie": "建立联建",
    "organisation.untie": "结束联建",
    "member.join": "编入党员",
    "member.correct": "更正党员资料",
    "member.transfer": "转接组织关系",
    "member.leave": "登记党员离开",
    "member.bring_back": "撤回离开",
    "member.forget": "删除党员的个人信息",
    "roster.receive": "收到党员名册",
    "roster.decide": "认定名册里的一行",
    "roster.apply": "写入党员名册",
    "roster.undo": "撤销写入党员名册",
    "roster.discard": "作废党员名册",
    "rules.set": "改党组织规则",
    "rules.withdraw": "撤回党组织规则",
}
# Words for what stands in a line of the log beside its verb.
KEYS = {
    "form": "形式", "area": "网格", "place": "活动地点", "short_name": "简称", "note": "备注", "founded_on": "成立日期",
    "dissolved_on": "撤销日期", "above": "上级党组织", "since": "自", "until": "止", "unit": "单位", "organisation": "党组织",
    "standing": "党员类别", "relation": "组织关系", "home_unit": "组织关系所在单位", "phone": "电话", "step": "哪一步",
    "applied_on": "申请日期", "decided_on": "批复日期", "elected_on": "选举日期", "filed_on": "备案日期", "due_on": "下一步最迟",
    "value": "值", "basis": "依据", "hub": "枢纽", "size": "字节数", "joined_on": "编入日期", "number": "文号或届次",
    "seats": "席位", "ends_on": "应换届日期", "approved_by": "批准的上级党组织", "back": "恢复第几届", "user": "账号",
}  # fmt: skip


def values() -> dict[str, dict[str, str]]:
    """What the coded values in the log are called: the labels of the choices that they come from."""
    from branches.models import Founding, FoundingDocument, Member

    return {
        "standing": {str(value): str(label) for value, label in Member.Standing.choices},
        "relation": {str(value): str(label) for value, label in Member.Relation.choices},
        "step": {str(value): str(label) for value, label in FoundingDocument.Step.choices},
        "state": {str(value): str(label) for value, label in Founding.State.choices},
    }
