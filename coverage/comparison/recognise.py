"""Which department a file is from, told by its header before it is received. Nothing is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from coverage.comparison import stage
from coverage.feeds import remembered
from coverage.models import Batch, Department, Layout
from coverage.reading import fields, layouts, peek, people_fields

LARGEST = 8 << 20  # beyond it, asking costs more than choosing
SURE, LIKELY = 1.0, 0.6
Subject = Batch.Subject
_DAY = re.compile(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The department, None where no known layout is near; the day that the file's titles name; a sentence; and what it
    is a list of."""

    department: Department | None
    as_of: dt.date | None
    sentence: str
    subject: str = Batch.Subject.ENTITIES


def recognise(*, departments: Iterable[Department], name: str, content: bytes, today: dt.date) -> Recognised:
    """What a file's header and titles say about where it comes from. A file that cannot be read says why."""
    if not content or len(content) > LARGEST:
        return Recognised(None, None, "")
    aliases = layouts.prepare(fields.built_in_aliases())
    try:
        tops = [peek.Top(told) for told in stage.peek(stage.Source(content, name, today, aliases))]
    except stage.StageError as refusal:
        return Recognised(None, None, refusal.sentence)
    known: dict[Department, list[Layout]] = {department: [] for department in departments}
    by_id = {department.pk: department for department in known}
    for layout in Layout.objects.filter(department__in=by_id, is_skipped=False):
        known[by_id[layout.department_id]].append(layout)
    day = _day_of(tops, name, aliases, today)
    best = _best(tops, aliases, known)
    if best is None or best.share < LIKELY:
        is_of_people = _names_people(tops, aliases)
        seen = "是人员名单，表头没有见过" if is_of_people else "这样的表头没有见过"
        guess = _named(name, known)
        hint = "选一下是哪个部门的" if guess is None else f"看文件名像是{guess}的，不对就改"
        return Recognised(guess, day, f"{seen}，{hint}", Subject.PEOPLE if is_of_people else Subject.ENTITIES)
    what = "人员名单" if best.subject == Subject.PEOPLE else "表"
    if best.share >= SURE:
        return Recognised(best.department, day, f"认出来了，是{best.department}的{what}", best.subject)
    sentence = f"像是{best.department}的{what}：{best.total} 列里有 {best.common} 列和以前一样"
    return Recognised(best.department, day, sentence, best.subject)


def _named(name: str, departments: Iterable[Department]) -> Department | None:
    """The one department whose name, or its usual short form of two characters (市监 of 市场监管), begins the file's name."""
    short = name.strip()[:2]
    if len(short) < 2:
        return None
    found = [each for each in departments if short[0] in each.name and short[1] in each.name.partition(short[0])[2]]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Alike:
    """The known layout that is most like a header, with the share of headings that both have."""

    share: float
    department: Department
    subject: str
    common: int
    total: int


def _best(tops: list[peek.Top], aliases: layouts.Aliases, known: dict[Department, list[Layout]]) -> _Alike | None:
    best: _Alike | None = None
    for top in tops:
        for keys in _headers(top, aliases):
            for department, own in known.items():
                layout, share = remembered.alike(own, keys)
                if layout is not None and share > (best.share if best else 0.0):
                    common = len({column["key"] for column in layout.columns} & set(keys))
                    best = _Alike(share, department, layout.subject, common, len(keys))
    return best


def _names_people(tops: list[peek.Top], aliases: layouts.Aliases) -> bool:
    """Whether a header has a column of people's names, as only lists of people have."""
    words = people_fields.aliases()
    return any(
        (known := words.look_up(key)) is not None and known[0] == people_fields.PERSON
        for top in tops
        for keys in (*_headers(top, aliases), *_headers(top, words))
        for key in keys
    )


def _headers(top: peek.Top, aliases: layouts.Aliases) -> Iterable[list[str]]:
    """The keys of every row that may be the header: the likely one, and those that stand before it."""
    place = top.likely_header(aliases)
    rows = range(min(layouts.TOP, len(top.cells))) if place is None else range(place, place + 1)
    for row in rows:
        cells, _ = top.heading(row, aliases)
        keys = [key for _, key in layouts.column_keys(cells)]
        if len(keys) > 1:
            yield keys


def _day_of(tops: list[peek.Top], name: str, aliases: layouts.Aliases, today: dt.date) -> dt.date | None:
    """The day that stands in a title above the header, or in the file's name."""
    titles = [cell for top in tops[:2] for row in top.rows[: top.likely_header(aliases) or 0] for cell in row]
    for text in (*titles, name):
        if match := _DAY.search(text):
            try:
                day = dt.date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
            if day <= today:
                return day
    return None
