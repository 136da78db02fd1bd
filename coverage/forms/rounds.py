"""Forms and filters of the rounds' pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q

from coverage.models import Round, Stop, Team
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area

if TYPE_CHECKING:
    from coverage.models.rounds import StopQuerySet


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def crew_of(round_: Round) -> Any:
    """People in the street's teams during the round."""
    return (
        User.objects.filter(
            Q(team_memberships__until__isnull=True) | Q(team_memberships__until__gte=round_.period_start),
            team_memberships__team__street=round_.street_id,
            team_memberships__team__is_active=True,
            team_memberships__since__lte=round_.period_end,
            is_active=True,
        )
        .distinct()
        .order_by("display_name")
    )


class DayForm(forms.Form):
    """Which day's walks a page shows, and whose."""

    day = forms.DateField(label="日子", required=False, widget=DayInput())
    grid = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部网格")
    team = forms.ModelChoiceField(
        label="走访组", required=False, queryset=Team.objects.none(), empty_label="全部走访组"
    )

    def __init__(self, *args: Any, round: Round, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = areas  # type: ignore[attr-defined]
        teams = Team.objects.filter(street=round.street_id, is_active=True)
        self.fields["team"].queryset = teams.order_by("sort", "name")  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was chosen; nothing of a field that makes no sense."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {name: found.get(name) for name in self.fields}

    def show(self, day: dt.date | None) -> None:
        """Let the field say which day the page chose by itself."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["day"] = day.isoformat() if day else ""
        self.data = data


class RosterForm(forms.Form):
    """What is seen of the roster; kept in the address."""

    q = forms.CharField(label="店名或地址", required=False, max_length=40)
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Stop.Outcome.choices])
    grid = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    visitor = forms.ModelChoiceField(label="走访人", required=False, queryset=User.objects.none(), empty_label="全部")
    day = forms.DateField(label="排在", required=False, widget=DayInput())
    carried = forms.ChoiceField(
        label="顺延", required=False, choices=[("", "全部"), ("1", "上轮顺延"), ("2", "两轮以上")]
    )

    def __init__(self, *args: Any, round: Round, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = areas  # type: ignore[attr-defined]
        self.fields["visitor"].queryset = crew_of(round)  # type: ignore[attr-defined]

    def rows(self, seen: StopQuerySet[Stop]) -> StopQuerySet[Stop]:
        """The stops among `seen` that the filter leaves, along the roads."""
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        rows = seen
        if chosen.get("outcome"):
            rows = rows.filter(outcome=chosen["outcome"])
        if chosen.get("grid"):
            rows = rows.filter(area__lineage__contains=[chosen["grid"].pk])
        if chosen.get("visitor"):
            rows = rows.filter(visitor=chosen["visitor"])
        if chosen.get("day"):
            rows = rows.filter(planned_on=chosen["day"])
        if chosen.get("carried"):
            rows = rows.filter(carried_rounds__gte=int(chosen["carried"]))
        if words := (chosen.get("q") or "").strip():
            rows = rows.filter(
                Q(entity__name__contains=words)
                | Q(entity__trade_sign__contains=words)
                | Q(entity__address__contains=words)
            )
        return rows.select_related("entity", "area", "visitor").by_address()


class AbsenceForm(forms.Form):
    """Who does not walk, from when to when. No reason is asked."""

    user = forms.ModelChoiceField(label="谁", queryset=User.objects.none(), empty_label="选一位走访队员")
    first = forms.DateField(label="自", widget=DayInput())
    last = forms.DateField(label="至", widget=DayInput(), help_text="只休一天就填同一天")

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = crew_of(round)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "截止日不能早于起始日。")
        if last and last < clock.today():
            self.add_error("last", "这几天已经过去。")
        if first and last and (last - first).days > 366:
            self.add_error("last", "一次最多登记一年。")
        return cleaned


class ReassignForm(forms.Form):
    """To whom stops are handed, and on which day."""

    stop = forms.ModelMultipleChoiceField(queryset=Stop.objects.none(), error_messages={"required": "先勾选要改派的。"})
    visitor = forms.ModelChoiceField(label="改派给", queryset=User.objects.none(), empty_label="选一位走访队员")
    day = forms.DateField(label="日子", required=False, widget=DayInput(), help_text="不填就排在顺路的一天")

    def __init__(self, *args: Any, round: Round, stops: StopQuerySet[Stop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stop"].queryset = stops  # type: ignore[attr-defined]
        self.fields["visitor"].queryset = crew_of(round)  # type: ignore[attr-defined]


class ExemptForm(forms.Form):
    reason = forms.CharField(label="缘由", max_length=200, help_text="例如：装修停业到月底")


class AppointForm(forms.Form):
    when = forms.DateTimeField(
        label="约好的时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean_when(self) -> dt.datetime:
        when: dt.datetime = self.cleaned_data["when"]
        return when
