"""The desktop's pages of demands: what was solved at the door, what was passed on, and the answer that goes back."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from coverage.forms.visits import AnswerForm
from coverage.models import Demand
from coverage.visits import demands as verbs
from coverage.visits import taken_up
from shimen import clock, navigation, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)
STATES = {
    "open": ("待答复", Demand.objects.passed_on),
    "to_tell": ("有答复待带到", Demand.objects.to_tell),
    "told": ("已带到", lambda: Demand.objects.answered().filter(told_at__isnull=False)),
    "solved": ("当场解决", Demand.objects.solved_at_door),
}
COLUMNS = (
    "提出时间",
    "市场主体",
    "地址",
    "网格",
    "类别",
    "原话",
    "当场解决",
    "怎么解决的",
    "答复",
    "答复时间",
    "已告知",
    "转为",
    "记录人",
)


def waiting(request: HttpRequest) -> QuerySet[Any]:
    """How many demands in one's own area wait for an answer; the number beside the entry of the side."""
    return Demand.objects.visible_to(request.user).passed_on()


ENTRIES = (
    navigation.Entry(
        "诉求",
        icon="message-dots",
        url="coverage:demands",
        pillar=navigation.Pillar.INTEGRATION,
        roles=READERS,
        place=10,
        under=("/demands/",),
        count=waiting,
    ),
)


class FilterForm(forms.Form):
    """What is seen of the list; kept in the address."""

    state = forms.ChoiceField(
        label="进展", required=False, choices=[("", "全部"), *((k, v[0]) for k, v in STATES.items())]
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *Demand.Category.choices])
    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    q = forms.CharField(label="原话或店名", required=False, max_length=40)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def rows(self, seen: QuerySet[Demand]) -> QuerySet[Demand]:
        """The demands among `seen` that the filter leaves, newest first."""
        chosen = self.cleaned_data if self.is_valid() else {}
        rows = seen.filter(withdrawn_at__isnull=True)
        if chosen.get("state"):
            rows = rows.filter(pk__in=STATES[chosen["state"]][1]().values("pk"))
        if chosen.get("category"):
            rows = rows.filter(category=chosen["category"])
        if chosen.get("area"):
            rows = rows.filter(entity__area__lineage__contains=[chosen["area"].pk])
        if words := (chosen.get("q") or "").strip():
            rows = rows.filter(words__contains=words) | rows.filter(entity__search__text__contains=words.lower())
        return rows.select_related("entity__area", "raised_by", "visit").order_by("-raised_at", "-pk")


def _filtered(request: HttpRequest) -> tuple[FilterForm, QuerySet[Demand]]:
    form = FilterForm(request.GET or None, areas=Area.objects.visible_to(request.user).grids().in_order())
    return form, form.rows(Demand.objects.visible_to(request.user))


@require_GET
@allow(*READERS)
def demands(request: HttpRequest) -> HttpResponse:
    """What shops asked for, and how many of them wait for an answer."""
    form, rows = _filtered(request)
    seen = Demand.objects.visible_to(request.user)
    counts = [(key, label, seen.filter(pk__in=query().values("pk")).count()) for key, (label, query) in STATES.items()]
    page = paginate(request, rows)
    became = taken_up.of_many(page.object_list)
    for row in page.object_list:
        row.taken_up = became.get(row.pk)
    context = {"form": form, "page": page, "counts": counts, "state": request.GET.get("state", "")}
    return render(request, "coverage/demands.html", context, part="list")


@allow(*READERS)
def demand(request: HttpRequest, demand: uuid.UUID) -> HttpResponse:
    """One demand: the shop's words, how it came, and the answer that the next visitor tells."""
    seen = Demand.objects.visible_to(request.user).standing()
    row = get_object_or_404(
        seen.select_related("entity", "visit__round", "raised_by", "answered_by", "told_in__visitor"), pk=demand
    )
    form = AnswerForm(request.POST or None, initial={"answer": row.answer})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.answer(demand=row, words=form.cleaned_data["answer"], actor=request.user, at=clock.now())
        except verbs.DemandError as error:
            refuse(form, error)
        else:
            messages.success(request, f"答复已记下，下次走访“{row.entity}”时带到。")
            return redirect("coverage:demand", demand=row.pk)
    status = 422 if form.is_bound else 200
    context = {"demand": row, "form": form, "taken_up": taken_up.of(row)}
    return render(request, "coverage/demand.html", context, status=status)


@require_GET
@allow(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV that a spreadsheet opens; who took it and by which filter is kept."""
    _, rows = _filtered(request)
    listed = list(rows)
    became = taken_up.of_many(listed)
    content = sheets.as_csv(COLUMNS, (_cells(row, became.get(row.pk)) for row in listed))
    filters = {key: value for key, value in request.GET.items() if value}
    audit.exported(
        target=Demand, actor=request.user, at=clock.now(), purpose="诉求清单", rows=len(listed), filters=filters,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    response = HttpResponse(content, content_type=sheets.CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="demands-{clock.today():%Y%m%d}.csv"'
    return response


def _cells(row: Demand, became: taken_up.TakenUp | None) -> list[Any]:
    entity = row.entity
    goes_on = f"{became.title}，{became.state}" if became is not None else ""
    return [
        row.raised_at, entity, entity.address, entity.area or "", row.get_category_display(), row.words,
        "是" if row.solved_on_spot else "", row.how_solved, row.answer, row.answered_at, row.told_at, goes_on, row.raised_by,
    ]  # fmt: skip
