"""How a round's visits are spread over people and days: planned by a worker, changed in sight of a person, undone.

Everything is worked out by `coverage.planning` from rows read once, outside any transaction; only the result is
written, in one transaction that locks the round first. A stop that got its result meanwhile keeps it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from coverage.models import Absence, Rearrangement, Round, Stop
from coverage.planning import figures
from coverage.planning.problem import Member, Plan, Walk
from coverage.rounds.planning_input import Field, read_field
from coverage.rounds.rounds import RoundError
from shimen import clock
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.outbox import jobs
from shimen.outbox.models import Job

# After this hour (Asia/Shanghai) nothing new is put on the same day.
LAST_HOUR_FOR_TODAY = 15
Slot = tuple[str | None, str | None, int | None]  # visitor, day in ISO form, sequence


@dataclass(frozen=True, slots=True)
class Moves:
    """A change that was worked out and not yet made: per stop id its slot before and after."""

    moved: dict[str, tuple[Slot, Slot]]
    unplanned: int = 0

    def changed(self) -> dict[str, tuple[Slot, Slot]]:
        """Those that get another visitor or another day; the others only change their place in a walk."""
        return {key: move for key, move in self.moved.items() if move[0][:2] != move[1][:2]}


def first_day(at: dt.datetime) -> dt.date:
    """The first day on which something can still be put at `at`."""
    day = clock.day_of(at)
    late = at.astimezone(clock.SHANGHAI).hour >= LAST_HOUR_FOR_TODAY
    return day + dt.timedelta(days=1) if late else day


def plan_job(*, job: Job, at: dt.datetime) -> None:
    """Outbox handler `rounds.plan`: compute with progress, then store and finish in one transaction."""
    round_ = Round.objects.select_related("street").get(pk=job.payload["round"])
    if round_.state != Round.State.OPEN:
        return

    def tell(done: int, total: int) -> None:
        jobs.progress(job=job, stage="排路线", done=done, total=total)

    made = _compute(round_, at=at, progress=tell)
    with jobs.finishing(job=job, at=at):
        _store(round_, made, actor=None, at=at)


def plan(*, round: Round, actor: User | None, at: dt.datetime) -> Round:
    """Plan all that is unvisited, now and in this process (the worker's way is `rounds.ask_for_plan`)."""
    if round.state != Round.State.OPEN:
        raise RoundError(f"{round}已经结束，不能再排路线。")
    made = _compute(round, at=at, progress=None)
    _store(round, made, actor=actor, at=at)
    round.refresh_from_db()
    return round


@dataclass(frozen=True, slots=True)
class _Made:
    plan: Plan
    figures: dict[str, float | int | None]


def _compute(round_: Round, *, at: dt.datetime, progress: Callable[[int, int], None] | None) -> _Made:
    from coverage.planning import plan as planning  # brings numpy along: 10 MB that most processes never need

    field = read_field(round_, not_before=first_day(at))
    made, listed, done = Plan(()), Plan(()), 0
    for keys, members in field.crews():

        def tell(here: int, _: int, before: int = done) -> None:
            if progress is not None:
                progress(before + here, len(field.members))

        stops = [field.by_key[key] for key in keys]
        free = [s for s in stops if s.key not in field.appointed]
        part = planning.plan(free, members, stations=field.stations, seed=round_.number, progress=tell)
        made = made.joined(part)
        listed = listed.joined(planning.address_order(stops, members, stations=field.stations))
        done += len(members)
    made = _with_appointments(made, field)
    worth = figures.worth(made, field.stops, baseline=listed)
    return _Made(made, _kept_figures(worth, made, listed))


def _kept_figures(worth: figures.Worth, made: Plan, listed: Plan) -> dict[str, float | int | None]:
    return {
        "metres": round(worth.metres),
        "address_order_metres": round(listed.metres),
        "saving": worth.saving,
        "kept": worth.kept,
        "load_spread": worth.load_spread,
        "walks": worth.walks,
        "stops": worth.stops,
        "unplanned": len(made.unplanned),
    }


def _with_appointments(made: Plan, field: Field) -> Plan:
    """Appointed stops go to whoever walks that day, their own visitor if that can be."""
    from coverage.planning import replan  # brings numpy along

    for key, day in sorted(field.appointed.items()):
        on_that_day = [Member(m.key, (day,)) for m in field.members if day in m.days]
        own = [m for m in on_that_day if m.key == field.by_key[key].owner]
        made = replan.insert(made, field.stops, own or on_that_day or field.members, [key], stations=field.stations)
    return made


@transaction.atomic
def _store(round_: Round, made: _Made, *, actor: User | None, at: dt.datetime) -> None:
    current = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if current.state != Round.State.OPEN:
        return
    slots: dict[str, Slot] = dict.fromkeys(made.plan.unplanned, (None, None, None))
    for walk in made.plan.walks:
        slots.update(_slots_of(walk, first=1))
    before = _slots_now(current, slots) if current.planned_at is not None else {}
    _write(current, slots)
    _keep_former_plan(current, before, slots, actor=actor, at=at)
    current.plan_state, current.planned_at, current.plan_figures = Round.Plan.DONE, at, made.figures
    current.save(update_fields=["plan_state", "planned_at", "plan_figures"])
    record(verb="rounds.plan", target=current, actor=actor, at=at, after=made.figures)


def _keep_former_plan(
    round_: Round, before: dict[str, Slot], after: dict[str, Slot], *, actor: User | None, at: dt.datetime
) -> None:
    """A second plan of the same round can be taken back like any other change."""
    moved = {key: (before[key], slot) for key, slot in after.items() if key in before and before[key] != slot}
    if moved:
        changed = sum(old[:2] != new[:2] for old, new in moved.values())
        Rearrangement.objects.create(
            street_id=round_.street_id,
            round=round_,
            kind=Rearrangement.Kind.OPEN,
            sentence=f"整轮重排：{changed} 家换了日子或走访人",
            moved=moved,
            made_at=at,
            made_by=actor,
        )


def _slots_of(walk: Walk, *, first: int) -> dict[str, Slot]:
    return {key: (walk.member, walk.day.isoformat(), i) for i, key in enumerate(walk.stops, first)}


def _write(round_: Round, slots: dict[str, Slot]) -> int:
    """Give unvisited stops of the round their slots in one statement; returns how many were written."""
    keys = list(slots)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE coverage_stop s SET visitor_id = d.visitor, planned_on = d.day, sequence = d.sequence
            FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::int[]) AS d (id, visitor, day, sequence)
            WHERE s.id = d.id AND s.round_id = %s AND s.outcome = 'due'
            """,
            [keys, *(list(column) for column in zip(*slots.values(), strict=True)), round_.pk]
            if keys
            else [[], [], [], [], round_.pk],
        )
        return int(cursor.rowcount)


# --- changing a plan that is being walked ---------------------------------------------------------------------------


def propose_open(*, round: Round, at: dt.datetime) -> Moves:
    """What 重排未访 would move: stops whose day has gone by, or that nobody walks; nothing else."""
    field = read_field(round, not_before=first_day(at))
    walking = {(m.key, day) for m in field.members for day in m.days}
    lapsed = [s.key for s in field.stops if field.slot[s.key][:2] not in walking]
    return _moves(field, lapsed, field.members)


@transaction.atomic
def replan_open(*, round: Round, actor: User, at: dt.datetime) -> Rearrangement:
    """Put what was left lying on the days still to come, and touch nothing else."""
    moves = propose_open(round=round, at=at)
    sentence = f"重排未访：{len(moves.changed())} 家换了日子或走访人，其余不动"
    return _make(round, moves, kind=Rearrangement.Kind.OPEN, sentence=sentence, actor=actor, at=at)


def propose_absence(*, round: Round, user: User, first: dt.date, last: dt.date, at: dt.datetime) -> Moves:
    """What an absence would move: that person's stops of those days, spread over those who walk."""
    field = read_field(round, not_before=first_day(at))
    away = str(user.pk)
    members = [
        Member(m.key, tuple(d for d in m.days if not first <= d <= last)) if m.key == away else m for m in field.members
    ]
    theirs = [
        key
        for key, (visitor, day) in ((k, s[:2]) for k, s in field.slot.items())
        if visitor == away and day is not None and first <= day <= last
    ]
    return _moves(field, theirs, [m for m in members if m.days])


@transaction.atomic
def mark_absent(
    *, user: User, first: dt.date, last: dt.date, actor: User, at: dt.datetime, round: Round | None = None
) -> Rearrangement | None:
    """Note the days on which a visitor does not walk, and hand their stops of those days to others."""
    if last < first:
        raise RoundError("截止日不能早于起始日。", field="last")
    if Absence.objects.filter(user=user).touching(first, last).exists():
        raise RoundError(f"{user}这几天里已有不在岗的登记。", field="first")
    if user.street is None:
        raise RoundError(f"{user}不属于任何街道。")
    moves = propose_absence(round=round, user=user, first=first, last=last, at=at) if round is not None else None
    absence = Absence.objects.create(street=user.street, user=user, first_day=first, last_day=last)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    record(verb="rounds.mark_absent", target=absence, actor=actor, at=at, after=days | {"user": str(user)})
    if round is None or moves is None:
        return None
    span = f"{first:%m-%d}" if first == last else f"{first:%m-%d} 至 {last:%m-%d}"
    sentence = f"{user}{span}不在岗，{len(moves.changed())} 家改由别人或改日走访"
    kind = Rearrangement.Kind.ABSENCE
    return _make(round, moves, kind=kind, sentence=sentence, absence=absence, actor=actor, at=at)


@transaction.atomic
def reassign(
    *,
    round: Round,
    stops: Sequence[Stop],
    visitor: User,
    actor: User,
    at: dt.datetime,
    day: dt.date | None = None,
    kind: str = Rearrangement.Kind.HAND,
    sentence: str = "",
) -> Rearrangement:
    """Hand stops to a visitor, on `day` or on whichever of their days they fit best."""
    moves = propose_reassign(round=round, stops=stops, visitor=visitor, day=day, at=at)
    words = sentence or f"{len(moves.changed())} 家改派给{visitor}"
    return _make(round, moves, kind=kind, sentence=words, actor=actor, at=at)


def propose_reassign(
    *, round: Round, stops: Sequence[Stop], visitor: User, at: dt.datetime, day: dt.date | None = None
) -> Moves:
    """What handing these stops over would move."""
    field = read_field(round, not_before=first_day(at))
    open_keys = {s.key for s in field.stops}
    keys = [str(s.pk) for s in stops if str(s.pk) in open_keys]
    if not keys:
        raise RoundError("选中的都已有结果，没有可改派的。")
    walks = next((m for m in field.members if m.key == str(visitor.pk)), None)
    if walks is None:
        raise RoundError(f"{visitor}本轮余下的日子不在走访组或不在岗。", field="visitor")
    if day is not None and day not in walks.days:
        raise RoundError(f"{visitor} {day:%m-%d} 不走访（不是工作日、不在岗或已过）。", field="day")
    members = [Member(walks.key, (day,) if day is not None else walks.days)]
    return _moves(field, keys, members, by_area=False)


@transaction.atomic
def bring_to(*, round: Round, stop: Stop, day: dt.date, actor: User, at: dt.datetime, sentence: str) -> Rearrangement:
    """Put one stop on a day: with its own visitor if they walk then, else with whoever of its area passes nearest."""
    field = read_field(round, not_before=first_day(at))
    that_day = [Member(m.key, (day,)) for m in field.members if day in m.days]
    own = [m for m in that_day if m.key == str(stop.visitor_id or stop.owner_id)]
    if not that_day:
        raise RoundError(f"{day:%m-%d} 没有人走访（不是工作日，或都不在岗）。")
    moves = _moves(field, [str(stop.pk)], own or that_day)
    return _make(round, moves, kind=Rearrangement.Kind.ARRANGED, sentence=sentence, actor=actor, at=at)


def _moves(field: Field, wanted: Collection[str], members: Sequence[Member], *, by_area: bool = True) -> Moves:
    """Insert `wanted` and say which slots differ; the order of untouched walks stays as it is.

    With `by_area` a stop goes to those who look after its area, as long as one of them walks.
    """
    from coverage.planning import replan  # brings numpy along

    before = {(w.member, w.day): w.stops for w in field.plan.walks}
    after = field.plan
    for keys, crew in field.crews(wanted):
        names = {m.key for m in crew}
        own = [m for m in members if m.key in names] if by_area else []
        after = replan.insert(
            after, field.stops, own or members, keys, stations=field.stations, done=field.done_in_walk
        )
    moved: dict[str, tuple[Slot, Slot]] = {}
    for walk in after.walks:
        if before.get((walk.member, walk.day)) == walk.stops:
            continue
        first = field.done_in_walk.get((walk.member, walk.day), 0) + 1
        for key, slot in _slots_of(walk, first=first).items():
            if field.written(key) != slot:
                moved[key] = (field.written(key), slot)
    return Moves(moved, unplanned=len(set(after.unplanned) & set(wanted)))


def _make(
    round: Round,
    moves: Moves,
    *,
    kind: str,
    sentence: str,
    actor: User,
    at: dt.datetime,
    absence: Absence | None = None,
) -> Rearrangement:
    current = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if current.state != Round.State.OPEN:
        raise RoundError(f"{current}已经结束，不能再调整路线。")
    _write(current, {key: after for key, (_, after) in moves.moved.items()})
    made = Rearrangement.objects.create(
        street_id=current.street_id,
        round=current,
        kind=kind,
        sentence=sentence[:200],
        absence=absence,
        moved=moves.moved,
        made_at=at,
        made_by=actor,
    )
    after = {"sentence": made.sentence, "stops": len(moves.moved)}
    record(verb=f"rounds.rearrange.{kind}", target=made, actor=actor, at=at, after=after)
    return made


@transaction.atomic
def undo(*, rearrangement: Rearrangement, actor: User, at: dt.datetime) -> tuple[int, int]:
    """Give stops back the slots they had; returns (given back, left because they were visited or moved since)."""
    current = Round.objects.select_for_update(of=("self",)).get(pk=rearrangement.round_id)
    made = Rearrangement.objects.select_for_update(of=("self",)).get(pk=rearrangement.pk)
    if current.state != Round.State.OPEN:
        raise RoundError(f"{current}已经结束，不能再调整路线。")
    if made.undone_at is not None:
        raise RoundError("这次调整已经撤销过。")
    now = _slots_now(current, made.moved)
    back = {key: tuple(before) for key, (before, after) in made.moved.items() if now.get(key) == tuple(after)}
    written = _write(current, back)
    made.undone_at = at
    made.save(update_fields=["undone_at"])
    if made.absence_id is not None:
        Absence.objects.filter(pk=made.absence_id).update(withdrawn_at=at)
    if made.kind == Rearrangement.Kind.ARRANGED:
        Stop.objects.filter(pk__in=made.moved).update(arranged_at=None, hint="")
    left = len(made.moved) - written
    record(verb="rounds.undo", target=made, actor=actor, at=at, after={"given_back": written, "left": left})
    return written, left


def _slots_now(round_: Round, keys: Collection[str]) -> dict[str, Slot]:
    rows = Stop.objects.filter(round=round_, pk__in=list(keys)).values_list(
        "pk", "visitor_id", "planned_on", "sequence"
    )
    return {str(pk): (str(v) if v else None, d.isoformat() if d else None, n) for pk, v, d, n in rows}


def by_visitor(moves: Moves) -> dict[uuid.UUID, tuple[int, int]]:
    """Per visitor how many stops they would give and take."""
    gives: dict[str, int] = defaultdict(int)
    takes: dict[str, int] = defaultdict(int)
    for before, after in moves.changed().values():
        if before[0]:
            gives[before[0]] += 1
        if after[0]:
            takes[after[0]] += 1
    return {uuid.UUID(key): (gives[key], takes[key]) for key in {*gives, *takes}}
