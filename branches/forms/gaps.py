"""Filters and forms of gaps and coverings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from branches.duty import gaps
from branches.duty.gaps import Kind, Space
from branches.models import Covering, Member, Organisation
from coverage.forms.registry import FilterForm
from coverage.models import Entity
from coverage.models.entities import Industry

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from branches.rules.book import Rules
    from shimen.territory.models import Area

Where = dict[str, Any]


class GapFilter(FilterForm):
    """Gaps in entities by space, industry, group and grid; `kind` says what is missing."""

    kind = forms.ChoiceField(required=False, choices=Kind.choices, widget=forms.HiddenInput)
    space = forms.ChoiceField(label="空间", required=False, choices=[("", "全部"), *Space.choices])
    industry = forms.ChoiceField(
        label="行业", required=False, choices=[("", "全部"), *Industry.choices, ("none", "未登记")]
    )
    group = forms.ChoiceField(label="群体", required=False, choices=[("", "全部"), *Entity.Kind.choices])
    grid = forms.ChoiceField(label="网格", required=False)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(pk), name) for pk, name in areas.values_list("pk", "name")]
        self.fields["grid"].choices = [("", "全部"), *named]  # type: ignore[attr-defined]

    @property
    def gap(self) -> Kind:
        """What is missing; the most urgent where nothing or nonsense was asked for."""
        return Kind(self.chosen().get("kind") or Kind.UNCOVERED)

    def narrow(self, rows: QuerySet[Entity]) -> QuerySet[Entity]:
        """Those of the space, industry, group and grid asked for, with their space."""
        chosen, rows = self.chosen(), gaps.spaced(rows)
        if "space" in chosen:
            rows = rows.filter(space=chosen["space"])  # type: ignore[misc]  # annotated above
        if "industry" in chosen:
            rows = rows.filter(industry="" if chosen["industry"] == "none" else chosen["industry"])
        if "group" in chosen:
            rows = rows.filter(kind=chosen["group"])
        if "grid" in chosen:
            rows = rows.filter(area__lineage__contains=[chosen["grid"]])
        return rows

    def rows(self, rows: QuerySet[Entity], *, on: dt.date, rules: Rules) -> QuerySet[Entity]:
        """The entities with the gap asked for."""
        found = gaps.entities(self.gap, rows, on=on, rules=rules)
        return self.narrow(found).order_by("area__sort", "address_key", "pinyin", "id")


class CoveringForm(forms.Form):
    """How an entity is to be covered from a day on."""

    way = forms.ChoiceField(label="方式", choices=Covering.Way.choices)
    organisation = forms.ModelChoiceField(label="党组织", queryset=Organisation.objects.none(), empty_label="选一个")
    instructor = forms.ModelChoiceField(
        label="指导员",
        queryset=Member.objects.none(),
        required=False,
        empty_label="不派",
        help_text="只有“指导员联系”才选，选党组织里的党员",
    )
    since = forms.DateField(label="自", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], members: QuerySet[Member], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["instructor"].queryset = members  # type: ignore[attr-defined]
        self.fields["instructor"].label_from_instance = _of_organisation  # type: ignore[attr-defined]


def _of_organisation(member: Member) -> str:
    return f"{member.name_mask}，{member.organisation}"


class UncoverForm(forms.Form):
    """From when on an entity is not covered any more, and why."""

    on = forms.DateField(label="止", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label="原因", max_length=200)


class CoveringFilter(FilterForm):
    """The list of coverings of a day."""

    q = forms.CharField(label="找", required=False, max_length=60)
    way = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *Covering.Way.choices])
    organisation = forms.ChoiceField(label="党组织", required=False)
    grid = forms.ChoiceField(label="网格", required=False)
    source = forms.ChoiceField(label="依据", required=False, choices=[("", "全部"), *Covering.Source.choices])

    def __init__(self, *args: Any, areas: QuerySet[Area], organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = [(str(pk), name) for pk, name in areas.values_list("pk", "name")]
        named: list[tuple[uuid.UUID, str, str]] = list(organisations.values_list("pk", "short_name", "name"))
        self.fields["grid"].choices = [("", "全部"), *grids]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            ("", "全部"),
            *((str(pk), short or name) for pk, short, name in named),
        ]

    def rows(self, rows: QuerySet[Covering]) -> QuerySet[Covering]:
        """The rows asked for, by pinyin of the entity."""
        chosen = self.chosen()
        if "q" in chosen:
            rows = rows.filter(entity__in=Entity.objects.search(chosen["q"]).values("pk"))
        for key in ("way", "organisation", "source"):
            if key in chosen:
                rows = rows.filter(**{key: chosen[key]})
        if "grid" in chosen:
            rows = rows.filter(entity__area__lineage__contains=[chosen["grid"]])
        return rows.order_by("entity__pinyin", "entity_id")
