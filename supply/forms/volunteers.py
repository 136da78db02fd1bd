"""What the pages of volunteers and call-ups post."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from coverage.forms.fields import day_field
from coverage.forms.registry import FilterForm
from shimen import clock
from shimen.territory.models import Area
from supply.models import CallUp, Volunteer, VolunteerNotice
from supply.volunteers import calling
from supply.volunteers.roster import Said

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from supply.models.volunteers import CallUpQuerySet, VolunteerQuerySet


def _grids(areas: QuerySet[Area]) -> list[tuple[str, str]]:
    return [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]


class VolunteerFilter(FilterForm):
    """Who is on the roster."""

    q = forms.CharField(label="整个电话", required=False, max_length=40)
    group = forms.ChoiceField(label="群体", required=False, choices=[("", "全部"), *Volunteer.Group.choices])
    help = forms.ChoiceField(label="能帮什么", required=False, choices=[("", "全部"), *Volunteer.Help.choices])
    grid = forms.ChoiceField(label="网格", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "在册"), ("waiting", "待核对"), ("left", "已退出")]
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = _grids(areas)  # type: ignore[attr-defined]

    def rows(self, rows: VolunteerQuerySet) -> VolunteerQuerySet:
        chosen = self.chosen()
        if chosen.get("state") == "waiting":
            rows = rows.filter(state=Volunteer.State.WAITING)
        elif chosen.get("state") == "left":
            rows = rows.exclude(state__in=Volunteer.REACHED)
        else:
            rows = rows.standing()
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "group" in chosen:
            rows = rows.filter(group=chosen["group"])
        if "help" in chosen:
            rows = rows.filter(helps__contains=[chosen["help"]])
        if "grid" in chosen:
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        return rows.select_related("area").in_order()


class _PersonFields(forms.Form):
    name = forms.CharField(label="姓名", max_length=30)
    phone = forms.CharField(label="电话", max_length=40, help_text="加密存放，列表只显示掩码")
    group = forms.ChoiceField(label="做哪一行", choices=Volunteer.Group.choices)
    helps = forms.MultipleChoiceField(
        label="能帮什么", choices=Volunteer.Help.choices, widget=forms.CheckboxSelectMultiple
    )
    area = forms.ModelChoiceField(
        label="常在哪个网格", queryset=Area.objects.none(), required=False, empty_label="说不准"
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def read(self) -> Said:
        """What was written, in the terms of the verbs."""
        return Said(**{name: self.cleaned_data[name] for name in ("name", "phone", "group", "helps", "area")})


class VolunteerForm(_PersonFields):
    """A person whom staff or a secretary enters, with the day of the written consent, or corrects."""

    consented_on = day_field("本人书面同意的日期", help_text="请本人看过告知书再签；同意书留在支部")

    def __init__(self, *args: Any, volunteer: Volunteer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if volunteer is not None:
            del self.fields["consented_on"]
            self.initial = {name: getattr(volunteer, name) for name in ("group", "helps", "area")}
            for name in ("name", "phone"):
                self.fields[name].required = False
                self.fields[name].help_text = f"现为 {getattr(volunteer, f'{name}_mask')}，不填就不改"


class JoinForm(_PersonFields):
    """What a person writes of themselves. Nothing is chosen or ticked beforehand."""

    agrees = forms.BooleanField(
        label="同意", error_messages={"required": "勾选才能提交。不同意就关掉这一页，什么也不会留下"}
    )
    website = forms.CharField(label="这一格请留空", required=False, max_length=200)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError("这一格请留空，再提交一次")
        return ""


class ConsentForm(forms.Form):
    """That a person agreed again."""

    consented_on = day_field("本人重新同意的日期")


class WhyForm(forms.Form):
    """Why something is shown, withdrawn or cancelled."""

    reason = forms.CharField(label="事由", max_length=120)


class NoticeForm(forms.ModelForm):
    """A new version of the notice, begun from the one in use."""

    class Meta:
        model = VolunteerNotice
        fields = ["organ", "purpose", "rights", "contact", "notice", "consent", "retention_days"]
        help_texts = {
            "organ": "落款的单位全称",
            "contact": "科室和电话",
            "consent": "写在“同意”后面",
            "retention_days": "从同意那天起算，到期前请本人再确认一次，没有续的自动删除",
        }
        widgets = {"notice": forms.Textarea(attrs={"rows": 10})}

    def clean_retention_days(self) -> int:
        days: int = self.cleaned_data["retention_days"]
        if not 90 <= days <= 3 * 365:
            raise ValidationError("写 90 到 1095 之间的天数")
        return days


class CallUpForm(forms.Form):
    """What is asked of whom."""

    title = forms.CharField(label="做什么", max_length=60, help_text="例如“雪后清扫望桥路人行道”")
    words = forms.CharField(label="说明", max_length=200, required=False, help_text="带什么、做到什么程度")
    location = forms.CharField(label="在哪里集合", max_length=80)
    day = day_field("哪天")
    starts = forms.TimeField(label="几点开始", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends = forms.TimeField(label="几点结束", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    wanted = forms.IntegerField(label="要几个人")
    area = forms.ModelChoiceField(
        label="只找哪个网格的", queryset=Area.objects.none(), required=False, empty_label="都找"
    )
    groups = forms.MultipleChoiceField(
        label="只找哪些群体", choices=Volunteer.Group.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="都不选就是都找",
    )  # fmt: skip
    helps = forms.MultipleChoiceField(
        label="只找能帮什么的", choices=Volunteer.Help.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], call: CallUp | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        if call is not None:
            names = ("title", "words", "location", "wanted", "area", "groups", "helps")
            starts, ends = (moment.astimezone(clock.SHANGHAI) for moment in (call.starts_at, call.ends_at))
            self.initial = {name: getattr(call, name) for name in names}
            self.initial |= {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}

    def read(self) -> calling.Said:
        data = dict(self.cleaned_data)
        day, starts, ends = (data.pop(name) for name in ("day", "starts", "ends"))
        moments = (dt.datetime.combine(day, time, clock.SHANGHAI) for time in (starts, ends))
        begins_at, ends_at = moments
        if ends_at <= begins_at and ends != starts:
            ends_at += dt.timedelta(days=1)  # into the night
        return calling.Said(starts_at=begins_at, ends_at=ends_at, **data)


class CallUpFilter(FilterForm):
    """Call-ups by how they stand."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *CallUp.State.choices]
    )  # fmt: skip
    q = forms.CharField(label="做什么", required=False, max_length=40)
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def rows(self, rows: CallUpQuerySet) -> CallUpQuerySet:
        chosen = self.chosen()
        if "state" in chosen:
            rows = rows.filter(state=chosen["state"])
        if "q" in chosen:
            rows = rows.filter(title__contains=chosen["q"])
        if "subject" in chosen:
            rows = rows.of(chosen["subject"])
        return rows.with_counts().select_related("area").newest_first()


def read_came(posted: QueryDict, known: set[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """The ticks of a list: `came` holds ids, `hours-<id>` the hours beside each. Raises `CallError` for what is no number."""
    came = {}
    for pk in known:
        if str(pk) not in posted.getlist("came"):
            continue
        try:
            came[pk] = Decimal(posted.get(f"hours-{pk}", "").replace("，", ".").strip() or "1").quantize(Decimal("0.1"))
        except InvalidOperation:
            raise calling.CallError("小时写数字，例如 2 或 1.5。", field="hours") from None
    return came
