"""Forms of the pages on areas: what is seen of one, changing it, adding to it, a member's duty list."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from django import forms

from branches.duty.charges import Piece
from branches.duty.responsibilities import LONGEST_ITEM, MOST_ITEMS
from branches.models import Charge, Member, Organisation, Responsibility
from coverage.forms.registry import FilterForm
from shimen.territory import addresses
from shimen.territory.models import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.areas import ShareQuerySet

NOBODY = "none"
MOST_LINES = 500
_FLOORS = re.compile(
    r"[\s,，]+(-?\d{1,3})?\s*(?:([-~—至到])\s*(-?\d{1,3})?)?\s*(?:层|楼|F)\s*(以上|以下)?\s*$", re.IGNORECASE
)


class AreaFilter(FilterForm):
    """What is seen of an organisation's area: a road, and who looks after it."""

    q = forms.CharField(label="路名或楼名", required=False, max_length=40)
    member = forms.ChoiceField(label="责任党员", required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "全部"), (NOBODY, "还没有人"), *members]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]

    def rows(self, rows: ShareQuerySet, *, on: dt.date) -> ShareQuerySet:
        """The charges asked for, in the order of doors."""
        chosen = self.chosen()
        if "q" in chosen:
            typed = chosen["q"].strip()
            rows = rows.filter(place__address__contains=typed) | rows.filter(place__name__contains=typed)
        if "member" in chosen:
            held = Responsibility.objects.on(on)
            mine = held if chosen["member"] == NOBODY else held.filter(member=chosen["member"])
            places = mine.values("place")
            rows = rows.exclude(place__in=places) if chosen["member"] == NOBODY else rows.filter(place__in=places)
        return rows.by_walk()


class ChangeForm(forms.Form):
    """What is to become of the chosen places: who looks after them, who answers for them, from when on."""

    ENTRUST, MOVE, END = "entrust", "move", "end"
    do = forms.ChoiceField(
        label="办什么", choices=[(ENTRUST, "交给责任党员"), (MOVE, "移交给别的党组织"), (END, "不再负责")]
    )
    charges = forms.ModelMultipleChoiceField(
        label="地点", queryset=Charge.objects.none(), error_messages={"required": "在清单里选至少一个地点。"}
    )
    member = forms.ModelChoiceField(
        label="责任党员", queryset=Member.objects.none(), required=False, empty_label="选一名"
    )
    organisation = forms.ModelChoiceField(
        label="党组织", queryset=Organisation.objects.none(), required=False, empty_label="选一个"
    )
    since = forms.DateField(label="自", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label="依据或原因", max_length=120, required=False)

    def __init__(
        self, *args: Any, charges: QuerySet[Charge], members: QuerySet[Member],
        organisations: QuerySet[Organisation], may_move: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[assignment]
        fields["charges"].queryset, fields["member"].queryset = charges, members
        fields["organisation"].queryset = organisations
        fields["member"].label_from_instance = lambda member: str(member.user or member.name_mask)
        if not may_move:
            fields["do"].choices = fields["do"].choices[:1]
            del fields["organisation"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("do") == self.ENTRUST and not data.get("member"):
            self.add_error("member", "选一名责任党员。")
        if data.get("do") == self.MOVE and not data.get("organisation"):
            self.add_error("organisation", "选移交给哪个党组织。")
        return data

    def pieces(self) -> list[Piece]:
        """The places chosen, with the floors that the organisation holds of each."""
        return [piece_of(charge) for charge in self.cleaned_data["charges"]]


def piece_of(row: Charge | Responsibility) -> Piece:
    """A row of a partition as the verbs take it."""
    last = None if row.floors.upper is None else row.floors.upper - 1
    return Piece(row.place_id, row.floors.lower, last)


class AddForm(forms.Form):
    """Places to take on, one a line: 望桥路 41 号, or a building with some floors: 清波路 120 弄 7 号 3-6 层."""

    lines = forms.CharField(
        label="地点", widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一行一个门牌或楼名；只要楼里几层的，在后面写“3-6 层”或“10 层以上”",
    )  # fmt: skip
    since = forms.DateField(label="自", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    basis = forms.CharField(label="依据", max_length=120, required=False, help_text="例如“2026 年 9 月街区划分”")

    def __init__(self, *args: Any, places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean_lines(self) -> list[Piece]:
        """Each line read as a place; a line that names none is an error that names the line."""
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"一次最多 {MOST_LINES} 行，现在 {len(lines)} 行。")
        read = [read_line(line) for line in lines]
        known = self._known({name for name, _, _ in read})
        wrong = [line for line, (name, _, _) in zip(lines, read, strict=True) if name not in known]
        if wrong:
            raise forms.ValidationError([f"“{line[:40]}”不是已登记的门牌或楼名。" for line in wrong[:5]])
        return [Piece(known[name], first, last) for name, first, last in read]

    def _known(self, names: set[str]) -> dict[str, Any]:
        keys = {name: addresses.key(name) for name in names}
        by_key = dict(self.places.filter(address_key__in=set(keys.values()) - {""}).values_list("address_key", "pk"))
        found = {name: by_key[key] for name, key in keys.items() if key in by_key}
        named = self.places.filter(name__in=names - found.keys()).values_list("name", "pk")
        return found | dict(named)


def read_line(line: str) -> tuple[str, int | None, int | None]:
    """A place's name or address, and the floors named behind it: first and last, both included."""
    match = _FLOORS.search(line)
    if match is None or (match[1] is None and match[3] is None):
        return line, None, None
    name = line[: match.start()].strip()
    first = int(match[1]) if match[1] is not None else None
    if match[4] == "以上":
        return name, first, None
    if match[4] == "以下":
        return name, None, first
    last = int(match[3]) if match[3] is not None else (None if match[2] else first)
    return name, first, last


class DutyListForm(forms.Form):
    """The next version of a member's duty list."""

    items = forms.CharField(
        label="职责", widget=forms.Textarea(attrs={"rows": 7}),
        help_text=f"一行一条，最多 {MOST_ITEMS} 条，每条不超过 {LONGEST_ITEM} 字",
    )  # fmt: skip
    since = forms.DateField(label="自", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def clean_items(self) -> list[str]:
        """The duties, a line each."""
        return [line for line in self.cleaned_data["items"].splitlines() if line.strip()]
