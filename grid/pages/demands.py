"""What coverage's page of a demand shows of the matter that came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from coverage.visits.taken_up import Said, TakenUp
from grid.chain.levels import Level
from grid.chain.transitions import State
from grid.matters import receipts
from grid.models import Answer, Matter

_TONES = {State.OPEN: "b", State.SOLVED: "y", State.CLOSED: "g"}


def hear_asked(*, ids: Iterable[uuid.UUID], in_full: bool, **_: Any) -> dict[uuid.UUID, TakenUp]:
    """Which of these demands are matters, and where those stand. What was merged says into what, with the answers given there."""
    rows = Matter.objects.filter(demand__in=list(ids)).select_related("merged_into", "demand")
    return {row.demand_id: _taken_up(row, in_full=in_full) for row in rows if row.demand_id is not None}


_STAGES = {
    Level.BRANCH: "支部在办",
    Level.COUNCIL: "议事会在协商",
    Level.GRID: "网格在会商",
    Level.DISTRICT: "已报区级",
}


def _words(row: Matter, state: State) -> str:
    """Where it stands, in a few words."""
    if state is State.OPEN:
        return _STAGES[row.stage]
    if row.merged_into is not None:
        return f"已并入 {row.merged_into.number}"
    demand, solved = row.demand, row.solved_at
    is_answered = demand is not None and demand.answered_at is not None and solved is not None
    if state is State.SOLVED and is_answered and demand.answered_at >= solved:  # type: ignore[union-attr,operator]
        return "已解决，已答复"
    return str(row.get_state_display())


def _taken_up(row: Matter, *, in_full: bool) -> TakenUp:
    state = State(row.state)
    words = _words(row, state)
    given = Answer.objects.filter(Q(matter=row) | Q(matter__in=[row.merged_into_id] if row.merged_into_id else []))
    answers = [Said(each.words, each.at, f"{each.by}，{each.get_way_display()}")
               for each in given.select_related("by").order_by("-at")] if in_full else []  # fmt: skip
    receipt = reverse("grid:matter-receipt", args=[receipts.receipt_of(row.pk)])
    url = reverse("grid:matter", args=[row.pk])
    return TakenUp(f"事项 {row.number}", words, _TONES.get(state, ""), url, answers, receipt)
