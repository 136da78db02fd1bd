"""Serving everyone: all organisations with what came to them, one of them, and a part of its own page."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET

from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.web import paginate, render
from supply.models import Recipient
from supply.pages import served as pages

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.STATION_MASTER)

ENTRIES = (
    navigation.Entry(
        "供给到组织", icon="heart-handshake", url="supply:served", pillar=navigation.Pillar.EMPOWERMENT, roles=READERS, place=35,
        under=("/supply/served/",),
    ),
)  # fmt: skip


@require_GET
@allow(*READERS)
def served(request: HttpRequest) -> HttpResponse:
    """Every organisation by grid: what came over a year, and who has waited for too long."""
    page = pages.ServedPage(
        request.user, clock.today(), quiet=request.GET.get("quiet") == "on", everybody=request.GET.get("all") == "on"
    )
    return render(request, "supply/served.html", {"page": page, "lines": paginate(request, page.lines)})


def _get(request: HttpRequest, pk: uuid.UUID) -> Recipient:
    return get_object_or_404(Recipient.objects.visible_to(request.user).select_related("area", "place"), pk=pk)


@require_GET
@allow(*READERS)
def recipient(request: HttpRequest, recipient: uuid.UUID) -> HttpResponse:
    """One organisation's supply."""
    row = _get(request, recipient)
    return render(request, "supply/recipient.html", {"recipient": row, "page": pages.RecipientPage(row, clock.today())})


URLS = [
    path("served/", served, name="served"),
    path("served/<uuid:recipient>/", recipient, name="recipient"),
]
