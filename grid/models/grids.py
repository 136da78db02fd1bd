"""Grids as the one area in which departments act together: what each was made of, who works in it, who was lent to it.

The grid itself is an `Area` of kind grid; what stands here holds for a range of days, ending sets the upper bound. Names of
those who work in a grid are kept in clear: people must know whom to turn to.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, IntegerField, Q, When

from branches.models.organisations import DatedQuerySet
from grid.models.councils import FORGOTTEN
from shimen.models import StreetRow


class InGridQuerySet(DatedQuerySet):
    """Rows of a grid; seen by whoever sees the grid."""

    area_path = "grid_id"

    def in_order(self):
        return self.order_by("grid__sort", "valid", "pk")


class GridPart(StreetRow):
    """A grid that some department used to keep by itself and that went into this one (多格合一), from a day on.

    `area` is the former grid where it stood in this registry; it is closed by then. Most never did.
    """

    class Whose(models.TextChoices):
        PARTY = "party", "党建网格"
        POLICE = "police", "警务责任区"
        URBAN = "urban", "城管网格"
        OPERATIONS = "operations", "城运网格"
        MARKET = "market", "市场监管网格"
        SAFETY = "safety", "综治网格"
        OTHER = "other", "其他网格"

    grid = models.ForeignKey("territory.Area", on_delete=models.PROTECT, related_name="parts", verbose_name="网格")
    whose = models.CharField("原来谁的网格", max_length=12, choices=Whose)
    name = models.CharField("原名称或编号", max_length=60)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原区域"
    )
    valid = DateRangeField("并入期间")
    note = models.CharField("依据或说明", max_length=200, blank=True)
    end_reason = models.CharField("拆出原因", max_length=200, blank=True)

    objects = InGridQuerySet.as_manager()

    class Meta:
        verbose_name = "并入的网格"
        constraints = [
            ExclusionConstraint(
                name="part_of_one_grid_at_a_time",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("whose", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个网格这段时间里已经并入了一个网格。",
            ),
            ExclusionConstraint(
                name="former_area_in_one_grid_at_a_time",
                expressions=[("area", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(area__isnull=False),
                violation_error_message="原区域这段时间里已经并入了一个网格。",
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | ~Q(area=F("grid")),
                name="grid_not_part_of_itself",
                violation_error_message="网格不能并入它自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_whose_display()}{self.name}"


class GridMemberQuerySet(InGridQuerySet):
    """Standing members of grids."""

    def in_order(self):
        order = Case(
            *(When(role=role, then=place) for place, role in enumerate(GridMember.Role.values)),
            output_field=IntegerField(),
        )
        return self.order_by("grid__sort", order, "valid", "pk")


class GridMember(StreetRow):
    """Somebody who belongs to a grid's own strength, from a day to a day."""

    class Role(models.TextChoices):
        HEAD = "head", "网格长"
        DEPUTY = "deputy", "副网格长"
        WARDEN = "warden", "专职网格员"
        PARTY = "party", "党组织书记"
        RESIDENTS = "residents", "居委会干部"
        PROPERTY = "property", "物业经理"
        OTHER = "other", "其他力量"

    grid = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, related_name="grid_members", verbose_name="网格"
    )
    role = models.CharField("职务", max_length=12, choices=Role)
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    duties = models.CharField("负责什么", max_length=300, blank=True)
    valid = DateRangeField("任职期间")
    end_reason = models.CharField("离任原因", max_length=100, blank=True)

    objects = GridMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "网格成员"
        constraints = [
            ExclusionConstraint(
                name="one_head_per_grid_at_a_time",
                expressions=[("grid", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(role="head"),
                violation_error_message="这段时间里已经有一位网格长。",
            ),
            ExclusionConstraint(
                name="in_a_grid_once_at_a_time",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=~Q(name=FORGOTTEN),
                violation_error_message="这位成员这段时间里已经在这个网格。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_role_display()}）"


class SecondmentQuerySet(InGridQuerySet):
    """Secondments; the usual chain is `visible_to(user).on(day).in_order()`."""

    def ended(self, day: dt.date):
        """Over by a day."""
        return self.filter(valid__fully_lt=(day, None))

    def coming(self, day: dt.date):
        """Agreed, and not begun by a day."""
        return self.filter(valid__startswith__gt=day)

    def ending(self, day: dt.date, days: int):
        """In the grid on a day, and at the end of the term within so many days."""
        return self.on(day).filter(valid__endswith__lte=day + dt.timedelta(days=days))

    def held(self):
        """Without those taken back before they began."""
        return self.filter(valid__isempty=False)

    def in_order(self):
        """By grid, by home department, by name; never by merit."""
        order = Case(
            *(When(whose=whose, then=place) for place, whose in enumerate(Secondment.Whose.values)),
            output_field=IntegerField(),
        )
        return self.order_by("grid__sort", order, "name", "pk")

    def by_end(self):
        return self.order_by("valid__endswith", "pk")


class Secondment(StreetRow):
    """Somebody lent to a grid by a department, from a day until the day before `valid`'s upper bound.

    `person_key` is the person as recognised elsewhere (unit and name, `grid.chain.persons`): nobody is lent twice at once.
    """

    class Whose(models.TextChoices):
        POLICE = "police", "公安"
        URBAN = "urban", "城管"
        OPERATIONS = "operations", "城运"
        MARKET = "market", "市场监管"
        DISTRICT = "district", "区级职能部门"
        OTHER = "other", "其他"

    grid = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, related_name="secondments", verbose_name="下沉到哪个网格"
    )
    whose = models.CharField("从哪里来", max_length=12, choices=Whose)
    home_unit = models.CharField("原单位", max_length=80)
    name = models.CharField("姓名", max_length=40)
    person_key = models.CharField(max_length=130)
    is_young = models.BooleanField("青年党员", default=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="secondments",
        verbose_name="账号",
    )  # fmt: skip
    duties = models.CharField("在网格里做什么", max_length=300)
    valid = DateRangeField("下沉期间")
    renewals = models.PositiveSmallIntegerField("续派次数", default=0)
    end_reason = models.CharField("提前结束的原因", max_length=100, blank=True)

    objects = SecondmentQuerySet.as_manager()

    class Meta:
        verbose_name = "下沉力量"
        constraints = [
            ExclusionConstraint(
                name="seconded_to_one_grid_at_a_time",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("person_key", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这位同志这段时间里已经下沉到一个网格，先结束那一段。",
            ),
            ExclusionConstraint(
                name="account_seconded_to_one_grid_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(user__isnull=False),
                violation_error_message="这个账号这段时间里已经有人下沉时在用，先结束那一段。",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=True) | Q(valid__upper_inf=False),
                name="secondment_has_an_end",
                violation_error_message="写明下沉到哪天。",
            ),
        ]
        indexes = [models.Index(fields=["street", "grid"], name="secondment_by_grid")]

    def __str__(self) -> str:
        return f"{self.name}（{self.home_unit}）"

    @property
    def since(self) -> dt.date | None:
        return self.valid.lower if self.valid is not None else None

    @property
    def last_day(self) -> dt.date | None:
        """The last day in the grid."""
        return self.valid.upper - dt.timedelta(days=1) if self.valid is not None and self.valid.upper else None

    def holds_on(self, day: dt.date) -> bool:
        return bool(self.valid and not self.valid.isempty and day in self.valid)
