"""Forms and filters of courses, sessions, enrolment, and the handbook."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F

from branches.models import Course, Enrolment, HandbookSection, Lecturer, Member, Training, TrainingBase
from branches.models.training import Level
from coverage.forms.registry import FilterForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.training import TrainingQuerySet

LEVELS = [("", "全部"), *Level.choices]


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class TrainingFilter(FilterForm):
    """Sessions by time, level and subject."""

    when = forms.ChoiceField(
        label="时间", required=False,
        choices=[("", "还没开始"), ("open", "能报名"), ("month", "近 30 天办过"), ("past", "办过的"), ("all", "全部")],
    )  # fmt: skip
    level = forms.ChoiceField(label="级别", required=False, choices=LEVELS)
    subject = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Course.Subject.choices])
    q = forms.CharField(label="课名、老师、地点", required=False, max_length=40)

    def rows(self, rows: TrainingQuerySet, *, at: dt.datetime) -> TrainingQuerySet:
        chosen = self.chosen()
        when = chosen.get("when", "")
        match when:
            case "":
                rows = rows.filter(starts_at__gt=at)
            case "open":
                rows = rows.ahead(at).filter(enrol_until__gte=at, taken__lt=F("capacity"))
            case "month":
                rows = rows.over(at).filter(starts_at__gte=at - dt.timedelta(days=30))
            case "past":
                rows = rows.filter(starts_at__lte=at)
        if "level" in chosen:
            rows = rows.filter(course__level=chosen["level"])
        if "subject" in chosen:
            rows = rows.filter(course__subject=chosen["subject"])
        if words := chosen.get("q"):
            found = rows.filter(course__title__contains=words) | rows.filter(lecturer__name__contains=words)
            rows = found | rows.filter(venue__contains=words) | rows.filter(base__name__contains=words)
        order = "-starts_at" if when in {"past", "month", "all"} else "starts_at"
        return rows.with_all().order_by(order, "pk")


class OfferFilter(FilterForm):
    """Courses, lecturers or bases by level and name."""

    level = forms.ChoiceField(label="级别", required=False, choices=LEVELS)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在用"), ("retired", "已停用")])
    q = forms.CharField(label="找", required=False, max_length=40)

    def rows(self, rows: Any, *, columns: tuple[str, ...]) -> Any:
        chosen = self.chosen()
        rows = rows.filter(retired_at__isnull=chosen.get("state") != "retired")
        if "level" in chosen:
            rows = rows.filter(level=chosen["level"])
        if words := chosen.get("q"):
            found = rows.none()
            for column in columns:
                found = found | rows.filter(**{f"{column}__contains": words})
            rows = found
        return rows.by_name()


class CourseForm(forms.ModelForm):
    """A course of the catalogue."""

    class Meta:
        model = Course
        fields = ["title", "level", "subject", "audience", "summary", "hours", "gives_certificate"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"audience": "例如“新任支部书记”", "gives_certificate": "到课的人课后可以领"}


class LecturerForm(forms.ModelForm):
    """A lecturer."""

    class Meta:
        model = Lecturer
        fields = ["name", "unit", "level", "topics"]


class BaseForm(forms.ModelForm):
    """A training base."""

    class Meta:
        model = TrainingBase
        fields = ["name", "level", "address", "holds", "topics", "contact"]

    def clean_holds(self) -> int:
        holds: int = self.cleaned_data["holds"]
        if not 1 <= holds <= 500:
            raise forms.ValidationError("写 1 到 500 之间的人数")
        return holds


class SessionForm(forms.ModelForm):
    """A session of a course."""

    class Meta:
        model = Training
        fields = ["starts_at", "ends_at", "enrol_until", "capacity", "lecturer", "base", "venue", "note"]
        widgets = {key: moment_input() for key in ("starts_at", "ends_at", "enrol_until")}
        help_texts = {"venue": "不在实训基地就写地点", "enrol_until": "到点不再收，名单交给老师"}

    def __init__(self, *args: Any, lecturers: QuerySet[Lecturer], bases: QuerySet[TrainingBase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lecturer"].queryset = lecturers  # type: ignore[attr-defined]
        self.fields["base"].queryset = bases  # type: ignore[attr-defined]
        for key in ("lecturer", "base"):
            self.fields[key].empty_label = "没有"  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """The verbs say these, under the lock that makes them true."""


class EnrolForm(forms.Form):
    """Whose names go on the list; `myself` is the person at the screen."""

    people = forms.MultipleChoiceField(label="给谁报名", widget=forms.CheckboxSelectMultiple, required=False)
    MYSELF = "myself"

    def __init__(self, *args: Any, members: list[tuple[Member, str]], myself: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member, _ in members}
        listed = [(str(member.pk), words) for member, words in members]
        mine = [(self.MYSELF, myself)] if myself else []
        self.fields["people"].choices = [*mine, *listed]  # type: ignore[attr-defined]

    def clean_people(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["people"]
        if not chosen:
            raise forms.ValidationError("勾上要报名的人")
        return chosen


class EnrolmentFilter(FilterForm):
    """Names that one's own organisations put on lists."""

    state = forms.ChoiceField(
        label="状态", required=False,
        choices=[("", "还没上的课"), ("past", "上过的课"), *Enrolment.State.choices, ("all", "全部")],
    )  # fmt: skip

    def rows(self, rows: QuerySet[Enrolment], *, at: dt.datetime) -> QuerySet[Enrolment]:
        state = self.chosen().get("state", "")
        ahead = {"training__starts_at__gt": at}
        if state == "":
            rows = rows.exclude(state=Enrolment.State.CANCELLED).filter(**ahead)
        elif state == "past":
            rows = rows.exclude(state=Enrolment.State.CANCELLED).exclude(**ahead)
        elif state != "all":
            rows = rows.filter(state=state)
        with_all = ("training__course", "training__base", "training__lecturer", "member", "user", "organisation")
        order = "training__starts_at" if state == "" else "-training__starts_at"
        return rows.select_related(*with_all, "certificate").order_by(order, "queued_at", "pk")


class SectionForm(forms.Form):
    """A section of a draft."""

    title = forms.CharField(label="标题", max_length=80)
    depth = forms.TypedChoiceField(
        label="层次", coerce=int, choices=[(0, "第一层（章）"), (1, "第二层（节）"), (2, "第三层")]
    )
    body = forms.CharField(
        label="正文", max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 16}),
        help_text="空一行分段；行首写“- ”成条目",
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    after = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, section: HandbookSection | None = None, seen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if section is not None:
            for key in ("title", "depth", "body"):
                self.fields[key].initial = getattr(section, key)
            self.fields["seen"].initial = seen


class PublishForm(forms.Form):
    """What a version changes, in a sentence."""

    note = forms.CharField(label="这一版改了什么", max_length=300)
