"""What the verbs of the grid are called in the log."""

from __future__ import annotations

VERBS = {
    "grid.raise": "登记事项",
    "grid.assign": "交办事项",
    "grid.report": "写事项进展",
    "grid.urge": "催办事项",
    "grid.defer": "事项延期",
    "grid.pass_up": "事项转上一级",
    "grid.pass_down": "事项退回下一级",
    "grid.pass_along": "事项转给别处",
    "grid.solve": "写办理结果",
    "grid.answer": "答复提出人",
    "grid.close": "办结事项",
    "grid.reopen": "重办事项",
    "grid.merge": "并入事项",
    "grid.unmerge": "拆出事项",
    "grid.mark_hard": "改老大难标记",
    "grid.withdraw": "撤回事项",
    "grid.exported": "导出事项",
}
