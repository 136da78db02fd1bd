"""Forms and filters of the talent pool, of mentoring, and of the working methods."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from branches.models import HelpField, HelpRequest, MentorPair, Method, MethodCase, Organisation, Talent, TalentNotice
from branches.people.mentoring import Pairing
from branches.people.talents import Said
from coverage.forms.registry import FilterForm
from coverage.models import Entity
from shimen.accounts.models import User
from shimen.territory.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.mentoring import MentorPairQuerySet
    from branches.models.talents import HelpRequestQuerySet, TalentQuerySet


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _grids(areas: QuerySet[Area]) -> list[tuple[str, str]]:
    return [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]


class TalentFilter(FilterForm):
    """Who can help with what, where."""

    q = forms.CharField(label="专长、单位、整个电话", required=False, max_length=40)
    field = forms.ModelChoiceField(label="领域", required=False, queryset=HelpField.objects.none(), empty_label="全部")
    grid = forms.ChoiceField(label="网格", required=False)
    group = forms.ChoiceField(label="群体", required=False, choices=[("", "全部"), *Talent.Group.choices])
    time = forms.ChoiceField(label="有空", required=False, choices=[("", "不限"), *Talent.Time.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "在库"), ("waiting", "待核对"), ("left", "已退出")]
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], fields: QuerySet[HelpField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = fields  # type: ignore[attr-defined]
        self.fields["grid"].choices = _grids(areas)  # type: ignore[attr-defined]

    def rows(self, rows: TalentQuerySet) -> TalentQuerySet:
        """Those asked for, by grid and day of joining."""
        chosen = self.chosen()
        if chosen.get("state") == "waiting":
            rows = rows.filter(state=Talent.State.WAITING)
        elif chosen.get("state") == "left":
            rows = rows.filter(state__in=[Talent.State.WITHDRAWN, Talent.State.DELETED])
        else:
            rows = rows.consenting()
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "field" in chosen:
            rows = rows.helping_with(chosen["field"])
        if "grid" in chosen:
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        if "group" in chosen:
            rows = rows.filter(group=chosen["group"])
        if "time" in chosen:
            rows = rows.filter(times__contains=[chosen["time"]])
        return rows.in_order()


class _TalentFields(forms.Form):
    name = forms.CharField(label="姓名", max_length=30)
    phone = forms.CharField(label="电话", max_length=40, help_text="手机，或带区号的固定电话；加密存放，列表只显示掩码")
    group = forms.ChoiceField(label="群体", choices=Talent.Group.choices)
    fields_ = forms.ModelMultipleChoiceField(
        label="能帮什么", queryset=HelpField.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    skill = forms.CharField(label="专长", max_length=120, required=False, help_text="例如“会修老式缝纫机”")
    workplace = forms.CharField(
        label="在哪里工作", max_length=80, required=False, help_text="名册里有的，写全名或统一代码就会连上"
    )
    times = forms.MultipleChoiceField(
        label="什么时候有空", choices=Talent.Time.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    times_note = forms.CharField(label="时间说明", max_length=80, required=False)

    def said(self, **more: Any) -> Said:
        """What was written, in the terms of the verbs."""
        data = self.cleaned_data
        return Said(
            name=data["name"], phone=data["phone"], group=data["group"], fields=list(data["fields_"]),
            skill=data["skill"], workplace=data["workplace"], times=data["times"], times_note=data["times_note"], **more,
        )  # fmt: skip


class TalentForm(_TalentFields):
    """A person whom staff or a secretary enters, with the day of the written consent."""

    area = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), empty_label="选一个")
    organisation = forms.ModelChoiceField(
        label="联系的党组织", queryset=Organisation.objects.none(), required=False, empty_label="没有"
    )
    consented_on = forms.DateField(
        label="本人书面同意的日期", widget=day_input(), help_text="请本人看过告知书再签；同意书留在支部"
    )

    def __init__(
        self,
        *args: Any,
        areas: QuerySet[Area],
        fields: QuerySet[HelpField],
        organisations: QuerySet[Organisation],
        entities: QuerySet[Entity],
        talent: Talent | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entities, self.talent = entities, talent
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["fields_"].queryset = fields  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["area"].initial = areas.first() if areas.count() == 1 else None
        if talent is not None:
            self._begin_with(talent)

    def _begin_with(self, talent: Talent) -> None:
        del self.fields["consented_on"]
        for key in ("group", "skill", "times", "times_note", "organisation", "area"):
            self.fields[key].initial = getattr(talent, key)
        self.fields["workplace"].initial = talent.where
        self.fields["fields_"].initial = list(talent.fields.values_list("pk", flat=True))
        self.fields["phone"].required = self.fields["name"].required = False
        self.fields["phone"].help_text = f"现为 {talent.phone_mask}，不填就不改"
        self.fields["name"].help_text = f"现为 {talent.name_mask}，不填就不改"

    def clean(self) -> dict[str, Any]:
        """The work place as a row of the registry, where it is one."""
        data = super().clean() or {}
        typed = (data.get("workplace") or "").strip()
        found = list(self.entities.filter(name=typed)[:2] or self.entities.filter(code=typed)[:2]) if typed else []
        self.entity = found[0] if len(found) == 1 else None
        if self.talent is not None and typed == self.talent.where:
            self.entity = self.talent.entity
        return data

    def values(self) -> Said:
        """What was written; a place that is in the registry is kept as that row."""
        said = self.said(entity=self.entity, organisation=self.cleaned_data["organisation"])
        return said if self.entity is None else Said(**{**_plain(said), "workplace": ""})


def _plain(said: Said) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Said.__slots__}


class JoinForm(_TalentFields):
    """What a person writes of themselves. Nothing is chosen or ticked beforehand."""

    agrees = forms.BooleanField(
        label="同意", error_messages={"required": "勾选才能提交。不同意就关掉这一页，什么也不会留下"}
    )
    website = forms.CharField(label="这一格请留空", required=False, max_length=200)

    def __init__(self, *args: Any, fields: QuerySet[HelpField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_"].queryset = fields  # type: ignore[attr-defined]
        self.fields["workplace"].help_text = ""
        for field in self.fields.values():
            field.error_messages.setdefault("null_characters_not_allowed", "里面有看不见的字符，删掉重写")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("这一格请留空，再提交一次")
        return ""


class ConsentForm(forms.Form):
    """That a person agreed again."""

    consented_on = forms.DateField(label="本人重新同意的日期", widget=day_input())


class WhyForm(forms.Form):
    """Why something is shown, withdrawn, cancelled, declared void."""

    reason = forms.CharField(label="事由", max_length=200)


class NameForm(forms.Form):
    """A field of help, new or renamed."""

    name = forms.CharField(label="领域", max_length=20)


class NoticeForm(forms.ModelForm):
    """A new version of the notice, begun from the one in use."""

    class Meta:
        model = TalentNotice
        fields = ["organ", "purpose", "rights", "contact", "notice", "consent", "retention_days"]
        help_texts = {
            "organ": "落款的单位全称",
            "contact": "科室和电话",
            "consent": "写在“同意”后面",
            "retention_days": "从同意那天起算，到期前请本人再确认一次，没有续的自动删除",
        }
        widgets = {"notice": forms.Textarea(attrs={"rows": 10})}

    def clean_retention_days(self) -> int:
        days: int = self.cleaned_data["retention_days"]
        if not 90 <= days <= 3 * 365:
            raise forms.ValidationError("写 90 到 1095 之间的天数")
        return days


class AskForm(forms.Form):
    """Asking a person of the pool for help."""

    field = forms.ModelChoiceField(label="哪个领域", queryset=HelpField.objects.none(), empty_label=None)
    asker = forms.CharField(label="谁要帮忙", max_length=60, help_text="店名、居民区或支部，不写个人姓名")
    words = forms.CharField(label="要帮什么", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    wanted_on = forms.DateField(label="希望哪天", required=False, widget=day_input())
    organisation = forms.ModelChoiceField(
        label="哪个党组织要的", queryset=Organisation.objects.none(), required=False, empty_label="街道"
    )

    def __init__(self, *args: Any, talent: Talent, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = talent.fields.order_by("sort", "name")  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """How a request went on."""

    state = forms.ChoiceField(label="进展")
    outcome = forms.CharField(
        label="结果", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="帮了什么、结果怎样；只记事，不打分",
    )  # fmt: skip

    def __init__(self, *args: Any, moves: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(HelpRequest.State.choices)
        self.fields["state"].choices = [(move, labels[move]) for move in moves]  # type: ignore[attr-defined]


class HelpFilter(FilterForm):
    """Requests by how they stand."""

    state = forms.ChoiceField(
        label="进展", required=False, choices=[("", "没有了结"), ("all", "全部"), *HelpRequest.State.choices]
    )
    field = forms.ModelChoiceField(label="领域", required=False, queryset=HelpField.objects.none(), empty_label="全部")
    q = forms.CharField(label="找", required=False, max_length=40)

    def __init__(self, *args: Any, fields: QuerySet[HelpField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = fields  # type: ignore[attr-defined]

    def rows(self, rows: HelpRequestQuerySet) -> HelpRequestQuerySet:
        chosen = self.chosen()
        state = chosen.get("state", "")
        if state == "":
            rows = rows.open()
        elif state != "all":
            rows = rows.filter(state=state)
        if "field" in chosen:
            rows = rows.filter(field=chosen["field"])
        if "q" in chosen:
            rows = rows.filter(words__contains=chosen["q"]) | rows.filter(asker__contains=chosen["q"])
        return rows.select_related("talent", "field", "organisation", "asked_by").newest_first()


class PairForm(forms.Form):
    """A mentor pair."""

    mentor = forms.CharField(label="传帮带书记", max_length=30)
    mentor_unit = forms.CharField(label="书记所在单位", max_length=60)
    mentor_user = forms.ModelChoiceField(
        label="书记的账号", queryset=User.objects.none(), required=False, empty_label="没有"
    )
    learner = forms.CharField(label="结对对象", max_length=30)
    learner_post = forms.CharField(label="职务", max_length=40, required=False, help_text="例如“新任支部书记”")
    learner_user = forms.ModelChoiceField(
        label="对象的账号", queryset=User.objects.none(), required=False, empty_label="没有"
    )
    organisation = forms.ModelChoiceField(
        label="对象所在党组织", queryset=Organisation.objects.none(), empty_label="选一个"
    )
    since = forms.DateField(label="从哪天起", widget=day_input())
    goals = forms.CharField(label="带什么、学什么", max_length=600, widget=forms.Textarea(attrs={"rows": 4}))
    every_days = forms.IntegerField(label="隔几天见一次", initial=30, min_value=7, max_value=180)

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation],
        users: QuerySet[User],
        pair: MentorPair | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        for key in ("mentor_user", "learner_user"):
            self.fields[key].queryset = users  # type: ignore[attr-defined]
        if pair is not None:
            del self.fields["organisation"], self.fields["since"]
            for key in self.fields:
                self.fields[key].initial = getattr(pair, key)

    def said(self) -> Pairing:
        data = {key: value for key, value in self.cleaned_data.items() if key not in {"organisation", "since"}}
        return Pairing(**data)


class HoldForm(forms.Form):
    """A session that was held."""

    held_on = forms.DateField(label="哪天", widget=day_input())
    note = forms.CharField(label="讲了什么", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    next_on = forms.DateField(label="约好下次", required=False, widget=day_input())


class EndForm(forms.Form):
    """From when a pair does not hold any more."""

    on = forms.DateField(label="从哪天起结束", widget=day_input())
    reason = forms.CharField(label="说明", max_length=200, required=False)


class PairFilter(FilterForm):
    """Pairs by how they stand."""

    state = forms.ChoiceField(
        label="状态", required=False,
        choices=[("", "结对中"), ("due", "该见面了"), ("ended", "已结束"), ("all", "全部")],
    )  # fmt: skip
    grid = forms.ChoiceField(label="网格", required=False)
    q = forms.CharField(label="姓名、单位", required=False, max_length=30)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = _grids(areas)  # type: ignore[attr-defined]

    def rows(self, rows: MentorPairQuerySet, *, today: dt.date) -> MentorPairQuerySet:
        chosen = self.chosen()
        state = chosen.get("state", "")
        rows = rows.with_last()
        if state in {"", "due"}:
            rows = rows.filter(valid__endswith__isnull=True)
        if state == "due":
            rows = rows.filter(due_on__lte=today)
        if state == "ended":
            rows = rows.filter(valid__endswith__isnull=False)
        if "grid" in chosen:
            rows = rows.filter(organisation__area__lineage__contains=[chosen["grid"]])
        if words := chosen.get("q"):
            found = rows.filter(mentor__contains=words) | rows.filter(learner__contains=words)
            rows = found | rows.filter(mentor_unit__contains=words) | rows.filter(organisation__name__contains=words)
        return rows.select_related("organisation__area").in_order()


class MethodForm(forms.ModelForm):
    """The text of a method."""

    class Meta:
        model = Method
        fields = ["title", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}


class CaseForm(forms.ModelForm):
    """How an organisation used a method."""

    class Meta:
        model = MethodCase
        fields = ["organisation", "title", "happened_on", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 6}), "happened_on": day_input()}

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
