"""A page with one form and one verb behind it, for the many small acts on an organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from branches.models import Organisation
from branches.pages.heads import head
from shimen.errors import DomainError
from shimen.web import refuse, render


@dataclass(frozen=True, slots=True)
class Act:
    """What the page says: its title, the button (a verb with its object), what is said when it is done, a note before
    the form, and whether it takes something away."""

    title: str
    button: str
    done: str
    note: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    is_stop: bool = False


def act(
    request: HttpRequest, organisation: Organisation, form: Form, words: Act, verb: Callable[[dict[str, Any]], object],
    *, to: str, undo: Callable[[Any], str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the form, or run `verb(cleaned data)` and go on to the address `to`. `undo(result)` is the address that takes it
    back."""
    if request.method == "POST" and form.is_valid():
        try:
            result = verb(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, words.done, extra_tags=f"undo={undo(result)}" if undo else "")
            return redirect(to)
    context = {**head(request, organisation), "form": form, "words": words, "back": to}
    return render(request, "branches/act.html", context, status=422 if request.method == "POST" else 200)


def run(request: HttpRequest, verb: Callable[[], object], done: str, *, to: str, undo: str = "") -> HttpResponse:
    """Run a verb that asks nothing; its refusal is a message."""
    try:
        verb()
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, done, extra_tags=f"undo={undo}" if undo else "")
    return redirect(to)
