"""What the pool stands on: the street's list of fields, and the versions of the notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from branches.models import HelpField, TalentNotice
from branches.people.talents import current_notice
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street

# What a street begins with; it adds and retires its own.
FIRST_FIELDS = ("法律", "财税", "设计", "直播", "急救", "维修", "教育", "健康", "调解", "摄影")
DRAFT: Mapping[str, Any] = {
    "purpose": "街区里有人需要帮忙时，请您搭把手；只由党组织工作人员联系您",
    "rights": "随时查看、更正、撤回，撤回后 7 天内删除；不来帮忙也没有任何影响",
    "consent": "把我的姓名、电话、专长和空闲时间登记在能人库里，需要帮忙时联系我",
    "notice": (
        "一、登记什么：姓名、电话、能帮什么、专长、在哪里工作、什么时候有空。不要身份证号，不打分，不排名。\n\n"
        "二、谁能看：本街道党建工作人员和您所在网格的支部书记。列表里只显示掩码，看全号要写事由并留下记录。\n\n"
        "三、留多久：从您同意那天起算，到期前会请您再确认一次；没有续的，自动删除。\n\n"
        "四、怎么退出：凭查询码自己撤回，或告诉书记、打联系电话。撤回后停止使用，7 天内删完，只留下一条没有姓名的删除记录。"
    ),
    "retention_days": 730,
}


class PoolError(DomainError):
    """The list or the notice cannot be changed like this."""


@transaction.atomic
def add_field(*, street: Street, name: str, actor: User | None, at: dt.datetime) -> HelpField:
    """Put a field on the list; one that was retired comes back."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 20:
        raise PoolError("写 2 到 20 个字。", field="name")
    known = HelpField.objects.filter(street=street, name=name).first()
    if known is not None and known.retired_at is None:
        raise PoolError("已有这个领域。", field="name")
    if known is not None:
        return restore_field(field=known, actor=actor, at=at)
    with as_sentences(PoolError, field="name"):
        row = HelpField.objects.create(street=street, name=name, sort=HelpField.objects.filter(street=street).count())
    record(verb="talents.add_field", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def rename_field(*, field: HelpField, name: str, actor: User, at: dt.datetime) -> HelpField:
    """Call a field by another name; whoever helps there goes on doing so."""
    name, before = " ".join(name.split()), field.name
    if not 2 <= len(name) <= 20:
        raise PoolError("写 2 到 20 个字。", field="name")
    field.name = name
    with as_sentences(PoolError, field="name"):
        field.save(update_fields=["name"])
    record(verb="talents.rename_field", target=field, actor=actor, at=at, before={"name": before}, after={"name": name})
    return field


@transaction.atomic
def retire_field(*, field: HelpField, actor: User, at: dt.datetime) -> HelpField:
    """Offer a field to nobody any more; people who named it keep it."""
    row = HelpField.objects.select_for_update().get(pk=field.pk)
    if row.retired_at is not None:
        raise PoolError("这个领域已经停用。")
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    record(verb="talents.retire_field", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def restore_field(*, field: HelpField, actor: User | None, at: dt.datetime) -> HelpField:
    """Offer a retired field again."""
    row = HelpField.objects.select_for_update().get(pk=field.pk)
    if row.retired_at is None:
        raise PoolError("这个领域正在用。")
    row.retired_at = None
    row.save(update_fields=["retired_at"])
    record(verb="talents.restore_field", target=row, actor=actor, at=at)
    return row


@transaction.atomic
def publish_notice(*, street: Street, values: Mapping[str, Any], actor: User | None, at: dt.datetime) -> TalentNotice:
    """A new version of the notice; from now on people consent to this one."""
    Street.objects.select_for_update().get(pk=street.pk)
    last = current_notice(street)
    if last is not None and all(getattr(last, key) == value for key, value in values.items()):
        raise PoolError("和现在这一版一样，没有改动。")
    number = last.number + 1 if last else 1
    row = TalentNotice.objects.create(street=street, number=number, published_at=at, published_by=actor, **values)
    record(verb="talents.publish_notice", target=row, actor=actor, at=at, after={"version": number})
    return row


def first_draft(street: Street) -> dict[str, Any]:
    """What a street may begin with; the contact is its own to fill in."""
    return {**DRAFT, "organ": f"{street.name}党建工作办公室", "contact": ""}
