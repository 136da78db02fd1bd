"""Writing the log. Every verb ends with one call of `record`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models

from shimen.audit.models import AccessLog

if TYPE_CHECKING:
    from shimen.accounts.models import User


def record(
    *,
    verb: str,
    target: models.Model,
    actor: User | None,
    at: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    result: str = "ok",
) -> AccessLog:
    """Add one line about `target` to the log, in the caller's transaction.

    `before` and `after` carry only what changed, already masked where it is personal. `actor` is None for the
    scheduler.
    """
    return AccessLog.objects.create(
        street_id=getattr(target, "street_id", None),
        at=at,
        actor=actor,
        verb=verb,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        object_name=str(target)[:120],
        before=before or {},
        after=after or {},
        reason=reason,
        result=result,
    )
