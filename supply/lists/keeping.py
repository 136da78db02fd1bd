"""The verbs on lines of the three lists: entering, correcting, ending, taking that back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.collisions import as_sentences
from shimen.errors import DomainError
from shimen.territory.models import Street
from supply.models import Audience, Category, Link, Need, Project, Resource, Series

Row = Need | Resource | Project
KINDS: Mapping[str, type[Row]] = {"need": Need, "resource": Resource, "project": Project}
COMMON = ("title", "words", "category", "audiences", "capacity", "area", "since", "until")
OWN: Mapping[type[Row], tuple[str, ...]] = {
    Need: ("recipient", "raiser", "raised_on"),
    Resource: ("provider", "entity", "recipient", "location", "space", "per_month", "is_door"),
    Project: ("provider", "lead", "leader", "series", "location", "space", "is_door"),
}
SHORTEST = 3


class ListError(DomainError):
    """A line of a list cannot be written or moved as asked."""


def kind_of(row: Row | type[Row]) -> str:
    model = row if isinstance(row, type) else type(row)
    return next(kind for kind, each in KINDS.items() if each is model)


@transaction.atomic
def enter(*, kind: str, street: Street, values: Mapping[str, Any], actor: User, at: dt.datetime) -> Any:
    """A new line under the next number of its list. Raises `ListError` (no title, dates the wrong way round, a project of
    a led series without its secretary)."""
    model = KINDS[kind]
    row: Row = model(street=street, made_by=actor, made_at=at)
    if isinstance(row, Need):
        row.raised_on = clock.day_of(at)
    put(row, values, at)
    row.number = _next_number(model, street)
    with as_sentences(ListError):
        row.save(force_insert=True)
    record(verb=f"{kind}.enter", target=row, actor=actor, at=at, after={"title": row.title, "number": row.number})
    return row


@transaction.atomic
def correct(*, row: Any, values: Mapping[str, Any], seen: int | None = None, actor: User, at: dt.datetime) -> Any:
    """New values of a line; `seen` is the revision that the form showed. Raises `ListError`."""
    held = locked(row, seen)
    before = {field: str(getattr(held, field) or "") for field in values if field in fields_of(type(held))}
    put(held, values, at)
    after = {field: str(getattr(held, field) or "") for field in before}
    changed = [field for field in before if before[field] != after[field]]
    if not changed:
        return held
    held.revision += 1
    with as_sentences(ListError):
        held.save()
    record(
        verb=f"{kind_of(held)}.correct", target=held, actor=actor, at=at, before={f: before[f] for f in changed},
        after={f: after[f] for f in changed},
    )  # fmt: skip
    return held


def fields_of(model: type[Row]) -> tuple[str, ...]:
    """The fields that people write."""
    return (*COMMON, *OWN[model])


def put(row: Row, values: Mapping[str, Any], at: dt.datetime) -> None:
    """Write values into a row in memory. Raises `ListError`."""
    for field, said in values.items():
        if field not in fields_of(type(row)):
            raise ListError(f"没有这一项：{field}。")
        setattr(row, field, " ".join(said.split()) if isinstance(said, str) else said)
    _check(row)
    _check_own(row, at)
    for field in ("area", "recipient", "lead", "series", "entity", "space"):
        other = getattr(row, field, None)
        if other is not None and other.street_id != row.street_id:
            raise ListError("不是本街道的。", field=field)


def _check(row: Row) -> None:
    if len(row.title) < SHORTEST:
        raise ListError(f"名称至少 {SHORTEST} 个字。", field="title")
    if row.category not in Category.values:
        raise ListError("没有这个类别。", field="category")
    if unknown := [each for each in row.audiences if each not in Audience.values]:
        raise ListError(f"没有这种对象：{unknown[0]}。", field="audiences")
    if row.since and row.until and row.until < row.since:
        raise ListError("结束日期不能早于开始日期。", field="until")


def _check_own(row: Row, at: dt.datetime) -> None:
    if isinstance(row, Need) and row.raised_on > clock.day_of(at):
        raise ListError("提出日期不能晚于今天。", field="raised_on")
    if isinstance(row, Resource) and not row.provider:
        raise ListError("写明供给方：哪个单位、哪支队伍。", field="provider")
    if isinstance(row, Project) and row.series is not None and row.series.is_led and not row.leader:
        raise ListError(f"“{row.series}”的项目要写明领跑书记。", field="leader")


def _next_number(model: type[Row], street: Street) -> int:
    """The next number of a list; whoever asks for one waits for whoever asked before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.label}:{street.pk}"])
    return int(model.objects.filter(street=street).aggregate(n=Max("number"))["n"] or 0) + 1


def locked(row: Any, seen: int | None = None) -> Any:
    """The line, held until the transaction ends. Raises `ListError` where somebody changed it after the page was shown."""
    held = type(row).objects.select_for_update().get(pk=row.pk)
    if seen is not None and seen != held.revision:
        raise ListError("这一条刚刚有人改过。看过新的内容再改。")
    return held


# ---- states

# From which states each verb leads where, with what it is called.
MOVES: Mapping[tuple[str, str], tuple[frozenset[str], str, str]] = {
    ("need", "meet"): (frozenset({"open", "linked"}), "met", "登记已满足"),
    ("need", "withdraw"): (frozenset({"open", "linked"}), "withdrawn", "撤回"),
    ("need", "reopen"): (frozenset({"met", "withdrawn"}), "open", "重新打开"),
    ("resource", "pause"): (frozenset({"offered"}), "paused", "暂停"),
    ("resource", "resume"): (frozenset({"paused", "ended"}), "offered", "恢复"),
    ("resource", "end"): (frozenset({"offered", "paused"}), "ended", "结束"),
    ("project", "start"): (frozenset({"planned", "stopped"}), "running", "开始"),
    ("project", "finish"): (frozenset({"running"}), "done", "登记完成"),
    ("project", "stop"): (frozenset({"planned", "running"}), "stopped", "停下"),
    ("project", "again"): (frozenset({"done"}), "running", "再办"),
}


def moves_of(row: Row) -> list[tuple[str, str]]:
    """The verbs that a line's state allows, with their words."""
    kind = kind_of(row)
    return [(verb, words) for (of, verb), (sources, _, words) in MOVES.items() if of == kind and row.state in sources]


@transaction.atomic
def move(*, row: Any, verb: str, words: str = "", seen: int | None = None, actor: User, at: dt.datetime) -> Any:
    """Change the state of a line. `words` say how a need was met, what a project brought about, or why. Raises `ListError`
    (the state does not allow it, no words where they are asked for)."""
    held = locked(row, seen)
    kind = kind_of(held)
    known = MOVES.get((kind, verb))
    if known is None or held.state not in known[0]:
        raise ListError(f"这一条现在是“{held.get_state_display()}”，办不了这一步。")
    said, before = " ".join(words.split()), held.state
    if verb in {"meet", "withdraw", "end", "finish", "stop", "pause"} and len(said) < 4:
        raise ListError("写一句，至少 4 个字。", field="words")
    held.state = known[1]
    _mark(held, verb, said, at)
    held.revision += 1
    held.save()
    record(
        verb=f"{kind}.{verb}", target=held, actor=actor, at=at, before={"state": before}, after={"state": held.state},
        reason=said,
    )  # fmt: skip
    return held


def _mark(row: Row, verb: str, said: str, at: dt.datetime) -> None:
    """What goes with the new state, unsaved."""
    if isinstance(row, Need):
        row.met_on = clock.day_of(at) if verb == "meet" else None
        row.how_met = said[:200] if verb == "meet" else ""
        if verb == "reopen" and Link.objects.standing().filter(need=row).exists():
            row.state = Need.State.LINKED
    elif isinstance(row, Project) and verb == "finish":
        row.result = said[:300]


@transaction.atomic
def name_series(*, street: Street, name: str, words: str, is_led: bool, actor: User, at: dt.datetime) -> Series:
    """A new series of projects. Raises `ListError`."""
    row = Series(street=street, name=" ".join(name.split()), words=" ".join(words.split())[:200], is_led=is_led)
    if len(row.name) < SHORTEST:
        raise ListError(f"名称至少 {SHORTEST} 个字。", field="name")
    with as_sentences(ListError, field="name"):
        row.save(force_insert=True)
    record(verb="series.name", target=row, actor=actor, at=at, after={"name": row.name})
    return row


def model_of(kind: str) -> type[Model]:
    """The table of a list by the word that stands in addresses."""
    return KINDS[kind]
