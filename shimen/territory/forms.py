"""What the pages of areas and places post, read into the terms of the verbs."""

from __future__ import annotations

from typing import Any

from django import forms

from shimen.territory import borders
from shimen.territory.models import Area, Place, Street


class AreaForm(forms.Form):
    """Name, code, place in the tree and in the order."""

    kind = forms.ChoiceField(label="类别", choices=Area.Kind.choices)
    name = forms.CharField(label="名称", max_length=60)
    code = forms.CharField(label="代码", max_length=20, help_text="表格和导出里用，例如 W4")
    parent = forms.ModelChoiceField(
        label="上一级", queryset=Area.objects.none(), required=False, empty_label="街道", help_text="网格直接归街道"
    )
    sort = forms.IntegerField(label="次序", min_value=0, max_value=999, initial=0, help_text="小的排在前")

    def __init__(self, *args: Any, street: Street, area: Area | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = Area.objects.standing().filter(street=street)
        if area is not None:
            del self.fields["kind"]
            above = above.exclude(lineage__contains=[area.pk])
        self.fields["parent"].queryset = above.in_order()  # type: ignore[attr-defined]


class BorderForm(forms.Form):
    """A border as dragged on the map or pasted; what was dragged stands in the same field."""

    ring = forms.CharField(
        label="角点",
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": "12", "spellcheck": "false", "class": "code", "data-ring": ""}),
        help_text="每行一个角：经度, 纬度（WGS-84），首尾不用重复。也可以整段粘贴 GeoJSON",
    )
    along = forms.BooleanField(label="相邻网格共用的角一起动", required=False, initial=True)

    def clean_ring(self) -> borders.Ring:
        try:
            return borders.read_ring(self.cleaned_data["ring"])
        except borders.BorderError as error:
            raise forms.ValidationError(error.sentence) from error


class ReasonForm(forms.Form):
    """Why something is closed."""

    reason = forms.CharField(label="为什么撤销", max_length=200)


class PointForm(forms.Form):
    """A place on the map, in WGS-84 degrees."""

    lon = forms.FloatField(
        label="经度", min_value=-180, max_value=180, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    lat = forms.FloatField(
        label="纬度", min_value=-90, max_value=90, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    area = forms.ModelChoiceField(
        label="归哪个网格", queryset=Area.objects.none(), required=False, empty_label="按边界自动归",
        help_text="位置在哪个网格的边界里就归哪个；在边界以外时才要选",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas.grids().in_order()  # type: ignore[attr-defined]

    def clean_lon(self) -> float:
        return round(float(self.cleaned_data["lon"]), borders.DIGITS)

    def clean_lat(self) -> float:
        return round(float(self.cleaned_data["lat"]), borders.DIGITS)


class MoveForm(PointForm):
    """Where a place goes; whether it changes its grid is asked on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].empty_label = "不变"  # type: ignore[attr-defined]
        self.fields["area"].help_text = "里面的主体跟着改归"


class PlaceNames(forms.Form):
    """What a place is called and what it is."""

    address = forms.CharField(label="地址", max_length=200, help_text="例如 望桥路 45 号，或 望桥路 88 弄 3 号 201 室")
    kind = forms.ChoiceField(label="类型", choices=Place.Kind.choices)
    name = forms.CharField(label="名称", max_length=80, required=False, help_text="楼宇名；没有就空着")


class PlaceForm(PlaceNames, PointForm):
    """A new place: its address and where it is."""


class PlaceFilter(forms.Form):
    """Narrowing the places of an area."""

    q = forms.CharField(label="地址或名称", required=False, max_length=60)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Place.Kind.choices])

    def narrow(self, places: Any) -> Any:
        """`places` as far as the filter leaves them; what makes no sense is left out."""
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        typed = chosen.get("q", "").replace(" ", "")
        if typed:
            places = places.filter(address__contains=typed) | places.filter(name__contains=typed)
        return places.filter(kind=chosen["kind"]) if chosen.get("kind") else places
