"""The rule book of supply: every number that decides something about bookings, the rota, menus and coupons. Pure.

Each room has a tuple of its own. A street may set another value from a day on (`supply.models.SupplyRule`).
"""

from __future__ import annotations

from collections.abc import Mapping

from shimen.rulebook import Certainty, RuleKind, as_book

_OWN = "没有统一规定，街道可自定"


def _own(key: str, title: str, unit: str, default: int, least: int = 0, most: int = 999) -> RuleKind:
    return RuleKind(key, title, unit, default, _OWN, Certainty.SEED, least, most)


BOOKINGS = (
    _own("booking_ahead_days", "空间最多提前多少天预订", "天", 180, 1),
    _own("booking_longest_hours", "一次预订最长", "小时", 6, 1, 24),
    _own("booking_release_minutes", "开始后多少分钟没有签到就释放", "分钟", 20, 5, 240),
    _own("booking_check_in_minutes", "开始前多少分钟可以签到", "分钟", 30, 0, 240),
    _own("booking_offer_hours", "候补轮到后，保留多少小时等确认", "小时", 12, 1, 240),
)
ROTA = (
    _own("rota_ahead_days", "值班表排到多少天以后", "天", 35, 7, 366),
    _own("rota_remind_days", "值班前几天提醒", "天", 1, 0, 30),
)
MENUS = (
    _own("menu_draft_weekday", "每周菜单在前两周的周几起草（1 是周一）", "", 3, 1, 7),
    _own("menu_publish_weekday", "每周菜单在前两周的周几发布", "", 5, 1, 7),
    _own("menu_publish_hour", "每周菜单几点发布", "点", 10, 7, 22),
    _own("menu_hold_days", "发布后，优先推荐的名额留", "天", 3, 0, 6),
    _own("menu_close_weekday", "每周菜单在前一周的周几截止报名", "", 4, 1, 7),
    _own("menu_close_hour", "每周菜单几点截止报名", "点", 18, 7, 23),
    _own("menu_items_most", "一周菜单最多", "场", 64, 1, 200),
    _own("menu_propose_weeks", "几周没有供给的党组织，菜单先推荐给它", "周", 2, 0, 52),
    _own("menu_quiet_weeks", "几周没有供给要先照顾", "周", 4, 1, 52),
    _own("menu_cancel_hours", "开始前几小时还能取消报名", "小时", 4, 0, 168),
    _own("menu_missed_days", "结束后几天内可以改登记来没来", "天", 14, 1, 90),
)
MATCHING = (
    _own("match_least", "对接建议至少要有", "分", 42, 1, 100),
    _own("match_most", "每项需求最多列", "条建议", 3, 1, 20),
)
DELIVERIES = (
    _own("delivery_lead_days", "直通车最早约几天以后", "天", 1, 0, 60),
    _own("delivery_ahead_days", "直通车最远约几天以后", "天", 60, 1, 366),
    _own("delivery_answer_days", "直通车申请几个工作日内接单", "个工作日", 3, 1, 60),
    _own("delivery_code_tries", "送达码最多试", "次", 5, 1, 20),
    _own("served_days", "多少天内有过供给算已供给", "天", 365, 28, 1100),
)

COUPONS = (
    _own("coupon_late_days", "券的预留过期后，还能补送核销的天数", "天", 7, 0, 60),
    _own("coupon_link_days", "商户手机的登记链接有效", "天", 3, 1, 30),
    _own("coupon_devices_most", "一家商户最多登记", "部手机", 5, 1, 50),
)
VOLUNTEERS = (_own("callup_longest_hours", "一次召集最长", "小时", 24, 1, 72),)

BOOK: Mapping[str, RuleKind] = as_book(BOOKINGS, ROTA, MENUS, MATCHING, DELIVERIES, COUPONS, VOLUNTEERS)
