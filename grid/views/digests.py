"""街情周报: the skies of the last weeks, one week with its numbers and their rows, and the same on paper."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET

from branches.models import Rule
from grid.chain.weather import explained
from grid.models import Digest, DigestLine
from grid.opinions import digests as verbs
from grid.pages import digests as pages
from grid.views.opinions import READERS
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.web import paginate, render

WEEKS = 13


@require_GET
@allow(*EVERY_WORKER)
def digests(request: HttpRequest) -> HttpResponse:
    """Week by week, the newest first, with what each word of the sky means."""
    page = paginate(request, Digest.objects.visible_to(request.user).newest_first(), size=WEEKS)
    book = Rule.objects.book(street=request.user.street_id, on=clock.today())
    context = {
        "page": page, "trend": pages.Trend(list(page.object_list)), "tab": "digests",
        "explained": explained(verbs.thresholds_of(book)),
    }  # fmt: skip
    return render(request, "grid/digests.html", context)


def _get(request: HttpRequest, digest: uuid.UUID) -> Digest:
    return get_object_or_404(Digest.objects.visible_to(request.user), pk=digest)


@require_GET
@allow(*EVERY_WORKER)
def digest(request: HttpRequest, digest: uuid.UUID) -> HttpResponse:
    """One week as it stood at its end."""
    row = _get(request, digest)
    return render(request, "grid/digest.html", {"digest": row, "page": pages.DigestPage(row)})


@require_GET
@allow(*EVERY_WORKER)
def print_digest(request: HttpRequest, digest: uuid.UUID) -> HttpResponse:
    """The same on a sheet of paper."""
    row = _get(request, digest)
    return render(request, "grid/digest_print.html", {"digest": row, "page": pages.DigestPage(row)})


@require_GET
@allow(*READERS)
def rows(request: HttpRequest, digest: uuid.UUID) -> HttpResponse:
    """The opinions behind one number, as it was counted."""
    row, count = _get(request, digest), request.GET.get("count", "new")
    if count not in DigestLine.Count.values:
        raise Http404
    area = row.areas.filter(pk=_uuid(request.GET.get("area", ""))).first() if request.GET.get("area") else None
    if request.GET.get("area") and area is None:
        raise Http404
    found, counted = pages.lines(row, request.user, area=area, count=count)
    context = {
        "digest": row, "area": area, "count": DigestLine.Count(count).label, "page": paginate(request, found),
        "counted": counted,
    }  # fmt: skip
    return render(request, "grid/digest_rows.html", context)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


URLS = [
    path("digests/", digests, name="digests"),
    path("digests/<uuid:digest>/", digest, name="digest"),
    path("digests/<uuid:digest>/print/", print_digest, name="digest-print"),
    path("digests/<uuid:digest>/rows/", rows, name="digest-rows"),
]
