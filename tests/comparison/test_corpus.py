"""The corpus of messy workbooks: each is read right or refused with the reason, and no row is lost without a word."""

from __future__ import annotations

import datetime as dt

import pytest

from coverage.comparison import stage
from coverage.reading import columns, contents, fields, layouts, readers
from tests.comparison.corpus import CASES, Case

ALIASES = layouts.prepare(fields.built_in_aliases())
SMALL = readers.Limits(rows=2_000, real_bytes=4 * readers.MEGABYTE, seconds=20)
ROLES = ("titles", "headings", "blanks", "remarks", "data")
READABLE = {name: case for name, case in CASES.items() if not case.refused}


def read(case: Case):
    """Staged rows by line, and the account, through the reading process as an upload goes."""
    out: list[bytes] = []
    account = stage.read(stage.Source(case.content(), case.name, dt.date(2026, 11, 23), ALIASES, SMALL), out.append)
    rows = columns.unpacked(b"".join(out))
    return {int(line): dict(zip(fields.STAGED, cells, strict=True)) for line, *cells in rows}, account


@pytest.mark.parametrize("kind", READABLE)
def test_a_messy_workbook_is_read_right_and_every_row_is_accounted_for(kind):
    case = CASES[kind]
    rows, account = read(case)
    assert tuple(rows) == case.lines
    assert {(line, name): rows[line][name] for line, name in case.cells} == case.cells
    told = {role: sum(sheet[role] for sheet in account["sheets"]) for role in ROLES}
    assert {role: count for role, count in told.items() if count} == case.roles
    assert sum(told.values()) == sum(sheet["rows"] for sheet in account["sheets"]) == case.rows
    for words in case.remarks:
        assert any(words in remark for remark in account["remarks"]), account["remarks"]


@pytest.mark.parametrize("kind", [name for name, case in CASES.items() if case.refused])
def test_what_cannot_be_read_is_refused_with_the_reason(kind):
    with pytest.raises(stage.StageError) as caught:
        read(CASES[kind])
    assert CASES[kind].refused in caught.value.sentence


@pytest.mark.parametrize("kind", READABLE)
def test_comparing_two_files_sees_the_same_rows_as_the_import(kind):
    case = CASES[kind]
    found = contents.read(readers.open_book(case.content(), name=case.name, limits=SMALL), ALIASES)
    assert tuple(line for line, _ in found.rows) == case.lines
    told = {role: sum(getattr(sheet, role) for sheet in found.sheets) for role in ROLES}
    assert {role: count for role, count in told.items() if count} == case.roles
    assert sum(sheet.rows for sheet in found.sheets) == case.rows


def test_the_corpus_has_the_kinds_that_departments_send():
    assert len(CASES) >= 40
