"""A row or an entity made ready for comparison: identifiers, parts of the name, address parsed when first needed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverage.matching import codes, firm_names, names, residence
from coverage.matching.codes import Kind

_NOT_FIGURE = re.compile(r"\D+")
_SHORTEST_PHONE = 7
_PERSON_MARKS = re.compile(r"[\s·.,，、\-]+")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an entity or written in a row, as text; '' where nothing is.

    `phone` may be the number itself or a keyed hash of it, alike on both sides. `founded` is an ISO date.
    """

    id: str
    code: str = ""
    old_number: str = ""
    name: str = ""
    legal_person: str = ""
    address: str = ""
    phone: str = ""
    founded: str = ""


class Profile:
    """A record with everything that comparing needs worked out once."""

    __slots__ = (
        "_address", "_is_valid", "bodies", "code", "door", "doors", "founded", "id", "kind", "name", "number", "person",
        "phone", "written",
    )  # fmt: skip

    def __init__(self, record: Record) -> None:
        self.id, self.written = record.id, record
        self.code, self.number = codes.normalise(record.code), codes.normalise(record.old_number)
        self.kind = codes.kind(self.code)
        if self.kind is Kind.EMPTY and self.number:
            self.code, self.number, self.kind = self.number, "", codes.kind(self.number)
        self._is_valid: bool | None = None
        found = (codes.organisation_code(self.code), codes.organisation_code(self.number) if self.number else "")
        self.bodies = tuple(body for body in found if body)
        self.name = firm_names.parts(record.name)
        self.person = person_key(record.legal_person)
        self.door, self.doors = residence.door_keys(record.address) if record.address else ("", "")
        self.phone = phone_key(record.phone) if record.phone else ""
        self.founded = record.founded
        self._address: residence.Address | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the code is a credit code whose check character holds."""
        if self._is_valid is None:
            self._is_valid = self.kind is Kind.CREDIT and codes.checksum_holds(self.code)
        return self._is_valid

    @property
    def address(self) -> residence.Address:
        if self._address is None:
            self._address = residence.parse(self.written.address)
        return self._address


def person_key(written: str) -> str:
    """A person's name for comparing: blanks, dots and case of foreign names do not count."""
    if not written:
        return ""
    return _PERSON_MARKS.sub("", names.person(written)).upper()


def phone_key(written: str) -> str:
    """A number's figures without +86 and 021; a text that is no number (a keyed hash) as it stands."""
    if any(character.isalpha() for character in written):
        return written.strip()
    figures = _NOT_FIGURE.sub("", written)
    for lead in ("86", "021"):
        if figures.startswith(lead) and len(figures) - len(lead) >= 8:
            figures = figures[len(lead) :]
    return figures if len(figures) >= _SHORTEST_PHONE and len(set(figures)) > 2 else ""
