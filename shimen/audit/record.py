"""Writing the log. Every verb ends with one call of `record`; views that open personal data call one of the others."""

from __future__ import annotations

import datetime as dt
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import models

from shimen.audit.models import AccessLog

if TYPE_CHECKING:
    from shimen.accounts.models import User

# The address that the request at hand came from; set by the middleware, empty in tasks and commands.
origin: ContextVar[str] = ContextVar("origin", default="")


def record(
    *,
    verb: str,
    target: models.Model | type[models.Model],
    actor: User | None,
    at: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    result: str = "ok",
) -> AccessLog:
    """Add one line about `target` to the log, in the caller's transaction.

    `target` is a row, or a model when the line is about many rows. `before` and `after` carry only what changed,
    already masked where it is personal. `actor` is None for the scheduler.
    """
    is_row = isinstance(target, models.Model)
    street_id = getattr(target, "street_id", None) if is_row else None
    return AccessLog.objects.create(
        street_id=street_id or getattr(actor, "street_id", None),
        at=at,
        actor=actor,
        verb=verb,
        object_type=target._meta.label_lower,
        object_id=str(target.pk) if is_row else "",
        object_name=(str(target) if is_row else str(target._meta.verbose_name))[:120],
        before=_writable(before or {}),
        after=_writable(after or {}),
        reason=_writable(reason)[:300],
        result=result,
        origin=origin.get(),
    )


def _writable(value: Any) -> Any:
    """What somebody typed may hold NULs, which no text of the database can; the line must be written all the same."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key: _writable(inner) for key, inner in value.items()}
    return [_writable(inner) for inner in value] if isinstance(value, list | tuple) else value


def seen(
    *, target: models.Model | type[models.Model], actor: User, at: dt.datetime, rows: int = 1, reason: str = ""
) -> AccessLog:
    """Somebody opened personal data: one row, or a page of `rows` rows of a model."""
    return record(verb=_named(target, "seen"), target=target, actor=actor, at=at, reason=reason, after={"rows": rows})


def exported(
    *,
    target: models.Model | type[models.Model],
    actor: User,
    at: dt.datetime,
    purpose: str,
    rows: int,
    filters: dict[str, Any] | None = None,
    digest: str = "",
) -> AccessLog:
    """Rows left the system in a file: for what, how many, found by which filters, and the file's SHA-256."""
    after = {"rows": rows, "filters": filters or {}, "sha256": digest}
    return record(verb=_named(target, "exported"), target=target, actor=actor, at=at, reason=purpose, after=after)


def revealed(*, target: models.Model, field: str, actor: User, at: dt.datetime, reason: str) -> AccessLog:
    """A masked value was shown in full. The value itself is not written down."""
    return record(
        verb=_named(target, "revealed"), target=target, actor=actor, at=at, reason=reason, after={"field": field}
    )


def _named(target: models.Model | type[models.Model], what: str) -> str:
    return f"{target._meta.app_label}.{what}"
