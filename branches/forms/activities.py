"""What the pages on activities post, read into the terms of the verbs; and what is seen of the list."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.life.activities import Plan
from branches.models import Activity, JointProject, Organisation
from branches.rules.meetings import Kind
from coverage.forms.rounds import DayInput
from shimen import clock
from shimen.territory.models import Area

KINDS = [(kind.value, kind.words) for kind in Kind]
VIEWS = (("month", "月"), ("week", "周"), ("list", "清单"))


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def _instant(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, clock.SHANGHAI)


class TimesForm(forms.Form):
    """A day, and from when to when by the clock of Shanghai; one that goes on over several days names its last."""

    day = forms.DateField(label="日期", widget=DayInput())
    starts = forms.TimeField(label="开始", widget=TimeInput())
    ends = forms.TimeField(label="结束", widget=TimeInput())
    last_day = forms.DateField(
        label="到哪一天", widget=DayInput(), required=False, help_text="办几天的才填，写最后一天"
    )

    def clean_last_day(self) -> dt.date | None:
        last, day = self.cleaned_data["last_day"], self.cleaned_data.get("day")
        if last and day and last < day:
            raise forms.ValidationError("最后一天不能早于开始那天。")
        found: dt.date | None = last
        return found

    @property
    def starts_at(self) -> dt.datetime:
        return _instant(self.cleaned_data["day"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> dt.datetime:
        return _instant(self.cleaned_data["last_day"] or self.cleaned_data["day"], self.cleaned_data["ends"])


# The verbs speak of instants; the form has days and times.
FIELDS = {"starts_at": "day", "ends_at": "ends"}


class PlanForm(TimesForm):
    """An activity; `others` host it too. Ticking 补记 records what was held already."""

    kind = forms.ChoiceField(label="类别", choices=KINDS)
    title = forms.CharField(label="主题", max_length=100)
    lead = forms.ModelChoiceField(label="牵头党组织", queryset=Organisation.objects.none(), empty_label="选一个")
    others = forms.ModelMultipleChoiceField(
        label="一起办的党组织",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾就是自己办",
    )
    location = forms.CharField(label="地点", max_length=100)
    agenda = forms.CharField(
        label="议程", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text="一行一项"
    )
    audience = forms.ChoiceField(label="请谁来", choices=Activity.Audience.choices)
    guests = forms.CharField(
        label="列席、来宾", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一位，写姓名和单位；只在本场记录里用",
    )  # fmt: skip
    project = forms.ModelChoiceField(
        label="属于哪个共推项目", queryset=JointProject.objects.none(), required=False, empty_label="不属于项目"
    )
    late = forms.BooleanField(label="补记：已经开过，当时没有登记", required=False)
    late_reason = forms.CharField(label="为什么晚记", max_length=200, required=False, help_text="勾了补记才填")

    field_order = (
        "kind", "title", "lead", "others", "day", "starts", "ends", "last_day", "location", "agenda", "audience", "guests", "project",
        "late", "late_reason",
    )  # fmt: skip

    def __init__(
        self, *args: Any, leads: QuerySet[Organisation], hosts: QuerySet[Organisation],
        projects: QuerySet[JointProject], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]
        self.fields["others"].queryset = hosts  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What was said, for the verbs; the form must be valid."""
        said = self.cleaned_data
        return Plan(
            kind=Kind(said["kind"]), title=said["title"], lead=said["lead"], others=list(said["others"]),
            location=said["location"], starts_at=self.starts_at, ends_at=self.ends_at, agenda=said["agenda"],
            audience=said["audience"], guests=said["guests"], project=said["project"],
        )  # fmt: skip


class EditForm(PlanForm):
    """The same for one that is planned: its time is changed by moving it, with a reason."""

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        for name in ("day", "starts", "ends", "last_day", "late", "late_reason"):
            del self.fields[name]

    @property
    def starts_at(self) -> dt.datetime:
        return self.activity.starts_at

    @property
    def ends_at(self) -> dt.datetime:
        return self.activity.ends_at


class MoveForm(TimesForm):
    """To when a planned activity is moved, and why."""

    reason = forms.CharField(label="为什么改期", max_length=200, help_text="受邀的人会看到，例如“会议室另有安排”")


class CancelForm(forms.Form):
    """Why an activity is called off."""

    reason = forms.CharField(label="为什么取消", max_length=200, help_text="受邀的人会看到")


class MinutesForm(forms.Form):
    """The minutes as they were typed, and which version was on the page; `accept` is the newer one that was read."""

    chair = forms.CharField(label="主持人", max_length=40, required=False)
    recorder = forms.CharField(label="记录人", max_length=40, required=False)
    text = forms.CharField(
        label="记录", required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "placeholder": "谁说了什么、定了什么、谁来办、到哪天"}),
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
    accept = forms.IntegerField(min_value=0, required=False)

    @property
    def seen(self) -> int:
        """The newest version that the person has seen."""
        accepted = self.cleaned_data.get("accept")
        return int(accepted if accepted is not None else self.cleaned_data["version"])


class DecisionForm(forms.Form):
    """What was put to the vote. It stands beside the minutes, which have a `text` too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "decision_%s"} | kwargs)

    text = forms.CharField(label="表决什么", max_length=300)
    ayes = forms.IntegerField(label="赞成", min_value=0, max_value=9999)
    nays = forms.IntegerField(label="不赞成", min_value=0, max_value=9999, initial=0)
    abstained = forms.IntegerField(label="弃权", min_value=0, max_value=9999, initial=0)


class FileForm(forms.Form):
    """A piece of material."""

    file = forms.FileField(label="材料", max_length=200, allow_empty_file=True)


class TakeBackForm(forms.Form):
    """Why settled minutes are opened again."""

    reason = forms.CharField(label="为什么退回", max_length=200)


class ActivityFilter(forms.Form):
    """What is seen of the activities; kept in the address. `day` is any day of the month or week that is shown."""

    view = forms.CharField(required=False, widget=forms.HiddenInput())
    day = forms.DateField(required=False, widget=forms.HiddenInput())
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *KINDS])
    grid = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    organisation = forms.ModelChoiceField(
        label="党组织", required=False, queryset=Organisation.objects.none(), empty_label="全部"
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Activity.State.choices])
    joint = forms.BooleanField(label="只看联合的", required=False)
    late = forms.BooleanField(label="只看补记", required=False)
    q = forms.CharField(label="主题或地点", required=False, max_length=40)

    def __init__(self, *args: Any, areas: Any, organisations: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = areas  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.is_valid()
        self.chosen: dict[str, Any] = getattr(self, "cleaned_data", {})
        self.today = today

    @property
    def how(self) -> str:
        """month, week or list."""
        asked = str(self.chosen.get("view") or "")
        return asked if asked in dict(VIEWS) else VIEWS[0][0]

    @property
    def anchor(self) -> dt.date:
        day = self.chosen.get("day") or self.today
        return min(max(day, dt.date(2000, 1, 2)), dt.date(2100, 1, 1))

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first day and the day after the last that are shown; None for a list without a day."""
        if self.how == "week":
            monday = self.anchor - dt.timedelta(days=self.anchor.weekday())
            return monday, monday + dt.timedelta(days=7)
        if self.how == "month":
            first = self.anchor.replace(day=1)
            return first, first + dt.timedelta(days=calendar.monthrange(first.year, first.month)[1])
        if self.chosen.get("day"):
            return self.anchor, self.anchor + dt.timedelta(days=1)
        return None

    def rows(self, seen: QuerySet[Activity]) -> QuerySet[Activity]:
        """Of the activities in sight those that are asked for, in their order; a list has the newest first."""
        chosen, rows = self.chosen, seen
        if chosen.get("kind"):
            rows = rows.filter(kind=chosen["kind"])
        if chosen.get("grid"):
            rows = rows.filter(lead__area__lineage__contains=[chosen["grid"].pk])
        if chosen.get("organisation"):
            rows = rows.of(chosen["organisation"])  # type: ignore[attr-defined]
        if chosen.get("state"):
            rows = rows.filter(state=chosen["state"])
        if chosen.get("joint"):
            rows = rows.filter(is_joint=True)
        if chosen.get("late"):
            rows = rows.filter(is_late_record=True)
        if words := (chosen.get("q") or "").strip():
            rows = rows.filter(title__contains=words) | rows.filter(location__contains=words)
        if self.span:
            first, after = (_instant(day, dt.time.min) for day in self.span)
            return rows.filter(starts_at__gte=first, starts_at__lt=after).order_by("starts_at", "pk")
        return rows.order_by("-starts_at", "-pk")

    def used(self) -> dict[str, str]:
        """What was chosen, in words for the log of exports."""
        return {key: str(value) for key, value in self.chosen.items() if value not in (None, "", False)}
