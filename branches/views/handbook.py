"""Reading the handbook: contents, search, one section, versions and what changed between them, printing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET

from branches.models import HandbookSection, HandbookVersion
from branches.people.handbook import labels
from branches.texts import comparing, finding
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.web import render

FOUND = 50


@dataclass(frozen=True)
class Line:
    """A section in the order of the book: how it is counted, and what is shown of it."""

    label: str
    section: HandbookSection
    title: list[finding.Piece]
    snippet: list[finding.Piece]


def lines(version: HandbookVersion, *, with_bodies: bool = False) -> list[tuple[str, HandbookSection]]:
    """All sections of a version with their numbers."""
    rows = version.sections.standing().in_order()
    sections = list(rows.defer("search") if with_bodies else rows.defer("search", "body"))
    return list(zip(labels(section.depth for section in sections), sections, strict=True))


def _version(request: HttpRequest) -> HandbookVersion | None:
    """The version asked for (`?version=2`), else the newest that is published."""
    rows = HandbookVersion.objects.visible_to(request.user).published()
    asked = request.GET.get("version", "")
    if asked.isdecimal() and len(asked) < 4:
        return get_object_or_404(rows, number=int(asked))
    return rows.newest_first().first()


def _search(version: HandbookVersion, sought: list[str]) -> list[Line]:
    """What has every word, titles first."""
    labelled = {section.pk: label for label, section in lines(version)}
    rows = version.sections.standing().search(sought).in_order()[: FOUND * 4]
    found = sorted(rows, key=lambda row: (*finding.weight(row.title, row.body, sought), row.place))[:FOUND]
    return [
        Line(labelled[row.pk], row, finding.marked(row.title, sought), finding.snippet(row.body, sought))
        for row in found
    ]


@require_GET
@allow(*EVERY_WORKER)
def handbook(request: HttpRequest) -> HttpResponse:
    """The contents of the handbook, or what was found in it."""
    version = _version(request)
    typed = request.GET.get("q", "").replace("\x00", "")[:60]
    sought = finding.words(typed)
    drafts = HandbookVersion.objects.visible_to(request.user).drafts()
    context = {
        "version": version,
        "typed": typed,
        "sought": sought,
        "found": _search(version, sought) if version and sought else [],
        "lines": lines(version) if version else [],
        "is_newest": version is not None and "version" not in request.GET,
        "may_write": scope_of(request.user).has(Role.STAFF),
        "draft": drafts.first() if scope_of(request.user).has(Role.STAFF) else None,
    }
    return render(request, "branches/handbook.html", context, part="list")


@require_GET
@allow(*EVERY_WORKER)
def section(request: HttpRequest, section: uuid.UUID) -> HttpResponse:
    """One section, what stands before and behind it, and the same section in the newest version."""
    rows = HandbookSection.objects.visible_to(request.user).standing().select_related("version")
    found = get_object_or_404(rows, pk=section)
    order = lines(found.version)
    at_place = next(place for place, (_, row) in enumerate(order) if row.pk == found.pk)
    newest = HandbookVersion.objects.visible_to(request.user).published().newest_first().first()
    context = {
        "section": found,
        "label": order[at_place][0],
        "chapter": next((row for _, row in reversed(order[:at_place]) if row.depth == 0), None)
        if found.depth
        else None,
        "before": order[at_place - 1] if at_place else None,
        "behind": order[at_place + 1] if at_place + 1 < len(order) else None,
        "under": _under(order, at_place),
        "blocks": finding.blocks(found.body, finding.words(request.GET.get("q", "").replace("\x00", "")[:60])),
        "newest": newest if newest is not None and newest.pk != found.version_id else None,
    }
    return render(request, "branches/handbook_section.html", context)


def _under(order: list[tuple[str, HandbookSection]], at_place: int) -> list[tuple[str, HandbookSection]]:
    """The sections inside one."""
    found = []
    for label, row in order[at_place + 1 :]:
        if row.depth <= order[at_place][1].depth:
            break
        found.append((label, row))
    return found


@require_GET
@allow(*EVERY_WORKER)
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, what it changed, and who published it."""
    rows = HandbookVersion.objects.visible_to(request.user).select_related("published_by", "made_by")
    rows = rows.annotate(parts=Count("sections", filter=Q(sections__removed_at=None))).newest_first()
    is_writer = scope_of(request.user).has(Role.STAFF)
    context = {"versions": rows, "may_write": is_writer, "has_draft": any(row.is_draft for row in rows)}
    return render(request, "branches/handbook_versions.html", context)


def _compared(version: HandbookVersion) -> list[comparing.Section]:
    return [
        comparing.Section(row.key, label, row.title, row.body, row.depth)
        for label, row in lines(version, with_bodies=True)
    ]


@require_GET
@allow(*EVERY_WORKER)
def difference(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """What a version changed against the one before it, or against the one asked for (`?with=1`)."""
    seen = HandbookVersion.objects.visible_to(request.user)
    new = get_object_or_404(seen, pk=version)
    others = seen.published().exclude(pk=new.pk).newest_first()
    asked = request.GET.get("with", "")
    if asked.isdecimal() and len(asked) < 4:
        old = get_object_or_404(others, number=int(asked))
    else:
        old = others.filter(number__lt=new.number).first()
    if old is None:
        raise Http404("第一版没有可比的")
    changes = comparing.compare(_compared(old), _compared(new))
    shown = [change for change in changes if change.kind != comparing.Kind.SAME or change.has_moved]
    context = {
        "old": old,
        "new": new,
        "changes": shown,
        "counts": comparing.counts(changes),
        "others": others,
    }
    return render(request, "branches/handbook_difference.html", context)


@require_GET
@allow(*EVERY_WORKER)
def printed(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """A whole version on paper."""
    found = get_object_or_404(HandbookVersion.objects.visible_to(request.user).select_related("street"), pk=version)
    parts = [(label, row, finding.blocks(row.body)) for label, row in lines(found, with_bodies=True)]
    return render(request, "branches/handbook_print.html", {"version": found, "parts": parts})


URLS = [
    path("handbook/", handbook, name="handbook"),
    path("handbook/sections/<uuid:section>/", section, name="handbook-section"),
    path("handbook/versions/", versions, name="handbook-versions"),
    path("handbook/versions/<uuid:version>/changes/", difference, name="handbook-difference"),
    path("handbook/versions/<uuid:version>/print/", printed, name="handbook-print"),
]
