"""What fields say when something is missing or out of bounds: shorter than the framework's own Chinese, and the same
everywhere. A form that knows better says so with `error_messages=`.
"""

from __future__ import annotations

from django import forms
from django.core import validators

FIELDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "还没填。"},
    forms.BooleanField: {"required": "还没勾选。"},
    forms.ChoiceField: {"required": "还没选。", "invalid_choice": "没有这一项，重新选。"},
    forms.MultipleChoiceField: {"required": "还没选。", "invalid_choice": "没有这一项，重新选。"},
    forms.ModelChoiceField: {"required": "还没选。", "invalid_choice": "没有这一项，重新选。"},
    forms.ModelMultipleChoiceField: {"required": "还没选。", "invalid_choice": "没有这一项，重新选。"},
    forms.FileField: {"required": "还没选文件。", "empty": "文件是空的。"},
    forms.IntegerField: {"invalid": "写一个整数。"},
    forms.DecimalField: {"invalid": "写一个数。"},
    forms.FloatField: {"invalid": "写一个数。"},
    forms.DateField: {"invalid": "写成 2026-11-23 这样的日期。"},
    forms.TimeField: {"invalid": "写成 09:30 这样的时间。"},
}
BOUNDS: dict[type[validators.BaseValidator], str] = {
    validators.MaxValueValidator: "不能大于 %(limit_value)s。",
    validators.MinValueValidator: "不能小于 %(limit_value)s。",
    validators.MaxLengthValidator: "最多 %(limit_value)s 个字，现在 %(show_value)s 个。",
    validators.MinLengthValidator: "至少 %(limit_value)s 个字，现在 %(show_value)s 个。",
}


def speak() -> None:
    """Must come before any form is written down: a field copies its sentences when it is made."""
    for kind, sentences in FIELDS.items():
        # A dictionary of the class's own, so that what a subclass inherits stays as it is.
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **sentences}  # type: ignore[misc]
    for bound, sentence in BOUNDS.items():
        bound.message = sentence  # type: ignore[assignment]
