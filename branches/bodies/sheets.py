"""What the verbs on workbooks of members and of committees share; the steps themselves are those of `coverage.feeds.sheets`,
here with the words of a roster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from branches.rules.sheet_forms import FORMS
from coverage.feeds import sheets
from coverage.feeds.sheets import LARGEST, SheetError, kept, take_back_rows
from coverage.models.sheets import Sheet, SheetRow

__all__ = ["LARGEST", "RosterError", "check_state", "kept", "read", "take_back_rows", "write_rows"]

R = TypeVar("R", bound=SheetRow)
NOUN = "名册"


class RosterError(SheetError):
    """A workbook cannot be received, decided, written or undone."""


def read(form: str, content: bytes, name: str) -> dict[str, Any]:
    """What a workbook says. Raises `RosterError`. Call it outside a transaction."""
    return sheets.read(FORMS[form], content, name, noun=NOUN, empty="表头下面没有人。", error=RosterError)


def check_state(sheet: Sheet, state: str) -> None:
    """Refuse a step that its state does not allow. Raises `RosterError`."""
    sheets.check_state(sheet, state, noun=NOUN, error=RosterError)


def write_rows(rows: Iterable[R], write: Callable[[R], None], *, names: Callable[[R], str]) -> None:
    """Write every row or none. Raises `RosterError`."""
    sheets.write_rows(rows, write, names=names, noun=NOUN, error=RosterError)
