"""A registry of any size at once, as it looks after a first workbook: for measuring what comes later on a large one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from coverage.facts import fields as facts
from coverage.matching import pinyin
from shimen.models import new_id
from tests.bench.workbooks import Firm

COLUMNS = (
    "id", "street_id", "code", "organisation_code", "old_number", "name", "name_key", "trade_sign", "kind", "legal_person",
    "registration_status", "is_suspended", "is_irregular", "industry", "industry_code", "scope", "address", "address_key",
    "established_on", "capital", "opening_hours", "phone_mask", "presence", "pinyin", "initials", "provenance",
    "registered_on", "removed_reason",
)  # fmt: skip
SAID = ("code", "name", "legal_person", "registration_status", "address", "established_on", "capital", "industry_code")


def fill(street: Any, firms: Iterable[Firm], *, on: dt.date) -> None:
    """Enter these firms, without history and without search texts. Takes about 50 µs a firm."""
    said = {"source": "department", "by": "sj", "on": on.isoformat(), "ref": str(new_id())}
    provenance = json.dumps(dict.fromkeys(SAID, said))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE coverage_entity DISABLE TRIGGER USER")
        with cursor.copy(f"COPY coverage_entity ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for firm in firms:
                copy.write_row(_row(street, firm, provenance, on))
        cursor.execute("ALTER TABLE coverage_entity ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE coverage_entity")


def _row(street: Any, firm: Firm, provenance: str, on: dt.date) -> tuple[Any, ...]:
    key = facts.derived({"address": firm.address})["address_key"]
    spelt = pinyin.spell(firm.name)
    return (
        new_id(), street.pk, firm.code, firm.code[8:17], "", firm.name, firm.name, "", "enterprise", firm.person,
        "1", False, False, firm.industry[0], firm.industry, "", firm.address, key,
        firm.founded, firm.capital, "", "", "unknown", spelt.pinyin, spelt.initials, provenance,
        on, "",
    )  # fmt: skip
