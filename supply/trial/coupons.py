"""The trial street's coupons: five batches over the year, who holds them, what was redeemed where, and months that are settled."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.collection.numbers import ALPHABET, TOKEN_LENGTH
from coverage.models import Entity, Worker
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from coverage.trial.words import PHONE_HEAD
from shimen.privacy import sealing
from supply.coupons import codes
from supply.models import (
    Coupon,
    CouponBatch,
    CouponMerchant,
    MerchantDevice,
    Redemption,
    Settlement,
    Volunteer,
)
from supply.models.coupons import TABLE
from supply.trial.meals import restaurants

MERCHANTS = 18


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch: its days counted from today, how many were issued, which share was used."""

    title: str
    value: int
    terms: str
    audience: str
    number: int
    since: int
    until: int
    issued: int
    used: float


PLANS = (
    Plan("春季小哥早餐券", 6, "早上九点前用，一次一张", "volunteers", 300, -230, -140, 260, 0.82),
    Plan("夏日送清凉券", 5, "换一瓶水或一份绿豆汤", "workers", 400, -150, -70, 380, 0.74),
    Plan("街有可能秋季券", 20, "满 60 元可用", "anyone", 360, -90, -20, 330, 0.66),
    Plan("街有可能暖冬券", 20, "满 60 元可用", "anyone", 500, -18, 60, 210, 0.37),
    Plan("暖冬热饭券", 12, "在暖新餐点抵一份套餐", "volunteers", 600, -30, 75, 420, 0.45),
)


class _Writing:
    """What is written so far, and where chance and ids come from."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = random.Random(f"{scene.seed} coupons")
        self.ids = Ids(scene.seed, "coupon")
        self.shorts: set[str] = set()
        self.today = scene.days.number(scene.days.today)
        self.office = scene.users["zhouwuwu"]

    def at(self, day: int, hour: int = 9, minute: int = 0) -> dt.datetime:
        """An instant on a day counted from today, never ahead of the moment of loading."""
        return min(self.scene.days.at(self.today + day, hour, minute), self.scene.at - dt.timedelta(minutes=20))

    def short(self) -> str:
        while True:
            found = "".join(self.chance.choice(ALPHABET) for _ in range(codes.SHORT))
            if found not in self.shorts:
                self.shorts.add(found)
                return found

    def token(self) -> str:
        return "".join(self.chance.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def write(scene: Scene) -> None:
    """Batches, merchants and their phones, coupons, redemptions, settlements."""
    scene.say("优享券")
    on = _Writing(scene)
    shops = restaurants(scene, MERCHANTS)
    devices = _devices(on, shops)
    coupons: list[Coupon] = []
    batches = []
    for plan in PLANS:
        batch = _batch(on, plan)
        batches.append((batch, plan))
        coupons += _coupons(on, batch, plan)
    CouponBatch.objects.bulk_create(batch for batch, _ in batches)
    CouponMerchant.objects.bulk_create(
        CouponMerchant(
            id=on.ids.at(batch.made_at), street=scene.street, batch=batch, entity=shop, added_at=batch.made_at
        )
        for number, (batch, _) in enumerate(batches)
        for shop in shops[: 10 + 2 * number]
    )
    rows = _redemptions(on, batches, coupons, shops, devices)
    Coupon.objects.bulk_create(coupons)
    _write_used(on, rows)


def _devices(on: _Writing, shops: list[Entity]) -> dict[uuid.UUID, MerchantDevice]:
    """A phone at every merchant; nobody holds its secret, so a demonstration gives out a link of its own."""
    rows = []
    for number, shop in enumerate(shops):
        at = on.at(-232, 10, number)
        rows.append(
            MerchantDevice(
                id=on.ids.at(at), street=on.scene.street, entity=shop, label=("店长", "收银台")[number % 2], made_at=at,
                link_hash=hashlib.sha256(on.token().encode()).hexdigest(), link_until=at + dt.timedelta(days=3),
                secret_hash=hashlib.sha256(on.token().encode()).hexdigest(), made_by=on.office,
                signed_in_at=at + dt.timedelta(hours=2),
            )
        )  # fmt: skip
    MerchantDevice.objects.bulk_create(rows)
    return {row.entity_id: row for row in rows}


def _batch(on: _Writing, plan: Plan) -> CouponBatch:
    made = on.at(plan.since - 3, 10)
    first, last = (on.scene.days.day(on.today + day) for day in (plan.since, plan.until))
    return CouponBatch(
        id=on.ids.at(made), street=on.scene.street, title=f"{plan.title}（示例）", value=Decimal(plan.value),
        terms=plan.terms, number=plan.number, issued=plan.issued, audience=plan.audience, token=on.token(),
        valid=DateRange(first, last + dt.timedelta(days=1)), made_at=made, made_by=on.office,
    )  # fmt: skip


def _coupons(on: _Writing, batch: CouponBatch, plan: Plan) -> list[Coupon]:
    """Held by volunteers, by workers of the street's shops, or by numbers; one each."""
    holders: list[Volunteer | Worker | str] = []
    if plan.audience == "volunteers":
        joined = Volunteer.objects.standing().filter(street=on.scene.street, joined_at__lt=on.at(plan.since + 2))
        # The early batch went to those who were there then; whoever joined later has the next one.
        people = list(joined.order_by("pk")[: plan.issued])
        holders += people
    elif plan.audience == "workers":
        # Named one by one: inside the loading transaction nothing is analysed, and a subquery would be walked row by row.
        shops = Entity.objects.filter(street=on.scene.street).street_shops().order_by("code")
        ids = list(shops.values_list("pk", flat=True)[:260])
        workers = Worker.objects.filter(entity__in=ids, left_on__isnull=True, phone_index__isnull=False)
        holders += list(workers.order_by("pk")[: plan.issued * 2 : 2])
    else:
        holders += [f"{PHONE_HEAD}{number:04d}" for number in on.chance.sample(range(10_000), plan.issued)]
    span = min(plan.until, -1) - plan.since
    rows = [
        _coupon(on, batch, plan, holder, number * span // (3 * len(holders))) for number, holder in enumerate(holders)
    ]
    unique = list({bytes(row.person_index or b""): row for row in rows}.values())
    batch.issued = len(unique)
    return unique


def _coupon(on: _Writing, batch: CouponBatch, plan: Plan, holder: Volunteer | Worker | str, after: int) -> Coupon:
    at = on.at(plan.since + after, 8 + after % 10, on.chance.randrange(60))
    row = Coupon(id=on.ids.at(at), street=on.scene.street, batch=batch, short=on.short(), issued_at=at)
    if isinstance(holder, str):
        row.phone_sealed, row.phone_index, row.phone_mask = sealing.seal_phone(
            holder, table=TABLE, column="phone_sealed", row=row.pk
        )
        index: bytes | memoryview | None = row.phone_index
    else:
        row.issued_by = on.office
        index = holder.phone_index
        if isinstance(holder, Volunteer):
            row.volunteer = holder
        else:
            row.worker = holder
    who = f"phone {bytes(index or b'').hex()}"
    row.person_index = codes.person(key=bytes(settings.SHIMEN_INDEX_KEY), batch=batch.pk, who=who)
    return row


def _redemptions(
    on: _Writing, batches: list[tuple[CouponBatch, Plan]], coupons: list[Coupon], shops: list[Entity],
    devices: dict[uuid.UUID, MerchantDevice],
) -> list[Redemption]:  # fmt: skip
    plans = {batch.pk: (number, plan) for number, (batch, plan) in enumerate(batches)}
    rows: list[Redemption] = []
    for coupon in coupons:
        number, plan = plans[coupon.batch_id]
        if on.chance.random() > plan.used:
            continue
        shop = on.chance.choice(shops[: 10 + 2 * number])
        days = max((min(plan.until, 0) - plan.since) * 2 // 3, 1)
        day = coupon.issued_at.astimezone(SHANGHAI).date() + dt.timedelta(days=on.chance.randrange(days))
        # Shops take coupons from half past ten in the morning to half past eight in the evening.
        at = dt.datetime.combine(day, dt.time(10, 30), SHANGHAI) + dt.timedelta(minutes=on.chance.randrange(600))
        at = max(at, coupon.issued_at + dt.timedelta(minutes=20))
        end = dt.datetime.combine(coupon.batch.last_day, dt.time(21), SHANGHAI)
        at = min(max(at, dt.datetime.combine(coupon.batch.first_day, dt.time(11, 30), SHANGHAI)), end)
        at = min(at, on.scene.at - dt.timedelta(minutes=1 + len(rows) % 90))
        coupon.state = Coupon.State.REDEEMED
        rows.append(
            Redemption(
                id=on.ids.at(at), street=on.scene.street, coupon=coupon, entity=shop, device=devices[shop.pk],
                value=coupon.batch.value, redeemed_at=at,
            )
        )  # fmt: skip
    return rows


def _write_used(on: _Writing, rows: list[Redemption]) -> None:
    _settle(on, rows)
    Redemption.objects.bulk_create(rows)


def _settle(on: _Writing, rows: list[Redemption]) -> None:
    """Every month that is over was settled on the fifth of the next one, and paid a week later, the last not yet."""
    months: dict[tuple[uuid.UUID, dt.date], list[Redemption]] = defaultdict(list)
    this_month = on.scene.days.today.replace(day=1)
    for used in rows:
        month = used.redeemed_at.astimezone(SHANGHAI).date().replace(day=1)
        if month < this_month:
            months[used.entity_id, month].append(used)
    made: list[Settlement] = []
    last: dict[uuid.UUID, dt.date] = {}
    for (entity, month), lines in sorted(months.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        after = (month + dt.timedelta(days=32)).replace(day=1)
        settled = min(dt.datetime.combine(after + dt.timedelta(days=4), dt.time(10), SHANGHAI), on.scene.at)
        since = last.get(entity) or min(line.redeemed_at for line in lines).astimezone(SHANGHAI).date()
        is_paid = after < this_month
        row = Settlement(
            id=on.ids.at(settled), street=on.scene.street, entity_id=entity, period=DateRange(since, after),
            count=len(lines), amount=sum((line.value for line in lines), Decimal(0)), settled_at=settled,
            settled_by=on.office, paid_on=settled.date() + dt.timedelta(days=7) if is_paid else None,
            paid_note="转账（示例）" if is_paid else "",
        )  # fmt: skip
        last[entity] = after
        made.append(row)
        for line in lines:
            line.settlement = row
    Settlement.objects.bulk_create(made)
