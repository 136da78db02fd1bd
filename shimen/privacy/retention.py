"""Letting go of what has been kept long enough.

An app declares one `Rule` per event from which its periods count (left, removed, visited …) in `AppConfig.ready()`; the
rule says which declared fields it erases, which rows are due on a day, and how their values are taken away. A row that
has been erased is not due any more, so the work may stop anywhere and run again. Each street has one job a day in the
outbox; its trace (`Erasure`) has one line per rule and day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F

from shimen.audit.record import record
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.privacy import register
from shimen.privacy.models import Erasure
from shimen.territory.models import Street

KIND = "privacy.retain"
CHUNK = 500
SOON = dt.timedelta(days=30)

Due = Callable[[Street, dt.date], "models.QuerySet[Any]"]
Erase = Callable[[list[Any], dt.datetime], object]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is let go together. `fields` are (model, name) of the register; `due(street, day)` the rows whose time is
    over on that day; `erase(ids, at)` takes their values away, in the caller's transaction."""

    key: str
    label: str
    fields: tuple[tuple[str, str], ...]
    due: Due
    erase: Erase

    @property
    def what(self) -> list[str]:
        """The kinds of data in words."""
        labels = {(field.model, field.name): field.label for field in register.declared()}
        return [labels.get(pair, pair[1]) for pair in self.fields]


_rules: dict[str, Rule] = {}


def declare_rules(*rules: Rule) -> None:
    """Add rules; called from `AppConfig.ready()`."""
    for rule in rules:
        _rules[rule.key] = rule


def rules() -> list[Rule]:
    """Every rule, in the order of declaration."""
    return list(_rules.values())


def fields_without_rule() -> list[str]:
    """Declared fields that no rule would ever erase; a test demands that there are none."""
    covered = {pair for rule in rules() for pair in rule.fields}
    return [f"{field.model}.{field.name}" for field in register.declared() if (field.model, field.name) not in covered]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many rows a rule finds on a day, and how many more within `SOON`."""

    rule: Rule
    due: int
    soon: int


def forecast(*, street: Street, on: dt.date) -> list[Forecast]:
    """What would be erased on a day, and what follows within a month; nothing is touched."""
    found = []
    for rule in rules():
        due = rule.due(street, on).count()
        found.append(Forecast(rule, due, rule.due(street, on + SOON).count() - due))
    return found


@transaction.atomic
def ensure_due(*, on: dt.date, at: dt.datetime) -> int:
    """Promise today's erasing for every street, once a day however often it is asked; returns how many were new."""
    keys = {f"retention:{street.pk}:{on.isoformat()}": street for street in Street.objects.all()}
    known = set(Job.objects.filter(effect_key__in=keys).values_list("effect_key", flat=True))
    for key in keys.keys() - known:
        jobs.enqueue(kind=KIND, payload={"on": on.isoformat()}, effect_key=key, street=keys[key], at=at)
    return len(keys) - len(known)


def retain_job(*, job: Job, at: dt.datetime) -> None:
    """The job of one street and day: rule by rule, chunk by chunk, each chunk in a transaction of its own."""
    on = dt.date.fromisoformat(job.payload["on"])
    done = 0
    for number, rule in enumerate(rules(), 1):
        for erased in _chunks(rule, job.street, on, at):
            done += erased
            jobs.progress(job=job, stage=rule.label, done=number, total=len(_rules))


def run(*, street: Street, on: dt.date, at: dt.datetime) -> dict[str, int]:
    """Erase at once whatever is due (the command, tests); rows per rule."""
    return {rule.key: sum(_chunks(rule, street, on, at)) for rule in rules()}


def _chunks(rule: Rule, street: Street, on: dt.date, at: dt.datetime) -> Iterable[int]:
    total = 0
    while True:
        with transaction.atomic():
            rows = rule.due(street, on).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
            ids = list(rows.values_list("pk", flat=True)[:CHUNK])
            if ids:
                rule.erase(ids, at)
                _trace(rule, street, on, at, len(ids))
                total += len(ids)
            elif total:
                _tell(rule, street, on, at, total)
        if not ids:
            return
        yield len(ids)


def _trace(rule: Rule, street: Street, on: dt.date, at: dt.datetime, rows: int) -> None:
    """The rule's line of the day, with the rows of this chunk added."""
    trace, _ = Erasure.objects.get_or_create(
        key=f"{rule.key}:{street.pk}:{on.isoformat()}",
        defaults={
            "street": street,
            "cause": Erasure.Cause.EXPIRED,
            "label": rule.label,
            "what": rule.what,
            "asked_at": at,
            "due_on": on,
        },
    )
    Erasure.objects.filter(pk=trace.pk).update(rows=F("rows") + rows, done_at=at)


def _tell(rule: Rule, street: Street, on: dt.date, at: dt.datetime, total: int) -> None:
    trace = Erasure.objects.get(key=f"{rule.key}:{street.pk}:{on.isoformat()}")
    record(verb="privacy.retain", target=trace, actor=None, at=at, after={"rows": total, "rule": rule.label})
