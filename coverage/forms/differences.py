"""What the pages of differences post and filter by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from coverage.differences import asking
from coverage.facts import fields as facts
from coverage.models import Department, Discrepancy, Entity
from coverage.models.differences import FORTNIGHT
from coverage.reading import fields
from shimen.territory.models import Area

AGES = [("", "全部"), ("1", "满 1 轮"), ("2", "满 2 轮没有答复")]
WAITING, TO_TELL = "waiting", "to_tell"
STATES = [("", "全部"), (WAITING, "还没有答复"), (TO_TELL, "待回复部门"), *Discrepancy.State.choices]
FIELDS = [
    ("", "全部"),
    *((key, facts.LABELS.get(key, title)) for key, title in fields.TITLES.items() if key != fields.PERIOD),
]


def shown_value(field: str, text: str) -> str:
    """Canonical text in words, in short; of a telephone number the mask."""
    return (text.partition(" ")[0] if field == "phone" else asking.shown(field, text))[:40] or "空"


class DifferencesFilter(forms.Form):
    """What is seen of the list; kept in the address."""

    state = forms.ChoiceField(label="进展", required=False, choices=STATES)
    department = forms.ModelChoiceField(
        label="部门", required=False, queryset=Department.objects.none(), empty_label="全部"
    )
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *Discrepancy.Kind.choices])
    field = forms.ChoiceField(label="字段", required=False, choices=FIELDS)
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    age = forms.ChoiceField(label="等了", required=False, choices=AGES)
    q = forms.CharField(label="店名", required=False, max_length=40)

    def __init__(
        self, *args: Any, departments: QuerySet[Department], areas: QuerySet[Area], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Discrepancy]) -> QuerySet[Discrepancy]:
        """Those among `seen` that the filter leaves, the longest waiting first, then what was settled last."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows: Any = seen
        state = chosen.get("state")
        if state in {WAITING, TO_TELL}:
            rows = rows.waiting() if state == WAITING else rows.to_tell()
        elif state:
            rows = rows.filter(state=state)
        for name in ("department", "kind", "field"):
            if value := chosen.get(name):
                rows = rows.filter(**{name: value})
        if area := chosen.get("area"):
            rows = rows.filter(entity__area__lineage__contains=[area.pk])
        if age := chosen.get("age"):
            rows = rows.waiting().filter(opened_on__lte=self.today - FORTNIGHT * int(age))
        if words := (chosen.get("q") or "").strip():
            rows = rows.filter(name__icontains=words)
        return rows  # type: ignore[no-any-return]


class AnswerForm(forms.Form):
    """What somebody who has asked knows."""

    verdict = forms.ChoiceField(
        label="问下来",
        required=False,
        widget=forms.RadioSelect,
        choices=[("theirs", "部门写得对"), ("ours", "我们名册对"), ("other", "都不对，应该是")],
    )
    value = forms.CharField(label="应该是", required=False, max_length=200)
    reason = forms.CharField(
        label="怎么知道的",
        max_length=150,
        help_text="例如：问过了，还在",
        error_messages={"required": "写一句怎么知道的，例如“问过了，还在”。"},
    )

    def __init__(self, *args: Any, row: Discrepancy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.kind == Discrepancy.Kind.GONE:
            del self.fields["verdict"]
            self.fields["value"] = forms.ChoiceField(
                label="看下来",
                widget=forms.RadioSelect,
                choices=[
                    (Entity.Presence.OPEN.value, "还在"),
                    (Entity.Presence.CLOSED.value, "关了"),
                    (Entity.Presence.MOVED.value, "搬走了"),
                ],
                error_messages={"required": "选一种：还在、关了，或搬走了。"},
            )
        elif row.kind == Discrepancy.Kind.DOUBT:
            self.fields["verdict"].choices = [("theirs", "就是这一家"), ("other", "不是这一家，是")]  # type: ignore[attr-defined]
        else:
            theirs, ours = (shown_value(row.field, text) for text in (row.value, row.held))
            self.fields["verdict"].choices = [  # type: ignore[attr-defined]
                ("theirs", f"来源对：{theirs}"), ("ours", f"名册对：{ours}"), ("other", "都不对，应该是"),
            ]  # fmt: skip


class ReplyForm(forms.Form):
    """A sheet for the department."""

    form = forms.ChoiceField(
        label="格式", choices=[("xlsx", "xlsx"), ("csv", "CSV")], widget=forms.RadioSelect, initial="xlsx"
    )
    purpose = forms.CharField(
        label="给谁、做什么用",
        max_length=200,
        help_text="写在表头上，也记进操作记录",
        error_messages={"required": "写明给谁、做什么用，例如“回复市场监管所”。"},
    )


class AskedForm(forms.Form):
    """Which fields are worth a question at the door."""

    fields_asked = forms.MultipleChoiceField(
        label="说法不一就交下次走访问",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, facts.LABELS[key]) for key in asking.ASKABLE],
    )
