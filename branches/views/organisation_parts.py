"""What the pages on organisations put into the frame and onto every organisation's page."""

from __future__ import annotations

from branches.pages.tabs import Tab, add

TABS = (Tab("概况", url="branches:organisation", place=10),)


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    add(*TABS)
