"""What the pages of committees post, read into the terms of the verbs; and the filter of the list of terms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.committees import elections
from branches.committees.nominees import CommitteeError, Nominee, own_members
from branches.committees.standing import STATES
from branches.models import Committee, Founding, Member, Organisation, Seat
from branches.rules import seats as rules
from shimen.accounts.models import User
from shimen.territory.models import Area

ROLES = [(role, rules.WORDS[role]) for role in rules.ROLES]
ALSO = [(role, word) for role, word in ROLES if role not in (rules.SECRETARY, rules.DEPUTY, rules.MEMBER)]
ROWS = 7


def _day(label: str, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **given)


class SeatForm(forms.Form):
    """One row: the seat, and who is in it. A row without a role is no seat; one without a person is a vacant seat."""

    role = forms.ChoiceField(label="职务", required=False)
    also = forms.ChoiceField(label="兼", required=False, choices=[("", "不兼"), *ALSO])
    member = forms.ChoiceField(label="本支部党员", required=False)
    name = forms.CharField(label="或外来同志姓名", required=False, max_length=40)
    unit = forms.CharField(
        label="来自",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    seconded_until = _day("下沉至", required=False)
    user = forms.ModelChoiceField(label="账号", required=False, queryset=User.objects.none(), empty_label="不关联")

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]] = (), users: QuerySet[User] | None = None,
        roles: Sequence[tuple[str, str]] = ROLES, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "（不设）"), *roles]  # type: ignore[attr-defined]
        self.fields["member"].choices = [("", "（不是本支部党员）"), *people]  # type: ignore[attr-defined]
        if users is not None:
            self.fields["user"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("member") and (given.get("name") or "").strip():
            self.add_error("name", "本支部党员和外来同志只填一样。")
        if not given.get("role") and (given.get("member") or (given.get("name") or "").strip()):
            self.add_error("role", "选一个职务。")
        return given

    @property
    def is_seat(self) -> bool:
        return bool(self.cleaned_data.get("role"))

    def nominee(self) -> Nominee:
        given = self.cleaned_data
        return Nominee(
            role=given["role"], also=(given["also"],) if given["also"] else (),
            member=uuid.UUID(given["member"]) if given["member"] else None, name=given["name"].strip(),
            unit=given["unit"].strip(), seconded_until=given["seconded_until"],
            user=given["user"].pk if given["user"] else None,
        )  # fmt: skip


class ElectionForm(forms.Form):
    """The day and the paper of an election. `after` is the committee over which the form was filled in."""

    elected_on = _day("选举日期")
    how = forms.ChoiceField(label="产生方式", choices=Committee.How.choices, initial=Committee.How.ELECTED)
    number = forms.IntegerField(
        label="届次", required=False, min_value=1, max_value=99, help_text="不填就接着上一届往下数"
    )
    note = forms.CharField(label="批复文号或备注", required=False, max_length=200)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


def own_full_members(organisation: Organisation, on: dt.date) -> list[Member]:
    """Those who may be chosen by name, by day of joining."""
    rows = own_members(organisation, on).filter(standing=Member.Standing.FULL)
    return list(rows.order_by("valid", "id"))


def _founding_day(organisation: Organisation) -> dt.date | None:
    """When the first committee was elected by the founding file."""
    filed = Founding.objects.filter(organisation=organisation, elected_on__isnull=False)
    return filed.values_list("elected_on", flat=True).first()


class Election:
    """The page's form: the head and a row for each seat, filled with the committee in office to begin with."""

    def __init__(
        self,
        organisation: Organisation,
        *,
        users: QuerySet[User],
        today: dt.date,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.organisation, self.before = organisation, elections.latest(organisation)
        self.members = own_full_members(organisation, today)
        people = [(str(row.pk), row.name()) for row in self.members]
        held = list(self.before.seats.held(today).in_order()) if self.before else []  # type: ignore[attr-defined]
        kept = [_initial(seat, {key for key, _ in people}) for seat in held]
        rows = forms.formset_factory(SeatForm, extra=max(ROWS - len(kept), 1), max_num=12, absolute_max=20)
        asked = {
            "after": self.before.pk if self.before else None,
            "elected_on": None if self.before else _founding_day(organisation),
        }
        self.head = ElectionForm(data, initial=asked)
        self.rows = rows(data, initial=kept, prefix="seat", form_kwargs={"people": people, "users": users})

    @property
    def is_bound(self) -> bool:
        return self.head.is_bound

    def is_valid(self) -> bool:
        """Both halves are looked at, so that everything wrong is said at once."""
        return all([self.head.is_valid(), self.rows.is_valid()])

    @property
    def filled(self) -> list[SeatForm]:
        """The rows that are seats."""
        return [row for row in self.rows.forms if row.is_seat]

    def nominees(self) -> list[Nominee]:
        return [row.nominee() for row in self.filled]

    def after(self) -> Committee | None:
        """The committee over which the form was filled in; a forged one is as good as none."""
        found = Committee.objects.filter(organisation=self.organisation, pk=self.head.cleaned_data["after"])
        return found.first() if self.head.cleaned_data["after"] else None

    def refuse(self, error: CommitteeError) -> None:
        """Say what is wrong where it is wrong: at a field of a row, at a row, at a field of the head, or above."""
        at = error.field if error.field in self.head.fields else None
        if error.findings:
            for finding in error.findings:
                if finding.seat is not None:
                    self.filled[finding.seat].add_error(None, finding.sentence)
                else:
                    self.head.add_error(at, finding.sentence)
            return
        number, _, name = (error.field or "").partition("-")
        if number.isdigit() and int(number) < len(self.filled):
            row = self.filled[int(number)]
            row.add_error(name if name in row.fields else None, error.sentence.partition("：")[2])
        else:
            self.head.add_error(at, error.sentence)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Everything that is wrong with the address of its field, for the summary above."""
        found = [(f"#{bound.id_for_label}", f"{bound.label}：{e}") for bound in self.head for e in bound.errors]
        found += [("", str(e)) for e in (*self.head.non_field_errors(), *self.rows.non_form_errors())]
        for number, row in enumerate(self.rows.forms, 1):
            found += [
                (f"#{bound.id_for_label}", f"第 {number} 行，{bound.label}：{e}") for bound in row for e in bound.errors
            ]
            found += [(f"#{row['role'].id_for_label}", f"第 {number} 行：{e}") for e in row.non_field_errors()]
        return found


def _initial(seat: Seat, people: set[str]) -> dict[str, Any]:
    """A seat as the row that would elect its holder again."""
    given: dict[str, Any] = {
        "role": seat.role, "also": seat.also[0] if seat.also else "", "user": seat.user_id, "unit": seat.home_unit,
        "seconded_until": seat.seconded_until,
    }  # fmt: skip
    return given | ({"member": str(seat.member_id)} if str(seat.member_id) in people else {"name": seat.name})


class FillForm(SeatForm):
    """Who takes a vacant seat, and from when."""

    since = _day("到任日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        role.required, role.choices = True, role.choices[1:]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    on = _day("离任日期")
    reason = forms.CharField(label="离任原因", max_length=100, help_text="例如：调动、辞去职务、下沉期满")


class CorrectForm(forms.Form):
    """What is kept of a seat beside who holds it."""

    also = forms.MultipleChoiceField(label="兼任", required=False, choices=ALSO, widget=forms.CheckboxSelectMultiple)
    home_unit = forms.CharField(label="原单位或所在党组织", required=False, max_length=100)
    seconded_until = _day("下沉至", required=False)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["also"].choices = [pair for pair in ALSO if pair[0] != seat.role]  # type: ignore[attr-defined]
        if seat.origin != Seat.Origin.SECONDED:
            del self.fields["seconded_until"]


class AccountForm(forms.Form):
    user = forms.ModelChoiceField(label="账号", required=False, queryset=User.objects.none(), empty_label="不关联")

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    until = _day("延到")
    approved_by = forms.CharField(label="批准的上级党组织", max_length=100)
    approved_on = _day("批准日期")
    reason = forms.CharField(label="延期原因", max_length=200)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="为什么撤销登记", max_length=200)


class PurposeForm(forms.Form):
    purpose = forms.CharField(label="导出做什么用", max_length=80, help_text="例如“报送下半年换届计划”")
    kind = forms.ChoiceField(label="格式", choices=[("xlsx", "Excel 表格"), ("csv", "CSV")], initial="xlsx")


WATCHES = (("vacant", "有缺额"), ("conflict", "与规则不符"), ("seconded", "有下沉干部"), ("lone", "没有外来委员"))


class TermsFilter(forms.Form):
    """What is seen of the list of terms; kept in the address."""

    state = forms.ChoiceField(
        label="任期", required=False, choices=[("", "要留意的"), ("all", "全部"), *STATES.items()]
    )
    watch = forms.ChoiceField(label="留意", required=False, choices=[("", "全部"), *WATCHES])
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Organisation.Kind.choices])
    grid = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = areas  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {key: value for key, value in getattr(self, "cleaned_data", {}).items() if value}

    def organisations(self, seen: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """The organisations among `seen` by kind and grid."""
        chosen = self.chosen()
        if "kind" in chosen:
            seen = seen.filter(kind=chosen["kind"])
        if "grid" in chosen:
            seen = seen.filter(area__lineage__contains=[chosen["grid"].pk])
        return seen

    def left(self, found: Iterable[Any]) -> list[Any]:
        """The standings that the rest of the filter leaves; without any, those that ask to be looked at."""
        chosen = self.chosen()
        state, watch = chosen.get("state"), _WATCHED.get(chosen.get("watch", ""))
        if state is None and watch is None:
            return [row for row in found if row.asks]
        rows = [row for row in found if state in (None, "all", row.state)]
        return [row for row in rows if watch(row)] if watch else rows

    def used(self) -> dict[str, str]:
        """The filter in words, for the log of an export."""
        return {key: str(value) for key, value in self.chosen().items()}


_WATCHED = {
    "vacant": lambda row: bool(row.vacant),
    "conflict": lambda row: bool(row.conflicts),
    "seconded": lambda row: any(seat.origin == rules.SECONDED for seat in row.seats),
    "lone": lambda row: bool(row.seats) and not row.outside,
}
