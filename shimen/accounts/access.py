"""The two gates: `@allow` says which roles may open a view, `scope_of` says whose rows they see there.

Every view carries `@allow(...)`; a test walks the resolver and fails on a bare one. Rows are fetched through
`Model.objects.visible_to(user)`, which asks `scope_of`; what lies outside is not found (404), not forbidden.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, resolve, reverse

from shimen import clock
from shimen.accounts.models import SEPARATE_ROLES, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from shimen.accounts.models import User


Areas = frozenset[uuid.UUID] | None


@dataclass(frozen=True)
class Scope:
    """What a person may see: a street, and in it the areas (`None` = all of them), with the roles held.

    `area_ids` joins the areas of the working roles, which is what reading needs: the three administrators look after
    accounts, authority and the log, and open no registry by that. A decision that rests on one role asks `areas_of`.
    """

    street_id: uuid.UUID | None
    area_ids: Areas
    roles: frozenset[str]
    by_role: tuple[tuple[str, Areas], ...] = ()

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def areas_of(self, role: str) -> Areas:
        """The areas in which `role` is held: None = the whole street, empty = nowhere."""
        return dict(self.by_role).get(role, frozenset())

    def covers(self, street_id: uuid.UUID | None, area_id: uuid.UUID | None, *, role: str) -> bool:
        """Whether `role` is held over an area (None = the whole street)."""
        if self.street_id is None or self.street_id != street_id or role not in self.roles:
            return False
        areas = self.areas_of(role)
        return areas is None or (area_id is not None and area_id in areas)


NOBODY = Scope(street_id=None, area_ids=frozenset(), roles=frozenset())


def scope_of(user: User | AnonymousUser) -> Scope:
    """The scope of a signed-in person today, worked out once per user object (two queries at most)."""
    if not user.is_authenticated:
        return NOBODY
    if user.scope_today is None:
        user.scope_today = _scope(user)
    return user.scope_today


def _scope(user: User) -> Scope:
    from shimen.territory.models import Area

    # Roles belong to a street: whoever moves to another one leaves them behind.
    here = user.grants.on(clock.today()).filter(street=user.street_id)
    grants = list(here.values_list("role", "area_id"))
    if not grants or user.street_id is None:
        return NOBODY
    granted: dict[str, set[uuid.UUID | None]] = {}
    for role, area in grants:
        granted.setdefault(role, set()).add(area)
    named = {area for areas in granted.values() if None not in areas for area in areas}
    inside = Area.objects.filter(street_id=user.street_id, lineage__overlap=list(named))
    # Whoever holds the whole street needs no look at the areas.
    below = {pk: frozenset(lineage) for pk, lineage in inside.values_list("id", "lineage")} if named else {}
    by_role: dict[str, Areas] = {
        role: None if None in areas else frozenset(pk for pk, lineage in below.items() if not lineage.isdisjoint(areas))
        for role, areas in granted.items()
    }
    working = [areas for role, areas in by_role.items() if role not in SEPARATE_ROLES]
    joined: Areas = None
    if None not in working:
        joined = frozenset().union(*(areas for areas in working if areas))
    return Scope(
        street_id=user.street_id, area_ids=joined, roles=frozenset(by_role), by_role=tuple(sorted(by_role.items()))
    )


class Gate:
    """Who may pass: named roles, anyone signed in, or the public."""

    SIGNED_IN = "signed-in"
    PUBLIC = "public"


def allow(
    *roles: str, offered_to: tuple[str, ...] = ()
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only holders of one of `roles` (or Gate.SIGNED_IN, or Gate.PUBLIC) open a view.

    The anonymous are sent to sign in; others get 403. The decorated view shows its roles in `.allowed`. A view that takes
    more people than it is for (a phone may still deliver after the role has ended) names in `offered_to` those whose pages
    link to it.
    """
    if not roles:
        raise TypeError("allow() needs at least one role, Gate.SIGNED_IN or Gate.PUBLIC")

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if Gate.PUBLIC not in roles:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if Gate.SIGNED_IN not in roles and not scope_of(request.user).has(*roles):
                    raise PermissionDenied("这一页不在您的职责范围内。需要的话，请街道党建办给您加上相应的角色。")
            return view(request, *args, **kwargs)

        gated.allowed = roles  # type: ignore[attr-defined]
        gated.offered = offered_to or roles  # type: ignore[attr-defined]
        return gated

    return decorate


def address_for(user: User | AnonymousUser, name: str, *args: Any) -> str:
    """The address of a page by its name; '' while there is none and for those who may not open it."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return address if is_open(user, address) else ""


def is_open(user: User | AnonymousUser, address: str) -> bool:
    """Whether the page at an address (a path, without a query) is offered to a person."""
    offered = getattr(resolve(address).func, "offered", ())
    if Gate.PUBLIC in offered or (Gate.SIGNED_IN in offered and user.is_authenticated):
        return True
    return scope_of(user).has(*offered)


OFFICE = (Role.STAFF, Role.DATA_ADMIN)
FIELD = (Role.SECRETARY, Role.VISITOR, Role.STAFF)
EVERY_WORKER = (
    Role.STAFF,
    Role.DATA_ADMIN,
    Role.SECRETARY,
    Role.VISITOR,
    Role.CONVENER,
    Role.STATION_MASTER,
    Role.SECONDED,
)
