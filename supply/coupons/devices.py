"""The verbs on merchants' phones: a link that signs one phone in, and ending it.

The link is shown once and used once; then the phone holds a secret of its own (a cookie that scripts cannot read). The
database keeps hashes of both, so a copy of it redeems nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from supply.models import CouponMerchant, MerchantDevice, SupplyRule


class DeviceError(DomainError):
    """This phone cannot be signed in, or not any more."""


def hash_of(token: str) -> str:
    """What is kept of a link or a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue(*, entity: Entity, label: str, actor: User, at: dt.datetime) -> tuple[MerchantDevice, str]:
    """A link for one phone of a merchant that takes part in some batch. Returns the row and the link's token, which
    nobody can be shown again. Raises `DeviceError`."""
    Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if not 1 <= len(label.strip()) <= 30:
        raise DeviceError("写是谁的手机，30 个字以内，例如“店长”。", field="label")
    if not CouponMerchant.objects.filter(entity=entity, left_at__isnull=True).exists():
        raise DeviceError(f"{entity}还没有参加任何一批券，先在批次里加上。", field="entity")
    rules = SupplyRule.objects.book(street=entity.street_id, on=clock.day_of(at))
    most = rules["coupon_devices_most"]
    if MerchantDevice.objects.filter(entity=entity, ended_at__isnull=True).count() >= most:
        raise DeviceError(f"一家店最多 {most} 部手机，先停用不用的。", field="entity")
    token = secrets.token_urlsafe(24)
    row = MerchantDevice.objects.create(
        street_id=entity.street_id, entity=entity, label=label.strip(), link_hash=hash_of(token),
        link_until=at + dt.timedelta(days=rules["coupon_link_days"]), made_at=at, made_by=actor,
    )  # fmt: skip
    record(verb="coupons.issue_device", target=row, actor=actor, at=at, after={"shop": str(entity)})
    return row, token


def find_link(token: str, at: dt.datetime) -> MerchantDevice:
    """The phone that a link is for. Raises `DeviceError` for one that is used, too old, ended or unknown."""
    rows = MerchantDevice.objects.select_related("entity", "street")
    row = rows.filter(link_hash=hash_of(token)).first() if 16 <= len(token) <= 64 else None
    if row is None:
        raise DeviceError("没有这个登记链接，看看有没有复制全。")
    if row.ended_at is not None:
        raise DeviceError("这部手机已经停用，请街道党建办另发一个链接。")
    if row.signed_in_at is not None:
        raise DeviceError("这个链接已经登记过一部手机，一个链接只用一次。要换手机，请街道党建办另发一个。")
    if row.link_until <= at:
        raise DeviceError("这个链接过期了，请街道党建办另发一个。")
    return row


@transaction.atomic
def sign_in(*, token: str, at: dt.datetime) -> tuple[MerchantDevice, str]:
    """Sign the phone in that opened the link; returns the row and the secret for its cookie. A link works once."""
    found = find_link(token, at)
    row = MerchantDevice.objects.select_for_update(of=("self",)).select_related("entity").get(pk=found.pk)
    find_link(token, at)  # as it stands now that the row is ours
    secret = secrets.token_urlsafe(32)
    row.secret_hash, row.signed_in_at = hash_of(secret), at
    row.save(update_fields=["secret_hash", "signed_in_at"])
    record(verb="coupons.sign_device_in", target=row, actor=None, at=at, after={"shop": str(row.entity)})
    return row, secret


@transaction.atomic
def end(*, device: MerchantDevice, actor: User, at: dt.datetime) -> MerchantDevice:
    """From now on this phone redeems nothing; what it reserved and did not confirm is free again."""
    row = MerchantDevice.objects.select_for_update(of=("self",)).select_related("entity").get(pk=device.pk)
    if row.ended_at is not None:
        raise DeviceError("这部手机已经停用。")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    freed = row.reservations.filter(closed_at__isnull=True).update(closed_at=at)
    record(verb="coupons.end_device", target=row, actor=actor, at=at, after={"rows": freed})
    return row


def find(secret: str) -> MerchantDevice | None:
    """The phone that holds a secret, while it is not ended."""
    if not 16 <= len(secret) <= 64:
        return None
    rows = MerchantDevice.objects.select_related("entity", "street")
    return rows.filter(secret_hash=hash_of(secret), ended_at__isnull=True).first()
