"""What of coverage follows an entity into the one that it is merged into."""

from __future__ import annotations

from collections.abc import Iterable

from coverage.models import (
    CollectionCode,
    Demand,
    Discrepancy,
    Distinct,
    Entity,
    EntitySearch,
    EntitySource,
    Merge,
    OtherCode,
    PersonDifference,
    Question,
    Round,
    Stop,
    Submission,
    Visit,
    Worker,
)
from coverage.registry.relations import Relation, declare, follows, stays


def register() -> None:
    """Declare the relations of coverage; called once when the app is ready."""
    follows(Worker, "entity", "从业人员")
    follows(Visit, "entity", "走访")
    follows(Demand, "entity", "诉求")
    follows(Question, "entity", "待核实的")
    follows(Discrepancy, "entity", "与部门说法的差异")
    follows(OtherCode, "entity", "曾用代码")
    follows(Submission, "entity", "扫码填写的信息")
    back = follows(CollectionCode, "entity", "采集码").give_back
    declare(Relation("coverage.CollectionCode.entity", "采集码", _move_codes, back))
    declare(Relation("coverage.Stop.entity", "本轮应访", _move_stops, _return_stops))
    stays(EntitySearch, "entity", "worked out anew for both")
    stays(EntitySource, "entity", "words are copied by the merge, which knows which of them hold")
    stays(Merge, "kept", "an earlier merge is taken back where it was made")
    stays(Merge, "absorbed", "an earlier merge is taken back where it was made")
    stays(Distinct, "first", "it was said of that entry")
    stays(Distinct, "second", "it was said of that entry")
    stays(
        PersonDifference, "entity", "a list of people is compared again; applying it refuses an employer that has left"
    )


def _move_codes(absorbed: Entity, kept: Entity) -> list[str]:
    """The sheet that hangs there goes on opening the form, unless the other entry has one of its own."""
    rows = CollectionCode.objects.filter(entity=absorbed)
    if CollectionCode.objects.standing().filter(entity=kept).exists():
        rows = rows.filter(ended_at__isnull=False)
    ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    CollectionCode.objects.filter(pk__in=ids).update(entity=kept)
    return ids


def _move_stops(absorbed: Entity, kept: Entity) -> list[str]:
    """Stops of open rounds; a closed round must always reproduce. Where both were on the roster one visit is enough:
    the stop that nobody has walked yet is exempted, and stays with the entry it was made for."""
    moved = []
    for stop in Stop.objects.select_for_update().filter(entity=absorbed, round__state=Round.State.OPEN):
        if not Stop.objects.filter(round_id=stop.round_id, entity=kept).exists():
            stop.entity = kept
            moved.append(str(stop.pk))
        elif stop.outcome == Stop.Outcome.DUE:
            stop.outcome, stop.outcome_reason = Stop.Outcome.EXEMPT, _reason(kept)
            moved.append(f"exempt:{stop.pk}")
        stop.save()
    return moved


def _return_stops(ids: Iterable[str], absorbed: Entity, kept: Entity) -> int:
    missed = 0
    for given in ids:
        kind, _, pk = given.rpartition(":")
        rows = Stop.objects.filter(pk=pk, round__state=Round.State.OPEN)
        if kind == "exempt":
            exempt = rows.filter(outcome=Stop.Outcome.EXEMPT, outcome_reason=_reason(kept))
            missed += not exempt.update(outcome=Stop.Outcome.DUE, outcome_reason="")
        else:
            missed += not rows.filter(entity=kept).update(entity=absorbed)
    return missed


def _reason(kept: Entity) -> str:
    return f"与“{kept.name}”是同一家，已合并"[:200]
