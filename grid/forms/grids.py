"""Filters and forms of the pages of grids and of those who work in them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet

from coverage.forms.fields import day_field
from coverage.forms.registry import FilterForm
from grid.forms.councils import accounts
from grid.models import GridMember, GridPart, Secondment
from grid.staffing.secondments import Person
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area

if TYPE_CHECKING:
    from grid.models.grids import SecondmentQuerySet

HALF_A_YEAR = dt.timedelta(days=182)


class SecondmentFilter(FilterForm):
    """The list of secondments; the tab is beside it."""

    q = forms.CharField(label="姓名或单位", required=False, max_length=40)
    grid = forms.ChoiceField(label="网格", required=False)
    whose = forms.ChoiceField(label="从哪里来", required=False, choices=[("", "全部"), *Secondment.Whose.choices])
    young = forms.BooleanField(label="青年党员", required=False)
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]  # type: ignore[attr-defined]

    def rows(self, rows: SecondmentQuerySet) -> SecondmentQuerySet:
        """The rows that were asked for."""
        chosen = self.chosen()
        if "q" in chosen:
            rows = rows.filter(Q(name__contains=chosen["q"]) | Q(home_unit__contains=chosen["q"]))
        if "grid" in chosen:
            rows = rows.filter(grid=chosen["grid"])
        if "whose" in chosen:
            rows = rows.filter(whose=chosen["whose"])
        return rows.filter(is_young=True) if chosen.get("young") else rows


def _duties() -> forms.CharField:
    return forms.CharField(
        label="在网格里做什么", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如 参加网格例会，消防和治安的事牵头",
    )  # fmt: skip


class SecondForm(forms.Form):
    """Somebody is lent to a grid."""

    whose = forms.ChoiceField(label="从哪里来", choices=Secondment.Whose.choices)
    home_unit = forms.CharField(label="原单位", max_length=80, help_text="写全称，例如 示例路派出所")
    name = forms.CharField(label="姓名", max_length=40)
    is_young = forms.BooleanField(label="是青年党员", required=False)
    user = forms.ModelChoiceField(
        label="他的账号", required=False, queryset=User.objects.none(), empty_label="没有账号",
        help_text="关联后本人登录就看到自己的网格；角色由安全管理员授予",
    )  # fmt: skip
    duties = _duties()
    since = day_field("从哪天起")
    until = day_field("到哪天", help_text="最后一天；到期可以续派")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        today = clock.today()
        kwargs["initial"] = {"since": today, "until": today + HALF_A_YEAR} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts(user)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `grid.staffing.secondments.second` takes it."""
        said = self.cleaned_data
        person = Person(said["whose"], said["home_unit"], said["name"], said["is_young"], said["user"])
        return {key: said[key] for key in ("duties", "since", "until")} | {"person": person}


class DutiesForm(forms.Form):
    """What somebody does in the grid."""

    duties = _duties()


class RenewForm(forms.Form):
    """Until when somebody stays; `seen` is the last day that the page showed."""

    until = day_field("续到哪天", help_text="最后一天")
    seen = forms.DateField(required=False, widget=forms.HiddenInput)


class EndForm(forms.Form):
    """From which day somebody is not in the grid, and why."""

    on = day_field("从哪天起不在网格")
    reason = forms.CharField(label="原因", max_length=100)


class MoveForm(forms.Form):
    """To which grid somebody goes."""

    grid = forms.ModelChoiceField(label="换到哪个网格", queryset=Area.objects.none(), empty_label="选一个")
    on = day_field("从哪天起")

    def __init__(self, *args: Any, grids: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Somebody belongs to a grid."""

    role = forms.ChoiceField(label="职务", choices=GridMember.Role.choices)
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位", max_length=80, required=False)
    duties = forms.CharField(label="负责什么", max_length=300, required=False)
    user = forms.ModelChoiceField(
        label="他的账号", required=False, queryset=User.objects.none(), empty_label="没有账号"
    )
    since = day_field("从哪天起")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts(user)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """A former grid that went into this one."""

    whose = forms.ChoiceField(label="原来谁的网格", choices=GridPart.Whose.choices)
    name = forms.CharField(
        label="原名称或编号", max_length=60, required=False, help_text="例如 第 07 警务责任区；选了原区域可以不写"
    )
    area = forms.ModelChoiceField(
        label="原区域", required=False, queryset=Area.objects.none(), empty_label="没有在这里登记过",
        help_text="只列已撤销的网格",
    )  # fmt: skip
    since = day_field("从哪天起并入")
    note = forms.CharField(label="依据或说明", max_length=200, required=False)

    def __init__(self, *args: Any, closed: QuerySet[Area], **kwargs: Any) -> None:
        kwargs["initial"] = {"since": clock.today()}
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = closed  # type: ignore[attr-defined]
