"""What areas and coverings hear of from below: entities that leave, entities that are merged."""

from __future__ import annotations

from branches import signals as own_signals
from branches.duty import checking, coverings, dividing
from branches.models import Finding
from coverage import signals
from coverage.registry.relations import Relation, declare, stays
from shimen import outbox


def register() -> None:
    """Called once from `BranchesConfig.ready()`."""
    declare(Relation("branches.Covering.entity", "覆盖", coverings.move_rows, coverings.return_rows))
    stays(Finding, "entity", "what was found was found of that entry; the next check looks again")
    signals.entity_closed.connect(coverings.hear_leaving, dispatch_uid="coverings")
    own_signals.filing_changed.connect(coverings.hear_filing, dispatch_uid="coverings")
    outbox.handle(checking.KIND, checking.check_job)
    outbox.handle(dividing.KIND, dividing.draw_job, long=True)
