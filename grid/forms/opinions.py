"""The public form of the station, the form of those inside, and the forms of those who sort and look after codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from coverage.forms.registry import FilterForm
from coverage.models import Entity
from grid.models import Matter, Opinion, OpinionNotice
from grid.opinions.receiving import LONGEST, SHORTEST, Said
from shimen import clock
from shimen.privacy import phones
from shimen.territory import calendar
from shimen.territory.models import Area, Place
from supply.models import Venue

CATEGORIES = [("", "不选也行"), *Matter.Category.choices]
NO_CONSENT = "要留电话就勾选同意；不想留，把电话删掉再提交"


class TellForm(forms.Form):
    """What somebody writes behind a code. Only the words are needed; nothing is ticked beforehand."""

    words = forms.CharField(
        label="要说的事", max_length=LONGEST,
        error_messages={"required": f"还没写，至少 {SHORTEST} 个字", "max_length": f"最多 {LONGEST} 字，分两次说"},
    )  # fmt: skip
    spot = forms.CharField(label="在哪里", required=False, max_length=80, error_messages={"max_length": "最多 80 个字"})
    area = forms.ModelChoiceField(label="哪一片", required=False, queryset=Area.objects.none())
    category = forms.ChoiceField(label="哪一类", required=False, choices=CATEGORIES)
    phone = forms.CharField(
        label="电话", required=False, max_length=40, error_messages={"max_length": "写得太长，看看有没有写错"}
    )
    consents = forms.BooleanField(label="单独同意", required=False)
    website = forms.CharField(label="这一格请留空", required=False, max_length=200)

    def __init__(self, *args: Any, areas: QuerySet[Area] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if areas is None:
            del self.fields["area"]
        else:
            self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "选一个列出来的"
            # Django's own sentence for NULs is for programmers.
            field.error_messages["null_characters_not_allowed"] = "里面有看不见的字符，删掉重写"

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if len(words) < SHORTEST:
            raise forms.ValidationError(f"至少 {SHORTEST} 个字，说清什么事")
        return words

    def clean_phone(self) -> str:
        return read_phone(self.cleaned_data["phone"])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("这一格请留空，再提交一次")
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("phone") and not data.get("consents"):
            self.add_error("consents", NO_CONSENT)
        return data

    def said(self) -> Said:
        """What was written."""
        data = self.cleaned_data
        return Said(
            words=data["words"], spot=data["spot"], area=data.get("area"), phone=data["phone"], consents=data["consents"],
            category=data["category"] or Matter.Category.OTHER,
        )  # fmt: skip


def read_phone(written: str) -> str:
    """A number in its written form, '' for none. Raises `ValidationError` for what nobody could call."""
    try:
        number = phones.normalise(written)
    except phones.UnreadablePhoneError:
        raise forms.ValidationError("看不出是电话，写手机号或带区号的固定电话") from None
    if number and phones.is_doubtful(number):
        raise forms.ValidationError("看看有没有多写、少写一位")
    return number


class WriteDownForm(forms.Form):
    """What somebody inside heard."""

    words = forms.CharField(
        label="说了什么", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), help_text="照说的人的话写",
        error_messages={"required": "写一句说了什么，照说的人的话写。"},
    )  # fmt: skip
    way = forms.ChoiceField(label="怎么听到的", choices=[(way.value, way.label) for way in Opinion.INSIDE])
    area = forms.ModelChoiceField(
        label="网格",
        queryset=Area.objects.none(),
        empty_label="选网格",
        error_messages={"required": "选网格，才知道归谁分拣。"},
    )
    spot = forms.CharField(label="在哪里", required=False, max_length=80, help_text="路名、门牌、楼层，认得出就行")
    category = forms.ChoiceField(label="类别", choices=Matter.Category.choices, initial=Matter.Category.OTHER)
    teller = forms.CharField(label="谁说的", required=False, max_length=40, help_text="店名或称呼，不用写全名")
    phone = forms.CharField(label="电话", required=False, max_length=40, help_text="说的人愿意留才写")
    consents = forms.BooleanField(label="本人同意留电话，只用来问清和回复", required=False)
    entity = forms.ModelChoiceField(queryset=Entity.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Area], entities: QuerySet[Entity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["entity"].queryset = entities  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        return read_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("phone") and not data.get("consents"):
            self.add_error("consents", NO_CONSENT)
        return data

    def said(self) -> Said:
        """What was written."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "way"}
        return Said(**given)


STATES = [("waiting", "待分拣"), ("late", "分拣超期"), ("open", "还没有结果"), ("all", "全部"), *Opinion.STATES[1:]]


class QueueFilter(FilterForm):
    """What is seen of the opinions; kept in the address."""

    state = forms.ChoiceField(label="状态", required=False, choices=STATES)
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Matter.Category.choices])
    way = forms.ChoiceField(label="来处", required=False, choices=[("", "全部"), *Opinion.Way.choices])
    q = forms.CharField(label="编号或说的话", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: Any, *, now: dt.datetime, sort_days: int) -> Any:
        """Those that were asked for: the waiting ones unless something else was, the longest waiting first."""
        chosen = self.cleaned_data if self.is_valid() else {}
        state = chosen.get("state") or "waiting"
        rows = _in_state(seen, state, now, sort_days)
        for key in ("category", "way"):
            if chosen.get(key):
                rows = rows.filter(**{key: chosen[key]})
        if chosen.get("area"):
            rows = rows.filter(area__lineage__contains=[chosen["area"].pk])
        if words := (chosen.get("q") or "").strip():
            rows = rows.found_by(words)
        return rows.in_order() if state in ("waiting", "late") else rows.newest_first()


def _in_state(seen: Any, state: str, now: dt.datetime, sort_days: int) -> Any:
    match state:
        case "all":
            return seen
        case "open":
            return seen.open_at(now)
        case "late":
            return seen.waiting().filter(received_at__lt=sorted_by(now, sort_days))
    return seen.filter(state=state)


def sorted_by(now: dt.datetime, days: int) -> dt.datetime:
    """What came before this instant and still waits has waited longer than `days` working days."""
    day = clock.day_of(now)
    back = day - dt.timedelta(days=days * 3 + 12)
    working = [each for each in calendar.working_days(back, day) if each < day]
    first = working[-days] if days <= len(working) else back
    return dt.datetime.combine(first, dt.time.min, clock.SHANGHAI)


class ToMatterForm(forms.Form):
    """What is asked before an opinion becomes a matter."""

    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="选网格")
    category = forms.ChoiceField(label="类别", required=False, choices=Matter.Category.choices)
    urgency = forms.ChoiceField(label="紧急程度", required=False, choices=Matter.Urgency.choices)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.has_default = True  # type: ignore[attr-defined]  # an area is asked for by the verb, the others begin with something


class ToTopicForm(forms.Form):
    """What is asked before an opinion becomes a topic."""

    title = forms.CharField(label="议题", required=False, max_length=60)


class ReplyForm(forms.Form):
    """The words of an answer, or where to go."""

    words = forms.CharField(label="答复", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class CodeForm(forms.Form):
    """For which spot a code is made: the whole street, a grid, or a place found by its name or address."""

    area = forms.ModelChoiceField(
        label="网格", required=False, queryset=Area.objects.none(), empty_label="全街道", help_text="不选就是全街道一张"
    )
    place = forms.CharField(
        label="阵地、楼宇或地点", required=False, max_length=60, help_text="写名称或门牌，例如“望桥路 41 号”"
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.places = places

    def clean_place(self) -> Place | None:
        typed = "".join(self.cleaned_data["place"].split())
        if not typed:
            return None
        named = (
            self.places.filter(name=typed) | self.places.filter(address=typed) | self.places.filter(address_key=typed)
        )
        alike = self.places.filter(name__contains=typed) | self.places.filter(address__contains=typed)
        venues = Venue.objects.filter(name__contains=typed, closed_on__isnull=True, place__isnull=False)
        at_venue = self.places.filter(pk__in=venues.values("place"))
        found = next((rows for each in (named, at_venue, alike) if (rows := list(each.order_by("pk")[:2]))), [])
        if len(found) != 1:
            raise forms.ValidationError("没有找到这个地点" if not found else "不止一处，写得再细一点")
        return found[0]


class NoticeForm(forms.ModelForm):
    """A new version of the notice, begun from the one in use."""

    class Meta:
        model = OpinionNotice
        fields = ["organ", "contact", "notice", "consent", "retention_days"]
        help_texts = {
            "organ": "落款的单位全称",
            "contact": "科室和电话，写在每一页下面",
            "notice": "谁在听、记什么、给谁看、怎么撤回、找谁投诉",
            "consent": "写在“同意”后面，只管电话这一项",
            "retention_days": "从收到那天起算，过了自动删除",
        }
        widgets = {"notice": forms.Textarea(attrs={"rows": 12})}

    def clean_retention_days(self) -> int:
        days: int = self.cleaned_data["retention_days"]
        if not 7 <= days <= 365:
            raise forms.ValidationError("写 7 到 365 之间的天数")
        return days
