"""The register of personal information, for everybody who works with it; what was erased of it, for its keepers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.privacy import register, retention, rotation
from shimen.privacy.models import Erasure
from shimen.web import paginate, render

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


KEEPERS = (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.DATA_ADMIN)


@require_GET
@allow(*KEEPERS)
def erasures(request: HttpRequest) -> HttpResponse:
    """What was erased when and why, what people asked for, and what is due: without a name anywhere."""
    traces = Erasure.objects.visible_to(request.user).select_related("handled_by").newest_first()
    context = {
        "page": paginate(request, traces),
        "open": traces.open().count(),
        "forecast": retention.forecast(street=request.user.street, on=clock.today()),
    }
    return render(request, "privacy/erasures.html", context)
