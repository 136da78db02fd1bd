"""A secretary's home, on the desktop and on the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
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
    return render(request, "branches/home_phone.html", {"home": pages.Home(request, clock.today()), "now": clock.now()})


SHELL = ("css/visit.css", "phone/home.js", "phone-icons.svg", "mark.svg")


@require_GET
@never_cache
@allow(Role.SECRETARY)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the phone's page for reading; it names the shell by today's hashed names."""
    shell = ",".join(f'"{static(name)}"' for name in SHELL)
    script = f'self.SHELL=[{shell}];\nimportScripts("{static("phone/home-worker.js")}");\n'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = reverse("branches:home")
    return response


URLS = [
    path("home/", home, name="home"),
    path("home/phone/", phone, name="home-phone"),
    path("home/worker.js", worker, name="home-worker"),
]
