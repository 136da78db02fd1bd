"""Every address of the product with a sample for each of its parts, for tests that go through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from shimen.accounts.access import FIELD, Gate, scope_of
from shimen.accounts.models import User

# The gate takes whoever is signed in, because a phone may still deliver what it holds after the role has ended (with the pass
# that its form carried); to look, and to deliver without that pass, one needs the role.
NARROWER_INSIDE = {"coverage:door": FIELD, "coverage:visit": FIELD}

# Views that are not ours, by the module they come from, and why no @allow of ours stands before them.
NOT_OURS = {
    "allauth.": "allauth guards its pages by itself: sign-in, stages and reauthentication (tests/accounts)",
    "django.contrib.admin.": "the administration site asks OfficeAdmin.has_permission (tests/accounts)",
    "django.contrib.contenttypes.": "the administration site's view-on-site link, behind the same gate",
    "django.views.i18n": "words for the administration site's scripts",
}


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its route, its view and the names of its parts."""

    name: str
    route: str
    view: object
    parts: tuple[str, ...]

    @property
    def module(self) -> str:
        return getattr(getattr(self.view, "view_class", self.view), "__module__", "")

    @property
    def is_ours(self) -> bool:
        module = self.module
        if self.name.startswith("admin:"):
            return False
        return not any(module.startswith(prefix) for prefix in NOT_OURS)

    @property
    def allowed(self) -> tuple[str, ...] | None:
        return getattr(self.view, "allowed", None)


def may_open(address: Address, user: User) -> bool:
    allowed = set(NARROWER_INSIDE.get(address.name, address.allowed or ()))
    return bool(allowed & {Gate.PUBLIC, Gate.SIGNED_IN}) or scope_of(user).has(*allowed)


def addresses() -> list[Address]:
    """All of them, admin and allauth included."""
    return list(_walk(get_resolver(), "", ""))


def ours() -> list[Address]:
    return [address for address in addresses() if address.is_ours]


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, here, inner)
        elif isinstance(entry, URLPattern):
            parts = tuple(entry.pattern.regex.groupindex)
            yield Address(f"{namespace}{entry.name or ''}", here, entry.callback, parts)
