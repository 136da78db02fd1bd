"""What the pages of matters post. Each verb has a form of its own; `seen` is the revision that the page showed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from branches.models import Organisation
from coverage.models import Entity
from grid.chain.levels import TITLES, Level
from grid.matters import hosting, rating
from grid.models import Answer, Council, Leg, Matter
from shimen import clock
from shimen.accounts.models import User
from shimen.territory.models import Area


class FilterForm(forms.Form):
    """What is seen of the list; kept in the address."""

    level = forms.ChoiceField(
        label="层级", required=False, choices=[("", "全部"), *((n.value, t) for n, t in TITLES.items())]
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Matter.Category.choices])
    via = forms.ChoiceField(label="来处", required=False, choices=[("", "全部"), *Matter.Via.choices])
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    council = forms.ModelChoiceField(
        label="议事会", required=False, queryset=Council.objects.none(), empty_label="全部"
    )
    hard = forms.BooleanField(label="老大难", required=False)
    solved = forms.ChoiceField(
        label="在哪一级解决", required=False, choices=[("", "全部"), *((n.value, t) for n, t in TITLES.items())]
    )
    # Where a number of “在哪一级解决” is opened: solved since a day, with or without what a visit solved on the spot.
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    door = forms.ChoiceField(required=False, choices=[("", ""), ("0", ""), ("1", "")], widget=forms.HiddenInput)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="编号、标题或原话", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["council"].queryset = Council.objects.filter(area__in=areas).in_order()  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Matter]) -> QuerySet[Matter]:
        """The matters among `seen` that the filter leaves."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen
        for key, column in (("level", "level"), ("category", "category"), ("via", "via"), ("solved", "solved_level")):
            if chosen.get(key):
                rows = rows.filter(**{column: chosen[key]})
        if chosen.get("area"):
            rows = rows.filter(area__lineage__contains=[chosen["area"].pk])
        if chosen.get("council"):
            rows = rows.filter(pk__in=Leg.objects.filter(council=chosen["council"]).values("matter"))
        if chosen.get("hard"):
            rows = rows.filter(is_hard=True)
        if chosen.get("since"):
            rows = rows.solved_since(chosen["since"])  # type: ignore[attr-defined]
        if chosen.get("door"):
            rows = rows.at_the_door() if chosen["door"] == "1" else rows.beyond_the_door()  # type: ignore[attr-defined]
        words = (chosen.get("q") or "").strip()
        return rows.found_by(words) if words else rows  # type: ignore[attr-defined]


class RaiseForm(forms.Form):
    """A matter by hand."""

    words = forms.CharField(
        label="要解决什么", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text="照提出人的话写",
        error_messages={"required": "写一句要解决什么，照提出人的话写。"},
    )  # fmt: skip
    title = forms.CharField(label="标题", required=False, max_length=80, help_text="不写就取原话的第一句")
    category = forms.ChoiceField(label="类别", choices=Matter.Category.choices, initial=Matter.Category.OTHER)
    urgency = forms.ChoiceField(label="紧急程度", choices=Matter.Urgency.choices, initial=Matter.Urgency.NORMAL)
    area = forms.ModelChoiceField(
        label="网格",
        queryset=Area.objects.none(),
        empty_label="选网格",
        error_messages={"required": "选网格，才知道归谁办。"},
    )
    entity = forms.ModelChoiceField(queryset=Entity.objects.none(), required=False, widget=forms.HiddenInput)
    raiser = forms.CharField(label="谁提出的", required=False, max_length=60, help_text="店名或称呼，不用写全名和电话")
    council = forms.ModelChoiceField(
        label="在哪个议事会上提的", required=False, queryset=Council.objects.none(), empty_label="不是会上提的",
        help_text="选了就直接在这个议事会协商",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        areas: QuerySet[Area],
        entities: QuerySet[Entity],
        councils: QuerySet[Council] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if councils is None or not councils.exists():
            del self.fields["council"]
        else:
            self.fields["council"].queryset = councils  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["entity"].queryset = entities  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `grid.matters.raising.raise_matter` takes it: what was brought up in a council begins before it."""
        said = dict(self.cleaned_data)
        if said.get("council") is not None:
            said |= {"via": Matter.Via.COUNCIL, "level": Level.COUNCIL}
        return said


class VerbForm(forms.Form):
    """What every verb's form carries. `title`, `button` and `hint` are what its page says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    title: ClassVar[str] = ""
    button: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, *args: Any, matter: Matter, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": matter.revision} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.user = user


def _words(label: str, hint: str = "", *, required: bool = True, rows: int = 3, most: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    ) if not required else forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"“{label}”要写。"},
    )  # fmt: skip


class AssignForm(VerbForm):
    title, button, hint = "交给谁办", "交办", "写明责任人，做什么，到哪天。"
    owner = forms.CharField(label="责任人", required=False, max_length=60, help_text="单位和姓名，如：城管中队 何戌一")
    owner_user = forms.ModelChoiceField(
        label="他的账号",
        required=False,
        queryset=User.objects.none(),
        empty_label="没有账号",
        help_text="选了账号，本人登录就能看到、写进展",
    )
    organisation = forms.ModelChoiceField(
        label="党组织", required=False, queryset=Organisation.objects.none(), empty_label="不经党组织"
    )
    helpers = forms.CharField(label="谁配合", required=False, max_length=120)
    task = _words("要求做什么", required=False, rows=2, most=300)
    due_on = forms.DateField(
        label="期限", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(street=self.matter.street_id, is_active=True).order_by("display_name")
        self.fields["owner_user"].queryset = people  # type: ignore[attr-defined]
        bodies = Organisation.objects.visible_to(self.user).filter(dissolved_on__isnull=True).in_order()
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        leg = self.matter.legs.filter(ended_at__isnull=True).first()
        if leg is not None:
            self.initial.update({"owner": leg.owner, "owner_user": leg.owner_user_id, "organisation": leg.organisation_id,
                             "helpers": leg.helpers, "task": leg.task, "due_on": leg.due_on})  # fmt: skip


def councils_for(matter: Matter) -> QuerySet[Council]:
    """The councils of the matter's grid, those that speak for its place among them."""
    lineage = matter.area.lineage if matter.area is not None else []
    standing = Council.objects.filter(street=matter.street_id, area__in=lineage).standing(clock.today())
    return standing.in_order()


class ReportForm(VerbForm):
    title, button, hint = "写进展", "记下进展", "做了什么，下一步是什么。"
    words = _words("进展")


class UrgeForm(VerbForm):
    title, button, hint = "催办", "催一次", "责任人会在待办里看到。"
    words = _words("说什么", required=False, rows=2, most=300)


class DeferForm(VerbForm):
    title, button, hint = "延期", "延期", "延期几次会写在事项上。"
    due_on = forms.DateField(
        label="新的期限",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "选新的期限。"},
    )
    why = _words("为什么", most=300, rows=2)


class UpForm(VerbForm):
    title, button, hint = "转上一级", "转上一级", "先就近解决；往上转要写明试过什么，还有什么没解决。"
    tried = _words("试过什么")
    left_open = _words("还有什么没解决")
    why = _words("为什么要转", required=False, rows=2, most=300)
    council = forms.ModelChoiceField(
        label="由哪个议事会协商", required=False, queryset=Council.objects.none(), empty_label="按地点定",
        help_text="没选就按楼宇、路名找；找不到唯一的一个，由街道定",
    )  # fmt: skip
    joined = forms.ModelMultipleChoiceField(
        label="请哪几个一起协商", required=False, queryset=Council.objects.none(),
        widget=forms.CheckboxSelectMultiple, help_text="居委会、楼务会、街委会都有关的，一起开会",
    )  # fmt: skip
    body = forms.CharField(label="转给谁", required=False, max_length=80, help_text="哪个网格例会；不写由街道定")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.matter.stage.above is not Level.COUNCIL:
            del self.fields["council"], self.fields["joined"]
            return
        del self.fields["body"]
        found = councils_for(self.matter)
        for field in ("council", "joined"):
            self.fields[field].queryset = found  # type: ignore[attr-defined]
        first = hosting.the_one(self.matter, clock.today())
        self.initial["council"] = first.pk if first else None


class JoinForm(VerbForm):
    title, button, hint = (
        "请别的议事会一起协商",
        "一起协商",
        "居委会、楼务会、街委会都有关的，一起开会；都不勾就是单独协商。",
    )
    joined = forms.ModelMultipleChoiceField(
        label="请哪几个", required=False, queryset=Council.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leg = self.matter.legs.filter(ended_at__isnull=True).first()
        found = councils_for(self.matter)
        if leg is not None and leg.council_id is not None:
            found = found.exclude(pk=leg.council_id)
            self.initial["joined"] = list(leg.joined.values_list("council", flat=True))
        self.fields["joined"].queryset = found  # type: ignore[attr-defined]


class DownForm(VerbForm):
    title, button, hint = "退回下一级", "退回", "原来的责任人接着办。"
    why = _words("为什么退回", most=300, rows=2)


class AlongForm(VerbForm):
    title, button, hint = "转给别处", "转出", "层级不变，换一家办。"
    council = forms.ModelChoiceField(
        label="转给哪个议事会", required=False, queryset=Council.objects.none(), empty_label="不转给议事会"
    )
    body = forms.CharField(label="转给谁", required=False, max_length=80)
    organisation = forms.ModelChoiceField(
        label="或转给党组织", required=False, queryset=Organisation.objects.none(), empty_label="不转给党组织"
    )
    why = _words("为什么", most=300, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.visible_to(self.user).filter(dissolved_on__isnull=True).in_order()
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        if self.matter.stage is Level.COUNCIL:
            self.fields["council"].queryset = councils_for(self.matter)  # type: ignore[attr-defined]
        else:
            del self.fields["council"]


class SolveForm(VerbForm):
    title, button, hint = "写办理结果", "已解决，记下结果", "怎么解决的，现在怎样。记下后还要答复提出人。"
    how = _words("办理结果", rows=4, most=2000)


class AnswerForm(VerbForm):
    title, button, hint = "答复提出人", "答复", "照着能念给提出人听的话写。"
    words = _words("这次怎么说", rows=4)
    way = forms.ChoiceField(label="怎么告诉", choices=Answer.Way.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.matter.demand_id is None:
            self.fields["way"].choices = [c for c in Answer.Way.choices if c[0] != Answer.Way.VISIT]  # type: ignore[attr-defined]


class CloseForm(VerbForm):
    title, button, hint = "办结", "办结", "提出人已经知道结果。问过他满不满意，就照实选。"
    satisfaction = forms.ChoiceField(label="提出人评价", required=False, choices=Matter.Satisfaction.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = rating.own_word(self.matter)
        if own is not None:
            field = self.fields["satisfaction"]
            field.disabled, self.initial["satisfaction"] = True, self.matter.satisfaction
            field.help_text = f"提出人自己在回执里评的{f'：{own.words}' if own.words else ''}"


class ReopenForm(VerbForm):
    title, button, hint = "重办", "重办", "退回原来那一级，原来的责任人接着办。"
    words = _words("提出人怎么说")


class MergeForm(VerbForm):
    title, button, hint = "并入另一件", "并入", "说的是同一件事就并在一起，提出人得到同样的答复；可以再拆开。"
    into = forms.ModelChoiceField(
        label="并入哪一件",
        queryset=Matter.objects.none(),
        empty_label="选一件",
        error_messages={"required": "选并入哪一件。"},
    )

    def __init__(self, *args: Any, near: list[Matter] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Matter.objects.visible_to(self.user).open().exclude(pk=self.matter.pk).newest_first()
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
        if "into" in self.data:
            return
        first = [each.pk for each in near or []]
        shown = [*(near or []), *others.exclude(pk__in=first)[:200]]
        self.fields["into"].choices = [("", "选一件"), *((each.pk, str(each)) for each in shown)]  # type: ignore[attr-defined]


class UnmergeForm(VerbForm):
    title, button, hint = "拆出来单独办", "拆出来", "回到并入前的那一级。"


class HardForm(VerbForm):
    title, button, hint = "老大难标记", "改标记", "老大难：多次没解决、牵涉多方的。标记和原因都会留下。"
    is_hard = forms.BooleanField(label="是老大难", required=False)
    why = _words("原因", most=200, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_hard"] = not self.matter.is_hard


class AmendForm(VerbForm):
    title, button, hint = "更正标题和类别", "更正", "原话不改。改成紧急的，期限按紧急的算。"
    headline = forms.CharField(label="标题", max_length=80, error_messages={"required": "写标题。"})
    category = forms.ChoiceField(label="类别", choices=Matter.Category.choices)
    urgency = forms.ChoiceField(label="紧急程度", choices=Matter.Urgency.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matter = self.matter
        self.initial.update({"headline": matter.title, "category": matter.category, "urgency": matter.urgency})


class WithdrawForm(VerbForm):
    title, button, hint = "撤回", "撤回", "提出人不要办了，或记错了。记录会留着。"
    why = _words("为什么撤回", most=300, rows=2)
