"""What the pages of the rule book show: every rule as it stands today, where it comes from, and what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from branches.models import Rule
from branches.rules.book import BOOK, RuleKind


@dataclass(frozen=True, slots=True)
class Line:
    """A rule today: its value, since when (None: by default), and what the street has set to begin later."""

    kind: RuleKind
    value: int
    since: dt.date | None
    basis: str
    later: Rule | None

    @property
    def is_own(self) -> bool:
        return self.since is not None


def lines(rows: Sequence[Rule], *, today: dt.date) -> list[Line]:
    """All rules in the order of the book; `rows` are the street's own values."""
    found = []
    for key, kind in BOOK.items():
        own = sorted((row for row in rows if row.key == key), key=lambda row: row.since)
        held = [row for row in own if row.since <= today]
        later = [row for row in own if row.since > today]
        now = held[-1] if held else None
        found.append(
            Line(
                kind, now.value if now else kind.default, now.since if now else None, now.basis if now else "",
                later[0] if later else None,
            )
        )  # fmt: skip
    return found
