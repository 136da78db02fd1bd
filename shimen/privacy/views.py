"""The register of personal information, for everybody who works with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.privacy import register, rotation
from shimen.web import render

READERS = (*EVERY_WORKER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)


@require_GET
@allow(*READERS)
def fields(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, on what ground, for how long, and how it is guarded."""
    keeps_keys = scope_of(request.user).has(*OFFICE, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)
    context = {
        "fields": register.declared(),
        "waiting": sum(rotation.waiting().values()) if keeps_keys else None,
    }
    return render(request, "privacy/fields.html", context)
