"""Answering a request: a page or its part, a page of rows, and errors that lose nothing that was typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as _render
from django.utils.functional import cached_property

from shimen.errors import DomainError

PAGE_SIZE = 50


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, part: str = "", status: int = 200
) -> HttpResponse:
    """The page, or only its partial `part` (see `{% partialdef %}`) when htmx asks for it.

    A boosted or history-restoring htmx request gets the whole page.
    """
    htmx = getattr(request, "htmx", None)
    if part and htmx and not htmx.boosted and not htmx.history_restore_request:
        template = f"{template}#{part}"
    response = _render(request, template, context, status=status)
    response.headers.setdefault("Vary", "HX-Request")
    return response


class RememberingPaginator(Paginator):
    """Remembers for a minute how many rows a long list has: counting tens of thousands costs more than reading a page.

    Short lists are counted every time, so that whoever adds a row sees it counted.
    """

    object_list: QuerySet[Any]
    LONG = 5_000
    SECONDS = 60
    DEEP = 500

    @cached_property
    def count(self) -> int:
        sql, params = self.object_list.order_by().values("pk").query.sql_with_params()
        key = "rows:" + hashlib.sha256(f"{sql}{params}".encode()).hexdigest()
        known: int | None = cache.get(key)
        if known is None:
            known = self.object_list.count()
            if known >= self.LONG:
                cache.set(key, known, self.SECONDS)
        return known

    def page(self, number: int | str) -> Page:
        """Far down, only keys are walked over (an index-only scan) and the rows are fetched for the page alone."""
        first = (self.validate_number(number) - 1) * self.per_page
        if first < self.DEEP:
            return super().page(number)
        keys = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        return Page(self.object_list.filter(pk__in=keys), self.validate_number(number), self)


def paginate(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE, remember: bool = False) -> Page:
    """The page of `rows` that `?page=` asks for; a page beyond the end is the last one. `remember` for long lists."""
    kind = RememberingPaginator if remember else Paginator
    return kind(rows, size).get_page(request.GET.get("page"))


def refuse(form: BaseForm, error: DomainError) -> None:
    """Put a domain error's sentence at its field, or above the form when it has none there."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page had been open too long, or came from elsewhere; say what to do instead of what failed."""
    return _render(request, "403_csrf.html", status=403)


class PlainRefusals:
    """Draws the page for refusals that Django leaves empty (405), and finds nothing at an address that cannot be one: no
    code, name or id holds a zero byte, and the database refuses to be asked for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        response = self.get_response(request)
        if response.status_code != 405 or response.content or request.method == "HEAD":
            return response
        page = _render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
