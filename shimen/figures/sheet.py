"""The rows behind a figure as cells: for the page and for the file that leaves the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shimen import sheets
from shimen.figures.registry import Figure


def cells(figure: Figure, row: Any) -> list[str]:
    """One row's cells in the order of the figure's columns; '' for nothing."""
    return [sheets.text_of(_follow(row, column.path)) for column in figure.columns]


def _follow(row: Any, path: str) -> Any:
    value = row
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
    return value() if callable(value) else value


def as_csv(figure: Figure, rows: Iterable[Any], *, heading: list[list[str]]) -> bytes:
    """A CSV file that office software opens: lines that say whose file it is and why, then headings and rows."""
    headings = [column.title for column in figure.columns]
    return sheets.as_csv(headings, (cells(figure, row) for row in rows), above=heading)
