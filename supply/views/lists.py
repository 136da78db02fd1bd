"""The pages of the three lists: seeing, entering, correcting, moving, linking."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from shimen import clock, navigation, sheets
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.web import paginate, render
from supply.forms import lists as forms
from supply.lists import keeping, linking
from supply.lists.reading import Lists
from supply.models import Link, Need, Project, Resource
from supply.pages import lists as pages

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.STATION_MASTER, Role.CONVENER, Role.SECONDED)
WRITERS = (Role.STAFF, Role.SECRETARY)


def count(request: HttpRequest) -> QuerySet[Any]:
    """How many needs nothing answers; the number beside the entry of the side."""
    return Need.objects.visible_to(request.user).unmatched()


ENTRIES = (
    navigation.Entry(
        "三张清单", icon="list-details", url="supply:lists", pillar=navigation.Pillar.EMPOWERMENT, roles=READERS, place=30,
        under=("/supply/lists/", "/supply/needs/", "/supply/resources/", "/supply/projects/"), count=count,
    ),
)  # fmt: skip


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "need")
    return kind if kind in keeping.KINDS else "need"


@require_GET
@allow(*READERS)
def lists(request: HttpRequest) -> HttpResponse:
    """One of the three lists, filtered."""
    kind = _kind(request)
    form = forms.FilterForm(request.GET or None, model=keeping.KINDS[kind])
    page = paginate(request, form.rows(pages.rows_of(kind, request.user)))
    context = {
        "form": form, "page": page, "kind": kind, "noun": pages.NOUNS[kind], "title": pages.TITLES[kind], "on": clock.today(),
        "counts": pages.counts(request.user), "may_write": pages.may_write(request.user, kind), "tones": pages.TONES,
    }  # fmt: skip
    return render(request, "supply/lists.html", context, part="list")


@require_GET
@allow(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV; who took it and by which filter is kept."""
    kind = _kind(request)
    rows = forms.FilterForm(request.GET or None, model=keeping.KINDS[kind]).rows(pages.rows_of(kind, request.user))
    content = sheets.as_csv(pages.COLUMNS[kind], (pages.cells(row) for row in rows))
    filters = {key: value for key, value in request.GET.items() if value}
    audit.exported(
        target=keeping.KINDS[kind], actor=request.user, at=clock.now(), purpose=pages.TITLES[kind], rows=rows.count(),
        filters=filters, digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    response = HttpResponse(content, content_type=sheets.CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}s-{clock.today():%Y%m%d}.csv"'
    return response


@allow(*WRITERS)
def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """A new line of a list."""
    if kind not in keeping.KINDS or not pages.may_write(request.user, kind):
        raise Http404
    form = _form(request, keeping.KINDS[kind])
    made = attempt(request, form, keeping.enter, kind=kind, street=request.user.street, values=lambda: form.values)
    if made is not None:
        messages.success(request, f"已登记，编号 {made.number}。")
        return redirect(f"supply:{kind}", made.pk)
    context = {"form": form, "noun": pages.NOUNS[kind], "kind": kind, "title": f"登记{pages.NOUNS[kind]}"}
    return render(request, "supply/list_form.html", context, status=status_of(form))


def _form(request: HttpRequest, model: type[Any], row: Any = None) -> forms.RowForm:
    given = {"raised_on": clock.today()} if model is Need and row is None else {}
    form = forms.FORMS[model](request.POST or None, user=request.user, row=row, initial=given)
    if model is Need and not pages.may_write(request.user, "project"):
        form.fields["recipient"].queryset = pages.recipients_for(request.user, clock.today())  # type: ignore[attr-defined]
    return form


def _get(request: HttpRequest, kind: str, pk: uuid.UUID) -> Any:
    return get_object_or_404(pages.rows_of(kind, request.user), pk=pk)


def _show(request: HttpRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    row = _get(request, kind, pk)
    page = pages.RowPage(row, request.user, clock.today())
    return render(request, "supply/list_row.html", {"row": row, "page": page, "move": forms.MoveForm()})


@require_GET
@allow(*READERS)
def need(request: HttpRequest, need: uuid.UUID) -> HttpResponse:
    """A need, what answers it and what could."""
    return _show(request, "need", need)


@require_GET
@allow(*READERS)
def resource(request: HttpRequest, resource: uuid.UUID) -> HttpResponse:
    """A resource and the needs that it answers."""
    return _show(request, "resource", resource)


@require_GET
@allow(*READERS)
def project(request: HttpRequest, project: uuid.UUID) -> HttpResponse:
    """A project and the needs that it answers."""
    return _show(request, "project", project)


@allow(*WRITERS)
def edit(request: HttpRequest, kind: str, line: uuid.UUID) -> HttpResponse:
    """Correct a line."""
    row = _changeable(request, kind, line)
    form = _form(request, type(row), row)
    values, seen = (lambda: form.values), (lambda: form.cleaned_data["seen"])
    if attempt(request, form, keeping.correct, row=row, values=values, seen=seen) is not None:
        messages.success(request, "已更正。")
        return redirect(f"supply:{kind}", row.pk)
    context = {"form": form, "noun": pages.NOUNS[kind], "kind": kind, "row": row, "title": f"更正“{row.title}”"}
    return render(request, "supply/list_form.html", context, status=status_of(form))


def _changeable(request: HttpRequest, kind: str, pk: uuid.UUID) -> Any:
    if kind not in keeping.KINDS:
        raise Http404
    row = _get(request, kind, pk)
    if not pages.may_change(request.user, row, clock.today()):
        raise Http404
    return row


@require_POST
@allow(*WRITERS)
def move(request: HttpRequest, kind: str, line: uuid.UUID, verb: str) -> HttpResponse:
    """A change of state."""
    row = _changeable(request, kind, line)
    words = request.POST.get("words", "")[:300]
    return press(
        request,
        keeping.move,
        done="已记下。",
        back=reverse(f"supply:{kind}", args=[row.pk]),
        row=row,
        verb=verb,
        words=words,
    )


@require_POST
@allow(Role.STAFF)
def link(request: HttpRequest, need: uuid.UUID) -> HttpResponse:
    """Bring a need together with a resource or a project."""
    row = _get(request, "need", need)
    chosen = {
        kind: get_object_or_404(model.objects.visible_to(request.user), pk=request.POST[kind])
        for kind, model in (("resource", Resource), ("project", Project)) if _is_id(request.POST.get(kind, ""))
    }  # fmt: skip
    known = Lists(street=row.street_id, on=clock.today())
    back = (
        reverse("supply:unmatched")
        if request.POST.get("back") == "unmatched"
        else reverse("supply:need", args=[row.pk])
    )
    return press(request, linking.link, done=f"“{row.title}”已对接。", back=back, need=row, lists=known, **chosen)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@allow(Role.STAFF)
def unlink(request: HttpRequest, link: uuid.UUID) -> HttpResponse:
    """Take a link away."""
    row = get_object_or_404(Link.objects.visible_to(request.user), pk=link)
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    back = reverse("supply:need", args=[row.need_id])
    return press(request, linking.unlink, done="已解除对接。", back=back, link=row, reason=reason)


@require_GET
@allow(*READERS)
def unmatched(request: HttpRequest) -> HttpResponse:
    """Needs that nothing answers, the oldest first, each with what could."""
    rows = pages.unmatched(request.user, clock.today())
    context = {
        "page": paginate(request, rows, size=20),
        "any": Need.objects.visible_to(request.user).exists(),
        "may_link": pages.may_write(request.user, "project"),
    }
    return render(request, "supply/unmatched.html", context)


@allow(*READERS)
def series(request: HttpRequest) -> HttpResponse:
    """The series of projects with those in front; the office names new ones."""
    form = forms.SeriesForm(request.POST or None)
    is_office = pages.may_write(request.user, "project")
    if request.method == "POST" and not is_office:
        raise Http404
    if attempt(request, form, keeping.name_series, street=request.user.street, **_series_values(form)) is not None:
        return redirect("supply:project-series")
    context = {"found": pages.series_of(request.user), "form": form, "may_write": is_office, "tones": pages.TONES}
    return render(request, "supply/project_series.html", context, status=status_of(form))


def _series_values(form: forms.SeriesForm) -> dict[str, Any]:
    return {name: (lambda name=name: form.cleaned_data[name]) for name in ("name", "words", "is_led")}


URLS = [
    path("lists/", lists, name="lists"),
    path("lists/export/", export, name="lists-export"),
    path("lists/unmatched/", unmatched, name="unmatched"),
    path("lists/new/<slug:kind>/", enter, name="list-new"),
    path("lists/<slug:kind>/<uuid:line>/edit/", edit, name="list-edit"),
    path("lists/<slug:kind>/<uuid:line>/<slug:verb>/", move, name="list-move"),
    path("needs/<uuid:need>/", need, name="need"),
    path("needs/<uuid:need>/link/", link, name="need-link"),
    path("links/<uuid:link>/end/", unlink, name="link-end"),
    path("resources/<uuid:resource>/", resource, name="resource"),
    path("projects/<uuid:project>/", project, name="project"),
    path("projects/series/", series, name="project-series"),
]
