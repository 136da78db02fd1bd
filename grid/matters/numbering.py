"""Numbers of a year without a double: 2026-0001, 2026-0002 …"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Max, Model


def next_serial(model: type[Model], *, street_id: Any, year: int) -> int:
    """The next number of the year; whoever else asks waits until this transaction has ended.

    `model` has the columns `street`, `year` and `serial`.
    """
    with connection.cursor() as cursor:
        key = f"{model._meta.label_lower} {street_id} {year}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    rows = model._default_manager.filter(street_id=street_id, year=year)
    return int(rows.aggregate(last=Max("serial"))["last"] or 0) + 1
