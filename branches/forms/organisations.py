"""Filters and forms of the pages on organisations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from branches.models import Organisation
from coverage.forms.registry import FilterForm
from shimen.territory.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from branches.models.organisations import OrganisationQuerySet

EMERGING = "emerging"
PREPARING, DISSOLVED, OVERDUE = "preparing", "dissolved", "overdue"


class OrganisationFilter(FilterForm):
    """The list of organisations; those that stand today unless another state is asked for."""

    q = forms.CharField(label="找", required=False, max_length=60)
    grid = forms.ChoiceField(label="网格", required=False)
    kind = forms.ChoiceField(
        label="类别", required=False, choices=[("", "全部"), (EMERGING, "新兴领域"), *Organisation.Kind.choices]
    )
    form = forms.ChoiceField(label="形式", required=False, choices=[("", "全部"), *Organisation.Form.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "已成立"), (PREPARING, "筹建中"), (OVERDUE, "筹建超期"), (DISSOLVED, "已撤销")],
    )
    mark = forms.ChoiceField(
        label="标记", required=False, choices=[("", "不限"), ("beacon", "灯塔型"), ("campaign", "攻坚行动中成立")]
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [  # type: ignore[attr-defined]
            ("", "全部"),
            *((str(pk), name) for pk, name in areas.values_list("pk", "name")),
            ("street", "全街道"),
        ]

    def rows(self, rows: OrganisationQuerySet, *, today: dt.date) -> OrganisationQuerySet:
        """The rows that were asked for, in their order."""
        chosen = self.chosen()
        rows = self._in_state(rows, chosen.get("state"), today)
        if "q" in chosen:
            rows = rows.search(chosen["q"])
        if "grid" in chosen:
            whole = chosen["grid"] == "street"
            rows = rows.filter(area__isnull=True) if whole else rows.filter(area__lineage__contains=[chosen["grid"]])
        if "kind" in chosen:
            rows = rows.emerging() if chosen["kind"] == EMERGING else rows.filter(kind=chosen["kind"])
        if "form" in chosen:
            rows = rows.filter(form=chosen["form"])
        if chosen.get("mark") == "beacon":
            rows = rows.beacons(today)
        if chosen.get("mark") == "campaign":
            rows = rows.founded_in_campaign()
        return rows.in_order()

    @staticmethod
    def _in_state(rows: OrganisationQuerySet, state: str | None, today: dt.date) -> OrganisationQuerySet:
        match state:
            case "preparing":
                return rows.preparing()
            case "overdue":
                return rows.preparing().filter(founding__due_on__lt=today)
            case "dissolved":
                return rows.filter(dissolved_on__lte=today)
            case _:
                return rows.standing(today)
