"""Forms of bookings: one, a series, moving one, finding one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import Q

from coverage.forms.registry import FilterForm
from supply.bookings.wanted import Wanted
from supply.forms.venues import day_field
from supply.models import Equipment, Recipient, Space, Speaker, Venue
from supply.rules.booking_states import STANDING, State
from supply.timing.opening import MIDNIGHT, Span, clock_words
from supply.timing.series import LAST, Frequency, Pattern

HALF_HOURS = [(minutes, clock_words(minutes)) for minutes in range(0, MIDNIGHT + 1, 30)]
WEEKDAYS = [(number, name) for number, name in enumerate(("周一", "周二", "周三", "周四", "周五", "周六", "周日"))]
NTH = [(1, "第一个"), (2, "第二个"), (3, "第三个"), (4, "第四个"), (LAST, "最后一个")]
_DAY = re.compile(r"(?:(20\d\d)[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


def minutes_field(label: str, choices: list[tuple[int, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int)


class BookingForm(forms.Form):
    """A booking of a space. `choices`: what this person may choose from."""

    space = forms.ModelChoiceField(queryset=Space.objects.none(), label="空间", empty_label="选一个空间")
    day = day_field("日期")
    opens = minutes_field("开始", HALF_HOURS[:-1])
    closes = minutes_field("结束", HALF_HOURS[1:])
    title = forms.CharField(label="用途", max_length=60, help_text="日历上看得到，例如 主题党日；不写人名")
    people = forms.IntegerField(label="人数", min_value=1, max_value=999)
    recipient = forms.ModelChoiceField(
        queryset=Recipient.objects.none(), label="替哪个党组织订", required=False, empty_label="不是党组织的活动"
    )
    equipment = forms.ModelMultipleChoiceField(
        queryset=Equipment.objects.none(), label="带设备", required=False, widget=forms.CheckboxSelectMultiple
    )
    speakers = forms.ModelMultipleChoiceField(
        queryset=Speaker.objects.none(), label="请讲师", required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, spaces: Any, recipients: Any, equipment: Any, speakers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"space": spaces, "recipient": recipients, "equipment": equipment, "speakers": speakers}
        for name, rows in choices.items():
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["space"].label_from_instance = lambda row: f"{row.venue} {row}（{row.capacity} 人）"  # type: ignore[attr-defined]
        if not equipment.exists():
            del self.fields["equipment"]
        if not speakers.exists():
            del self.fields["speakers"]

    def wanted(self) -> Wanted:
        """In the terms of the verbs."""
        said = self.cleaned_data
        return Wanted(
            space=said["space"], day=said["day"], span=Span(said["opens"], said["closes"]), title=said["title"],
            people=said["people"], recipient=said["recipient"], note=said["note"],
            equipment=tuple(said.get("equipment") or ()), speakers=tuple(said.get("speakers") or ()),
        )  # fmt: skip


class DaysField(forms.CharField):
    """Days as they are typed, 12-08、12-22 or 2027-01-05; without a year the next such day from `since` on."""

    since: dt.date = dt.date.min

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=300, **given)

    def clean(self, value: Any) -> frozenset[dt.date]:
        found = set()
        for piece in filter(None, re.split(r"[、，,;；\s]+", str(super().clean(value) or ""))):
            match = _DAY.fullmatch(piece)
            if match is None:
                raise forms.ValidationError(f"“{piece[:20]}”不是日期，照 12-08 的样子写。")
            found.add(self._day(piece, match))
        return frozenset(found)

    def _day(self, piece: str, match: re.Match[str]) -> dt.date:
        try:
            if match[1]:
                return dt.date(int(match[1]), int(match[2]), int(match[3]))
            day = dt.date(self.since.year, int(match[2]), int(match[3]))
            return day if day >= self.since else day.replace(year=day.year + 1)
        except ValueError as error:
            raise forms.ValidationError(f"没有“{piece[:20]}”这一天。") from error


class SeriesForm(BookingForm):
    """A booking that comes again."""

    frequency = forms.ChoiceField(
        label="多久一次", choices=[(Frequency.WEEKLY.value, "按周"), (Frequency.MONTHLY.value, "按月")]
    )
    interval = forms.IntegerField(label="每几周（月）", min_value=1, max_value=12, initial=1)
    weekdays = forms.TypedMultipleChoiceField(
        label="星期", choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    nth = forms.TypedChoiceField(label="按月时，第几个", choices=NTH, coerce=int, required=False, empty_value="1")
    until = day_field("到哪天为止")
    skip_holidays = forms.BooleanField(label="跳过节假日", required=False)
    skipped = DaysField(label="跳过这些日子", help_text="例如 12-08、12-22")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skipped"].since = today  # type: ignore[attr-defined]

    def pattern(self) -> Pattern:
        """In the terms of `supply.timing.series`; without a weekday, that of the first day."""
        said = self.cleaned_data
        weekdays = frozenset(said["weekdays"]) or frozenset({said["day"].weekday()})
        return Pattern(
            Frequency(said["frequency"]), said["day"], said["until"], weekdays, said["interval"], int(said["nth"] or 1),
            said["skipped"],
        )  # fmt: skip


class ReasonForm(forms.Form):
    """Why; whoever booked reads it."""

    reason = forms.CharField(label="原因", max_length=200, help_text="预订人看得到")


class BookingFilter(FilterForm):
    """Bookings by whose, state, venue and words."""

    whose = forms.ChoiceField(
        label="谁的", required=False, choices=[("", "全部"), ("mine", "我订的"), ("consent", "等站长同意")]
    )
    when = forms.ChoiceField(
        label="时间", required=False, choices=[("", "还没结束"), ("past", "以前的"), ("all", "全部")]
    )
    venue = forms.ModelChoiceField(queryset=Venue.objects.none(), label="阵地", required=False, empty_label="全部")
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在订的"), ("all", "全部"), *State.choices()])
    q = forms.CharField(label="用途、党组织", required=False, max_length=40)

    def __init__(self, *args: Any, venues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]

    def rows(self, rows: Any, *, user: Any, at: dt.datetime) -> Any:
        chosen = self.chosen()
        when, state = chosen.get("when", ""), chosen.get("state", "")
        if chosen.get("whose") == "mine":
            rows = rows.filter(made_by=user)
        elif chosen.get("whose") == "consent":
            rows = rows.filter(state=State.PENDING)
        if when == "":
            rows = rows.filter(ends_at__gt=at)
        elif when == "past":
            rows = rows.filter(ends_at__lte=at)
        if state == "":
            rows = rows.filter(state__in=(*STANDING, State.WAITING))
        elif state != "all":
            rows = rows.filter(state=state)
        if "venue" in chosen:
            rows = rows.filter(space__venue=chosen["venue"])
        if words := chosen.get("q"):
            rows = rows.filter(Q(title__contains=words) | Q(recipient__name__contains=words))
        order = "starts_at" if when == "" else "-starts_at"
        return rows.with_all().order_by(order, "pk")
