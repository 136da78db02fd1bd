"""What fields say when something is missing or out of bounds."""

from __future__ import annotations

import pytest
from django import forms


class Sample(forms.Form):
    name = forms.CharField(max_length=3)
    people = forms.IntegerField(min_value=1, max_value=999)
    day = forms.DateField()
    kind = forms.ChoiceField(choices=[("a", "甲")])
    kinds = forms.MultipleChoiceField(choices=[("a", "甲")])
    agreed = forms.BooleanField()


FULL = {"name": "甲乙", "people": "2", "day": "2026-11-23", "kind": "a", "kinds": ["a"], "agreed": "on"}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "还没填。"),
        ("name", "甲乙丙丁", "最多 3 个字，现在 4 个。"),
        ("people", "两个", "写一个整数。"),
        ("people", "0", "不能小于 1。"),
        ("people", "9999", "不能大于 999。"),
        ("day", "2026-02-31", "写成 2026-11-23 这样的日期。"),
        ("kind", "", "还没选。"),
        ("kind", "z", "没有这一项，重新选。"),
        ("kinds", ["z"], "没有这一项，重新选。"),
        ("agreed", "", "还没勾选。"),
    ],
)
def test_a_field_says_in_plain_words_what_is_wrong(field, typed, sentence):
    assert Sample(FULL | {field: typed}).errors == {field: [sentence]}
