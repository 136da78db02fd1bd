"""What is let go of coupons: who held them, three months after their batch is over. The coupon itself stays, unnamed."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from shimen.privacy.register import Basis, PersonalField
from shimen.privacy.retention import Rule, declare_rules
from shimen.territory.models import Street
from supply.models import Coupon

KEPT = 90
FIELDS = (
    PersonalField(
        model="supply.Coupon",
        name="phone",
        label="领券人的手机号、持券人",
        whose="领优享券的人",
        purpose="每人领一张，不重复领",
        basis=Basis.CONSENT,
        retention_days=KEPT,
        counts_from="券到期",
        sealed="phone_sealed",
        mask="phone_mask",
    ),
)


def _over(street: Street, on: dt.date) -> QuerySet[Coupon]:
    rows = Coupon.objects.filter(street=street, batch__valid__endswith__lte=on - dt.timedelta(days=KEPT))
    held = Q(phone_sealed__isnull=False) | Q(person_index__isnull=False) | Q(worker__isnull=False)
    return rows.filter(held | Q(volunteer__isnull=False))


def expire(ids: list[uuid.UUID], at: dt.datetime) -> None:
    """Forget who held these coupons."""
    Coupon.objects.filter(pk__in=ids).update(
        phone_sealed=None, phone_index=None, phone_mask="", person_index=None, worker=None, volunteer=None,
        forgotten_at=at,
    )  # fmt: skip


def declare() -> None:
    """Called once from `supply.views.stand_parts.declare`."""
    declare_rules(Rule("coupon.over", "到期的优享券：持券人", (("supply.Coupon", "phone"),), _over, expire))
