"""What a whole row of a workbook says, and what it becomes when it is entered as a new entity."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from coverage.facts import fields as facts
from coverage.matching import codes, pinyin
from coverage.models import Entity
from coverage.reading import fields
from coverage.reading.fields import read_cell
from coverage.registry.words import PHONE_COLUMN, TABLE
from shimen.privacy import phones, sealing

SEALED_IN = ("coverage_difference", "phone")


def readings(written: dict[str, str], code: str) -> dict[str, Any]:
    """What a whole row says as canonical text, and what in it could not be read."""
    found: dict[str, str] = {}
    problems = []
    for fact in fields.FIELDS:
        if not written[fact.key] or fact.key == "phone":
            continue
        text, problem = read_cell(fact, written[fact.key])
        if problem:
            problems.append(f"{fact.title}没有采用：{problem}")
        elif text:
            found[fact.key] = text
    kind = codes.kind(code)
    if kind is codes.Kind.CREDIT:
        found["code"] = code
    old = codes.normalise(written["old_number"]) or (code if kind in {codes.Kind.REGISTRATION, codes.Kind.TAX} else "")
    if old and len(old) <= 20:
        found["old_number"] = old
    found.setdefault("kind", kind_of_code(code))
    found.setdefault("registration_status", Entity.Registration.EXISTING.value)
    return {"values": found, "problems": problems}


def spelling(name: str) -> dict[str, str]:
    """The columns by which a name is sorted and found."""
    return pinyin.spell(name)._asdict()


def columns_after(values: dict[str, str]) -> dict[str, str]:
    """The columns of a new entity that follow from what its row says."""
    return {**facts.derived(values), **spelling(values.get("trade_sign") or values["name"])}


def kind_of_code(code: str) -> str:
    """The kind of entity by the first two characters of its code (GB 32100); an enterprise where they say nothing."""
    if code.startswith("92"):
        return Entity.Kind.SOLE_TRADER.value
    if code.startswith("5"):
        return Entity.Kind.SOCIAL.value
    if code[:2] in {"11", "12", "13", "93"}:
        return Entity.Kind.OTHER.value
    return Entity.Kind.ENTERPRISE.value


def as_new(row: dict[str, Any], *, street_id: uuid.UUID, read_as: str, entity_id: uuid.UUID) -> dict[str, Any]:
    """What is kept of a doubtful row (`Difference.row`) once somebody has said that it is a new entity, under its id.

    Its number was sealed for `read_as` (batch:line) when it was read, which stays beside it, and is sealed for the entity.
    """
    values = dict(row.get("values", {}))
    if code := values.get("code"):
        # A branch under its parent's code is entered without one: two entities cannot share it.
        others = Entity.objects.listed().filter(street_id=street_id, code=code).exclude(pk=entity_id)
        values = {key: value for key, value in values.items() if key != "code" or not others.exists()}
    made = {**row, "values": values, "after": columns_after(values)}
    if phone := row.get("phone"):
        table, column = SEALED_IN
        number = sealing.open_sealed(base64.b64decode(phone["sealed"]), table=table, column=column, row=read_as)
        sealed = sealing.seal(phones.normalise(number), table=TABLE, column=PHONE_COLUMN, row=entity_id)
        made["phone"] = {**phone, "as_read": phone["sealed"], "sealed": base64.b64encode(sealed).decode()}
    return made


def seal_for(row: dict[str, Any], written: dict[str, str], table: str, column: str, owner: str) -> None:
    """Put the number of a row into it sealed; an unreadable one becomes a problem."""
    if not written["phone"]:
        return
    number, problem = read_cell(fields.BY_KEY["phone"], written["phone"])
    if problem:
        row["problems"].append(f"联系电话没有采用：{problem}")
        return
    if not number:
        return
    sealed = sealing.seal(number, table=table, column=column, row=owner)
    row["cells"]["phone"] = phones.mask(number)
    row["phone"] = {
        "sealed": base64.b64encode(sealed).decode(),
        "index": sealing.blind_index(number).hex(),
        "mask": phones.mask(number),
    }
