"""The first pages of a council's convener and of somebody lent to a grid; staff may be either beside their office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from grid.pages.first_pages import HomePage
from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.web import render

ENTRIES = (
    navigation.Entry("我的议事会", icon="home", url="grid:my-councils", roles=(Role.CONVENER,), place=6),
    navigation.Entry("我的网格", icon="home", url="grid:my-grid", roles=(Role.SECONDED,), place=7),
)


@require_GET
@allow(Role.CONVENER, Role.STAFF, offered_to=(Role.CONVENER,))
def my_councils(request: HttpRequest) -> HttpResponse:
    """What waits for the councils that one convenes."""
    page = HomePage(request.user, clock.today())
    return render(request, "grid/first_page.html", {"page": page, "title": "我的议事会", "is_convener": True})


@require_GET
@allow(Role.SECONDED, Role.STAFF, offered_to=(Role.SECONDED,))
def my_grid(request: HttpRequest) -> HttpResponse:
    """What is in the hands of somebody lent to a grid, and until when they are there."""
    page = HomePage(request.user, clock.today())
    return render(request, "grid/first_page.html", {"page": page, "title": "我的网格", "is_convener": False})


URLS = [
    path("my-councils/", my_councils, name="my-councils"),
    path("my-grid/", my_grid, name="my-grid"),
]
