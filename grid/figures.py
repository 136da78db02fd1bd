"""The numbers that the grid publishes. Each room has a tuple of its own; `register` publishes them all."""

from __future__ import annotations

from grid.pages.council_figures import COUNCILS
from grid.pages.solved_figures import SOLVED
from shimen import figures, overview
from shimen.figures.registry import Pillar


def register() -> None:
    """Called once from `GridConfig.ready()`."""
    figures.register(*COUNCILS, *SOLVED)
    overview.mention(Pillar.INTEGRATION, "street_councils", "building_councils")
