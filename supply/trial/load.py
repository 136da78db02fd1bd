"""What the trial street's supply is written by, in order. Organisations do not exist yet when these run: what organisations
order or book is written by functions of this package that `branches.trial.load` calls at its end."""

from __future__ import annotations

from collections.abc import Callable

from coverage.trial.load import Scene
from supply.trial import coupons, meals, venues, volunteers

# Each writes its part and may read what those before it wrote.
WRITERS: tuple[Callable[[Scene], None], ...] = (venues.write, volunteers.write, meals.write, coupons.write)


def write(scene: Scene) -> None:
    """All of them; named in `apps.py`."""
    for part in WRITERS:
        part(scene)
