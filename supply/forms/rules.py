"""The form of a rule."""

from __future__ import annotations

from django import forms

from supply.forms.venues import day_field


class RuleForm(forms.Form):
    """The street's own value of a rule."""

    value = forms.IntegerField(label="值", min_value=0, max_value=9999)
    since = day_field("自", help_text="从今天或以后起")
    basis = forms.CharField(
        label="依据", max_length=200, help_text="哪份文件或哪次会议，例如 街道党工委 2026 年第 8 次会议"
    )
