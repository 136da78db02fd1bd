"""Pictures drawn on the server: the links around a hub (治立方), and the street's organisations from top to bottom.

Pure geometry over titles and numbers; every picture has its finding in words, and the same rows as a list beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 440
BOX, TALL = 144, 40
LINE_LENGTH = 10  # characters of a title that stand in one line of a box


@dataclass(frozen=True, slots=True)
class Node:
    """A box by its middle; `lines` are one or two lines of its title, `kind` chooses its look."""

    x: float
    y: float
    lines: tuple[str, ...]
    kind: str
    is_current: bool = False

    @property
    def left(self) -> float:
        return round(self.x - BOX / 2, 1)

    @property
    def top(self) -> float:
        return round(self.y - TALL / 2, 1)

    @property
    def baselines(self) -> list[tuple[float, str]]:
        """Where each line of the title stands."""
        first = self.y + 4 if len(self.lines) == 1 else self.y - 4
        return [(round(first + 16 * number, 1), line) for number, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Link:
    """A line from the hub; `kind` chooses its look."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Cube:
    """The hub in the middle, the others around, and what the picture says in words."""

    hub: Node
    around: list[Node]
    links: list[Link]
    words: str
    view: str = f"0 0 {WIDTH} {HEIGHT}"


@dataclass(frozen=True, slots=True)
class Spoke:
    """One that is linked with the hub: its title, kind of organisation, and the ways of the link (code, words)."""

    title: str
    kind: str
    ways: tuple[tuple[str, str], ...]
    is_current: bool = False


def in_lines(title: str) -> tuple[str, ...]:
    """A title in at most two lines; what is longer ends in ….

    >>> in_lines("望桥路居民区党总支")
    ('望桥路居民区党总支',)
    """
    if len(title) <= LINE_LENGTH:
        return (title,)
    rest = title[LINE_LENGTH:]
    return title[:LINE_LENGTH], rest if len(rest) <= LINE_LENGTH else rest[: LINE_LENGTH - 1] + "…"


def around(hub: str, hub_kind: str, spokes: Sequence[Spoke], *, hub_is_current: bool = True) -> Cube:
    """Boxes on an ellipse around the hub, clockwise from the top; from nine on alternately nearer and farther."""
    middle = (WIDTH / 2, HEIGHT / 2)
    nodes, links = [], []
    for number, spoke in enumerate(spokes):
        angle = 2 * math.pi * number / len(spokes) - math.pi / 2
        near = 0.62 if len(spokes) > 8 and number % 2 else 1.0
        x = middle[0] + near * (WIDTH / 2 - BOX / 2 - 4) * math.cos(angle)
        y = middle[1] + (0.62 if near < 1 else 1.0) * (HEIGHT / 2 - TALL / 2 - 4) * math.sin(angle)
        nodes.append(Node(round(x, 1), round(y, 1), in_lines(spoke.title), spoke.kind, spoke.is_current))
        for place, (way, _) in enumerate(spoke.ways):
            shift = 4 * (place - (len(spoke.ways) - 1) / 2)
            links.append(Link(middle[0] + shift, middle[1], round(x + shift, 1), round(y, 1), way))
    said = [f"{spoke.title}（{'、'.join(words for _, words in spoke.ways)}）" for spoke in spokes]
    sentence = f"{hub}是枢纽，联着 {len(spokes)} 个党组织：{'、'.join(said)}。" if spokes else f"{hub}还没有联建。"
    return Cube(Node(*middle, in_lines(hub), hub_kind, hub_is_current), nodes, links, sentence)


# ---- from the street to its organisations

ROW, DOT, FIRST = 30, 15, 330


@dataclass(frozen=True, slots=True)
class Leaf:
    """An organisation as a mark in a row: `kind` is `stands`, `preparing` or `beacon`."""

    x: float
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """Organisations of one kind in one grid."""

    y: float
    title: str
    count: int
    leaves: list[Leaf]

    @property
    def end(self) -> int:
        """Where its number stands, behind the marks."""
        return FIRST + DOT * self.count + 6


@dataclass(frozen=True, slots=True)
class Band:
    """One grid: its title in the middle of its rows."""

    y: float
    title: str
    count: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole picture; `middle` is the height of the root."""

    view: str
    middle: float
    root: str
    bands: list[Band]
    words: str


Group = tuple[str, Sequence[tuple[str, Sequence[str]]]]


def tree(root: str, groups: Sequence[Group]) -> Tree:
    """`groups` are (grid, [(kind, [mark, …]), …]) in order; a mark per organisation."""
    bands, y, widest = [], 20.0, 0
    for title, kinds in groups:
        rows = []
        for kind, marks in kinds:
            leaves = [Leaf(FIRST + DOT * number, mark) for number, mark in enumerate(marks)]
            rows.append(Row(y, kind, len(marks), leaves))
            widest, y = max(widest, len(marks)), y + ROW
        if rows:
            bands.append(Band((rows[0].y + rows[-1].y) / 2, title, sum(row.count for row in rows), rows))
            y += 12
    height, width = max(y, 60), FIRST + DOT * max(widest, 4) + 40
    said = [
        f"{band.title} {band.count} 个（{'、'.join(f'{row.title} {row.count}' for row in band.rows)}）"
        for band in bands
    ]
    return Tree(f"0 0 {width} {height:.0f}", height / 2 - 6, root, bands, f"{root}下面：{'；'.join(said)}。")
