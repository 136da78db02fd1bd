"""The tabs of an organisation's pages: each room brings its own in `AppConfig.ready()`.

    tabs.add(Tab("班子", url="branches:organisation-committee", place=20, roles=EVERY_WORKER))

A tab is a page of its own whose address takes the organisation's id; it draws the same head as the others:

    {% include "branches/organisation_head.html" %}      with the context of `branches.pages.heads.head(request, organisation)`
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from branches.models import Organisation
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, scope_of

Count = Callable[[Organisation, dt.date], int]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: `url` takes the organisation's id; `under` are names of further pages that belong to it; `count` stands
    behind the title; `shown` says for which organisations there is such a page (None: for all)."""

    title: str
    url: str
    place: int
    roles: tuple[str, ...] = EVERY_WORKER
    under: tuple[str, ...] = ()
    count: Count | None = None
    shown: Callable[[Organisation], bool] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab as one person sees it on one page."""

    title: str
    href: str
    is_current: bool
    count: int | None


_tabs: dict[str, Tab] = {}


def add(*tabs: Tab) -> None:
    """Put tabs on the page of an organisation; one with the address of an earlier one takes its place."""
    for tab in tabs:
        _tabs[tab.url] = tab


def shown(request: HttpRequest, organisation: Organisation) -> list[Shown]:
    """The tabs that this person may open, in their order."""
    scope, today = scope_of(request.user), clock.today()
    here = request.resolver_match.view_name if request.resolver_match else ""
    found = []
    for tab in sorted(_tabs.values(), key=lambda tab: (tab.place, tab.title)):
        if not scope.has(*tab.roles) or (tab.shown is not None and not tab.shown(organisation)):
            continue
        try:
            href = reverse(tab.url, args=[organisation.pk])
        except NoReverseMatch:
            continue
        count = tab.count(organisation, today) if tab.count else None
        found.append(Shown(tab.title, href, here == tab.url or here in tab.under, count))
    return found
