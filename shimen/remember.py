"""What is read several times for one page and cannot change while it is drawn: rules, the calendar, the open round.

    @remember.for_one_page
    def chosen(street_id): …

Remembered from the beginning of a GET request to its end and for nobody else; outside of one (verbs, tasks, commands, tests
that call a function themselves) every call asks anew. Arguments must be hashable, results must not be changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R")
_read: ContextVar[dict[Any, Any] | None] = ContextVar("read_for_one_page", default=None)


def for_one_page(function: Callable[P, R]) -> Callable[P, R]:
    """Ask once while a page is drawn."""

    @functools.wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _read.get()
        if known is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = function(*args, **kwargs)
        return known[key]  # type: ignore[no-any-return]

    return asked


def is_drawing() -> bool:
    """Whether a page is being drawn, so that what is asked now will be remembered."""
    return _read.get() is not None


class RememberForOnePage:
    """Begins and ends the memory of a reading request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        token = _read.set({})
        try:
            return self.get_response(request)
        finally:
            _read.reset(token)
