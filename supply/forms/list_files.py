"""Uploading a workbook of one of the lists."""

from __future__ import annotations

from django import forms

from supply.models import ListFile


class ListFileForm(forms.Form):
    """A workbook, and of which list it is."""

    kind = forms.ChoiceField(label="哪张清单", choices=ListFile.Kind.choices)
    file = forms.FileField(label="表格", help_text="xlsx、xls 或 CSV，最多 4 MB；用空白表填最省事")
