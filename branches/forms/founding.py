"""What the steps of a founding file ask."""

from __future__ import annotations

from django import forms

from branches.bodies.papers import KINDS
from branches.models import FoundingDocument
from coverage.forms.fields import day_field


class DecideForm(forms.Form):
    """The decision of the higher organisation."""

    agreed = forms.ChoiceField(
        label="意见", choices=[("yes", "同意成立"), ("no", "不同意成立")], widget=forms.RadioSelect
    )
    on = day_field("批复日期")
    note = forms.CharField(label="批复意见", max_length=300, required=False, help_text="不同意的，写明理由")


class ElectForm(forms.Form):
    """The members have elected."""

    on = day_field("选举日期")
    note = forms.CharField(
        label="选举情况", max_length=300, help_text="应到、实到几人，选出哪几位；班子另在“班子”页登记"
    )


class FileForm(forms.Form):
    """The founding is filed."""

    on = day_field("备案日期")
    founded_on = day_field("成立日期", help_text="一般就是批复那一天")
    number = forms.CharField(label="备案文号", max_length=60, required=False)
    is_campaign = forms.BooleanField(label="攻坚行动中成立", required=False)


class DocumentForm(forms.Form):
    """A document of a step."""

    step = forms.ChoiceField(label="哪一步的", choices=FoundingDocument.Step.choices)
    file = forms.FileField(label="文件", help_text=f"{KINDS}，最多 8 MB")
