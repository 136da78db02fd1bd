"""A secretary's home, on the desktop and on the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from branches.pages import home as pages
from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.web import render

ENTRIES = (
    navigation.Entry("我的支部", icon="home", url="branches:home", roles=(Role.SECRETARY,), place=5),
)  # fmt: skip


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    navigation.add(*ENTRIES)
    pages.declare()


@require_GET
@allow(Role.SECRETARY)
def home(request: HttpRequest) -> HttpResponse:
    """What do I have to do today: on a phone the phone's own page, unless the desktop's is asked for."""
    if "desk" not in request.GET and "Mobi" in request.headers.get("User-Agent", ""):
        return redirect("branches:home-phone")
    return render(request, "branches/home.html", {"home": pages.Home(request, clock.today())})


@require_GET
@allow(Role.SECRETARY)
def phone(request: HttpRequest) -> HttpResponse:
    """The same in one column, without the office's sheet."""
    return render(request, "branches/home_phone.html", {"home": pages.Home(request, clock.today())})


URLS = [
    path("home/", home, name="home"),
    path("home/phone/", phone, name="home-phone"),
]
