"""Factories of coupons, meal points and volunteers."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from coverage.models import Entity
from shimen.models import new_id
from shimen.territory.models import Street
from supply.coupons import batches, devices, issuing, redeeming, settling
from supply.meals import hours, points, reports
from supply.models import (
    CallUp,
    Coupon,
    CouponBatch,
    MealPause,
    MealPoint,
    MealReport,
    MerchantDevice,
    Redemption,
    Settlement,
    Volunteer,
    VolunteerNotice,
)
from supply.volunteers import calling, notices, roster
from tests import make

_next = itertools.count(1).__next__
DAY = dt.timedelta(days=1)
CONTACT = "示例街道党建办 021-0000-0000"


def phone() -> str:
    return f"1990000{_next() % 10_000:04d}"


# ---- coupons


def terms(**given: Any) -> batches.Terms:
    values: dict[str, Any] = {
        "title": f"示例优享券{_next()}", "value": Decimal("10"), "terms": "满 30 元可用", "number": 20,
        "first_day": make.TODAY - 10 * DAY, "last_day": make.TODAY + 30 * DAY,
    }  # fmt: skip
    return batches.Terms(**values | given)


def merchant(town: make.Town, **given: Any) -> Entity:
    values = {"trade_sign": f"示例面馆{_next()}", "place": make.place(town.first_grid)} | given
    return make.entity(town.first_grid, **values)


def batch(
    town: make.Town, *shops: Entity, audience: str = "anyone", subject: batches.Subject | None = None, **given: Any
) -> CouponBatch:
    """A batch of twenty coupons of ten yuan at `shops` (one of its own when none is given)."""
    return batches.make(
        street=town.street, terms=terms(**given), audience=audience, merchants=shops or (merchant(town),),
        actor=town.staff, at=make.AT - 10 * DAY, subject=subject,
    )  # fmt: skip


def coupon(batch: CouponBatch, **given: Any) -> Coupon:
    values = {"id": new_id(), "phone": phone(), "at": make.AT} | given
    return issuing.claim(batch=batch, **values)


def device(town: make.Town, entity: Entity) -> MerchantDevice:
    """A phone that is signed in."""
    return signed_in(town, entity)[0]


def signed_in(town: make.Town, entity: Entity) -> tuple[MerchantDevice, str]:
    """The same with the secret of its cookie."""
    _, link = devices.issue(entity=entity, label="店长", actor=town.staff, at=make.AT)
    return devices.sign_in(token=link, at=make.AT)


def code(coupon: Coupon, at: dt.datetime = make.AT) -> str:
    """What the coupon's picture holds at an instant."""
    return issuing.face(coupon, at)[0]


def redeemed(coupon: Coupon, device: MerchantDevice, at: dt.datetime = make.AT) -> Redemption:
    return redeeming.redeem(id=uuid.uuid4(), code=code(coupon, at), device=device, at=at)


# ---- meal points

NOON = tuple(hours.Span(day, dt.time(11), dt.time(13)) for day in range(5))


def meal_said(town: make.Town, **given: Any) -> points.Said:
    values: dict[str, Any] = {
        "name": f"示例暖新餐点{_next()}", "place": given.get("place") or make.place(town.first_grid), "entity": None,
        "eaters": ["rider", "courier"], "price": Decimal("12"), "first_day": make.LONG_AGO, "hours": NOON,
        "terms": "出示接单页面", "offer": "两荤两素一汤",
    }  # fmt: skip
    return points.Said(**values | given)


def meal_point(town: make.Town, **given: Any) -> MealPoint:
    return points.open_point(street=town.street, said=meal_said(town, **given), actor=town.staff, at=make.AT)


# ---- volunteers


def notice(street: Street, **values: Any) -> VolunteerNotice:
    """The notice as its first draft says it, published long ago."""
    given = notices.first_draft(street) | {"contact": CONTACT} | values
    return notices.publish(
        street=street, values=given, actor=None, at=dt.datetime(2026, 1, 5, 9, tzinfo=make.AT.tzinfo)
    )


def with_notice(street: Street) -> Street:
    if notices.current(street) is None:
        notice(street)
    return street


def volunteer_said(**given: Any) -> roster.Said:
    values: dict[str, Any] = {"name": "试某骑", "phone": phone(), "group": "rider", "helps": ["errand"]}
    return roster.Said(**values | given)


def volunteer(town: make.Town, *, consented_on: dt.date = make.TODAY - 30 * DAY, **given: Any) -> Volunteer:
    """Somebody on the roster, in the first grid."""
    said = volunteer_said(**{"area": town.first_grid} | given)
    street = with_notice(town.street)
    return roster.register(street=street, said=said, consented_on=consented_on, actor=town.staff, at=make.AT)


def call_said(**given: Any) -> calling.Said:
    values: dict[str, Any] = {
        "title": "示例扫雪", "location": "示例路 1 号门口", "starts_at": make.AT + DAY,
        "ends_at": make.AT + DAY + dt.timedelta(hours=2), "wanted": 5,
    }  # fmt: skip
    return calling.Said(**values | given)


def call(town: make.Town, **given: Any) -> CallUp:
    return calling.call(street=town.street, said=call_said(**given), actor=town.staff, at=make.AT)


def pause(point: MealPoint, town: make.Town, **given: Any) -> MealPause:
    values: dict[str, Any] = {"first": make.TODAY + 3 * DAY, "last": make.TODAY + 5 * DAY, "reason": "装修"}
    return points.pause(point=point, actor=town.staff, at=make.AT, **values | given)


def report(point: MealPoint, **given: Any) -> MealReport:
    values: dict[str, Any] = {"id": new_id(), "kind": "shut", "words": "11 点半没开", "at": make.AT}
    return reports.report(point=point, **values | given)


def settlement(town: make.Town) -> Settlement:
    """A coupon that was used three days ago, settled up to yesterday."""
    shop, then = merchant(town), make.AT - 3 * DAY
    held = coupon(batch(town, shop), at=then)
    redeemed(held, device(town, shop), then)
    return settling.settle(street=town.street, entity=shop, until=make.TODAY - DAY, actor=town.staff, at=make.AT)


def send(client: Client, address: str, data: dict[str, Any], **given: Any) -> Any:
    """Post a plain form, which is all that public pages take."""
    return client.post(address, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded", **given)
