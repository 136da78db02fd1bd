"""What is typed about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.db.models import Q

from shimen import clock
from shimen.accounts.access import Scope
from shimen.accounts.granting import GRANTS, INVITES, areas_offered, offered
from shimen.accounts.models import PersonQuerySet, Role, RoleGrant, User
from shimen.territory.models import Area

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoleForm(forms.Form):
    """A role over an area, as far as the person before the screen may give it."""

    table = GRANTS

    role = forms.ChoiceField(label="角色")
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="范围",
        required=False,
        empty_label="全街道",
        help_text="只看得到这个区域和它下面的。",
    )
    valid_to = forms.DateField(label="授权至", required=False, widget=_DAY, help_text="留空就一直有效，直到收回。")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in offered(self.table, scope)]  # type: ignore[attr-defined]
        areas = Area.objects.standing().filter(street=scope.street_id).in_order()
        inside = areas_offered(self.table, scope)
        field = self.fields["area"]
        if inside is not None:
            areas = areas.filter(pk__in=inside)
            field.required, field.empty_label = True, None  # type: ignore[attr-defined]
        field.queryset = areas  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    """A person to bring in."""

    table = INVITES

    display_name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位", max_length=60, required=False)
    username = forms.CharField(
        label="账号", max_length=60, help_text="登录时用，比如姓名拼音或工号。不要用身份证号。", strip=True
    )
    field_order = ("display_name", "unit", "username", "role", "area", "valid_to")


class GrantForm(RoleForm):
    """A further role for a person who has an account."""

    valid_from = forms.DateField(label="自", required=False, widget=_DAY, help_text="留空就从今天起。")
    field_order = ("role", "area", "valid_from", "valid_to")


class ReasonForm(forms.Form):
    """Why, in a sentence, for the record."""

    reason = forms.CharField(label="事由", max_length=200, widget=forms.TextInput)


class PasswordForm(SetPasswordMixin, forms.Form):
    """A password, twice."""

    password1, password2 = SetPasswordMixin.create_password_fields(label1="密码", label2="再输一次")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        one, two = data.get("password1"), data.get("password2")
        if one and two and one != two:
            self.add_error("password2", "两次输入的密码不一样。")
        return data


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme.choices)


class PeopleFilter(forms.Form):
    """Whom to list."""

    q = forms.CharField(label="姓名、账号或单位", required=False)
    role = forms.ChoiceField(label="角色", required=False, choices=[("", "全部"), *Role.choices])
    state = forms.ChoiceField(
        label="账号", required=False, choices=[("", "在用"), ("suspended", "已停用"), ("all", "全部")]
    )

    def narrow(self, rows: PersonQuerySet) -> PersonQuerySet:
        """`rows` as far as the filter lets them pass; a filter that cannot be read lets all pass that are in use."""
        data = self.cleaned_data if self.is_valid() else {}
        state = data.get("state")
        if state != "all":
            rows = rows.filter(is_active=state != "suspended")
        if words := data.get("q"):
            rows = rows.filter(
                Q(display_name__icontains=words) | Q(username__icontains=words) | Q(unit__icontains=words)
            )
        if role := data.get("role"):
            rows = rows.filter(pk__in=RoleGrant.objects.on(clock.today()).filter(role=role).values("user"))
        return rows
