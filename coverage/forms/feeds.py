"""Forms of the comparison's pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from coverage.comparison.recognise import Recognised
from coverage.forms.rounds import DayInput
from coverage.models import Batch, Department, Difference
from coverage.models.feeds import DepartmentQuerySet
from coverage.reading import fields
from coverage.reading.book import Limits

KINDS = [("", "全部种类"), *Difference.Kind.choices]
DECISIONS = [("", "全部处理"), *Difference.Decision.choices]
FIELDS = [("", "全部字段"), *((key, title) for key, title in fields.TITLES.items() if key != fields.PERIOD)]


class UploadForm(forms.Form):
    """A department's workbook."""

    department = forms.ModelChoiceField(
        label="哪个部门的",
        queryset=Department.objects.none(),
        empty_label="选部门",
        error_messages={"required": "选一下是哪个部门的。", "invalid_choice": "没有这个部门，或已停用。"},
    )
    subject = forms.ChoiceField(
        label="表里是",
        required=False,
        choices=Batch.Subject.choices,
        initial=Batch.Subject.ENTITIES,
        help_text="人员名单：一行一个人，有姓名和单位；身份证号不会读",
    )
    as_of = forms.DateField(label="数据截至", widget=DayInput(), help_text="表里的数据是哪一天的，不晚于今天")
    is_full = forms.BooleanField(
        label="这是全量名册",
        required=False,
        initial=True,
        help_text="勾上才会找出“名册有、表里没有”的；只是增补就不要勾",
    )
    file = forms.FileField(
        label="表格文件",
        help_text=f"xlsx、xls、CSV 都可以，原样上传，不用改表头；最大 {Limits().file_bytes >> 20} MB",
        error_messages={"empty": "文件是空的。请确认导出成功后重新上传。", "required": "选一个文件，或拖到这里。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv,.txt,.tsv,.htm,.html"}),
    )

    def __init__(
        self,
        *args: Any,
        departments: DepartmentQuerySet,
        today: dt.date,
        found: Recognised | None = None,
        said: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`found`: what the chosen file seems to be; `said`: what the person has put in already, which is left alone."""
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs |= {
            "hx-post": reverse("coverage:recognise"),
            "hx-trigger": "change",
            "hx-target": "#which",
            "hx-encoding": "multipart/form-data",
        }
        self.fields["department"].queryset = departments.in_order()  # type: ignore[attr-defined]
        self.fields["as_of"].initial = today
        # One is always chosen, so it is not to be called optional.
        self.fields["subject"].has_default = True  # type: ignore[attr-defined]
        if found is not None:
            told = said or {}
            chosen = told.get("subject") or Batch.Subject.ENTITIES
            self.fields["subject"].initial = found.subject if chosen == Batch.Subject.ENTITIES else chosen
            self.fields["department"].initial = told.get("department") or (found.department and found.department.pk)
            self.fields["is_full"].initial = "is_full" in told
            typed = told.get("as_of", "")
            self.fields["as_of"].initial = found.as_of if found.as_of and typed in {"", today.isoformat()} else typed

    def clean_subject(self) -> str:
        """A list of entities where nothing was said."""
        return self.cleaned_data["subject"] or Batch.Subject.ENTITIES


class DifferenceForm(forms.Form):
    """What is seen of a batch's differences; kept in the address."""

    kind = forms.ChoiceField(label="种类", choices=KINDS, required=False)
    field = forms.ChoiceField(label="字段", choices=FIELDS, required=False)
    decision = forms.ChoiceField(label="处理", choices=DECISIONS, required=False)

    def rows(self, batch: Batch) -> QuerySet[Difference]:
        """The differences that the filter leaves, by line; those without a line (gone) last."""
        rows = batch.differences.all()
        self.is_valid()
        for name in self.fields:
            if value := getattr(self, "cleaned_data", {}).get(name):
                rows = rows.filter(**{name: value})
        return rows.order_by("line", "id")
