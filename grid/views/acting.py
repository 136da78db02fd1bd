"""A page with one form and one verb behind it, for the many small acts on a council or a grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shimen.answering import attempt, status_of
from shimen.web import render


@dataclass(frozen=True, slots=True)
class Act:
    """What the page says: where it hangs ((title, address) from the list down), its title, the button, what is said when
    it is done, a note before the form, what it touches, and whether it takes something away."""

    path: tuple[tuple[str, str], ...]
    title: str
    button: str
    done: str
    note: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    is_stop: bool = False
    undo: str = ""

    @property
    def back(self) -> str:
        """Where one came from, and goes back to."""
        return self.path[-1][1]


def act(
    request: HttpRequest,
    form: Form,
    words: Act,
    verb: Callable[..., Any],
    /,
    *,
    to: Callable[[Any], str] | None = None,
    **given: Any,
) -> HttpResponse:
    """Show the form, or call `verb` with what it says (`form.values()`, else its cleaned data) and go back; `to(result)` is
    another address to go on to."""

    def call(**by: Any) -> Any:
        read = getattr(form, "values", None)
        return verb(**by, **given, **(read() if read else form.cleaned_data))

    done = attempt(request, form, call)
    if done is not None:
        messages.success(request, words.done, extra_tags=f"undo={words.undo}" if words.undo else "")
        return redirect(to(done) if to else words.back)
    return render(request, "grid/act.html", {"form": form, "words": words}, status=status_of(form))
