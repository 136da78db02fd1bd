"""The numbers that supply publishes. Each room has a tuple of its own in `pages/*_figures.py`; `register` publishes them all."""

from __future__ import annotations

from shimen import figures
from supply.pages.serving_figures import SERVING
from supply.pages.stand_figures import STANDS
from supply.pages.venue_figures import VENUES


def register() -> None:
    """Called once from `SupplyConfig.ready()`."""
    figures.register(*VENUES, *STANDS, *SERVING)
