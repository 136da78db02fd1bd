"""Learning the weights of matching from rows that persons have settled."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from coverage.matching.weights import BUILT_IN, Weights
from coverage.models import Difference, MatchWeights
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.territory.models import Street

if TYPE_CHECKING:
    # Brings numpy along: 10 MB that processes which compare and never learn have no use for.
    from coverage.matching.calibration import Calibrated, Settled

FEWEST = 50  # settled rows; fewer say nothing yet

_ANSWERS = (Difference.Settled.SAME, Difference.Settled.NEW, Difference.Settled.NOT_OURS)


class CalibrationError(DomainError):
    """Nothing can be learnt, or what was learnt is no better."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """New weights, with what old and new are worth on rows that the new were not fitted to (two halves in turn)."""

    found: Calibrated
    start: Weights

    @property
    def is_better(self) -> bool:
        before, after = self.found.before, self.found.after
        return after.surprise < before.surprise and after.wrongly_sure <= before.wrongly_sure


def weights_of(street_id: uuid.UUID) -> Weights:
    """The weights that a street matches with: its newest edition over the built-in table."""
    newest = MatchWeights.objects.filter(street_id=street_id).newest_first().values_list("weights", flat=True).first()
    learnt: dict[str, float] = newest or {}
    return dict(BUILT_IN) | {key: value for key, value in learnt.items() if key in BUILT_IN}


def settled_rows(street: Street) -> list[Settled]:
    """Doubtful rows that a person has settled, each content once, with the features that were found at the time."""
    from coverage.matching.calibration import Settled

    rows = (
        Difference.objects.filter(
            street=street, kind=Difference.Kind.DOUBT, settled__in=_ANSWERS, decided_by__isnull=False
        )
        .order_by("key", "-decided_at", "-id")
        .distinct("key")
        .values_list("settled", "entity_id", "candidates")
    )
    found = []
    for settled, entity_id, candidates in rows.iterator():
        seen = [candidate for candidate in candidates if candidate.get("features")]
        ids = [candidate["entity"] for candidate in seen]
        is_same = settled == Difference.Settled.SAME
        if not seen or (is_same and str(entity_id) not in ids):
            continue
        features = tuple(
            {key: value for key, value in candidate["features"].items() if key in BUILT_IN} for candidate in seen
        )
        found.append(Settled(features, ids.index(str(entity_id)) if is_same else None))
    return found


def propose(street: Street) -> Proposal:
    """What the street's settled rows would change. Raises `CalibrationError` where there are too few."""
    from coverage.matching.calibration import calibrate, held_out

    rows = settled_rows(street)
    if len(rows) < FEWEST:
        raise CalibrationError(f"人工认定过的存疑行只有 {len(rows)} 行，满 {FEWEST} 行才能校准。")
    start = weights_of(street.pk)
    found = calibrate(rows, start=start)
    return Proposal(dataclasses.replace(found, after=held_out(rows, start=start)), start)


@transaction.atomic
def keep(*, street: Street, proposal: Proposal, actor: User | None, at: dt.datetime) -> MatchWeights:
    """Match with the proposed weights from now on. Raises `CalibrationError` where they are no better."""
    if not proposal.is_better:
        raise CalibrationError("校准后不比现在好，没有保存。")
    newest = MatchWeights.objects.select_for_update().filter(street=street).newest_first().first()
    edition = MatchWeights.objects.create(
        street=street,
        version=newest.version + 1 if newest else 1,
        weights=proposal.found.weights,
        rows=proposal.found.before.rows,
        before=dataclasses.asdict(proposal.found.before),
        after=dataclasses.asdict(proposal.found.after),
        made_at=at,
        made_by=actor,
    )
    moved = {key: value for key, value in proposal.found.weights.items() if abs(value - proposal.start[key]) >= 0.05}
    before = {key: proposal.start[key] for key in moved}
    record(verb="coverage.calibrate_matching", target=edition, actor=actor, at=at, before=before, after=moved)
    return edition
