"""The public form behind a code, and the forms of those who look after codes and what comes in."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from coverage.collection.submissions import Said
from coverage.forms.registry import FilterForm
from coverage.matching import names
from coverage.models import CollectionCode, CollectionForm, Entity, Submission
from coverage.models.collection import in_open_roster
from shimen.privacy import phones
from shimen.territory.models import Area, Place

if TYPE_CHECKING:
    from coverage.models.entities import EntityQuerySet

# What stands between the letters of a name: foreign names, and those of several of our peoples.
_IN_NAMES = frozenset("·.-' ")
LISTED_SHOPS = 12
# Those without an address hang no sheet anywhere: they come last.
_UNPLACED = ExpressionWrapper(Q(address_key=""), output_field=BooleanField())
STANDINGS = (("member", "是"), ("other", "不是"), ("declined", "不想说"))


class PublicForm(forms.Form):
    """What a person writes behind a code. Nothing is chosen or ticked beforehand; what was typed stays."""

    shop = forms.ChoiceField(label="在哪家店", required=False)
    shop_name = forms.CharField(label="店名", required=False, max_length=80)
    name = forms.CharField(
        label="姓名", max_length=30, error_messages={"required": "还没写", "max_length": "最多 30 个字"}
    )
    phone = forms.CharField(
        label="手机号", max_length=24, error_messages={"required": "还没写", "max_length": "写得太长"}
    )
    post = forms.ChoiceField(label="在店里做什么", required=False, choices=Submission.Post.choices)
    standing = forms.ChoiceField(label="是不是党员", required=False, choices=STANDINGS)
    agrees = forms.BooleanField(
        label="同意",
        required=True,
        error_messages={"required": "勾选才能提交。不同意就关掉这一页，什么也不会留下"},
    )
    agrees_separately = forms.BooleanField(label="单独同意", required=False)
    wants_notices = forms.BooleanField(label="愿意收到活动通知", required=False)
    website = forms.CharField(label="这一格请留空", required=False, max_length=200)

    def __init__(self, *args: Any, version: CollectionForm, shops: list[Entity] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shops = {str(shop.pk): shop for shop in shops or []}
        self.fields["shop"].choices = [*((pk, str(shop)) for pk, shop in self.shops.items()), ("", "不在上面")]  # type: ignore[attr-defined]
        self.asks_shop = shops is not None
        if not version.asks_post:
            del self.fields["post"]
        if not version.asks_standing:
            del self.fields["standing"], self.fields["agrees_separately"]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "选一个列出来的"
            # Django's own sentence for NULs is for programmers.
            field.error_messages["null_characters_not_allowed"] = "里面有看不见的字符，删掉重写"

    def clean_name(self) -> str:
        name = names.person(self.cleaned_data["name"])
        signs = [sign for sign in name if sign not in _IN_NAMES]
        if any(sign.isdigit() for sign in signs):
            raise forms.ValidationError("里面有数字，看看是不是填错了格")
        if len(signs) < 2 or not all(_is_letter(sign) for sign in signs):
            raise forms.ValidationError("至少两个字，只写汉字或字母")
        return name

    def clean_phone(self) -> str:
        written: str = self.cleaned_data["phone"]
        try:
            number = phones.normalise(written)
        except phones.UnreadablePhoneError:
            number = ""
        if phones.is_mobile(number):
            return number
        digits = sum(sign.isdigit() for sign in unicodedata.normalize("NFKC", written))
        raise forms.ValidationError(f"应为 11 位，现在 {digits} 位" if digits != 11 else "应以 1 开头，看看有没有写错")

    def clean_shop_name(self) -> str:
        return names.canonical(self.cleaned_data["shop_name"])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("这一格请留空，再提交一次")
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.asks_shop and not data.get("shop") and not data.get("shop_name") and "shop_name" not in self.errors:
            self.add_error("shop_name", "选一家店，或写上店名")
        return data

    @property
    def entity(self) -> Entity | None:
        """The shop that was chosen from those at the place."""
        return self.shops.get(self.cleaned_data.get("shop", ""))

    def said(self) -> Said:
        """What was written; standing only with separate consent to it."""
        data = self.cleaned_data
        return Said(
            name=data["name"],
            phone=data["phone"],
            post=data.get("post", ""),
            standing=data.get("standing", "") if data.get("agrees_separately") else "",
            shop="" if self.entity else data.get("shop_name", ""),
            wants_notices=data["wants_notices"],
        )


def _is_letter(sign: str) -> bool:
    """Letters of any script and the marks that belong to them; no pictures, no signs."""
    return unicodedata.category(sign)[0] in {"L", "M"}


class CodesFilter(FilterForm):
    """Which doors, for making and printing their codes."""

    of = forms.ChoiceField(label="给谁的码", required=False, choices=[("entity", "市场主体"), ("place", "楼宇和地点")])
    grid = forms.ChoiceField(label="网格", required=False)
    shop = forms.ChoiceField(label="沿街", required=False, choices=[("", "全部"), ("1", "沿街商铺"), ("0", "不沿街")])
    building = forms.ChoiceField(label="楼宇", required=False)
    in_round = forms.ChoiceField(label="走访", required=False, choices=[("", "不限"), ("1", "本轮名单里的")])
    has = forms.ChoiceField(
        label="采集码", required=False, choices=[("", "不限"), ("no", "还没有"), ("yes", "已有"), ("over", "到期的")]
    )
    q = forms.CharField(label="找", required=False, max_length=60)

    def __init__(self, *args: Any, areas: QuerySet[Area], places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = [(str(pk), name) for pk, name in areas.values_list("pk", "name")]
        self.fields["grid"].choices = [("", "全部"), *grids]  # type: ignore[attr-defined]
        houses = places.filter(kind=Place.Kind.BUILDING).order_by("name", "address_key")
        self.fields["building"].choices = [("", "全部"), *((str(house.pk), str(house)) for house in houses)]  # type: ignore[attr-defined]

    @property
    def is_of_places(self) -> bool:
        return bool(self.chosen().get("of") == "place")

    def entities(self, rows: EntityQuerySet, *, today: dt.date) -> EntityQuerySet:
        """The entities that were asked for, along the roads."""
        chosen = self.chosen()
        rows = rows.listed()
        if chosen.get("q"):
            rows = rows.search(chosen["q"])
        if chosen.get("grid"):
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        if chosen.get("shop"):
            shops = {"place__kind": Place.Kind.SHOPFRONT}
            rows = rows.filter(**shops) if chosen["shop"] == "1" else rows.exclude(**shops)
        if chosen.get("building"):
            rows = rows.filter(place__building=chosen["building"]) | rows.filter(place=chosen["building"])
        if chosen.get("in_round"):
            rows = rows.filter(in_open_roster())
        return _by_code(rows, "entity", chosen.get("has"), today).order_by(_UNPLACED, "address_key", "pinyin", "pk")

    def places(self, rows: QuerySet[Place], *, today: dt.date) -> QuerySet[Place]:
        """The places that were asked for: buildings, unless one looks for another."""
        chosen = self.chosen()
        if chosen.get("q"):
            rows = rows.filter(address__contains=chosen["q"]) | rows.filter(name__contains=chosen["q"])
        else:
            rows = rows.filter(kind=Place.Kind.BUILDING)
        if chosen.get("grid"):
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        if chosen.get("building"):
            rows = rows.filter(pk=chosen["building"])
        return _by_code(rows, "place", chosen.get("has"), today).order_by("address_key", "pk")

    def in_words(self) -> str:
        """What was chosen, for the record of a print."""
        self.is_valid()
        words = []
        for key, value in self.chosen().items():
            choices = dict(getattr(self.fields[key], "choices", []))
            words.append(str(choices.get(value, value)))
        return "、".join(words) or "全部"


def _by_code(rows: Any, kind: str, has: str | None, today: dt.date) -> Any:
    codes = CollectionCode.objects.standing().filter(**{kind: OuterRef("pk")})
    match has:
        case "no":
            return rows.filter(~Exists(codes))
        case "yes":
            return rows.filter(Exists(codes.filter(valid_until__gte=today)))
        case "over":
            return rows.filter(Exists(codes.filter(valid_until__lt=today)))
        case _:
            return rows


class VersionForm(forms.ModelForm):
    """A new version of the notice, begun from the one in use."""

    class Meta:
        model = CollectionForm
        fields = [
            "title", "organ", "purpose", "rights", "contact", "notice", "consent", "separate_consent", "asks_post",
            "asks_standing", "retention_days", "waiting_days",
        ]  # fmt: skip
        help_texts = {
            "organ": "落款的单位全称",
            "contact": "科室和电话，写在每一页下面",
            "notice": "谁收集、为什么、依据什么、给谁看、怎么保护、怎么撤回、找谁投诉",
            "consent": "写在“同意”后面",
            "separate_consent": "写在“单独同意”后面，只管“是不是党员”这一项",
            "retention_days": "从登记离开那天起算，过了自动删除",
            "waiting_days": "没有采用的，从收到或核对那天起算",
        }
        widgets = {"notice": forms.Textarea(attrs={"rows": 12})}

    def clean_retention_days(self) -> int:
        return self._days("retention_days", 1, 3 * 365)

    def clean_waiting_days(self) -> int:
        return self._days("waiting_days", 7, 180)

    def _days(self, key: str, least: int, most: int) -> int:
        days: int = self.cleaned_data[key]
        if not least <= days <= most:
            raise forms.ValidationError(f"写 {least} 到 {most} 之间的天数")
        return days


class WhyForm(forms.Form):
    """Why codes are exchanged or stopped, a person's data shown or erased."""

    reason = forms.CharField(label="事由", max_length=200)


class QueueFilter(FilterForm):
    """What is seen of what came in; kept in the address."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("waiting", "待核对"), ("all", "全部"), *Submission.State.choices[1:]]
    )
    grid = forms.ChoiceField(label="网格", required=False)
    q = forms.CharField(label="店名或短码", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = [(str(pk), name) for pk, name in areas.values_list("pk", "name")]
        self.fields["grid"].choices = [("", "全部"), *grids]  # type: ignore[attr-defined]

    def rows(self, rows: Any) -> Any:
        """Those that were asked for: the waiting ones unless something else was, the longest waiting first."""
        from coverage.collection.numbers import tidy

        chosen = self.chosen()
        state = chosen.get("state", "waiting")
        if state != "all":
            rows = rows.filter(state=state)
        if chosen.get("grid"):
            rows = rows.in_area(chosen["grid"])
        if words := chosen.get("q"):
            found = rows.filter(entity__search__text__contains=words.lower()) | rows.filter(shop__contains=words)
            rows = found | rows.filter(code__short=tidy(words))
        return rows.in_order() if state == "waiting" else rows.order_by("-received_at", "pk")
