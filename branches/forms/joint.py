"""What the pages on joint projects, tours and group service post."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organisation
from coverage.forms.rounds import DayInput


class ProjectForm(forms.Form):
    """A joint project."""

    title = forms.CharField(label="项目名称", max_length=80)
    goal = forms.CharField(
        label="目标", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="做成什么样算完成"
    )
    lead = forms.ModelChoiceField(label="牵头党组织", queryset=Organisation.objects.none(), empty_label="选一个")
    others = forms.ModelMultipleChoiceField(
        label="一起推的党组织",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="至少勾一个",
    )
    started_on = forms.DateField(label="开始日期", widget=DayInput())

    def __init__(
        self, *args: Any, leads: QuerySet[Any], hosts: QuerySet[Any], is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]
        self.fields["others"].queryset = hosts  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["lead"], self.fields["started_on"]


class StepForm(forms.Form):
    """A step of a project."""

    title = forms.CharField(label="做什么", max_length=120)
    owner = forms.ModelChoiceField(label="由谁做", queryset=Organisation.objects.none(), empty_label=None)
    due_on = forms.DateField(label="到期", widget=DayInput())

    def __init__(self, *args: Any, owners: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """How far a step is."""

    note = forms.CharField(label="进展", max_length=300, required=False)
    done = forms.BooleanField(label="已完成", required=False)


class EndForm(forms.Form):
    """What came of a project."""

    outcome = forms.CharField(label="结果", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    how = forms.ChoiceField(
        label="怎么结束", choices=[("done", "完成了"), ("stopped", "中止，不再推")], widget=forms.RadioSelect
    )


class OfferForm(forms.Form):
    """What is offered at a group service."""

    title = forms.CharField(label="提供什么", max_length=60, help_text="例如：义诊、磨刀、法律咨询")
    organisation = forms.ModelChoiceField(label="由谁提供", queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args: Any, hosts: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = hosts  # type: ignore[attr-defined]


class CountForm(forms.Form):
    """How many people an offer helped."""

    people = forms.IntegerField(label="服务人次", min_value=0, max_value=100_000)
