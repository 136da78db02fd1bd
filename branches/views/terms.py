"""The clock of terms: which committees are due, overdue or extended, and what their seats look like."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from branches.committees import standing
from branches.committees.standing import Standing
from branches.forms.committees import PurposeForm, TermsFilter
from branches.models import Committee, Organisation
from branches.pages import terms as pages
from shimen import clock, exports, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.territory.models import Area
from shimen.web import PAGE_SIZE, refuse, render

READERS = (Role.STAFF, Role.SECRETARY)


def overdue(request: HttpRequest) -> QuerySet[Any]:
    """How many committees of one's own area are overdue; the number beside the entry of the side."""
    return Committee.objects.visible_to(request.user).overdue(clock.today())


ENTRIES = (
    navigation.Entry(
        "换届", icon="calendar-due", url="branches:terms", pillar=navigation.Pillar.INTEGRATION, roles=READERS, place=35,
        count=overdue,
    ),
)  # fmt: skip


def _found(request: HttpRequest) -> tuple[TermsFilter, list[Standing], list[Standing]]:
    """The filter, what it leaves, and everything of the chosen kind and grid, which the counts are of."""
    today = clock.today()
    form = TermsFilter(request.GET or None, areas=Area.objects.visible_to(request.user).grids().in_order())
    every = standing.standings(list(form.organisations(pages.seen_by(request.user, today))), today)
    return form, form.left(every), every


def _context(request: HttpRequest) -> dict[str, Any]:
    form, rows, every = _found(request)
    return {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "total": {"label": "党组织", "value": len(every), "url": "?state=all", "current": _state(request) == "all"},
        "parts": [_part(request, key, words, every) for key, words in standing.STATES.items()],
        "aside": [
            _aside("vacant", "缺额", sum(len(row.vacant) for row in every), "warn"),
            _aside("conflict", "与规则不符", sum(bool(row.conflicts) for row in every), "bad"),
        ],
        "state": _state(request),
        "export": PurposeForm(),
        "remind": every[0].rules.sentence("term_remind_months") if every else "",
    }


def _state(request: HttpRequest) -> str:
    return request.GET.get("state", "")


def _part(request: HttpRequest, key: str, words: str, every: list[Standing]) -> dict[str, Any]:
    number = sum(row.state == key for row in every)
    tone = {"r": "bad", "y": "warn"}.get(pages.TONES[key], "") if number else ""
    return {"label": words, "value": number, "url": f"?state={key}", "tone": tone, "current": _state(request) == key}


def _aside(key: str, words: str, number: int, tone: str) -> dict[str, Any]:
    return {"label": words, "value": number, "url": f"?watch={key}", "tone": tone if number else ""}


@require_GET
@allow(*READERS)
def terms(request: HttpRequest) -> HttpResponse:
    """Committees by grid with the state of their terms and what to do next."""
    return render(request, "branches/terms.html", _context(request), part="list")


@require_POST
@allow(Role.STAFF)
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows as a file that names its maker and purpose."""
    form, rows, _ = _found(request)
    asked = PurposeForm(request.POST)
    if asked.is_valid():
        found = {row.organisation.pk: row for row in rows}
        seen = Organisation.objects.filter(pk__in=found).select_related("area").in_order()
        try:
            return exports.export(
                rows=seen, columns=pages.columns(found), title="换届清单", filters=form.used(), actor=request.user,
                at=clock.now(), **asked.cleaned_data,
            )  # fmt: skip
        except exports.ExportError as error:
            refuse(asked, error)
    return render(request, "branches/terms.html", _context(request) | {"export": asked}, status=422)


URLS = [
    path("terms/", terms, name="terms"),
    path("terms/export/", export, name="terms-export"),
]
