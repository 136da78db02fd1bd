"""What the verbs of coverage are called in the log (`shimen.audit.reading`)."""

from __future__ import annotations

from django.db import models

from coverage.facts import fields as facts

VERBS = {
    "coverage.add_entity": "登记主体",
    "coverage.correct_entity": "更正主体",
    "coverage.confirm_entity": "确认主体资料",
    "coverage.relocate_entity": "改主体的地点",
    "coverage.assign_area": "归到网格",
    "coverage.follow_places": "随地点改归网格",
    "coverage.set_presence": "记实地情况",
    "coverage.remove_entity": "移出名册",
    "coverage.restore_entity": "放回名册",
    "coverage.put_back": "恢复原值",
    "coverage.undo_edit": "撤销更正",
    "coverage.merge_entities": "合并重复主体",
    "coverage.unmerge_entities": "拆开合并",
    "coverage.tell_apart": "认定不是同一家",
    "coverage.doubt_again": "撤回“不是同一家”",
    "coverage.add_worker": "登记从业人员",
    "coverage.correct_worker": "更正从业人员",
    "coverage.mark_left": "登记离开",
    "coverage.bring_back": "登记回来",
    "coverage.expire_list": "删除到期的人员名单",
    "coverage.decide_person": "认定名单里的一行",
    "coverage.forget_worker": "删除从业人员的个人信息",
    "coverage.forget_entity": "删除主体的个人信息",
    "collection.publish_form": "发布采集告知书",
    "collection.issue": "生成采集码",
    "collection.rotate": "换新采集码",
    "collection.revoke": "停用采集码",
    "collection.print": "打印采集码",
    "collection.submit": "收到扫码填写",
    "collection.rewrite": "本人改扫码填写",
    "collection.accept": "采用扫码填写",
    "collection.refuse": "不采用扫码填写",
    "collection.reopen": "扫码填写退回待核对",
    "collection.withdraw": "撤回扫码填写",
    "collection.erase": "删除扫码填写",
    "coverage.receive_batch": "收部门表格",
    "coverage.calibrate_matching": "校准比对权重",
    "coverage.compare_again": "再比对一次",
    "coverage.allow_gone": "同意大批疑似消失",
    "coverage.settle_difference": "认定待确认的行",
    "coverage.decide_difference": "决定一处差异",
    "coverage.reopen_difference": "撤回决定",
    "coverage.apply_batch": "应用一批",
    "coverage.undo_batch": "撤销一批",
    "coverage.reapply_batch": "重新应用一批",
    "coverage.discard_batch": "作废一批",
    "coverage.decide_layout": "认一种表头",
    "coverage.skip_layout": "认定一张表不是名册",
    "coverage.forget_layout": "忘掉一种表头",
    "coverage.add_department": "登记行业部门",
    "coverage.edit_department": "改行业部门",
    "coverage.retire_department": "停用行业部门",
    "coverage.restore_department": "恢复行业部门",
    "coverage.set_rule": "改来源次序",
    "coverage.reset_rule": "恢复默认的来源次序",
    "coverage.set_missing": "记部门名册里有没有",
    "differences.accept": "采用部门说法",
    "differences.refuse": "不采用部门说法",
    "differences.ask": "差异交走访问",
    "differences.answer": "核实差异",
    "differences.reopen": "差异退回待处理",
    "differences.set_asked": "定哪些字段上门问",
    "differences.escalate": "差异超期提醒",
    "coverage.expire_workbook": "表格原件到期删除",
    "replies.make": "做回复表",
    "replies.tell": "记为已回复部门",
    "replies.untell": "撤销已回复",
    "rounds.open": "开一轮走访",
    "rounds.close": "结束一轮走访",
    "rounds.order_plan": "要求排路线",
    "rounds.plan": "排好路线",
    "rounds.mark_absent": "登记不在岗",
    "rounds.rearrange.absence": "有人不在岗，改派",
    "rounds.rearrange.open": "重排未访",
    "rounds.rearrange.hand": "改派",
    "rounds.rearrange.arranged": "照建议安排",
    "rounds.arrange": "照建议安排",
    "rounds.appoint": "约好时间",
    "rounds.ask_exempt": "申请免访",
    "rounds.exempt": "同意免访",
    "rounds.unexempt": "取消免访",
    "rounds.undo": "撤销路线调整",
    "visits.log": "记走访",
    "visits.explain": "补写原因",
    "visits.settle": "核对说法",
    "visits.withdraw": "撤回走访",
    "demands.answer": "答复诉求",
    "questions.ask": "交上门核实",
    "questions.drop": "不再核实",
}
# Words for what stands in a line of the log beside its verb.
KEYS = {
    "number": "轮次", "due": "应访", "frozen": "冻结", "visited": "已访", "no_answer": "无人应答", "exempt": "免访",
    "closed": "关闭", "moved": "迁出", "unvisited": "未访", "carried": "顺延", "found": "新发现", "stops": "家",
    "walks": "趟", "metres": "米", "kept": "由原人走的比例", "saving": "比按地址走省", "unplanned": "没排进",
    "load_spread": "每人每天最多最少相差", "address_order_metres": "按地址走的米数", "outcome": "结果",
    "state": "状态", "visitor": "走访人", "planned_on": "排在", "reason": "原因", "words": "原话", "answer": "答复",
    "verdict": "结论", "asked": "上门问", "missing_since": "部门名册里不见，自", "told": "告知几项", "skipped": "跳过",
    "new": "新增", "changed": "变更", "gone": "疑似消失", "restored": "还原字段", "undone": "撤销", "line": "行号",
    "decision": "处理", "settled": "认定", "file": "文件", "sheet": "工作表", "mark": "编号", "form": "格式或版次",
    "consents": "同意", "retention_days": "保留天数", "fields": "核对的字段", "answers": "核对", "late": "迟到",
    "hint": "提示", "sentence": "说明", "rule": "规则", "revision": "第几次比对", "kind": "种类", "left": "离开",
    "given_back": "退回", "back": "退回", "when": "何时", "what": "内容", "name": "名称", "code": "代码",
    "other": "另一家", "error": "原因", "removed_reason": "移出原因",
}  # fmt: skip


def field_names() -> dict[str, str]:
    """The facts by their labels, as keys of what changed. A key that has a word of its own keeps it."""
    return {key: label for key, label in facts.LABELS.items() if key not in KEYS}


def values() -> dict[str, dict[str, str]]:
    """What the coded values in the log are called: the labels of the choices that they come from."""
    from coverage.models import Difference, Discrepancy, Visit, VisitAnswer

    return {
        "field": dict(facts.LABELS),
        "fields": dict(facts.LABELS),
        "state": _labels(Discrepancy.State),
        "decision": _labels(Difference.Decision),
        "settled": _labels(Difference.Settled),
        "outcome": _labels(Visit.Outcome),
        "answers": _labels(VisitAnswer.State),
    }


def _labels(choices: type[models.TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices if value}
