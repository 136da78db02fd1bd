"""The verbs on proposed divisions: asking for one, working it out (by a worker), changing it by hand, putting it away.

Adopting and taking back are in `branches.duty.adopting`. Nothing here changes whom a branch answers for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from branches.duty import ground
from branches.models import Division, DivisionVariant, Member, Organisation
from branches.models.divisions import DIGITS, NEW, read, written
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.territory.models import Street

if TYPE_CHECKING:
    from branches import division as pure

KIND = "divisions.draw"
MOST_AREAS = 12  # of a street; more are told apart by nobody on a map
MOST_MEMBERS = len(DIGITS)
TODAY = "today"  # the name of the variant that is how things are
REASONS = ("nearest", "balance", "kept", "grid", "whole", "pinned")
STAGES = 4


class DivisionError(DomainError):
    """The division cannot be as asked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a division. `number` None: the branches of today; `tolerance` in per cent, prices in metres."""

    name: str
    number: int | None = None
    measure: str = Division.Measure.SHOPS
    tolerance: int = 2
    price_of_change: int = 400
    respects_grids: bool = True
    founding: str = ""
    members: tuple[Member, ...] = ()


@transaction.atomic
def ask(*, street: Street, asked: Asked, actor: User | None, at: dt.datetime) -> Division:
    """Propose a division of the street's shop fronts among its street-block branches. Raises `DivisionError`."""
    today = clock.day_of(at)
    doors = ground.fronts(street, today)
    areas = _street_areas(street, asked, doors, today)
    return _ask(street, None, asked, areas, doors, actor, at)


@transaction.atomic
def ask_within(*, organisation: Organisation, asked: Asked, actor: User | None, at: dt.datetime) -> Division:
    """Propose how a branch's members share its doors. Raises `DivisionError`."""
    today = clock.day_of(at)
    if not asked.members:
        raise DivisionError("选至少一名责任党员。", field="members")
    known = set(ground.members_for(organisation, today).values_list("pk", flat=True))
    if {member.pk for member in asked.members} - known:
        raise DivisionError("只能选本支部现有的党员。", field="members")
    if len(asked.members) > MOST_MEMBERS:
        raise DivisionError(f"一次最多分给 {MOST_MEMBERS} 名党员。", field="members")
    areas = [{"key": str(member.pk), "title": ""} for member in asked.members]
    return _ask(organisation.street, organisation, asked, areas, ground.within(organisation, today), actor, at)


def _street_areas(street: Street, asked: Asked, doors: Sequence[ground.Door], on: dt.date) -> list[dict[str, str]]:
    """Those of today in their order; the ones with most doors if fewer are asked for, new ones behind if more."""
    branches = [
        {"key": str(each.pk), "title": str(each).removesuffix("党支部")} for each in ground.block_branches(street, on)
    ]
    held = Counter(door.holder for door in doors if door.holder)
    if asked.founding:
        present = [area for area in branches if held[area["key"]]]
        if not present:
            raise DivisionError("商铺现在还没有归属，先划分，再试算增设。", field="founding")
        if asked.founding in {area["title"] for area in branches}:
            raise DivisionError(f"已经有“{asked.founding}”，换个名称。", field="founding")
        return [*present, {"key": f"{NEW}1", "title": asked.founding}]
    number = asked.number or len(branches)
    if number > MOST_AREAS:
        raise DivisionError(f"一次最多分成 {MOST_AREAS} 片。", field="number")
    kept = {area["key"] for area in sorted(branches, key=lambda a: -held[a["key"]])[:number]}
    new = [{"key": f"{NEW}{n}", "title": f"新街区{n}"} for n in range(1, number - len(kept) + 1)]
    return [area for area in branches if area["key"] in kept] + new


def _ask(
    street: Street, organisation: Organisation | None, asked: Asked, areas: list[dict[str, str]],
    doors: Sequence[ground.Door], actor: User | None, at: dt.datetime,
) -> Division:  # fmt: skip
    if not areas:
        raise DivisionError("还没有街区党支部，写明要分成几片。", field="number")
    if len(doors) < len(areas):
        raise _too_few(organisation, asked, len(doors), len(areas))
    row = Division.objects.create(
        street=street, organisation=organisation, name=asked.name, areas=areas, founding=asked.founding,
        measure=asked.measure, tolerance=asked.tolerance, price_of_change=asked.price_of_change,
        respects_grids=asked.respects_grids, places=[door.place for door in doors], made_by=actor, made_at=at,
    )  # fmt: skip
    jobs.enqueue(kind=KIND, payload={"division": str(row.pk)}, effect_key=f"{KIND}:{row.pk}", street=street, at=at)
    after = {"name": row.name, "doors": len(doors), "areas": len(areas), "measure": row.measure}
    record(verb="divisions.ask", target=row, actor=actor, at=at, after=after)
    return row


def _too_few(organisation: Organisation | None, asked: Asked, doors: int, areas: int) -> DivisionError:
    if organisation is not None:
        return DivisionError(f"支部只有 {doors} 处，不能分给 {areas} 名党员：每名党员至少要有 1 处。", field="members")
    field = "founding" if asked.founding else "number"
    return DivisionError(f"只有 {doors} 家商铺，不能分成 {areas} 片：每片至少要有 1 家。", field=field)


# ---- working it out


def draw_job(*, job: Job, at: dt.datetime) -> None:
    """Outbox handler: work the variants out with progress, then store them and finish in one transaction."""
    row = Division.objects.select_related("street").filter(pk=job.payload["division"]).first()
    if row is None or row.state != Division.State.DRAWING:
        return
    from branches.division import NotDivisible

    jobs.progress(job=job, stage="读商铺", done=0, total=STAGES)
    doors = ground.doors_of(row, clock.day_of(at))
    jobs.progress(job=job, stage="连街路、量步行", done=1, total=STAGES)
    try:
        streets = ground.streets_of(doors, row.street.backdrop)
        jobs.progress(job=job, stage="划分", done=2, total=STAGES)
        found = _variants(row, streets, doors)
    except NotDivisible as refusal:
        with jobs.finishing(job=job, at=at):
            _settle(row, Division.State.FAILED, at, refusal=refusal.sentence)
        return
    jobs.progress(job=job, stage="写结果", done=3, total=STAGES)
    keys = [area["key"] for area in row.areas]
    with jobs.finishing(job=job, at=at):
        if _settle(row, Division.State.DRAWN, at):
            DivisionVariant.objects.bulk_create(
                [_variant(row, number, each, doors, keys) for number, each in enumerate(found, 1)]
            )


def _settle(row: Division, state: str, at: dt.datetime, *, refusal: str = "") -> bool:
    drawing = Division.objects.filter(pk=row.pk, state=Division.State.DRAWING)
    return bool(drawing.update(state=state, drawn_at=at, refusal=refusal[:200]))


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    label: str
    division: pure.Division


def _rules(row: Division) -> pure.Rules:
    from branches.division import Measure, Rules

    return Rules(Measure(row.measure), row.tolerance / 100, price_of_change=float(row.price_of_change))


_WORDS = {"grids": "沿网格边界", "balanced": "数量均衡", "change": "少变动", "nearest": "就近"}
_ORDER = ("grids", "balanced", "change", "nearest")


def _variants(row: Division, streets: pure.Streets, doors: Sequence[ground.Door]) -> list[_Found]:
    """What is set side by side, each division once."""
    from branches.division import Area, founding, responsibilities, variants, weigh

    areas = [Area(area["key"]) for area in row.areas]
    rules = _rules(row)
    known = {area.key for area in areas}
    if row.founding:
        made = [_Found("founding", f"增设{row.founding}", founding(streets, f"{NEW}1", rules=rules))]
        if all(door.holder in known for door in doors):
            today = {str(n): str(door.holder) for n, door in enumerate(doors)}
            made.insert(0, _Found(TODAY, "现在", weigh(streets, today, areas[:-1], rules)))
        return made
    if row.organisation_id:
        today = {str(n): door.holder for n, door in enumerate(doors) if door.holder in known}
        keys = [str(n) for n in range(len(doors))]
        plain = dataclasses.replace(rules, price_of_change=0.0)
        made = [_Found("balanced", "数量均衡", responsibilities(streets, keys, areas, today=today, rules=plain))]
        if today:
            made.append(_Found("change", "少变动", responsibilities(streets, keys, areas, today=today, rules=rules)))
        return _each_once(made)
    found = {each.name: each.division for each in variants(streets, areas, rules)}
    if not row.respects_grids:
        found.pop("grids", None)
    return _each_once([_Found(name, _WORDS[name], found[name]) for name in _ORDER if name in found])


def _each_once(found: list[_Found]) -> list[_Found]:
    """Ways that come to the same are one variant that bears all their names."""
    seen: dict[tuple[tuple[str, str], ...], _Found] = {}
    for each in found:
        same = tuple(sorted(each.division.area_of.items()))
        known = seen.get(same)
        seen[same] = dataclasses.replace(known, label=f"{known.label}、{each.label}") if known else each
    return list(seen.values())


def _variant(
    row: Division, number: int, found: _Found, doors: Sequence[ground.Door], keys: list[str]
) -> DivisionVariant:
    owners = [keys.index(found.division.area_of[str(n)]) for n in range(len(doors))]
    return DivisionVariant(
        street_id=row.street_id, division=row, number=number, name=found.name, label=found.label,
        assigned=written(owners), reasons=_reasons(found.division, len(doors)),
        figures=figures_of(row, found.division, doors, owners),
    )  # fmt: skip


def _reasons(division: pure.Division, doors: int) -> str:
    return written(REASONS.index(division.reason_of[str(n)].value) for n in range(doors))


def figures_of(
    row: Division, division: pure.Division, doors: Sequence[ground.Door], owners: Sequence[int]
) -> dict[str, Any]:
    """The figures as they are kept: those of the pure module by area key, with caterers' share and touched blocks.

    Lengths are whole metres, shares 0 to 1.
    """
    known = dataclasses.asdict(division.figures)
    shares = ground.catering(doors, owners, len(row.areas))
    touched = ground.block_owners(ground.blocks_of(doors, row.street.backdrop), owners)
    by_key = {area["key"]: area for area in known.pop("areas")}
    areas = []
    for number, area in enumerate(row.areas):
        if area["key"] not in by_key:
            continue
        each = by_key[area["key"]]
        lengths = {name: round(each[name]) for name in ("mean", "nine_in_ten", "farthest")}
        blocks = sum(number in found for found in touched.values()) if touched else None
        areas.append(each | lengths | {"number": number, "catering": shares[number], "blocks": blocks})
    present = [share for share in shares if share is not None]
    gap = round((max(present) - min(present)) * 100) if present else 0
    known["mean"] = round(known["mean"])
    # Also those whose holder is not among the areas asked for, which the pure module takes for unheld.
    keys = [area["key"] for area in row.areas]
    known["moved"] = sum(d.holder not in (None, keys[o]) for d, o in zip(doors, owners, strict=True))
    return known | {"areas": areas, "catering_gap": gap, "crossing": sum(area["grids"] > 1 for area in areas)}


# ---- changing it by hand


@transaction.atomic
def hand_over(
    *, variant: DivisionVariant, doors: Collection[int], to: int, seen: int, actor: User | None, at: dt.datetime
) -> DivisionVariant:
    """Hand doors (numbers in the proposal's order) to another area, and weigh anew.

    `seen` is how many changes by hand there were when the page was opened. Raises `DivisionError`: adopted or put away,
    changed by somebody else meanwhile, nothing that moves, an area left without doors.
    """
    row, current = _open(variant)
    owners = current.owners()
    moved = sorted(n for n in set(doors) if 0 <= n < len(owners) and owners[n] != to)
    if not 0 <= to < len(row.areas):
        raise DivisionError("选移到哪一片。", field="to")
    if seen != len(current.edits):
        raise DivisionError("刚刚有人调整过这个方案，看过新的样子再改。")
    if not moved:
        raise DivisionError("选中的都已在这一片。", field="to")
    before = [owners[n] for n in moved]
    edit = {"doors": moved, "from": written(before), "to": to}
    for n in moved:
        owners[n] = to
    emptied = set(before) - set(owners)
    if emptied:
        raise DivisionError(f"{title_of(row, emptied.pop())}会一处也不剩，先把别处划给它。", field="to")
    current.edits = [*current.edits, edit]
    _weigh(row, current, owners, at)
    after = {"doors": len(moved), "area": row.areas[to]["title"] or row.areas[to]["key"]}
    record(verb="divisions.hand_over", target=row, actor=actor, at=at, after=after)
    return current


@transaction.atomic
def undo(*, variant: DivisionVariant, seen: int, actor: User | None, at: dt.datetime) -> DivisionVariant:
    """Take the latest change by hand back. Raises `DivisionError`."""
    row, current = _open(variant)
    if seen != len(current.edits):
        raise DivisionError("刚刚有人调整过这个方案，看过新的样子再改。")
    if not current.edits:
        raise DivisionError("没有手工调整可以撤销。")
    *rest, last = current.edits
    owners = current.owners()
    for n, before in zip(last["doors"], read(last["from"]), strict=True):
        owners[n] = before
    current.edits = rest
    _weigh(row, current, owners, at)
    record(verb="divisions.undo", target=row, actor=actor, at=at, after={"doors": len(last["doors"])})
    return current


def _open(variant: DivisionVariant) -> tuple[Division, DivisionVariant]:
    """The proposal, locked, and the variant as it stands under that lock."""
    row = Division.objects.select_for_update(of=("self",)).select_related("street").get(pk=variant.division_id)
    if row.state != Division.State.DRAWN:
        raise DivisionError("这份划分已经采用，要改先撤回，或者另算一份。")
    if row.put_away_at is not None:
        raise DivisionError("这份划分已经收起，先取出来。")
    current = DivisionVariant.objects.get(pk=variant.pk)
    if current.name == TODAY:
        raise DivisionError("这是现在的样子，只供比较，不能调整。")
    return row, current


def _weigh(row: Division, variant: DivisionVariant, owners: list[int], at: dt.datetime) -> None:
    from branches.division import Area, weigh

    doors = ground.doors_of(row, clock.day_of(at))
    keys = [area["key"] for area in row.areas]
    streets = ground.streets_of(doors, row.street.backdrop)
    chosen = {str(n): keys[owner] for n, owner in enumerate(owners)}
    weighed = weigh(streets, chosen, [Area(key) for key in keys], _rules(row))
    by_hand = {n for edit in variant.edits for n in edit["doors"]}
    reasons = list(_reasons(weighed, len(doors)))
    for n, known in enumerate(variant.reasons):
        reasons[n] = DIGITS[REASONS.index("pinned")] if n in by_hand else known
    variant.assigned, variant.reasons = written(owners), "".join(reasons)
    variant.figures = figures_of(row, weighed, doors, owners)
    variant.save(update_fields=["assigned", "reasons", "figures", "edits"])


def title_of(row: Division, number: int) -> str:
    """What an area is called where names of members are not at hand."""
    return row.areas[number]["title"] or f"第 {number + 1} 片"


# ---- putting away


@transaction.atomic
def put_away(*, division: Division, actor: User | None, at: dt.datetime) -> None:
    """Take a proposal off the list; it can be brought back. Raises `DivisionError` for one that holds."""
    row = Division.objects.select_for_update(of=("self",)).get(pk=division.pk)
    if row.state == Division.State.ADOPTED:
        raise DivisionError("已经采用的划分不收起。")
    if row.put_away_at is None:
        row.put_away_at = at
        row.save(update_fields=["put_away_at"])
        record(verb="divisions.put_away", target=row, actor=actor, at=at)


@transaction.atomic
def bring_back(*, division: Division, actor: User | None, at: dt.datetime) -> None:
    """Put a proposal back on the list."""
    row = Division.objects.select_for_update(of=("self",)).get(pk=division.pk)
    if row.put_away_at is not None:
        row.put_away_at = None
        row.save(update_fields=["put_away_at"])
        record(verb="divisions.bring_back", target=row, actor=actor, at=at)
