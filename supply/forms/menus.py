"""What the pages of the weekly menu post."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from shimen.accounts.models import User
from shimen.clock import SHANGHAI
from supply.forms.lists import offer_spaces, space_field
from supply.menus.publishing import FIELDS
from supply.models import MenuItem, Project, Recipient, Resource

WHEN = {"type": "datetime-local"}


def _instant(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=WHEN),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )  # fmt: skip


class ItemForm(forms.Form):
    """An item of a menu as it is changed before the week."""

    title = forms.CharField(label="项目", max_length=60, min_length=2)
    provider = forms.CharField(label="供给方", max_length=60, required=False)
    space = space_field()
    location = forms.CharField(label="地点", max_length=60, required=False, help_text="占空间的可以不填")
    starts_at = _instant("开始")
    ends_at = _instant("结束")
    quota = forms.IntegerField(label="名额", min_value=1, max_value=2000)
    words = forms.CharField(label="说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, item: MenuItem, user: User, **kwargs: Any) -> None:
        given = {name: getattr(item, name) for name in FIELDS}
        for name in ("starts_at", "ends_at"):
            given[name] = given[name].astimezone(SHANGHAI)
        kwargs["initial"] = given
        super().__init__(*args, **kwargs)
        offer_spaces(self.fields["space"], user, now=item.space)
        self.fields["quota"].label = f"名额（{item.get_unit_display()}）"


class AddForm(forms.Form):
    """One more item: from which list, when, how many places."""

    source = forms.ChoiceField(label="从清单上选")
    starts_at = _instant("开始")
    minutes = forms.IntegerField(label="多少分钟", min_value=10, max_value=720, initial=90)
    space = space_field()
    location = forms.CharField(label="地点", max_length=60, required=False, help_text="不填就用清单上的")
    quota = forms.IntegerField(
        label="名额", min_value=1, max_value=2000, required=False, help_text="不填就用清单上的人数"
    )

    def __init__(
        self, *args: Any, fresh: list[Project | Resource], again: list[Project | Resource], user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_spaces(self.fields["space"], user)
        self.fields["space"].help_text = "不选就用清单上的"
        self.by_id = {str(row.pk): row for row in (*fresh, *again)}
        groups = (("还没上菜单的", fresh), ("已有一场，再办一场", again))
        named = [(title, [(str(row.pk), str(row)) for row in rows]) for title, rows in groups if rows]
        self.fields["source"].choices = [("", "选一项"), *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Project | Resource:
        return self.by_id[self.cleaned_data["source"]]

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        ends = data["starts_at"] + dt.timedelta(minutes=data["minutes"])
        return {
            "starts_at": data["starts_at"], "ends_at": ends, "location": data["location"], "quota": data["quota"],
            "space": data["space"],
        }  # fmt: skip


class OrderForm(forms.Form):
    """An order of one item by one of the organisations for which the person speaks."""

    recipient = forms.ModelChoiceField(
        label="党组织",
        queryset=Recipient.objects.none(),
        empty_label="选一个",
        error_messages={"required": "选党组织。"},
    )
    places = forms.IntegerField(label="多少人", min_value=1, max_value=50, initial=1, required=False)
    note = forms.CharField(label="备注", required=False, max_length=100)

    def __init__(self, *args: Any, item: MenuItem, recipients: QuerySet[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recipient"]
        field.queryset = recipients
        if item.unit == MenuItem.Unit.ORGANISATION:
            del self.fields["places"]

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"recipient": data["recipient"], "places": data.get("places") or 1, "note": data["note"]}


class OrderForForm(forms.Form):
    """An order by somebody who has a menu before them: for whom, and which item of it."""

    recipient = forms.ModelChoiceField(
        label="党组织",
        queryset=Recipient.objects.none(),
        empty_label="选一个",
        error_messages={"required": "选党组织。"},
    )
    item = forms.ModelChoiceField(
        label="哪一场", queryset=MenuItem.objects.none(), empty_label="选一场", error_messages={"required": "选一场。"}
    )
    places = forms.IntegerField(
        label="多少人", min_value=1, max_value=50, required=False, help_text="名额按人算的才写，不写就是 1 人"
    )
    note = forms.CharField(label="备注", required=False, max_length=100)

    def __init__(
        self,
        *args: Any,
        recipients: QuerySet[Recipient],
        items: QuerySet[MenuItem],
        kept: dict[Any, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {"recipient": recipients, "item": items}
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

        def named(item: MenuItem) -> str:
            begin, free = item.starts_at.astimezone(SHANGHAI), max(item.left - kept.get(item.pk, 0), 0)
            left = f"还有 {free} {item.get_unit_display()}" if free else "可以候补"
            return f"周{'一二三四五六日'[begin.weekday()]} {begin:%H:%M} {item.title}（{left}）"

        self.fields["item"].label_from_instance = named  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why; said to those whom it concerns."""

    reason = forms.CharField(label="为什么", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
