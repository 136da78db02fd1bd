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

BOOK: Mapping[str, RuleKind] = as_book(BOOKINGS, ROTA)
