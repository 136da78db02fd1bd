"""What the page shows on which a person says what a table's columns are: columns with samples and a guess, and how the
first rows will be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coverage.comparison import mapping
from coverage.differences import asking
from coverage.feeds import remembered
from coverage.models import Batch
from coverage.reading import fields, guess, layouts, peek, people_fields, subjects

PREVIEW = 5
PICTURE_COLUMNS = 14


@dataclass(frozen=True)
class Row:
    """One column of the table, on a row of the page."""

    column: peek.Named
    guessed: guess.Guess
    field: str
    is_new: bool  # nobody knows it and it was not there last time: this is what is asked


@dataclass(frozen=True)
class Preview:
    """The first rows as they will be read, what is missing, and what stands twice."""

    titles: list[str]
    rows: list[list[guess.Read]]
    sentence: str  # what would be wrong, '' for nothing
    is_stopped: bool
    unread: int
    checks: list[tuple[str, bool]]
    left: list[tuple[str, str]]  # fields that no column has


@dataclass(frozen=True)
class Line:
    """A row of the picture of a sheet."""

    place: int
    number: int
    cells: list[str]
    is_likely: bool


class Table:
    """A sheet of a batch with its header at a row."""

    def __init__(self, batch: Batch, sheet: int, row: int | None) -> None:
        self.batch, self.sheet = batch, sheet
        self.top = mapping.top_of(batch, sheet)
        self.subject = subjects.OF[batch.subject]
        self.aliases = remembered.aliases_of(batch.department, batch.subject)
        self.likely = self.top.likely_header(self.aliases)
        self.row = self._recognised() if row is None else row if 0 <= row < len(self.top.cells) else None

    def _recognised(self) -> int | None:
        """The header that the reader found, None where a person must point at it."""
        for told in self.batch.layout.get("sheets", []):
            if told["name"] == self.top.name and told["header_row"]:
                place = int(told["header_row"]) - self.top.first
                return place if 0 <= place < len(self.top.cells) else None
        return self.likely

    @property
    def number(self) -> int:
        """The row of the header as Excel counts."""
        return self.top.first + (self.row or 0)

    def picture(self) -> list[Line]:
        """The first twenty rows, for pointing at the header."""
        return [
            Line(place, self.top.first + place, cells[:PICTURE_COLUMNS], place == self.likely)
            for place, cells in enumerate(self.top.rows[: layouts.TOP])
        ]

    def columns(self) -> list[peek.Named]:
        return self.top.columns(self.row, self.aliases) if self.row is not None else []

    def rows(self, choices: Mapping[str, str] | None = None) -> list[Row]:
        """The columns with their guesses; `choices` (key → field) are what a person has chosen so far."""
        columns = self.columns()
        others = remembered.heading_words(self.batch.street_id, but=self.batch.department, subject=self.batch.subject)
        guesses = guess.guess(columns, self.aliases, others, self.subject.signs)
        has_layout = self.batch.department.layouts.filter(subject=self.batch.subject).exists()
        return [
            Row(
                column,
                guessed,
                choices.get(column.key, "") if choices is not None else guessed.field,
                has_layout and guessed.by not in {"person", "words"},
            )
            for column, guessed in zip(columns, guesses, strict=True)
        ]

    def changed(self) -> str:
        """How this header differs from the last one of the department, in words; '' for the first and for no difference."""
        now = [(row.column.key, row.field) for row in self.rows() if row.column.heading]
        fingerprint = layouts.fingerprint(key for key, _ in now)
        change = remembered.change_of(self.batch.department, fingerprint, now, self.batch.subject)
        return change.sentence if change else ""

    def preview(self, rows: Sequence[Row]) -> Preview:
        """How the first rows will be read by what is chosen now."""
        fed = {row.column.place: row.field for row in rows if self.subject.is_read(row.field)}
        _, height = self.top.heading(self.row or 0, self.aliases)
        data = self.top.data((self.row or 0) + height)
        read = [
            [
                guess.Read(asking.shown(field, cell.text) if not cell.problem else cell.text, cell.problem)
                for field, cell in zip(fed.values(), cells, strict=True)
            ]
            for cells in guess.read_rows(data, fed)
        ]
        chosen = list(fed.values())
        twice = next((field for field in chosen if chosen.count(field) > 1), "")
        found = set(chosen)
        sentence = self.subject.missing(found)
        if twice:
            sentence = f"有两列都选了{self.subject.titles[twice]}，只能留一列"
        return Preview(
            titles=[self.subject.titles[field] for field in fed.values()],
            rows=read[:PREVIEW],
            sentence=sentence,
            is_stopped=bool(twice) or not self.subject.tells_apart(found),
            unread=sum(1 for row in read for cell in row if cell.problem),
            checks=self._checks(found),
            left=[(key, title) for key, title in self.subject.choices() if key not in found],
        )

    def _checks(self, found: set[str]) -> list[tuple[str, bool]]:
        """What rows cannot do without, and whether it is there."""
        if self.batch.subject == Batch.Subject.PEOPLE:
            has_employer = bool(found & people_fields.EMPLOYER)
            return [("姓名", people_fields.PERSON in found), ("单位", has_employer)]
        titles = self.subject.titles
        has_code = bool(found & {fields.CODE, fields.OLD_NUMBER})
        return [(titles[fields.CODE], has_code), (titles["name"], "name" in found)]
