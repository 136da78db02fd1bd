"""Plain factories of supply's lists, menus and deliveries; venues and stands have files of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from branches.bodies import served
from branches.models import (
    Organisation,
)
from shimen.accounts.models import User
from supply import models as supplied
from tests import make, organised


def recipient(town: make.Town, **given: Any) -> supplied.Recipient:
    """A branch of the first grid as supply knows it."""
    row = organised.organisation(town, **given)
    served.keep_in_step(row)
    return supplied.Recipient.objects.get(pk=row.pk)


def led_by(user: User, recipient: supplied.Recipient) -> None:
    """The person is the secretary of that organisation by their account."""
    organised.seat(organised.committee(Organisation.objects.get(pk=recipient.pk)), user=user, name=user.display_name)


def need(town: make.Town, **given: Any) -> supplied.Need:
    return supplied.Need.objects.create(**_listed(town) | {"title": "骑手夜间休息点", "raised_on": make.TODAY} | given)


def resource(town: make.Town, **given: Any) -> supplied.Resource:
    return supplied.Resource.objects.create(
        **_listed(town) | {"title": "示例律师驻点", "provider": "示例律师事务所"} | given
    )


def supply_project(town: make.Town, **given: Any) -> supplied.Project:
    return supplied.Project.objects.create(
        **_listed(town) | {"title": "律师周二下午", "provider": "示例律师事务所"} | given
    )


def _listed(town: make.Town) -> dict[str, Any]:
    return {"street": town.street, "number": make.next_(), "category": "policy", "made_at": make.AT}


def menu(town: make.Town, **given: Any) -> supplied.Menu:
    """The menu of next week, published last Friday, closing on Thursday at six."""
    week = given.pop("week", make.TODAY + dt.timedelta(days=7))
    published = dt.datetime.combine(week - dt.timedelta(days=10), dt.time(10), make.AT.tzinfo)
    values = {
        "street": town.street, "week": week, "state": "published", "publishes_at": published, "published_at": published,
        "holds_until": published + dt.timedelta(days=3), "closes_at": published + dt.timedelta(days=6, hours=8),
        "assembled_at": published - dt.timedelta(days=2),
    }  # fmt: skip
    return supplied.Menu.objects.create(**values | given)


def menu_item(menu: supplied.Menu, **given: Any) -> supplied.MenuItem:
    """An item on Tuesday afternoon with places for eight organisations."""
    starts = given.pop("starts_at", dt.datetime.combine(menu.week + dt.timedelta(days=1), dt.time(14), make.AT.tzinfo))
    values = {
        "street_id": menu.street_id, "menu": menu, "number": make.next_() % 30_000, "title": "平台用工合规问答", "category": "policy",
        "provider": "人社所", "location": "二站 议事厅", "starts_at": starts, "ends_at": starts + dt.timedelta(hours=1), "quota": 8,
    }  # fmt: skip
    return supplied.MenuItem.objects.create(**values | given)


def delivery(recipient: supplied.Recipient, **given: Any) -> supplied.Delivery:
    """A delivery that has been asked for, for Friday."""
    values = {
        "street_id": recipient.street_id, "recipient": recipient, "title": "送课上门", "category": "course", "address": "望桥路 41 号",
        "wanted_on": make.TODAY + dt.timedelta(days=4), "code": "0417", "year": 2026, "serial": make.next_(), "requested_at": make.AT,
    }  # fmt: skip
    return supplied.Delivery.objects.create(**values | given)
