"""Ties every row of history and every line of the log to the person and the request behind it."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from shimen import navigation
from shimen.audit.record import origin


class HistoryContextMiddleware:
    """Knows the address of every request, and opens a pghistory context for those that may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = origin.set(_address(request))
        try:
            if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
                return self.get_response(request)
            who = request.user.pk
            with pghistory.context(actor=str(who), path=request.path):
                response = self.get_response(request)
            navigation.forget(who)
            return response
        finally:
            origin.reset(token)


def _address(request: HttpRequest) -> str:
    """The client's address behind as many proxies as are ours (ALLAUTH_TRUSTED_PROXY_COUNT); '' when unknown."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
