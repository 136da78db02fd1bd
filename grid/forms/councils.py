"""Filters and forms of the pages of councils."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organisation
from coverage.forms.fields import EntityField, day_field, look_as
from coverage.forms.registry import FilterForm
from grid.chain.councils import SESSION_HINTS, SESSIONS
from grid.councils.charters import Wording
from grid.councils.seats import Delegation
from grid.models import Charter, Council, CouncilMember
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area, Place

if TYPE_CHECKING:
    from grid.models.councils import CouncilQuerySet

FIRST_CHARTER = """一、议题：成员和居民、商户都可以提；召集人汇总，会前三天告诉大家。
二、到会：按下面定的比例，不够就改期。
三、议事：一人一次把话说完，先说事实，再说想法；不同意见照记。
四、决定：能商量一致的不表决；要表决的，按下面定的比例通过。
五、公开：结果三天内在楼里、路口张贴，告诉提议的人；谁办、哪天办完写清楚。"""


class CouncilFilter(FilterForm):
    """The list of councils; those that stand unless the dissolved ones are asked for."""

    q = forms.CharField(label="找", required=False, max_length=40)
    grid = forms.ChoiceField(label="网格", required=False)
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Council.Kind.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在用"), ("ended", "已撤销")])

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]  # type: ignore[attr-defined]

    def rows(self, rows: CouncilQuerySet, *, today: dt.date) -> CouncilQuerySet:
        """The rows that were asked for, in their order."""
        chosen = self.chosen()
        rows = rows.filter(ended_on__lte=today) if chosen.get("state") == "ended" else rows.standing(today)
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "grid" in chosen:
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        if "kind" in chosen:
            rows = rows.filter(kind=chosen["kind"])
        return rows.in_order()


def _roads() -> forms.CharField:
    return forms.CharField(
        label="管哪几条路",
        required=False,
        max_length=400,
        help_text="街委会写路名，用顿号隔开，例如 望桥路、西塘路；事项按路名找到它",
    )


def roads_of(text: str) -> list[str]:
    """The roads as they were typed, separated by anything usual."""
    for mark in "，,；; \n":
        text = text.replace(mark, "、")
    return [road for road in (part.strip() for part in text.split("、")) if road]


class BuildingsField(forms.ModelMultipleChoiceField):
    """Buildings, each with its address and grid beside the name: a list to search and tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **given: Any) -> None:
        super().__init__(
            queryset=Place.objects.none(), label="哪几栋楼", required=False,
            help_text="楼务会选楼；一栋楼只有一个楼务会", **given,
        )  # fmt: skip

    def label_from_instance(self, obj: Any) -> str:
        return "，".join(filter(None, [str(obj), obj.address if str(obj) != obj.address else "", str(obj.area or "")]))


class CharterForm(forms.Form):
    """A version of the charter."""

    text = forms.CharField(label="议事规则", max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}))
    quorum_percent = forms.IntegerField(
        label="到会比例 %", min_value=1, max_value=100, initial=50, help_text="应到的百分之几到了才能开会"
    )
    passing_percent = forms.IntegerField(
        label="通过比例 %",
        min_value=1,
        max_value=100,
        initial=50,
        help_text="赞成的要超过到会的百分之几；写 100 就是要全部赞成",
    )
    voting = forms.MultipleChoiceField(
        label="哪种会要表决", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(key.value, f"{title}：{SESSION_HINTS[key]}") for key, title in SESSIONS.items()],
    )  # fmt: skip

    def wording(self) -> Wording:
        """What was written."""
        said = self.cleaned_data
        return Wording(said["text"], said["quorum_percent"], said["passing_percent"], said["voting"])


class FoundForm(CharterForm):
    """A new council with its first charter."""

    kind = forms.ChoiceField(label="哪一种", choices=Council.Kind.choices)
    name = forms.CharField(
        label="名称",
        max_length=60,
        help_text="例如 望桥路街委会、甲子大厦楼务会",
        error_messages={"required": "写名称。"},
    )
    area = forms.ModelChoiceField(
        label="网格", queryset=Area.objects.none(), empty_label="选一个", error_messages={"required": "选在哪个网格。"}
    )
    since = day_field("成立日期")
    roads = _roads()
    places = BuildingsField()
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, *args: Any, areas: QuerySet[Area], places: QuerySet[Place], **kwargs: Any) -> None:
        kwargs["initial"] = {"text": FIRST_CHARTER, "since": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["places"].queryset = places  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `grid.councils.councils.found` takes it."""
        said = self.cleaned_data
        kept = {key: said[key] for key in ("kind", "name", "area", "since", "note")}
        return kept | {"roads": roads_of(said["roads"]), "places": list(said["places"]), "wording": self.wording()}


class AmendForm(CharterForm):
    """The next version of a charter."""

    since = day_field("从哪天起施行")
    why = forms.CharField(label="怎么定的", max_length=200, help_text="例如 11 月 20 日全体会议通过")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, charter: Charter | None, **kwargs: Any) -> None:
        last = {} if charter is None else {
            "text": charter.text, "quorum_percent": charter.quorum_percent, "passing_percent": charter.passing_percent,
            "voting": charter.voting, "seen": charter.number,
        }  # fmt: skip
        kwargs["initial"] = {"since": clock.today() + dt.timedelta(days=1), "text": FIRST_CHARTER} | last
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """As `grid.councils.charters.amend` takes it."""
        return {key: self.cleaned_data[key] for key in ("since", "why", "seen")} | {"wording": self.wording()}


class CorrectForm(forms.Form):
    """What is known of a council."""

    name = forms.CharField(label="名称", max_length=60)
    roads = _roads()
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": council.name, "roads": "、".join(council.roads), "note": council.note}
        super().__init__(*args, **kwargs)
        if council.kind == Council.Kind.BUILDING:
            del self.fields["roads"]

    def values(self) -> dict[str, Any]:
        """As `grid.councils.councils.correct` takes it."""
        said = dict(self.cleaned_data)
        if "roads" in said:
            said["roads"] = roads_of(said["roads"])
        return {"values": said}


class PlacesForm(forms.Form):
    """The buildings for which a council speaks."""

    places = BuildingsField()
    since = day_field("从哪天起")

    def __init__(self, *args: Any, council: Council, places: QuerySet[Place], **kwargs: Any) -> None:
        held = council.places.on(clock.today()).values_list("place", flat=True)
        kwargs["initial"] = {"since": clock.today(), "places": list(held)}
        super().__init__(*args, **kwargs)
        self.fields["places"].queryset = places  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """For whom somebody speaks."""

    role = forms.ChoiceField(label="代表谁", choices=CouncilMember.Role.choices)
    organisation = forms.ModelChoiceField(
        label="哪个党组织推选", required=False, queryset=Organisation.objects.none(), empty_label="不是党组织"
    )
    entity = EntityField(
        label="哪家市场主体推选", required=False, help_text="写全称、招牌，或统一社会信用代码；不是名册里的就空着",
        widget=forms.TextInput,
    )  # fmt: skip
    unit = forms.CharField(
        label="或哪个单位、楼组", required=False, max_length=80, help_text="物业公司、部门、楼组的名称"
    )
    since = day_field("从哪天起")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        standing = Organisation.objects.visible_to(user).standing(clock.today()).in_order()
        self.fields["organisation"].queryset = standing  # type: ignore[attr-defined]
        look_as(self, user)

    def delegation(self) -> Delegation:
        """What was chosen."""
        said = self.cleaned_data
        return Delegation(said["role"], said["organisation"], said["entity"], said["unit"])

    def values(self) -> dict[str, Any]:
        """As `grid.councils.seats.change_delegation` takes it."""
        return {"delegation": self.delegation(), "since": self.cleaned_data["since"]}


class SeatForm(DelegationForm):
    """Somebody takes a seat."""

    name = forms.CharField(label="姓名", max_length=40)
    user = forms.ModelChoiceField(
        label="他的账号", required=False, queryset=User.objects.none(), empty_label="没有账号",
        help_text="关联账号不会多给权限；召集人的权限由安全管理员授予",
    )  # fmt: skip
    field_order = ("name", "role", "organisation", "entity", "unit", "user", "since")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["user"].queryset = accounts(user)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `grid.councils.seats.seat` takes it."""
        return super().values() | {"name": self.cleaned_data["name"], "user": self.cleaned_data["user"]}


def accounts(user: User) -> QuerySet[User]:
    """The accounts of the person's street."""
    return User.objects.filter(street=user.street_id, is_active=True).order_by("display_name", "pk")


class AccountForm(forms.Form):
    """By which account somebody signs in."""

    user = forms.ModelChoiceField(
        label="账号", required=False, queryset=User.objects.none(), empty_label="不关联",
        help_text="关联账号不会多给权限",
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From which day something does not hold any more, and why."""

    on = day_field("从哪天起不再算")
    reason = forms.CharField(label="原因", max_length=100)


class SinceForm(forms.Form):
    """From which day something holds."""

    since = day_field("从哪天起")
