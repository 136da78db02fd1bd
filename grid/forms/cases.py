"""What the pages of the district's cases post."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from grid.chain.cases import WORDS
from grid.models import DistrictCase, DistrictPlatform, Matter
from grid.models.handover import DistrictCaseQuerySet
from shimen.territory.models import Area

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_of(text: str) -> dt.date | None:
    """The first day of 2026-10; None for anything else."""
    found = _MONTH.fullmatch(text)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def _date(label: str, *, required: bool = True, hint: str = "", empty: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=hint, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": empty or f"选{label}。"},
    )  # fmt: skip


class CaseFilterForm(forms.Form):
    """What is seen of the list of cases; `month` to `to` are months of opening."""

    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Matter.Category.choices])
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    month = forms.CharField(label="上报月份，如 2026-10", required=False, max_length=7)
    to = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="编号或标题", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: DistrictCaseQuerySet) -> DistrictCaseQuerySet:
        """The cases among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("category"):
            seen = seen.filter(category=chosen["category"])
        if chosen.get("area"):
            seen = seen.filter(area__lineage__contains=[chosen["area"].pk])
        first = month_of(chosen.get("month", ""))
        if first is not None:
            last = month_of(chosen.get("to", "")) or first
            seen = seen.reported().opened_in(first, last.replace(day=calendar.monthrange(last.year, last.month)[1]))
        words = (chosen.get("q") or "").strip()
        if words:
            found = Q(number__contains=words) | Q(platform_number__contains=words) | Q(title__contains=words)
            seen = seen.filter(found)
        return seen


class NoteForm(forms.Form):
    """What the platform said, typed."""

    said = forms.ChoiceField(label="平台的答复", choices=[(said.value, word) for said, word in WORDS.items()])
    words = forms.CharField(
        label="说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退单、延期写原因；结案写怎么解决的，会作为事项的办理结果",
    )  # fmt: skip
    due_on = _date("新的期限", required=False, hint="延期才填")
    platform_number = forms.CharField(
        label="平台编号", required=False, max_length=60, help_text="平台给了编号就填，填一次就够"
    )

    def __init__(self, *args: Any, case: DistrictCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.platform_number:
            del self.fields["platform_number"]


class SettleForm(forms.Form):
    """Whose answer it is."""

    case = forms.ModelChoiceField(
        label="是哪一件的", queryset=DistrictCase.objects.none(), required=False, empty_label="都不是，存着不办"
    )

    def __init__(self, *args: Any, cases: QuerySet[DistrictCase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = cases  # type: ignore[attr-defined]


class ConnectForm(forms.Form):
    """Where the platform is; the key is never shown again."""

    endpoint = forms.CharField(
        label="接口地址", required=False, max_length=300, help_text="https://主机/路径；空着就手工办理"
    )
    key = forms.CharField(
        label="签名密钥", required=False, max_length=200, strip=False, help_text="和平台约定的密钥，至少 16 位；不换就空着",
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )  # fmt: skip


class CodesForm(forms.Form):
    """What the platform calls the street, its grids and the categories; a field for each."""

    region_code = forms.CharField(label="街道的区域代码", required=False, max_length=30)
    other_code = forms.CharField(
        label="没有列出的类别用哪个代码", required=False, max_length=30, help_text="下面没有填代码的类别都用它"
    )

    def __init__(self, *args: Any, way: DistrictPlatform, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = list(areas)
        self.initial.update({"region_code": way.region_code, "other_code": way.other_code})
        for area in self.areas:
            self._field(f"area_{area.pk.hex}", f"{area}的区域代码", way.area_codes.get(str(area.pk), ""))
        for key, title in Matter.Category.choices:
            self._field(f"category_{key}", f"类别“{title}”的代码", way.category_codes.get(key, ""))

    def _field(self, name: str, label: str, value: str) -> None:
        self.fields[name] = forms.CharField(label=label, required=False, max_length=30, initial=value)

    @property
    def codes(self) -> dict[str, Any]:
        """What `platform.set_codes` takes."""
        given = self.cleaned_data
        return {
            "region_code": given["region_code"], "other_code": given["other_code"],
            "category_codes": {key: given[f"category_{key}"] for key in Matter.Category.values},
            "area_codes": {str(area.pk): given[f"area_{area.pk.hex}"] for area in self.areas},
        }  # fmt: skip


class BaselineForm(forms.Form):
    """The months with which later ones are compared."""

    first = forms.CharField(
        label="从哪个月", max_length=7, help_text="如 2026-01", error_messages={"required": "写从哪个月，如 2026-01。"}
    )
    last = forms.CharField(
        label="到哪个月", max_length=7, help_text="如 2026-06", error_messages={"required": "写到哪个月，如 2026-06。"}
    )
    why = forms.CharField(
        label="为什么选这一段", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写明为什么选这一段。"},
    )  # fmt: skip

    def _month(self, name: str) -> dt.date:
        month = month_of(self.cleaned_data[name].strip())
        if month is None:
            raise forms.ValidationError("写成四位年、两位月，如 2026-01。")
        return month

    def clean_first(self) -> dt.date:
        return self._month("first")

    def clean_last(self) -> dt.date:
        return self._month("last")


class LedgerForm(forms.Form):
    """A case of the platform's ledger."""

    platform_number = forms.CharField(label="平台编号", max_length=40, error_messages={"required": "写平台编号。"})
    title = forms.CharField(label="标题", max_length=80, error_messages={"required": "写标题。"})
    category = forms.ChoiceField(label="类别", choices=Matter.Category.choices)
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="说不清")
    opened_on = _date("上报日期")

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class SolvedForm(forms.Form):
    """What is seen of where problems get solved."""

    since = _date("从哪天起", required=False)
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Matter.Category.choices])

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
