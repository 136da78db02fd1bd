"""Forms on members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from branches.bodies.members import Person, phone_of
from branches.models import Member, Organisation
from coverage.forms.fields import day_field
from coverage.forms.registry import FilterForm
from coverage.models import Worker
from shimen.accounts.models import User
from shimen.privacy.sealing import phone_index
from shimen.territory.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.members import MemberQuerySet


class MemberFilter(FilterForm):
    """The list of members of all organisations in sight: masks only."""

    q = forms.CharField(label="电话或党组织", required=False, max_length=60)
    grid = forms.ChoiceField(label="网格", required=False)
    standing = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Member.Standing.choices])
    relation = forms.ChoiceField(label="组织关系", required=False, choices=[("", "全部"), *Member.Relation.choices])
    linked = forms.ChoiceField(
        label="从业人员名册", required=False, choices=[("", "不限"), ("1", "对上了"), ("0", "没对上")]
    )
    left = forms.ChoiceField(label="在册", required=False, choices=[("", "在册"), ("1", "已离开")])

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]  # type: ignore[attr-defined]

    def rows(self, rows: MemberQuerySet, *, today: dt.date) -> MemberQuerySet:
        """The rows that were asked for, by organisation."""
        chosen = self.chosen()
        rows = rows.filter(valid__endswith__lte=today) if "left" in chosen else rows.on(today)
        if "q" in chosen:
            index = phone_index(chosen["q"])
            rows = rows.filter(phone_index=index) if index else rows.filter(organisation__name__icontains=chosen["q"])
        if "grid" in chosen:
            rows = rows.filter(organisation__area__lineage__contains=[chosen["grid"]])
        same = ("standing", "relation")
        rows = rows.filter(**{key: chosen[key] for key in same if key in chosen})
        if "linked" in chosen:
            rows = rows.filter(worker__isnull=chosen["linked"] == "0")
        return rows.order_by("organisation__pinyin", "organisation", "valid", "id")


class MemberForm(forms.Form):
    """A member of an organisation."""

    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(
        label="电话", max_length=40, required=False, help_text="加密存放，列表只显示掩码；用来防止重复编入"
    )
    standing = forms.ChoiceField(label="党员类别", choices=Member.Standing.choices)
    relation = forms.ChoiceField(label="组织关系", choices=Member.Relation.choices)
    home_unit = forms.CharField(
        label="组织关系所在单位", max_length=100, required=False, help_text="流动、下沉的才填：组织关系在哪个支部或单位"
    )
    worker = forms.ModelChoiceField(
        label="就是名册里的哪位从业人员", queryset=Worker.objects.none(), required=False, empty_label="不连",
        help_text="只列组建单位里的党员；连上以后两边是同一个人",
    )  # fmt: skip
    since = day_field("编入日期")

    def __init__(
        self, *args: Any, workers: QuerySet[Worker], users: QuerySet[User] | None = None, **kwargs: Any
    ) -> None:
        self.member: Member | None = kwargs.pop("member", None)
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = workers  # type: ignore[attr-defined]
        if users is not None:
            self.fields["user"] = forms.ModelChoiceField(
                label="账号", queryset=users, required=False, empty_label="没有账号",
                help_text="连上账号的书记才看得到本党组织的姓名",
            )  # fmt: skip
        if self.member is not None:
            self._fill(self.member)

    def _fill(self, member: Member) -> None:
        for key in ("standing", "relation", "home_unit"):
            self.fields[key].initial = getattr(member, key)
        self.fields["name"].initial = member.name()
        self.fields["worker"].initial = member.worker_id
        self.fields["since"].initial = member.valid.lower
        if member.phone_mask:
            self.fields["phone"].help_text = f"现为 {member.phone_mask}，不填就不改"
        if "user" in self.fields:
            self.fields["user"].initial = member.user_id

    def person(self) -> Person:
        """Somebody who joins."""
        said = {key: value for key, value in self.cleaned_data.items() if key != "since"}
        return Person(**said)

    def values(self) -> dict[str, Any]:
        """What was typed on an edit; a number left blank stays."""
        said = dict(self.cleaned_data)
        if self.member is not None and not said["phone"]:
            said["phone"] = phone_of(self.member)
        return said


class TransferForm(forms.Form):
    """To which organisation, from when, why."""

    to = forms.ModelChoiceField(label="转到", queryset=Organisation.objects.none(), empty_label="选一个党组织")
    on = day_field("转接日期", help_text="从这一天起在新的党组织")
    reason = forms.CharField(label="原因", max_length=80)

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """From which day somebody is not a member here any more."""

    on = day_field("离开日期", help_text="从这一天起不在册")
    reason = forms.CharField(label="原因", max_length=80, help_text="例如 转往外省市、离世、停止党籍")


class RuleForm(forms.Form):
    """The street's own value of a rule."""

    value = forms.IntegerField(label="值", min_value=0, max_value=999)
    since = day_field("自")
    basis = forms.CharField(
        label="依据", max_length=200, help_text="哪份文件或哪次会议，例如 街道党工委 2026 年第 8 次会议"
    )


class GroupForm(forms.Form):
    """A group of a branch: its name, who leads it, who is in it."""

    name = forms.CharField(label="名称", max_length=30, help_text="例如“第一党小组”")
    leader = forms.ChoiceField(label="组长")
    members = forms.MultipleChoiceField(label="组员", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[tuple[Member, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(member.pk): member for member, _ in people}
        named = [(str(member.pk), name) for member, name in people]
        self.fields["leader"].choices = [("", "选一位"), *named]  # type: ignore[attr-defined]
        self.fields["members"].choices = named  # type: ignore[attr-defined]

    def clean_leader(self) -> Member:
        return self.people[self.cleaned_data["leader"]]

    def clean_members(self) -> list[Member]:
        return [self.people[key] for key in self.cleaned_data["members"]]
