"""What must hold for every request of a signed-in person."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
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
    """Turns away what no person types, and forces the second factor by role where SHIMEN_FORCE_SECOND_FACTOR says so (always in production).

    Holders of SECOND_FACTOR_ROLES and superusers reach no page, /admin/ included, before one is set up; and a session
    that began before it was set up has ended by then (see `journal`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # No text in the database can hold a NUL; forms refuse it, but not every page reads its query with a form.
        if "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("网址里有不能用的字符。", content_type="text/plain; charset=utf-8")
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
