"""Filters and forms of the pages on organisations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from branches.models import Organisation, Tie
from coverage.forms.fields import EntitiesField, EntityField, PlaceField, day_field, look_as
from coverage.forms.registry import FilterForm
from shimen.accounts.access import scope_of
from shimen.territory.addresses import spaced
from shimen.territory.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.organisations import OrganisationQuerySet
    from shimen.accounts.models import User

EMERGING = "emerging"
PREPARING, DISSOLVED, OVERDUE = "preparing", "dissolved", "overdue"


class OrganisationFilter(FilterForm):
    """The list of organisations; those that stand today unless another state is asked for."""

    q = forms.CharField(label="找", required=False, max_length=60)
    grid = forms.ChoiceField(label="网格", required=False)
    kind = forms.ChoiceField(
        label="类别", required=False, choices=[("", "全部"), (EMERGING, "新兴领域"), *Organisation.Kind.choices]
    )
    form = forms.ChoiceField(label="形式", required=False, choices=[("", "全部"), *Organisation.Form.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "已成立"), (PREPARING, "筹建中"), (OVERDUE, "筹建超期"), (DISSOLVED, "已撤销")],
    )
    mark = forms.ChoiceField(
        label="标记", required=False, choices=[("", "不限"), ("beacon", "灯塔型"), ("campaign", "攻坚行动中成立")]
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [  # type: ignore[attr-defined]
            ("", "全部"),
            *((str(pk), name) for pk, name in areas.values_list("pk", "name")),
            ("street", "全街道"),
        ]

    def rows(self, rows: OrganisationQuerySet, *, today: dt.date) -> OrganisationQuerySet:
        """The rows that were asked for, in their order."""
        chosen = self.chosen()
        rows = self._in_state(rows, chosen.get("state"), today)
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "grid" in chosen:
            whole = chosen["grid"] == "street"
            rows = rows.filter(area__isnull=True) if whole else rows.filter(area__lineage__contains=[chosen["grid"]])
        if "kind" in chosen:
            rows = rows.emerging() if chosen["kind"] == EMERGING else rows.filter(kind=chosen["kind"])
        if "form" in chosen:
            rows = rows.filter(form=chosen["form"])
        if chosen.get("mark") == "beacon":
            rows = rows.beacons(today)
        if chosen.get("mark") == "campaign":
            rows = rows.founded_in_campaign()
        return rows.in_order()

    @staticmethod
    def _in_state(rows: OrganisationQuerySet, state: str | None, today: dt.date) -> OrganisationQuerySet:
        match state:
            case "preparing":
                return rows.preparing()
            case "overdue":
                return rows.preparing().filter(founding__due_on__lt=today)
            case "dissolved":
                return rows.filter(dissolved_on__lte=today)
            case _:
                return rows.standing(today)


def areas_and_street(areas: QuerySet[Area], *, whole: bool) -> forms.ModelChoiceField:
    """The grids one may choose from; empty = the whole street, for those who look after it."""
    label = "全街道" if whole else None
    return forms.ModelChoiceField(label="网格", queryset=areas, required=not whole, empty_label=label)


class OrganisationForm(forms.Form):
    """What an organisation is called and where it belongs."""

    name = forms.CharField(label="名称", max_length=100, help_text="全称，例如 甲乙丙贸易（示例）有限公司党支部")
    short_name = forms.CharField(label="简称", max_length=30, required=False, help_text="列表和图上用")
    kind = forms.ChoiceField(label="类别", choices=[("", "选一个"), *Organisation.Kind.choices])
    form = forms.ChoiceField(label="形式", choices=Organisation.Form.choices)
    place = PlaceField(
        label="活动地点", required=False, max_length=120, help_text="平时在哪里活动，写门牌，例如 望桥路 41 号"
    )
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, *args: Any, user: User, areas: QuerySet[Area], **kwargs: Any) -> None:
        self.organisation: Organisation | None = kwargs.pop("organisation", None)
        super().__init__(*args, **kwargs)
        whole = scope_of(user).area_ids is None
        self.fields["area"] = areas_and_street(areas, whole=whole)
        look_as(self, user)
        if self.organisation is not None:
            for key in ("name", "short_name", "kind", "form", "note"):
                self.fields[key].initial = getattr(self.organisation, key)
            self.fields["area"].initial = self.organisation.area_id
            self.fields["place"].initial = spaced(self.organisation.place.address) if self.organisation.place else ""

    def values(self) -> dict[str, Any]:
        """As `branches.bodies.organisations.FIELDS`; a place without a grid said brings its own."""
        keys = ("name", "short_name", "kind", "form", "place", "note", "area")
        values: dict[str, Any] = {key: self.cleaned_data.get(key) for key in keys}
        return values


class ApplyForm(OrganisationForm):
    """Applying for an organisation."""

    units = EntitiesField(
        label="组建单位", required=False, widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="一行一家，写全称或统一社会信用代码；街区、居民区的党组织不填",
    )  # fmt: skip
    above = forms.ModelChoiceField(
        label="上级党组织", queryset=Organisation.objects.none(), required=False, empty_label="还没有定"
    )
    on = day_field("申请日期")
    reason = forms.CharField(label="成立理由", max_length=300, help_text="写明有几名正式党员、为什么要成立")

    def __init__(self, *args: Any, above: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["above"].queryset = above  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From which day something does not hold any more, and why."""

    on = day_field("从哪天起不再算")
    reason = forms.CharField(label="原因", max_length=200)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="原因", max_length=200)


class SuperiorForm(forms.Form):
    """Who stands above, from a day on."""

    above = forms.ModelChoiceField(label="上级党组织", queryset=Organisation.objects.none(), empty_label="选一个")
    since = day_field("自")

    def __init__(self, *args: Any, above: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["above"].queryset = above  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """An enterprise on which an organisation is founded."""

    entity = EntityField(label="单位", help_text="全称，或 18 位统一社会信用代码")
    since = day_field("自")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_as(self, user)


class BeaconForm(forms.Form):
    """The mark of a beacon organisation."""

    since = day_field("授予日期")
    reason = forms.CharField(label="事由", max_length=200, help_text="做成了什么，例如 带动商户协商错峰停车")


class TieForm(forms.Form):
    """A link between this organisation, as the hub, and another one."""

    other = forms.ModelChoiceField(label="和哪一个", queryset=Organisation.objects.none(), empty_label="选一个")
    kind = forms.ChoiceField(label="方式", choices=Tie.Kind.choices)
    since = day_field("自")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]
