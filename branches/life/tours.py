"""The verbs on streamers' visits to shops: which shops, and participants who check in there by themselves.

A participant leaves the name they chose and the time. No account, no place, no picture, and nothing is counted for a
person or a shop against another.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from branches.models import Activity, CheckIn, VisitedShop
from branches.rules.meetings import Kind
from coverage.collection import numbers
from coverage.models import Entity
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

MOST_SHOPS = 60
# Check-in opens a little before and closes a little after, for those who walk fast or slowly.
EARLY, LATE = dt.timedelta(hours=1), dt.timedelta(hours=3)
FORGOTTEN = "已删"


class TourError(DomainError):
    """A shop cannot be put on a tour, or nobody can check in there now."""


@transaction.atomic
def add_shops(
    *, activity: Activity, entities: Sequence[Entity], actor: User | None, at: dt.datetime
) -> list[VisitedShop]:
    """Put shops on the tour, each with a code of its own; those that stand on it already are left as they are."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    _must_be_tour(activity)
    if any(entity.street_id != activity.street_id for entity in entities):
        raise TourError("有不在本街道的商铺，重新选。", field="entity")
    if gone := [entity for entity in entities if entity.removed_at is not None]:
        raise TourError(f"“{gone[0]}”已移出名册，不能加进来。", field="entity")
    standing = set(activity.shops.filter(removed_at__isnull=True).values_list("entity_id", flat=True))
    fresh = [entity for entity in dict.fromkeys(entities) if entity.pk not in standing]
    if not fresh:
        raise TourError("选的店都已经在名单里。", field="entity")
    if len(standing) + len(fresh) > MOST_SHOPS:
        raise TourError(f"一次探店最多 {MOST_SHOPS} 家。", field="entity")
    made = [
        VisitedShop(
            street_id=activity.street_id, activity=activity, entity=entity, token=numbers.new_token(),
            short=numbers.new_short(), place=len(standing) + place,
        )
        for place, entity in enumerate(fresh)
    ]  # fmt: skip
    VisitedShop.objects.bulk_create(made)
    after = {"shops": [str(entity) for entity in fresh[:20]], "rows": len(fresh)}
    record(verb="life.add_shops", target=activity, actor=actor, at=at, after=after)
    return made


@transaction.atomic
def remove_shop(*, shop: VisitedShop, actor: User, at: dt.datetime) -> None:
    """Take a shop off the tour: its code answers no more; what was checked in stays."""
    shop = VisitedShop.objects.select_for_update(of=("self",)).select_related("activity", "entity").get(pk=shop.pk)
    _must_be_tour(shop.activity)
    if shop.removed_at is not None:
        return
    shop.removed_at = at
    shop.save(update_fields=["removed_at"])
    record(verb="life.remove_shop", target=shop.activity, actor=actor, at=at, before={"shop": str(shop)})


def find(said: str) -> VisitedShop | None:
    """The shop behind a token or a short code that was typed."""
    said = numbers.tidy(said)
    rows = VisitedShop.objects.filter(removed_at__isnull=True).select_related("activity__lead", "entity", "street")
    if numbers.is_token(said):
        return rows.filter(token=said).first()
    return rows.filter(short=said).first() if len(said) == numbers.SHORT_LENGTH else None


def opens_at(shop: VisitedShop) -> tuple[dt.datetime, dt.datetime]:
    """From when to when one may check in there."""
    return shop.activity.starts_at - EARLY, shop.activity.ends_at + LATE


@transaction.atomic
def check_in(*, shop: VisitedShop, nickname: str, at: dt.datetime) -> tuple[CheckIn, bool]:
    """A participant says that they are here. The same name at the same shop is one check-in; returns whether it is new."""
    since, until = opens_at(shop)
    if shop.removed_at is not None or shop.activity.state == Activity.State.CANCELLED:
        raise TourError("这场活动取消了，或这家店已不在名单里。")
    if at < since:
        raise TourError("活动还没有开始，到时候再来打卡。")
    if at > until:
        raise TourError("活动已经结束，不再打卡。")
    shown, key = tidy(nickname)
    try:
        with transaction.atomic():
            made = CheckIn.objects.create(street_id=shop.street_id, shop=shop, nickname=shown, nickname_key=key, at=at)
    except IntegrityError as error:
        if "check_in_once_per_shop" not in str(error):
            raise
        return CheckIn.objects.get(shop=shop, nickname_key=key), False
    record(verb="life.check_in", target=shop.activity, actor=None, at=at, after={"shop": str(shop), "rows": 1})
    return made, True


def tidy(nickname: str) -> tuple[str, str]:
    """The name as it is shown, and as it is compared. No telephone numbers: they are not a nickname."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", nickname) if unicodedata.category(sign)[0] != "C")
    shown = " ".join(shown.split())
    if not shown or len(shown) > 20:
        raise TourError("写一个昵称，1 至 20 个字。", field="nickname")
    if sum(sign.isdigit() for sign in shown) >= 7:
        raise TourError("昵称里不要写电话、账号，我们不收。", field="nickname")
    return shown, shown.casefold()[:40]


def _must_be_tour(activity: Activity) -> None:
    if activity.meeting is not Kind.SHOP_VISIT:
        raise TourError("只有“主播探店”有商铺名单。")
    if activity.state != Activity.State.PLANNED:
        raise TourError(f"活动{activity.get_state_display()}，名单不能再改。")
