"""What a workbook is a list of, for the page on which a person says what its columns are. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coverage.reading import fields, guess, layouts, people_fields


@dataclass(frozen=True, slots=True)
class Subject:
    """The fields of a kind of list: their titles, the headings known in general, and how columns are guessed.

    `missing(found)` says what is lacking, '' for nothing; `tells_apart(found)` whether rows can be told apart at all.
    A field of `withheld` may stand over several columns: none of them is read.
    """

    titles: Mapping[str, str]
    words: Callable[[], layouts.Aliases]
    signs: guess.Signs
    missing: Callable[[set[str]], str]
    tells_apart: Callable[[set[str]], bool]
    withheld: str = ""

    def is_read(self, field: str) -> bool:
        return bool(field) and field != self.withheld

    def choices(self) -> list[tuple[str, str]]:
        """Fields and titles in the order in which people look for them."""
        first = [key for key in (fields.CODE, "name") if self.withheld == ""]
        rest = [key for key in self.titles if key not in first]
        return [(key, self.titles[key]) for key in (*first, *rest)]


def _entity_words() -> layouts.Aliases:
    return layouts.prepare(fields.built_in_aliases())


ENTITIES = Subject(
    fields.TITLES,
    _entity_words,
    guess.ENTITIES,
    layouts.missing,
    lambda found: bool(found & {fields.CODE, fields.OLD_NUMBER, "name"}),
)
PEOPLE = Subject(
    people_fields.TITLES,
    people_fields.aliases,
    guess.PEOPLE,
    people_fields.missing,
    lambda found: not people_fields.missing(found),
    people_fields.WITHHELD,
)
OF: Mapping[str, Subject] = {"entities": ENTITIES, "people": PEOPLE}
