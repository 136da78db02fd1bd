"""A list of people against the registry: rows from the reading process in, sealed differences out.

Only what the registry may keep is taken, and only for as long as this call lasts in the clear: what is written down is
sealed row by row, with masks for the page. A full list says who is gone only among those whom the same department has
vouched for before, and only in the entities that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from coverage.comparison import stage
from coverage.comparison.people import carrying, sealed
from coverage.matching import codes, names
from coverage.matching import people as matching
from coverage.matching.people import Finding, Known, Said
from coverage.models import Batch, Entity, PersonDifference, Worker
from coverage.reading.columns import unpacked
from shimen.models import new_id
from shimen.privacy import phones, sealing
from shimen.privacy.masks import mask_name

Kind, Decision = PersonDifference.Kind, PersonDifference.Decision
ROWS = ("same", "new", "changed", "back", "doubt", "duplicate", "refused")
_AT_ONCE = 1_000


class _Row:
    """A row of the list, read: what is said, and what could not be read of it."""

    __slots__ = ("line", "name", "number", "post", "problem", "said")

    def __init__(self, line: int, cells: Sequence[str], employers: Employers) -> None:
        code, old_number, employer, person, phone, post = cells
        self.line, self.name, self.post = line, names.person(person), post.strip()[:40]
        self.number, self.problem = "", ""
        try:
            self.number = phones.normalise(phone)
        except phones.UnreadablePhoneError as error:
            self.problem = f"电话没有采用：{error}"
        if self.number and phones.is_doubtful(self.number):
            self.number, self.problem = "", "电话没有采用：打了码或不像真的"
        home, why = employers.find(code, old_number, employer)
        index = sealing.blind_index(self.number) if self.number else None
        self.said = Said(line, home, self.name, index, self.post, why)


class Employers:
    """The entities of a street by code, old number and name."""

    def __init__(self, street_id: Any) -> None:
        rows = Entity.objects.filter(street_id=street_id, removed_at__isnull=True)
        self._by: dict[str, str] = {}
        twice: set[str] = set()
        for pk, code, old_number, name in rows.values_list("pk", "code", "old_number", "name"):
            for key in filter(None, (code, old_number, f"={name}")):
                if self._by.setdefault(key, str(pk)) != str(pk):
                    twice.add(key)
        self._twice = twice

    def find(self, code: str, old_number: str, name: str) -> tuple[str, str]:
        """The id of an employer, or '' and why: by code, else by old number, else by a name that only one has."""
        for written in (code, old_number):
            key = codes.normalise(written)
            if key and key in self._by:
                return self._by[key], ""
        key = f"={names.canonical(name)}"
        if key in self._twice:
            return "", "名册里有几家同名，要有统一代码才知道是哪一家"
        if found := self._by.get(key):
            return found, ""
        if not codes.normalise(code) and len(key) == 1:
            return "", "没有写单位"
        return "", "名册里没有这个单位，先登记单位"


def read(source: stage.Source) -> tuple[dict[str, Any], list[list[str]]]:
    """The account of reading a list, and its rows: line, then `people_fields.STAGED`.

    Raises `stage.StageError` for a file that cannot be taken.
    """
    chunks: list[bytes] = []
    account = stage.read(source, chunks.append)
    return account, unpacked(b"".join(chunks))


def write_down(batch: Batch, said: Iterable[list[str]]) -> dict[str, Any]:
    """Compare the rows of a list with the registry and keep what differs; gives the counts. What a person has decided
    on the same content holds."""
    employers = Employers(batch.street_id)
    rows = [_Row(int(line), cells, employers) for line, *cells in said]
    found = matching.compare([row.said for row in rows], _known(batch, rows), is_full=batch.is_full)
    by_line = {row.line: row for row in rows}
    wanted = [finding for finding in found if finding.kind != matching.SAME]
    people = Worker.objects.in_bulk({finding.person for finding in wanted if finding.person})
    stored = {str(pk): worker for pk, worker in people.items()}
    differences = [
        _difference(batch, finding, by_line.get(finding.line or 0), stored.get(finding.person)) for finding in wanted
    ]
    carrying.carry(batch, differences)
    PersonDifference.objects.filter(batch=batch).delete()
    PersonDifference.objects.bulk_create(differences, batch_size=_AT_ONCE)
    return _counts(batch, rows, found)


def _known(batch: Batch, rows: Iterable[_Row]) -> list[Known]:
    """The people of the employers that the list names, and whoever has one of its numbers elsewhere."""
    homes = {row.said.employer for row in rows if row.said.employer}
    numbers = {row.said.index for row in rows if row.said.index}
    columns = ("pk", "entity_id", "name", "phone_index", "post", "left_on", "provenance")
    everyone = Worker.objects.filter(street_id=batch.street_id)
    found = {}
    for part in (everyone.filter(entity_id__in=homes), everyone.filter(phone_index__in=numbers)):
        for pk, home, name, index, post, left_on, provenance in part.values_list(*columns):
            word = provenance.get("name") or {}
            theirs = word.get("source") == "department" and word.get("by") == batch.department.code
            found[pk] = Known(
                str(pk), str(home), name, bytes(index) if index else None, post, left_on is not None, theirs
            )
    return list(found.values())


def _difference(batch: Batch, finding: Finding, row: _Row | None, worker: Worker | None) -> PersonDifference:
    difference = PersonDifference(
        street_id=batch.street_id,
        batch=batch,
        line=finding.line,
        kind=finding.kind,
        entity_id=finding.employer or None,
        person_id=finding.person or (new_id() if finding.kind in {Kind.NEW, Kind.DOUBT} else None),
        fields=list(finding.fields),
        reason="；".join(filter(None, (finding.reason, row.problem if row else "")))[:200],
        candidates=list(finding.candidates),
    )
    name = row.name if row else worker.name if worker else ""
    difference.name_mask = mask_name(name)
    difference.phone_mask = phones.mask(row.number) if row and row.number else worker.phone_mask if worker else ""
    if finding.kind in {Kind.NEW, Kind.CHANGED, Kind.BACK, Kind.LEFT, Kind.DOUBT}:
        said = {"name": row.name, "phone": row.number, "post": row.post} if row else {}
        sealed.put(difference, {"new": said, "old": sealed.facts_of(worker) if worker else {}})
        difference.key = carrying.key_of(difference, said)
    difference.decision, why = _proposed(batch, finding, worker)
    difference.reason = difference.reason or why
    return difference


def _proposed(batch: Batch, finding: Finding, worker: Worker | None) -> tuple[str, str]:
    """What the person or a visitor has said since the list was made holds against it."""
    if finding.kind == Kind.DOUBT:
        return Decision.OPEN, ""
    if finding.kind in {Kind.REFUSED, Kind.DUPLICATE}:
        return Decision.REFUSE, ""
    if worker is not None and finding.kind in {Kind.CHANGED, Kind.LEFT}:
        asked = finding.fields if finding.kind == Kind.CHANGED else ("name",)
        words = [worker.provenance.get(name) or {} for name in asked]
        if any(w.get("source") != "department" and w.get("on", "") >= batch.as_of.isoformat() for w in words if w):
            return Decision.REFUSE, "本人或走访的人在这之后说过"
    return Decision.ACCEPT, ""


def _counts(batch: Batch, rows: Sequence[_Row], found: Iterable[Finding]) -> dict[str, Any]:
    """Rows in = rows accounted for; and who is not named any more."""
    kinds = [finding.kind for finding in found]
    counts: dict[str, Any] = {"rows": len(rows), **{kind: kinds.count(kind) for kind in ROWS}}
    counts["gone"] = kinds.count(matching.LEFT)
    theirs = counts["gone"] + counts["same"] + counts["changed"]
    counts["gone_percent"] = round(100 * counts["gone"] / theirs, 1) if theirs else 0.0
    counts["employers"] = len({row.said.employer for row in rows if row.said.employer})
    return counts
