"""What councils, grids and those who work in them bring to the rest of the product; called once from `GridConfig.ready()`."""

from __future__ import annotations

from grid import expiry, personal
from grid.councils import occupying
from grid.pages import first_pages as own_pages
from grid.pages import grids as grid_pages
from grid.pages import venue_part
from grid.views import councils, first_pages, grids
from shimen import navigation


def declare() -> None:
    """Navigation, parts of pages, personal data and how long they are kept, what stands in an area."""
    navigation.add(*councils.ENTRIES, *grids.ENTRIES, *first_pages.ENTRIES)
    grid_pages.declare()
    own_pages.declare()
    venue_part.declare()
    personal.declare_fields()
    expiry.declare()
    occupying.register()
