"""A person's decision on a row of a list holds when the same content comes again, in this list or the next.

Content is named by a keyed hash: nobody can tell from it whom a row was about.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence

from coverage.comparison.people import sealed
from coverage.models import Batch, PersonDifference, Worker
from shimen.privacy import sealing

Kind, Decision = PersonDifference.Kind, PersonDifference.Decision
AS_BEFORE = "照上次的认定"


def key_of(difference: PersonDifference, said: Mapping[str, str]) -> str:
    """What names a row's content: what it says of whom at which employer; of somebody no longer named, who they are."""
    who = [str(difference.person_id)] if difference.kind == Kind.LEFT else [said["name"], said["phone"], said["post"]]
    known = [str(difference.person_id)] if difference.kind in {Kind.CHANGED, Kind.BACK} else []
    text = "\x1f".join([str(difference.kind), str(difference.entity_id), *known, *who])
    return sealing.blind_index(hashlib.sha256(text.encode()).hexdigest()).hex()


def carry(batch: Batch, differences: Sequence[PersonDifference]) -> None:
    """Put the latest decision of a person on the same content of the same department into these differences, unsaved."""
    keys = {difference.key for difference in differences if difference.key}
    earlier = PersonDifference.objects.filter(
        street=batch.street_id, batch__department=batch.department_id, key__in=keys, decided_by__isnull=False
    )
    taken = {row.key: row for row in earlier.order_by("decided_at", "id").defer("sealed")}
    wanted = {row.person_id for row in taken.values() if row.kind == Kind.DOUBT and row.decision == Decision.ACCEPT}
    people = Worker.objects.in_bulk(filter(None, wanted))
    for difference in differences:
        if (before := taken.get(difference.key)) is not None:
            _carry(difference, before, people)


def _carry(difference: PersonDifference, before: PersonDifference, people: Mapping[uuid.UUID, Worker]) -> None:
    if (
        difference.kind == Kind.DOUBT
        and before.decision == Decision.ACCEPT
        and str(before.person_id) in before.candidates
    ):
        worker = people.get(before.person_id) if before.person_id else None
        if worker is None or str(worker.pk) not in difference.candidates:
            return  # the person who was meant is no candidate any more
        sealed.settle_as(difference, worker)
    difference.decision, difference.reason = before.decision, difference.reason or AS_BEFORE
    difference.decided_by_id, difference.decided_at = before.decided_by_id, before.decided_at
