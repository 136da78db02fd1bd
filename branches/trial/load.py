"""What the trial street's organised bodies are written by, in order."""

from __future__ import annotations

from collections.abc import Callable

from branches.trial import (
    activities,
    committees,
    courses,
    divisions,
    duty,
    founding,
    handbook,
    members,
    organisations,
    talents,
)
from coverage.trial.load import Scene
from supply.trial import bookings
from supply.trial import deliveries as supply_deliveries
from supply.trial import lists as supply_lists
from supply.trial import menus as supply_menus

# Each writes its part and may read what those before it wrote.
WRITERS: tuple[Callable[[Scene], None], ...] = (
    organisations.write,
    members.write,
    founding.write,
    committees.write,
    duty.write,
    divisions.write,
    activities.write,
    talents.write,
    courses.write,
    handbook.write,
    bookings.write,
    # What organisations need, order and are brought: supply writes it once they exist.
    supply_lists.write,
    supply_deliveries.write,
    supply_menus.write,
)


def write(scene: Scene) -> None:
    """All of them; named in `apps.py`."""
    for part in WRITERS:
        part(scene)
