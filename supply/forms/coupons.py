"""What the pages of coupons post, in the terms of their verbs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from coverage.forms.fields import EntitiesField, EntityField, day_field, look_as
from coverage.forms.registry import FilterForm
from shimen import clock
from shimen.territory.models import Area
from supply.coupons.batches import Terms
from supply.models import Coupon, CouponBatch, Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User
    from supply.models.coupons import CouponQuerySet, RedemptionQuerySet

MERCHANTS = "一行一家，写全称、门头或统一社会信用代码"


class BatchForm(forms.Form):
    """A batch: new with its merchants, or its terms alone."""

    title = forms.CharField(label="券名", max_length=40, help_text="顾客和店员都看得到，例如“小哥午餐券”")
    value = forms.DecimalField(label="面值（元）", max_digits=7, decimal_places=2)
    terms = forms.CharField(label="怎么用", max_length=120, required=False, help_text="例如“满 30 元可用，一次一张”")
    number = forms.IntegerField(label="张数")
    first_day = day_field("从哪天起")
    last_day = day_field("到哪天止", help_text="这一天还能用")
    hold_minutes = forms.IntegerField(
        label="预留几分钟", initial=120, help_text="商户网络不好时，券先锁定这么久，等有信号再核销"
    )
    audience = forms.ChoiceField(label="发给谁", choices=[
        choice for choice in CouponBatch.Audience.choices if choice[0] != CouponBatch.Audience.ACTIVITY
    ])  # fmt: skip
    merchants = EntitiesField(label="参加的商户", widget=forms.Textarea(attrs={"rows": 6}), help_text=MERCHANTS)

    def __init__(
        self, *args: Any, user: User, batch: CouponBatch | None = None, subject_title: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        look_as(self, user)
        if batch is not None:
            del self.fields["audience"], self.fields["merchants"]
            names = ("title", "value", "terms", "number", "first_day", "last_day", "hold_minutes")
            self.initial = {name: getattr(batch, name) for name in names}
        elif subject_title:
            audience = (CouponBatch.Audience.ACTIVITY.value, f"{CouponBatch.Audience.ACTIVITY.label}：{subject_title}")
            self.fields["audience"].choices = [audience]  # type: ignore[attr-defined]

    def read(self) -> Terms:
        data = self.cleaned_data
        return Terms(**{key: value for key, value in data.items() if key not in {"audience", "merchants"}})


class MerchantsForm(forms.Form):
    """More merchants of a batch."""

    merchants = EntitiesField(label="加商户", widget=forms.Textarea(attrs={"rows": 3}), help_text=MERCHANTS)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_as(self, user)


class IssueForm(forms.Form):
    """To whom of the batch's people: the workers of some entities, or volunteers by group and grid."""

    people = EntitiesField(
        label="哪些单位的人",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"{MERCHANTS}；在这些单位工作的人每人一张",
    )
    group = forms.ChoiceField(label="群体", required=False, choices=[("", "全部"), *Volunteer.Group.choices])
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")

    def __init__(self, *args: Any, user: User, areas: QuerySet[Area], batch: CouponBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        if batch.audience == CouponBatch.Audience.VOLUNTEERS:
            del self.fields["people"]
        else:
            del self.fields["group"], self.fields["area"]
        look_as(self, user)


class ReasonForm(forms.Form):
    """Why a coupon is void, or a redemption undone."""

    reason = forms.CharField(label="原因", max_length=120)


class DeviceForm(forms.Form):
    """A link for a merchant's phone."""

    entity = EntityField(label="哪家店", help_text="写全称、门头或统一社会信用代码")
    label = forms.CharField(label="谁的手机", max_length=30, help_text="例如“店长”“收银台”")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_as(self, user)


class SettleForm(forms.Form):
    """Up to which day."""

    until = day_field("结到哪天", help_text="到这一天为止、还没结算的都算进来；最晚昨天")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["until"].initial = min(today.replace(day=1), today) - dt.timedelta(days=1)


class PayForm(forms.Form):
    """When a settlement was paid."""

    on = day_field("哪天付的")
    note = forms.CharField(label="说明", max_length=80, required=False, help_text="例如“转账，凭证 11-08”")


class CouponFilter(FilterForm):
    """The coupons of a batch."""

    q = forms.CharField(label="券号、整个手机号", required=False, max_length=40)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Coupon.State.choices])

    def rows(self, rows: CouponQuerySet) -> CouponQuerySet:
        chosen = self.chosen()
        if "state" in chosen:
            rows = rows.filter(state=chosen["state"])
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        return rows.select_related("worker", "volunteer", "batch").newest_first()


class RedemptionFilter(FilterForm):
    """Redemptions by batch and day."""

    batch = forms.ModelChoiceField(
        label="批次", required=False, queryset=CouponBatch.objects.none(), empty_label="全部"
    )
    since = day_field("从", required=False)
    until = day_field("到", required=False)
    state = forms.ChoiceField(
        label="结算", required=False, choices=[("", "全部"), ("open", "没有结算"), ("undone", "已撤销")]
    )

    def __init__(self, *args: Any, batches: QuerySet[CouponBatch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]

    def rows(self, rows: RedemptionQuerySet) -> RedemptionQuerySet:
        chosen = self.chosen()
        if "batch" in chosen:
            rows = rows.filter(coupon__batch=chosen["batch"])
        if "since" in chosen:
            rows = rows.filter(redeemed_at__gte=_start(chosen["since"]))
        if "until" in chosen:
            day = dt.timedelta(days=1)
            rows = rows.filter(redeemed_at__lt=_start(min(chosen["until"], dt.date.max - day) + day))
        state = chosen.get("state")
        rows = rows.filter(undone_at__isnull=False) if state == "undone" else rows
        rows = rows.standing().filter(settlement__isnull=True) if state == "open" else rows
        return rows.select_related("coupon__batch", "entity", "settlement").newest_first()


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, clock.SHANGHAI)
