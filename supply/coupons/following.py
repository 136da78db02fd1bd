"""What follows when two entries of the registry turn out to be one shop.

Where it takes part and its phones follow the entry that stays; what was redeemed and settled stays with the name it was made for.
"""

from __future__ import annotations

from collections.abc import Iterable

from coverage.models import Entity
from coverage.registry.relations import Relation, declare, follows, stays
from supply.models import CouponMerchant, MealPoint, MerchantDevice, Redemption, Settlement


def _move(absorbed: Entity, kept: Entity) -> list[str]:
    """Its places in batches; where the other entry takes part already, this one's is left."""
    there = CouponMerchant.objects.filter(entity=kept, left_at__isnull=True).values("batch")
    rows = CouponMerchant.objects.filter(entity=absorbed, left_at__isnull=True).exclude(batch__in=there)
    ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    CouponMerchant.objects.filter(pk__in=ids).update(entity=kept)
    return ids


def _give_back(ids: Iterable[str], absorbed: Entity, kept: Entity) -> int:
    wanted = list(ids)
    return len(wanted) - CouponMerchant.objects.filter(pk__in=wanted, entity=kept).update(entity=absorbed)


def register() -> None:
    """Called once from `supply.views.stand_parts.declare`."""
    declare(Relation("supply.CouponMerchant.entity", "参加的优享券", _move, _give_back))
    follows(MerchantDevice, "entity", "核销券的手机")
    follows(MealPoint, "entity", "暖新餐点")
    stays(Redemption, "entity", "the coupon was used under that name, and is settled under it")
    stays(Settlement, "entity", "what was settled is not changed")
