"""Showing a masked number in full, for a reason that is kept; the same page for entities and for workers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from coverage.forms.registry import ReasonForm
from coverage.models import Entity, Worker
from coverage.registry import entities as registry
from shimen import clock
from shimen.errors import DomainError
from shimen.web import refuse, render


def reveal(request: HttpRequest, target: Entity | Worker, *, back: str) -> HttpResponse:
    """Ask for the reason, then show the number once; the answer is kept nowhere on the way."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    number, status = "", 200
    if request.method == "POST":
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            number = registry.reveal_phone(target=target, reason=reason, actor=request.user, at=clock.now())
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
    context = {"form": form, "target": target, "number": number, "back": back}
    response = render(request, "coverage/phone_reveal.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
