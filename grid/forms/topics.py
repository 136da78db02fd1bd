"""What the pages of topics post. Each verb has a form of its own; `seen` is the revision that the page showed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from grid.models import Matter, Meeting, Topic
from grid.topics.proposing import LONGEST_TITLE
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area


class FilterForm(forms.Form):
    """What is seen of the list; kept in the address."""

    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Matter.Category.choices])
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="议题或原话", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: Any) -> Any:
        """The topics among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen
        if chosen.get("category"):
            rows = rows.filter(category=chosen["category"])
        if chosen.get("area"):
            rows = rows.filter(area__lineage__contains=[chosen["area"].pk])
        words = (chosen.get("q") or "").strip()
        return rows.found_by(words) if words else rows


class ProposeForm(forms.Form):
    """A new topic."""

    title = forms.CharField(
        label="议题", max_length=LONGEST_TITLE, help_text="一句话，例如“给骑手留一处避风的地方”",
        error_messages={"required": "写议题，一句话说清要商量什么。"},
    )  # fmt: skip
    words = forms.CharField(
        label="为什么提", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text="遇到了什么，想怎么商量",
        error_messages={"required": "写为什么提，遇到了什么。"},
    )  # fmt: skip
    area = forms.ModelChoiceField(
        label="网格",
        required=False,
        queryset=Area.objects.none(),
        empty_label="全街道",
        help_text="只和一个网格有关就选它",
    )
    category = forms.ChoiceField(label="类别", choices=Matter.Category.choices, initial=Matter.Category.OTHER)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class VerbForm(forms.Form):
    """What every verb's form carries. `title`, `button` and `hint` are what its page says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    title: ClassVar[str] = ""
    button: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, *args: Any, topic: Topic, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": topic.revision} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.user = user


def _words(label: str, missing: str, *, hint: str = "", most: int = 2000, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )  # fmt: skip


class PutOnForm(VerbForm):
    title, button, hint = "列入议程", "列入议程", "选一个还没开的会；不在这里排的会，写会名和会期。"
    meeting = forms.ModelChoiceField(
        label="哪个会", required=False, queryset=Meeting.objects.none(), empty_label="不在这里排的会"
    )
    body = forms.CharField(label="会名", required=False, max_length=80, help_text="例如“望桥路居委会听证会”")
    on = forms.DateField(
        label="会期", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        upcoming = Meeting.objects.visible_to(self.user).upcoming()
        if self.topic.area_id is not None:
            upcoming = upcoming.filter(area__lineage__overlap=self.topic.area.lineage) if self.topic.area else upcoming
        field = self.fields["meeting"]
        field.queryset = upcoming  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row.title}，{clock.day_of(row.starts_at):%m-%d}"  # type: ignore[attr-defined]


class TakeOffForm(VerbForm):
    title, button, hint = "从议程撤下", "撤下", "回到征集支持；已经有的支持都在。"
    why = _words("为什么", "写为什么撤下，提出人看得到。", most=300, rows=2)


class ResolveForm(VerbForm):
    title, button, hint = "写议定结果", "记下议定结果", "议定了什么，谁去办。提出人会在待办里看到。"
    outcome = _words("议定了什么", "写议定了什么，提出人看得到。")
    raises_matter = forms.BooleanField(label="转为事项，交支部落实", required=False)


class DeclineForm(VerbForm):
    title, button, hint = "不列入", "定为不列入", "写明理由；以后可以重新征集。"
    why = _words("为什么不列入", "写为什么不列入，提出人看得到。")


class ReopenForm(VerbForm):
    title, button, hint = "重新征集", "重新征集", "回到征集支持，原来的支持都在。"


class MergeForm(VerbForm):
    title, button, hint = "并入另一个", "并入", "说的是同一件事就并在一起，支持和意见合起来数；可以再拆开。"
    into = forms.ModelChoiceField(
        label="并入哪一个", queryset=Topic.objects.none(), error_messages={"required": "选并入哪一个。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Topic.objects.visible_to(self.user).open().exclude(pk=self.topic.pk).newest_first()
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
        self.fields["into"].empty_label = "选一个"  # type: ignore[attr-defined]


class UnmergeForm(VerbForm):
    title, button, hint = "拆出来", "拆出来", "回到征集支持，带着自己的支持。"


class WithdrawForm(VerbForm):
    title, button, hint = "撤回", "撤回议题", "列入议程前可以撤回。记录会留着。"
