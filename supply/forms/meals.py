"""What the pages of meal points post."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from coverage.forms.fields import EntityField, PlaceField, day_field, look_as
from coverage.forms.registry import FilterForm
from shimen import clock
from supply.meals import hours, points
from supply.models import MealPoint, MealReport, Venue

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shimen.accounts.models import User
    from shimen.territory.models import Area
    from supply.models.meals import MealPointQuerySet

_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—~至到]+\s*(\d{1,2})[:.](\d{2})")


def read_spans(text: str, weekday: int) -> list[hours.Span]:
    """`11:00-13:00、17:00-18:30` as spans of a weekday. Raises `ValidationError` with a sentence."""
    text = unicodedata.normalize("NFKC", text)
    rest = _SPAN.sub("", text)
    if rest.strip(" ,;、。\t和"):
        raise ValidationError("写成 11:00-13:00，两段之间用顿号隔开。")
    found = []
    for numbers in _SPAN.findall(text):
        try:
            opens, closes = (dt.time(int(numbers[n]), int(numbers[n + 1])) for n in (0, 2))
        except ValueError:
            raise ValidationError("时间要在 00:00 和 23:59 之间。") from None
        found.append(hours.Span(weekday, opens, closes))
    return found


class MealPointForm(forms.Form):
    """A meal point with its hours, a field for each day of the week."""

    name = forms.CharField(label="名称", max_length=40)
    venue = forms.ModelChoiceField(
        label="在哪个阵地", required=False, queryset=Venue.objects.none(), empty_label="不在阵地里"
    )
    entity = EntityField(label="哪家店", required=False, help_text="开在店里的写店名；在阵地里的不填")
    place = PlaceField(
        label="地点", max_length=80, required=False, help_text="写到门牌，例如 望桥路 41 号；在阵地里的可以不填"
    )
    eaters = forms.MultipleChoiceField(
        label="谁可以来", choices=MealPoint.Eater.choices, widget=forms.CheckboxSelectMultiple
    )
    terms = forms.CharField(
        label="怎么享受", max_length=160, required=False, help_text="例如“出示接单页面或志愿者查询码”"
    )
    offer = forms.CharField(label="有什么吃的", max_length=160, required=False)
    price = forms.DecimalField(label="价格（元）", max_digits=6, decimal_places=2, help_text="免费写 0")
    price_note = forms.CharField(label="价格说明", max_length=60, required=False)
    first_day = day_field("从哪天起")
    is_open_on_holidays = forms.BooleanField(label="节假日照常", required=False)

    def __init__(self, *args: Any, user: User, point: MealPoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, sign in enumerate(hours.WEEKDAYS):
            hint = "例如 11:00-13:00、17:00-18:30；不供餐的空着" if number == 0 else ""
            self.fields[f"day{number}"] = forms.CharField(
                label=f"周{sign}", max_length=80, required=False, help_text=hint
            )
        self.fields["venue"].queryset = Venue.objects.visible_to(user).standing().in_order()  # type: ignore[attr-defined]
        look_as(self, user)
        if point is not None:
            self.initial = _of(point)

    def days(self) -> list[forms.BoundField]:
        """The fields of the week."""
        return [self[f"day{number}"] for number in range(7)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        spans: list[hours.Span] = []
        for number in range(7):
            try:
                spans += read_spans(data.get(f"day{number}") or "", number)
            except ValidationError as error:
                self.add_error(f"day{number}", error)
        data["hours"] = spans
        return data

    def read(self) -> points.Said:
        data = {key: value for key, value in self.cleaned_data.items() if not key.startswith("day")}
        return points.Said(**data)


def _of(point: MealPoint) -> dict[str, Any]:
    names = ("name", "eaters", "terms", "offer", "price", "price_note", "is_open_on_holidays", "venue")
    found = {name: getattr(point, name) for name in names}
    found |= {"place": point.place.address, "first_day": point.valid.lower}
    if point.entity is not None:
        found["entity"] = point.entity.code or point.entity.name
    for number in range(7):
        spans = sorted((row for row in point.hours.all() if row.weekday == number), key=lambda row: row.opens)
        found[f"day{number}"] = "、".join(f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in spans)
    return found


class MealFilter(FilterForm):
    """Meal points by grid, by who may eat, and by whether they serve now."""

    grid = forms.ChoiceField(label="网格", required=False)
    eater = forms.ChoiceField(label="谁可以来", required=False, choices=[("", "不限"), *MealPoint.Eater.choices])
    state = forms.ChoiceField(
        label="看", required=False, choices=[("", "在办的"), ("reported", "有人反映的"), ("ended", "已停办的")]
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]
        self.fields["grid"].choices = named  # type: ignore[attr-defined]

    def rows(self, rows: MealPointQuerySet) -> MealPointQuerySet:
        chosen, today = self.chosen(), clock.today()
        state = chosen.get("state")
        rows = rows.with_reports()
        over = Q(valid__endswith__lte=today)
        # An unbounded end is neither before nor after a day: said in so many words.
        rows = rows.filter(over) if state == "ended" else rows.filter(~over | Q(valid__upper_inf=True))
        if state == "reported":
            rows = rows.filter(reported__gt=0)
        if "grid" in chosen:
            rows = rows.filter(place__area__lineage__contains=[chosen["grid"]])
        if "eater" in chosen:
            rows = rows.filter(eaters__overlap=[chosen["eater"], MealPoint.Eater.ANYONE])
        return rows.with_rows().in_order()


class PauseForm(forms.Form):
    """Days on which a point does not serve."""

    first = day_field("从哪天")
    last = day_field("到哪天", help_text="这一天也不供餐")
    reason = forms.CharField(label="原因", max_length=60, help_text="来吃饭的人会看到，例如“装修”")


class EndForm(forms.Form):
    """Why a point ends."""

    reason = forms.CharField(label="为什么停办", max_length=120)


class AnswerForm(forms.Form):
    """What was done about a report."""

    words = forms.CharField(label="怎么处理的", max_length=120)


class ReportForm(forms.Form):
    """What somebody who stands before a point says."""

    kind = forms.ChoiceField(label="怎么了", choices=MealReport.Kind.choices)
    words = forms.CharField(label="说明", max_length=120, required=False)
    website = forms.CharField(label="这一格请留空", required=False, max_length=200)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError("这一格请留空，再提交一次")
        return ""
