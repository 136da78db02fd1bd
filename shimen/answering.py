"""Answering what was posted: a form that goes through or comes back with sentences, and a button that was pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shimen import clock, navigation
from shimen.errors import DomainError
from shimen.web import refuse

Done = TypeVar("Done")


def attempt(
    request: HttpRequest, form: BaseForm, verb: Callable[..., Done], /, **given: Callable[[], Any] | Any
) -> Done | None:
    """Call `verb` when the form holds, with `actor` and `at`; None when the form goes back (422) with what is wrong.

    What is given as a function is asked for only once the form holds: it reads `cleaned_data`.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    values = {key: value() if callable(value) else value for key, value in given.items()}
    try:
        done = verb(actor=request.user, at=clock.now(), **values)
    except DomainError as error:
        refuse(form, error)
        return None
    navigation.forget(request.user.pk)
    return done


def press(
    request: HttpRequest, verb: Callable[..., Any], /, *, done: str, back: str, undo: str = "", **given: Any
) -> HttpResponse:
    """Do what a button says and go back; `undo` is the address that takes it back."""
    try:
        verb(actor=request.user, at=clock.now(), **given)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        navigation.forget(request.user.pk)
        messages.success(request, done, extra_tags=f"undo={undo}" if undo else "")
    return redirect(back)


def status_of(form: BaseForm) -> int:
    """422 for a form that came back, 200 for one that is shown."""
    return 422 if form.is_bound and form.errors else 200
