"""What is remembered of a department's layouts: which headings mean what, and how a new layout differs from the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from coverage.models import Batch, Department, Layout
from coverage.reading import layouts, subjects
from coverage.reading.layout_changes import Change, compare

ALIKE = 0.5  # two layouts with fewer headings in common are two different tables, not a changed one


def aliases_of(department: Department, subject: str = Batch.Subject.ENTITIES) -> layouts.Aliases:
    """Headings as this department writes them in a kind of list: what is known in general, and over it what people said
    of its layouts."""
    words = subjects.OF[subject].words().words
    decided: dict[str, dict[str, str]] = {}
    skipped = []
    for layout in _layouts(department, subject).filter(decided_at__isnull=False).order_by("decided_at"):
        if layout.is_skipped:
            skipped.append(layout.fingerprint)
            continue
        decided[layout.fingerprint] = {column["key"]: column["field"] for column in layout.columns}
        told = {column["key"]: (column["field"], 0) for column in layout.columns if "#" not in column["key"]}
        words = {**words, **told}
    return layouts.Aliases(words, decided, frozenset(skipped))


def _layouts(department: Department, subject: str) -> QuerySet[Layout]:
    rows: QuerySet[Layout] = Layout.objects.filter(department=department, subject=subject)
    return rows


def heading_words(
    street_id: Any, *, but: Department, subject: str = Batch.Subject.ENTITIES
) -> dict[str, tuple[str, str]]:
    """What people said of headings in other departments' layouts: heading key → field and department, for guessing."""
    rows = Layout.objects.filter(street_id=street_id, subject=subject, decided_at__isnull=False, is_skipped=False)
    found = {}
    for layout in rows.exclude(department=but).select_related("department").order_by("decided_at"):
        for column in layout.columns:
            if column["field"]:
                found[column["key"]] = (column["field"], layout.department.name)
    return found


def columns_of(sheet: Mapping[str, Any], aliases: layouts.Aliases) -> list[dict[str, str]]:
    """The columns of a sheet's account in the form of `Layout.columns`."""
    decided = aliases.layouts.get(sheet["fingerprint"], {})
    read = {(heading, name) for heading, name in sheet["columns"]}
    found = []
    for heading, key in zip(sheet["written"], sheet["keys"], strict=True):
        choice = aliases.look_up(layouts.heading_key(heading))
        if key in decided:
            column = {"heading": heading, "key": key, "field": decided[key], "by": "person"}
        elif choice is not None:
            field = choice[0] if (heading, choice[0]) in read else ""  # of two columns for one field the other is read
            column = {"heading": heading, "key": key, "field": field, "by": "words" if choice[1] else "person"}
        else:
            column = {"heading": heading, "key": key, "field": "", "by": ""}
        found.append(column)
    return found


def remember(*, batch: Batch, sheets: Sequence[Mapping[str, Any]], at: dt.datetime) -> None:
    """Keep the layouts that came in a workbook, each once; part of the comparison, in its transaction."""
    department = batch.department
    aliases = aliases_of(department, batch.subject)
    for sheet in sheets:
        layout, is_new = Layout.objects.get_or_create(
            department=department,
            subject=batch.subject,
            fingerprint=sheet["fingerprint"],
            defaults={
                "street_id": department.street_id,
                "columns": columns_of(sheet, aliases),
                "first_seen_at": at,
                "last_seen_at": at,
            },
        )
        if is_new:
            continue
        layout.last_seen_at = max(at, layout.last_seen_at)
        if layout.decided_at is None:
            layout.columns = columns_of(sheet, aliases)
        layout.save(update_fields=["last_seen_at", "columns"])


def forget_seen(batch: Batch) -> None:
    """Forget the layouts that only this batch brought and nobody decided: a file put away may be another department's."""
    seen = [sheet.get("fingerprint", "") for sheet in batch.layout.get("sheets", [])]
    known = _layouts(batch.department, batch.subject).filter(fingerprint__in=seen, decided_at__isnull=True)
    known.filter(first_seen_at__gte=batch.created_at).delete()


def alike(known: Sequence[Layout], keys: Sequence[str]) -> tuple[Layout | None, float]:
    """The layout that has most headings in common with `keys`, and the share of all headings that both have."""
    best: tuple[float, Layout | None] = (0.0, None)
    wanted = set(keys)
    for layout in known:
        own = {column["key"] for column in layout.columns}
        share = len(own & wanted) / len(own | wanted) if own | wanted else 0.0
        if share > best[0]:
            best = (share, layout)
    return best[1], best[0]


def change_of(
    department: Department,
    fingerprint: str,
    now: Sequence[tuple[str, str]],
    subject: str = Batch.Subject.ENTITIES,
) -> Change | None:
    """How a header (keys and their fields, in the order of the sheet) differs from the department's most alike earlier
    one; None for the first of its kind."""
    known = list(_layouts(department, subject).filter(is_skipped=False).order_by("-last_seen_at"))
    before = next((layout for layout in known if layout.fingerprint == fingerprint), None)
    if before is None:
        before, share = alike(known, [key for key, _ in now])
        if before is None or share < ALIKE:
            return None
    named = [(column["key"], column["field"]) for column in before.columns if not column["key"].startswith("@")]
    return compare(named, now)


def _change(batch: Batch, sheet: Mapping[str, Any]) -> Change | None:
    columns = columns_of(sheet, aliases_of(batch.department, batch.subject))
    now = [(column["key"], column["field"]) for column in columns]
    return change_of(batch.department, sheet["fingerprint"], now, batch.subject)


def undecided(batch: Batch, sheet: Mapping[str, Any]) -> list[str]:
    """Headings of a sheet of which nobody knows what they are."""
    aliases = aliases_of(batch.department, batch.subject)
    return [column["heading"] for column in columns_of(sheet, aliases) if not column["by"]]


def news(batch: Batch, sheets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Per sheet what is new about its header since last time and which headings nobody knows; sheets without are left out.

    Asked before the layouts are remembered.
    """
    found = []
    for number, sheet in enumerate(sheets):
        change = _change(batch, sheet)
        unknown = [] if sheet["is_decided"] else undecided(batch, sheet)
        if (change and change.sentence) or unknown:
            told = change.sentence if change else ""
            found.append({"sheet": number, "name": sheet["name"], "changed": told, "unknown": unknown})
    return found


def why_a_person(batch: Batch, sheets: Sequence[Mapping[str, Any]]) -> str:
    """Why a workbook waits for a person before it is compared, '' where it need not.

    It waits where rows could not be told apart, and where a column that was read last time is not found while there are
    headings that nobody knows: most likely it was renamed, and would be lost without a word.
    """
    subject = subjects.OF[batch.subject]
    for sheet in sheets:
        if sheet["is_decided"]:
            continue
        label = f"工作表“{sheet['name']}”" if sheet["name"] and len(sheets) > 1 else ""
        if sentence := subject.missing({name for _, name in sheet["columns"]}):
            return f"{label}{sentence}。"
        change = _change(batch, sheet)
        if change and change.lost and change.added:
            lost = "、".join(subject.titles[name] for name in change.lost)
            return f"{label}表头和上次不一样：{change.sentence}。上次有的{lost}，这次没有认出。"
    return ""
