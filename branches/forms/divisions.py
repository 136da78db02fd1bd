"""Forms of the pages on divisions: what is asked, handing doors over, adopting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from branches.duty.dividing import MOST_AREAS, Asked, title_of
from branches.models import Division, DivisionVariant, Member, Organisation
from branches.models.divisions import NEW
from branches.pages.coverings import named

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_METRES = 5000


class AskForm(forms.Form):
    """What is asked of a division of the street."""

    name = forms.CharField(label="名称", max_length=60, help_text="例如“2026 年 9 月方案”")
    number = forms.IntegerField(
        label="分成几片", required=False, min_value=1, max_value=MOST_AREAS,
        help_text="空着就按现有的街区党支部；多出来的先叫“新街区”，采用时再定由谁负责",
        error_messages={"min_value": "至少要分成 1 片。", "max_value": f"一次最多分成 {MOST_AREAS} 片。"},
    )  # fmt: skip
    founding = forms.CharField(
        label="试算增设一个街区", max_length=30, required=False,
        help_text="写新街区的名称，例如“第四街区”；只算增设以后的样子，其余尽量不动",
    )  # fmt: skip
    measure = forms.ChoiceField(label="按什么均衡", choices=Division.Measure, initial=Division.Measure.SHOPS)
    tolerance = forms.IntegerField(label="相差不超过百分之", min_value=0, max_value=100)
    price_of_change = forms.IntegerField(
        label="少变动的分量", min_value=0, max_value=MOST_METRES,
        help_text="一家店为了不换归属，最多可以多走几米；0 是不考虑",
    )  # fmt: skip
    respects_grids = forms.BooleanField(label="算一个沿网格边界的方案", required=False)

    def asked(self) -> Asked:
        """The form as the verbs take it."""
        return Asked(**self.cleaned_data)


class AskWithinForm(AskForm):
    """What is asked of a division within a branch."""

    members = forms.ModelMultipleChoiceField(
        label="分给哪些党员", queryset=Member.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "选至少一名责任党员。"},
    )  # fmt: skip
    field_order = ("name", "members", "measure", "tolerance", "price_of_change")

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "founding", "respects_grids"):
            del self.fields[name]
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        self.fields["members"].label_from_instance = named  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The form as the verbs take it."""
        return Asked(**(self.cleaned_data | {"members": tuple(self.cleaned_data["members"])}))


class HandForm(forms.Form):
    """Doors to be handed to another area: written as an address, or a whole block or road; `seen` counts the changes."""

    doors = forms.CharField(label="哪些商铺", widget=forms.HiddenInput, required=False)
    to = forms.TypedChoiceField(label="移到", coerce=int)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = areas  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    """From which day a variant holds, and who takes on the areas that are new."""

    since = forms.DateField(label="自哪天起", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, variant: DivisionVariant, branches: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new = [area["key"] for area in variant.division.areas if area["key"].startswith(NEW)]
        held = {area["key"] for area in variant.division.areas}
        for number, area in enumerate(variant.division.areas):
            if area["key"] in self.new:
                self.fields[area["key"]] = forms.ModelChoiceField(
                    label=f"{title_of(variant.division, number)}由谁负责", queryset=branches.exclude(pk__in=held - set(self.new)),
                    empty_label="选一个",
                    error_messages={"required": "选由哪个党支部负责；还没有就先成立。"},
                )  # fmt: skip

    def founded(self) -> dict[str, Organisation]:
        """Which organisation each new area is."""
        return {key: self.cleaned_data[key] for key in self.new}
