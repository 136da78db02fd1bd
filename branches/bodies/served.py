"""Telling supply which organisations there are to serve, inside the transaction of whatever changes one.

Supply stands below and cannot look here. An organisation stands there from its founding to the day it is dissolved; one
that is only applied for is not served yet.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from branches.models import Organisation
from shimen.audit.record import record
from shimen.territory.models import Street
from supply.serving import recipients
from supply.serving.recipients import Facts


def keep_in_step(organisation: Organisation) -> None:
    """Supply knows what holds of this organisation now."""
    if organisation.founded_on is None:
        recipients.end(recipient_id=organisation.pk)
    else:
        recipients.keep(facts_of(organisation, organisation.founded_on))


def facts_of(row: Organisation, since: dt.date) -> Facts:
    """What supply is told of an organisation that stands since a day."""
    return Facts(
        id=row.pk, street_id=row.street_id, name=row.name, short_name=row.short_name, pinyin=row.pinyin,
        initials=row.initials, kind=str(Organisation.Kind(row.kind).label), is_emerging=row.kind in Organisation.EMERGING,
        area_id=row.area_id, place_id=row.place_id, since=since, until=row.dissolved_on,
    )  # fmt: skip


def differing(street: Street) -> list[Facts]:
    """What supply should know and does not, and what it believes to stand and does not (two queries)."""
    known = recipients.known(street.pk)
    rows = Organisation.objects.filter(street=street, founded_on__isnull=False)
    right: dict[uuid.UUID, Facts] = {row.pk: facts_of(row, row.founded_on) for row in rows if row.founded_on}
    gone = [replace(said, until=said.since) for pk, said in known.items() if pk not in right]
    return [facts for pk, facts in right.items() if known.get(pk) != facts] + [
        facts for facts in gone if known[facts.id] != facts
    ]


def put_right(*, street: Street, at: dt.datetime) -> int:
    """The nightly check: what differs is written anew and said in the log; how many there were. None are expected: a
    number above zero is a verb that forgot to tell."""
    wrong = differing(street)
    for facts in wrong:
        recipients.keep(facts)
    if wrong:
        after = {"organisations": [facts.name for facts in wrong[:20]], "count": len(wrong)}
        record(verb="organisation.serve_again", target=Street, actor=None, at=at, after=after)
    return len(wrong)
