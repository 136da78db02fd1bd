"""The verbs on batches of coupons: making one, changing it, which merchants take part, stopping and going on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.collection import numbers
from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.models import CouponBatch, CouponMerchant

MOST = 100_000
LONGEST = dt.timedelta(days=731)
Audience = CouponBatch.Audience


class BatchError(DomainError):
    """A batch cannot be made or changed like this."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a batch promises. `last_day` is the last on which a coupon counts."""

    title: str
    value: Decimal
    terms: str
    number: int
    first_day: dt.date
    last_day: dt.date
    hold_minutes: int = 120


@dataclass(frozen=True, slots=True)
class Subject:
    """What coupons are given for: the kind, id and title of a row of an app above."""

    kind: str
    id: uuid.UUID
    title: str


@transaction.atomic
def make(
    *,
    street: Street,
    terms: Terms,
    audience: str,
    merchants: Sequence[Entity],
    actor: User | None,
    at: dt.datetime,
    subject: Subject | None = None,
) -> CouponBatch:
    """A new batch; coupons of it count at `merchants`. Raises `BatchError`."""
    _check(terms)
    if terms.last_day < clock.day_of(at):
        raise BatchError("有效期已经过去，写今天或以后的日子。", field="last_day")
    if audience == Audience.ACTIVITY and subject is None:
        raise BatchError("发给打卡的人，要先选一场活动。", field="audience")
    if not merchants:
        raise BatchError("至少选一家参加的商户，不然券没有地方用。", field="merchants")
    row = CouponBatch(
        street=street, audience=audience, token=numbers.new_token(), made_at=at, made_by=actor,
        subject_kind=subject.kind if subject else "", subject_id=subject.id if subject else None,
        subject_title=subject.title[:80] if subject else "",
    )  # fmt: skip
    _write(row, terms)
    _join(row, merchants, at)
    after = {"number": row.number, "value": str(row.value), "merchants": len(merchants)}
    record(verb="coupons.make_batch", target=row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def change(*, batch: CouponBatch, terms: Terms, actor: User, at: dt.datetime) -> CouponBatch:
    """Change what a batch promises. What is in somebody's hands stays worth what it was: with coupons issued the value
    stands, and the period may only grow. Raises `BatchError`."""
    row = _held(batch)
    _check(terms)
    if row.issued:
        if terms.value != row.value:
            raise BatchError(f"已经发出 {row.issued} 张，面值不能再改；另建一批。", field="value")
        if terms.first_day > row.first_day or terms.last_day < row.last_day:
            raise BatchError("已经发出的券，有效期只能放宽，不能缩短。", field="last_day")
    if terms.number < row.issued:
        raise BatchError(f"已经发出 {row.issued} 张，张数不能比这少。", field="number")
    before = {"title": row.title, "number": row.number, "until": row.last_day.isoformat()}
    _write(row, terms)
    after = {"title": row.title, "number": row.number, "until": row.last_day.isoformat()}
    record(verb="coupons.change_batch", target=row, actor=actor, at=at, before=before, after=after)
    return row


@transaction.atomic
def add_merchants(*, batch: CouponBatch, merchants: Sequence[Entity], actor: User, at: dt.datetime) -> int:
    """Let more merchants take part; those that do already are left as they are. Returns how many are new."""
    row = _held(batch)
    known = set(row.merchants.filter(left_at__isnull=True).values_list("entity_id", flat=True))
    fresh = [entity for entity in dict.fromkeys(merchants) if entity.pk not in known]
    if not fresh:
        raise BatchError("选的店都已经在这一批里。", field="merchants")
    _join(row, fresh, at)
    after = {"shops": [str(entity) for entity in fresh[:20]], "rows": len(fresh)}
    record(verb="coupons.add_merchants", target=row, actor=actor, at=at, after=after)
    return len(fresh)


@transaction.atomic
def remove_merchant(*, merchant: CouponMerchant, actor: User, at: dt.datetime) -> None:
    """A merchant takes part no longer; what was redeemed there stands and is settled."""
    batch = _held(merchant.batch)
    row = CouponMerchant.objects.select_for_update(of=("self",)).select_related("entity").get(pk=merchant.pk)
    if row.left_at is not None:
        return
    if batch.merchants.filter(left_at__isnull=True).count() == 1:
        raise BatchError("这是最后一家，退出后券没有地方用。先加别的店。")
    row.left_at = at
    row.save(update_fields=["left_at"])
    record(verb="coupons.remove_merchant", target=batch, actor=actor, at=at, before={"shop": str(row)})


@transaction.atomic
def stop(*, batch: CouponBatch, actor: User, at: dt.datetime) -> CouponBatch:
    """Give out no more; what is out goes on counting."""
    row = _held(batch)
    if row.stopped_at is not None:
        raise BatchError("这一批已经停发。")
    row.stopped_at = at
    row.save(update_fields=["stopped_at"])
    record(verb="coupons.stop_batch", target=row, actor=actor, at=at, after={"left": row.left})
    return row


@transaction.atomic
def resume(*, batch: CouponBatch, actor: User, at: dt.datetime) -> CouponBatch:
    """Give out coupons again."""
    row = _held(batch)
    if row.stopped_at is None:
        raise BatchError("这一批没有停发。")
    row.stopped_at = None
    row.save(update_fields=["stopped_at"])
    record(verb="coupons.resume_batch", target=row, actor=actor, at=at, after={"left": row.left})
    return row


def _check(terms: Terms) -> None:
    if not 2 <= len(terms.title.strip()) <= 40:
        raise BatchError("券名写 2 到 40 个字。", field="title")
    if not Decimal(0) < terms.value <= Decimal(5000):
        raise BatchError("面值在 0 和 5,000 元之间。", field="value")
    if not 1 <= terms.number <= MOST:
        raise BatchError(f"张数在 1 和 {MOST:,} 之间。", field="number")
    if not 5 <= terms.hold_minutes <= 1440:
        raise BatchError("预留在 5 分钟和 24 小时之间。", field="hold_minutes")
    if terms.last_day < terms.first_day:
        raise BatchError("有效期的最后一天早于第一天。", field="last_day")
    if terms.last_day - terms.first_day > LONGEST:
        raise BatchError("有效期最长两年。", field="last_day")


def _write(row: CouponBatch, terms: Terms) -> None:
    row.title, row.value, row.terms, row.number = terms.title.strip(), terms.value, terms.terms.strip(), terms.number
    row.valid = DateRange(terms.first_day, terms.last_day + dt.timedelta(days=1))
    row.hold_minutes = terms.hold_minutes
    with as_sentences(BatchError, field="title"):
        row.save()


def _join(row: CouponBatch, merchants: Sequence[Entity], at: dt.datetime) -> None:
    if any(entity.street_id != row.street_id or entity.removed_at is not None for entity in merchants):
        raise BatchError("有的店不在本街道的名册里，重新选。", field="merchants")
    with as_sentences(BatchError, field="merchants"):
        CouponMerchant.objects.bulk_create(
            CouponMerchant(street_id=row.street_id, batch=row, entity=entity, added_at=at)
            for entity in dict.fromkeys(merchants)
        )


def _held(batch: CouponBatch) -> CouponBatch:
    return CouponBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
