"""What the pages of meetings post, read into the terms of the verbs; and what is seen of the lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from grid.chain.sessions import KINDS, Kind
from grid.meetings.calling import Time
from grid.models import AgendaItem, Attendee, Council, FollowUp, Matter, Meeting, Resolution
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area
from supply.models import Space

DAY = {"type": "date"}
CLOCK = {"type": "time"}
COUNCIL_KINDS = [(kind.value, title) for kind, title in KINDS.items() if kind is not Kind.GRID]


def _day(label: str, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY), **given)


def _asked(*fields: forms.Field) -> None:
    """Fields that the verb asks for or that begin with something: no remark that they may be left out."""
    for field in fields:
        field.has_default = True  # type: ignore[attr-defined]


def _text(
    label: str, *, most: int, rows: int = 2, required: bool = True, hint: str = "", wanted: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": wanted or f"“{label}”要写。"},
    )  # fmt: skip


class MeetingFilter(forms.Form):
    """What is seen of the list; kept in the address."""

    kind = forms.ChoiceField(
        label="哪种会", required=False, choices=[("", "全部"), *((k.value, t) for k, t in KINDS.items())]
    )
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    council = forms.ModelChoiceField(
        label="议事会", required=False, queryset=Council.objects.none(), empty_label="全部"
    )
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Area], councils: QuerySet[Council], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Meeting]) -> QuerySet[Meeting]:
        """The meetings among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen
        if chosen.get("kind"):
            rows = rows.filter(kind=chosen["kind"])
        if chosen.get("area"):
            rows = rows.filter(area=chosen["area"])
        return rows.of_council(chosen["council"]) if chosen.get("council") else rows  # type: ignore[attr-defined]


class ResolutionFilter(forms.Form):
    """What is seen of the list of resolutions."""

    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    q = forms.CharField(label="议定事项或责任人", required=False, max_length=40)
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Resolution]) -> QuerySet[Resolution]:
        """The resolutions among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen.filter(meeting__area=chosen["area"]) if chosen.get("area") else seen
        words = (chosen.get("q") or "").strip()
        return rows.found_by(words) if words else rows  # type: ignore[attr-defined]


class SpaceField(forms.ModelChoiceField):
    """A space of a venue that can be booked."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            queryset=Space.objects.none(), label="阵地的空间", required=False, empty_label="不在阵地，下面写地点",
            help_text="选了就替这次会订下；会议改时间，预订跟着改，不开了就取消", **given,
        )  # fmt: skip
        self.has_default = True

    def label_from_instance(self, obj: Any) -> str:
        consent = "，要站长同意" if obj.needs_consent else ""
        return f"{obj.venue}：{obj}（容 {obj.capacity} 人{consent}）"


class TimeForm(forms.Form):
    """When, where, who is in the chair."""

    day = _day("日期")
    starts = forms.TimeField(label="开始", widget=forms.TimeInput(format="%H:%M", attrs=CLOCK))
    ends = forms.TimeField(label="结束", widget=forms.TimeInput(format="%H:%M", attrs=CLOCK))
    space = SpaceField()
    location = forms.CharField(
        label="或写别的地点", max_length=100, required=False, help_text="不在阵地的空间里开才写；发通知以前要写好"
    )
    chair = forms.CharField(label="主持", max_length=40, required=False)
    recorder = forms.CharField(label="记录", max_length=40, required=False, help_text="不写就是点“开始开会”的人")

    def __init__(self, *args: Any, spaces: QuerySet[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("space") and (said.get("location") or "").strip():
            self.add_error("location", "选了阵地的空间，这里就空着；要写别的地点，空间选“不在阵地”。")
        return said

    @property
    def time(self) -> Time:
        said = self.cleaned_data
        starts, ends = (dt.datetime.combine(said["day"], said[name], clock.SHANGHAI) for name in ("starts", "ends"))
        return Time(starts, ends, said["location"], said["chair"], said["recorder"], said["space"])

    @classmethod
    def of(cls, meeting: Meeting) -> dict[str, Any]:
        """What the form of a meeting begins with."""
        starts, ends = meeting.starts_at.astimezone(clock.SHANGHAI), meeting.ends_at.astimezone(clock.SHANGHAI)
        space = meeting.booking.space_id if meeting.booking is not None else None
        return {
            "day": starts.date(), "starts": starts.time(), "ends": ends.time(), "space": space,
            "location": "" if space else meeting.location, "chair": meeting.chair, "recorder": meeting.recorder,
        }  # fmt: skip


class PlanForm(TimeForm):
    """A meeting of a council."""

    council = forms.ModelChoiceField(
        label="议事会",
        queryset=Council.objects.none(),
        empty_label="选一个",
        error_messages={"required": "选哪个议事会。"},
    )
    kind = forms.ChoiceField(
        label="开什么会", choices=COUNCIL_KINDS, help_text="听证会在定之前，协调会有争议时，评议会在办完之后"
    )
    field_order = ("council", "kind", "day", "starts", "ends", "space", "location", "chair", "recorder")

    def __init__(self, *args: Any, councils: QuerySet[Council], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a meeting is not held, or minutes are taken back."""

    reason = _text("原因", most=200, wanted="写一句为什么，至少 4 个字。")


class AddendumForm(forms.Form):
    """补记."""

    text = _text("补记什么", most=2000, rows=4, wanted="写要补记什么。")


class JoinForm(forms.Form):
    """A further council at the table."""

    council = forms.ModelChoiceField(
        label="请哪个议事会一起开", queryset=Council.objects.none(), empty_label="选一个",
        error_messages={"required": "选哪个议事会。"},
    )  # fmt: skip

    def __init__(self, *args: Any, councils: QuerySet[Council], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """A line for the agenda: a matter that is open, or something that is none."""

    matter = forms.ModelChoiceField(
        label="事项", queryset=Matter.objects.none(), required=False, empty_label="不是事项，下面写议题"
    )
    title = forms.CharField(label="议题", max_length=120, required=False)
    lead = forms.CharField(label="主办", max_length=80, required=False, help_text="谁来说")
    minutes = forms.IntegerField(label="分钟", min_value=1, max_value=240, initial=8, required=False)

    def __init__(self, *args: Any, matters: QuerySet[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = matters  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("matter") and not (said.get("title") or "").strip():
            self.add_error("title", "选一件事项，或写一个议题。")
        return said


class WordForm(forms.Form):
    """How a line reads."""

    title = forms.CharField(label="议题", max_length=120, error_messages={"required": "写议题，一句话。"})
    lead = forms.CharField(label="主办", max_length=80, required=False)
    minutes = forms.IntegerField(label="分钟", min_value=1, max_value=240)


class PersonForm(forms.Form):
    """Somebody for the list."""

    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "写姓名。"})
    unit = forms.CharField(label="单位", max_length=80, required=False)
    role = forms.ChoiceField(label="身份", choices=Attendee.Role.choices, initial=Attendee.Role.GUEST)
    counts = forms.BooleanField(label="计入应到（算到会人数）", required=False)


class TextForm(forms.Form):
    """Minutes of one item; `version` is the one that the page showed, `accept` the newer one that the person has seen."""

    text = forms.CharField(
        label="记录", required=False, max_length=9_000, strip=False, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "一项的记录最长 8,000 个字。"},
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    accept = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asked(self.fields["text"])

    @property
    def seen(self) -> int:
        """The version over which the person means to save."""
        accepted: int | None = self.cleaned_data.get("accept")
        return accepted if accepted is not None else self.cleaned_data.get("version") or 0


class OutcomeForm(forms.Form):
    """What came of an item."""

    outcome = forms.ChoiceField(label="会上结果", choices=AgendaItem.Outcome.choices, required=False)
    tried = _text("试过什么", most=1000, required=False, hint="只在“报上一级”时写；不写就用上面的记录")
    words = _text(
        "办理结果，或还有什么没解决", most=1000, required=False, hint="“当场解决”写结果，“报上一级”写没解决的"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asked(self.fields["outcome"])


class ResolveForm(forms.Form):
    """What is resolved: with an owner and a day."""

    text = forms.CharField(
        label="议定什么",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写议定了什么：办什么事。"},
    )
    owner = forms.CharField(label="责任人", max_length=60, required=False, help_text="单位和姓名，如：城管中队 何戌一")
    owner_user = forms.ModelChoiceField(
        label="他的账号", queryset=User.objects.none(), required=False, empty_label="没有账号"
    )
    due_on = _day("期限", required=False)

    def __init__(self, *args: Any, street: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(street=street, is_active=True).order_by("display_name")
        self.fields["owner_user"].queryset = people  # type: ignore[attr-defined]
        _asked(self.fields["owner"], self.fields["due_on"])


class VoteForm(forms.Form):
    """Counts of a vote."""

    motion = forms.CharField(label="表决什么", max_length=200, required=False, help_text="不写就是这个议题")
    ayes = forms.IntegerField(label="赞成", min_value=0, max_value=9999)
    nays = forms.IntegerField(label="不赞成", min_value=0, max_value=9999, initial=0)
    abstained = forms.IntegerField(label="弃权", min_value=0, max_value=9999, initial=0)


class FollowUpForm(forms.Form):
    """What became of a resolution."""

    said = forms.ChoiceField(label="落实了没有", choices=FollowUp.Said.choices)
    note = _text("说明", most=300, required=False, hint="没有落实的，写原因和下一步")
    due_on = _day("新的期限", required=False, help_text="只在还没落实、要改期限时选")


def marks_of(posted: Any) -> dict[str, tuple[str, str]]:
    """The posted list: attendee id → (state, reason). With the button for the rest, whoever has no mark yet was there."""
    unmarked = (Attendee.State.ASKED, Attendee.State.COMING) if posted.get("all") else ()
    found = {}
    for name, value in posted.items():
        if name.startswith("state-"):
            pk = name.removeprefix("state-")
            state = Attendee.State.PRESENT if value in unmarked else value
            found[pk] = (str(state), str(posted.get(f"reason-{pk}", "")))
    return found
