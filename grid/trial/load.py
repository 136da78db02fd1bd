"""What the trial street's grid is written by, in order."""

from __future__ import annotations

from collections.abc import Callable

from coverage.trial.load import Scene
from grid.trial import cases, councils, matters, meetings, opinions, staffing, topics

# Each writes its part and may read what those before it wrote; councils stand before the matters that lie before them.
WRITERS: tuple[Callable[[Scene], None], ...] = (
    councils.write,
    staffing.write,
    matters.write,
    councils.sit_together,
    cases.write,
    meetings.write,
    topics.write,
    opinions.write,
)


def write(scene: Scene) -> None:
    """All of them; named in `apps.py`."""
    for part in WRITERS:
        part(scene)
