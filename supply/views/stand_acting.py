"""A page with one form and one verb behind it, for the small acts on coupons, meal points, volunteers and call-ups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shimen.answering import attempt, status_of
from shimen.web import render


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says: title, button (a verb with its object), what is said when it is done, where it belongs (words and
    address), a note before the form, what it touches, and whether it takes something away."""

    title: str
    button: str
    done: str
    above: tuple[tuple[str, str], ...]
    note: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    is_stop: bool = False


def form_page(
    request: HttpRequest,
    form: BaseForm,
    words: Words,
    verb: Callable[..., Any],
    /,
    *,
    to: Callable[[Any], str] | None = None,
    undo: Callable[[Any], str] | None = None,
    **given: Callable[[], Any] | Any,
) -> HttpResponse:
    """Show the form, or run `verb(actor=, at=, …)` and go on: to `to(result)`, else to where the page belongs."""
    back = words.above[-1][1]
    result = attempt(request, form, verb, **given)
    if result is not None:
        messages.success(request, words.done, extra_tags=f"undo={undo(result)}" if undo else "")
        return redirect(to(result) if to else back)
    context = {"form": form, "words": words, "back": back}
    return render(request, "supply/stand_form.html", context, status=status_of(form))
