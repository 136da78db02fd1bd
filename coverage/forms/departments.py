"""Forms of departments and of the precedence of sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from coverage.facts import precedence
from coverage.facts.precedence import Rule
from coverage.models import Department, Entity
from shimen.territory.models import Area


class DepartmentForm(forms.Form):
    """What is known of a department; its code is asked for once."""

    code = forms.CharField(
        label="代码", max_length=20, help_text="小写字母，如 chengguan；用作来源的记号，登记后不再改"
    )
    name = forms.CharField(label="名称", max_length=40, help_text="平时怎么叫就怎么写，如 城管")
    contact = forms.CharField(label="联系人", max_length=60, required=False)
    contact_way = forms.CharField(
        label="办公电话或邮箱", max_length=80, required=False, help_text="催表、回执用；不要写私人手机"
    )
    cadence_days = forms.IntegerField(
        label="多少天一次", min_value=1, max_value=366, initial=14, help_text="到期没有收到会提醒"
    )
    scope_kinds = forms.MultipleChoiceField(
        label="名册包括哪些主体",
        choices=Entity.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只有勾上的，表里没有时才算疑似消失；只报增补的部门都不勾",
    )
    areas = forms.ModelMultipleChoiceField(
        label="名册包括哪些区域",
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不勾就是全街道；勾了几个网格，别处的主体不会因为这份表算疑似消失",
    )
    gone_limit_percent = forms.IntegerField(
        label="疑似消失超过百分之几要人确认", min_value=1, max_value=100, initial=10, help_text="超过多半是表没有给全"
    )
    sort = forms.IntegerField(
        label="排列次序", min_value=0, max_value=999, initial=50, help_text="小的排在前；谁说了算另在“来源次序”里定"
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], department: Department | None = None, **kwargs: Any) -> None:
        if department is not None:
            kwargs.setdefault(
                "initial",
                {name: getattr(department, name) for name in self.base_fields if hasattr(department, name)}
                | {"areas": department.areas.all()},
            )
        super().__init__(*args, **kwargs)
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        if department is not None:
            del self.fields["code"]

    def terms(self) -> dict[str, Any]:
        """What the verbs take beside the code and the areas."""
        return {key: value for key, value in self.cleaned_data.items() if key not in {"code", "areas"}}


class RetireForm(forms.Form):
    """Why a department no longer sends."""

    reason = forms.CharField(label="为什么停用", max_length=120, help_text="如 机构合并，改由市场监管一并报送")


class RuleForm(forms.Form):
    """Which source holds first for one fact; sources at the same place are equal."""

    fresh_days = forms.IntegerField(
        label="超过多少天算旧", min_value=1, max_value=3650, help_text="旧了以后，排在后面的来源说得不同也可以改它"
    )

    def __init__(self, *args: Any, rule: Rule, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"fresh_days": rule.fresh_days})
        super().__init__(*args, **kwargs)
        self.sources = [
            ("visit", precedence.SOURCE_WORDS["visit"]),
            ("staff", precedence.SOURCE_WORDS["staff"]),
            *((f"department:{code}", name) for code, name in departments),
            ("department", precedence.SOURCE_WORDS["department"] if departments else "部门"),
            ("collection", precedence.SOURCE_WORDS["collection"]),
        ]
        places = [(number, f"第 {number} 位") for number in range(1, len(self.sources) + 1)]
        for name, words in self.sources:
            by = name.partition(":")[2]
            source = name.partition(":")[0]
            self.fields[f"place-{name}"] = forms.TypedChoiceField(
                label=words,
                choices=places,
                coerce=int,
                initial=min(rule.rank(source, by), len(places) - 1) + 1,
            )

    def places(self) -> list[Any]:
        """The bound fields of the sources, for the page."""
        return [self[f"place-{name}"] for name, _ in self.sources]

    def order(self) -> list[list[str]]:
        """The groups from the strongest; a department that stands with the others is not named."""
        groups: dict[int, list[str]] = {}
        for name, _ in self.sources:
            groups.setdefault(self.cleaned_data[f"place-{name}"], []).append(name)
        found = []
        for place in sorted(groups):
            group = groups[place]
            found.append([name for name in group if ":" not in name or "department" not in group])
        return found
