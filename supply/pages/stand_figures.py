"""The numbers of coupons, meal points and volunteers."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.figures.registry import Qualifier
from shimen.territory.models import Street
from supply.models import MealPoint, Redemption, Volunteer


def _volunteers(street: Street) -> QuerySet[Volunteer]:
    return Volunteer.objects.filter(street=street).standing()


def _volunteers_on(street: Street, day: dt.date) -> QuerySet[Volunteer]:
    """Those who had joined and not left at the end of a day; whoever waited then and was taken in later counts from joining."""
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
    joined = Volunteer.objects.filter(street=street, joined_at__lt=end).exclude(state=Volunteer.State.WAITING)
    return joined.filter(Q(left_at__isnull=True) | Q(left_at__gte=end))


def _meal_points(street: Street) -> QuerySet[MealPoint]:
    return _meal_points_on(street, clock.today())


def _meal_points_on(street: Street, day: dt.date) -> QuerySet[MealPoint]:
    return MealPoint.objects.filter(street=street).standing(day)


def _redeemed(street: Street) -> QuerySet[Redemption]:
    return Redemption.objects.filter(street=street).standing()


STANDS = (
    Figure(
        key="volunteers",
        title="新就业群体志愿者",
        definition="志愿者名册里的人，本人的同意今天有效；退出的、等着核对的不算。",
        unit="人",
        pillar=Pillar.EMPOWERMENT,
        qualifier=Qualifier.EXACT,
        rows=_volunteers,
        past=_volunteers_on,
        columns=(
            Column("谁", "name_mask"),
            Column("群体", "get_group_display"),
            Column("能帮什么", "help_words"),
            Column("网格", "area.name"),
            Column("登记", "joined_at"),
        ),
        order=("area__sort", "joined_at", "pk"),
        related=("area",),
        row_url=("supply:volunteer", "pk"),
        list_url="supply:volunteers",
        is_personal=True,
        place=50,
    ),
    Figure(
        key="meal_points",
        title="暖新餐点",
        definition="今天在办的暖新餐点，临时停供的也算，停办的不算。",
        unit="处",
        pillar=Pillar.EMPOWERMENT,
        rows=_meal_points,
        past=_meal_points_on,
        columns=(
            Column("名称", "name"),
            Column("地点", "place.address"),
            Column("谁可以来", "eater_words"),
            Column("价格", "price_words"),
            Column("网格", "place.area.name"),
        ),
        order=("place__area__sort", "place__road", "pk"),
        related=("place__area",),
        row_url=("supply:meal-point", "pk"),
        list_url="supply:meal-points",
        place=51,
    ),
    Figure(
        key="coupons_redeemed",
        title="优享券核销",
        definition="商户手机上核销过、没有撤销的优享券，从第一批算起。",
        unit="张",
        pillar=Pillar.EMPOWERMENT,
        rows=_redeemed,
        columns=(
            Column("商户", "entity.name"),
            Column("券名", "coupon.batch.title"),
            Column("券号", "coupon.short"),
            Column("面值", "value"),
            Column("核销时间", "redeemed_at"),
        ),
        order=("-redeemed_at", "pk"),
        related=("entity", "coupon__batch"),
        row_url=("coverage:entity", "entity_id"),
        list_url="supply:redemptions",
        place=52,
    ),
)
