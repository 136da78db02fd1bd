"""The desktop's list of what was said differently of one door: which of the two is right, settled in one place."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from coverage.models import VisitAnswer
from coverage.views import doors
from coverage.visits import visits
from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, render

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)


class FilterForm(forms.Form):
    """What is seen of the list; kept in the address."""

    area = forms.ModelChoiceField(label="网格", required=False, queryset=Area.objects.none(), empty_label="全部")
    q = forms.CharField(label="店名", required=False, max_length=40)

    def rows(self, seen: QuerySet[VisitAnswer]) -> QuerySet[VisitAnswer]:
        """Those among `seen` that the filter leaves, the longest open first."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("area"):
            seen = seen.filter(visit__entity__area__lineage__contains=[chosen["area"].pk])
        if words := (chosen.get("q") or "").strip():
            seen = seen.filter(visit__entity__search__text__contains=words.lower())
        return seen.order_by("visit__visited_at", "pk")


@require_GET
@allow(*READERS)
def contradictions(request: HttpRequest) -> HttpResponse:
    """Every open contradiction of one's own area, with both sides and what each wrote."""
    form = FilterForm(request.GET or None)
    form.fields["area"].queryset = Area.objects.visible_to(request.user).grids().in_order()  # type: ignore[attr-defined]
    page = paginate(request, form.rows(VisitAnswer.objects.visible_to(request.user).held().with_both_sides()))
    rows = [doors.Contradiction(row, request.user) for row in page.object_list]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "coverage/contradictions.html", context, part="list")


@require_POST
@allow(*READERS)
def settle(request: HttpRequest, answer: int) -> HttpResponse:
    """Say which of two words is right; back to the list as it was filtered."""
    row = get_object_or_404(VisitAnswer.objects.visible_to(request.user).with_both_sides(), pk=answer)
    told = doors.Contradiction(row, request.user)
    is_taken = request.POST.get("keep") == "second"
    try:
        visits.settle(answer=row, is_taken=is_taken, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, f"{row.visit.entity}：{error.sentence}")
    else:
        value = told.second if is_taken else told.first
        messages.success(request, f"{row.visit.entity}的{told.label}以“{value}”为准，另一种说法也留着。")
    kept = {key: request.POST[key] for key in ("area", "q", "page") if request.POST.get(key)}
    return redirect(f"{reverse('coverage:contradictions')}{'?' if kept else ''}{urlencode(kept)}")
