"""What coupons, meal points and volunteers put into the frame, the log, the map, the overview and the background."""

from __future__ import annotations

from shimen.audit import reading
from supply.coupons import following
from supply.coupons import forgetting as coupons_forgetting
from supply.volunteers import leaving

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


def declare() -> None:
    """Called once from `SupplyConfig.ready()`."""
    reading.name_verbs(VERBS, KEYS)
    following.register()
    coupons_forgetting.declare()
    leaving.declare()
