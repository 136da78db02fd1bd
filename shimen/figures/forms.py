from __future__ import annotations

from django import forms


class FreezeForm(forms.Form):
    """The name of an edition to be."""

    name = forms.CharField(
        label="这一版叫什么", max_length=80, help_text="写报告时用的名字，例如“11 月下半月报”。冻结后不能改。"
    )


class ExportForm(forms.Form):
    """Why rows leave the house."""

    purpose = forms.CharField(label="导出做什么用", max_length=120, help_text="写在文件开头，也留在操作记录里。")
