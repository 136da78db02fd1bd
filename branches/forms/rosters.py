"""Uploading a workbook of members or of committees."""

from __future__ import annotations

from django import forms


class CommitteeSheetForm(forms.Form):
    """A workbook of committees."""

    file = forms.FileField(label="班子表格", help_text="xlsx、xls 或 CSV，最多 4 MB；用空白班子表填最省事")


class RosterForm(forms.Form):
    """A workbook, and whether whoever is not in it has left."""

    file = forms.FileField(label="名册表格", help_text="xlsx、xls 或 CSV，最多 4 MB；用空白名册填最省事")
    is_full = forms.BooleanField(
        label="这是完整名册", required=False, help_text="勾了以后，名册里有、表里没有的人会列出来，逐个认定是不是离开"
    )
