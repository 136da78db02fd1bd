"""What the pages of direct deliveries post. Each verb has a form of its own; `seen` is the revision that the page showed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from coverage.forms.fields import day_field
from supply.models import Category, Delivery, Project, Recipient, Resource
from supply.rules.delivery_flow import Verb


class RequestForm(forms.Form):
    """What is wanted at whose door."""

    recipient = forms.ModelChoiceField(
        label="送到哪个党组织",
        queryset=Recipient.objects.none(),
        empty_label="选一个",
        error_messages={"required": "选党组织。"},
    )
    source = forms.ChoiceField(label="清单上能上门的", required=False, help_text="清单上没有，就在下面写")
    title = forms.CharField(label="要什么", required=False, max_length=60, help_text="选了清单上的可以不写")
    category = forms.ChoiceField(label="类别", choices=Category.choices, required=False)
    words = forms.CharField(label="说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    heads = forms.IntegerField(label="多少人", required=False, min_value=1, max_value=2000)
    address = forms.CharField(label="送到哪里", required=False, max_length=100, help_text="不写就送到党组织的活动地点")
    wanted_on = day_field("希望哪天", error_messages={"required": "选日子。"})

    def __init__(
        self, *args: Any, recipients: QuerySet[Recipient], sources: list[Resource | Project], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(row.pk): row for row in sources}
        field: Any = self.fields["recipient"]
        field.queryset = recipients
        choices: Any = self.fields["source"]
        choices.choices = [("", "不在清单上"), *((str(row.pk), row.title) for row in sources)]
        known = list(recipients[:2])
        if len(known) == 1:
            self.initial.setdefault("recipient", known[0].pk)

    @property
    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["source"] = self.by_id.get(data["source"])
        data["category"] = data["category"] or Category.CARE
        return data


class VerbForm(forms.Form):
    """What every verb's form carries. `title`, `button` and `hint` are what its page says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    title: ClassVar[str] = ""
    button: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": delivery.revision} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.delivery = delivery


class AcceptForm(VerbForm):
    title, button, hint = "接单", "接单", "定下日子和谁来送，申请的党组织马上看得到。"
    planned_on = day_field("定在哪天", error_messages={"required": "接单要定日子。"})
    planned_time = forms.TimeField(label="几点", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    provider = forms.CharField(label="谁来送", required=False, max_length=60)

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, delivery=delivery, **kwargs)
        day = delivery.planned_on or delivery.wanted_on
        self.initial.update(planned_on=day, provider=delivery.provider, planned_time=delivery.planned_time)


class PlanForm(AcceptForm):
    title, button, hint = "改日子", "改日子", ""


class DispatchForm(VerbForm):
    title, button, hint = "出发", "登记出发", "对方会看到在路上。"


class _ReasonForm(VerbForm):
    reason = forms.CharField(label="为什么", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RefuseForm(_ReasonForm):
    title, button, hint = "回绝", "回绝", "写明原因；能指一条别的路最好，例如每周菜单里哪一项。"


class BackForm(_ReasonForm):
    title, button, hint = "改天再送", "改天再送", "门关着、没人，都照实写。"
    planned_on = day_field("改到哪天")


class CancelForm(_ReasonForm):
    title, button, hint = "取消", "取消这一单", ""


class DeliverForm(VerbForm):
    title, button = "登记送达", "送达"
    hint = "请对方报四位送达码；报不了，就写一句送到了什么、交给谁。不用拍照。"
    code = forms.CharField(
        label="送达码", required=False, max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(label="说明", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RateForm(VerbForm):
    title, button, hint = "评价", "评价", "评的是这次服务，不是人。"
    rating = forms.ChoiceField(
        label="怎么样", choices=Delivery.Rating.choices[1:], widget=forms.RadioSelect,
        error_messages={"required": "选满意、基本满意或不满意。"},
    )  # fmt: skip
    words = forms.CharField(label="想说的", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


FORMS: dict[Verb, type[VerbForm]] = {
    Verb.ACCEPT: AcceptForm, Verb.REFUSE: RefuseForm, Verb.PLAN: PlanForm, Verb.DISPATCH: DispatchForm, Verb.BACK: BackForm,
    Verb.DELIVER: DeliverForm, Verb.RATE: RateForm, Verb.CANCEL: CancelForm,
}  # fmt: skip
