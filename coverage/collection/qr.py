"""A QR code as the path of an SVG drawing. Pure.

Error correction M (15 % of the modules may be lost) keeps an address of ours in 29 to 33 modules: 1 mm each and more at
the sizes we print. Half of the quiet zone that a reader needs is part of the drawing, the sheet leaves the rest white.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

QUIET = 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """`view` is the viewBox, `path` the dark modules, one unit each."""

    view: str
    path: str
    modules: int


def draw(text: str) -> Drawing:
    """The code of `text`."""
    import qrcode  # brings Pillow along: 4 MB that most processes never need
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    runs = [run for y, row in enumerate(rows) for run in _runs(y, row)]
    side = len(rows) + 2 * QUIET
    return Drawing(f"-{QUIET} -{QUIET} {side} {side}", "".join(runs), len(rows))


def _runs(y: int, row: list[bool]) -> list[str]:
    """Dark modules side by side as one stroke of a bar."""
    found, x = [], 0
    for dark, group in itertools.groupby(row):
        width = len(list(group))
        if dark:
            found.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return found
