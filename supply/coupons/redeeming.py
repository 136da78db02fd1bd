"""The verbs behind a merchant's phone: looking at a coupon, setting it aside, using it once, and taking a mistake back.

A coupon is used in two steps, so that a poor network costs nobody anything. *Reserve* needs the network for a moment: it checks
the code and sets the coupon aside for this phone; the answer carries a signed slip that the phone keeps. *Confirm* may come
at once or hours later, from the slip alone. Both are safe to repeat: the reservation's id comes from the phone, the redemption
has the same id, and the database takes one standing redemption per coupon. A reservation runs out; a slip that comes after that
still counts if nobody else has used or reserved the coupon meanwhile, for as long as the street's rule allows.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction

from coverage.models import Entity
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from supply.coupons import codes
from supply.models import Coupon, CouponMerchant, MerchantDevice, Redemption, Reservation, SupplyRule

SHORTEST_REASON = 4
SALT = "coupons.slip"
NAMED = 3  # merchants that a refusal names
State = Coupon.State


class CouponError(DomainError):
    """This coupon cannot be used here and now."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a phone keeps of a reservation."""

    reservation: uuid.UUID
    device: uuid.UUID


def slip_of(reservation: Reservation) -> str:
    """The signed slip of a reservation."""
    return signing.dumps([reservation.pk.hex, reservation.device_id.hex], salt=SALT)


def read_slip(text: str) -> Slip:
    """What a slip says. Raises `CouponError` for one that we have not signed."""
    try:
        reservation, device = signing.loads(text, salt=SALT)
        return Slip(uuid.UUID(hex=reservation), uuid.UUID(hex=device))
    except (signing.BadSignature, ValueError, TypeError):
        raise CouponError("这份预留不是本站发的，不能核销。请顾客把券再打开，重新扫。") from None


def look(*, code: str, device: MerchantDevice, at: dt.datetime) -> Coupon:
    """The coupon behind what was scanned or typed, if this merchant may take it now; nothing is written.

    Raises `CouponError`: no code of ours, unknown, forged, shown too long ago, void, used, not yet or no more valid,
    not for this merchant, set aside for another phone.
    """
    row = _found(code, device.street_id)
    _check(row, code, device, at)
    return row


@transaction.atomic
def reserve(*, id: uuid.UUID, code: str, device: MerchantDevice, at: dt.datetime) -> Reservation:  # noqa: A002
    """Set a coupon aside for this phone. The same id again is the same reservation. Raises `CouponError`."""
    _standing(device)
    known = Reservation.objects.select_related("coupon__batch").filter(pk=id).first()
    if known is not None:
        return _same(known, code, device)
    row = (
        Coupon.objects.select_for_update(of=("self",)).select_related("batch").get(pk=_found(code, device.street_id).pk)
    )
    known = Reservation.objects.select_related("coupon__batch").filter(pk=id).first()
    if known is not None:
        return _same(known, code, device)
    _check(row, code, device, at)
    # What this phone set aside before, or what ran out, makes way.
    row.reservations.filter(closed_at__isnull=True).update(closed_at=at)
    until = at + dt.timedelta(minutes=row.batch.hold_minutes)
    made = Reservation(
        pk=id, street_id=row.street_id, coupon=row, device=device, reserved_at=at, expires_at=until
    )  # fmt: skip
    with as_sentences(CouponError):
        made.save(force_insert=True)
    record(verb="coupons.reserve", target=row, actor=None, at=at, after=_where(device))
    return made


@transaction.atomic
def confirm(*, slip: str, device: MerchantDevice, at: dt.datetime) -> Redemption:
    """Use the coupon that a slip has set aside; the same slip again is the same redemption. Raises `CouponError`."""
    _standing(device)
    said = read_slip(slip)
    if said.device != device.pk:
        raise CouponError("这份预留是另一部手机的，用那部手机送。")
    held = Reservation.objects.select_related("coupon__batch").filter(pk=said.reservation, device=device).first()
    if held is None:
        raise CouponError("没有这份预留，请顾客把券再打开，重新扫。")
    row = Coupon.objects.select_for_update(of=("self",)).select_related("batch").get(pk=held.coupon_id)
    done = Redemption.objects.filter(pk=held.pk).first()
    if done is not None:
        return done
    held.refresh_from_db(fields=["closed_at", "expires_at"])
    is_late = held.expires_at <= at
    _may_confirm(row, held, at, is_late=is_late)
    return _use(row, held, device, at, is_late=is_late)


@transaction.atomic
def redeem(*, id: uuid.UUID, code: str, device: MerchantDevice, at: dt.datetime) -> Redemption:  # noqa: A002
    """Reserve and confirm in one go, for where the network is good. The same id again is the same redemption."""
    done = Redemption.objects.filter(pk=id, device=device).first()
    if done is not None:
        return done
    return confirm(slip=slip_of(reserve(id=id, code=code, device=device, at=at)), device=device, at=at)


@transaction.atomic
def release(*, slip: str, device: MerchantDevice, at: dt.datetime) -> None:
    """Give a coupon back that was set aside and is not to be used after all."""
    said = read_slip(slip)
    held = Reservation.objects.select_related("coupon").filter(pk=said.reservation, device=device).first()
    if held is None:
        raise CouponError("没有这份预留。")
    row = Coupon.objects.select_for_update(of=("self",)).get(pk=held.coupon_id)
    if Redemption.objects.filter(pk=held.pk, undone_at__isnull=True).exists():
        raise CouponError("这张券已经核销，放不回去了；用错了请找街道党建办撤销。")
    if Reservation.objects.filter(pk=held.pk, closed_at__isnull=True).update(closed_at=at):
        record(verb="coupons.release", target=row, actor=None, at=at, after=_where(device))


@transaction.atomic
def take_back(*, redemption: Redemption, reason: str, actor: User, at: dt.datetime) -> Redemption:
    """Undo a redemption made by mistake, as long as it is not settled: the holder has the coupon again."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise CouponError("写一句为什么撤销，至少 4 个字，例如“店员点错了”。", field="reason")
    row = Coupon.objects.select_for_update(of=("self",)).get(pk=redemption.coupon_id)
    done = Redemption.objects.select_for_update(of=("self",)).select_related("entity").get(pk=redemption.pk)
    if done.settlement_id is not None:
        raise CouponError("这一笔已经结算，不能撤销。", field="reason")
    if done.undone_at is not None:
        raise CouponError("这一笔已经撤销过。", field="reason")
    done.undone_at, done.undone_by, done.undo_reason = at, actor, reason.strip()[:120]
    done.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    row.state = State.ISSUED
    row.save(update_fields=["state"])
    record(
        verb="coupons.take_back",
        target=row,
        actor=actor,
        at=at,
        reason=done.undo_reason,
        before={"shop": str(done.entity)},
    )
    return done


def _use(row: Coupon, held: Reservation, device: MerchantDevice, at: dt.datetime, *, is_late: bool) -> Redemption:
    Reservation.objects.filter(coupon=row, closed_at__isnull=True).update(closed_at=at)
    done = Redemption(
        pk=held.pk, street_id=row.street_id, coupon=row, entity_id=device.entity_id, device=device,
        value=row.batch.value, redeemed_at=at, is_late=is_late,
    )  # fmt: skip
    with as_sentences(CouponError):
        done.save(force_insert=True)
    row.state = State.REDEEMED
    row.save(update_fields=["state"])
    record(verb="coupons.redeem", target=row, actor=None, at=at, after={**_where(device), "value": str(done.value)})
    return done


def _may_confirm(row: Coupon, held: Reservation, at: dt.datetime, *, is_late: bool) -> None:
    """Whether a slip still counts: it was not given back, and what ran out was not taken by somebody else."""
    if row.state == State.REDEEMED:
        raise CouponError(_used(row, held.device.entity_id) + "这份预留作废。")
    if row.state == State.VOID:
        raise CouponError("这张券在预留以后作废了，不能核销。")
    if held.closed_at is not None:
        raise CouponError("这份预留已经放回或被别的预留顶替。请顾客把券再打开，重新扫。")
    if is_late:
        days = SupplyRule.objects.book(street=row.street_id, on=clock.day_of(at))["coupon_late_days"]
        if at - held.reserved_at > dt.timedelta(days=days):
            raise CouponError(f"预留过了 {days} 天，不能再补送。请找街道党建办。")


def _same(known: Reservation, code: str, device: MerchantDevice) -> Reservation:
    """The reservation that the phone made before; an id used for something else is refused."""
    said = codes.read(code)
    if known.device_id != device.pk or said is None or said.short != known.coupon.short:
        raise CouponError("这个编号用过了。返回重新扫一次。")
    return known


def _standing(device: MerchantDevice) -> None:
    if not MerchantDevice.objects.filter(pk=device.pk, ended_at__isnull=True, signed_in_at__isnull=False).exists():
        raise CouponError("这部手机已经停用，请街道党建办重新登记。")


def _found(code: str, street: uuid.UUID) -> Coupon:
    said = codes.read(code)
    if said is None:
        raise CouponError("这不是优享券的码。扫券面上的二维码，或输入 7 位券号加 4 位数字。", field="code")
    row = Coupon.objects.select_related("batch").filter(street_id=street, short=said.short).first()
    if row is None:
        raise CouponError("本街道没有这张券，看看有没有抄错；别的街道的券这里不能用。", field="code")
    return row


def _check(row: Coupon, code: str, device: MerchantDevice, at: dt.datetime) -> None:
    said = codes.read(code)
    found = codes.fit(said.proof if said else "", key=bytes(settings.SHIMEN_INDEX_KEY), coupon=row.pk, at=at)
    if found == codes.Fit.FORGED:
        raise CouponError("这个码对不上，可能是抄错或伪造的。请顾客当面打开券，再扫一次。", field="code")
    if found == codes.Fit.OLD:
        raise CouponError("券码每分钟换，这个已经换了。请顾客把券再打开，扫现在的码。", field="code")
    if row.state == State.REDEEMED:
        raise CouponError(_used(row, device.entity_id), field="code")
    if row.state == State.VOID:
        on = f"{row.voided_at.astimezone(clock.SHANGHAI):%m-%d} " if row.voided_at else ""
        raise CouponError(f"这张券{on}作废了，不能用。", field="code")
    _check_terms(row, device, at)
    other = row.reservations.standing(at).exclude(device=device).first()
    if other is not None:
        raise CouponError(f"这张券正在另一部手机上核销，预留到 {_clock(other.expires_at)}。", field="code")


def _check_terms(row: Coupon, device: MerchantDevice, at: dt.datetime) -> None:
    day = clock.day_of(at)
    if day < row.batch.first_day:
        raise CouponError(f"这张券 {row.batch.first_day:%m-%d} 起才能用。", field="code")
    if day > row.batch.last_day:
        raise CouponError(f"这张券 {row.batch.last_day:%Y-%m-%d} 到期了，不能再用。", field="code")
    merchants = CouponMerchant.objects.filter(batch=row.batch, left_at__isnull=True)
    if not merchants.filter(entity=device.entity_id).exists():
        raise CouponError(f"这张券不在本店用。{where_it_counts(row)}", field="code")


def where_it_counts(row: Coupon) -> str:
    """能用的店：甲、乙、丙等 6 家。"""
    shops = Entity.objects.filter(
        pk__in=CouponMerchant.objects.filter(batch=row.batch_id, left_at__isnull=True).values("entity")
    )
    names = [str(shop) for shop in shops.order_by("pinyin", "pk")]
    more = f"等 {len(names)} 家" if len(names) > NAMED else ""
    return f"能用的店：{'、'.join(names[:NAMED])}{more}。"


def _used(row: Coupon, here: uuid.UUID) -> str:
    done = row.redemptions.standing().first()
    if done is None:
        return "这张券已经用过了。"
    where = "本店" if done.entity_id == here else "另一家店"
    return f"这张券 {_clock(done.redeemed_at)} 已在{where}用过，不能再用。"


def _clock(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"


def _where(device: MerchantDevice) -> dict[str, object]:
    return {"shop": str(device.entity), "device": device.label}
