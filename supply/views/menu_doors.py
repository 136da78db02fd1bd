"""The menu beside the desk: on a secretary's phone, on paper, and for everybody who was given its address."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET

from shimen import clock, limits
from shimen.accounts.access import Gate, allow
from shimen.accounts.models import Role
from shimen.audit.record import origin
from shimen.web import render
from supply.models import Menu, MenuItem
from supply.pages import menus as pages
from supply.views.menus import READERS

READING = limits.Limit("menu-read", tries=600, seconds=600)


@require_GET
@allow(Role.SECRETARY, Role.STAFF, offered_to=(Role.SECRETARY,))
def phone(request: HttpRequest) -> HttpResponse:
    """This week's menu in one column: what is kept for one's organisation first, one tap to order."""
    page = pages.PhonePage(request.user, clock.now(), chosen=request.GET.get("for", ""))
    return render(request, "supply/menu_phone.html", {"page": page, "menu": page.menu})


@require_GET
@allow(Role.SECRETARY, Role.STAFF, offered_to=(Role.SECRETARY,))
def phone_dish(request: HttpRequest, dish: uuid.UUID) -> HttpResponse:
    """One item on the phone, with its button."""
    item = get_object_or_404(MenuItem.objects.offered().filter(menu__in=pages.seen_menus(request.user)), pk=dish)
    page = pages.PhonePage(request.user, clock.now(), chosen=request.GET.get("for", ""))
    shown = page.dish(item) or pages.Dish(item, None, None, item.left)
    return render(request, "supply/menu_phone_dish.html", {"page": page, "dish": shown})


@require_GET
@allow(*READERS)
def sheet(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """A week's menu on paper."""
    row = get_object_or_404(pages.seen_menus(request.user), pk=menu)
    return render(request, "supply/menu_print.html", {"menu": row, "days": pages.by_day(row), "street": row.street})


@require_GET
@allow(Gate.PUBLIC)
def public(request: HttpRequest, token: str) -> HttpResponse:
    """A published menu for everybody who has its address: no sign-in, no organisation named, no cookie."""
    if limits.exceeded(READING, origin.get()):
        context = {"title": "请过一会儿再看", "words": "同一个网络短时间里打开得太多，过几分钟再来。"}
        return _closed(render(request, "supply/menu_said.html", context, status=429))
    row = Menu.objects.published().filter(token=token).select_related("street").first()
    if row is None:
        context = {"title": "没有这份菜单", "words": "地址没有写全，或这份菜单还没有发布。"}
        return _closed(render(request, "supply/menu_said.html", context, status=404))
    shown = {"menu": row, "days": pages.by_day(row), "is_open": row.takes_orders(clock.now()), "street": row.street}
    return _closed(render(request, "supply/menu_public.html", shown))


def _closed(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


URLS = [
    path("menu/phone/", phone, name="menu-phone"),
    path("menu/phone/<uuid:dish>/", phone_dish, name="menu-phone-dish"),
    path("menus/<uuid:menu>/print/", sheet, name="menu-print"),
    path("m/<str:token>/", public, name="menu-public"),
]
