"""What must hold for every request of a signed-in person."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404

from shimen.accounts.access import scope_of
from shimen.accounts.models import SECOND_FACTOR_ROLES

# What a person without a second factor may open: setting it up, proving the password for that, and leaving.
WAY_IN = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
        "account_inactive",
        "theme",
        "healthz",
        "readyz",
    }
)


class GateMiddleware:
    """Forces the second factor by role where SHIMEN_FORCE_SECOND_FACTOR says so (always in production).

    Holders of SECOND_FACTOR_ROLES and superusers reach no page, /admin/ included, before one is set up; and a session
    that began before it was set up has ended by then (see `journal`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SHIMEN_FORCE_SECOND_FACTOR and _is_held_up(request):
            if request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Redirect": reverse("mfa_index")})
            return redirect("mfa_index")
        return self.get_response(request)


def must_prove_twice(user: object) -> bool:
    """Whether a person's roles (or being a superuser) demand a second factor."""
    return bool(getattr(user, "is_superuser", False)) or scope_of(user).has(*SECOND_FACTOR_ROLES)  # type: ignore[arg-type]


def _is_held_up(request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated or not must_prove_twice(user):
        return False
    if is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return True
    return match.view_name not in WAY_IN
