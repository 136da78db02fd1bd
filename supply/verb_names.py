"""What the verbs of supply are called in the log (`shimen.audit.reading`)."""

from __future__ import annotations

VERBS: dict[str, str] = {
    # venues
    "venue.open": "启用阵地",
    "venue.correct": "更正阵地资料",
    "venue.close": "停用阵地",
    "venue.reopen": "恢复阵地",
    "venue.picture": "换阵地照片",
    "venue.renew_code": "更换阵地码",
    "venue.add_space": "加空间",
    "venue.correct_space": "更正空间",
    "venue.retire_space": "停用空间",
    "venue.restore_space": "恢复空间",
    "venue.add_equipment": "加设备",
    "venue.retire_equipment": "停用设备",
    "venue.set_week": "改开放时间",
    "venue.set_day": "登记当日开放时间",
    "venue.withdraw_day": "撤回当日开放时间",
    # bookings
    "booking.book": "预订空间",
    "booking.book_series": "预订一个系列",
    "booking.wait": "排候补",
    "booking.offer": "候补轮到",
    "booking.take": "确认候补",
    "booking.lapse": "预订过期",
    "booking.agree": "同意预订",
    "booking.refuse": "不同意预订",
    "booking.move": "预订改期",
    "booking.cancel": "取消预订",
    "booking.check_in": "到场签到",
    "booking.release": "没人来，释放空间",
    "booking.issue_calendar": "生成空间日历地址",
    "booking.stop_calendar": "停用空间日历地址",
    # rota
    "rota.add_master": "加轮值站长",
    "rota.end_master": "轮值站长退出",
    "rota.plan": "排值班表",
    "rota.plan_anew": "重排值班表",
    "rota.ask_swap": "请人换班",
    "rota.accept_swap": "答应换班",
    "rota.decline_swap": "不答应换班",
    "rota.withdraw_swap": "撤回换班",
    "rota.hand_over": "写交接",
    "rota.read_handover": "看过交接",
    "supply.set_rule": "改供给规则",
    "supply.withdraw_rule": "撤回供给规则",
}
# Words for what stands in a line of the log beside its verb.
KEYS: dict[str, str] = {
    "space": "空间", "opened_on": "启用日期", "floor_area": "面积（㎡）", "capacity": "容纳人数", "is_main": "主阵地",
    "hours": "开放时间", "week": "一周开放时间", "times": "次数", "master": "站长", "day": "哪一天", "instead": "换来的一天",
    "days": "天数", "length": "字数", "takes_bookings": "可以预订", "needs_consent": "要站长同意", "telephone": "公开电话",
    "about": "介绍", "address": "地址", "venue": "阵地", "floor": "楼层、房号",
}  # fmt: skip
