"""A doubtful row beside the entities it may be: field by field, where they stand, what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from coverage.comparison import heard, reviewing
from coverage.facts import fields as facts
from coverage.matching import names
from coverage.matching.values import UnreadableError
from coverage.models import Batch, Difference, Entity
from coverage.pages.entity import map_around
from coverage.pages.story import Moment, story
from coverage.reading.book import shown_line
from coverage.registry.words import CHOICES, text_of

SAME, OTHER, ONLY = "same", "other", "only"
MOMENTS = 3
FIRST = ("code", "old_number", "name", "trade_sign", "legal_person", "address", "kind", "registration_status")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: as the row writes it, as the registry holds it, and how these stand to one another."""

    label: str
    written: str
    held: str
    how: str


@dataclass(slots=True)
class Candidate:
    """An entity that the row may be; `score` in percent, 0 where none was worked out."""

    number: int
    entity: Entity
    score: int
    is_preticked: bool
    reasons: list[list[Any]]
    lines: list[Line] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    map: Any = None


@dataclass(frozen=True, slots=True)
class Review:
    """The row under review, its place among the doubtful ones, and its neighbours."""

    difference: Difference
    number: str
    place: int
    total: int
    left: int
    previous: int | None
    next: int | None
    written: dict[str, str]
    candidates: list[Candidate]
    heard: heard.Heard | None

    @property
    def done(self) -> int:
        return self.total - self.left


def review(batch: Batch, wanted: str = "", after: str = "") -> Review | None:
    """The row asked for by id; else the first that waits after `after`; else the first that waits, or the first at all.

    About six queries per candidate, of whom a row has a handful.
    """
    rows = reviewing.doubts(batch)
    if not rows:
        return None
    order = [pk for pk, _ in rows]
    waiting = [pk for pk, decision in rows if decision == Difference.Decision.OPEN]
    chosen = _chosen(order, waiting, wanted, after)
    at = order.index(chosen)
    row = batch.differences.select_related("decided_by").get(pk=chosen)
    return Review(
        difference=row,
        number=shown_line(row.line or 0),
        place=at + 1,
        total=len(order),
        left=len(waiting),
        previous=order[at - 1] if at else None,
        next=order[at + 1] if at + 1 < len(order) else None,
        written=_written(row),
        candidates=_candidates(row),
        heard=heard.heard([row]).get(row.pk),
    )


def _chosen(order: list[int], waiting: list[int], wanted: str, after: str) -> int:
    if wanted.isdigit() and int(wanted) in order:
        return int(wanted)
    if after.isdigit() and int(after) in order:
        later = [pk for pk in waiting if order.index(pk) > order.index(int(after))]
        if later:
            return later[0]
    return (waiting or order)[0]


def _written(row: Difference) -> dict[str, str]:
    """The facts as the row writes them, by label; a telephone number as its mask."""
    content = row.row or {}
    cells = content.get("cells", {})
    shown = {facts.LABELS[key]: _worded(key, str(cells[key])) for key in (*FIRST, *facts.BY_KEY) if cells.get(key)}
    mask = (content.get("phone") or {}).get("mask")
    return shown | ({facts.LABELS["phone"]: mask} if mask else {})


def _candidates(row: Difference) -> list[Candidate]:
    wanted = [found["entity"] for found in row.candidates]
    entities = Entity.objects.filter(street_id=row.street_id).select_related("place", "area", "street").in_bulk(wanted)
    by_id = {str(pk): entity for pk, entity in entities.items()}
    found = []
    for number, said in enumerate(row.candidates, 1):
        entity = by_id.get(said["entity"])
        if entity is None:
            continue
        candidate = Candidate(number, entity, said["points"], bool(said.get("preticked")), said["reasons"])
        candidate.lines = _lines(row, entity)
        candidate.moments = story(entity, limit=MOMENTS)[0]
        candidate.map = map_around(entity)
        found.append(candidate)
    return found


def _lines(row: Difference, entity: Entity) -> list[Line]:
    cells, values = (row.row or {}).get("cells", {}), (row.row or {}).get("values", {})
    found = []
    for key in dict.fromkeys((*FIRST, *facts.BY_KEY)):
        held, cell = text_of(entity, key), str(cells.get(key) or "")
        if key == "phone":
            cell = ((row.row or {}).get("phone") or {}).get("mask", "")
            held = held.partition(" ")[0]
        if not (held or cell):
            continue
        read = values.get(key) or _read(key, cell)
        how = SAME if cell and read == held else OTHER if cell and held else ONLY
        found.append(Line(facts.LABELS[key], _worded(key, cell), _worded(key, held), how))
    return found


def _read(key: str, cell: str) -> str:
    """The canonical text of a cell, or the cell as it stands where it cannot be read."""
    if key == "legal_person":
        return names.person(cell)
    try:
        return cell if key == "phone" or not cell else facts.read(key, cell, choices=CHOICES.get(key, frozenset()))
    except UnreadableError:
        return cell


def _worded(key: str, text: str) -> str:
    choices = dict(Entity._meta.get_field(key).flatchoices) if key != "phone" else {}  # type: ignore[union-attr]
    return str(choices.get(text) or facts.shown(key, text))
