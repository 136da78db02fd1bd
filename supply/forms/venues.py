"""Forms of venues, spaces, opening hours and the rota."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from shimen.accounts.models import User
from shimen.territory.models import Area
from supply.models import Shift, Space, StationMaster, Venue
from supply.timing.opening import WEEKDAY_NAMES, Span, read_spans

DATE = {"type": "date"}
HOURS_HELP = "例如 09:00-11:30、13:00-17:00；空着是不开放"


def day_field(label: str, **given: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE), **given)


class SpansField(forms.CharField):
    """Opening hours of a day as they are typed, read into spans."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=60, required=False, **given)

    def clean(self, value: Any) -> list[Span]:
        try:
            return read_spans(str(super().clean(value) or ""))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class VenueForm(forms.ModelForm):
    """What is said of a venue."""

    class Meta:
        model = Venue
        fields = ["name", "is_main", "address", "telephone", "about"]
        help_texts = {"telephone": "服务台的电话，会公开", "about": "一两句话，会公开"}


class OpenVenueForm(VenueForm):
    """A venue in a grid that has none."""

    area = forms.ModelChoiceField(queryset=Area.objects.none(), label="网格", empty_label="选一个没有阵地的网格")
    opened_on = day_field("启用日期")

    field_order = ["area", "name", "is_main", "address", "opened_on", "telephone", "about"]

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in VenueForm.Meta.fields}


class EndForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(label="原因", max_length=200)


class CloseForm(EndForm):
    """A venue ends on a day."""

    on = day_field("停用日期")
    field_order = ["on", "reason"]


class PictureForm(forms.Form):
    """A picture of a venue; none takes it away."""

    picture = forms.FileField(label="照片", required=False, help_text="JPEG 或 PNG，1.5 MB 以内；不要拍到来的人")


class SpaceForm(forms.ModelForm):
    """A space and its terms."""

    class Meta:
        model = Space
        fields = ["kind", "name", "floor", "floor_area", "capacity", "takes_bookings", "needs_consent"]
        help_texts = {
            "takes_bookings": "不勾：开门就能进，不用订",
            "needs_consent": "勾上：别人订了，要站长点同意才算数",
        }


class WeekForm(forms.Form):
    """The week of a space, a line per day and one for public holidays."""

    def __init__(self, *args: Any, days: dict[int, list[Span]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAY_NAMES):
            said = "、".join(span.words.replace("—", "-") for span in days.get(number, []))
            self.fields[f"day_{number}"] = SpansField(label=name, initial=said)

    def days(self) -> dict[int, list[Span]]:
        return {number: self.cleaned_data[f"day_{number}"] for number in range(len(WEEKDAY_NAMES))}


class DayForm(forms.Form):
    """Other hours on one day."""

    day = day_field("日期")
    space = forms.ModelChoiceField(queryset=Space.objects.none(), label="哪里", required=False, empty_label="整个阵地")
    hours = SpansField(label="开放时间", help_text="只写一段，例如 13:00-17:00；空着是当天不开放")
    reason = forms.CharField(label="原因", max_length=100, help_text="来的人看得到")

    def __init__(self, *args: Any, spaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces  # type: ignore[attr-defined]

    def clean_hours(self) -> list[Span]:
        spans: list[Span] = self.cleaned_data["hours"]
        if len(spans) > 1:
            raise forms.ValidationError("单独的一天只写一段。")
        return spans

    def span(self) -> Span | None:
        return next(iter(self.cleaned_data["hours"]), None)


class EquipmentForm(forms.Form):
    """A thing that can be booked along."""

    name = forms.CharField(label="设备", max_length=60)
    note = forms.CharField(label="说明", max_length=100, required=False)


# ---- the rota


class MasterForm(forms.Form):
    """Somebody who takes turns."""

    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位、职务", max_length=60, required=False)
    user = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="账号",
        required=False,
        empty_label="没有账号",
        help_text="有账号的，值班前会收到提醒",
    )
    since = day_field("自")

    def __init__(self, *args: Any, users: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """How far ahead the rota is made."""

    until = day_field("排到")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        # Stands in one line with its button, so it is drawn without the usual frame of a field.
        self.fields["until"].widget.attrs["class"] = "form-control"

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if not self.today <= until <= self.today + dt.timedelta(days=366):
            raise forms.ValidationError("从今天起，最多排一年。")
        return until


class SwapForm(forms.Form):
    """Whom to ask, and for which of their days."""

    to = forms.ModelChoiceField(queryset=StationMaster.objects.none(), label="请谁换", empty_label="选一位")
    instead = forms.ModelChoiceField(
        queryset=Shift.objects.none(), label="换来哪一天", required=False, empty_label="不换来，只请对方顶班"
    )
    reason = forms.CharField(label="原因", max_length=100)

    def __init__(self, *args: Any, masters: Any, shifts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = masters  # type: ignore[attr-defined]
        self.fields["instead"].queryset = shifts  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """What is handed over."""

    text = forms.CharField(label="交接给下一位", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
