"""What coupons, meal points and volunteers put into the frame, the log, the map, the overview and the background."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse

from shimen import clock, navigation, overview, waiting
from shimen.accounts.access import EVERY_WORKER, OFFICE, scope_of
from shimen.audit import reading
from shimen.figures.registry import Pillar
from shimen.overview import Work
from shimen.territory import layers
from supply.coupons import following
from supply.coupons import forgetting as coupons_forgetting
from supply.models import CallUp, MealReport, Volunteer
from supply.pages import stand_station
from supply.views.meals import EDITORS as MEAL_EDITORS
from supply.views.meals import LAYER
from supply.views.volunteers import EDITORS as VOLUNTEER_EDITORS
from supply.views.volunteers import READERS as VOLUNTEER_READERS
from supply.volunteers import leaving

if TYPE_CHECKING:
    from shimen.accounts.models import User

VERBS = {
    "coupons.make_batch": "建一批优享券",
    "coupons.change_batch": "改优享券批次",
    "coupons.add_merchants": "加参加的商户",
    "coupons.remove_merchant": "商户退出优享券",
    "coupons.stop_batch": "停发优享券",
    "coupons.resume_batch": "恢复发优享券",
    "coupons.issue": "发优享券",
    "coupons.claim": "本人领优享券",
    "coupons.void": "作废优享券",
    "coupons.issue_device": "发商户手机登记链接",
    "coupons.sign_device_in": "登记商户手机",
    "coupons.end_device": "停用商户手机",
    "coupons.reserve": "预留优享券",
    "coupons.release": "放回预留的优享券",
    "coupons.redeem": "核销优享券",
    "coupons.take_back": "撤销核销",
    "coupons.settle": "结算商户",
    "coupons.pay": "记商户付款",
    "coupons.take_payment_back": "撤销商户付款",
    "meals.open": "登记暖新餐点",
    "meals.change": "改暖新餐点",
    "meals.pause": "登记餐点停供",
    "meals.resume": "餐点恢复供餐",
    "meals.end": "停办暖新餐点",
    "meals.reopen": "恢复暖新餐点",
    "meals.report": "有人反映餐点",
    "meals.answer": "处理餐点反映",
    "meals.reopen_report": "重开餐点反映",
    "volunteers.publish_notice": "发布志愿者告知书",
    "volunteers.register": "登记志愿者",
    "volunteers.join": "本人填写志愿者",
    "volunteers.take_in": "收进志愿者名册",
    "volunteers.correct": "更正志愿者资料",
    "volunteers.renew": "续签志愿者同意",
    "volunteers.withdraw": "志愿者退出",
    "volunteers.erase": "删除志愿者信息",
    "volunteers.call": "发起召集",
    "volunteers.change_call": "改召集",
    "volunteers.cancel_call": "取消召集",
    "volunteers.answer": "答复召集",
    "volunteers.close_call": "记召集到的人",
}
KEYS = {
    "merchants": "参加的商户", "left": "剩下", "missed": "没有发到", "shop": "商户", "shops": "商户", "device": "哪部手机", "subject": "事由",
    "amount": "金额", "paid_on": "付款日期", "hours": "小时或供餐时间", "price": "价格", "wanted": "要几个人", "came": "来了几人",
    "who": "谁", "answer": "怎么处理的", "number": "张数", "value": "面值",
}  # fmt: skip


ENTRIES = (
    navigation.Entry(
        "暖新餐点",
        icon="soup",
        url="supply:meal-points",
        pillar=navigation.Pillar.EMPOWERMENT,
        roles=EVERY_WORKER,
        place=50,
        under=("/supply/meals/",),
    ),
    navigation.Entry(
        "志愿者",
        icon="users-group",
        url="supply:volunteers",
        pillar=navigation.Pillar.EMPOWERMENT,
        roles=VOLUNTEER_READERS,
        place=52,
        under=("/supply/volunteers/", "/supply/callups/"),
    ),
    navigation.Entry(
        "优享券",
        icon="ticket",
        url="supply:coupon-batches",
        pillar=navigation.Pillar.EMPOWERMENT,
        roles=OFFICE,
        place=54,
        under=("/supply/coupons/",),
    ),
)


def work(user: User) -> Iterable[Work]:
    """Lines of the overview: reports of meal points, people who wait to be taken in, call-ups that were held."""
    scope = scope_of(user)
    if scope.street_id is None:
        return
    if scope.has(*MEAL_EDITORS) and (open_ := waiting.how_many(user, "meal_reports")):
        url = f"{reverse('supply:meal-points')}?state=reported"
        yield Work(f"暖新餐点有 {open_} 条反映没处理", url, icon="soup", reason="有人白跑了一趟，去看看再写一句")
    if not scope.has(*VOLUNTEER_EDITORS):
        return
    if new := waiting.how_many(user, "volunteers"):
        url = f"{reverse('supply:volunteers')}?state=waiting"
        yield Work(f"{new} 位志愿者填了登记，等着核对", url, icon="users-group", reason="30 天没有收进来的自动删除")
    for call in _over(user).order_by("ends_at")[:2] if waiting.how_many(user, "callups_over") else ():
        url = reverse("supply:callup", args=[call.pk])
        yield Work(f"“{call}”结束了，记一下谁来了", url, icon="calendar-event", due=clock.day_of(call.ends_at))


def _over(user: User) -> QuerySet[CallUp]:
    """Call-ups that were held and not noted."""
    rows: QuerySet[CallUp] = CallUp.objects.visible_to(user).filter(state=CallUp.State.OPEN, ends_at__lte=clock.now())
    return rows


def declare() -> None:
    """Called once from `SupplyConfig.ready()`."""
    waiting.about(
        meal_reports=lambda user: MealReport.objects.visible_to(user).open(),
        volunteers=lambda user: Volunteer.objects.visible_to(user).filter(state=Volunteer.State.WAITING),
        callups_over=_over,
    )
    reading.name_verbs(VERBS, KEYS)
    navigation.add(*ENTRIES)
    layers.register(LAYER)
    overview.add_work(work)
    overview.mention(Pillar.EMPOWERMENT, "volunteers", "meal_points", "coupons_redeemed")
    following.register()
    coupons_forgetting.declare()
    leaving.declare()
    stand_station.declare()
