"""The notice that volunteers agree to: its versions, and what a street may begin with."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.models import VolunteerNotice

DRAFT = {
    "purpose": "有活动、走访、应急要人手时联系您，来不来每次由您定",
    "rights": "随时查看、更正、退出；不登记、退出都不影响接单、办事和享受服务",
    "consent": "我看过上面的说明，愿意在有需要时接到召集。",
    "notice": (
        "一、记什么：姓名、电话、做哪一行、常在哪个网格、能帮什么。不要身份证号，不记行踪，不考核、不排名。\n\n"
        "二、谁能看：本街道党建工作人员和您所在网格的支部书记。列表里只显示掩码，看全号要写事由并留下记录。\n\n"
        "三、留多久：从您同意那天起算，到期前会请您再确认一次；没有续的，自动删除。\n\n"
        "四、怎么退出：凭查询码自己退出，或打联系电话。退出后停止使用，7 天内删完，只留下一条没有姓名的删除记录。"
    ),
    "retention_days": 730,
}


class NoticeError(DomainError):
    """This version of the notice cannot be published."""


def current(street: Street | uuid.UUID, on: dt.date | None = None) -> VolunteerNotice | None:
    """The version that holds, or that held on a day."""
    rows = VolunteerNotice.objects.filter(street=street)
    if on is not None:
        end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
        rows = rows.filter(published_at__lt=end)
    return rows.order_by("-number").first()


@transaction.atomic
def publish(*, street: Street, values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> VolunteerNotice:
    """A new version; from now on people agree to this one."""
    Street.objects.select_for_update().get(pk=street.pk)
    last = current(street)
    if last is not None and all(getattr(last, key) == value for key, value in values.items()):
        raise NoticeError("和现在这一版一样，没有改动。")
    number = last.number + 1 if last else 1
    row = VolunteerNotice.objects.create(street=street, number=number, published_at=at, published_by=actor, **values)
    record(verb="volunteers.publish_notice", target=row, actor=actor, at=at, after={"version": number})
    return row


def first_draft(street: Street) -> dict[str, Any]:
    """What a street may begin with; the contact is its own to fill in."""
    return {**DRAFT, "organ": f"{street.name}党建工作办公室", "contact": ""}
