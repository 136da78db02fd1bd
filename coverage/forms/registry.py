"""Forms and filters of the registry's pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from coverage.facts import fields as facts
from coverage.models import Entity, Worker
from coverage.models.entities import Industry
from coverage.registry.words import text_of
from shimen.territory.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from coverage.models.entities import EntityQuerySet, WorkerQuerySet

STALE_DAYS = 90


class FilterForm(forms.Form):
    """A filter in the URL: what makes no sense is left out instead of being refused."""

    def chosen(self) -> dict[str, Any]:
        """Field → value of what was chosen and makes sense."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}

    def used(self) -> dict[str, str]:
        """What was chosen, in words, for the log of an export."""
        return {str(self.fields[key].label or key): str(value) for key, value in self.chosen().items()}


class EntityFilter(FilterForm):
    """The list of entities."""

    q = forms.CharField(label="找", required=False, max_length=60)
    grid = forms.ChoiceField(label="网格", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Entity.Kind.choices])
    industry = forms.ChoiceField(label="行业", required=False, choices=[("", "全部"), *Industry.choices])
    shop = forms.ChoiceField(label="沿街", required=False, choices=[("", "全部"), ("1", "沿街商铺"), ("0", "不沿街")])
    presence = forms.ChoiceField(label="实地", required=False, choices=[("", "全部"), *Entity.Presence.choices])
    status = forms.ChoiceField(label="登记", required=False, choices=[("", "全部"), *Entity.Registration.choices])
    mind = forms.ChoiceField(
        label="留意",
        required=False,
        choices=[
            ("", "不限"),
            ("never", "从没走访过"),
            ("stale", f"超 {STALE_DAYS} 天没确认"),
            ("doubt", "来源说法不一"),
            ("missing", "部门名册里不见了"),
            ("lost", "没有地点"),
            ("gone", "已移出名册"),
        ],
    )
    sort = forms.ChoiceField(
        label="排序",
        required=False,
        choices=[("", "拼音"), ("address", "地址"), ("seen", "最久没确认"), ("new", "最近登记"), ("size", "人数多的")],
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]  # type: ignore[attr-defined]

    def rows(self, rows: EntityQuerySet, *, today: dt.date) -> EntityQuerySet:
        """The rows that were asked for, in the order asked for."""
        chosen = self.chosen()
        mind = chosen.get("mind")
        rows = rows.filter(removed_at__isnull=False) if mind == "gone" else rows.listed()
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "grid" in chosen:
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        same = {"kind": "kind", "industry": "industry", "presence": "presence", "status": "registration_status"}
        rows = rows.filter(**{column: chosen[key] for key, column in same.items() if key in chosen})
        if "shop" in chosen:
            shops = {"place__kind": "shopfront"}
            rows = rows.filter(**shops) if chosen["shop"] == "1" else rows.exclude(**shops)
        return self._sorted(self._minded(rows, mind, today), chosen.get("sort"))

    @staticmethod
    def _minded(rows: EntityQuerySet, mind: str | None, today: dt.date) -> EntityQuerySet:
        match mind:
            case "never":
                return rows.never_visited()
            case "stale":
                return rows.unconfirmed_since(today - dt.timedelta(days=STALE_DAYS))
            case "doubt":
                return rows.contradicted()
            case "missing":
                return rows.filter(missing_since__isnull=False)
            case "lost":
                return rows.filter(place__isnull=True)
            case _:
                return rows

    @staticmethod
    def _sorted(rows: EntityQuerySet, sort: str | None) -> EntityQuerySet:
        from django.db.models import F

        match sort:
            case "address":
                return rows.order_by("address_key", "address", "id")
            case "seen":
                return rows.order_by(F("presence_on").asc(nulls_first=True), "id")
            case "new":
                return rows.order_by("-registered_on", "id")
            case "size":
                return rows.order_by(F("headcount").desc(nulls_last=True), "id")
            case _:
                return rows.by_pinyin()


class WorkerFilter(FilterForm):
    """The list of workers."""

    q = forms.CharField(label="找", required=False, max_length=60)
    grid = forms.ChoiceField(label="网格", required=False)
    standing = forms.ChoiceField(label="政治面貌", required=False, choices=[("", "全部"), *Worker.Standing.choices])
    elsewhere = forms.ChoiceField(label="组织关系", required=False, choices=[("", "全部"), ("1", "在外")])
    left = forms.ChoiceField(label="在岗", required=False, choices=[("", "在岗"), ("1", "已离开")])

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [("", "全部"), *((str(pk), name) for pk, name in areas.values_list("pk", "name"))]  # type: ignore[attr-defined]

    def rows(self, rows: WorkerQuerySet) -> WorkerQuerySet:
        """The rows that were asked for, by pinyin."""
        chosen = self.chosen()
        rows = rows.filter(left_on__isnull=False) if "left" in chosen else rows.current()
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "grid" in chosen:
            rows = rows.in_area(chosen["grid"])
        if "standing" in chosen:
            rows = rows.filter(standing=chosen["standing"])
        if "elsewhere" in chosen:
            rows = rows.filter(is_affiliated_elsewhere=True)
        return rows.by_pinyin()


class ExportForm(forms.Form):
    """What an export is for, and as what."""

    purpose = forms.CharField(label="用途", max_length=120, help_text="写进文件首行和操作记录，例如“核对第三网格名册”")
    kind = forms.ChoiceField(label="格式", choices=[("xlsx", "Excel 工作簿"), ("csv", "CSV")], initial="xlsx")


class ReasonForm(forms.Form):
    """Why somebody looks at a full number, or takes an entity out."""

    reason = forms.CharField(label="事由", max_length=200)


class EntityForm(forms.Form):
    """All facts of an entity as text; the verbs read them. `seen_…` carry what stood there when the page was opened, so
    that only what was changed here is written, and what somebody else changed meanwhile is not overwritten."""

    keep_code = forms.BooleanField(label="暂按此保存", required=False)

    def __init__(self, *args: Any, entity: Entity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entity = entity
        for fact in facts.FACTS:
            self.fields[fact.key] = _field(fact, entity)
            if entity is not None and fact.key != "phone":
                seen = forms.CharField(required=False, widget=forms.HiddenInput(), initial=_typed(entity, fact.key))
                self.fields[f"seen_{fact.key}"] = seen

    def clean(self) -> dict[str, Any]:
        """A code with an odd look is a warning: ticking 暂按此保存 lets it pass."""
        cleaned = super().clean() or {}
        code = cleaned.get("code", "")
        is_new = self.entity is None or facts.read("code", code) != self.entity.code
        warning = facts.code_warning(facts.read("code", code)) if is_new else ""
        self.warns_of_code = bool(warning)
        if warning and not cleaned.get("keep_code"):
            self.add_error("code", f"{warning}确认无误就勾“暂按此保存”。")
        return cleaned

    def values(self) -> dict[str, str]:
        """The facts as typed; on an edit only those that were changed on this page."""
        typed = {fact.key: self.cleaned_data.get(fact.key, "") for fact in facts.FACTS}
        typed["is_suspended"], typed["is_irregular"] = (
            "1" if typed[key] else "" for key in ("is_suspended", "is_irregular")
        )
        if self.entity is None:
            return {key: value for key, value in typed.items() if value}
        changed = {key: value for key, value in typed.items() if value != self.cleaned_data.get(f"seen_{key}", "")}
        if not changed.get("phone"):
            changed.pop("phone", None)
        return changed

    def moved(self) -> dict[str, str]:
        """Facts changed here that somebody else has changed meanwhile: key → what stands there now."""
        if self.entity is None:
            return {}
        return {
            key: _typed(self.entity, key)
            for key in self.values()
            if key != "phone" and _typed(self.entity, key) != self.cleaned_data.get(f"seen_{key}", "")
        }


_CHOICES = {
    "kind": Entity.Kind.choices,
    "registration_status": Entity.Registration.choices,
    "industry": [("", "未知"), *Industry.choices],
}
_HINTS = {
    "code": "18 位；没有就空着",
    "trade_sign": "门头上写的字",
    "address": "路、弄、号、室，例如 望桥路 41 号",
    "industry_code": "例如 H6210",
    "opening_hours": "例如 06:30 至 20:00",
    "established_on": "例如 2019-04-16",
    "headcount": "只写数字",
}


def _typed(entity: Entity, key: str) -> str:
    """What stands in the form for what the registry holds."""
    text = text_of(entity, key)
    return facts.shown(key, text).replace(",", "") if facts.BY_KEY[key].shape is facts.Shape.AMOUNT else text


def _field(fact: facts.Fact, entity: Entity | None) -> forms.Field:
    initial: Any = _typed(entity, fact.key) if entity else ""
    common: dict[str, Any] = {"label": fact.label, "required": fact.is_required, "help_text": _HINTS.get(fact.key, "")}
    if fact.key in _CHOICES:
        first = {"registration_status": "1", "kind": "enterprise"}.get(fact.key, "")
        return forms.ChoiceField(choices=_CHOICES[fact.key], initial=initial or first, **common)
    if fact.shape is facts.Shape.FLAG:
        return forms.BooleanField(initial=bool(initial), **common)
    if fact.key == "phone":
        mask = entity.phone_mask if entity else ""
        common["help_text"] = f"现为 {mask}，不填就不改" if mask else "手机，或带区号的固定电话"
        return forms.CharField(max_length=40, **common)
    if fact.key == "scope":
        return forms.CharField(max_length=4000, initial=initial, widget=forms.Textarea(attrs={"rows": "3"}), **common)
    return forms.CharField(max_length=max(fact.longest, 30), initial=initial, **common)


class WorkerForm(forms.Form):
    """A person in an entity. Standing asks for consent beside it."""

    name = forms.CharField(label="姓名", max_length=60)
    post = forms.CharField(label="岗位", max_length=40, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    standing = forms.ChoiceField(label="政治面貌", choices=Worker.Standing.choices, initial=Worker.Standing.UNKNOWN)
    is_affiliated_elsewhere = forms.BooleanField(label="组织关系在外（流动党员）", required=False)
    consented = forms.BooleanField(
        label="本人已同意登记政治面貌", required=False, help_text="敏感个人信息，自愿提供；不愿说就选“不愿提供”"
    )

    def __init__(self, *args: Any, worker: Worker | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.worker = worker
        if worker is not None:
            for key in ("name", "post", "standing", "is_affiliated_elsewhere"):
                self.fields[key].initial = getattr(worker, key)
            if worker.phone_mask:
                self.fields["phone"].help_text = f"现为 {worker.phone_mask}，不填就不改"

    def values(self) -> dict[str, Any]:
        """What was typed; a phone left blank on an edit stays as it is."""
        typed = {
            key: self.cleaned_data[key] for key in ("name", "post", "phone", "standing", "is_affiliated_elsewhere")
        }
        if self.worker is not None and not typed["phone"]:
            typed.pop("phone")
        return typed


class LeftForm(forms.Form):
    """From which day somebody does not work there any more."""

    left_on = forms.DateField(label="离开日期", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label="说明", max_length=120, required=False)
