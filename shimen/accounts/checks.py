"""System checks about access, run by `manage.py check --deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError


@register(Tags.security, deploy=True)
def production_is_closed(**_: Any) -> list[CheckMessage]:
    """What must never be loosened in production."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if not settings.SHIMEN_FORCE_SECOND_FACTOR:
        found.append(Error("The second factor is not forced by role.", id="shimen.E001"))
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        found.append(Error("Passkeys are accepted from insecure origins.", id="shimen.E002"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("SHIMEN_HOSTS must name hosts, not *.", id="shimen.E003"))
    if "locmem" in settings.CACHES["default"]["BACKEND"] or "dummy" in settings.CACHES["default"]["BACKEND"]:
        found.append(Error("Rate limits need a cache that every process shares.", id="shimen.E004"))
    return found


@register(Tags.database)
def no_trial_accounts_in_production(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Trial accounts have a public password; they cannot sign in in production, and should not be there either."""
    if not settings.PRODUCTION or "default" not in (databases or []):
        return []
    from shimen.accounts.models import User

    try:
        count = User.objects.filter(is_trial=True).count()
    except DatabaseError:
        return []
    if count:
        return [
            Error(
                f"{count} trial accounts in the production database.",
                hint="Start from an empty database.",
                id="shimen.E005",
            )
        ]
    return []
