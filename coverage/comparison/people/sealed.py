"""What a difference between a list of people and the registry says, sealed for its row."""

from __future__ import annotations

import json
from typing import Any

from coverage.models import PersonDifference, Worker
from shimen.privacy import sealing

TABLE, COLUMN = "coverage_persondifference", "sealed"


def put(difference: PersonDifference, content: dict[str, Any]) -> None:
    """Seal {"old": …, "new": …} into the difference, unsaved."""
    text = json.dumps(content, ensure_ascii=False)
    difference.sealed = sealing.seal(text, table=TABLE, column=COLUMN, row=difference.pk)


def opened(difference: PersonDifference) -> dict[str, dict[str, str]]:
    """What a difference says, in the clear: {"old": …, "new": …}."""
    text = sealing.open_sealed(difference.sealed or b"", table=TABLE, column=COLUMN, row=difference.pk)
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def facts_of(worker: Worker) -> dict[str, str]:
    """What the registry holds of a person, as the change set keeps it: the number itself stays where it is sealed."""
    return {
        "name": worker.name,
        "post": worker.post,
        "phone": bytes(worker.phone_index).hex() if worker.phone_index else "",
        "phone_mask": worker.phone_mask,
        "left_on": worker.left_on.isoformat() if worker.left_on else "",
    }


def differing(said: dict[str, str], worker: Worker) -> list[str]:
    """The fields in which a row says something else than the registry; a masked name says nothing."""
    held = facts_of(worker)
    found = ["name"] if said["name"] != held["name"] and "*" not in said["name"] else []
    if said["phone"] and sealing.blind_index(said["phone"]).hex() != held["phone"]:
        found.append("phone")
    return found + (["post"] if said["post"] and said["post"] != held["post"] else [])


def settle_as(difference: PersonDifference, worker: Worker) -> None:
    """Say, unsaved, that a doubtful row is this person."""
    said = opened(difference)["new"]
    difference.person_id, difference.fields = worker.pk, differing(said, worker)
    put(difference, {"new": said, "old": facts_of(worker)})
