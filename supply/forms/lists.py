"""What the pages of the three lists post."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from coverage.forms.fields import EntityField, day_field, look_as
from shimen.accounts.models import User
from shimen.territory.models import Area
from supply.lists.keeping import fields_of
from supply.models import Audience, Category, Need, Project, Recipient, Resource, Series, Space

Row = Need | Resource | Project


class FilterForm(forms.Form):
    """What is seen of a list; kept in the address."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label="状态", required=False)
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Category.choices])
    audience = forms.ChoiceField(label="对象", required=False, choices=[("", "全部"), *Audience.choices])
    q = forms.CharField(label="编号、名称或说明", required=False, max_length=40)

    def __init__(self, *args: Any, model: type[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", "全部"), *model.State.choices]  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Any]) -> QuerySet[Any]:
        """The lines among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen
        for key in ("state", "category"):
            if chosen.get(key):
                rows = rows.filter(**{key: chosen[key]})
        if chosen.get("audience"):
            rows = rows.filter(audiences__contains=[chosen["audience"]])
        words = (chosen.get("q") or "").strip()
        return rows.found_by(words) if words else rows  # type: ignore[attr-defined]


class RowForm(forms.Form):
    """A line of one of the lists. `recipients` are those that this person sees."""

    title = forms.CharField(label="名称", max_length=60, error_messages={"required": "写名称。"})
    words = forms.CharField(label="说明", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
                            help_text="照平常的话写，对接按这里的字找")  # fmt: skip
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    audiences = forms.MultipleChoiceField(
        label="对象",
        required=False,
        choices=Audience.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是不限",
    )
    capacity = forms.IntegerField(label="多少人", required=False, min_value=1, max_value=9999)
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全街道")
    since = day_field("从哪天", required=False)
    until = day_field("到哪天", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, row: Row | None = None, **kwargs: Any) -> None:
        if row is not None:
            given = {name: getattr(row, name) for name in fields_of(type(row))}
            kwargs["initial"] = given | {"seen": row.revision} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(user).grids().in_order()  # type: ignore[attr-defined]
        people = Recipient.objects.visible_to(user).filter(until__isnull=True).in_order()
        for name in ("recipient", "lead"):
            if name in self.fields:
                self.fields[name].queryset = people  # type: ignore[attr-defined]
        if "space" in self.fields:
            offer_spaces(self.fields["space"], user, now=getattr(row, "space", None))
        look_as(self, user)

    @property
    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        if "entity" in found and not found["entity"]:
            found["entity"] = None
        return found


def _recipient(label: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, required=False, queryset=Recipient.objects.none(), empty_label="没有")


class NeedForm(RowForm):
    recipient = _recipient("哪个党组织提的")
    raiser = forms.CharField(label="谁提出的", required=False, max_length=60, help_text="店名或称呼，不写全名和电话")
    raised_on = day_field("提出日期")


def space_field() -> forms.ModelChoiceField:
    """In which space of a venue something takes place; `offer_spaces` says which there are."""
    return forms.ModelChoiceField(
        label="占哪个空间", required=False, queryset=Space.objects.none(), empty_label="不占阵地的空间",
        help_text="上菜单时自动订好，撤下就让出",
    )  # fmt: skip


def offer_spaces(field: Any, user: User, *, now: Space | None = None) -> None:
    """The spaces that can be booked, and the one that is held now whatever became of it."""
    rows = Space.objects.visible_to(user).bookable()
    if now is not None:
        rows = rows | Space.objects.visible_to(user).filter(pk=now.pk)
    field.queryset = rows.select_related("venue").in_order()
    field.label_from_instance = lambda row: f"{row.venue} {row}（{row.capacity} 人）"


class ResourceForm(RowForm):
    provider = forms.CharField(label="供给方", max_length=60, error_messages={"required": "写明供给方。"})
    entity = EntityField(label="名册上的单位", required=False, help_text="全称或统一社会信用代码；不在名册上就不填")
    recipient = _recipient("哪个党组织供给")
    location = forms.CharField(label="在哪里", required=False, max_length=60)
    space = space_field()
    per_month = forms.IntegerField(label="每月最多几场", min_value=0, max_value=60, initial=0, help_text="0 是不限")
    is_door = forms.BooleanField(label="可以上门", required=False)


class ProjectForm(RowForm):
    provider = forms.CharField(label="谁来办", required=False, max_length=60)
    lead = _recipient("牵头党组织")
    series = forms.ModelChoiceField(label="系列", required=False, queryset=Series.objects.none(), empty_label="没有")
    leader = forms.CharField(label="领跑书记", required=False, max_length=30, help_text="书记领跑的项目要写")
    location = forms.CharField(label="在哪里", required=False, max_length=60)
    space = space_field()
    is_door = forms.BooleanField(label="可以上门", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["series"].queryset = Series.objects.visible_to(user).in_order()  # type: ignore[attr-defined]


FORMS: dict[type[Row], type[RowForm]] = {Need: NeedForm, Resource: ResourceForm, Project: ProjectForm}


class MoveForm(forms.Form):
    """A change of state: one sentence."""

    words = forms.CharField(label="写一句", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SeriesForm(forms.Form):
    name = forms.CharField(label="系列名称", max_length=30)
    words = forms.CharField(label="说明", required=False, max_length=200)
    is_led = forms.BooleanField(label="由书记领跑", required=False, help_text="勾上后，每个项目要写明领跑书记")
