"""Daily seals over the log: each covers the lines written since the one before, and its digest.

The digest is keyed (HMAC-SHA-256, key derived from SHIMEN_INDEX_KEY), so that whoever can write to the database but has
not the application's secrets cannot mend the chain after a change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from shimen import clock
from shimen.audit.models import AccessLog, Seal

_COLUMNS = (
    "sequence",
    "written_at",
    "id",
    "street_id",
    "at",
    "actor_id",
    "verb",
    "object_type",
    "object_id",
    "object_name",
    "reason",
    "result",
    "before",
    "after",
    "origin",
)


@dataclass(frozen=True, slots=True)
class Break:
    """A seal that its lines no longer match: expected against found."""

    day: dt.date
    rows_sealed: int
    rows_found: int
    reason: str


def seal(*, at: dt.datetime) -> Seal | None:
    """Seal everything written so far, once a day at most; None when today is sealed or nothing was written.

    Raises `django.db.OperationalError` when a writer holds the log for longer than the lock waits; the next run tries
    again.
    """
    day = clock.day_of(at)
    last = Seal.objects.order_by("-day").first()
    if last is not None and last.day >= day:
        return None
    previous, start = (last.digest, last.upto) if last else ("", 0)
    upto = _last_sequence()
    if upto <= start:
        return None
    digest, rows = _digest(previous, start, upto)
    fresh, created = Seal.objects.get_or_create(
        day=day,
        defaults={"upto": upto, "rows": rows, "digest": digest, "previous": previous, "sealed_at": at},
    )
    return fresh if created else None


@transaction.atomic
def _last_sequence() -> int:
    """The sequence below which no line can appear any more: writers in flight are waited for, then let on at once."""
    with connection.cursor() as cursor:
        # Those who come after us queue behind our lock: rather give up than hold up the house.
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("LOCK TABLE audit_accesslog IN SHARE MODE")
    return AccessLog.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def verify() -> list[Break]:
    """The seals that do not hold, oldest first; an empty list when the whole log is as it was sealed."""
    breaks = []
    previous, start = "", 0
    for one in Seal.objects.order_by("day"):
        digest, rows = _digest(previous, start, one.upto)
        if one.previous != previous:
            breaks.append(Break(one.day, one.rows, rows, "与前一次封存接不上，中间少了封存"))
        elif rows != one.rows:
            breaks.append(Break(one.day, one.rows, rows, "条数不对，有记录被删或被插入"))
        elif not hmac.compare_digest(digest, one.digest):
            breaks.append(Break(one.day, one.rows, rows, "内容不对，有记录被改动"))
        previous, start = one.digest, one.upto
    return breaks


def _key() -> bytes:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, b"audit seal", hashlib.sha256)


def _digest(previous: str, start: int, upto: int) -> tuple[str, int]:
    """The digest over the lines after `start` up to `upto`, chained to `previous`, and how many they are."""
    mac = hmac.new(_key(), previous.encode(), hashlib.sha256)
    rows = 0
    lines = AccessLog.objects.filter(sequence__gt=start, sequence__lte=upto).order_by("sequence")
    for line in lines.values_list(*_COLUMNS).iterator(chunk_size=2000):
        mac.update(_canonical(line))
        rows += 1
    return mac.hexdigest(), rows


def _canonical(line: tuple[object, ...]) -> bytes:
    """One text for one line, whatever the machine: JSON with sorted keys, instants in UTC."""
    values = [value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for value in line]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"
