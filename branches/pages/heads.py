"""What stands above every page of one organisation: its name, where it belongs, its marks, and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from branches.models import Beacon, Organisation, Superior
from branches.pages import tabs
from shimen import clock
from shimen.accounts.access import scope_of
from shimen.accounts.models import Role


def head(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """The context of `branches/organisation_head.html` (two queries, and one for each tab with a number).

    `organisation` fetched with `select_related("area", "place")`, else these cost a query each.
    """
    today = clock.today()
    superior = Superior.objects.filter(organisation=organisation).on(today).select_related("above").first()
    scope = scope_of(request.user)
    return {
        "organisation": organisation,
        "superior": superior.above if superior else None,
        "sees_superior": superior is not None and _is_in_sight(scope.area_ids, superior.above),
        "beacon": Beacon.objects.filter(organisation=organisation).on(today).first(),
        "tabs": tabs.shown(request, organisation),
        "stands": organisation.stands_on(today),
        "may_edit": scope.has(Role.STAFF) and organisation.dissolved_on is None,
    }


def _is_in_sight(areas: frozenset[Any] | None, above: Organisation) -> bool:
    return areas is None or above.area_id in areas
